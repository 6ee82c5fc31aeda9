//! An import of the command line: one request names the file, or items of 1Password, and says everything that is to be decided.

use std::path::{Path, PathBuf};

use domain::SecretText;
use domain::reject::Detail;
use vault::UnlockedVault;

use super::apply;
use super::choices::{Decision, Page};
use super::held::Looked;
use super::live::{Access, Wanted, held_as, read_live};
use super::open_questions::{Answered, require_answers};
use super::report_file::{self, ReportFormat, unwritable};
use super::source::{Reading, Source};
use super::{read, shown};
use crate::api::{ImportApplied, ImportLiveAll, ImportNeeds, ImportPath, ImportRead, Object};
use crate::app::{App, vault_locked};
use crate::refusal::{Answer, Refusal, internal};
use crate::whole_file::WholeFile;

/// A password file holds one line.
const PASSWORD_FILE_BYTES_MAX: u64 = 64 * 1024;

pub fn preview_path(app: &App, vault: &UnlockedVault, request: ImportPath) -> Answer<ImportRead> {
    let page = Page::parse_any(
        request.show.as_deref(),
        request.query.clone(),
        request.offset,
        request.limit,
    )?;
    match look(app, vault, &request)? {
        Err(needs) => Ok(ImportRead::Needs(needs)),
        Ok(mut looked) => {
            decide(vault, &mut looked, request)?;
            Ok(ImportRead::Read(Box::new(shown::preview(
                vault, &looked, &page,
            )?)))
        }
    }
}

pub fn apply_path(app: &App, vault: &UnlockedVault, request: ImportPath) -> Answer<ImportApplied> {
    let mut looked = look(app, vault, &request)?.map_err(|needs| needed(&needs))?;
    let saved = request.report.clone();
    let file = saved.as_deref().map(new_report).transpose()?;
    decide(vault, &mut looked, request)?;
    let Some(report) = apply::apply(app, vault, &looked)? else {
        return Ok(ImportApplied::Cancelled { cancelled: true });
    };
    if let Some((format, mut file)) = file {
        let written = report_file::write(&report, format, &mut file).and_then(|()| file.put_new());
        written.map_err(|error| {
            let message = format!(
                "The import is done, but its report could not be written ({}).",
                error.kind()
            );
            Refusal(internal(&message))
        })?;
    }
    Ok(ImportApplied::Applied(Box::new(report.shown(false))))
}

/// Begun before anything is imported, so that a report that can't be written stops it.
fn new_report(path: &Path) -> Answer<(ReportFormat, WholeFile)> {
    if path.exists() {
        let message = "There is a file of this name already. Name a new one.";
        return Err(Detail::at("report", "already_exists", message).into());
    }
    let is_json = path.extension().is_some_and(|ending| ending == "json");
    let format = match is_json {
        true => ReportFormat::Json,
        false => ReportFormat::Markdown,
    };
    Ok((format, WholeFile::beside(path).map_err(unwritable)?))
}

fn decide(vault: &UnlockedVault, looked: &mut Looked, request: ImportPath) -> Answer<()> {
    let answered = Answered::of(request.answers.as_deref().unwrap_or_default());
    if let Some(answers) = request.answers {
        looked.answer_all(vault, answers)?;
    }
    if let Some(items) = request.items {
        let named = looked.named(&items.into_texts("items")?, "items")?;
        let all: Vec<usize> = (0..looked.import.items.len()).collect();
        let take = |take| Decision {
            take: Some(take),
            ..Decision::default()
        };
        looked.decide(vault, &all, &take(false))?;
        looked.decide(vault, &named, &take(true))?;
    }
    let all: Vec<usize> = (0..looked.import.items.len()).collect();
    let decision = Decision {
        locations: request.locations,
        ..Decision::default()
    };
    looked.decide(vault, &all, &decision)?;
    match request.refuse_questions {
        Some(true) => Ok(require_answers(looked, &answered)?),
        Some(false) | None => Ok(()),
    }
}

