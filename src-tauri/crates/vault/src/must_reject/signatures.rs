use domain::ids::VaultId;

use super::EXAMPLE;
use crate::identity::MacPurpose;
use crate::signature::{Signature, SigningPurpose, VerifyingKey};

const MESSAGE: &[u8] = b"a message";

fn signature() -> Signature {
    EXAMPLE.identity().sign(SigningPurpose::AuditEntry, MESSAGE)
}

fn verifies(
    vault: VaultId,
    purpose: SigningPurpose,
    message: &[u8],
    signature: &Signature,
) -> bool {
    EXAMPLE
        .identity()
        .verifying_key()
        .verify(purpose, vault, message, signature)
        .is_ok()
}

#[test]
fn a_signature_verifies_for_its_purpose_vault_and_message() {
    assert!(verifies(
        EXAMPLE.file.vault_id(),
        SigningPurpose::AuditEntry,
        MESSAGE,
        &signature()
    ));
}

#[test]
fn a_signature_for_another_purpose_is_refused() {
    for purpose in [
        SigningPurpose::KeysFile,
        SigningPurpose::Grant,
        SigningPurpose::RecoveryRecipient,
    ] {
        assert!(
            !verifies(EXAMPLE.file.vault_id(), purpose, MESSAGE, &signature()),
            "{purpose:?}"
        );
    }
}

#[test]
fn a_signature_for_another_vault_or_message_is_refused() {
    let (vault, purpose) = (EXAMPLE.file.vault_id(), SigningPurpose::AuditEntry);
    assert!(!verifies(
        VaultId::from_bytes([9; 16]),
        purpose,
        MESSAGE,
        &signature()
    ));
    for message in [&b""[..], b"a messag", b"a message ", b"A message"] {
        assert!(!verifies(vault, purpose, message, &signature()));
    }
}

#[test]
fn a_signature_with_any_bit_changed_is_refused() {
    let signature = signature().to_bytes();
    for bit in 0..signature.len() * 8 {
        let mut bytes = signature;
        bytes[bit / 8] ^= 1 << (bit % 8);
        let changed = Signature::from_bytes(bytes);
        let vault = EXAMPLE.file.vault_id();
        assert!(
            !verifies(vault, SigningPurpose::AuditEntry, MESSAGE, &changed),
            "bit {bit}"
        );
    }
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let another = VerifyingKey::from_bytes([9; 32]);
    let vault = EXAMPLE.file.vault_id();
    assert!(
        another
            .verify(SigningPurpose::AuditEntry, vault, MESSAGE, &signature())
            .is_err()
    );
}

/// Under a key of small order, plain verification accepts this signature of everything.
#[test]
fn a_small_order_key_verifies_nothing() {
    let mut identity_point = [0; 32];
    identity_point[0] = 1;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&identity_point);
    let key = VerifyingKey::from_bytes(identity_point);
    let signature = Signature::from_bytes(signature);
    let vault = EXAMPLE.file.vault_id();
    assert!(
        key.verify(SigningPurpose::AuditEntry, vault, MESSAGE, &signature)
            .is_err()
    );
}

/// The same signature with the group's order added to `s`: RFC 8032 refuses it.
#[test]
fn a_signature_in_its_second_encoding_is_refused() {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = signature().to_bytes();
    let mut carry = 0;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let [sum, next_carry] = (u16::from(*byte) + u16::from(order) + carry).to_le_bytes();
        (*byte, carry) = (sum, u16::from(next_carry));
    }
    let vault = EXAMPLE.file.vault_id();
    let second = Signature::from_bytes(bytes);
    assert!(!verifies(
        vault,
        SigningPurpose::AuditEntry,
        MESSAGE,
        &second
    ));
}

#[test]
fn a_mac_is_refused_for_another_message_or_with_any_byte_changed() {
    let identity = EXAMPLE.identity();
    let mac = identity.mac(MacPurpose::DeviceLog, MESSAGE);
    assert!(
        identity
            .verify_mac(MacPurpose::DeviceLog, MESSAGE, &mac)
            .is_ok()
    );
    assert!(
        identity
            .verify_mac(MacPurpose::DeviceLog, b"another", &mac)
            .is_err()
    );
    for place in 0..mac.len() {
        let mut changed = mac;
        changed[place] ^= 1;
        assert!(
            identity
                .verify_mac(MacPurpose::DeviceLog, MESSAGE, &changed)
                .is_err()
        );
    }
}

#[test]
fn a_mac_by_another_identity_is_refused() {
    let mut bytes = EXAMPLE.identity;
    for place in [0, 64, 80] {
        bytes[place] ^= 1;
        let another = crate::identity::Identity::dangerous_from_bytes(&bytes);
        let mac = another.mac(MacPurpose::DeviceLog, MESSAGE);
        assert!(
            EXAMPLE
                .identity()
                .verify_mac(MacPurpose::DeviceLog, MESSAGE, &mac)
                .is_err()
        );
    }
}
