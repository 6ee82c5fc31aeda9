//! What a session has seen of the log, and what it keeps of that on this device.

use std::io;

use rusqlite::Connection;

use super::{UnlockedVault, lock};
use crate::audit_log::{AuditQuery, LogEnd, Walked};
use crate::device::Head;
use crate::store::audit;
use crate::store::error::StoreError;

/// Where the log ended when this session looked: from there on it only grows.
#[derive(Clone, Copy, Default)]
pub(crate) struct LogSeen {
    /// What this device remembered at unlock, or else the first entry of the session.
    pub first: Option<LogEnd>,
    pub last: Option<LogEnd>,
    /// How many entries this session has added to it.
    pub own: u64,
}

impl LogSeen {
    pub(crate) fn at(end: LogEnd) -> LogSeen {
        LogSeen {
            first: Some(end),
            last: Some(end),
            own: 0,
        }
    }
}

impl UnlockedVault {
    /// How many entries of the log are not this session's own: one more means that somebody else wrote.
    pub fn entries_by_others(&self) -> Result<u64, StoreError> {
        let all: u64 = self.read(|reader| reader.audit_count(&AuditQuery::default()))?;
        // Asked last: an own entry that comes in between makes it one too few for this once, and never one too many.
        let own = lock(&self.log_seen).own;
        Ok(all.saturating_sub(own))
    }

    /// Remembers where the log ended. A head that cannot be written is an older head, which the log still extends.
    pub(crate) fn remember_head(&self, end: LogEnd) {
        let head = self.head(end);
        let _: io::Result<()> = self.head_file.remember(&self.identity, &head);
    }

    pub(crate) fn head(&self, end: LogEnd) -> Head {
        Head {
            key_epoch: u64::from(self.key_epoch),
            keys_generation: self.keys_generation(),
            position: end.position,
            log_hash: end.log_hash,
        }
    }

    pub(crate) fn has_seen(&self, end: LogEnd) {
        let mut seen = lock(&self.log_seen);
        seen.first.get_or_insert(end);
        seen.last = Some(end);
    }

    /// Entries of a transaction that is committed.
    pub(super) fn remember_signed(&self, entries: Vec<[u8; 32]>) {
        if let Some(walk) = &mut *lock(&self.log_walk) {
            let key = self.identity.verifying_key();
            for hash in entries {
                walk.remember_signer(hash, key);
            }
        }
    }

    /// Keeps what this session has walked of a long log for later ones. What cannot be kept is walked again then.
    pub(super) fn remember_walked(&self) {
        let mut slot = lock(&self.log_walk);
        let Some(walk) = slot.as_mut().filter(|walk| walk.is_worth_remembering()) else {
            return;
        };
        let walked = self.reading_connection().and_then(|beside| {
            walk.offer_from(|| self.walked());
            walk.walked_in_full(&beside)
        });
        if let Ok(walked) = walked {
            let _: io::Result<()> = self.walked_file.write(&self.identity, &walked.to_bytes());
        }
    }

    /// What earlier sessions of this member have walked on this device.
    pub(crate) fn walked(&self) -> Option<Walked> {
        Walked::from_bytes(&self.walked_file.read(&self.identity)?)
    }

    /// Entries written after a cut would make a whole log of it again, which this device would then remember.
    pub(crate) fn require_grown_log(&self, connection: &Connection) -> Result<(), StoreError> {
        let Some(seen) = lock(&self.log_seen).last else {
            return Ok(());
        };
        let position = i64::try_from(seen.position)
            .map_err(|_| StoreError::damaged("the log's numbering is broken"))?;
        let there = audit::at(connection, position)?;
        if there.is_some_and(|entry| entry.log_hash == seen.log_hash) {
            Ok(())
        } else {
            Err(StoreError::integrity("the audit log"))
        }
    }
}
