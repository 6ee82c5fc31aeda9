//! How the key is derived. A file may ask for any amount of work; only what is bearable is done.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::bytes::{Bytes, exact};
use super::damaged;
use crate::error::ImportError;
use crate::limits::{
    AES_KDF_ROUNDS_MAX, ARGON2_LANES_MAX, ARGON2_MIB_MAX, ARGON2_MIB_TIMES_PASSES_MAX,
    ARGON2_PASSES_MAX,
};

const AES_KDBX_3: [u8; 16] = [
    0xC9, 0xD9, 0xF3, 0x9A, 0x62, 0x8A, 0x44, 0x60, 0xBF, 0x74, 0x0D, 0x08, 0xC1, 0x8A, 0x4F, 0xEA,
];
const AES_KDBX_4: [u8; 16] = [
    0x7C, 0x02, 0xBB, 0x82, 0x79, 0xA7, 0x4A, 0xC0, 0x92, 0x7D, 0x11, 0x4A, 0x00, 0x64, 0x82, 0x38,
];
const ARGON2_D: [u8; 16] = [
    0xEF, 0x63, 0x6D, 0xDF, 0x8C, 0x29, 0x44, 0x4B, 0x91, 0xF7, 0xA9, 0xA4, 0x03, 0xE3, 0x0A, 0x0C,
];
const ARGON2_ID: [u8; 16] = [
    0x9E, 0x29, 0x8B, 0x19, 0x56, 0xDB, 0x47, 0x73, 0xB2, 0x3D, 0xFC, 0x3E, 0xC6, 0xF0, 0xA1, 0xE6,
];
const BYTES_PER_MIB: u64 = 1024 * 1024;
const SALT_BYTES_MAX: usize = 1024;

pub(super) enum Kdf {
    Aes {
        seed: [u8; 32],
        rounds: u64,
    },
    Argon2 {
        algorithm: Algorithm,
        version: Version,
        salt: Vec<u8>,
        memory_bytes: u64,
        passes: u64,
        lanes: u64,
    },
}

impl Kdf {
    /// Reads version 4's dictionary of parameters.
    pub(super) fn parse(dictionary: &[u8]) -> Result<Kdf, ImportError> {
        let entries = Dictionary::parse(dictionary)?;
        let algorithm = match exact::<16>(entries.get("$UUID")?)? {
            AES_KDBX_3 | AES_KDBX_4 => {
                return Ok(Kdf::Aes {
                    seed: exact(entries.get("S")?)?,
                    rounds: entries.number("R")?,
                });
            }
            ARGON2_D => Algorithm::Argon2d,
            ARGON2_ID => Algorithm::Argon2id,
            _ => {
                return Err(ImportError::Unsupported(
                    "The database's key is derived in a way that is not known here. Choose Argon2 or AES-KDF for it, and save it.",
                ));
            }
        };
        let version = match entries.number("V")? {
            0x10 => Version::V0x10,
            0x13 => Version::V0x13,
            _ => return Err(damaged()),
        };
        let salt = entries.get("S")?;
        if salt.len() > SALT_BYTES_MAX {
            return Err(damaged());
        }
        Ok(Kdf::Argon2 {
            algorithm,
            version,
            salt: salt.to_vec(),
            memory_bytes: entries.number("M")?,
            passes: entries.number("I")?,
            lanes: entries.number("P")?,
        })
    }

    pub(super) fn check(&self) -> Result<(), ImportError> {
        let within = |what: &'static str, given: u64, limit: u64| {
            if given > limit {
                Err(ImportError::KdfTooCostly { what, given, limit })
            } else {
                Ok(())
            }
        };
        match self {
            Kdf::Aes { rounds, .. } => within("AES rounds", *rounds, AES_KDF_ROUNDS_MAX),
            Kdf::Argon2 {
                memory_bytes,
                passes,
                lanes,
                ..
            } => {
                let mib = memory_bytes.div_ceil(BYTES_PER_MIB);
                within("MiB of memory", mib, ARGON2_MIB_MAX)?;
                within("Argon2 passes", *passes, ARGON2_PASSES_MAX)?;
                within("Argon2 lanes", *lanes, ARGON2_LANES_MAX)?;
                let work = mib.saturating_mul(*passes);
                within(
                    "MiB of memory times passes",
                    work,
                    ARGON2_MIB_TIMES_PASSES_MAX,
                )
            }
        }
    }
}

