//! Version keys, wrapped under the value key. The wrapped form has one size, so that its row can be
//! overwritten in place when the value is destroyed.
//!
//! `wrapping key = HKDF-SHA-256[-, label ‖ vault id ‖ secret id ‖ epoch](value key)`
//! `wrapped key = seal[wrapping key, context](version key)`

use hkdf::Hkdf;
use sha2::Sha256;

use crate::aead::{self, OpenError, SEAL_BYTES};
use crate::entropy::EntropyError;
use crate::fingerprint::{FingerprintKey, FingerprintKeyContext};
use crate::labels;
use crate::memory::Key;
use crate::seal::{SealContext, VersionKey};
use crate::sealed_token::TokenContext;

const KEY_BYTES: usize = 32;
pub const WRAPPED_VERSION_KEY_BYTES: usize = KEY_BYTES + SEAL_BYTES;

/// What every value of the vault hangs from. A Viewer has none.
///
/// No `Clone`, `Debug` or `Serialize`.
///
/// ```compile_fail
/// fn clone_it(key: vault::wrapped_key::ValueKey) { let _ = key.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(key: vault::wrapped_key::ValueKey) { let _ = format!("{key:?}"); }
/// ```
pub struct ValueKey(Key<KEY_BYTES>);

/// A version key that only the value key can open again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedVersionKey([u8; WRAPPED_VERSION_KEY_BYTES]);

impl ValueKey {
    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    pub(crate) fn copy_from(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(Key::copy_from(bytes))
    }

    pub(crate) fn expose_bytes(&self) -> &[u8; KEY_BYTES] {
        self.0.expose_bytes()
    }

    pub fn wrap(
        &self,
        version_key: &VersionKey,
        context: &SealContext,
    ) -> Result<WrappedVersionKey, EntropyError> {
        self.wrap_under(
            &wrapping_info(context),
            &wrapping_context(context),
            version_key.as_key(),
        )
    }

    pub fn unwrap(
        &self,
        wrapped: &WrappedVersionKey,
        context: &SealContext,
    ) -> Result<VersionKey, OpenError> {
        self.unwrap_under(&wrapping_info(context), &wrapping_context(context), wrapped)
            .map(VersionKey::from_key)
    }

    /// The key of a connection's token, wrapped as a version's is, with labels of its own.
    pub(crate) fn wrap_token(
        &self,
        key: &VersionKey,
        context: &TokenContext,
    ) -> Result<WrappedVersionKey, EntropyError> {
        let info = context.to_bytes(labels::TOKEN_WRAPPING_KEY, context.epoch);
        let bound = context.to_bytes(labels::WRAPPED_TOKEN_KEY, context.epoch);
        self.wrap_under(&info, &bound, key.as_key())
    }

    pub(crate) fn unwrap_token(
        &self,
        wrapped: &WrappedVersionKey,
        context: &TokenContext,
    ) -> Result<VersionKey, OpenError> {
        let info = context.to_bytes(labels::TOKEN_WRAPPING_KEY, context.epoch);
        let bound = context.to_bytes(labels::WRAPPED_TOKEN_KEY, context.epoch);
        self.unwrap_under(&info, &bound, wrapped)
            .map(VersionKey::from_key)
    }

    /// A key of fingerprints, wrapped as a version's is, with labels of its own.
    pub(crate) fn wrap_fingerprint_key(
        &self,
        key: &FingerprintKey,
        context: &FingerprintKeyContext,
    ) -> Result<WrappedVersionKey, EntropyError> {
        self.wrap_under(&context.wrapping_info(), &context.bound(), key.as_key())
    }

    pub(crate) fn unwrap_fingerprint_key(
        &self,
        wrapped: &WrappedVersionKey,
        context: &FingerprintKeyContext,
    ) -> Result<FingerprintKey, OpenError> {
        self.unwrap_under(&context.wrapping_info(), &context.bound(), wrapped)
            .map(FingerprintKey::from_key)
    }

    fn wrap_under(
        &self,
        info: &[u8],
        bound: &[u8],
        key: &Key<KEY_BYTES>,
    ) -> Result<WrappedVersionKey, EntropyError> {
        let sealed = aead::seal(&self.derive_wrapping_key(info), bound, key.expose_bytes())?;
        let sealed = sealed
            .try_into()
            .expect("sealing adds SEAL_BYTES to the key's bytes");
        Ok(WrappedVersionKey(sealed))
    }

    fn unwrap_under(
        &self,
        info: &[u8],
        bound: &[u8],
        wrapped: &WrappedVersionKey,
    ) -> Result<Key<KEY_BYTES>, OpenError> {
        let opened = aead::open(&self.derive_wrapping_key(info), bound, &wrapped.0)?;
        let bytes = opened.as_slice().try_into().map_err(|_| OpenError)?;
        Ok(Key::copy_from(bytes))
    }

    fn derive_wrapping_key(&self, info: &[u8]) -> Key<KEY_BYTES> {
        let hkdf = Hkdf::<Sha256>::new(None, self.0.expose_bytes());
        Key::build_with(|key| {
            hkdf.expand(info, key)
                .expect("32 bytes are one block of HKDF-SHA-256");
        })
    }
}

impl WrappedVersionKey {
    pub fn from_bytes(bytes: [u8; WRAPPED_VERSION_KEY_BYTES]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; WRAPPED_VERSION_KEY_BYTES] {
        &self.0
    }
}

fn wrapping_info(context: &SealContext) -> Vec<u8> {
    let mut info = labels::WRAPPING_KEY.to_vec();
    info.extend(context.vault.to_bytes());
    info.extend(context.secret.to_bytes());
    info.extend(context.epoch.to_be_bytes());
    info
}

fn wrapping_context(context: &SealContext) -> Vec<u8> {
    context.to_bytes(labels::WRAPPED_VERSION_KEY, context.epoch)
}
