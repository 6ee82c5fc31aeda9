//! What tells that two values are the same without telling either: a keyed hash of each secret field.
//!
//! `fingerprint = first 16 bytes of HMAC-SHA-256[fingerprint key](label ‖ value)`. The key is random, wrapped under the
//! value key, and new with each re-keying: whoever has the page key alone cannot try guesses on what they see.

use domain::catalogue::FieldKind;
use domain::credentials::Credentials;
use domain::ids::VaultId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::entropy::EntropyError;
use crate::labels;
use crate::memory::Key;

const KEY_BYTES: usize = 32;
pub(crate) const FINGERPRINT_BYTES: usize = 16;

/// No `Clone`, `Debug` or `Serialize`: with it guesses can be tried on every value of the vault.
pub(crate) struct FingerprintKey(Key<KEY_BYTES>);

/// Of one value; says nothing without its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(pub [u8; FINGERPRINT_BYTES]);

/// The place that a wrapped key of fingerprints belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FingerprintKeyContext {
    pub vault: VaultId,
    /// The key epoch in which it was made.
    pub made_in: u32,
    /// The key epoch of the vault now.
    pub epoch: u32,
}

impl FingerprintKey {
    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    pub(crate) fn from_key(key: Key<KEY_BYTES>) -> Self {
        Self(key)
    }

    pub(crate) fn as_key(&self) -> &Key<KEY_BYTES> {
        &self.0
    }

    /// Of exactly these bytes.
    pub(crate) fn of_value(&self, value: &str) -> Fingerprint {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(labels::FINGERPRINT);
        mac.update(value.as_bytes());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        Fingerprint(*whole.first_chunk().expect("16 of 32 bytes"))
    }

    /// Of each field that is secret, with its name. Identifiers are shown in part, and are no values.
    pub(crate) fn of_fields(&self, values: &Credentials) -> Vec<(&'static str, Fingerprint)> {
        let secret = values
            .iter()
            .filter(|(field, _)| field.kind != FieldKind::Identifier);
        secret
            .map(|(field, value)| (field.name, self.of_value(value.expose_text())))
            .collect()
    }
}

impl FingerprintKeyContext {
    pub(crate) fn wrapping_info(&self) -> Vec<u8> {
        let mut info = labels::FINGERPRINT_WRAPPING_KEY.to_vec();
        info.extend(self.vault.to_bytes());
        info.extend(self.epoch.to_be_bytes());
        info
    }

    pub(crate) fn bound(&self) -> Vec<u8> {
        let mut bound = labels::WRAPPED_FINGERPRINT_KEY.to_vec();
        bound.extend(self.vault.to_bytes());
        bound.extend(self.made_in.to_be_bytes());
        bound.extend(self.epoch.to_be_bytes());
        bound
    }
}
