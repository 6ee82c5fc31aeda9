//! An unlocked vault: one connection that writes, one that reads beside it, and the keys in memory.

mod seen;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::audit::Action;
use domain::ids::{DeviceId, MemberId, VaultId};
use domain::role::Actor;
use domain::rotation::{Here, Run};
use domain::text::VaultName;
use domain::time::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use crate::audit_log::{ActResult, Draft, LogEnd, LogWalk, Resource, Signer};
use crate::device::{HeadFile, WalkedFile, Workers};
use crate::folder::KeysStamp;
use crate::identity::{Identity, MacPurpose};
use crate::keys_file::KeysFile;
use crate::membership::Membership;
use crate::page_key::PageKey;
use crate::reader::Reader;
use crate::store::error::StoreError;
use crate::store::list::Anchors;
use crate::store::{connection, versions};
use crate::unlock_keys::UnlockedKeys;
use crate::wrapped_key::ValueKey;
use crate::writer::Writer;

pub(crate) use seen::LogSeen;

/// Whether anything can be written, and if not, why, in words for the window's banner (AUDIT-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteState {
    ReadWrite,
    ReadOnly { reason: String },
}

/// What the vault's keys and files are while it is unlocked. Dropping it wipes the keys.
///
/// No `Clone`, `Debug` or `Serialize`: it holds the keys.
pub struct UnlockedVault {
    pub(crate) folder: PathBuf,
    pub(crate) database: PathBuf,
    pub(crate) vault: VaultId,
    pub(crate) name: VaultName,
    pub(crate) actor: Actor,
    pub(crate) device: DeviceId,
    pub(crate) workers: Workers,
    pub(crate) head_file: HeadFile,
    pub(crate) walked_file: WalkedFile,
    pub(crate) identity: Identity,
    pub(crate) page_key: PageKey,
    pub(crate) value_key: Option<ValueKey>,
    pub(crate) key_epoch: u32,
    /// As far as this session has read the log: another program may have changed the members since.
    pub(crate) membership: Mutex<Arc<Membership>>,
    pub(crate) keys_stamp: Mutex<KeysStamp>,
    pub(crate) writer: Option<Mutex<Connection>>,
    pub(crate) reader: Mutex<Connection>,
    pub(crate) anchors: Mutex<Anchors>,
    pub(crate) log_seen: Mutex<LogSeen>,
    /// Begun where a record is first checked against its newest entry.
    pub(crate) log_walk: Mutex<Option<LogWalk>>,
    /// Why nothing can be written.
    pub(crate) read_only: Option<String>,
}

/// What a session of the same member is put together from, where this one's keys are over.
pub(crate) struct Successor<'a> {
    pub keys: &'a KeysFile,
    pub unlocked: UnlockedKeys,
    pub membership: Membership,
    pub database: PathBuf,
    pub writer: Connection,
    pub log_end: LogEnd,
}

impl UnlockedVault {
    pub fn vault_id(&self) -> VaultId {
        self.vault
    }

    pub fn name(&self) -> &VaultName {
        &self.name
    }

    /// The first Owner, in whom trust begins.
    pub(crate) fn founder(&self) -> MemberId {
        lock(&self.membership).founder()
    }

    /// This machine, as the log names it.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Where a run is worked on, for what it takes to know whether somebody else is at work on this one.
    pub fn here(&self, run: Option<&Run>) -> Here {
        let worker = self.workers.own();
        let lease = run.and_then(|run| run.parts().lease);
        let beside = lease.filter(|lease| lease.device == self.device && lease.worker != worker);
        let ended = beside.filter(|lease| self.workers.has_ended(lease.worker));
        Here {
            device: self.device,
            worker,
            ended: ended.map(|lease| lease.worker),
        }
    }

