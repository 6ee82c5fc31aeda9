//! What a record's newest audit entry vouches for: FORMAT.md, "State hash".

use domain::ids::VaultId;
use rusqlite::Connection;

use super::Canonical;
use super::connections::ConnectionRow;
use super::error::StoreError;
use super::locations::LocationRow;
use super::policies::PolicyRow;
use super::rotations::RotationRow;
use super::secrets::SecretRow;
use super::settings::SettingsRow;
use super::verifications::VerificationRow;
use super::versions::{self, VersionRow};
use crate::labels;

/// SHA-256 over the secret's row and its versions with their sealed bytes, as they are stored. Row numbers and the
/// wrapping of keys are left out; a version that is being destroyed counts as destroyed.
pub(crate) fn of_secret(
    connection: &Connection,
    vault: VaultId,
    row: &SecretRow,
) -> Result<[u8; 32], StoreError> {
    let mut record = secret_record(vault, row);
    let versions = versions::of_secret(connection, row.key)?;
    record = record.number(i64::try_from(versions.len()).expect("a count of rows"));
    for version in &versions {
        let sealed = versions::sealed_bytes(connection, version.key_slot)?;
        record =
            version_record(record, version).optional(sealed, |record, bytes| record.bytes(&bytes));
    }
    Ok(record.hash())
}

/// What the entry of a purge or deletion vouches for: there is no such record any more.
pub(crate) fn of_purged(vault: VaultId, record: [u8; 16]) -> [u8; 32] {
    Canonical::new(labels::STATE_PURGED)
        .fixed(&vault.to_bytes())
        .fixed(&record)
        .hash()
}

fn secret_record(vault: VaultId, row: &SecretRow) -> Canonical {
    let number = |record: Canonical, number: i64| record.number(number);
    let text = |record: Canonical, text: &String| record.text(text);
    Canonical::new(labels::STATE_SECRET)
        .fixed(&vault.to_bytes())
        .fixed(&row.id)
        .text(&row.name)
        .text(&row.description)
        .text(&row.notes)
        .text(&row.tags)
        .text(&row.auth_method)
        .optional(row.current_version.map(i64::from), number)
        .optional(row.connection_id, |record, id| record.fixed(&id))
        .optional(row.field_mappings.as_ref(), text)
        .optional(row.env_key.as_ref(), text)
        .optional(row.allowed_domains.as_ref(), text)
        .optional(row.keep_versions.map(i64::from), number)
        .optional(row.grace_days.map(i64::from), number)
        .number(row.revision)
        .number(row.created_at)
        .fixed(&row.created_by)
        .number(row.updated_at)
        .number(row.rotated_at)
        .number(row.made_at)
        .optional(row.expires_at, number)
        .number(i64::from(row.hint_count))
        .optional(row.identity.as_ref(), text)
        .optional(row.trashed_at, number)
        .optional(row.import_source.as_ref(), text)
        .optional(row.masks.as_ref(), text)
}

fn version_record(record: Canonical, version: &VersionRow) -> Canonical {
    let state = if version.state == "destroying" {
        "destroyed"
    } else {
        &version.state
    };
    record
        .number(i64::from(version.number))
        .fixed(&version.id)
        .text(&version.auth_method)
        .text(state)
        .number(version.created_at)
        .fixed(&version.created_by)
        .text(&version.how)
        .optional(version.origin.map(i64::from), |record, number| {
            record.number(number)
        })
        .optional(version.reason.as_ref(), |record, text| record.text(text))
        .optional(version.masks.as_ref(), |record, text| record.text(text))
        .number(version.made_at)
        .optional(version.expires_at, |record, at| record.number(at))
}

/// SHA-256 over the location's row.
pub(crate) fn of_location(vault: VaultId, row: &LocationRow) -> [u8; 32] {
    let text = |record: Canonical, text: &String| record.text(text);
    Canonical::new(labels::STATE_LOCATION)
        .fixed(&vault.to_bytes())
        .fixed(&row.id)
        .text(&row.name)
        .text(&row.location_type)
        .optional(row.secret_id, |record, id| record.fixed(&id))
        .text(&row.bucket_name)
        .optional(row.region.as_ref(), text)
        .optional(row.endpoint_url.as_ref(), text)
        .number(row.http_allowed)
        .optional(row.prefix.as_ref(), text)
        .number(row.probe_writes)
        .number(row.revision)
        .number(row.created_at)
        .fixed(&row.created_by)
        .number(row.updated_at)
        .hash()
}

/// SHA-256 over the connection's row and its sealed token.
pub(crate) fn of_connection(
    vault: VaultId,
    row: &ConnectionRow,
    sealed: Option<&[u8]>,
) -> [u8; 32] {
    Canonical::new(labels::STATE_CONNECTION)
        .fixed(&vault.to_bytes())
        .fixed(&row.id)
        .text(&row.name)
        .text(&row.description)
        .text(&row.method)
        .text(&row.texts)
        .text(&row.masks)
        .number(row.revision)
        .number(row.created_at)
        .fixed(&row.created_by)
        .number(row.updated_at)
        .number(row.rotated_at)
        .optional(sealed, Canonical::bytes)
        .hash()
}

/// SHA-256 over the row of the vault's settings.
pub(crate) fn of_settings(vault: VaultId, row: &SettingsRow) -> [u8; 32] {
    Canonical::new(labels::STATE_SETTINGS)
        .fixed(&vault.to_bytes())
        .text(&row.tier)
        .number(row.revision)
        .number(row.updated_at)
        .fixed(&row.updated_by)
        .hash()
}

/// SHA-256 over the verification's row.
pub(crate) fn of_verification(vault: VaultId, row: &VerificationRow) -> [u8; 32] {
    Canonical::new(labels::STATE_VERIFICATION)
        .fixed(&vault.to_bytes())
        .fixed(&row.id)
        .fixed(&row.location_id)
        .number(row.location_revision)
        .fixed(&row.secret_id)
        .optional(row.version_id, |record, id| record.fixed(&id))
        .text(&row.verdict)
        .text(&row.findings)
        .number(row.revision)
        .number(row.verified_at)
        .fixed(&row.verified_by)
        .hash()
}

/// SHA-256 over the rotation's row, but for what follows from it.
pub(crate) fn of_rotation(vault: VaultId, row: &RotationRow) -> [u8; 32] {
    Canonical::new(labels::STATE_ROTATION)
        .fixed(&vault.to_bytes())
        .fixed(&row.id)
        .fixed(&row.secret_id)
        .text(&row.stage)
        .number(row.revision)
        .number(row.started_at)
        .number(row.updated_at)
        .text(&row.record)
        .hash()
}

/// SHA-256 over the policy's row.
pub(crate) fn of_policy(vault: VaultId, row: &PolicyRow) -> [u8; 32] {
    let days = |record: Canonical, days: u16| record.number(i64::from(days));
    Canonical::new(labels::STATE_POLICY)
        .fixed(&vault.to_bytes())
        .fixed(&row.id)
        .fixed(&row.subject_id)
        .optional(row.every_days, days)
        .optional(row.lead_days, days)
        .optional(row.management_id, |record, id| record.fixed(&id))
        .optional(row.parameters.as_ref(), |record, text| record.text(text))
        .number(row.revision)
        .number(row.updated_at)
        .fixed(&row.updated_by)
        .hash()
}
