//! Where an import begins: a file is chosen or dropped, a text is pasted, and the page hears an id.

use std::path::{Path, PathBuf};

use domain::SecretText;
use domain::reject::{Detail, Rejection};

use super::held;
use super::source::{self, Source};
use crate::api::{Event, FileOpen, FileOpened, ImportPaste, ImportPasted};
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
    held::begin(app, opened, file_id.clone(), source, None);
    Ok(ImportPasted { file_id })
}

/// The path behind an id that the page got from a chooser.
pub(crate) fn chosen_path(app: &App, purpose: Purpose, file_id: &str) -> Answer<PathBuf> {
    let path = app.chosen().path(purpose, file_id).map(Path::to_owned);
    path.ok_or_else(|| Rejection::not_found("file").into())
}
