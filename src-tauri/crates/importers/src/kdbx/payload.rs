//! The encrypted part: verified, decrypted, inflated, and split into attachments and the document.

use std::io::Read;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use flate2::read::GzDecoder;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::bytes::Bytes;
use super::damaged;
use super::header::{Cipher, Header};
use super::inner::Stream;
use crate::cbc::decrypt_cbc;
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::{EXPORT_DOCUMENT_BYTES_MAX, IMPORT_ITEMS_MAX};
use crate::text_file::append_wiped;

const READ_BYTES: usize = 64 * 1024;

/// A file in the pool that entries refer to.
pub(super) type Pool = Vec<Zeroizing<Vec<u8>>>;

pub(super) struct Opened {
    pub xml: Zeroizing<Vec<u8>>,
    pub stream: Stream,
    /// Version 4's; version 3 keeps them in the document.
    pub attachments: Pool,
}

fn wrong_password() -> ImportError {
    ImportError::WrongPassword {
        format: Format::Keepass,
    }
}

pub(super) fn open_four(
    header: &Header<'_>,
    transformed: &[u8; 32],
    body: &[u8],
) -> Result<Opened, ImportError> {
    let mut bytes = Bytes(body);
    let digest = bytes.take(32)?;
    if digest != Sha256::digest(header.raw).as_slice() {
        return Err(damaged());
    }
    let mac_key: [u8; 64] = Sha512::new()
        .chain_update(header.master_seed)
        .chain_update(transformed)
        .chain_update([1_u8])
        .finalize()
        .into();
    let mac_key = Zeroizing::new(mac_key);
    let header_mac = bytes.take(32)?;
    let mut mac = block_mac(&mac_key, u64::MAX);
    mac.update(header.raw);
    mac.verify_slice(header_mac).map_err(|_| wrong_password())?;

    let mut sealed = Vec::new();
    for index in 0_u64.. {
        let block_tag = bytes.take(32)?;
        let block = bytes.sized()?;
        let length = u32::try_from(block.len()).map_err(|_| damaged())?;
        let mut mac = block_mac(&mac_key, index);
        mac.update(&index.to_le_bytes());
        mac.update(&length.to_le_bytes());
        mac.update(block);
        mac.verify_slice(block_tag).map_err(|_| damaged())?;
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
    }
    let plain = decrypt(header, transformed, &sealed)?.ok_or_else(damaged)?;
    let plain = inflate(header, plain)?;
    split_four(&plain)
}

fn block_mac(key: &[u8; 64], index: u64) -> Hmac<Sha256> {
    let key = Sha512::new()
        .chain_update(index.to_le_bytes())
        .chain_update(key)
        .finalize();
    Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length")
}

/// The inner header, then the document.
fn split_four(plain: &[u8]) -> Result<Opened, ImportError> {
    const END: u8 = 0;
    const STREAM_ID: u8 = 1;
    const STREAM_KEY: u8 = 2;
    const ATTACHMENT: u8 = 3;
    let mut bytes = Bytes(plain);
    let (mut id, mut key) = (None, None);
    let mut attachments = Pool::new();
    loop {
        let kind = bytes.u8()?;
        let data = bytes.sized()?;
        match kind {
            END => break,
            STREAM_ID => id = Some(Bytes(data).u32()?),
            STREAM_KEY => key = Some(data),
            ATTACHMENT if attachments.len() < IMPORT_ITEMS_MAX => {
                // The first byte says whether it is to be protected in memory.
                let content = data.get(1..).ok_or_else(damaged)?;
                attachments.push(Zeroizing::new(content.to_vec()));
            }
            _ => return Err(damaged()),
        }
    }
    let stream = Stream::new(id.ok_or_else(damaged)?, key.ok_or_else(damaged)?)?;
    Ok(Opened {
        xml: Zeroizing::new(bytes.0.to_vec()),
        stream,
        attachments,
    })
}

