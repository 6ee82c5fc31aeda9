//! `vault check`: every page, every reference, every record against the log, and the log itself (AUDIT-02).

mod log;
mod records;
mod verify;

use std::ops::ControlFlow;
use std::path::Path;

use domain::ids::VaultId;
use domain::mask::display_text;
use rusqlite::Connection;

use crate::audit_log::AuditQuery;
use crate::membership::Membership;
use crate::store::error::StoreError;
use crate::store::{self, audit, connection, schema};
use crate::unlocked::UnlockedVault;
use crate::wrapped_key::ValueKey;

pub use log::BadEntry;
pub use verify::{LogReader, VerifyReport};

const PAGE_BYTES: u64 = 4096;
/// Problems of one kind that are listed; more say nothing new.
const LISTED_MAX: usize = 100;
/// Entries or records between two reports of progress.
const PACE: u64 = 256;

#[derive(Debug, Default)]
pub struct CheckReport {
    pub problems: Vec<Problem>,
    /// Told among the problems too.
    pub first_bad: Option<BadEntry>,
    pub checked: Checked,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub pages: u64,
    pub secrets: u64,
    pub versions: u64,
    pub locations: u64,
    pub verifications: u64,
    pub rotations: u64,
    pub policies: u64,
    pub connections: u64,
    pub entries: u64,
}

impl Checked {
    /// All but pages and entries.
    pub(crate) fn records(&self) -> u64 {
        self.secrets
            + self.locations
            + self.verifications
            + self.rotations
            + self.policies
            + self.connections
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// What is wrong, in words; holds names and no values.
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// A page of the database is damaged.
    Page,
    /// Rows that refer to each other do not fit.
    Reference,
    /// A secret is not as its newest audit entry left it.
    Record,
    /// A value's key or ciphertext does not open.
    Value,
    /// An entry of the log was edited, dropped, moved or inserted.
    Log,
}

/// What a check has to know; the database may be a vault's own or one taken out of a backup.
pub(crate) struct Scope<'a> {
    pub vault: VaultId,
    pub genesis: [u8; 32],
    pub members: &'a Membership,
    pub value_key: Option<&'a ValueKey>,
    pub key_epoch: u32,
}

impl UnlockedVault {
    /// Reads everything there is, on a connection of its own: others read and write meanwhile. Damage is a line of the
    /// report, not an error.
    pub fn check(&self) -> Result<CheckReport, StoreError> {
        match self.check_while(&mut |_| ControlFlow::Continue(())) {
            Ok(report) => Ok(report),
            Err(VerifyError::Store(error)) => Err(error),
            Err(VerifyError::Stopped) => unreachable!("nobody stops this check"),
        }
    }

