//! Backups: one file with `keys.json` and a consistent copy of the database, which says itself whether it is whole.

mod container;
mod scratch;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use domain::audit::Action;
use domain::ids::VaultId;
use domain::text::VaultName;
use domain::time::Timestamp;
use rusqlite::Connection;

use crate::audit_log::{Draft, LogTail, Signer};
use crate::check::{CheckReport, Scope, check_database};
use crate::device::{Device, make_private_folder};
use crate::keys_file::{KEYS_FILE_NAME, KeysFile, ReadKeysError};
use crate::membership::Membership;
use crate::store::error::StoreError;
use crate::store::{connection, counts, vault_row};
use crate::unlock_keys::{
    UnlockKeysError, UnlockWith, UnlockedKeys, require_own_place, require_replayed, unlock_keys,
};
use crate::unlocked::UnlockedVault;
use container::{Container, ContainerError};
use scratch::ScratchFolder;
pub(crate) use scratch::remove_abandoned;

/// How often a copy is tried while another program changes the keys.
const ATTEMPTS: usize = 3;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("There is a file of this name already. Choose another name.")]
    Exists,
    #[error("This file is no backup of Turnstone.")]
    NotABackup,
    #[error("This backup was written by a newer version of Turnstone.")]
    NewerFormat,
    #[error("This backup is damaged: {0}. Use another one.")]
    Damaged(&'static str),
    #[error("There is something in this folder already. Choose a new one.")]
    FolderNotEmpty,
    #[error(transparent)]
    Keys(#[from] UnlockKeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a new backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupMade {
    pub bytes: u64,
    /// Live ones and those in the trash.
    pub secrets: u64,
}

/// What a backup was found to be.
#[derive(Debug)]
pub struct BackupChecked {
    pub vault: VaultId,
    pub name: VaultName,
    pub created_at: Timestamp,
    pub secrets: u64,
    pub report: CheckReport,
}

impl UnlockedVault {
    /// Writes a backup to a new file. It opens with the passwords and codes of this moment.
    pub fn backup_to(&self, target: &Path, now: Timestamp) -> Result<BackupMade, BackupError> {
        if target.try_exists().map_err(StoreError::from)? {
            return Err(BackupError::Exists);
        }
        let beside = target
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let scratch = ScratchFolder::new_in(beside)?;
        if self.read_only.is_none() {
            self.write(now, |writer| {
                writer.record_act(Action::BackupCreated, &[], None)
            })?;
        }
        let copy = scratch.path().join("copy.db");
        let (keys, secrets) = self.copy_consistently(&copy)?;
        let whole = scratch.path().join("backup");
        let bytes = container::write(&whole, &keys.to_bytes(), &copy, now)?;
        // A link fails where the name was taken meanwhile; a rename would not.
        match fs::hard_link(&whole, target) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(BackupError::Exists);
            }
            // Some file systems have no links.
            Err(_) => fs::rename(&whole, target).map_err(StoreError::from)?,
        }
        Ok(BackupMade { bytes, secrets })
    }

    /// Copies the database, and reads the `keys.json` that belongs to the copy.
    fn copy_consistently(&self, copy: &Path) -> Result<(KeysFile, u64), BackupError> {
        for _ in 0..ATTEMPTS {
            self.require_current()?;
            let source = match self.read_only {
                None => connection::open_reader(&self.database, &self.page_key)?,
                Some(_) => connection::open_read_only(&self.database, &self.page_key)?,
            };
            let target = connection::copy(&source, copy, &self.page_key)?;
            let row = vault_row::read(&target)?;
            let tallied = counts::read(&target)?;
            connection::close_copy(target)?;
            let keys = KeysFile::read(&self.folder).map_err(unreadable)?;
            if row.keys_generation == keys.generation() && row.keys_hash == keys.hash() {
                return Ok((keys, tallied.live + tallied.trashed));
            }
            fs::remove_file(copy).map_err(StoreError::from)?;
        }
        Err(StoreError::Busy.into())
    }
}

/// Checks a backup: that it is whole, that the password opens it, and that all in it fits together.
pub fn check_backup(path: &Path, with: UnlockWith<'_>) -> Result<BackupChecked, BackupError> {
    let container = Container::open(path)?;
    let scratch = ScratchFolder::new_in(&std::env::temp_dir())?;
    let taken = TakenOut::new(&container, scratch.path(), with)?;
    let mut connection = connection::open(&taken.database, &taken.unlocked.page_key)?;
    let tallied = counts::read(&connection)?;
    let report = check_database(&mut connection, &taken.database, &taken.scope());
    Ok(BackupChecked {
        vault: taken.keys.vault_id(),
        name: taken.keys.name().clone(),
        created_at: container.created_at,
        secrets: tallied.live + tallied.trashed,
        report,
    })
}

