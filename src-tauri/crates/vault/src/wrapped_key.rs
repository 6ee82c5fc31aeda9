//! Version keys, wrapped under the value key. The wrapped form has one size, so that its row can be
//! overwritten in place when the value is destroyed.
//!
//! `wrapping key = HKDF-SHA-256[-, label ‖ vault id ‖ secret id ‖ epoch](value key)`
//! `wrapped key = seal[wrapping key, context](version key)`

use hkdf::Hkdf;
use sha2::Sha256;

use crate::aead::{self, OpenError, SEAL_BYTES};
use crate::entropy::EntropyError;
use crate::labels;
use crate::memory::Key;
use crate::seal::{SealContext, VersionKey};

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
        let sealed = aead::seal(
            &self.derive_wrapping_key(context),
            &wrapping_context(context),
            version_key.expose_bytes(),
        )?;
        let sealed = sealed
            .try_into()
            .expect("sealing adds SEAL_BYTES to the key's bytes");
        Ok(WrappedVersionKey(sealed))
    }

    pub fn unwrap(
        &self,
        wrapped: &WrappedVersionKey,
        context: &SealContext,
    ) -> Result<VersionKey, OpenError> {
        let key = self.derive_wrapping_key(context);
        let opened = aead::open(&key, &wrapping_context(context), &wrapped.0)?;
        let bytes = opened.as_slice().try_into().map_err(|_| OpenError)?;
        Ok(VersionKey::copy_from(bytes))
    }

    fn derive_wrapping_key(&self, context: &SealContext) -> Key<KEY_BYTES> {
        let mut info = labels::WRAPPING_KEY.to_vec();
        info.extend(context.vault.to_bytes());
        info.extend(context.secret.to_bytes());
        info.extend(context.epoch.to_be_bytes());
        let hkdf = Hkdf::<Sha256>::new(None, self.0.expose_bytes());
        Key::build_with(|key| {
            hkdf.expand(&info, key)
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

fn wrapping_context(context: &SealContext) -> Vec<u8> {
    context.to_bytes(labels::WRAPPED_VERSION_KEY, context.epoch)
}
