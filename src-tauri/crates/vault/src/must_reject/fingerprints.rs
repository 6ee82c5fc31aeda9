use domain::ids::{ConnectionId, SecretId, VaultId, VersionId};

use crate::fingerprint::{FingerprintKey, FingerprintKeyContext};
use crate::memory::Key;
use crate::seal::{SealContext, VersionKey};
use crate::sealed_token::TokenContext;
use crate::wrapped_key::{ValueKey, WRAPPED_VERSION_KEY_BYTES, WrappedVersionKey};

const KEY: [u8; 32] = [5; 32];

fn context() -> FingerprintKeyContext {
    FingerprintKeyContext {
        vault: VaultId::from_bytes([1; 16]),
        made_in: 3,
        epoch: 4,
    }
}

fn value_key() -> ValueKey {
    ValueKey::copy_from(&[7; 32])
}

fn wrapped() -> WrappedVersionKey {
    let key = FingerprintKey::from_key(Key::copy_from(&KEY));
    let wrapped = value_key().wrap_fingerprint_key(&key, &context());
    wrapped.expect("entropy")
}

fn opens(
    value_key: &ValueKey,
    wrapped: &WrappedVersionKey,
    context: &FingerprintKeyContext,
) -> bool {
    match value_key.unwrap_fingerprint_key(wrapped, context) {
        Ok(opened) => {
            assert_eq!(opened.as_key().expose_bytes(), &KEY);
            true
        }
        Err(_) => false,
    }
}

#[test]
fn a_fingerprint_key_opens_in_its_own_place_only() {
    assert!(opens(&value_key(), &wrapped(), &context()));
    let elsewhere = [
        FingerprintKeyContext {
            vault: VaultId::from_bytes([9; 16]),
            ..context()
        },
        FingerprintKeyContext {
            made_in: 4,
            ..context()
        },
        FingerprintKeyContext {
            epoch: 5,
            ..context()
        },
        // The same eight bytes, the other way round.
        FingerprintKeyContext {
            made_in: 4,
            epoch: 3,
            ..context()
        },
    ];
    for place in elsewhere {
        assert!(!opens(&value_key(), &wrapped(), &place), "{place:?}");
    }
    let other_key = ValueKey::copy_from(&[8; 32]);
    assert!(!opens(&other_key, &wrapped(), &context()));
}

#[test]
fn a_fingerprint_key_with_any_byte_changed_or_overwritten_is_refused() {
    for place in 0..WRAPPED_VERSION_KEY_BYTES {
        let mut bytes = *wrapped().as_bytes();
        bytes[place] ^= 0x80;
        let changed = WrappedVersionKey::from_bytes(bytes);
        assert!(!opens(&value_key(), &changed, &context()), "byte {place}");
    }
    let overwritten = WrappedVersionKey::from_bytes([0; WRAPPED_VERSION_KEY_BYTES]);
    assert!(!opens(&value_key(), &overwritten, &context()));
}

#[test]
fn a_fingerprint_key_and_the_key_of_a_version_or_token_never_open_as_each_other() {
    let version = SealContext {
        vault: context().vault,
        secret: SecretId::from_bytes([0; 16]),
        version: VersionId::from_bytes([0; 16]),
        epoch: context().epoch,
    };
    let token = TokenContext {
        vault: context().vault,
        connection: ConnectionId::from_bytes([0; 16]),
        epoch: context().epoch,
    };
    assert!(value_key().unwrap(&wrapped(), &version).is_err());
    assert!(value_key().unwrap_token(&wrapped(), &token).is_err());
    let key = VersionKey::copy_from(&KEY);
    let of_version = value_key().wrap(&key, &version).expect("entropy");
    assert!(!opens(&value_key(), &of_version, &context()));
    let of_token = value_key().wrap_token(&key, &token).expect("entropy");
    assert!(!opens(&value_key(), &of_token, &context()));
}

#[test]
fn values_and_keys_that_differ_in_anything_have_other_fingerprints() {
    let key = FingerprintKey::from_key(Key::copy_from(&KEY));
    let made = key.of_value("value");
    for other in ["", "Value", "value\n", " value", "valu", "value\0"] {
        assert_ne!(key.of_value(other), made, "{other:?}");
    }
    let other = FingerprintKey::from_key(Key::copy_from(&[6; 32]));
    assert_ne!(other.of_value("value"), made);
}
