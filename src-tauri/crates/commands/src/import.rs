//! Import: a file is read once, shown as what it would become, and made so in one transaction.

mod apply;
mod choices;
mod destroy;
mod held;
mod judging;
mod report;
mod report_file;
mod shown;
mod source;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::SecretText;
use domain::reject::{Detail, ErrorType, Rejection};
use vault::UnlockedVault;

use crate::api::{
    Empty, Event, FileOpen, FileOpened, ImportApplied, ImportChoose, ImportChosen, ImportFile,
    ImportFileDestroy, ImportFileDestroyed, ImportPaste, ImportPasted, ImportPath, ImportRead,
    ImportRef, ImportReportSave, ImportReportSaved,
};
use crate::app::{App, Asked};
use crate::chosen_files::Purpose;
use crate::host::Chooser;
use crate::opened::{Opened, both, required};
use crate::refusal::{Answer, Refusal, internal};
use crate::unlocking::day;
use crate::whole_file::WholeFile;
use choices::{Decision, Filter, Page};
use destroy::{DestroyError, NO_PROMISE};
use held::{Import, Looked, Stage};
use judging::Verdicts;
use report_file::ReportFormat;
use source::{Outcome, Reading, Source};

pub(crate) use held::Held;

/// A password file holds one line.
const PASSWORD_FILE_BYTES_MAX: u64 = 64 * 1024;

/// Asks for a file; the page gets an id for it.
pub fn open_file(app: &App, request: FileOpen) -> Answer<FileOpened> {
    let purpose = required("purpose", request.purpose)?;
    let purpose = Purpose::parse(&purpose).ok_or_else(|| {
        Detail::at(
            "purpose",
            "unknown_value",
            "The purpose is import, key_file or backup.",
        )
    })?;
    let chooser = match purpose {
        Purpose::Import => Chooser::ImportFile,
        Purpose::KeyFile => Chooser::KeyFile,
        Purpose::Backup => Chooser::BackupFile,
    };
    let Some(path) = app.host.choose(chooser) else {
        return Ok(FileOpened::Cancelled { cancelled: true });
    };
    keep_chosen(app, purpose, path)
}

fn keep_chosen(app: &App, purpose: Purpose, path: PathBuf) -> Answer<FileOpened> {
    let unreadable = |error: std::io::Error| {
        Refusal(internal(&format!(
            "The file could not be read ({}).",
            error.kind()
        )))
    };
    let bytes = std::fs::metadata(&path).map_err(unreadable)?.len();
    let file_name = source::file_name(&path);
    Ok(FileOpened::Opened {
        file_id: app.chosen().keep(purpose, path),
        file_name,
        bytes,
    })
}

impl App {
    /// For the window, which is told of drops with their paths: the page hears an id and a name. While locked nothing is kept.
    pub fn file_dropped(&self, path: PathBuf) {
        if !self.look(|opened| opened.is_some()) {
            return;
        }
        match keep_chosen(self, Purpose::Import, path) {
            Ok(FileOpened::Opened {
                file_id, file_name, ..
            }) => self.host.emit(&Event::FileDropped { file_id, file_name }),
            Ok(FileOpened::Cancelled { .. }) => {}
            Err(refusal) => {
                tracing::warn!(reason = refusal.0.message(), "a dropped file was not taken")
            }
        }
    }
}

