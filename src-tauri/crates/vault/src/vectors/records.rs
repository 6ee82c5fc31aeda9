//! Tokens of connections, and the states of every record but secrets.

use domain::connection::{ConnectionCredentials, ConnectionMethod};
use domain::ids::{
    ConnectionId, LocationId, MemberId, PolicyId, RotationId, SecretId, VaultId, VerificationId,
    VersionId,
};
use serde_json::Value;

use super::{array, bytes, construction, number, text};
use crate::aead;
use crate::memory::Key;
use crate::seal::VersionKey;
use crate::sealed_token::{self, TokenContext};
use crate::store::connections::ConnectionRow;
use crate::store::locations::LocationRow;
use crate::store::policies::PolicyRow;
use crate::store::rotations::RotationRow;
use crate::store::settings::SettingsRow;
use crate::store::state_hash;
use crate::store::verifications::VerificationRow;
use crate::store::wrapped_keys::KeySlot;
use crate::wrapped_key::{ValueKey, WrappedVersionKey};

fn vault(vector: &Value) -> VaultId {
    VaultId::parse(text(vector, "vault_id")).expect("an id")
}

fn member(vector: &Value, field: &str) -> [u8; 16] {
    let id = MemberId::parse(text(vector, field)).expect("an id");
    id.to_bytes()
}

fn secret(vector: &Value, field: &str) -> SecretId {
    SecretId::parse(text(vector, field)).expect("an id")
}

fn connection(vector: &Value) -> ConnectionId {
    ConnectionId::parse(text(vector, "connection_id")).expect("an id")
}

fn integer(vector: &Value, field: &str) -> i64 {
    vector[field].as_i64().expect("a number")
}

fn owned(vector: &Value, field: &str) -> String {
    text(vector, field).to_owned()
}

fn optional(vector: &Value, field: &str) -> Option<String> {
    vector[field].as_str().map(str::to_owned)
}

fn token_context(vector: &Value) -> TokenContext {
    TokenContext {
        vault: vault(vector),
        connection: connection(vector),
        epoch: number(vector, "epoch"),
    }
}

#[test]
fn the_frozen_key_of_a_token_opens() {
    let vector = construction("wrapped_token_key");
    let value_key = ValueKey::copy_from(&array(&vector, "value_key"));
    let wrapped = WrappedVersionKey::from_bytes(array(&vector, "wrapped"));
    let opened = value_key
        .unwrap_token(&wrapped, &token_context(&vector))
        .expect("opens");
    assert_eq!(opened.expose_bytes(), &array(&vector, "token_key"));

    let wrapping_key = Key::copy_from(&array(&vector, "wrapping_key"));
    let (nonce, context) = (array(&vector, "nonce"), bytes(&vector, "context"));
    let token_key = bytes(&vector, "token_key");
    let sealed = aead::seal_with_nonce(&wrapping_key, nonce, &context, &token_key);
    assert_eq!(sealed, bytes(&vector, "wrapped"));
}

#[test]
fn the_frozen_token_opens() {
    let vector = construction("token");
    let method = ConnectionMethod::parse(text(&vector, "method")).expect("a method");
    let key = VersionKey::copy_from(&array(&vector, "token_key"));
    let sealed = bytes(&vector, "sealed");
    let opened = sealed_token::open(&sealed, &key, &token_context(&vector), method.as_str());
    let opened = opened.expect("opens");
    assert_eq!(opened.as_slice(), bytes(&vector, "plaintext"));

    let Ok(token) = ConnectionCredentials::from_sealed_bytes(method, &opened) else {
        panic!("no fields")
    };
    for (field, value) in token.iter() {
        assert_eq!(value.expose_text(), text(&vector["fields"], field.name));
    }
}

#[test]
fn locations_have_their_frozen_states() {
    let vectors = construction("location_states");
    for vector in vectors.as_array().expect("a list") {
        let id = LocationId::parse(text(vector, "location_id")).expect("an id");
        let secret = optional(vector, "secret_id");
        let row = LocationRow {
            id: id.to_bytes(),
            name: owned(vector, "name"),
            name_folded: String::new(),
            location_type: owned(vector, "location_type"),
            secret_id: secret.map(|id| SecretId::parse(&id).expect("an id").to_bytes()),
            bucket_name: owned(vector, "bucket_name"),
            region: optional(vector, "region"),
            endpoint_url: optional(vector, "endpoint_url"),
            http_allowed: integer(vector, "http_allowed"),
            prefix: optional(vector, "prefix"),
            probe_writes: integer(vector, "probe_writes"),
            revision: integer(vector, "revision"),
            created_at: integer(vector, "created_at"),
            created_by: member(vector, "created_by"),
            updated_at: integer(vector, "updated_at"),
        };
        let state = state_hash::of_location(vault(vector), &row);
        assert_eq!(state, array(vector, "state_hash"));
    }
}

