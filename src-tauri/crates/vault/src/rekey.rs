//! A new generation of a vault's keys: another page key, another value key, and a new database file that takes the
//! place of the old one. FORMAT.md, "Generations of keys", says what is on disk at each step.
//!
//! The new file is a copy, made beside the open vault and without its lock. Only the end of it, from the comparison
//! with the newest state to the rename of `keys.json`, holds the old file's write lock.

// Only here can a process kill itself.
#[cfg(all(test, unix))]
mod crashes;
mod new_file;
mod refingerprint;
mod rewrap;
mod switch;

use std::ops::ControlFlow;

use domain::role::Permission;
use domain::time::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use crate::entropy::EntropyError;
use crate::fault;
use crate::identity::Identity;
use crate::keys_file::{Content, ReadKeysError};
use crate::page_key::PageKey;
use crate::store::error::StoreError;
use crate::store::{connection, vault_row, versions, wrapped_keys};
use crate::unlock_keys::ChangeKeysError;
use crate::unlocked::UnlockedVault;
use crate::wrapped_key::ValueKey;
use new_file::NewFile;
use rewrap::Rewrapping;

pub(crate) use new_file::{has_leftovers, remove_leftovers};

/// Copies made beside the open vault, while others may write, before one is made that makes them wait.
const COPIES_WITHOUT_LOCK: u32 = 2;

/// How far a re-keying is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RekeyProgress {
    pub stage: RekeyStage,
    /// Pages, wrapped keys and values.
    pub done: u64,
    pub total: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RekeyStage {
    /// The vault is copied; this can be stopped, and starts anew where somebody writes meanwhile.
    Copy,
    /// The new generation takes the old one's place; this can no longer be stopped.
    Switch,
}

