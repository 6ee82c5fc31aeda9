//! The log: hashes, chains, signatures, roles, numbering.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{CheckReport, ProblemKind, Scope};
use crate::audit_log::{next_log_hash, verify_entry};
use crate::store::audit::{self, AuditRow};
use crate::store::error::StoreError;

/// What the newest entry of each record vouches for.
#[derive(Default)]
pub(super) struct NewestStates(pub HashMap<[u8; 16], NewestState>);

pub(super) struct NewestState {
    pub revision: i64,
    pub position: i64,
    pub state_hash: [u8; 32],
    pub name: String,
}

/// Walks the log from its first entry. Only the first bad entry is named: those after it follow from it.
pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    newest: &mut NewestStates,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let mut chains: HashMap<[u8; 16], (i64, [u8; 32])> = HashMap::new();
    let mut log_hash = scope.genesis;
    let mut position = 0;
    let mut first_fault: Option<String> = None;
    audit::for_each(connection, |row| {
        position += 1;
        report.checked.entries += 1;
        let (sequence, previous) = chains
            .get(&row.device)
            .copied()
            .unwrap_or((0, scope.genesis));
        let fault = fault_of(
            &row,
            position,
            sequence.saturating_add(1),
            &previous,
            &log_hash,
        )
        .or_else(|| {
            verify_entry(scope.vault, scope.members, &row)
                .err()
                .map(|fault| fault.to_string())
        });
        if let (Some(fault), None) = (fault, &first_fault) {
            first_fault = Some(format!(
                "Entry {} of the log is bad: {fault}.",
                row.position
            ));
        }
        log_hash = next_log_hash(&log_hash, &row.hash);
        chains.insert(row.device, (row.sequence, row.hash));
        newest.take(&row);
        Ok(())
    })?;
    if position == 0 {
        report.add(
            ProblemKind::Log,
            "The log is empty: its first entry is missing.".to_owned(),
        );
    }
    if let Some(fault) = first_fault {
        report.add(ProblemKind::Log, fault);
    }
    Ok(())
}

fn fault_of(
    row: &AuditRow,
    position: i64,
    sequence: i64,
    previous: &[u8; 32],
    log_hash: &[u8; 32],
) -> Option<String> {
    if row.position != position {
        return Some(format!("entry {position} is missing before it"));
    }
    if row.sequence != sequence {
        return Some("its device's chain has a gap or a repetition before it".to_owned());
    }
    if row.previous_hash != *previous {
        return Some("it does not follow the entry before it in its device's chain".to_owned());
    }
    if row.log_hash != next_log_hash(log_hash, &row.hash) {
        return Some("it stands in another place of the log than where it was written".to_owned());
    }
    None
}

impl NewestStates {
    fn take(&mut self, row: &AuditRow) {
        let (Some(id), Some(state_hash)) = (row.resource_id, row.state_hash) else {
            return;
        };
        let revision = row.revision.unwrap_or(0);
        let is_newer =
            |known: &NewestState| (revision, row.position) > (known.revision, known.position);
        if self.0.get(&id).is_none_or(is_newer) {
            let name = row.resource_name.clone();
            self.0.insert(
                id,
                NewestState {
                    revision,
                    position: row.position,
                    state_hash,
                    name,
                },
            );
        }
    }
}
