//! Tokens of connections, and the states of locations, connections and settings.

use domain::connection::{ConnectionCredentials, ConnectionMethod};
use domain::ids::{ConnectionId, LocationId, MemberId, SecretId, VaultId};
use serde_json::Value;

use super::{array, bytes, construction, number, text};
use crate::aead;
use crate::memory::Key;
use crate::seal::VersionKey;
use crate::sealed_token::{self, TokenContext};
use crate::store::connections::ConnectionRow;
use crate::store::locations::LocationRow;
use crate::store::settings::SettingsRow;
use crate::store::state_hash;
use crate::store::wrapped_keys::KeySlot;
use crate::wrapped_key::{ValueKey, WrappedVersionKey};

fn vault(vector: &Value) -> VaultId {
    VaultId::parse(text(vector, "vault_id")).expect("an id")
}

fn member(vector: &Value, field: &str) -> [u8; 16] {
    let id = MemberId::parse(text(vector, field)).expect("an id");
    id.to_bytes()
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
