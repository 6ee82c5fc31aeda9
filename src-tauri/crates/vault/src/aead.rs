//! `seal[key, context](plaintext) = nonce ‖ AES-256-GCM[key, nonce, context](plaintext)`.
//!
//! The nonce is random, 12 bytes; the tag's 16 bytes come last. Every key here seals once, or (a
//! wrapping key) once for each version of one secret: far below the 2³² messages at which random
//! nonces begin to matter.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use zeroize::Zeroizing;

use crate::entropy::{self, EntropyError};
use crate::memory::Key;

pub(crate) const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// What sealing adds to a plaintext.
pub(crate) const SEAL_BYTES: usize = NONCE_BYTES + TAG_BYTES;

/// AES-GCM takes up to 64 GiB; nothing here comes near.
const WITHIN_LIMIT: &str = "a plaintext of ours is far below AES-GCM's limit";

/// The bytes are not what this key sealed in this context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The sealed bytes do not open: they were changed, moved, or sealed under another key.")]
pub struct OpenError;

pub(crate) fn seal(
    key: &Key<32>,
    context: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, EntropyError> {
    Ok(seal_with_nonce(
        key,
        entropy::generate_bytes()?,
        context,
        plaintext,
    ))
}

pub(crate) fn seal_with_nonce(
    key: &Key<32>,
    nonce: [u8; NONCE_BYTES],
    context: &[u8],
    plaintext: &[u8],
) -> Vec<u8> {
    let ciphertext = Aes256Gcm::new(key.expose_bytes().into())
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: plaintext,
                aad: context,
            },
        )
        .expect(WITHIN_LIMIT);
    [nonce.as_slice(), &ciphertext].concat()
}

pub(crate) fn open(
    key: &Key<32>,
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError)?;
    Aes256Gcm::new(key.expose_bytes().into())
        .decrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad: context,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
}