    /// As [`UnlockedVault::check`]. `tell` is called now and then, and stops it by breaking.
    pub fn check_while(
        &self,
        tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<CheckReport, VerifyError> {
        self.require_current()?;
        if self.read_only.is_none() {
            // Pages are checked in the database's own file, so what the log has must be there.
            connection::truncate_log(&*self.writing_connection()?)?;
        }
        let mut connection = self.reading_connection()?;
        let members = self.members(&connection)?;
        let scope = Scope {
            vault: self.vault,
            genesis: self.identity.genesis_hash(),
            members: &members,
            value_key: self.value_key.as_ref(),
            key_epoch: self.key_epoch,
        };
        let report = check_until_stopped(&mut connection, &self.database, &scope, tell)?;
        Ok(report)
    }
}

pub(crate) fn check_database(
    connection: &mut Connection,
    path: &Path,
    scope: &Scope<'_>,
) -> CheckReport {
    let mut go_on = |_| ControlFlow::Continue(());
    check_until_stopped(connection, path, scope, &mut go_on).expect("nobody stops this check")
}

fn check_until_stopped(
    connection: &mut Connection,
    path: &Path,
    scope: &Scope<'_>,
    tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<CheckReport, Stopped> {
    let mut report = CheckReport::default();
    report.checked.pages = path.metadata().map_or(0, |file| file.len() / PAGE_BYTES);
    report.step(ProblemKind::Page, |report| check_pages(connection, report));
    let transaction = match connection.transaction().map_err(StoreError::from) {
        Ok(transaction) => transaction,
        Err(error) => {
            report.add(ProblemKind::Page, error.to_string());
            return Ok(report);
        }
    };
    report.step(ProblemKind::Reference, |report| {
        check_references(&transaction, report)
    });
    check_log_and_records(&transaction, scope, &mut report, tell)?;
    Ok(report)
}

/// What `verify` is about: the log, and each record as its newest entry left it.
fn check_log_and_records(
    connection: &Connection,
    scope: &Scope<'_>,
    report: &mut CheckReport,
    tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<(), Stopped> {
    let total = audit::count(connection, &AuditQuery::default()).unwrap_or(0)
        + records::count(connection).unwrap_or(0);
    let mut pace = Pace::new(total, tell);
    let replayed = scope.members.again(connection);
    let scope = &Scope {
        members: replayed.as_ref().unwrap_or(scope.members),
        ..*scope
    };
    match &replayed {
        Ok(members) => report.step(ProblemKind::Record, |report| {
            check_member_rows(connection, members, report)
        }),
        Err(error) => report.add(
            ProblemKind::Log,
            format!("The list of members is bad: {error}."),
        ),
    }
    let mut newest = log::NewestStates::default();
    report.long_step(ProblemKind::Log, |report| {
        let checked = log::check(connection, scope, &mut newest, &mut pace)?;
        report.checked.entries = checked.entries;
        if checked.entries == 0 {
            let message = "The log is empty: its first entry is missing.".to_owned();
            report.add(ProblemKind::Log, message);
        }
        if let Some(bad) = &checked.first_bad {
            let message = format!("Entry {} of the log is bad: {}.", bad.position, bad.why);
            report.add(ProblemKind::Log, message);
        }
        report.first_bad = checked.first_bad;
        Ok(())
    })?;
    report.long_step(ProblemKind::Record, |report| {
        records::check(connection, scope, newest, report, &mut pace)
    })
}

/// Every row of the list of members must have its entry. One that has none counts for nothing, but somebody put it there.
fn check_member_rows(
    connection: &Connection,
    members: &Membership,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    store::members::for_each_position(connection, |position| {
        if !members.has_entry_at(position) {
            report.add(
                ProblemKind::Record,
                format!("Row {position} of the list of members has no entry in the log."),
            );
        }
    })
}

fn check_pages(connection: &Connection, report: &mut CheckReport) -> Result<(), StoreError> {
    let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
    for line in statement.query_map([], |row| row.get::<_, String>(0))? {
        report.add(
            ProblemKind::Page,
            format!("The database file is damaged: {}.", line?),
        );
    }
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({LISTED_MAX})"))?;
    for line in statement.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            report.add(
                ProblemKind::Page,
                format!("The database is damaged: {line}."),
            );
        }
    }
    Ok(())
}

fn check_references(connection: &Connection, report: &mut CheckReport) -> Result<(), StoreError> {
    for name in schema::differences(connection)? {
        report.add(
            ProblemKind::Reference,
            format!("The database's \"{name}\" is not as Turnstone makes it."),
        );
    }
    for index in schema::surplus_in_partial_indexes(connection)? {
        report.add(
            ProblemKind::Reference,
            format!("The index \"{index}\" does not fit its table."),
        );
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    for row in statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?))
    })? {
        let (table, parent) = row?;
        report.add(
            ProblemKind::Reference,
            format!("A row of {table} refers to a row of {parent} that is not there."),
        );
    }
    Ok(())
}

/// How far a long reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Entries and records that have been looked at.
    pub done: u64,
    pub total: u64,
}

/// Why a long reading has no end.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("it was stopped")]
    Stopped,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whoever was told of the progress wants no more.
#[derive(Debug)]
struct Stopped;

impl From<Stopped> for VerifyError {
    fn from(Stopped: Stopped) -> VerifyError {
        VerifyError::Stopped
    }
}

/// Tells of progress now and then, and asks whether to go on.
pub(crate) struct Pace<'a> {
    progress: Progress,
    tell: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl<'a> Pace<'a> {
    pub(crate) fn new(
        total: u64,
        tell: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Pace<'a> {
        let progress = Progress { done: 0, total };
        Pace { progress, tell }
    }

    pub(crate) fn step(&mut self) -> Result<(), VerifyError> {
        self.progress.done += 1;
        if self.progress.done.is_multiple_of(PACE) && (self.tell)(self.progress).is_break() {
            return Err(VerifyError::Stopped);
        }
        Ok(())
    }
}

impl CheckReport {
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty()
    }

    fn add(&mut self, kind: ProblemKind, message: String) {
        let same = self
            .problems
            .iter()
            .filter(|problem| problem.kind == kind)
            .count();
        if same < LISTED_MAX {
            // Names of records that were meddled with can be any text.
            let message = display_text(&message);
            self.problems.push(Problem { kind, message });
        }
    }

    /// Runs one part of the check; what it cannot read is a problem of that part's kind.
    fn step(
        &mut self,
        kind: ProblemKind,
        part: impl FnOnce(&mut CheckReport) -> Result<(), StoreError>,
    ) {
        if let Err(error) = part(self) {
            self.add(kind, format!("This could not be read to its end: {error}."));
        }
    }

    /// As [`CheckReport::step`], for a part that can be stopped.
    fn long_step(
        &mut self,
        kind: ProblemKind,
        part: impl FnOnce(&mut CheckReport) -> Result<(), VerifyError>,
    ) -> Result<(), Stopped> {
        match part(self) {
            Err(VerifyError::Stopped) => return Err(Stopped),
            Err(VerifyError::Store(error)) => self.step(kind, |_| Err(error)),
            Ok(()) => {}
        }
        Ok(())
    }
}

impl ProblemKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ProblemKind::Page => "page",
            ProblemKind::Reference => "reference",
            ProblemKind::Record => "record",
            ProblemKind::Value => "value",
            ProblemKind::Log => "log",
        }
    }
}
