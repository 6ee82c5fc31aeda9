//! Locations and what verifying them came to, connections and the vault's settings, each as its newest entry left it.

use domain::ids::{LocationId, SecretId};
use rusqlite::Connection;

use super::super::log::NewestStates;
use super::super::{CheckReport, Pace, ProblemKind, Scope, VerifyError};
use crate::audit_log::ResourceType;
use crate::sealed_token::{self, TokenContext};
use crate::store::connections::{self, ConnectionRow};
use crate::store::error::StoreError;
use crate::store::locations::{self, LocationRow};
use crate::store::{secrets, settings, state_hash, verifications, versions, wrapped_keys};
use crate::wrapped_key::WrappedVersionKey;

pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    newest: &mut NewestStates,
    report: &mut CheckReport,
    pace: &mut Pace<'_>,
) -> Result<(), VerifyError> {
    for row in locations::all(connection)? {
        pace.step()?;
        report.checked.locations += 1;
        let state = state_hash::of_location(scope.vault, &row);
        let what = format!("location \"{}\"", row.name);
        newest.compare((ResourceType::Location, row.id), state, &what, report);
        check_location(connection, &row, report)?;
    }
    for row in verifications::all(connection)? {
        pace.step()?;
        report.checked.verifications += 1;
        let state = state_hash::of_verification(scope.vault, &row);
        let place = locations::by_id(connection, LocationId::from_bytes(row.location_id))?;
        let place = place.map(|location| location.name).unwrap_or_default();
        let what = format!("verification of \"{place}\"");
        newest.compare((ResourceType::Verification, row.id), state, &what, report);
        if let Err(error) = row.to_verification() {
            let message = format!("The {what} cannot be read: {error}.");
            report.add(ProblemKind::Record, message);
        }
    }
    for row in connections::all(connection)? {
        pace.step()?;
        report.checked.connections += 1;
        let sealed = versions::sealed_bytes(connection, row.key_slot)?;
        let state = state_hash::of_connection(scope.vault, &row, sealed.as_deref());
        let what = format!("connection \"{}\"", row.name);
        newest.compare((ResourceType::Connection, row.id), state, &what, report);
        check_connection(connection, scope, &row, sealed.as_deref(), report)?;
    }
    if let Some(row) = settings::read(connection)? {
        let state = state_hash::of_settings(scope.vault, &row);
        let known = (ResourceType::Vault, scope.vault.to_bytes());
        newest.compare(known, state, "record of the vault's settings", report);
    }
    Ok(())
}

/// What the record is found by follows from it, and its secret is there and of its type.
fn check_location(
    connection: &Connection,
    row: &LocationRow,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let location = match row.to_location() {
        Ok(location) => location,
        Err(error) => {
            let message = format!("The location \"{}\" cannot be read: {error}.", row.name);
            report.add(ProblemKind::Record, message);
            return Ok(());
        }
    };
    if location.name().folded() != row.name_folded {
        let message = format!("The location \"{}\" answers to another name.", row.name);
        report.add(ProblemKind::Record, message);
    }
    if let Some(id) = row.secret_id {
        let secret = secrets::by_id(connection, SecretId::from_bytes(id))?;
        if secret.is_none_or(|secret| secret.secret_type != row.location_type) {
            let message = format!(
                "The location \"{}\" is linked to a secret that is not there or not of its type.",
                row.name
            );
            report.add(ProblemKind::Reference, message);
        }
    }
    Ok(())
}

/// What the record is found by follows from it, and its token opens where the keys are there to open it.
fn check_connection(
    connection: &Connection,
    scope: &Scope<'_>,
    row: &ConnectionRow,
    sealed: Option<&[u8]>,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let found = match row.to_connection() {
        Ok(found) => found,
        Err(error) => {
            let message = format!("The connection \"{}\" cannot be read: {error}.", row.name);
            report.add(ProblemKind::Record, message);
            return Ok(());
        }
    };
    if found.name().folded() != row.name_folded {
        let message = format!("The connection \"{}\" answers to another name.", row.name);
        report.add(ProblemKind::Record, message);
    }
    let wrapped = wrapped_keys::read(connection, row.key_slot)?;
    let opens = match (wrapped, sealed, scope.value_key) {
        (Some(wrapped), Some(sealed), Some(value_key)) => {
            let context = TokenContext {
                vault: scope.vault,
                connection: row.id(),
                epoch: scope.key_epoch,
            };
            value_key
                .unwrap_token(&WrappedVersionKey::from_bytes(wrapped), &context)
                .and_then(|key| sealed_token::open(sealed, &key, &context, found.method().as_str()))
                .is_ok()
        }
        (Some(_), Some(_), None) => true,
        _ => false,
    };
    if !opens {
        let message = format!("The token of \"{}\" does not open.", row.name);
        report.add(ProblemKind::Value, message);
    }
    Ok(())
}