/// A vault that has got new keys.
pub struct Rekeyed {
    /// The vault under its new keys. `None` where it could not be opened: it has to be unlocked again.
    pub vault: Option<UnlockedVault>,
    /// Values that did not open before, and so do not now.
    pub unopened: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    #[error("It was stopped. The vault has the keys it had.")]
    Cancelled,
    #[error("This member's role does not allow to change the vault's keys.")]
    NotAllowed,
    #[error("keys.json could not be read: {0}")]
    Read(#[from] ReadKeysError),
    #[error(transparent)]
    Keys(#[from] ChangeKeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The next generation while it is being made, in a transaction of its own database: the log is the old one's, as it
/// is at the switch.
pub(crate) struct NextGeneration<'a> {
    pub connection: &'a Connection,
    /// The next `keys.json`: generation, epoch and database are new, members and grants still the old ones.
    pub content: Content,
    pub now: Timestamp,
    /// Where the act gives the actor a new identity, which signs what follows.
    pub renewed: Option<Identity>,
}

/// What only members of the next generation get.
struct NextKeys {
    page_key: PageKey,
    value_key: ValueKey,
    epoch: u32,
}

/// A copy of one state of the old database.
struct Copied {
    connection: Connection,
    /// Of the connection that was copied from: another one means that somebody has written since.
    data_version: i64,
    unopened: u64,
}

impl UnlockedVault {
    /// Gives the vault new keys. This one then answers [`StoreError::KeysChanged`] to everything; the answer takes its
    /// place. `tell` is called now and then, and stops the act by breaking.
    pub fn rekey(
        &self,
        now: Timestamp,
        tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    ) -> Result<Rekeyed, RekeyError> {
        self.rekey_with(now, |_| Ok(()), tell)
    }

    /// As [`UnlockedVault::rekey`], with a change of the vault's members that takes effect at the switch or not at all.
    pub(crate) fn rekey_with(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut NextGeneration<'_>) -> Result<(), RekeyError>,
        tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    ) -> Result<Rekeyed, RekeyError> {
        if self.actor.role < Permission::ManageMembers.least_role() {
            return Err(RekeyError::NotAllowed);
        }
        let keys = NextKeys::generate(self.key_epoch)?;
        let mut file = self.begin_file()?;
        fault::point("begun");
        let mut source = connection::open_reader(&self.database, &self.page_key)?;
        let mut copied = self.copy(&mut source, &mut file, &keys, tell)?;
        for _ in 1..COPIES_WITHOUT_LOCK {
            if !copied.is_outdated(&source)? {
                break;
            }
            copied = self.copy_again(copied, &mut source, &mut file, &keys, tell)?;
        }

        let mut writing = self.writing_connection()?;
        let old = writing
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        fault::point("locked");
        self.require_same_keys(&old)?;
        self.require_grown_log(&old)?;
        if copied.is_outdated(&source)? {
            copied = self.copy_again(copied, &mut source, &mut file, &keys, tell)?;
        }
        say(tell, RekeyStage::Switch, (0, 1))?;
        // It would keep the old file's log from being emptied.
        drop(source);
        let switched = self.switch(old, file, copied, keys, now, change)?;
        drop(writing);
        Ok(self.succeeded_by(switched))
    }

    /// Takes a name and makes the file, under the write lock: whoever removes what is left over holds it too.
    fn begin_file(&self) -> Result<NewFile, RekeyError> {
        let mut writing = self.writing_connection()?;
        let lock = writing
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        self.require_same_keys(&lock)?;
        remove_leftovers(&self.folder, &self.database)?;
        Ok(NewFile::begin(&self.folder, &self.database)?)
    }

    fn copy_again(
        &self,
        outdated: Copied,
        source: &mut Connection,
        file: &mut NewFile,
        keys: &NextKeys,
        tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    ) -> Result<Copied, RekeyError> {
        drop(outdated);
        file.start_over().map_err(StoreError::from)?;
        self.copy(source, file, keys, tell)
    }

    /// Copies the newest state and wraps its keys anew.
    fn copy(
        &self,
        source: &mut Connection,
        file: &mut NewFile,
        keys: &NextKeys,
        tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    ) -> Result<Copied, RekeyError> {
        let old_keys = self.value_key.as_ref().ok_or(StoreError::NoValueKey)?;
        // Held open, so that what others write meanwhile neither mixes in nor starts the copy anew.
        let state = source.transaction().map_err(StoreError::from)?;
        let data_version = connection::data_version(&state)?;
        vault_row::read(&state)?;
        let pages = connection::page_count(&state)?;
        let total = pages + wrapped_keys::count(&state)? + versions::count_of_values(&state)?;
        say(tell, RekeyStage::Copy, (0, total))?;
        let connection = connection::copy_in_steps(&state, file.path(), &keys.page_key, |done| {
            fault::point("copying");
            say(tell, RekeyStage::Copy, (done, total))
        })?;
        drop(state);
        fault::point("copied");
        connection::leave_log(&connection)?;
        let rewrapping = Rewrapping {
            vault: self.vault,
            old: (old_keys, self.key_epoch),
            new: (&keys.value_key, keys.epoch),
        };
        let unopened = rewrapping.carry_out(&connection, |done| {
            fault::point("rewrapping");
            say(tell, RekeyStage::Copy, (pages + done, total))
        })?;
        fault::point("rewrapped");
        say(tell, RekeyStage::Copy, (total, total))?;
        Ok(Copied {
            connection,
            data_version,
            unopened,
        })
    }
}

impl NextKeys {
    fn generate(epoch: u32) -> Result<NextKeys, StoreError> {
        let epoch = epoch
            .checked_add(1)
            .ok_or_else(|| StoreError::damaged("the number of its keys is out of range"))?;
        Ok(NextKeys {
            page_key: PageKey::generate()?,
            value_key: ValueKey::generate()?,
            epoch,
        })
    }
}

impl Copied {
    fn is_outdated(&self, source: &Connection) -> Result<bool, StoreError> {
        Ok(connection::data_version(source)? != self.data_version)
    }
}

/// Tells of the progress, and whether to go on.
fn say(
    tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    stage: RekeyStage,
    (done, total): (u64, u64),
) -> Result<(), RekeyError> {
    match tell(RekeyProgress { stage, done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(RekeyError::Cancelled),
    }
}

impl From<EntropyError> for RekeyError {
    fn from(error: EntropyError) -> RekeyError {
        RekeyError::Store(error.into())
    }
}
