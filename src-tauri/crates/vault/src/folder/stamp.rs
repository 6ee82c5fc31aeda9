//! Noticing that another program has replaced `keys.json`.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, TransactionState};

use crate::identity::Identity;
use crate::keys_file::{KEYS_FILE_NAME, KeysFile};
use crate::membership::Membership;
use crate::store::error::StoreError;
use crate::store::vault_row;
use crate::unlock_keys::{UnlockKeysError, require_replayed, verify_vaults_file};

/// The `keys.json` that a session last read, cheap to compare with the one on disk.
#[derive(Clone, Debug)]
pub(crate) struct KeysStamp {
    pub generation: u64,
    pub key_epoch: u32,
    pub database: String,
    /// `None` until a write has looked at the file itself.
    mark: Option<Mark>,
}

/// A replaced file is another inode; length and time catch what file systems without inodes do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl KeysStamp {
    /// Another program may replace the file at any moment between reading and looking, so the first write looks anew.
    pub(crate) fn of(keys: &KeysFile) -> KeysStamp {
        KeysStamp {
            generation: keys.generation(),
            key_epoch: keys.epoch(),
            database: keys.database().as_str().to_owned(),
            mark: None,
        }
    }

    /// What marks the file that is there now, where it is another one than this. Ask before it is read: one that is
    /// replaced in between is then noticed the next time.
    pub(crate) fn new_mark(&self, folder: &Path) -> Result<Option<Mark>, StoreError> {
        let mark = Mark::of(folder)?;
        Ok(Some(mark).filter(|mark| self.mark.as_ref() != Some(mark)))
    }

    /// The stamp of the file that is there now, once it has been found to be the vault's. `connection` reads the state
    /// that `members` was replayed from.
    pub(crate) fn next(
        &self,
        mark: Mark,
        folder: &Path,
        identity: &Identity,
        connection: &Connection,
        members: &Membership,
    ) -> Result<Option<KeysStamp>, StoreError> {
        let keys = KeysFile::read(folder)
            .map_err(|_| StoreError::damaged("keys.json was damaged meanwhile"))?;
        let untrusted =
            |error: UnlockKeysError| StoreError::integrity(format!("keys.json ({error})"));
        verify_vaults_file(&keys, identity).map_err(untrusted)?;
        if keys.epoch() != self.key_epoch
            || keys.database().as_str() != self.database
            || keys.verifying_key(identity.member_id()) != Some(identity.verifying_key())
        {
            return Err(StoreError::KeysChanged);
        }
        let row = vault_row::read(connection)?;
        let is_announced = row.keys_generation > keys.generation() && row.keys_pending.is_some();
        let may_be_ahead = row.keys_generation < keys.generation() && !is_writing(connection)?;
        if is_announced || may_be_ahead {
            // The next one is announced and about to be put in place, or it is there and this reader sees the state
            // before it. Either way the next look will tell. A writer sees the newest state, in which every file that
            // was ever in place has been announced.
            return Ok(None);
        }
        if row.keys_hash != keys.hash() {
            return Err(StoreError::integrity("keys.json"));
        }
        require_replayed(&keys, members).map_err(untrusted)?;
        Ok(Some(KeysStamp {
            mark: Some(mark),
            ..KeysStamp::of(&keys)
        }))
    }
}

fn is_writing(connection: &Connection) -> Result<bool, StoreError> {
    let state = connection.transaction_state(None::<&str>)?;
    Ok(state == TransactionState::Write)
}

impl Mark {
    fn of(folder: &Path) -> Result<Mark, StoreError> {
        let metadata = std::fs::metadata(folder.join(KEYS_FILE_NAME))?;
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Ok(Mark {
            inode,
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}
