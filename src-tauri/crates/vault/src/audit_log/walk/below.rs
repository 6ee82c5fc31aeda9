//! Where a walk need not go, because an earlier session has been there, and what it leaves for later ones.

use rusqlite::Connection;

use super::LogWalk;
use super::walked::{Walked, tag_of};
use crate::store::error::StoreError;

/// As many entries are walked faster than what was remembered of the others is read.
const ENTRIES_WORTH_REMEMBERING: i64 = 1024;

/// What earlier sessions knew of the log below the place where this walk starts.
pub(super) enum Below {
    /// Nobody has asked yet.
    Unasked,
    Nothing,
    /// The walk has not come down to it.
    Offered(Walked),
    /// The walk starts right there, at the same log hash: it counts.
    Reached(Walked),
}

impl Below {
    /// What counts of it.
    pub(super) fn walked(&self) -> Option<&Walked> {
        match self {
            Below::Reached(walked) => Some(walked),
            Below::Unasked | Below::Nothing | Below::Offered(_) => None,
        }
    }
}

impl LogWalk {
    /// Whether it is so far to a position that what earlier sessions have walked would help.
    pub(crate) fn is_far_to(&self, position: i64) -> bool {
        self.start.position.saturating_sub(position) >= ENTRIES_WORTH_REMEMBERING
    }

    /// Takes what an earlier session has left, once. It counts when the walk has come down to its place and found the
    /// same log there; what is beyond the end, or beyond what this device remembered at unlock, is left alone.
    pub(crate) fn offer_from(&mut self, read: impl FnOnce() -> Option<Walked>) {
        if !matches!(self.below, Below::Unasked) {
            return;
        }
        let marked = self.mark.map_or(self.start.position, |mark| mark.position);
        self.below = match read() {
            Some(walked) if walked.place.position <= marked.min(self.start.position) => {
                Below::Offered(walked)
            }
            Some(_) | None => Below::Nothing,
        };
    }

    /// Whether this session has walked so many entries that later ones should not have to.
    pub(crate) fn is_worth_remembering(&self) -> bool {
        let known = self.start.position.max(self.remembered);
        self.end.position.saturating_sub(known) >= ENTRIES_WORTH_REMEMBERING
    }

    /// The whole log up to its end, for later sessions. What was not walked yet is walked for it.
    pub(crate) fn walked_in_full(&mut self, connection: &Connection) -> Result<Walked, StoreError> {
        self.go_back_to(connection, 1)?;
        let known = self.below.walked().map(Walked::records);
        let mut records = known.unwrap_or_default();
        for (id, entry) in &self.newest {
            let known = records.entry(tag_of(*id)).or_insert(*entry);
            *known = entry.newer_of(*known);
        }
        self.remembered = self.end.position;
        Ok(Walked::new(self.end, self.chains.ends(), &records))
    }

    /// The walk has come down to what was offered. Where that is of another log, such as one that was followed before a
    /// backup was restored, the walk goes on without it, and finds for itself whatever is wrong.
    pub(super) fn stand_on_walked(&mut self) {
        self.below = match std::mem::replace(&mut self.below, Below::Nothing) {
            Below::Offered(walked)
                if walked.place == self.start && self.chains.stand_on(&walked.chains) =>
            {
                Below::Reached(walked)
            }
            _ => Below::Nothing,
        };
    }
}
