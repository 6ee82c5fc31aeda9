//! A state hash is that of one record as it stands: with any of its fields changed it is another.

use std::collections::BTreeSet;

use domain::ids::VaultId;

use crate::store::connections::ConnectionRow;
use crate::store::locations::LocationRow;
use crate::store::policies::PolicyRow;
use crate::store::rotations::RotationRow;
use crate::store::settings::SettingsRow;
use crate::store::state_hash;
use crate::store::verifications::VerificationRow;
use crate::store::wrapped_keys::KeySlot;

fn vault() -> VaultId {
    VaultId::from_bytes([1; 16])
}

fn other_vault() -> VaultId {
    VaultId::from_bytes([9; 16])
}

fn location() -> LocationRow {
    LocationRow {
        id: [2; 16],
        name: "Backups".to_owned(),
        name_folded: "backups".to_owned(),
        location_type: "s3".to_owned(),
        secret_id: Some([3; 16]),
        bucket_name: "acme".to_owned(),
        region: Some("eu-central-1".to_owned()),
        endpoint_url: Some("https://s3.example.com".to_owned()),
        http_allowed: 0,
        prefix: Some("daily/".to_owned()),
        probe_writes: 0,
        revision: 4,
        created_at: 5,
        created_by: [6; 16],
        updated_at: 7,
    }
}

fn connection() -> ConnectionRow {
    ConnectionRow {
        id: [2; 16],
        name: "Doppler".to_owned(),
        name_folded: "doppler".to_owned(),
        method: "doppler_service_token".to_owned(),
        revision: 4,
        created_at: 5,
        created_by: [6; 16],
        updated_at: 7,
        rotated_at: 8,
        key_slot: KeySlot(9),
        texts: r#"[["project","backend"],["config","prd"]]"#.to_owned(),
        masks: r#"[["service_token","dp.st.••••abc"]]"#.to_owned(),
        description: "What the servers read.".to_owned(),
    }
}

fn settings() -> SettingsRow {
    SettingsRow {
        tier: "pro".to_owned(),
        revision: 2,
        updated_at: 3,
        updated_by: [4; 16],
    }
}

