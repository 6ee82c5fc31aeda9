//! The records: each secret as its newest entry left it, and what the database derives from it.

mod others;
mod turning;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::log::NewestStates;
use super::{CheckReport, Pace, ProblemKind, Scope, VerifyError};
use crate::audit_log::ResourceType;
use crate::store::counts::Share;
use crate::store::error::StoreError;
use crate::store::secrets::{self, SecretKey, SecretRow};
use crate::store::{
    audit, connections, counts, locations, policies, rotations, state_hash, tags, verifications,
    versions,
};

/// How many records there are to look at.
pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let tallied = counts::read(connection)?;
    let secrets = tallied.live.saturating_add(tallied.trashed);
    Ok(secrets
        + locations::count(connection)?
        + verifications::count(connection)?
        + rotations::count(connection)?
        + policies::count(connection)?
        + connections::count(connection)?)
}

pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    mut newest: NewestStates,
    report: &mut CheckReport,
    pace: &mut Pace<'_>,
) -> Result<(), VerifyError> {
    let mut tallied = BTreeMap::new();
    let prints = values::Prints::open(connection, scope, report)?;
    let mut after = SecretKey(i64::MIN);
    while let Some(row) = secrets::next_after(connection, after)? {
        after = row.key;
        pace.step()?;
        report.checked.secrets += 1;
        if let Ok(share) = Share::of(&row) {
            for (kind, name) in share.entries() {
                *tallied
                    .entry((kind.to_owned(), name.to_owned()))
                    .or_insert(0) += 1;
            }
        }
        let state = state_hash::of_secret(connection, scope.vault, &row)?;
        let known = (ResourceType::Secret, row.id);
        newest.compare(known, state, &format!("secret \"{}\"", row.name), report);
        check_derived(connection, &row, report)?;
        for version in versions::of_secret(connection, row.key)? {
            report.checked.versions += 1;
            values::check(connection, scope, &prints, (&row, &version), report)?;
        }
    }
    if counts::all(connection)? != tallied {
        report.add(
            ProblemKind::Reference,
            "The numbers of secrets, or those by type and tag, are not those that are shown."
                .to_owned(),
        );
    }
    others::check(connection, scope, &mut newest, report, pace)?;
    turning::check(connection, scope, &mut newest, report, pace)?;
    check_gone(connection, scope, newest, report)
}

/// A record that the log knows and that is not there must have been deleted by its newest entry.
fn check_gone(
    connection: &Connection,
    scope: &Scope<'_>,
    newest: NewestStates,
    report: &mut CheckReport,
) -> Result<(), VerifyError> {
    for ((kind, id), entry) in newest.0 {
        // Members are judged where their entries are replayed.
        let judged = kind != ResourceType::Member;
        if judged && entry.state_hash != state_hash::of_purged(scope.vault, id) {
            let named = audit::at(connection, entry.position)?;
            let name = named.map(|entry| entry.resource_name).unwrap_or_default();
            let kind = kind.as_str();
            report.add(
                ProblemKind::Record,
                format!("The {kind} \"{name}\" is in the log and nowhere else."),
            );
        }
    }
    Ok(())
}

/// What the list and the search rely on without asking the record itself.
fn check_derived(
    connection: &Connection,
    row: &SecretRow,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let secret = match row.to_secret() {
        Ok(secret) => secret,
        Err(error) => {
            report.add(
                ProblemKind::Record,
                format!("The secret \"{}\" cannot be read: {error}.", row.name),
            );
            return Ok(());
        }
    };
    let current = match secret.current_version() {
        None => None,
        Some(number) => {
            versions::by_number(connection, row.key, number)?.and_then(|version| version.masks)
        }
    };
    let expected: BTreeSet<&str> = match row.trashed_at {
        None => secret.tags().iter().collect(),
        Some(_) => BTreeSet::new(),
    };
    let stored = tags::of_secret_by(connection, row.key, &expected)?;
    let fits = secret.name().folded() == row.name_folded
        && secret.secret_type().as_str() == row.secret_type
        && current == row.masks
        && stored == expected.len();
    if !fits {
        report.add(
            ProblemKind::Record,
            format!(
                "What the list shows of \"{}\" is not what its record says.",
                row.name
            ),
        );
    }
    Ok(())
}