/// Puts a backup's vault into a new folder. A device that has seen a later state of it will ask at the first unlock.
pub fn restore_backup(
    path: &Path,
    folder: &Path,
    with: UnlockWith<'_>,
    device: &Device,
    now: Timestamp,
) -> Result<VaultId, BackupError> {
    let container = Container::open(path)?;
    let taken_already = folder.try_exists().map_err(StoreError::from)?
        && fs::read_dir(folder)
            .map_err(StoreError::from)?
            .next()
            .is_some();
    if taken_already {
        return Err(BackupError::FolderNotEmpty);
    }
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    make_private_folder(parent).map_err(StoreError::from)?;
    let scratch = ScratchFolder::new_in(parent)?;
    let taken = TakenOut::new(&container, scratch.path(), with)?;
    taken.record_restore(device, now)?;
    let vault = taken.keys.vault_id();
    // An empty folder of that name gives way; one that is not empty makes the rename fail.
    fs::rename(scratch.path(), folder).map_err(StoreError::from)?;
    Ok(vault)
}

/// A backup's vault in a folder of its own, with its keys opened.
struct TakenOut {
    keys: KeysFile,
    unlocked: UnlockedKeys,
    database: std::path::PathBuf,
    members: Membership,
}

impl TakenOut {
    fn new(
        container: &Container,
        folder: &Path,
        with: UnlockWith<'_>,
    ) -> Result<TakenOut, BackupError> {
        let keys = KeysFile::parse(&container.keys)
            .map_err(|_| BackupError::Damaged("its keys cannot be read"))?;
        let unlocked = unlock_keys(&keys, with)?;
        container.take_out(KEYS_FILE_NAME, keys.database().as_str(), folder)?;
        let database = folder.join(keys.database().as_str());
        let connection = connection::open(&database, &unlocked.page_key)?;
        let row = vault_row::read(&connection)?;
        if row.keys_hash != keys.hash() || row.vault != keys.vault_id() {
            return Err(BackupError::Damaged(
                "its keys and its database do not belong together",
            ));
        }
        let members = Membership::replay(&connection, keys.vault_id(), keys.genesis())
            .map_err(StoreError::from)?;
        require_replayed(&keys, &members)?;
        require_own_place(&unlocked, &members)?;
        Ok(TakenOut {
            keys,
            unlocked,
            database,
            members,
        })
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            vault: self.keys.vault_id(),
            genesis: self.keys.genesis_hash(),
            members: &self.members,
            value_key: self.unlocked.value_key.as_ref(),
            key_epoch: self.unlocked.epoch,
        }
    }

    fn record_restore(&self, device: &Device, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = connection::open(&self.database, &self.unlocked.page_key)?;
        let signer = Signer {
            vault: self.keys.vault_id(),
            genesis: self.keys.genesis_hash(),
            device: device.id(),
            member: self.unlocked.identity.member_id(),
            identity: &self.unlocked.identity,
        };
        let draft = Draft::of_vault(Action::BackupRestored);
        let transaction = connection.transaction()?;
        LogTail::read(&transaction, &signer)?.append(&transaction, &signer, &draft, now)?;
        transaction.commit()?;
        close(connection)
    }
}

/// Closing the last connection moves the log into the database and removes it.
fn close(connection: Connection) -> Result<(), StoreError> {
    connection.close().map_err(|(_, error)| error.into())
}

fn unreadable(error: ReadKeysError) -> StoreError {
    match error {
        ReadKeysError::Io(error) => StoreError::Io(error),
        ReadKeysError::Missing(_) | ReadKeysError::Parse(_) => {
            StoreError::damaged("keys.json cannot be read")
        }
    }
}

impl From<ContainerError> for BackupError {
    fn from(error: ContainerError) -> BackupError {
        match error {
            ContainerError::NotABackup => BackupError::NotABackup,
            ContainerError::Newer => BackupError::NewerFormat,
            ContainerError::CutOff => BackupError::Damaged("its end is missing"),
            ContainerError::Changed => {
                BackupError::Damaged("its bytes are not those that were written")
            }
            ContainerError::Io(error) => BackupError::Store(error.into()),
        }
    }
}
