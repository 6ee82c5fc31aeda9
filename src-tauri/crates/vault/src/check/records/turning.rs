//! Rotations and policies, each as its newest entry left it.

use domain::ids::SecretId;
use domain::policy::Policy;
use rusqlite::Connection;

use super::super::log::NewestStates;
use super::super::{CheckReport, Pace, ProblemKind, Scope, VerifyError};
use crate::audit_log::{ResourceId, ResourceType};
use crate::store::error::StoreError;
use crate::store::policies::{self, PolicyRow};
use crate::store::rotations::{self, RotationRow};
use crate::store::{audit, secrets, state_hash};

pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    newest: &mut NewestStates,
    report: &mut CheckReport,
    pace: &mut Pace<'_>,
) -> Result<(), VerifyError> {
    for row in rotations::all(connection)? {
        pace.step()?;
        report.checked.rotations += 1;
        let state = state_hash::of_rotation(scope.vault, &row);
        let name = name_of(connection, row.secret_id)?;
        let what = format!("rotation of \"{name}\"");
        newest.compare((ResourceType::Rotation, row.id), state, &what, report);
        check_rotation(connection, &row, &what, report)?;
    }
    for row in policies::all(connection)? {
        pace.step()?;
        report.checked.policies += 1;
        let state = state_hash::of_policy(scope.vault, &row);
        let what = match row.secret(scope.vault) {
            Some(secret) => {
                let name = name_of(connection, secret.to_bytes())?;
                format!("rotation policy of \"{name}\"")
            }
            None => "rotation policy of the vault".to_owned(),
        };
        newest.compare((ResourceType::Policy, row.id), state, &what, report);
        check_policy(connection, scope, &row, &what, report)?;
    }
    Ok(())
}

/// What a run is found by follows from it, and one that is open has its secret.
fn check_rotation(
    connection: &Connection,
    row: &RotationRow,
    what: &str,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    match row.to_run() {
        Err(error) => {
            let message = format!("The {what} cannot be read: {error}.");
            report.add(ProblemKind::Record, message);
        }
        Ok(run) if !row.fits(&run) => {
            let message = format!("What the {what} is found by is not what it says.");
            report.add(ProblemKind::Record, message);
        }
        Ok(_) => {}
    }
    let secret = secrets::by_id(connection, SecretId::from_bytes(row.secret_id))?;
    if row.is_open && secret.is_none_or(|secret| secret.trashed_at.is_some()) {
        let message = format!("The {what} is under way, and the secret is not there.");
        report.add(ProblemKind::Reference, message);
    }
    Ok(())
}

/// It can be read, is by the act that such a policy takes, and its secret is there.
fn check_policy(
    connection: &Connection,
    scope: &Scope<'_>,
    row: &PolicyRow,
    what: &str,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    if let Err(error) = row.to_policy(scope.vault) {
        let message = format!("The {what} cannot be read: {error}.");
        report.add(ProblemKind::Record, message);
    }
    let secret = row.secret(scope.vault);
    let entry = audit::last_state_of(connection, ResourceId::Policy(row.id()))?;
    let action = Policy::action_of(secret);
    if entry.is_some_and(|entry| entry.action != action.as_str()) {
        let message = format!("The {what} was changed by an act that does not change it.");
        report.add(ProblemKind::Record, message);
    }
    if let Some(secret) = secret
        && secrets::by_id(connection, secret)?.is_none()
    {
        let message = format!("The {what} is there, and the secret is not.");
        report.add(ProblemKind::Reference, message);
    }
    Ok(())
}

fn name_of(connection: &Connection, secret: [u8; 16]) -> Result<String, StoreError> {
    let row = secrets::by_id(connection, SecretId::from_bytes(secret))?;
    Ok(row.map(|row| row.name).unwrap_or_default())
}
