//! What a person gives to open a database: a password, a key file, or both.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::ImportError;
use crate::limits::KEY_FILE_BYTES_MAX;
use crate::options::ReadOptions;

/// None where nothing was given.
pub(super) fn composite_key(
    options: &ReadOptions,
) -> Result<Option<Zeroizing<[u8; 32]>>, ImportError> {
    if options.password.is_none() && options.key_file.is_none() {
        return Ok(None);
    }
    let mut digest = Sha256::new();
    if let Some(password) = &options.password {
        let hash: [u8; 32] = Sha256::digest(password.expose_text().as_bytes()).into();
        digest.update(*Zeroizing::new(hash));
    }
    if let Some(file) = &options.key_file {
        digest.update(*key_of_file(file)?);
    }
    Ok(Some(Zeroizing::new(digest.finalize().into())))
}

/// XML of version 1 or 2, 32 bytes, 64 hexadecimal digits, or the digest of anything else.
fn key_of_file(file: &[u8]) -> Result<Zeroizing<[u8; 32]>, ImportError> {
    if u64::try_from(file.len()).unwrap_or(u64::MAX) > KEY_FILE_BYTES_MAX {
        return Err(ImportError::TooLarge {
            what: "The key file",
            limit: KEY_FILE_BYTES_MAX,
        });
    }
    if let Some(key) = key_of_xml(file) {
        return Ok(key);
    }
    if let Ok(key) = <[u8; 32]>::try_from(file) {
        return Ok(Zeroizing::new(key));
    }
    if file.len() == 64
        && let Some(key) = std::str::from_utf8(file).ok().and_then(hex_key)
    {
        return Ok(key);
    }
    Ok(Zeroizing::new(Sha256::digest(file).into()))
}

/// The text of `KeyFile/Key/Data`: Base64 in version 1, hexadecimal in version 2.
fn key_of_xml(file: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let text = std::str::from_utf8(file).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    let mut is_data = false;
    let mut data = Zeroizing::new(String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => is_data = start.name().as_ref() == b"Data",
            Event::End(_) => is_data = false,
            Event::Text(text) if is_data => data.push_str(&text.decode().ok()?),
            Event::DocType(_) => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    let compact: Zeroizing<String> =
        Zeroizing::new(data.chars().filter(|c| !c.is_whitespace()).collect());
    if compact.len() == 64 {
        return hex_key(&compact);
    }
    let bytes = Zeroizing::new(STANDARD.decode(compact.as_bytes()).ok()?);
    let key: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(Zeroizing::new(key))
}

fn hex_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0_u8; 32]);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != key.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(pairs) {
        let digits = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(key)
}
