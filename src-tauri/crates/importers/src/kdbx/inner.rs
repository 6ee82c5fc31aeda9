//! The stream that hides protected values within the document.

use chacha20::ChaCha20;
use salsa20::Salsa20;
use salsa20::cipher::{KeyIvInit, StreamCipher};
use sha2::{Digest, Sha256, Sha512};

use super::damaged;
use crate::error::ImportError;

const SALSA_20: u32 = 2;
const CHACHA_20: u32 = 3;
const NONE: u32 = 0;
const SALSA_NONCE: [u8; 8] = [0xE8, 0x30, 0x09, 0x4B, 0x97, 0x20, 0x5D, 0x2A];

pub(super) enum Stream {
    Salsa(Box<Salsa20>),
    ChaCha(Box<ChaCha20>),
    None,
}

impl Stream {
    pub(super) fn new(id: u32, key: &[u8]) -> Result<Stream, ImportError> {
        match id {
            SALSA_20 => {
                let key: [u8; 32] = Sha256::digest(key).into();
                let stream = Salsa20::new(&key.into(), &SALSA_NONCE.into());
                Ok(Stream::Salsa(Box::new(stream)))
            }
            CHACHA_20 => {
                let derived: [u8; 64] = Sha512::digest(key).into();
                let (key, rest) = derived.split_at(32);
                let nonce = rest.get(..12).ok_or_else(damaged)?;
                let stream = ChaCha20::new_from_slices(key, nonce).map_err(|_| damaged())?;
                Ok(Stream::ChaCha(Box::new(stream)))
            }
            NONE => Ok(Stream::None),
            _ => Err(ImportError::Unsupported(
                "The database hides its values in a way that is not known here. Save it as KDBX 4.",
            )),
        }
    }

    /// Values must come in the order of the document.
    pub(super) fn reveal(&mut self, hidden: &mut [u8]) {
        match self {
            Stream::Salsa(stream) => stream.apply_keystream(hidden),
            Stream::ChaCha(stream) => stream.apply_keystream(hidden),
            Stream::None => {}
        }
    }
}
