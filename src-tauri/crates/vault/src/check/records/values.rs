//! The values of the versions: each opens or is destroyed, wholly, and has the fingerprints that are its own.

use domain::catalogue::FieldKind;
use domain::credentials::Credentials;
use domain::ids::VersionId;
use domain::version::{Version, VersionState};
use rusqlite::Connection;

use super::super::{CheckReport, ProblemKind, Scope};
use crate::aead::OpenError;
use crate::fingerprint::{Fingerprint, FingerprintKey, FingerprintKeyContext};
use crate::seal::{SealContext, SealedValues};
use crate::store::error::StoreError;
use crate::store::secrets::{SecretKey, SecretRow};
use crate::store::versions::{self, VersionRow};
use crate::store::{fingerprints, wrapped_keys};
use crate::wrapped_key::WrappedVersionKey;

/// What fingerprints are compared with; `None` where there is no key, which is told, or the checker opens no values.
pub(super) struct Prints(Option<FingerprintKey>);

impl Prints {
    /// Every key of fingerprints must open, the present one among them.
    pub(super) fn open(
        connection: &Connection,
        scope: &Scope<'_>,
        report: &mut CheckReport,
    ) -> Result<Prints, StoreError> {
        let Some(value_key) = scope.value_key else {
            return Ok(Prints(None));
        };
        let mut present = None;
        for (made_in, slot) in fingerprints::keys(connection)? {
            let wrapped = wrapped_keys::read(connection, slot)?;
            let context = FingerprintKeyContext {
                vault: scope.vault,
                made_in,
                epoch: scope.key_epoch,
            };
            let opened = wrapped.map(|wrapped| {
                let wrapped = WrappedVersionKey::from_bytes(wrapped);
                value_key.unwrap_fingerprint_key(&wrapped, &context)
            });
            match opened {
                Some(Ok(key)) if made_in == scope.key_epoch => present = Some(key),
                Some(Ok(_older)) => {}
                Some(Err(OpenError)) | None => report.add(
                    ProblemKind::Value,
                    format!("The fingerprints' key number {made_in} does not open."),
                ),
            }
        }
        if present.is_none() {
            let message = "The key with which fingerprints are made is missing.".to_owned();
            report.add(ProblemKind::Value, message);
        }
        Ok(Prints(present))
    }

    /// Whether a value's fingerprints are its own. Not told where there is no key to make them with.
    fn fit(&self, values: &Credentials, stored: &[(String, Fingerprint)]) -> bool {
        let Some(key) = &self.0 else { return true };
        let mut made = key.of_fields(values);
        made.sort_unstable_by_key(|(field, _)| *field);
        let made = made.iter().map(|(field, print)| (*field, *print));
        made.eq(stored.iter().map(|(field, print)| (field.as_str(), *print)))
    }
}

/// A version either opens or is destroyed, wholly.
pub(super) fn check(
    connection: &Connection,
    scope: &Scope<'_>,
    prints: &Prints,
    (row, version): (&SecretRow, &VersionRow),
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
            if !may_be_of_destroyed(connection, row.key, &decided)? {
                report.add(ProblemKind::Value, not_its_own(&what));
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
            let opened = value_key
                .unwrap(&WrappedVersionKey::from_bytes(wrapped), &context)
                .and_then(|key| {
                    SealedValues::from_bytes(sealed).open_as(decided.method(), &key, &context)
                });
            match opened {
                Ok(values) => {
                    let stored = fingerprints::of_version(connection, row.key, version.number)?;
                    if !prints.fit(&values, &stored) {
                        report.add(ProblemKind::Value, not_its_own(&what));
                    }
                }
                Err(OpenError) => report.add(
                    ProblemKind::Value,
                    format!("The value of {what} does not open."),
                ),
            }
        }
    }
    Ok(())
}

/// The value is gone, so they cannot be compared; but they are of its fields, and none is left of one that was forgotten.
fn may_be_of_destroyed(
    connection: &Connection,
    key: SecretKey,
    version: &Version,
) -> Result<bool, StoreError> {
    let stored = fingerprints::of_version(connection, key, version.number().get())?;
    let secret = |name: &str| {
        let field = version.method().field(name);
        field.is_some_and(|field| field.kind != FieldKind::Identifier)
    };
    let forgotten = version.masks().is_none();
    Ok(match forgotten {
        true => stored.is_empty(),
        false => stored.iter().all(|(field, _)| secret(field)),
    })
}

fn not_its_own(what: &str) -> String {
    format!("The fingerprints of {what} are not its own.")
}
