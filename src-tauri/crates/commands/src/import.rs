//! Import: what a file would become, and making it so in one transaction.

mod apply;
mod matching;
mod preview;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use domain::reject::{Detail, Rejection};
use importers::{ImportError, ParsedImport, ReadOptions, read_import};

use crate::api::{FileOpen, FileOpened, ImportFile, ImportPath, ImportPreview, ImportReport};
use crate::app::App;
use crate::chosen_files::Purpose;
use crate::host::Chooser;
use crate::opened::{Opened, required};
use crate::refusal::{Answer, Refusal, internal};

/// Asks for a file; the page gets an id for it.
pub fn open_file(app: &App, request: FileOpen) -> Answer<FileOpened> {
    let purpose = required("purpose", request.purpose)?;
    let purpose = Purpose::parse(&purpose).ok_or_else(|| {
        Detail::at(
            "purpose",
            "unknown_value",
            "The purpose is import or backup.",
        )
    })?;
    let chooser = match purpose {
        Purpose::Import => Chooser::ImportFile,
        Purpose::Backup => Chooser::BackupFile,
    };
    let Some(path) = app.host.choose(chooser) else {
        return Ok(FileOpened::Cancelled { cancelled: true });
    };
    let unreadable = |error: std::io::Error| {
        Refusal(internal(&format!(
            "The file could not be read ({}).",
            error.kind()
        )))
    };
    let bytes = std::fs::metadata(&path).map_err(unreadable)?.len();
    let file_name =
        domain::mask::display_text(&path.file_name().unwrap_or_default().to_string_lossy());
    Ok(FileOpened::Opened {
        file_id: app.chosen().keep(purpose, path),
        file_name,
        bytes,
    })
}

pub fn preview_file(app: &App, opened: &mut Opened, request: ImportFile) -> Answer<ImportPreview> {
    let path = chosen_path(app, Purpose::Import, &required("file_id", request.file_id)?)?;
    preview::preview(opened, &read(&path, "file_id")?, request.items)
}

pub fn apply_file(app: &App, opened: &mut Opened, request: ImportFile) -> Answer<ImportReport> {
    let path = chosen_path(app, Purpose::Import, &required("file_id", request.file_id)?)?;
    apply::apply(app, opened, read(&path, "file_id")?, request.items)
}

pub fn preview_path(_app: &App, opened: &mut Opened, request: ImportPath) -> Answer<ImportPreview> {
    let path = required("path", request.path)?;
    preview::preview(opened, &read(&path, "path")?, request.items)
}

pub fn apply_path(app: &App, opened: &mut Opened, request: ImportPath) -> Answer<ImportReport> {
    let path = required("path", request.path)?;
    apply::apply(app, opened, read(&path, "path")?, request.items)
}

/// The path behind an id that the page got from a chooser.
pub(crate) fn chosen_path(app: &App, purpose: Purpose, file_id: &str) -> Answer<PathBuf> {
    let path = app.chosen().path(purpose, file_id).map(Path::to_owned);
    path.ok_or_else(|| Rejection::not_found("file").into())
}

/// A file that cannot be read as an import is a fault of the member that names it.
fn read(path: &Path, member: &'static str) -> Answer<ParsedImport> {
    let refused =
        |error: ImportError| Refusal::from(Detail::at(member, error.kind(), error.to_string()));
    let file = File::open(path).map_err(|error| refused(ImportError::Io(error)))?;
    read_import(BufReader::new(file), &ReadOptions::default()).map_err(refused)
}
