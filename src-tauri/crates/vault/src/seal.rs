//! A version's values, sealed under a key of their own.
//!
//! `epoch u32 ‖ seal[version key, context](plaintext)`. The epoch is the one in which the values
//! were sealed: re-keying the vault wraps the version key anew and leaves the sealed values alone.

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::ids::{SecretId, VaultId, VersionId};
use zeroize::Zeroizing;

use crate::aead::{self, OpenError};
use crate::entropy::EntropyError;
use crate::labels;
use crate::memory::Key;

const EPOCH_BYTES: usize = 4;

/// The place in the vault that something sealed belongs to; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealContext {
    pub vault: VaultId,
    pub secret: SecretId,
    pub version: VersionId,
    /// The key epoch of the vault now.
    pub epoch: u32,
}

impl SealContext {
    pub(crate) fn to_bytes(self, label: &[u8], epoch: u32) -> Vec<u8> {
        let mut bytes = label.to_vec();
        bytes.extend(self.vault.to_bytes());
        bytes.extend(self.secret.to_bytes());
        bytes.extend(self.version.to_bytes());
        bytes.extend(epoch.to_be_bytes());
        bytes
    }
}

/// The key of one version's values, used for that one sealing.
///
/// No `Clone`, `Debug` or `Serialize`.
///
/// ```compile_fail
/// fn clone_it(key: vault::seal::VersionKey) { let _ = key.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(key: vault::seal::VersionKey) { let _ = format!("{key:?}"); }
/// ```
pub struct VersionKey(Key<32>);

impl VersionKey {
    pub fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    pub(crate) fn from_key(key: Key<32>) -> Self {
        Self(key)
    }

    #[cfg(test)]
    pub(crate) fn copy_from(bytes: &[u8; 32]) -> Self {
        Self(Key::copy_from(bytes))
    }

    pub(crate) fn as_key(&self) -> &Key<32> {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn expose_bytes(&self) -> &[u8; 32] {
        self.0.expose_bytes()
    }
}

/// Ciphertext, as it lies in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedValues(Vec<u8>);

impl SealedValues {
    /// `fields` are the names of the sealed fields in the catalogue's order. The method's name is
    /// not bound, so that a secret can change its method without its values being touched.
    pub fn seal(
        key: &VersionKey,
        context: &SealContext,
        fields: &[&str],
        plaintext: &[u8],
    ) -> Result<Self, EntropyError> {
        let sealed = aead::seal(
            &key.0,
            &values_context(context, context.epoch, fields),
            plaintext,
        )?;
        Ok(Self(
            [context.epoch.to_be_bytes().as_slice(), &sealed].concat(),
        ))
    }

    /// The context's epoch plays no part here: the sealed bytes name their own, and are bound to it.
    pub fn open(
        &self,
        key: &VersionKey,
        context: &SealContext,
        fields: &[&str],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (epoch, sealed) = self.0.split_first_chunk::<EPOCH_BYTES>().ok_or(OpenError)?;
        let epoch = u32::from_be_bytes(*epoch);
        aead::open(&key.0, &values_context(context, epoch, fields), sealed)
    }

    /// The values of a version of this method.
    pub(crate) fn open_as(
        &self,
        method: AuthMethod,
        key: &VersionKey,
        context: &SealContext,
    ) -> Result<Credentials, OpenError> {
        let fields: Vec<&str> = method.fields().iter().map(|field| field.name).collect();
        let plaintext = self.open(key, context, &fields)?;
        Credentials::from_sealed_bytes(method, &plaintext).map_err(|_| OpenError)
    }

    /// Whatever the database holds; what was not sealed here will not open.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// `label ‖ vault id ‖ secret id ‖ version id ‖ epoch ‖ count u16 ‖ (length u16 ‖ name)*`
fn values_context(context: &SealContext, epoch: u32, fields: &[&str]) -> Vec<u8> {
    const FEW_AND_SHORT: &str = "the catalogue's field names are few and short";
    let mut bytes = context.to_bytes(labels::VALUES, epoch);
    bytes.extend(
        u16::try_from(fields.len())
            .expect(FEW_AND_SHORT)
            .to_be_bytes(),
    );
    for field in fields {
        bytes.extend(
            u16::try_from(field.len())
                .expect(FEW_AND_SHORT)
                .to_be_bytes(),
        );
        bytes.extend(field.as_bytes());
    }
    bytes
}