pub(super) fn open_three(
    header: &Header<'_>,
    transformed: &[u8; 32],
    body: &[u8],
) -> Result<Opened, ImportError> {
    let plain = decrypt(header, transformed, body)?.ok_or_else(wrong_password)?;
    let mut bytes = Bytes(&plain);
    if header.start.len() != 32 || bytes.take(32).ok() != Some(header.start) {
        return Err(wrong_password());
    }
    let mut content = Zeroizing::new(Vec::with_capacity(plain.len()));
    for index in 0_u32.. {
        let number = bytes.u32()?;
        let digest = bytes.take(32)?;
        let block = bytes.sized()?;
        if block.is_empty() {
            break;
        }
        if number != index || digest != Sha256::digest(block).as_slice() {
            return Err(damaged());
        }
        content.extend_from_slice(block);
    }
    Ok(Opened {
        xml: inflate(header, content)?,
        stream: Stream::new(header.stream_id, header.stream_key)?,
        attachments: Pool::new(),
    })
}

/// None where the padding shows that the key is another.
fn decrypt(
    header: &Header<'_>,
    transformed: &[u8; 32],
    sealed: &[u8],
) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let key: [u8; 32] = Sha256::new()
        .chain_update(header.master_seed)
        .chain_update(transformed)
        .finalize()
        .into();
    let key = Zeroizing::new(key);
    match header.cipher {
        Cipher::Aes256 if header.iv.len() == 16 => Ok(decrypt_cbc(&key, header.iv, sealed).ok()),
        Cipher::ChaCha20 if header.iv.len() == 12 => {
            let mut cipher = ChaCha20::new_from_slices(&*key, header.iv).map_err(|_| damaged())?;
            let mut plain = Zeroizing::new(sealed.to_vec());
            cipher
                .try_apply_keystream(&mut plain)
                .map_err(|_| damaged())?;
            Ok(Some(plain))
        }
        _ => Err(damaged()),
    }
}

fn inflate(
    header: &Header<'_>,
    plain: Zeroizing<Vec<u8>>,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    if header.is_compressed {
        gunzip(&plain, EXPORT_DOCUMENT_BYTES_MAX)
    } else {
        Ok(plain)
    }
}

/// Inflates piece by piece, so that no limit is passed by more than a piece.
pub(super) fn gunzip(compressed: &[u8], limit: u64) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut decoder = GzDecoder::new(compressed);
    let mut bytes = Zeroizing::new(Vec::new());
    let mut piece = Zeroizing::new(vec![0_u8; READ_BYTES]);
    loop {
        let count = decoder.read(&mut piece).map_err(|_| damaged())?;
        if count == 0 {
            return Ok(bytes);
        }
        let total = u64::try_from(bytes.len() + count).unwrap_or(u64::MAX);
        if total > limit {
            return Err(ImportError::TooLarge {
                what: "What the database holds",
                limit,
            });
        }
        append_wiped(&mut bytes, piece.get(..count).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_gzip_bomb_stops_at_the_limit() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&[0; 1_000_000]).expect("memory");
        let bomb = encoder.finish().expect("memory");
        assert!(bomb.len() < 2_000);
        assert_eq!(
            gunzip(&bomb, 1_000_000).expect("at the limit").len(),
            1_000_000
        );
        let error = gunzip(&bomb, 999_999).expect_err("beyond it");
        assert_eq!(error.kind(), "import_too_large");
    }

    #[test]
    fn what_is_no_gzip_or_breaks_off_is_damaged() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(b"canary").expect("memory");
        let whole = encoder.finish().expect("memory");
        for length in 0..whole.len() {
            let cut = whole.get(..length).expect("within");
            assert!(gunzip(cut, 100).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn an_inner_header_that_breaks_off_or_is_not_known_is_damaged() {
        let whole = [
            &[1, 4, 0, 0, 0, 0, 0, 0, 0][..],
            &[2, 1, 0, 0, 0, 7],
            &[3, 2, 0, 0, 0, 0, b'x'],
            &[0, 0, 0, 0, 0],
        ]
        .concat();
        assert_eq!(split_four(&whole).expect("whole").attachments.len(), 1);
        for length in 0..whole.len() {
            let cut = whole.get(..length).expect("within");
            assert!(split_four(cut).is_err(), "cut at {length}");
        }
        assert!(split_four(&[4, 0, 0, 0, 0]).is_err());
        assert!(split_four(&[3, 0, 0, 0, 0]).is_err());
    }
}
