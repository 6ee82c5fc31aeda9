//! What can go wrong with the database, in the few kinds that a caller can act on.

use domain::mask::display_text;
use rusqlite::{ErrorCode, ffi};

use crate::entropy::EntropyError;

/// A fault of the store. The cause is kept for a log and holds no value: rusqlite's messages name tables and columns only.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("another program is writing to this vault; try again in a moment")]
    Busy,
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    #[error("the vault can only be read: {reason}")]
    ReadOnly { reason: String },
    #[error("the vault was written by a newer version of Turnstone")]
    NewerFormat,
    #[error("the vault's database is damaged: {what}")]
    Damaged { what: String },
    /// A record does not match what the audit log says of it.
    #[error("{what} was changed by something other than Turnstone")]
    Integrity { what: String },
    #[error("the keys of this vault were changed meanwhile; lock and unlock it again")]
    KeysChanged,
    /// The plan was decided on another state of the secret than the one that is stored.
    #[error("the secret was changed meanwhile")]
    Stale,
    #[error("this member's keys seal no values")]
    NoValueKey,
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error("the vault's files could not be read or written")]
    Io(#[source] std::io::Error),
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> StoreError {
        use std::io::ErrorKind::{
            PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match error.kind() {
            StorageFull | QuotaExceeded => StoreError::DiskFull,
            ReadOnlyFilesystem | PermissionDenied => StoreError::ReadOnly {
                reason: "its folder or files cannot be written".to_owned(),
            },
            _ => StoreError::Io(error),
        }
    }
}

impl StoreError {
    pub(crate) fn damaged(what: impl Into<String>) -> StoreError {
        StoreError::Damaged { what: what.into() }
    }

    /// Which of the faults it is, for a log: the words of some name a record.
    pub fn kind(&self) -> &'static str {
        match self {
            StoreError::Busy => "busy",
            StoreError::DiskFull => "disk_full",
            StoreError::ReadOnly { .. } => "read_only",
            StoreError::NewerFormat => "newer_format",
            StoreError::Damaged { .. } => "damaged",
            StoreError::Integrity { .. } => "integrity",
            StoreError::KeysChanged => "keys_changed",
            StoreError::Stale => "stale",
            StoreError::NoValueKey => "no_value_key",
            StoreError::Entropy(_) => "entropy",
            StoreError::Io(_) => "io",
        }
    }

    /// `what` may hold a record's name, which in a record that was meddled with can be any text.
    pub(crate) fn integrity(what: impl Into<String>) -> StoreError {
        StoreError::Integrity {
            what: display_text(&what.into()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        let Some(cause) = error.sqlite_error() else {
            // A column of an unexpected type or a missing row: STRICT tables and our own SQL leave only damage.
            return StoreError::damaged(error.to_string());
        };
        match cause.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
            ErrorCode::DiskFull => StoreError::DiskFull,
            // The index of the log could not be given its size: there is no room for it.
            _ if cause.extended_code == ffi::SQLITE_IOERR_SHMSIZE => StoreError::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
                StoreError::ReadOnly {
                    reason: "its folder or files cannot be written".to_owned(),
                }
            }
            ErrorCode::SystemIoFailure => StoreError::Io(std::io::Error::other(format!(
                "database error {}",
                cause.extended_code
            ))),
            _ => StoreError::damaged(format!("database error {}", cause.extended_code)),
        }
    }
}