    /// The member whose keys are open.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn write_state(&self) -> WriteState {
        match &self.read_only {
            None => WriteState::ReadWrite,
            Some(reason) => WriteState::ReadOnly {
                reason: reason.clone(),
            },
        }
    }

    /// Runs `act` on one consistent state of the vault.
    pub fn read<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = lock(&self.reader);
        let transaction = connection.transaction().map_err(StoreError::from)?;
        self.require_same_keys(&transaction)?;
        // Dropping the transaction ends it; there is nothing to commit.
        act(&Reader::new(self, &transaction)?)
    }

    /// Runs `act` in one write transaction and commits what it did, with its audit entries; an error undoes all of it.
    pub fn write<T, E: From<StoreError>>(
        &self,
        now: Timestamp,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.writing_connection()?;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        self.require_same_keys(&transaction)?;
        self.require_grown_log(&transaction)?;
        let mut writer = Writer::new(self, &transaction, now)?;
        let answer = act(&mut writer)?;
        let end = writer.log_end();
        let added = writer.added();
        let destroyed = writer.has_destroyed();
        let signed = writer.take_signed();
        transaction.commit().map_err(StoreError::from)?;
        self.remember_signed(signed);
        if let Some(end) = end {
            self.has_seen(end);
            lock(&self.log_seen).own += added;
            self.remember_head(end);
        }
        if destroyed {
            // The values are gone from the database; what fails here is finished at the next write or unlock.
            let _ = finish_destroying(&mut connection);
        }
        Ok(answer)
    }

    /// Remembers what was walked of the log, merges the search index, empties the log file, and puts a `keys.json` in place that waits for it; for moments in which
    /// nobody waits.
    pub fn tidy(&self) -> Result<(), StoreError> {
        self.remember_walked();
        if self.read_only.is_some() {
            return Ok(());
        }
        let mut connection = self.writing_connection()?;
        self.place_what_waits(&mut connection)?;
        crate::store::search::merge(&connection)?;
        finish_destroying(&mut connection)
    }

    /// Writes the entry of the lock, empties the log file and drops the keys.
    pub fn lock(self, reason: &str, now: Timestamp) -> Result<(), StoreError> {
        if self.read_only.is_some() {
            return self.tidy();
        }
        self.write(now, |writer| {
            writer.record(&Draft {
                action: Action::VaultLocked,
                resource: Resource::Vault,
                revision: None,
                changed: vec![reason],
                reason: None,
                result: ActResult::Done,
                state_hash: None,
            })
        })?;
        self.tidy()
    }

    /// The members as the log that `connection` reads has them.
    pub(crate) fn members(&self, connection: &Connection) -> Result<Arc<Membership>, StoreError> {
        let mut known = lock(&self.membership);
        if known.is_behind(connection)? {
            Arc::make_mut(&mut known).extend(connection)?;
        }
        Ok(Arc::clone(&known))
    }

    /// The session that takes this one's place.
    pub(crate) fn succeeded(&self, by: Successor<'_>) -> Result<UnlockedVault, StoreError> {
        let UnlockedKeys {
            identity,
            page_key,
            value_key,
            role,
            epoch,
        } = by.unlocked;
        let reader = connection::open_reader(&by.database, &page_key)?;
        let vault = UnlockedVault {
            folder: self.folder.clone(),
            database: by.database,
            vault: self.vault,
            name: self.name.clone(),
            actor: Actor {
                role,
                ..self.actor.clone()
            },
            device: self.device,
            workers: self.workers.clone(),
            head_file: self.head_file.clone(),
            walked_file: self.walked_file.clone(),
            identity,
            page_key,
            value_key,
            key_epoch: epoch,
            membership: Mutex::new(Arc::new(by.membership)),
            keys_stamp: Mutex::new(KeysStamp::of(by.keys)),
            writer: Some(Mutex::new(by.writer)),
            reader: Mutex::new(reader),
            anchors: Mutex::default(),
            log_seen: Mutex::new(LogSeen::at(by.log_end)),
            log_walk: Mutex::default(),
            read_only: None,
        };
        vault.remember_head(by.log_end);
        Ok(vault)
    }

    /// `mac[identity, import-origin](place)`: the same for all of this member's imports from one place, and telling nobody where
    /// that is.
    pub fn import_origin(&self, place: &[u8]) -> [u8; 32] {
        self.identity.mac(MacPurpose::ImportOrigin, place)
    }

    /// Of the `keys.json` that this session last read.
    pub(crate) fn keys_generation(&self) -> u64 {
        lock(&self.keys_stamp).generation
    }

    pub(crate) fn signer(&self) -> Signer<'_> {
        Signer {
            vault: self.vault,
            genesis: self.identity.genesis_hash(),
            device: self.device,
            member: self.actor.member,
            identity: &self.identity,
        }
    }

    pub(crate) fn writing_connection(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        match (&self.writer, &self.read_only) {
            (Some(writer), None) => Ok(lock(writer)),
            (_, reason) => Err(StoreError::ReadOnly {
                reason: reason.clone().unwrap_or_default(),
            }),
        }
    }

    /// A further connection that only reads.
    pub(crate) fn reading_connection(&self) -> Result<Connection, StoreError> {
        match self.read_only {
            None => connection::open_reader(&self.database, &self.page_key),
            Some(_) => connection::open_read_only(&self.database, &self.page_key),
        }
    }

    /// As [`UnlockedVault::require_same_keys`], for what opens connections of its own.
    pub(crate) fn require_current(&self) -> Result<(), StoreError> {
        self.read(|_| Ok(()))
    }

    /// Another program may have changed the password meanwhile, which is fine, or re-keyed the vault, which is not:
    /// this connection would then read or write a file that has been superseded.
    pub(crate) fn require_same_keys(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut stamp = lock(&self.keys_stamp);
        let Some(mark) = stamp.new_mark(&self.folder)? else {
            return Ok(());
        };
        let members = self.members(connection)?;
        let seen = stamp.next(mark, &self.folder, &self.identity, connection, &members)?;
        if let Some(newer) = seen {
            *stamp = newer;
        }
        Ok(())
    }
}

/// Truncates the log and marks as destroyed what was destroying before; nothing where a reader still holds the log.
pub(crate) fn finish_destroying(connection: &mut Connection) -> Result<(), StoreError> {
    let destroying = versions::destroying(connection)?;
    if !connection::truncate_log(connection)? || destroying.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (secret, number) in destroying {
        versions::finish_destroying(&transaction, secret, number)?;
    }
    Ok(transaction.commit()?)
}

/// A panic while the lock was held leaves SQLite's own state consistent: its transaction was rolled back on the way out.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
