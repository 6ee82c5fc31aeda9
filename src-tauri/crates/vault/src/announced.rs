//! A change of `keys.json`: the database announces the next file in the transaction of the entry that says why, then the
//! file is replaced. What was announced counts, and takes its place at the next unlock at the latest.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::audit_log::LogEnd;
use crate::folder::{KeysStamp, belonging_keys};
use crate::keys_file::{KeysFile, WriteKeysError};
use crate::membership::Membership;
use crate::store::error::StoreError;
use crate::store::vault_row;
use crate::unlock_keys::require_replayed;
use crate::unlocked::{UnlockedVault, lock};

/// Whether a `keys.json` that was announced is in place. The change itself is done either way.
#[derive(Debug)]
#[must_use]
pub enum Placed {
    Now,
    /// Until it is, the file before opens the vault. This session tries again when it rests and when it is locked.
    Later(PlaceError),
}

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error(transparent)]
    Write(#[from] WriteKeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Announces the `keys.json` that `make` builds on the members as this transaction leaves them; `before` is what they
/// were when it began.
pub(crate) fn announce<E: From<StoreError>>(
    connection: &Connection,
    before: &Membership,
    make: impl FnOnce(&Membership) -> Result<KeysFile, E>,
) -> Result<(KeysFile, Membership), E> {
    let mut members = before.clone();
    members.extend(connection).map_err(StoreError::from)?;
    let next = make(&members)?;
    // It was made from a file that somebody may have put there for that moment.
    require_replayed(&next, &members)
        .map_err(|error| StoreError::integrity(format!("keys.json ({error})")))?;
    vault_row::announce_keys(
        connection,
        next.generation(),
        next.hash(),
        &next.to_readable_bytes()?,
    )?;
    Ok((next, members))
}

/// Writes `keys.json` under the database's write lock and notes that it is there.
pub(crate) fn place(
    connection: &mut Connection,
    folder: &Path,
    file: &KeysFile,
) -> Result<(), PlaceError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StoreError::from)?;
    match KeysFile::read(folder) {
        // Another program was here first and has gone on, or made a new generation of keys.
        Ok(there) if there.generation() > file.generation() => return Ok(()),
        // The database did not know of a new generation that is in place; what it announced since does not count.
        Ok(there) if there.generation() == file.generation() && there.hash() != file.hash() => {
            return Err(StoreError::KeysChanged.into());
        }
        Ok(_) | Err(_) => {}
    }
    if vault_row::read(&transaction)?.keys_generation == file.generation() {
        file.write_atomically(folder)?;
        vault_row::keys_in_place(&transaction, file.generation())?;
    }
    Ok(transaction.commit().map_err(StoreError::from)?)
}

impl UnlockedVault {
    /// Replaces `keys.json` by the file that was announced with the entry at `end`. Nothing that fails here undoes the
    /// change; [`StoreError::KeysChanged`] where it never counted, because the vault had got new keys before.
    pub(crate) fn place_announced(
        &self,
        next: &KeysFile,
        end: Option<LogEnd>,
    ) -> Result<Placed, StoreError> {
        let placed = match self.writing_connection() {
            Ok(mut connection) => place(&mut connection, &self.folder, next),
            Err(error) => Err(error.into()),
        };
        match placed {
            Ok(()) => {
                *lock(&self.keys_stamp) = KeysStamp::of(next);
                if let Some(end) = end {
                    self.remember_head(end);
                }
                Ok(Placed::Now)
            }
            Err(PlaceError::Store(StoreError::KeysChanged)) => Err(StoreError::KeysChanged),
            Err(later) => Ok(Placed::Later(later)),
        }
    }

    /// Puts in place what was announced and could not be then.
    pub(crate) fn place_what_waits(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if vault_row::read(connection)?.keys_pending.is_none() {
            return Ok(());
        }
        // What cannot be placed now, or is not for this session to judge, waits for the next unlock.
        if let Ok(waiting) = belonging_keys(connection, &self.folder, &self.identity)
            && place(connection, &self.folder, &waiting).is_ok()
        {
            *lock(&self.keys_stamp) = KeysStamp::of(&waiting);
        }
        Ok(())
    }
}
