//! The part before the encrypted one: how it is encrypted, and how its key is derived.

use super::bytes::{Bytes, exact};
use super::damaged;
use super::kdf::Kdf;
use crate::error::ImportError;

const SIGNATURE: [u8; 8] = [0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5];
/// The second half of the signature of KeePass 1.
const KEEPASS_1: [u8; 4] = [0x65, 0xFB, 0x4B, 0xB5];
const AES_256: [u8; 16] = [
    0x31, 0xC1, 0xF2, 0xE6, 0xBF, 0x71, 0x43, 0x50, 0xBE, 0x58, 0x05, 0x21, 0x6A, 0xFC, 0x5A, 0xFF,
];
const CHACHA_20: [u8; 16] = [
    0xD6, 0x03, 0x8A, 0x2B, 0x8B, 0x6F, 0x4C, 0xB5, 0xA5, 0x24, 0x33, 0x9A, 0x31, 0xDB, 0xB5, 0x9A,
];
const OTHER_CIPHER: &str = "The database is encrypted with a cipher that is not read here, such as Twofish. Choose AES or ChaCha20 under Database, Database Security, Encryption Settings, and save it.";
/// A header has about 10 fields.
const FIELDS_MAX: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Three,
    Four,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes256,
    ChaCha20,
}

pub(super) struct Header<'a> {
    pub version: Version,
    /// From the first byte to the last of the header.
    pub raw: &'a [u8],
    pub cipher: Cipher,
    pub is_compressed: bool,
    pub master_seed: [u8; 32],
    pub iv: &'a [u8],
    pub kdf: Kdf,
    /// Version 3 keeps these three here, version 4 within the encrypted part.
    pub stream_id: u32,
    pub stream_key: &'a [u8],
    pub start: &'a [u8],
}

/// Fields as they stand, by their numbers.
#[derive(Default)]
struct Fields<'a>([Option<&'a [u8]>; 16]);

impl<'a> Fields<'a> {
    fn read(bytes: &mut Bytes<'a>, version: Version) -> Result<Fields<'a>, ImportError> {
        let mut fields = Fields::default();
        for _ in 0..FIELDS_MAX {
            let id = usize::from(bytes.u8()?);
            let data = match version {
                Version::Three => {
                    let length = usize::from(bytes.u16()?);
                    bytes.take(length)?
                }
                Version::Four => bytes.sized()?,
            };
            if id == 0 {
                return Ok(fields);
            }
            *fields.0.get_mut(id).ok_or_else(damaged)? = Some(data);
        }
        Err(damaged())
    }

    fn get(&self, id: usize) -> Result<&'a [u8], ImportError> {
        self.0.get(id).copied().flatten().ok_or_else(damaged)
    }

    fn number(&self, id: usize) -> Result<u32, ImportError> {
        Ok(u32::from_le_bytes(exact(self.get(id)?)?))
    }
}

impl<'a> Header<'a> {
    /// Gives back what follows the header too.
    pub(super) fn parse(file: &'a [u8]) -> Result<(Header<'a>, &'a [u8]), ImportError> {
        let mut bytes = Bytes(file);
        let signature = bytes.array::<8>()?;
        if signature.ends_with(&KEEPASS_1) {
            return Err(ImportError::Unsupported(
                "The database is of KeePass 1. Open it in KeePass 2 or KeePassXC and save it as KDBX.",
            ));
        }
        if signature != SIGNATURE {
            return Err(damaged());
        }
        let _minor = bytes.u16()?;
        let version = match bytes.u16()? {
            // Version 2 has the form of version 3.
            2 | 3 => Version::Three,
            4 => Version::Four,
            _ => {
                return Err(ImportError::Unsupported(
                    "The database is of a version of KDBX that is not known here. Save it as KDBX 4.",
                ));
            }
        };
        let fields = Fields::read(&mut bytes, version)?;
        let length = file.len() - bytes.0.len();
        let raw = file.get(..length).ok_or_else(damaged)?;
        let cipher = match exact::<16>(fields.get(2)?)? {
            AES_256 => Cipher::Aes256,
            CHACHA_20 => Cipher::ChaCha20,
            _ => return Err(ImportError::Unsupported(OTHER_CIPHER)),
        };
        let is_compressed = match fields.number(3)? {
            0 => false,
            1 => true,
            _ => return Err(damaged()),
        };
        let kdf = match version {
            Version::Three => Kdf::Aes {
                seed: exact(fields.get(5)?)?,
                rounds: u64::from_le_bytes(exact(fields.get(6)?)?),
            },
            Version::Four => Kdf::parse(fields.get(11)?)?,
        };
        let is_three = version == Version::Three;
        let of_three = |id: usize| {
            if is_three {
                fields.get(id)
            } else {
                Ok(&[][..])
            }
        };
        let header = Header {
            version,
            raw,
            cipher,
            is_compressed,
            master_seed: exact(fields.get(4)?)?,
            iv: fields.get(7)?,
            kdf,
            stream_id: if is_three { fields.number(10)? } else { 0 },
            stream_key: of_three(8)?,
            start: of_three(9)?,
        };
        Ok((header, bytes.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_after_the_signature_make_reading_panic(version in 0_u16..6, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut file = SIGNATURE.to_vec();
            file.extend_from_slice(&[0, 0]);
            file.extend_from_slice(&version.to_le_bytes());
            file.extend_from_slice(&bytes);
            if let Ok((header, _)) = Header::parse(&file) {
                let _ = header.kdf.check();
            }
        }

        #[test]
        fn no_fields_of_any_length_make_reading_panic(fields in prop::collection::vec((0_u8..14, prop::collection::vec(any::<u8>(), 0..40)), 0..14)) {
            let mut file = SIGNATURE.to_vec();
            file.extend_from_slice(&[0, 0, 4, 0]);
            for (id, data) in fields {
                file.push(id);
                let length = u32::try_from(data.len()).expect("short");
                file.extend_from_slice(&length.to_le_bytes());
                file.extend_from_slice(&data);
            }
            let _ = Header::parse(&file);
        }
    }

    #[test]
    fn a_header_has_as_many_fields_as_the_limit_and_no_more() {
        const FIELD: [u8; 5] = [1, 0, 0, 0, 0];
        const END: [u8; 5] = [0; 5];
        let read = |fields: usize| {
            let bytes = [FIELD.repeat(fields - 1), END.to_vec()].concat();
            Fields::read(&mut Bytes(&bytes), Version::Four).is_ok()
        };
        assert!(read(FIELDS_MAX));
        assert!(!read(FIELDS_MAX + 1));
    }
}