/// The field that a change is of, and the change.
type FieldChange<R> = (&'static str, fn(&mut R));

/// Every state, the untouched one and one for each change, must be like no other.
fn check<R>(
    untouched: impl Fn() -> R,
    state: impl Fn(VaultId, &R) -> [u8; 32],
    changes: &[FieldChange<R>],
) {
    let mut states = BTreeSet::from([state(vault(), &untouched())]);
    assert!(
        states.insert(state(other_vault(), &untouched())),
        "the vault"
    );
    for (field, change) in changes {
        let mut row = untouched();
        change(&mut row);
        assert!(states.insert(state(vault(), &row)), "{field}");
    }
}

#[test]
fn audit_02_a_location_with_any_field_changed_has_another_state() {
    check(
        location,
        state_hash::of_location,
        &[
            ("id", |row| row.id = [9; 16]),
            ("name", |row| row.name = "Backup".to_owned()),
            ("location_type", |row| row.location_type = "r2".to_owned()),
            ("secret_id", |row| row.secret_id = Some([9; 16])),
            ("no secret_id", |row| row.secret_id = None),
            ("bucket_name", |row| row.bucket_name = "acmes".to_owned()),
            ("region", |row| row.region = Some("eu".to_owned())),
            ("no region", |row| row.region = None),
            ("endpoint_url", |row| {
                row.endpoint_url = Some("https://s3.example.org".to_owned());
            }),
            ("no endpoint_url", |row| row.endpoint_url = None),
            ("http_allowed", |row| row.http_allowed = 1),
            ("prefix", |row| row.prefix = Some("daily".to_owned())),
            ("no prefix", |row| row.prefix = None),
            ("probe_writes", |row| row.probe_writes = 1),
            ("revision", |row| row.revision = 5),
            ("created_at", |row| row.created_at = 6),
            ("created_by", |row| row.created_by = [9; 16]),
            ("updated_at", |row| row.updated_at = 8),
            ("text moved to the next field", |row| {
                row.bucket_name = "acmeeu".to_owned();
                row.region = Some("-central-1".to_owned());
            }),
            ("region and endpoint exchanged", |row| {
                std::mem::swap(&mut row.region, &mut row.endpoint_url);
            }),
        ],
    );
}

#[test]
fn audit_02_a_connection_with_any_field_changed_has_another_state() {
    check(
        connection,
        |vault, row| state_hash::of_connection(vault, row, Some(b"sealed")),
        &[
            ("id", |row| row.id = [9; 16]),
            ("name", |row| row.name = "Dopplers".to_owned()),
            ("method", |row| {
                row.method = "infisical_universal_auth".to_owned();
            }),
            ("texts", |row| {
                row.texts = r#"[["project","backend"],["config","dev"]]"#.to_owned();
            }),
            ("masks", |row| row.masks = "[]".to_owned()),
            ("description", |row| row.description.clear()),
            ("revision", |row| row.revision = 5),
            ("created_at", |row| row.created_at = 6),
            ("created_by", |row| row.created_by = [9; 16]),
            ("updated_at", |row| row.updated_at = 8),
            ("rotated_at", |row| row.rotated_at = 9),
        ],
    );
}

#[test]
fn audit_02_a_connection_with_another_token_has_another_state() {
    let states: BTreeSet<[u8; 32]> = [None, Some(&b""[..]), Some(b"sealed"), Some(b"sealee")]
        .into_iter()
        .map(|sealed| state_hash::of_connection(vault(), &connection(), sealed))
        .collect();
    assert_eq!(states.len(), 4);
}

#[test]
fn a_connections_key_slot_is_not_part_of_its_state() {
    let mut moved = connection();
    moved.key_slot = KeySlot(10);
    let state = |row| state_hash::of_connection(vault(), row, Some(b"sealed"));
    assert_eq!(state(&moved), state(&connection()), "re-keying changes it");
}

#[test]
fn audit_02_settings_with_any_field_changed_have_another_state() {
    check(
        settings,
        state_hash::of_settings,
        &[
            ("tier", |row| row.tier = "unlimited".to_owned()),
            ("revision", |row| row.revision = 3),
            ("updated_at", |row| row.updated_at = 4),
            ("updated_by", |row| row.updated_by = [9; 16]),
        ],
    );
}

#[test]
fn audit_02_records_of_different_kinds_never_share_a_state() {
    let states = BTreeSet::from([
        state_hash::of_location(vault(), &location()),
        state_hash::of_connection(vault(), &connection(), None),
        state_hash::of_settings(vault(), &settings()),
        state_hash::of_purged(vault(), [2; 16]),
        state_hash::of_purged(vault(), [3; 16]),
        state_hash::of_purged(other_vault(), [2; 16]),
    ]);
    assert_eq!(states.len(), 6);
}

#[test]
fn audit_02_a_verification_with_any_field_changed_has_another_state() {
    check(
        || VerificationRow {
            id: [2; 16],
            location_id: [3; 16],
            location_revision: 4,
            secret_id: [5; 16],
            version_id: Some([6; 16]),
            verdict: "verified".to_owned(),
            findings: "{}".to_owned(),
            revision: 7,
            verified_at: 8,
            verified_by: [9; 16],
        },
        state_hash::of_verification,
        &[
            ("id", |row| row.id = [1; 16]),
            ("location_id", |row| row.location_id = [1; 16]),
            ("location_revision", |row| row.location_revision = 5),
            ("secret_id", |row| row.secret_id = [1; 16]),
            ("version_id", |row| row.version_id = Some([1; 16])),
            ("no version_id", |row| row.version_id = None),
            ("verdict", |row| row.verdict = "failed".to_owned()),
            ("findings", |row| row.findings = "{ }".to_owned()),
            ("revision", |row| row.revision = 8),
            ("verified_at", |row| row.verified_at = 9),
            ("verified_by", |row| row.verified_by = [1; 16]),
            ("text moved to the next field", |row| {
                row.verdict = "verified{".to_owned();
                row.findings = "}".to_owned();
            }),
        ],
    );
}

#[test]
fn audit_02_a_rotation_with_any_field_changed_has_another_state() {
    check(
        || RotationRow {
            id: [2; 16],
            secret_id: [3; 16],
            stage: "testing".to_owned(),
            is_open: true,
            is_stopped: false,
            revision: 4,
            started_at: 5,
            updated_at: 6,
            record: "{}".to_owned(),
        },
        state_hash::of_rotation,
        &[
            ("id", |row| row.id = [1; 16]),
            ("secret_id", |row| row.secret_id = [1; 16]),
            ("stage", |row| row.stage = "tested".to_owned()),
            ("revision", |row| row.revision = 5),
            ("started_at", |row| row.started_at = 6),
            ("updated_at", |row| row.updated_at = 7),
            ("record", |row| row.record = "{ }".to_owned()),
        ],
    );
}

#[test]
fn audit_02_a_policy_with_any_field_changed_has_another_state() {
    check(
        || PolicyRow {
            id: [2; 16],
            subject_id: [3; 16],
            every_days: Some(90),
            lead_days: Some(7),
            management_id: Some([4; 16]),
            parameters: Some("{}".to_owned()),
            revision: 5,
            updated_at: 6,
            updated_by: [7; 16],
        },
        state_hash::of_policy,
        &[
            ("id", |row| row.id = [1; 16]),
            ("subject_id", |row| row.subject_id = [1; 16]),
            ("every_days", |row| row.every_days = Some(91)),
            ("no every_days", |row| row.every_days = None),
            ("lead_days", |row| row.lead_days = Some(8)),
            ("no lead_days", |row| row.lead_days = None),
            ("days exchanged", |row| {
                std::mem::swap(&mut row.every_days, &mut row.lead_days);
            }),
            ("management_id", |row| row.management_id = Some([1; 16])),
            ("no management_id", |row| row.management_id = None),
            ("parameters", |row| row.parameters = Some("{ }".to_owned())),
            ("no parameters", |row| row.parameters = None),
            ("revision", |row| row.revision = 6),
            ("updated_at", |row| row.updated_at = 7),
            ("updated_by", |row| row.updated_by = [1; 16]),
        ],
    );
}
