//! Opening the database that `keys.json` names, for writing where possible, and settling what a crash between the two
//! has left.

use std::path::Path;

use rusqlite::Connection;

use super::{KeysOrigin, UnlockError};
use crate::announced::{PlaceError, place};
use crate::identity::Identity;
use crate::keys_file::{KeysFile, ReadKeysError};
use crate::membership::Membership;
use crate::rekey::RekeyError;
use crate::store::connection;
use crate::store::error::StoreError;
use crate::store::vault_row::{self, VaultRow};
use crate::unlock_keys::{
    ChangeKeysError as ChangeFileError, UnlockedKeys, require_replayed, verify_keys_file,
    verify_vaults_file,
};

pub(super) struct OpenedDatabase {
    pub connection: Connection,
    /// Why it can only be read.
    pub read_only: Option<String>,
}

/// A database whose log says the same of the members as the `keys.json` that belongs to it.
pub(super) struct Settled {
    pub opened: OpenedDatabase,
    pub members: Membership,
    /// The newer `keys.json` that was rolled forward to.
    pub next: Option<KeysFile>,
}

pub(super) fn open(
    folder: &Path,
    file: &KeysFile,
    origin: KeysOrigin,
    keys: &UnlockedKeys,
) -> Result<Settled, UnlockError> {
    let path = folder.join(file.database().as_str());
    if !path.try_exists().map_err(StoreError::from)? {
        return Err(UnlockError::DatabaseMissing);
    }
    let opened = match connection::open(&path, &keys.page_key) {
        Ok(connection) => OpenedDatabase {
            connection,
            read_only: None,
        },
        Err(error @ (StoreError::ReadOnly { .. } | StoreError::DiskFull | StoreError::Io(_))) => {
            let connection = connection::open_read_only(&path, &keys.page_key)?;
            OpenedDatabase {
                connection,
                read_only: Some(reason(&error)),
            }
        }
        Err(error) => return Err(error.into()),
    };
    settle(opened, folder, file, origin, keys)
}

/// Why a vault is open for reading only, for the window's banner.
pub(crate) fn reason(error: &StoreError) -> String {
    match error {
        StoreError::DiskFull => "the disk is full".to_owned(),
        StoreError::ReadOnly { reason } => reason.clone(),
        _ => "its folder or files cannot be written".to_owned(),
    }
}

/// Compares the generations of the two files, and what they say of the members. A newer `keys.json` that the database
/// has announced is put in place; before all that nothing is written.
fn settle(
    mut opened: OpenedDatabase,
    folder: &Path,
    file: &KeysFile,
    origin: KeysOrigin,
    keys: &UnlockedKeys,
) -> Result<Settled, UnlockError> {
    let snapshot = opened.connection.transaction().map_err(StoreError::from)?;
    let row = vault_row::read(&snapshot)?;
    let next = require_together(&row, file, origin, keys)?;
    let members =
        Membership::replay(&snapshot, file.vault_id(), file.genesis()).map_err(StoreError::from)?;
    drop(snapshot);
    require_replayed(next.as_ref().unwrap_or(file), &members)?;
    let repair = next.is_some() || origin == KeysOrigin::Backup || row.keys_pending.is_some();
    if repair && opened.read_only.is_none() {
        let newest = next.as_ref().unwrap_or(file);
        place(&mut opened.connection, folder, newest)?;
    }
    Ok(Settled {
        opened,
        members,
        next,
    })
}

/// Answers the file that the database has announced, where `keys.json` is the one before it.
fn require_together(
    row: &VaultRow,
    file: &KeysFile,
    origin: KeysOrigin,
    keys: &UnlockedKeys,
) -> Result<Option<KeysFile>, UnlockError> {
    let mismatch = |what| Err(UnlockError::KeysMismatch { what });
    if row.vault != file.vault_id() || row.key_epoch != keys.epoch {
        return mismatch("they are of different vaults");
    }
    if file.generation() == row.keys_generation {
        if file.hash() != row.keys_hash {
            return mismatch("keys.json is not the one that the database knows");
        }
        return Ok(None);
    }
    if file.generation() > row.keys_generation {
        return mismatch("the database is older");
    }
    let next = announced(row, file, keys)?;
    if origin == KeysOrigin::Backup {
        return mismatch("keys.json is damaged and its copy is older");
    }
    Ok(Some(next))
}

/// The content that the database holds for the generation after this file's.
fn announced(
    row: &VaultRow,
    file: &KeysFile,
    keys: &UnlockedKeys,
) -> Result<KeysFile, UnlockError> {
    let mismatch = |what| UnlockError::KeysMismatch { what };
    let pending = row
        .keys_pending
        .as_ref()
        .filter(|_| file.generation() + 1 == row.keys_generation)
        .ok_or(mismatch("keys.json is older"))?;
    let next = KeysFile::parse(pending).map_err(|_| mismatch("its successor is damaged"))?;
    if next.generation() != row.keys_generation || next.hash() != row.keys_hash {
        return Err(mismatch("its successor is not the one announced"));
    }
    verify_vaults_file(&next, &keys.identity)?;
    Ok(next)
}

/// The `keys.json` that belongs to the database's state: the one in place, or the one announced that is not there yet.
pub(crate) fn belonging_keys(
    connection: &Connection,
    folder: &Path,
    identity: &Identity,
) -> Result<KeysFile, RekeyError> {
    let row = vault_row::read(connection)?;
    let there = KeysFile::read(folder)?;
    let belonging = match row.keys_pending {
        Some(pending) if there.generation() + 1 == row.keys_generation => {
            KeysFile::parse(&pending).map_err(ReadKeysError::from)?
        }
        _ => there,
    };
    verify_keys_file(&belonging, identity).map_err(ChangeFileError::from)?;
    if (belonging.generation(), belonging.hash()) == (row.keys_generation, row.keys_hash) {
        Ok(belonging)
    } else {
        Err(StoreError::integrity("keys.json").into())
    }
}

impl From<PlaceError> for UnlockError {
    fn from(error: PlaceError) -> UnlockError {
        match error {
            PlaceError::Write(error) => UnlockError::WriteKeys(error),
            PlaceError::Store(error) => UnlockError::Store(error),
        }
    }
}
