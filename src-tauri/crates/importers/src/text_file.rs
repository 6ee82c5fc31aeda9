//! A file read whole, and its text.

use std::io::{Read, Seek, SeekFrom};

use zeroize::Zeroizing;

use crate::error::ImportError;

/// Reads a file of at most `limit` bytes from its beginning.
pub(crate) fn read_whole<R: Read + Seek>(
    mut file: R,
    limit: u64,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let length = file.seek(SeekFrom::End(0)).map_err(ImportError::Io)?;
    let too_large = ImportError::TooLarge {
        what: "The file",
        limit,
    };
    let Ok(room) = usize::try_from(length) else {
        return Err(too_large);
    };
    if length > limit {
        return Err(too_large);
    }
    file.seek(SeekFrom::Start(0)).map_err(ImportError::Io)?;
    // Room for all of it at once: a vector that grows leaves copies behind. One byte more shows a file that has grown.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room.saturating_add(1)));
    file.take(length)
        .read_to_end(&mut bytes)
        .map_err(ImportError::Io)?;
    Ok(bytes)
}

/// The text of a file in UTF-8, or in UTF-16 with a byte order mark as some editors and consoles write it.
pub(crate) fn text_of(bytes: &[u8]) -> Result<Zeroizing<String>, ImportError> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf_16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf_16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(error) => Err(ImportError::NotText {
            at: error.valid_up_to(),
        }),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, ImportError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(2)));
    for (index, character) in char::decode_utf16(pairs.iter().copied().map(unit)).enumerate() {
        text.push(character.map_err(|_| ImportError::NotText { at: index * 2 })?);
    }
    if !odd.is_empty() {
        return Err(ImportError::NotText { at: bytes.len() });
    }
    Ok(text)
}

/// Adds to bytes without leaving an old copy behind when they need more room.
pub(crate) fn append_wiped(bytes: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if bytes.capacity() - bytes.len() < more.len() {
        let room = (bytes.len() + more.len()).max(bytes.capacity() * 2);
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(more);
}
