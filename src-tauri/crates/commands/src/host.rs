//! What the program around the use cases does for them: a window shows choosers and hears events, the command line has neither.

use std::path::PathBuf;

use domain::SecretText;
use domain::reject::{ErrorType, Rejection};

use crate::api::Event;

pub trait Host: Send + Sync {
    fn emit(&self, event: &Event);

    /// Asks the person for a file or folder and waits; `None` when they closed the chooser.
    fn choose(&self, what: Chooser<'_>) -> Option<PathBuf>;

    /// The password of a command that asks for one outside its request, as the command line's do; a window's requests hold theirs.
    fn password(&self) -> Result<SecretText, Rejection> {
        Err(Rejection::new(
            ErrorType::AuthenticationFailed,
            "There is nobody here to ask for the password.",
        ))
    }

    /// Shows something outside the window, where the system can; it does not wait for it.
    fn notify(&self, _notice: &Notice) {}

    /// Opens one of the catalogue's addresses in the person's browser; false where there is none.
    fn open_page(&self, _address: &str) -> bool {
        false
    }

    /// Opens the print dialogue of what the window shows; false where there is none.
    fn print(&self) -> bool;
}

/// What anybody who looks at the screen may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub title: String,
    pub body: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chooser<'a> {
    VaultFolder,
    ImportFile,
    KeyFile,
    BackupFile,
    SaveBackup { file_name: &'a str },
    SaveRecoverySheet { file_name: &'a str },
    SaveInvitationSheet { file_name: &'a str },
    SaveAuditLog { file_name: &'a str },
    SaveImportReport { file_name: &'a str },
}

/// A program without a window.
pub struct NoWindow;

impl Host for NoWindow {
    fn emit(&self, _event: &Event) {}

    fn choose(&self, _what: Chooser<'_>) -> Option<PathBuf> {
        None
    }

    fn print(&self) -> bool {
        false
    }
}
