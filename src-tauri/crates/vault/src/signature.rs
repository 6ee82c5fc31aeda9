//! Signatures that say what they are for: `Ed25519[key](label ‖ vault id ‖ message)`.

use domain::ids::VaultId;

use crate::labels;

pub const SIGNATURE_BYTES: usize = 64;

/// What a signature is about; one made for one purpose proves nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPurpose {
    KeysFile,
    Membership,
    Grant,
    RecoveryRecipient,
    AuditEntry,
    /// What a device remembers of a vault, outside it.
    DeviceHead,
}

impl SigningPurpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::KeysFile => labels::SIGN_KEYS_FILE,
            Self::Membership => labels::SIGN_MEMBERSHIP,
            Self::Grant => labels::SIGN_GRANT,
            Self::RecoveryRecipient => labels::SIGN_RECOVERY_RECIPIENT,
            Self::AuditEntry => labels::SIGN_AUDIT_ENTRY,
            Self::DeviceHead => labels::SIGN_DEVICE_HEAD,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; SIGNATURE_BYTES]);

impl Signature {
    pub fn from_bytes(bytes: [u8; SIGNATURE_BYTES]) -> Self {
        Self(bytes)
    }

    pub fn to_bytes(self) -> [u8; SIGNATURE_BYTES] {
        self.0
    }
}

/// A member's public Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey([u8; 32]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The signature does not match.")]
pub struct SignatureError;

impl VerifyingKey {
    /// Any 32 bytes; those that are no key verify nothing.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Strict verification (canonical encodings, no small-order keys): one signature has one form.
    pub fn verify(
        self,
        purpose: SigningPurpose,
        vault: VaultId,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), SignatureError> {
        ed25519_dalek::VerifyingKey::from_bytes(&self.0)
            .and_then(|key| {
                let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
                key.verify_strict(&signed_bytes(purpose, vault, message), &signature)
            })
            .map_err(|_| SignatureError)
    }
}

pub(crate) fn signed_bytes(purpose: SigningPurpose, vault: VaultId, message: &[u8]) -> Vec<u8> {
    [purpose.label(), &vault.to_bytes(), message].concat()
}
