//! Import: a file, or what was chosen of 1Password, is read once, shown as what it would become, and made so in one transaction.

mod answers;
mod apply;
mod both_sides;
mod by_path;
mod choices;
mod choosing;
mod destroy;
mod differences;
mod done;
mod held;
mod held_as;
mod item_facts;
mod judging;
mod kept_choices;
mod left_here;
mod live;
mod names;
mod open_questions;
mod origin;
mod report;
mod report_file;
mod shown;
mod source;

use domain::reject::{Detail, ErrorType, Rejection};
use vault::UnlockedVault;

use crate::api::{
    Empty, ImportApplied, ImportChoose, ImportChosen, ImportFile, ImportRead, ImportRef,
};
use crate::app::App;
use crate::chosen_files::Purpose;
use crate::opened::{Opened, required};
use crate::refusal::Answer;
use choices::{Decision, Filter, Page};
use held::{Looked, Stage};
use held_as::HeldAs;
use importers::ImportError;
use judging::Verdicts;
use origin::Origin;
use source::{Outcome, Reading, Source, unreadable};

pub use by_path::{apply_path, preview_path};
pub(crate) use choosing::chosen_path;
pub use choosing::{open_file, paste};
pub use done::{destroy_file, save_report};
pub(crate) use held::Held;
pub(crate) use live::Browsed;
pub use live::{live_items, live_open, live_vaults};

/// Reads the file, where that was not done yet, and shows a page of what it would become.
pub fn preview_file(app: &App, vault: &UnlockedVault, request: ImportFile) -> Answer<ImportRead> {
    let page = Page::parse(
        request.show.as_deref(),
        request.query,
        request.offset,
        request.limit,
    );
    let file_id = required("file_id", request.file_id);
    let columns = request
        .columns
        .map(|list| list.into_texts("columns"))
        .transpose();
    let (file_id, page, columns) = match (file_id, page, columns) {
        (Ok(file_id), Ok(page), Ok(columns)) => (file_id, page, columns),
        (file_id, page, columns) => {
            let mut faults: Vec<Detail> = file_id.err().into_iter().collect();
            faults.extend(page.err().unwrap_or_default());
            faults.extend(columns.err().unwrap_or_default());
            return Err(faults.into());
        }
    };
    let key_file = request.key_file_id.as_deref();
    let key_file = key_file
        .map(|id| chosen_path(app, Purpose::KeyFile, id))
        .transpose()?;
    let import = held::find_or_begin(app, vault, &file_id)?;
    let mut stage = import.stage();
    let Stage::Open { source, looked } = &mut *stage else {
        return Err(already_applied().into());
    };
    let reading = Reading {
        password: request.password,
        key_file,
        format: request.format,
        columns,
        first_row: request.first_row,
    };
    if !reading.is_empty() || looked.is_none() {
        match read(vault, source, reading, "file_id")? {
            Ok(mut read) => {
                if let Some(before) = looked {
                    read.decide_as(vault, before)?;
                }
                *looked = Some(Box::new(read));
            }
            Err(needs) => return Ok(ImportRead::Needs(needs)),
        }
    }
    let looked = looked.as_ref().ok_or_else(held::not_there)?;
    let preview = shown::preview(vault, looked, &page)?;
    Ok(ImportRead::Read(Box::new(preview)))
}

/// Takes or leaves items, or answers a question about them.
pub fn choose(app: &App, vault: &UnlockedVault, request: ImportChoose) -> Answer<ImportChosen> {
    let filter = Filter::parse(request.show.as_deref(), request.query);
    let named = request
        .items
        .map(|list| list.into_texts("items"))
        .transpose();
    let answer = match (request.question, request.choice) {
        (Some(question), Some(choice)) => Ok(Some((question, choice))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Detail::at(
            "question",
            "missing",
            "Say which question it answers.",
        )),
        (Some(_), None) => Err(Detail::at("choice", "missing", "Say what the answer is.")),
    };
    let file_id = required("file_id", request.file_id);
    let (file_id, filter, named, answer) = match (file_id, filter, named, answer) {
        (Ok(file_id), Ok(filter), Ok(named), Ok(answer)) => (file_id, filter, named, answer),
        (file_id, filter, named, answer) => {
            let mut faults: Vec<Detail> = file_id.err().into_iter().collect();
            faults.extend(filter.err().unwrap_or_default());
            faults.extend(named.err().unwrap_or_default());
            faults.extend(answer.err());
            return Err(faults.into());
        }
    };
    let import = held::find(app, vault, &file_id)?;
    let mut stage = import.stage();
    let looked = match &mut *stage {
        Stage::Open { looked, .. } => looked.as_mut().ok_or_else(not_previewed)?,
        Stage::Applied { .. } => return Err(already_applied().into()),
    };
    let items = match named {
        Some(ids) => looked.named(&ids, "items")?,
        None => filter.matching(looked),
    };
    let decision = Decision {
        take: request.take,
        locations: request.locations,
        answer,
    };
    looked.decide(vault, &items, &decision)?;
    Ok(ImportChosen {
        counts: shown::counts(vault, looked)?,
    })
}

/// Forgets what was read.
pub fn discard(app: &App, opened: &mut Opened, request: ImportRef) -> Answer<Empty> {
    let file_id = required("file_id", request.file_id)?;
    if held::find_in(app, opened, &file_id).is_some() {
        opened.import = None;
    }
    Ok(Empty {})
}

/// Applies what was previewed, as it was decided on. What is not held any more is not read again: the decisions would be gone.
pub fn apply_file(app: &App, vault: &UnlockedVault, request: ImportRef) -> Answer<ImportApplied> {
    let file_id = required("file_id", request.file_id)?;
    let import = held::find(app, vault, &file_id)?;
    let mut stage = import.stage();
    let looked = match &mut *stage {
        Stage::Open { looked, .. } => looked.as_mut().ok_or_else(not_previewed)?,
        Stage::Applied { .. } => return Err(already_applied().into()),
    };
    let Some(report) = apply::apply(app, vault, looked)? else {
        return Ok(ImportApplied::Cancelled { cancelled: true });
    };
    let file = looked.file.take();
    let shown = report.shown(file.is_some());
    *stage = Stage::Applied {
        report: Box::new(report),
        file,
    };
    Ok(ImportApplied::Applied(Box::new(shown)))
}

/// What was read and judged, or what has to be given first.
fn read(
    vault: &UnlockedVault,
    source: &Source,
    reading: Reading,
    member: &'static str,
) -> Answer<Result<Looked, crate::api::ImportNeeds>> {
    let (outcome, file) = reading.read(source, member)?;
    Ok(match outcome {
        Outcome::NeedsPassword { format, again } => Err(shown::needs_password(format, again)),
        Outcome::NeedsColumns { guess } => Err(shown::needs_columns(&guess)),
        Outcome::Read(import) => {
            let origin = Origin::of(vault, source, import.format)
                .map_err(|error| unreadable(member, ImportError::Io(error)))?;
            Ok(Looked {
                name: source.name(),
                verdicts: Verdicts::of(vault, &import, origin, HeldAs::Copies)?,
                import,
                held_as: HeldAs::Copies,
                file,
            })
        }
    })
}

fn not_previewed() -> Rejection {
    let message = "This file is not read yet. Look first at what becomes of it.";
    Rejection::new(ErrorType::NotFound, message)
}

fn already_applied() -> Rejection {
    let message = "This file was imported already. Choose it again to look for changes.";
    Rejection::new(ErrorType::Conflict, message)
}
