//! The log walked backwards from an end that is trusted, as far as it takes to know a record's newest entry for certain.
//!
//! An entry's own signature says that it was written, not that none came after it: whoever has the page key can put a
//! record back to an older state and drop the entries since. So before an entry vouches for a record, everything from it
//! to the end of the log must be there, each entry hashing to what the next one builds on. What has been walked is kept
//! for the session and goes on with the entries that come, so each entry is read once. Of a long log the device keeps it
//! for later sessions too ([`Walked`]), which then walk down to that place only.

mod below;
mod chains;
mod walked;

use std::collections::HashMap;

use domain::ids::VaultId;
use rusqlite::Connection;

use super::{LogEnd, ResourceId, ResourceType, canonical, next_log_hash};
use crate::signature::VerifyingKey;
use crate::store::audit::{self, AuditRow, RowRead};
use crate::store::error::StoreError;
use below::Below;
use chains::Chains;

pub(crate) use walked::Walked;

/// Signatures that are not verified again; a session rarely needs as many, and an import must not fill the memory.
const SIGNATURES_REMEMBERED: usize = 4096;

/// What one session knows of the log for certain.
pub(crate) struct LogWalk {
    vault: VaultId,
    genesis: [u8; 32],
    /// The newest entry that was taken in, and the log hash there.
    end: Place,
    /// The place before the oldest entry that was walked.
    start: Place,
    /// What this device remembered of the log when the vault was unlocked.
    mark: Option<Place>,
    newest: HashMap<ResourceId, NewestEntry>,
    /// Entries whose signature was made or verified in this session, and by which key.
    signed: HashMap<[u8; 32], VerifyingKey>,
    chains: Chains,
    below: Below,
    /// Up to where the device's file goes, as far as this session has written it.
    remembered: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    position: i64,
    log_hash: [u8; 32],
}

/// The entry that vouches for a record.
#[derive(Clone, Copy)]
struct NewestEntry {
    position: i64,
    revision: i64,
    hash: [u8; 32],
}

/// What the walk says of an entry that is found as a record's newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Newest,
    /// The record has a newer one, at this position.
    Newer(i64),
    /// It is not what stands there.
    Other,
}

impl LogWalk {
    /// Nothing is walked yet; `end` is where the log ends by what this session has seen or done.
    pub(crate) fn from_end(
        vault: VaultId,
        genesis: [u8; 32],
        end: LogEnd,
        mark: Option<LogEnd>,
    ) -> Result<LogWalk, StoreError> {
        let end = Place::of(end)?;
        Ok(LogWalk {
            vault,
            genesis,
            end,
            start: end,
            mark: mark.map(Place::of).transpose()?,
            newest: HashMap::new(),
            signed: HashMap::new(),
            chains: Chains::default(),
            below: Below::Unasked,
            remembered: 0,
        })
    }

    /// Takes in the entries that came since, up to a position.
    pub(crate) fn go_on(
        &mut self,
        connection: &Connection,
        last: Option<i64>,
    ) -> Result<(), StoreError> {
        audit::for_each_after(connection, self.end.position, last, |row| {
            let row = whole(row)?;
            let next = Place {
                position: row.position,
                log_hash: next_log_hash(&self.end.log_hash, &row.hash),
            };
            let follows = self.end.position.checked_add(1) == Some(row.position)
                && row.log_hash == next.log_hash
                && self.is_as_written(&row)
                && self.chains.lengthen(&row);
            if !follows {
                return Err(bad_entry(self.end.position.saturating_add(1)));
            }
            self.take(&row);
            self.end = next;
            Ok(())
        })
    }

    /// Whether what is known for certain goes down to a position.
    pub(crate) fn reaches(&self, position: i64) -> bool {
        self.start.position < position || self.below.walked().is_some()
    }

    /// Walks back to a position. `connection` may be left unusable where a page that it reads is damaged.
    pub(crate) fn go_back_to(
        &mut self,
        connection: &Connection,
        position: i64,
    ) -> Result<(), StoreError> {
        if let Below::Offered(walked) = &self.below {
            let above = walked.place.position.saturating_add(1);
            self.walk_down_to(connection, position.max(above))?;
            if position < above {
                self.stand_on_walked();
            }
        }
        self.walk_down_to(connection, position)
    }

