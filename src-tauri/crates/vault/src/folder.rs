//! A vault's folder: making it, opening it, unlocking it.

mod create;
mod join;
mod lost;
mod open_database;
mod session;
mod stamp;
mod unlock;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ids::VaultId;
use domain::text::VaultName;

use crate::keys_file::{KEYS_FILE_NAME, KeysFile, ParseKeysError, ReadKeysError, WriteKeysError};
use crate::store::error::StoreError;
use crate::unlock_keys::UnlockKeysError;

pub use create::{CreateError, create_vault};
pub use join::{Invitation, JoinError};
pub(crate) use open_database::belonging_keys;
pub(crate) use stamp::KeysStamp;

/// A locked vault: what anyone who has the folder can read.
pub struct VaultFolder {
    path: PathBuf,
    keys: KeysFile,
    origin: KeysOrigin,
}

/// Where the keys were read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeysOrigin {
    File,
    /// `keys.json` cannot be parsed; its backup counts only if the database knows the same generation.
    Backup,
}

/// What to do where this device remembers a later state of the vault than it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OlderState {
    Refuse,
    /// A person knows why, such as after restoring a backup. The log says that it was accepted.
    Accept,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "There is no vault in this folder: keys.json is missing. If parts of the folder were deleted, restore a backup."
    )]
    Missing,
    #[error("This vault was written by a newer version of Turnstone. Update Turnstone to open it.")]
    NewerFormat,
    #[error("keys.json is damaged, and so is its copy keys.json.bak. Restore a backup.")]
    Damaged,
    #[error("The vault's folder could not be read.")]
    Io(#[from] io::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    #[error("Too many failed attempts. Wait before the next one.")]
    Wait(Duration),
    #[error(transparent)]
    Keys(#[from] UnlockKeysError),
    /// Wrong once too often: the next attempt has to wait.
    #[error("{wrong}")]
    WrongThenWait {
        #[source]
        wrong: UnlockKeysError,
        wait: Duration,
    },
    /// This device has seen a later state of the vault.
    #[error("This vault is older than the one this device has last seen: {what}.")]
    Rollback { what: &'static str },
    #[error(
        "keys.json and the database do not belong together: {what}. Restore both from one backup."
    )]
    KeysMismatch { what: &'static str },
    #[error("The vault's database is missing. Restore a backup.")]
    DatabaseMissing,
    #[error("keys.json could not be brought up to date: {0}")]
    WriteKeys(#[from] WriteKeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl VaultFolder {
    /// Reads the public part of a vault.
    pub fn open(path: &Path) -> Result<VaultFolder, OpenError> {
        let (keys, origin) = match KeysFile::read(path) {
            Ok(keys) => (keys, KeysOrigin::File),
            Err(ReadKeysError::Missing(_)) => return Err(OpenError::Missing),
            Err(ReadKeysError::Io(error)) => return Err(error.into()),
            Err(ReadKeysError::Parse(ParseKeysError::Newer { .. })) => {
                return Err(OpenError::NewerFormat);
            }
            Err(ReadKeysError::Parse(_)) => (
                KeysFile::read_backup(path).map_err(|_| OpenError::Damaged)?,
                KeysOrigin::Backup,
            ),
        };
        Ok(VaultFolder {
            path: path.to_owned(),
            keys,
            origin,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn id(&self) -> VaultId {
        self.keys.vault_id()
    }

    pub fn name(&self) -> &VaultName {
        self.keys.name()
    }

    /// Whether a folder looks like a vault at all.
    pub fn is_vault(path: &Path) -> bool {
        path.join(KEYS_FILE_NAME).is_file()
    }
}
