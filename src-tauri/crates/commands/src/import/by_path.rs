//! An import of the command line: one request names the file and says everything that is to be decided.

use std::path::{Path, PathBuf};

use domain::SecretText;
use domain::reject::Detail;
use vault::UnlockedVault;

use super::apply;
use super::choices::{Decision, Page};
use super::held::Looked;
use super::report_file::{self, ReportFormat, unwritable};
use super::source::{Reading, Source};
use super::{read, shown};
use crate::api::{ImportApplied, ImportPath, ImportRead};
use crate::app::App;
use crate::refusal::{Answer, Refusal, internal};
use crate::whole_file::WholeFile;

/// A password file holds one line.
const PASSWORD_FILE_BYTES_MAX: u64 = 64 * 1024;

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

fn missing_path() -> Detail {
    Detail::at("path", "missing", "path is missing.")
}
