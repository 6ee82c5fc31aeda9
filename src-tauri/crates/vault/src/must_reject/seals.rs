use domain::ids::{SecretId, VaultId, VersionId};

use crate::memory::Key;
use crate::seal::{SealContext, SealedValues, VersionKey};
use crate::wrapped_key::{ValueKey, WRAPPED_VERSION_KEY_BYTES, WrappedVersionKey};

const FIELDS: [&str; 2] = ["access_key_id", "secret_access_key"];
const PLAINTEXT: &[u8] = b"the sealed fields";

fn context() -> SealContext {
    SealContext {
        vault: VaultId::from_bytes([1; 16]),
        secret: SecretId::from_bytes([2; 16]),
        version: VersionId::from_bytes([3; 16]),
        epoch: 4,
    }
}

fn other_places() -> [SealContext; 3] {
    [
        SealContext {
            vault: VaultId::from_bytes([9; 16]),
            ..context()
        },
        SealContext {
            secret: SecretId::from_bytes([9; 16]),
            ..context()
        },
        SealContext {
            version: VersionId::from_bytes([9; 16]),
            ..context()
        },
    ]
}

fn version_key() -> VersionKey {
    VersionKey::copy_from(&[5; 32])
}

fn sealed() -> SealedValues {
    SealedValues::seal(&version_key(), &context(), &FIELDS, PLAINTEXT).expect("entropy")
}

fn opens(sealed: &SealedValues, context: &SealContext, fields: &[&str]) -> bool {
    match sealed.open(&version_key(), context, fields) {
        Ok(opened) => {
            assert_eq!(opened.as_slice(), PLAINTEXT);
            true
        }
        Err(_) => false,
    }
}

#[test]
fn values_open_in_their_own_place_and_in_every_later_epoch() {
    assert!(opens(&sealed(), &context(), &FIELDS));
    assert!(opens(
        &sealed(),
        &SealContext {
            epoch: 5,
            ..context()
        },
        &FIELDS
    ));
}

#[test]
fn values_moved_to_another_vault_secret_or_version_are_refused() {
    for place in other_places() {
        assert!(!opens(&sealed(), &place, &FIELDS), "{place:?}");
    }
}

#[test]
fn values_under_another_field_set_are_refused() {
    let sets: [&[&str]; 8] = [
        &[],
        &["access_key_id"],
        &["secret_access_key", "access_key_id"],
        &["access_key_id", "secret_access_key", ""],
        &["", "access_key_id", "secret_access_key"],
        &["access_key_idsecret_access_key"],
        &["access_key_i", "dsecret_access_key"],
        &["access_key_id", "secret_access_kez"],
    ];
    for fields in sets {
        assert!(!opens(&sealed(), &context(), fields), "{fields:?}");
    }
}

#[test]
fn values_with_any_byte_changed_are_refused_the_epoch_among_them() {
    let sealed = sealed();
    for place in 0..sealed.as_bytes().len() {
        let mut bytes = sealed.as_bytes().to_vec();
        bytes[place] ^= 1;
        assert!(
            !opens(&SealedValues::from_bytes(bytes), &context(), &FIELDS),
            "byte {place}"
        );
    }
}

#[test]
fn values_cut_or_lengthened_are_refused() {
    let sealed = sealed();
    for length in 0..sealed.as_bytes().len() {
        let cut = SealedValues::from_bytes(sealed.as_bytes()[..length].to_vec());
        assert!(!opens(&cut, &context(), &FIELDS), "{length} bytes");
    }
    let longer = SealedValues::from_bytes([sealed.as_bytes(), &[0]].concat());
    assert!(!opens(&longer, &context(), &FIELDS));
}

#[test]
fn values_under_another_key_are_refused() {
    assert!(
        sealed()
            .open(&VersionKey::copy_from(&[6; 32]), &context(), &FIELDS)
            .is_err()
    );
}

#[test]
fn two_sealings_share_no_bytes_of_ciphertext() {
    assert_ne!(sealed().as_bytes()[4..], sealed().as_bytes()[4..]);
}

fn value_key() -> ValueKey {
    ValueKey::copy_from(&[7; 32])
}

fn wrapped() -> WrappedVersionKey {
    value_key()
        .wrap(&version_key(), &context())
        .expect("entropy")
}

#[test]
fn a_wrapped_key_opens_in_its_own_place() {
    let opened = value_key()
        .unwrap(&wrapped(), &context())
        .expect("the same place");
    assert_eq!(opened.expose_bytes(), version_key().expose_bytes());
}

#[test]
fn a_wrapped_key_moved_to_another_place_or_epoch_is_refused() {
    let other_epoch = SealContext {
        epoch: 5,
        ..context()
    };
    for place in other_places().into_iter().chain([other_epoch]) {
        assert!(value_key().unwrap(&wrapped(), &place).is_err(), "{place:?}");
    }
}

#[test]
fn a_wrapped_key_with_any_byte_changed_is_refused() {
    for place in 0..WRAPPED_VERSION_KEY_BYTES {
        let mut bytes = *wrapped().as_bytes();
        bytes[place] ^= 0x80;
        let changed = WrappedVersionKey::from_bytes(bytes);
        assert!(
            value_key().unwrap(&changed, &context()).is_err(),
            "byte {place}"
        );
    }
}

#[test]
fn an_overwritten_wrapped_key_is_refused() {
    let overwritten = WrappedVersionKey::from_bytes([0; WRAPPED_VERSION_KEY_BYTES]);
    assert!(value_key().unwrap(&overwritten, &context()).is_err());
}

#[test]
fn a_wrapped_key_under_another_value_key_is_refused() {
    assert!(
        ValueKey::copy_from(&[8; 32])
            .unwrap(&wrapped(), &context())
            .is_err()
    );
}

#[test]
fn what_is_sealed_for_one_purpose_is_refused_for_another() {
    let key = Key::copy_from(version_key().expose_bytes());
    let context_bytes = context().to_bytes(crate::labels::WRAPPED_VERSION_KEY, context().epoch);
    let as_wrapped_key = crate::aead::seal(&key, &context_bytes, PLAINTEXT).expect("entropy");
    let epoch = context().epoch.to_be_bytes();
    let as_values = SealedValues::from_bytes([epoch.as_slice(), &as_wrapped_key].concat());
    for fields in [&FIELDS[..], &[]] {
        assert!(!opens(&as_values, &context(), fields));
    }
}