/// What was read, or what a file's reading needs first.
fn look(
    app: &App,
    vault: &UnlockedVault,
    request: &ImportPath,
) -> Answer<Result<Looked, ImportNeeds>> {
    match (&request.path, &request.live) {
        (Some(path), None) => {
            let source = Source::File(PathBuf::clone(path));
            read(vault, &source, reading(request)?, "path")
        }
        (None, Some(Object(live))) => {
            require_nothing_of_a_file(request)?;
            look_live(app, vault, live, request).map(Ok)
        }
        (None, None) => Err(Detail::at("path", "missing", "path is missing.").into()),
        (Some(_), Some(_)) => {
            let message = "Name a file by path, or items of 1Password by live, not both.";
            Err(Detail::at("live", "two_sources", message).into())
        }
    }
}

/// What says how a file is read says nothing of 1Password, and is not passed over as if it had.
fn require_nothing_of_a_file(request: &ImportPath) -> Result<(), Vec<Detail>> {
    let given = [
        ("password_file", request.password_file.is_some()),
        ("key_file", request.key_file.is_some()),
        ("format", request.format.is_some()),
        ("columns", request.columns.is_some()),
        ("first_row", request.first_row.is_some()),
    ];
    let faults: Vec<Detail> = given
        .into_iter()
        .filter(|(_, is_given)| *is_given)
        .map(|(member, _)| {
            Detail::at(
                member,
                "of_a_file",
                "This is for a file, not for 1Password.",
            )
        })
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

fn look_live(
    app: &App,
    vault: &UnlockedVault,
    live: &ImportLiveAll,
    request: &ImportPath,
) -> Answer<Looked> {
    let within = |faults: Vec<Detail>| -> Vec<Detail> {
        let faults = faults.into_iter();
        faults.map(|fault| fault.within("live")).collect()
    };
    let from = crate::api::Required(live.from.0.clone());
    let access = Access::parse(from, live.account.clone()).map_err(within)?;
    let held_as = held_as(live.held_as.as_deref().unwrap_or("copies"), Some(&access));
    let texts = |list: &Option<domain::TextList>, member| {
        let list = list.clone();
        list.map(|list| list.into_texts(member)).transpose()
    };
    let wanted = Wanted::Named {
        vaults: texts(&live.vaults, "vaults").map_err(within)?,
        items: texts(&request.items, "items")?,
    };
    let read = read_live(app, vault, access, &wanted, held_as.map_err(within)?)?;
    Ok(read.ok_or_else(vault_locked)?)
}

fn reading(request: &ImportPath) -> Answer<Reading> {
    let columns = request
        .columns
        .clone()
        .map(|list| list.into_texts("columns"));
    Ok(Reading {
        password: request
            .password_file
            .as_deref()
            .map(password_in)
            .transpose()?,
        key_file: request.key_file.clone(),
        format: request.format.clone(),
        columns: columns.transpose()?,
        first_row: request.first_row.clone(),
    })
}

/// The first line.
fn password_in(path: &Path) -> Result<SecretText, Detail> {
    let unreadable = |reason: String| Detail::at("password_file", "import_io", reason);
    let read = std::fs::metadata(path).and_then(|metadata| match metadata.len() {
        0..=PASSWORD_FILE_BYTES_MAX => std::fs::read_to_string(path).map(zeroize::Zeroizing::new),
        _ => Err(std::io::ErrorKind::FileTooLarge.into()),
    });
    let text = read.map_err(|error| {
        unreadable(format!(
            "The password file could not be read ({}).",
            error.kind()
        ))
    })?;
    let line = text.lines().next().unwrap_or_default();
    Ok(SecretText::new(line.to_owned()))
}

/// What would be asked of a person, where nobody can be.
fn needed(needs: &ImportNeeds) -> Detail {
    let (member, kind) = match (needs.needs.as_str(), needs.again) {
        ("columns", _) => ("columns", "import_columns_needed"),
        (_, true) => ("password", "import_wrong_password"),
        (_, false) => ("password", "import_password_needed"),
    };
    Detail::at(member, kind, needs.message.clone())
}
