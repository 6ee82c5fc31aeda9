//! A connection's token, sealed under a key of its own, which is wrapped under the value key: as a version's values are, with
//! labels of their own, so that neither opens as the other (CONN-03).

use domain::ids::{ConnectionId, VaultId};
use zeroize::Zeroizing;

use crate::aead::{self, OpenError};
use crate::entropy::EntropyError;
use crate::labels;
use crate::seal::VersionKey;

const EPOCH_BYTES: usize = 4;

/// The connection that a token belongs to; it opens for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenContext {
    pub vault: VaultId,
    pub connection: ConnectionId,
    /// The key epoch of the vault now.
    pub epoch: u32,
}

impl TokenContext {
    pub(crate) fn to_bytes(self, label: &[u8], epoch: u32) -> Vec<u8> {
        let mut bytes = label.to_vec();
        bytes.extend(self.vault.to_bytes());
        bytes.extend(self.connection.to_bytes());
        bytes.extend(epoch.to_be_bytes());
        bytes
    }
}

/// `epoch u32 ‖ seal[token key, context](plaintext)`, with the epoch in which it was sealed.
pub(crate) fn seal(
    key: &VersionKey,
    context: &TokenContext,
    method: &str,
    plaintext: &[u8],
) -> Result<Vec<u8>, EntropyError> {
    let bound = token_context(context, context.epoch, method);
    let sealed = aead::seal(key.as_key(), &bound, plaintext)?;
    Ok([context.epoch.to_be_bytes().as_slice(), &sealed].concat())
}

pub(crate) fn open(
    sealed: &[u8],
    key: &VersionKey,
    context: &TokenContext,
    method: &str,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (epoch, sealed) = sealed.split_first_chunk::<EPOCH_BYTES>().ok_or(OpenError)?;
    let bound = token_context(context, u32::from_be_bytes(*epoch), method);
    aead::open(key.as_key(), &bound, sealed)
}

/// `label ‖ vault id ‖ connection id ‖ epoch ‖ method`
fn token_context(context: &TokenContext, epoch: u32, method: &str) -> Vec<u8> {
    let mut bytes = context.to_bytes(labels::TOKEN, epoch);
    bytes.extend(method.as_bytes());
    bytes
}
