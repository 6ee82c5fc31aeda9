//! The log: hashes, chains, signatures, roles, numbering.

use std::collections::HashMap;

use domain::ids::MemberId;
use rusqlite::Connection;

use super::{CheckReport, Pace, ProblemKind, Scope, VerifyError};
use crate::audit_log::{AuditQuery, EntrySays, ResourceType, next_log_hash, verify_entry};
use crate::membership::Membership;
use crate::store::audit::{self, AuditRow, RowRead};

/// The first entry that is not as it was written, or not where. Those after it follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    pub position: i64,
    /// What the entry says of itself; nothing where it cannot be read at all.
    pub says: Option<EntrySays>,
    /// What is wrong with it, in words that follow on "Entry 6 of the log is bad:".
    pub why: String,
}

/// What the newest entry of each record vouches for.
#[derive(Default)]
pub(super) struct NewestStates(pub HashMap<(ResourceType, [u8; 16]), NewestState>);

pub(super) struct NewestState {
    pub revision: i64,
    pub position: i64,
    pub state_hash: [u8; 32],
}

/// Walks the log from its first entry, and says which is the first bad one.
pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    newest: &mut NewestStates,
    pace: &mut Pace<'_>,
) -> Result<LogChecked, VerifyError> {
    let mut walk = Walk::new(scope);
    let mut checked = LogChecked::default();
    let everything = AuditQuery::default();
    audit::for_each::<VerifyError>(connection, &everything, |row| {
        pace.step()?;
        checked.entries += 1;
        match row {
            RowRead::Whole(row) => {
                let fault = walk.fault_of(&row);
                walk.go_on(&row);
                newest.take(&row);
                if let (Some(why), None) = (fault, &checked.first_bad) {
                    checked.first_bad = Some(BadEntry::of(scope.members, &row, why));
                }
            }
            RowRead::Broken { position, column } => {
                walk.position += 1;
                checked.first_bad.get_or_insert(BadEntry {
                    position,
                    says: None,
                    why: format!("its {column} cannot be read"),
                });
            }
        }
        Ok(())
    })?;
    Ok(checked)
}

#[derive(Default)]
pub(super) struct LogChecked {
    pub entries: u64,
    pub first_bad: Option<BadEntry>,
}

/// What the entries so far say the next one must follow.
struct Walk<'a> {
    scope: &'a Scope<'a>,
    position: i64,
    log_hash: [u8; 32],
    /// Of each device, the sequence and hash of its newest entry.
    chains: HashMap<[u8; 16], (i64, [u8; 32])>,
}

impl<'a> Walk<'a> {
    fn new(scope: &'a Scope<'a>) -> Walk<'a> {
        Walk {
            scope,
            position: 0,
            log_hash: scope.genesis,
            chains: HashMap::new(),
        }
    }

    fn fault_of(&self, row: &AuditRow) -> Option<String> {
        let (sequence, previous) = self
            .chains
            .get(&row.device)
            .copied()
            .unwrap_or((0, self.scope.genesis));
        let position = self.position.saturating_add(1);
        if row.position != position {
            return Some(format!("entry {position} is missing before it"));
        }
        if row.sequence != sequence.saturating_add(1) {
            return Some("its device's chain has a gap or a repetition before it".to_owned());
        }
        if row.previous_hash != previous {
            return Some("it does not follow the entry before it in its device's chain".to_owned());
        }
        if row.log_hash != next_log_hash(&self.log_hash, &row.hash) {
            return Some(
                "it stands in another place of the log than where it was written".to_owned(),
            );
        }
        verify_entry(self.scope.vault, self.scope.members, row)
            .err()
            .map(|fault| fault.to_string())
    }

    fn go_on(&mut self, row: &AuditRow) {
        self.position += 1;
        self.log_hash = next_log_hash(&self.log_hash, &row.hash);
        self.chains.insert(row.device, (row.sequence, row.hash));
    }
}

impl BadEntry {
    fn of(members: &Membership, row: &AuditRow, why: String) -> BadEntry {
        let name = members.name_of(MemberId::from_bytes(row.actor));
        BadEntry {
            position: row.position,
            says: Some(EntrySays::of(row, name.map(str::to_owned))),
            why,
        }
    }
}

impl NewestStates {
    /// A record against what its newest entry vouches for.
    pub(super) fn compare(
        &mut self,
        known: (ResourceType, [u8; 16]),
        state: [u8; 32],
        what: &str,
        report: &mut CheckReport,
    ) {
        match self.0.remove(&known) {
            None => report.add(
                ProblemKind::Record,
                format!("The log knows nothing of the {what}."),
            ),
            Some(entry) if entry.state_hash != state => report.add(
                ProblemKind::Record,
                format!(
                    "The {what} is not as entry {} of the log left it.",
                    entry.position
                ),
            ),
            Some(_) => {}
        }
    }

    fn take(&mut self, row: &AuditRow) {
        let kind = ResourceType::parse(&row.resource_type);
        let (Some(kind), Some(id), Some(state_hash)) = (kind, row.resource_id, row.state_hash)
        else {
            return;
        };
        let revision = row.revision.unwrap_or(0);
        let is_newer =
            |known: &NewestState| (revision, row.position) > (known.revision, known.position);
        if self.0.get(&(kind, id)).is_none_or(is_newer) {
            let state = NewestState {
                revision,
                position: row.position,
                state_hash,
            };
            self.0.insert((kind, id), state);
        }
    }
}
