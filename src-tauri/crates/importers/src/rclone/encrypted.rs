//! `rclone.conf` under a password: NaCl's secretbox, with a key that is one SHA-256 of the password.
//! Source: rclone, fs/config/crypt.go.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use salsa20::XSalsa20;
use salsa20::cipher::{KeyIvInit, StreamCipher};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::lines::split_line;

const MARK: &str = "RCLONE_ENCRYPT_V";
const VERSION: &str = "0:";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// A configuration that is encrypted, whether it can be read or not.
pub(crate) struct Encrypted<'a> {
    version: &'a str,
    body: &'a str,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// Of a later rclone.
    UnknownVersion,
    Damaged,
    /// Wrong, or the file was changed: the two can't be told apart.
    WrongPassword,
}

impl<'a> Encrypted<'a> {
    /// `None` for a plain configuration. Comments may stand before the mark.
    pub(crate) fn find(text: &'a str) -> Option<Encrypted<'a>> {
        let mut rest = Some(text);
        while let Some(text) = rest {
            let (line, after) = split_line(text);
            let content = line.trim();
            if content.is_empty() || content.starts_with(['#', ';']) {
                rest = after;
                continue;
            }
            let version = content.strip_prefix(MARK)?;
            return Some(Encrypted {
                version,
                body: after.unwrap_or_default(),
            });
        }
        None
    }

    pub(crate) fn open(&self, password: &str) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if self.version != VERSION {
            return Err(OpenError::UnknownVersion);
        }
        let body: String = self.body.split_ascii_whitespace().collect();
        let sealed = STANDARD.decode(body).map_err(|_| OpenError::Damaged)?;
        let (nonce, rest) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(OpenError::Damaged)?;
        let (tag, hidden) = rest
            .split_first_chunk::<TAG_BYTES>()
            .ok_or(OpenError::Damaged)?;
        // rclone takes the password as typed; its first versions cut spaces around it off.
        [password, password.trim()]
            .into_iter()
            .find_map(|typed| open_box(&key(typed), nonce, tag, hidden))
            .ok_or(OpenError::WrongPassword)
    }
}

fn key(password: &str) -> Zeroizing<[u8; KEY_BYTES]> {
    let normal: Zeroizing<String> = Zeroizing::new(password.nfkc().collect());
    let mut hash = Sha256::new();
    hash.update(b"[");
    hash.update(normal.as_bytes());
    hash.update(b"][rclone-config]");
    Zeroizing::new(hash.finalize().into())
}

/// Secretbox: the first 32 bytes of the key stream authenticate, those after them hide.
fn open_box(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    tag: &[u8; TAG_BYTES],
    hidden: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut stream = XSalsa20::new(&(*key).into(), &(*nonce).into());
    let mut one_time = Zeroizing::new([0_u8; KEY_BYTES]);
    stream.apply_keystream(one_time.as_mut());
    let expected = Poly1305::new(&(*one_time).into()).compute_unpadded(hidden);
    if !bool::from(expected.as_slice().ct_eq(tag)) {
        return None;
    }
    let mut plain = Zeroizing::new(hidden.to_vec());
    stream.apply_keystream(&mut plain);
    Some(plain)
}