/// The transformed key. Check the parameters first.
pub(super) fn derive(kdf: &Kdf, composite: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, ImportError> {
    kdf.check()?;
    match kdf {
        Kdf::Aes { seed, rounds } => Ok(derive_aes(seed, *rounds, composite)),
        Kdf::Argon2 {
            algorithm,
            version,
            salt,
            memory_bytes,
            passes,
            lanes,
        } => {
            let number = |number: u64| u32::try_from(number).map_err(|_| damaged());
            let kib = number(*memory_bytes / 1024)?;
            let params = Params::new(kib, number(*passes)?, number(*lanes)?, Some(32))
                .map_err(|_| damaged())?;
            let mut key = Zeroizing::new([0_u8; 32]);
            Argon2::new(*algorithm, *version, params)
                .hash_password_into(composite, salt, key.as_mut_slice())
                .map_err(|_| damaged())?;
            Ok(key)
        }
    }
}

/// Both halves encrypted over and over, then hashed.
fn derive_aes(seed: &[u8; 32], rounds: u64, composite: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    let cipher = Aes256::new(&(*seed).into());
    let (halves, _) = composite.as_chunks::<16>();
    let mut blocks: Zeroizing<Vec<Block<Aes256>>> =
        Zeroizing::new(halves.iter().map(|half| (*half).into()).collect());
    for _ in 0..rounds {
        cipher.encrypt_blocks(&mut blocks);
    }
    let mut digest = Sha256::new();
    for block in blocks.iter() {
        digest.update(block);
    }
    Zeroizing::new(digest.finalize().into())
}

/// Named values with types; the types are known from the names.
struct Dictionary<'a>(Vec<(&'a [u8], &'a [u8])>);

impl<'a> Dictionary<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Dictionary<'a>, ImportError> {
        let mut bytes = Bytes(bytes);
        let _version = bytes.u16()?;
        let mut entries = Vec::new();
        while bytes.u8()? != 0 {
            let name = bytes.sized()?;
            entries.push((name, bytes.sized()?));
        }
        Ok(Dictionary(entries))
    }

    fn get(&self, name: &str) -> Result<&'a [u8], ImportError> {
        let mut entries = self.0.iter();
        entries
            .find(|(known, _)| *known == name.as_bytes())
            .map(|(_, value)| *value)
            .ok_or_else(damaged)
    }

    /// A number of four or eight bytes.
    fn number(&self, name: &str) -> Result<u64, ImportError> {
        let value = self.get(name)?;
        if let Ok(four) = exact::<4>(value) {
            return Ok(u64::from(u32::from_le_bytes(four)));
        }
        Ok(u64::from_le_bytes(exact(value)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0, 1];
        for (name, value) in entries {
            bytes.push(0x42);
            for part in [name.as_bytes(), value] {
                let length = u32::try_from(part.len()).expect("short");
                bytes.extend_from_slice(&length.to_le_bytes());
                bytes.extend_from_slice(part);
            }
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn a_salt_is_read_up_to_its_limit() {
        let read = |length: usize| {
            let number = 1_u64.to_le_bytes();
            let dictionary = dictionary(&[
                ("$UUID", &ARGON2_ID),
                ("V", &0x13_u32.to_le_bytes()),
                ("S", &vec![7; length]),
                ("M", &number),
                ("I", &number),
                ("P", &number),
            ]);
            Kdf::parse(&dictionary).is_ok()
        };
        assert!(read(SALT_BYTES_MAX));
        assert!(!read(SALT_BYTES_MAX + 1));
    }
}
