//! Fingerprints of values, and their wrapped key.

use domain::ids::VaultId;

use super::{array, bytes, construction, number, text};
use crate::aead;
use crate::fingerprint::{Fingerprint, FingerprintKey, FingerprintKeyContext};
use crate::memory::Key;
use crate::wrapped_key::{ValueKey, WrappedVersionKey};

#[test]
fn the_frozen_key_of_fingerprints_opens() {
    let vector = construction("wrapped_fingerprint_key");
    let value_key = ValueKey::copy_from(&array(&vector, "value_key"));
    let wrapped = WrappedVersionKey::from_bytes(array(&vector, "wrapped"));
    let context = FingerprintKeyContext {
        vault: VaultId::parse(text(&vector, "vault_id")).expect("an id"),
        made_in: number(&vector, "made_in"),
        epoch: number(&vector, "epoch"),
    };
    let opened = value_key
        .unwrap_fingerprint_key(&wrapped, &context)
        .unwrap_or_else(|_| panic!("opens"));
    let key: [u8; 32] = array(&vector, "fingerprint_key");
    assert_eq!(opened.as_key().expose_bytes(), &key);
    assert_eq!(context.bound(), bytes(&vector, "context"));

    let wrapping_key = Key::copy_from(&array(&vector, "wrapping_key"));
    let nonce = array(&vector, "nonce");
    let sealed = aead::seal_with_nonce(&wrapping_key, nonce, &context.bound(), &key);
    assert_eq!(sealed, bytes(&vector, "wrapped"));
}

#[test]
fn values_have_their_frozen_fingerprints() {
    let vectors = construction("fingerprints");
    let vectors = vectors.as_array().expect("a list");
    assert!(vectors.len() > 3);
    for vector in vectors {
        let key = Key::copy_from(&array(vector, "fingerprint_key"));
        let made = FingerprintKey::from_key(key).of_value(text(vector, "value"));
        assert_eq!(made, Fingerprint(array(vector, "fingerprint")));
    }
}