/// Keeps what was pasted until it is imported.
pub fn paste(app: &App, opened: &mut Opened, request: ImportPaste) -> Answer<ImportPasted> {
    let text: SecretText = required("text", request.text)?;
    let source = Source::pasted(text)?;
    let file_id = app.chosen().number_pasted();
    held::begin(app, opened, file_id.clone(), source);
    Ok(ImportPasted { file_id })
}

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
    let reading = Reading {
        password: request.password,
        key_file,
        format: request.format,
        columns,
    };
    if !reading.is_empty() || !matches!(*stage, Stage::Read(_)) {
        match read(vault, &import.source, reading, "file_id")? {
            Ok(looked) => *stage = Stage::Read(Box::new(looked)),
            Err(needs) => return Ok(ImportRead::Needs(needs)),
        }
    }
    match &*stage {
        Stage::Read(looked) => Ok(ImportRead::Read(Box::new(shown::preview(
            vault, looked, &page,
        )?))),
        Stage::Unread | Stage::Applied { .. } => Err(held::not_there().into()),
    }
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
    let Stage::Read(looked) = &mut *stage else {
        return Err(held::not_there().into());
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

/// Applies what was previewed. What was not previewed is read first, and taken as its preview would show it.
pub fn apply_file(app: &App, vault: &UnlockedVault, request: ImportRef) -> Answer<ImportApplied> {
    let file_id = required("file_id", request.file_id)?;
    let import = held::find_or_begin(app, vault, &file_id)?;
    let mut stage = import.stage();
    if matches!(*stage, Stage::Unread) {
        let looked = read_whole(vault, &import.source, Reading::default(), "file_id")?;
        *stage = Stage::Read(Box::new(looked));
    }
    let Stage::Read(looked) = &mut *stage else {
        let message = "This file was imported already. Choose it again to look for changes.";
        return Err(Rejection::new(ErrorType::Conflict, message).into());
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

pub fn save_report(
    app: &App,
    asked: &Asked<'_>,
    request: ImportReportSave,
) -> Answer<ImportReportSaved> {
    let format = required("format", request.format).and_then(|text| {
        ReportFormat::parse(&text)
            .ok_or_else(|| Detail::at("format", "unknown_value", "The format is markdown or json."))
    });
    let (file_id, format) = both(required("file_id", request.file_id), format)?;
    let import = applied(app, asked, &file_id)?;
    let day = day(app.clock.now()).replace('-', "");
    let file_name = format!("import-report-{day}.{}", format.ending());
    let chosen = app.host.choose(Chooser::SaveImportReport {
        file_name: &file_name,
    });
    let Some(path) = chosen else {
        return Ok(ImportReportSaved::Cancelled { cancelled: true });
    };
    // Another vault may be open by now.
    asked.with_opened(|_still_the_same| Ok(()))?;
    let stage = import.stage();
    let Stage::Applied { report, .. } = &*stage else {
        return Err(held::not_there().into());
    };
    let written = WholeFile::beside(&path).and_then(|mut file| {
        report_file::write(report, format, &mut file)?;
        file.replace()
    });
    Ok(ImportReportSaved::Saved {
        file_name: source::file_name(&path),
        bytes: written.map_err(unwritable)?,
    })
}

/// The session is not held while an import is looked at: applying one asks for it.
fn applied(app: &App, asked: &Asked<'_>, file_id: &str) -> Answer<Arc<Import>> {
    let import = asked.with_opened(|opened| {
        Ok(held::find_in(app, opened, file_id).ok_or_else(held::not_there)?)
    })?;
    let is_applied = matches!(*import.stage(), Stage::Applied { .. });
    match is_applied {
        true => Ok(import),
        false => Err(not_applied()),
    }
}

/// Overwrites and removes the file that was imported. Where it holds what the vault does not, only when that was accepted.
pub fn destroy_file(
    app: &App,
    vault: &UnlockedVault,
    request: ImportFileDestroy,
) -> Answer<ImportFileDestroyed> {
    let file_id = required("file_id", request.file_id)?;
    let import = held::find(app, vault, &file_id)?;
    let mut stage = import.stage();
    let Stage::Applied { report, file } = &mut *stage else {
        return Err(not_applied());
    };
    let Some(read) = file.as_ref() else {
        let message = "There is no file to destroy: it was pasted, or it is destroyed already.";
        return Err(Rejection::new(ErrorType::Conflict, message).into());
    };
    let left_out = report.left_out().count();
    if (left_out > 0 || !report.is_complete()) && request.accept_left_out != Some(true) {
        let message = format!(
            "The vault does not have all that the file holds: {left_out} secrets and fields were left out. Look through them first."
        );
        let fault = Detail::at("accept_left_out", "left_out", message.clone());
        return Err(Rejection::new(ErrorType::Conflict, message)
            .with_details(vec![fault])
            .into());
    }
    destroy::destroy(read).map_err(|error| match error {
        DestroyError::Changed => Refusal(Rejection::new(
            ErrorType::Conflict,
            "The file was changed or replaced after it was read, so it was not destroyed. Look at it, and import it again or delete it yourself.",
        )),
        DestroyError::Io(error) => Refusal(internal(&format!(
            "The file could not be destroyed ({}). Delete it yourself.",
            error.kind()
        ))),
    })?;
    *file = None;
    Ok(ImportFileDestroyed {
        file_name: report.file_name.clone(),
        message: NO_PROMISE.to_owned(),
    })
}

pub fn preview_path(_app: &App, vault: &UnlockedVault, request: ImportPath) -> Answer<ImportRead> {
    let page = Page::parse(
        request.show.as_deref(),
        request.query.clone(),
        request.offset,
        request.limit,
    )?;
    let path = PathBuf::clone(request.path.0.as_ref().ok_or_else(missing_path)?);
    let reading = reading(&request)?;
    match read(vault, &Source::File(path), reading, "path")? {
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
    let path = PathBuf::clone(request.path.0.as_ref().ok_or_else(missing_path)?);
    let reading = reading(&request)?;
    let mut looked = read_whole(vault, &Source::File(path), reading, "path")?;
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
    looked.decide(vault, &all, &decision)
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
        Outcome::Read(import) => Ok(Looked {
            name: source.name(),
            verdicts: Verdicts::of(vault, &import)?,
            import,
            file,
        }),
    })
}

/// As [`read`], where nobody can be asked.
fn read_whole(
    vault: &UnlockedVault,
    source: &Source,
    reading: Reading,
    member: &'static str,
) -> Answer<Looked> {
    read(vault, source, reading, member)?.map_err(|needs| {
        let (member, kind) = match (needs.needs.as_str(), needs.again) {
            ("columns", _) => ("columns", "import_columns_needed"),
            (_, true) => ("password", "import_wrong_password"),
            (_, false) => ("password", "import_password_needed"),
        };
        Detail::at(member, kind, needs.message).into()
    })
}

/// The path behind an id that the page got from a chooser.
pub(crate) fn chosen_path(app: &App, purpose: Purpose, file_id: &str) -> Answer<PathBuf> {
    let path = app.chosen().path(purpose, file_id).map(Path::to_owned);
    path.ok_or_else(|| Rejection::not_found("file").into())
}

fn missing_path() -> Detail {
    Detail::at("path", "missing", "path is missing.")
}

fn not_applied() -> Refusal {
    let message = "This file is not imported yet.";
    Rejection::new(ErrorType::Conflict, message).into()
}

fn unwritable(error: std::io::Error) -> Refusal {
    let message = format!("The report could not be written there ({}).", error.kind());
    Refusal(internal(&message))
}