    /// Whether this entry is the newest that vouches for the record; the walk must reach it.
    pub(crate) fn judge(&self, id: ResourceId, entry: &AuditRow) -> Verdict {
        match self.newest_of(id) {
            Some(newest) if newest.position == entry.position && newest.hash == entry.hash => {
                Verdict::Newest
            }
            Some(newest) if newest.position > entry.position => Verdict::Newer(newest.position),
            Some(_) | None => Verdict::Other,
        }
    }

    /// Whether what was walked has an entry that vouches for the record.
    pub(crate) fn knows(&self, id: ResourceId) -> bool {
        self.newest_of(id).is_some()
    }

    /// The key under which an entry's signature is known to be right.
    pub(crate) fn signer_of(&self, hash: &[u8; 32]) -> Option<VerifyingKey> {
        self.signed.get(hash).copied()
    }

    pub(crate) fn remember_signer(&mut self, hash: [u8; 32], key: VerifyingKey) {
        if self.signed.len() >= SIGNATURES_REMEMBERED {
            self.signed.clear();
        }
        self.signed.insert(hash, key);
    }

    fn newest_of(&self, id: ResourceId) -> Option<NewestEntry> {
        let walked = self.newest.get(&id).copied();
        let below = self.below.walked().and_then(|walked| walked.newest_of(id));
        match (walked, below) {
            (Some(walked), Some(below)) => Some(walked.newer_of(below)),
            (walked, below) => walked.or(below),
        }
    }

    fn walk_down_to(&mut self, connection: &Connection, position: i64) -> Result<(), StoreError> {
        if self.reaches(position) {
            return Ok(());
        }
        // An entry is known for certain with the log hash before it, so it waits for the next row.
        let mut waiting: Option<AuditRow> = None;
        audit::for_each_before(connection, self.start.position, position, |row| {
            let row = whole(row)?;
            if let Some(above) = waiting.take() {
                let before = Place {
                    position: row.position,
                    log_hash: row.log_hash,
                };
                self.confirm(&above, before)?;
            }
            waiting = Some(row);
            Ok(())
        })?;
        match waiting {
            Some(first) if first.position == 1 => {
                let genesis = Place {
                    position: 0,
                    log_hash: self.genesis,
                };
                self.confirm(&first, genesis)
            }
            _ if self.reaches(position) => Ok(()),
            _ => Err(bad_entry(self.start.position)),
        }
    }

    /// The entry below those walked, with what stands before it.
    fn confirm(&mut self, row: &AuditRow, before: Place) -> Result<(), StoreError> {
        let here = Place {
            position: row.position,
            log_hash: row.log_hash,
        };
        let is_marked = |mark: Place| mark.position != row.position || mark == here;
        let follows = here == self.start
            && before.position.checked_add(1) == Some(row.position)
            && next_log_hash(&before.log_hash, &row.hash) == row.log_hash
            && self.mark.is_none_or(is_marked)
            && self.is_as_written(row)
            && self.chains.lengthen_back(row);
        if !follows {
            return Err(bad_entry(self.start.position));
        }
        self.take(row);
        self.start = before;
        Ok(())
    }

    fn is_as_written(&self, row: &AuditRow) -> bool {
        canonical(self.vault, row).hash() == row.hash
    }

    fn take(&mut self, row: &AuditRow) {
        let kind = ResourceType::parse(&row.resource_type);
        let (Some(kind), Some(id), Some(_)) = (kind, row.resource_id, row.state_hash) else {
            return;
        };
        let entry = NewestEntry {
            position: row.position,
            revision: row.revision.unwrap_or(0),
            hash: row.hash,
        };
        let known = self.newest.entry(ResourceId::of(kind, id)).or_insert(entry);
        *known = entry.newer_of(*known);
    }
}

impl NewestEntry {
    fn newer_of(self, other: NewestEntry) -> NewestEntry {
        if (self.revision, self.position) > (other.revision, other.position) {
            self
        } else {
            other
        }
    }
}

impl Place {
    fn of(end: LogEnd) -> Result<Place, StoreError> {
        let position = i64::try_from(end.position)
            .map_err(|_| StoreError::damaged("the log's numbering is broken"))?;
        Ok(Place {
            position,
            log_hash: end.log_hash,
        })
    }
}

fn whole(row: RowRead) -> Result<AuditRow, StoreError> {
    match row {
        RowRead::Whole(row) => Ok(*row),
        RowRead::Broken { position, .. } => Err(bad_entry(position)),
    }
}

fn bad_entry(position: i64) -> StoreError {
    StoreError::integrity(format!("entry {position} of the audit log"))
}
