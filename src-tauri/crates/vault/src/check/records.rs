//! The records: each secret as its newest entry left it, and what the database derives from it.

use std::collections::BTreeSet;

use domain::Credentials;
use domain::ids::VersionId;
use domain::version::VersionState;
use rusqlite::Connection;

use super::log::NewestStates;
use super::{CheckReport, Pace, ProblemKind, Scope, VerifyError};
use crate::audit_log::ResourceType;
use crate::seal::{SealContext, SealedValues};
use crate::store::error::StoreError;
use crate::store::secrets::{self, SecretKey, SecretRow};
use crate::store::versions::{self, VersionRow};
use crate::store::{audit, counts, state_hash, tags, wrapped_keys};
use crate::wrapped_key::WrappedVersionKey;

/// How many records there are to look at.
pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let tallied = counts::read(connection)?;
    Ok(tallied.live.saturating_add(tallied.trashed))
}

pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    mut newest: NewestStates,
    report: &mut CheckReport,
    pace: &mut Pace<'_>,
) -> Result<(), VerifyError> {
    let (mut live, mut trashed) = (0_u64, 0_u64);
    let mut after = SecretKey(i64::MIN);
    while let Some(row) = secrets::next_after(connection, after)? {
        after = row.key;
        pace.step()?;
        report.checked.secrets += 1;
        match row.trashed_at {
            None => live += 1,
            Some(_) => trashed += 1,
        }
        let vouched = newest.0.remove(&(ResourceType::Secret, row.id));
        let state = state_hash::of_secret(connection, scope.vault, &row)?;
        match vouched {
            None => report.add(
                ProblemKind::Record,
                format!("The log knows nothing of the secret \"{}\".", row.name),
            ),
            Some(entry) if entry.state_hash != state => report.add(
                ProblemKind::Record,
                format!(
                    "The secret \"{}\" is not as entry {} of the log left it.",
                    row.name, entry.position
                ),
            ),
            Some(_) => {}
        }
        check_derived(connection, &row, report)?;
        for version in versions::of_secret(connection, row.key)? {
            report.checked.versions += 1;
            check_value(connection, scope, &row, &version, report)?;
        }
    }
    for ((_, id), entry) in newest.0 {
        if entry.state_hash != state_hash::of_purged(scope.vault, id) {
            let named = audit::at(connection, entry.position)?;
            let name = named.map(|entry| entry.resource_name).unwrap_or_default();
            report.add(
                ProblemKind::Record,
                format!("The secret \"{name}\" is in the log and nowhere else."),
            );
        }
    }
    let tallied = counts::read(connection)?;
    if (tallied.live, tallied.trashed) != (live, trashed) {
        report.add(
            ProblemKind::Reference,
            "The number of secrets is not the one that is shown.".to_owned(),
        );
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
