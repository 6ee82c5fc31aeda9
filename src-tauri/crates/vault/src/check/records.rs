//! The records: each secret as its newest entry left it, and what the database derives from it.

mod others;
mod turning;

use std::collections::{BTreeMap, BTreeSet};

use domain::Credentials;
use domain::ids::VersionId;
use domain::version::VersionState;
use rusqlite::Connection;

use super::log::NewestStates;
use super::{CheckReport, Pace, ProblemKind, Scope, VerifyError};
use crate::audit_log::ResourceType;
use crate::seal::{SealContext, SealedValues};
use crate::store::counts::Share;
use crate::store::error::StoreError;
use crate::store::secrets::{self, SecretKey, SecretRow};
use crate::store::versions::{self, VersionRow};
use crate::store::{
    audit, connections, counts, locations, policies, rotations, state_hash, tags, verifications,
    wrapped_keys,
};
use crate::wrapped_key::WrappedVersionKey;

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
            check_value(connection, scope, &row, &version, report)?;
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

/// A version either opens or is destroyed, wholly.
fn check_value(
    connection: &Connection,
    scope: &Scope<'_>,
    row: &SecretRow,
    version: &VersionRow,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let wrapped = wrapped_keys::read(connection, version.key_slot)?;
    let sealed = versions::sealed_bytes(connection, version.key_slot)?;
    let decided = version.to_version(row.id())?;
    let what = format!("version {} of \"{}\"", version.number, row.name);
    let (Some(wrapped), true) = (wrapped, decided.state().has_values() == sealed.is_some()) else {
        report.add(
            ProblemKind::Value,
            format!("The value of {what} is not all there."),
        );
        return Ok(());
    };
    match sealed {
        None => {
            let gone = wrapped_keys::is_overwritten(&wrapped);
            let state =
                [VersionState::Destroying, VersionState::Destroyed].contains(&decided.state());
            if !(gone && state) {
                report.add(
                    ProblemKind::Value,
                    format!("The key of {what} was to be destroyed and is still there."),
                );
            }
        }
        Some(sealed) => {
            let Some(value_key) = scope.value_key else {
                return Ok(());
            };
            let context = SealContext {
                vault: scope.vault,
                secret: row.id(),
                version: VersionId::from_bytes(version.id),
                epoch: scope.key_epoch,
            };
            let fields: Vec<&str> = decided
                .method()
                .fields()
                .iter()
                .map(|field| field.name)
                .collect();
            let opened = value_key
                .unwrap(&WrappedVersionKey::from_bytes(wrapped), &context)
                .and_then(|key| SealedValues::from_bytes(sealed).open(&key, &context, &fields))
                .is_ok_and(|plaintext| {
                    Credentials::from_sealed_bytes(decided.method(), &plaintext).is_ok()
                });
            if !opened {
                report.add(
                    ProblemKind::Value,
                    format!("The value of {what} does not open."),
                );
            }
        }
    }
    Ok(())
}