#[test]
fn verifications_have_their_frozen_states_and_can_be_read() {
    let vectors = construction("verification_states");
    for vector in vectors.as_array().expect("a list") {
        let id = VerificationId::parse(text(vector, "verification_id")).expect("an id");
        let location = LocationId::parse(text(vector, "location_id")).expect("an id");
        let version = optional(vector, "version_id");
        let row = VerificationRow {
            id: id.to_bytes(),
            location_id: location.to_bytes(),
            location_revision: integer(vector, "location_revision"),
            secret_id: secret(vector, "secret_id").to_bytes(),
            version_id: version.map(|id| VersionId::parse(&id).expect("an id").to_bytes()),
            verdict: owned(vector, "verdict"),
            findings: owned(vector, "findings"),
            revision: integer(vector, "revision"),
            verified_at: integer(vector, "verified_at"),
            verified_by: member(vector, "verified_by"),
        };
        let state = state_hash::of_verification(vault(vector), &row);
        assert_eq!(state, array(vector, "state_hash"));
        assert!(row.to_verification().is_ok());
    }
}

#[test]
fn a_rotation_has_its_frozen_state_and_can_be_read() {
    let vector = construction("rotation_state");
    let id = RotationId::parse(text(&vector, "rotation_id")).expect("an id");
    let row = RotationRow {
        id: id.to_bytes(),
        secret_id: secret(&vector, "secret_id").to_bytes(),
        stage: owned(&vector, "stage"),
        is_open: true,
        is_stopped: false,
        revision: integer(&vector, "revision"),
        started_at: integer(&vector, "started_at"),
        updated_at: integer(&vector, "updated_at"),
        record: owned(&vector, "record"),
    };
    let state = state_hash::of_rotation(vault(&vector), &row);
    assert_eq!(state, array(&vector, "state_hash"));
    let run = row.to_run().expect("a run");
    assert!(row.fits(&run));
    assert_eq!(run.parts().notes.len(), 2);
}

#[test]
fn policies_have_their_frozen_states_and_can_be_read() {
    let vectors = construction("policy_states");
    for vector in vectors.as_array().expect("a list") {
        let id = PolicyId::parse(text(vector, "policy_id")).expect("an id");
        let subject = text(vector, "subject_id");
        let of_vault = VaultId::parse(subject).map(|id| id.to_bytes());
        let days = |field: &str| {
            vector[field]
                .as_u64()
                .map(|days| days.try_into().expect("days"))
        };
        let management = optional(vector, "management_id");
        let row = PolicyRow {
            id: id.to_bytes(),
            subject_id: of_vault
                .unwrap_or_else(|_| SecretId::parse(subject).expect("an id").to_bytes()),
            every_days: days("every_days"),
            lead_days: days("lead_days"),
            management_id: management.map(|id| SecretId::parse(&id).expect("an id").to_bytes()),
            parameters: optional(vector, "parameters"),
            revision: integer(vector, "revision"),
            updated_at: integer(vector, "updated_at"),
            updated_by: member(vector, "updated_by"),
        };
        let state = state_hash::of_policy(vault(vector), &row);
        assert_eq!(state, array(vector, "state_hash"));
        assert!(row.to_policy(vault(vector)).is_ok());
    }
}

#[test]
fn a_connection_has_its_frozen_state() {
    let vector = construction("connection_state");
    let row = ConnectionRow {
        id: connection(&vector).to_bytes(),
        name: owned(&vector, "name"),
        name_folded: String::new(),
        method: owned(&vector, "method"),
        revision: integer(&vector, "revision"),
        created_at: integer(&vector, "created_at"),
        created_by: member(&vector, "created_by"),
        updated_at: integer(&vector, "updated_at"),
        rotated_at: integer(&vector, "rotated_at"),
        key_slot: KeySlot(1),
        texts: owned(&vector, "texts"),
        masks: owned(&vector, "masks"),
        description: owned(&vector, "description"),
    };
    let sealed = bytes(&vector, "sealed");
    let state = state_hash::of_connection(vault(&vector), &row, Some(&sealed));
    assert_eq!(state, array(&vector, "state_hash"));
}

#[test]
fn settings_and_what_is_gone_have_their_frozen_states() {
    let vector = construction("settings_state");
    let row = SettingsRow {
        tier: owned(&vector, "tier"),
        revision: integer(&vector, "revision"),
        updated_at: integer(&vector, "updated_at"),
        updated_by: member(&vector, "updated_by"),
    };
    let state = state_hash::of_settings(vault(&vector), &row);
    assert_eq!(state, array(&vector, "state_hash"));

    let vector = construction("purged_state");
    let record = LocationId::parse(text(&vector, "record_id")).expect("an id");
    let state = state_hash::of_purged(vault(&vector), record.to_bytes());
    assert_eq!(state, array(&vector, "state_hash"));
}
