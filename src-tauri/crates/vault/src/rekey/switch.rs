//! The end of a re-keying, under the old database's write lock: the last entries, the proof, and the rename of
//! `keys.json`, which is the switch.

use std::path::PathBuf;

use domain::audit::Action;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::new_file::{NewFile, remove_database};
use super::{Copied, NextGeneration, NextKeys, RekeyError, Rekeyed};
use crate::audit_log::{Draft, LogEnd, LogTail, Signer};
use crate::fault;
use crate::folder::belonging_keys;
use crate::identity::Identity;
use crate::keys_file::{KeysFile, sync_folder};
use crate::membership::Membership;
use crate::store::error::StoreError;
use crate::store::{connection, vault_row};
use crate::unlock_keys::{
    ChangeKeysError, UnlockWith, UnlockedKeys, require_own_place, require_replayed, reseal,
    unlock_keys,
};
use crate::unlocked::{Successor, UnlockedVault};

/// The new generation, in place.
pub(super) struct Switched {
    keys: KeysFile,
    unlocked: UnlockedKeys,
    membership: Membership,
    database: PathBuf,
    writer: Connection,
    log_end: LogEnd,
    unopened: u64,
}

impl UnlockedVault {
    /// Finishes the copy and puts it in the old one's place. `old` holds the old database's write lock.
    pub(super) fn switch(
        &self,
        old: Transaction<'_>,
        mut file: NewFile,
        copied: Copied,
        keys: NextKeys,
        now: Timestamp,
        change: impl FnOnce(&mut NextGeneration<'_>) -> Result<(), RekeyError>,
    ) -> Result<Switched, RekeyError> {
        let Copied {
            connection,
            unopened,
            ..
        } = copied;
        let present = belonging_keys(&old, &self.folder, &self.identity)?;
        let finished = self.finish(&connection, &present, &file, &keys, now, change)?;
        fault::point("finished");
        connection::close_copy(connection)?;
        let (unlocked, mut writer) = prove(&finished, &file)?;
        file.sync().map_err(StoreError::from)?;
        sync_folder(&self.folder).map_err(StoreError::from)?;
        fault::point("synced");
        let Finished {
            keys,
            membership,
            log_end,
            ..
        } = finished;
        self.put_in_place(&keys, &mut file, &mut writer)?;
        fault::point("switched");

        // The new generation counts from here on. What fails below is cleared up at the next unlock.
        let superseded = vault_row::supersede(&old, keys.epoch(), keys.generation(), keys.hash());
        if superseded.is_ok() {
            let _: Result<(), _> = old.commit();
        }
        fault::point("superseded");
        remove_database(&self.database);
        fault::point("removed");
        Ok(Switched {
            database: file.path().to_owned(),
            keys,
            unlocked,
            membership,
            writer,
            log_end,
            unopened,
        })
    }

    /// Replaces `keys.json`. Whoever unlocks the new generation meanwhile waits for its write lock: else both would
    /// write that file.
    fn put_in_place(
        &self,
        keys: &KeysFile,
        file: &mut NewFile,
        writer: &mut Connection,
    ) -> Result<(), RekeyError> {
        let placing = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        if let Err(error) = keys.write_atomically(&self.folder) {
            // It may be there all the same: what failed can be what comes after the rename.
            match KeysFile::read(&self.folder) {
                Ok(there) if there.generation() < keys.generation() => {
                    return Err(StoreError::from(error).into());
                }
                Ok(there) if there.hash() == keys.hash() => file.is_named(),
                _ => {
                    file.is_named();
                    return Err(StoreError::from(error).into());
                }
            }
            // Its copy is replaced at the next unlock.
            return Ok(());
        }
        file.is_named();
        let noted = vault_row::keys_in_place(&placing, keys.generation());
        if noted.is_ok() {
            let _: Result<(), _> = placing.commit();
        }
        Ok(())
    }

    /// The last transaction of the copy: what happened to the vault, and the `keys.json` that goes with it.
    fn finish(
        &self,
        copy: &Connection,
        present: &KeysFile,
        file: &NewFile,
        keys: &NextKeys,
        now: Timestamp,
        change: impl FnOnce(&mut NextGeneration<'_>) -> Result<(), RekeyError>,
    ) -> Result<Finished, RekeyError> {
        let transaction = copy.unchecked_transaction().map_err(StoreError::from)?;
        let mut content = present.content().clone();
        content.generation += 1;
        content.epoch = keys.epoch;
        content.database = file.name().clone();
        let mut next = NextGeneration {
            connection: &transaction,
            content,
            now,
            renewed: None,
        };
        change(&mut next)?;
        let identity = next.renewed.as_ref().unwrap_or(&self.identity);
        let signer = Signer {
            identity,
            ..self.signer()
        };
        let entry = Draft::of_vault(Action::VaultRekeyed);
        let log_end = LogTail::read(next.connection, &signer)?.append(
            next.connection,
            &signer,
            &entry,
            next.now,
        )?;
        // The change may have been one of the members.
        let membership = Membership::replay(next.connection, self.vault, present.genesis())
            .map_err(StoreError::from)?;
        let new_keys = (&keys.page_key, &keys.value_key);
        let keys = reseal(next.content, identity, new_keys, &membership)?;
        vault_row::begin_generation(
            next.connection,
            keys.epoch(),
            keys.generation(),
            keys.hash(),
            &keys.to_readable_bytes()?,
        )?;
        transaction.commit().map_err(StoreError::from)?;
        let identity = identity.copy();
        Ok(Finished {
            keys,
            identity,
            membership,
            log_end,
        })
    }

    /// The session under the new keys. This one is over: it finds its keys changed.
    pub(super) fn succeeded_by(&self, switched: Switched) -> Rekeyed {
        let unopened = switched.unopened;
        // Who cannot open it now unlocks it again.
        let vault = self.open_successor(switched).ok();
        Rekeyed { vault, unopened }
    }

    fn open_successor(&self, switched: Switched) -> Result<UnlockedVault, StoreError> {
        let Switched {
            keys,
            unlocked,
            membership,
            database,
            writer,
            log_end,
            ..
        } = switched;
        self.succeeded(Successor {
            keys: &keys,
            unlocked,
            membership,
            database,
            writer,
            log_end,
        })
    }
}

/// A copy that lacks nothing but its place.
struct Finished {
    keys: KeysFile,
    identity: Identity,
    membership: Membership,
    log_end: LogEnd,
}

/// Opens the new generation as an unlock would: what does not open must not take the place of what does.
fn prove(finished: &Finished, file: &NewFile) -> Result<(UnlockedKeys, Connection), RekeyError> {
    let keys = KeysFile::parse(&finished.keys.to_bytes())
        .map_err(|error| StoreError::damaged(format!("its next keys.json: {error}")))?;
    let with = UnlockWith::Identity(finished.identity.copy());
    let unlocked = unlock_keys(&keys, with).map_err(ChangeKeysError::Untrusted)?;
    require_replayed(&keys, &finished.membership).map_err(ChangeKeysError::Untrusted)?;
    require_own_place(&unlocked, &finished.membership).map_err(ChangeKeysError::Untrusted)?;
    let opened = connection::open(file.path(), &unlocked.page_key)?;
    let row = vault_row::read(&opened)?;
    if (row.key_epoch, row.keys_hash) != (unlocked.epoch, keys.hash()) {
        return Err(StoreError::damaged("its new database is not as it was written").into());
    }
    Ok((unlocked, opened))
}
