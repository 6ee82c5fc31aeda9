use domain::ids::{ConnectionId, SecretId, VaultId, VersionId};

use crate::seal::{SealContext, SealedValues, VersionKey};
use crate::sealed_token::{self, TokenContext};
use crate::wrapped_key::{ValueKey, WRAPPED_VERSION_KEY_BYTES, WrappedVersionKey};

const METHOD: &str = "doppler_service_token";
const PLAINTEXT: &[u8] = b"the sealed token";

fn context() -> TokenContext {
    TokenContext {
        vault: VaultId::from_bytes([1; 16]),
        connection: ConnectionId::from_bytes([2; 16]),
        epoch: 4,
    }
}

fn other_places() -> [TokenContext; 2] {
    [
        TokenContext {
            vault: VaultId::from_bytes([9; 16]),
            ..context()
        },
        TokenContext {
            connection: ConnectionId::from_bytes([9; 16]),
            ..context()
        },
    ]
}

/// A version whose secret has the connection's very bytes as its id.
fn same_place_of_a_version() -> SealContext {
    SealContext {
        vault: context().vault,
        secret: SecretId::from_bytes([2; 16]),
        version: VersionId::from_bytes([2; 16]),
        epoch: context().epoch,
    }
}

fn token_key() -> VersionKey {
    VersionKey::copy_from(&[5; 32])
}

fn value_key() -> ValueKey {
    ValueKey::copy_from(&[7; 32])
}

fn sealed() -> Vec<u8> {
    sealed_token::seal(&token_key(), &context(), METHOD, PLAINTEXT).expect("entropy")
}

fn wrapped() -> WrappedVersionKey {
    value_key()
        .wrap_token(&token_key(), &context())
        .expect("entropy")
}

fn opens(sealed: &[u8], context: &TokenContext, method: &str) -> bool {
    match sealed_token::open(sealed, &token_key(), context, method) {
        Ok(opened) => {
            assert_eq!(opened.as_slice(), PLAINTEXT);
            true
        }
        Err(_) => false,
    }
}

#[test]
fn conn_03_a_token_opens_in_its_own_place_and_in_every_later_epoch() {
    assert!(opens(&sealed(), &context(), METHOD));
    let later = TokenContext {
        epoch: 5,
        ..context()
    };
    assert!(opens(&sealed(), &later, METHOD));
}

#[test]
fn conn_03_a_token_moved_to_another_vault_connection_or_method_is_refused() {
    for place in other_places() {
        assert!(!opens(&sealed(), &place, METHOD), "{place:?}");
    }
    for method in ["", "doppler_service_toke", "infisical_universal_auth"] {
        assert!(!opens(&sealed(), &context(), method), "{method}");
    }
}

#[test]
fn conn_03_a_token_with_any_byte_changed_cut_or_lengthened_is_refused() {
    let sealed = sealed();
    for place in 0..sealed.len() {
        let mut bytes = sealed.clone();
        bytes[place] ^= 1;
        assert!(!opens(&bytes, &context(), METHOD), "byte {place}");
        assert!(!opens(&sealed[..place], &context(), METHOD), "{place}");
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    assert!(!opens(&longer, &context(), METHOD));
}

#[test]
fn conn_03_a_token_under_another_key_is_refused() {
    let other = VersionKey::copy_from(&[6; 32]);
    assert!(sealed_token::open(&sealed(), &other, &context(), METHOD).is_err());
}

#[test]
fn a_tokens_key_opens_in_its_own_place_only() {
    let opened = value_key().unwrap_token(&wrapped(), &context());
    let opened = opened.expect("the same place");
    assert_eq!(opened.expose_bytes(), token_key().expose_bytes());
    let other_epoch = TokenContext {
        epoch: 5,
        ..context()
    };
    for place in other_places().into_iter().chain([other_epoch]) {
        let refused = value_key().unwrap_token(&wrapped(), &place);
        assert!(refused.is_err(), "{place:?}");
    }
    let other_key = ValueKey::copy_from(&[8; 32]);
    assert!(other_key.unwrap_token(&wrapped(), &context()).is_err());
}

#[test]
fn a_tokens_key_with_any_byte_changed_or_overwritten_is_refused() {
    for place in 0..WRAPPED_VERSION_KEY_BYTES {
        let mut bytes = *wrapped().as_bytes();
        bytes[place] ^= 0x80;
        let changed = WrappedVersionKey::from_bytes(bytes);
        let refused = value_key().unwrap_token(&changed, &context());
        assert!(refused.is_err(), "byte {place}");
    }
    let overwritten = WrappedVersionKey::from_bytes([0; WRAPPED_VERSION_KEY_BYTES]);
    assert!(value_key().unwrap_token(&overwritten, &context()).is_err());
}

#[test]
fn a_token_and_a_version_never_open_as_each_other() {
    let (token, version) = (context(), same_place_of_a_version());
    assert!(value_key().unwrap(&wrapped(), &version).is_err());
    let wrapped = value_key().wrap(&token_key(), &version).expect("entropy");
    assert!(value_key().unwrap_token(&wrapped, &token).is_err());

    let values = SealedValues::from_bytes(sealed());
    for fields in [&["service_token"][..], &[]] {
        assert!(values.open(&token_key(), &version, fields).is_err());
    }
    let values = SealedValues::seal(&token_key(), &version, &["service_token"], PLAINTEXT);
    assert!(!opens(values.expect("entropy").as_bytes(), &token, METHOD));
}
