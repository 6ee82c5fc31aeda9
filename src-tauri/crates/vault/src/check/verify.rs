//! Reading the whole log beside an open session: verifying it and exporting it take long, and hold no lock of the vault.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

use domain::ids::VaultId;
use rusqlite::Connection;

use super::check_log_and_records;
use super::{BadEntry, CheckReport, Pace, Problem, ProblemKind, Progress, Scope, VerifyError};
use crate::audit_log::{self, AuditQuery, ExportError, ExportFormat, Exported, LogEnd};
use crate::membership::{Membership, ReplayError};
use crate::store::audit;
use crate::store::error::StoreError;
use crate::unlocked::{UnlockedVault, lock};

/// A connection of its own that only reads, and what is needed to judge what it finds. It can be sent to another thread,
/// and holds no key that opens a value. Whoever locks the vault stops what it is doing.
pub struct LogReader {
    connection: Connection,
    vault: VaultId,
    genesis: [u8; 32],
    members: Arc<Membership>,
    key_epoch: u32,
    /// Where the log ended when the session last looked.
    seen: Option<LogEnd>,
}

/// What `audit verify` found.
#[derive(Debug, Default)]
pub struct VerifyReport {
    pub entries: u64,
    pub records: u64,
    pub first_bad: Option<BadEntry>,
    /// The bad entry in words, and each record that is not as its newest entry left it.
    pub problems: Vec<Problem>,
}

impl UnlockedVault {
    pub fn log_reader(&self) -> Result<LogReader, StoreError> {
        self.require_current()?;
        let connection = self.reading_connection()?;
        let members = self.members(&connection)?;
        Ok(LogReader {
            connection,
            vault: self.vault,
            genesis: self.identity.genesis_hash(),
            members,
            key_epoch: self.key_epoch,
            seen: lock(&self.log_seen).last,
        })
    }
}

impl LogReader {
    /// Verifies every entry and every record. `tell` is called now and then, and stops it by breaking.
    pub fn verify(
        &mut self,
        tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<VerifyReport, VerifyError> {
        let scope = Scope {
            vault: self.vault,
            genesis: self.genesis,
            members: &self.members,
            // Whether values open is what the vault's check is for.
            value_key: None,
            key_epoch: self.key_epoch,
        };
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        let mut report = CheckReport::default();
        check_log_and_records(&transaction, &scope, &mut report, tell)?;
        require_seen(&transaction, self.seen, &mut report)?;
        Ok(VerifyReport {
            entries: report.checked.entries,
            records: report.checked.records(),
            first_bad: report.first_bad,
            problems: report.problems,
        })
    }

    /// Writes the entries that a query asks for, oldest first, whatever its limit and place.
    pub fn export(
        &mut self,
        query: &AuditQuery,
        format: ExportFormat,
        to: &mut dyn Write,
        tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Exported, ExportError> {
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        let total = audit::count(&transaction, query)?;
        let mut members = Membership::clone(&self.members);
        match members.extend(&transaction) {
            // Verifying tells of a bad entry; those before it have given the names that there are.
            Ok(()) | Err(ReplayError::Fault(_)) => {}
            Err(ReplayError::Store(error)) => return Err(error.into()),
        }
        let pace = &mut Pace::new(total, tell);
        audit_log::export(&transaction, &members, query, format, to, pace)
    }
}

/// The log must hold what this session has seen of it: a cut end leaves a log that is whole in itself.
fn require_seen(
    connection: &Connection,
    seen: Option<LogEnd>,
    report: &mut CheckReport,
) -> Result<(), VerifyError> {
    let Some(seen) = seen else { return Ok(()) };
    let position = i64::try_from(seen.position)
        .map_err(|_| StoreError::damaged("the log's numbering is broken"))?;
    let there = audit::at(connection, position)?;
    if there.is_none_or(|entry| entry.log_hash != seen.log_hash) {
        let message = format!(
            "The log does not hold entry {position} as this device has seen it: its end was cut or replaced."
        );
        report.add(ProblemKind::Log, message);
    }
    Ok(())
}
