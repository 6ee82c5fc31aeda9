//! Reads SQLCipher 4 files page by page, from the format's description and without SQLCipher: AES-256-CBC with an IV per
//! page, HMAC-SHA-512 over ciphertext, IV and page number, keys for the latter by PBKDF2 with two rounds.

use std::path::Path;

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, KeyInit as _};
use hmac::{Hmac, Mac};
use sha2::Sha512;

const PAGE_BYTES: usize = 4096;
const IV_BYTES: usize = 16;
const MAC_BYTES: usize = 64;
const SALT_BYTES: usize = 16;
const LOG_HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The plaintext of every page of a database and of every frame of its log, damaged ones left out of neither.
pub fn plain_pages(database: &Path, log: &Path, key_hex: &str) -> Vec<Vec<u8>> {
    let key = hex::decode(key_hex).expect("64 digits");
    let file = std::fs::read(database).expect("the database");
    let salt = &file[..SALT_BYTES];
    let keys = Keys::new(&key, salt);
    let mut pages: Vec<Vec<u8>> = file
        .chunks_exact(PAGE_BYTES)
        .zip(1_u32..)
        .map(|(page, number)| {
            keys.open(page, number)
                .unwrap_or_else(|| panic!("page {number} does not verify"))
        })
        .collect();
    let log = std::fs::read(log).unwrap_or_default();
    for frame in log
        .get(LOG_HEADER_BYTES..)
        .unwrap_or_default()
        .chunks_exact(FRAME_HEADER_BYTES + PAGE_BYTES)
    {
        let (header, page) = frame.split_at(FRAME_HEADER_BYTES);
        let number = u32::from_be_bytes(header[..4].try_into().expect("four bytes"));
        pages.extend(keys.open(page, number));
    }
    pages
}

struct Keys {
    cipher: Aes256,
    mac: Vec<u8>,
}

impl Keys {
    fn new(key: &[u8], salt: &[u8]) -> Keys {
        let salt: Vec<u8> = salt.iter().map(|byte| byte ^ 0x3a).collect();
        let mac = pbkdf2_two_rounds(key, &salt);
        Keys {
            cipher: Aes256::new_from_slice(key).expect("32 bytes"),
            mac,
        }
    }

    fn open(&self, page: &[u8], number: u32) -> Option<Vec<u8>> {
        let begin = if number == 1 { SALT_BYTES } else { 0 };
        let end = PAGE_BYTES - IV_BYTES - MAC_BYTES;
        let (body, reserve) = (&page[begin..end], &page[end..]);
        let (iv, mac) = reserve.split_at(IV_BYTES);
        let mut expected = Hmac::<Sha512>::new_from_slice(&self.mac).expect("any length");
        expected.update(body);
        expected.update(iv);
        expected.update(&number.to_le_bytes());
        expected.verify_slice(mac).ok()?;
        let mut previous = iv.to_vec();
        let mut plain = Vec::with_capacity(body.len());
        for block in body.chunks_exact(16) {
            let mut opened = aes::Block::try_from(block).expect("16 bytes");
            self.cipher.decrypt_block(&mut opened);
            plain.extend(
                opened
                    .iter()
                    .zip(&previous)
                    .map(|(byte, before)| byte ^ before),
            );
            previous = block.to_vec();
        }
        Some(plain)
    }
}

/// The first 32 bytes of PBKDF2-HMAC-SHA-512 with two rounds.
fn pbkdf2_two_rounds(key: &[u8], salt: &[u8]) -> Vec<u8> {
    let round = |data: &[u8]| {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).expect("any length");
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    };
    let first = round(&[salt, &1_u32.to_be_bytes()].concat());
    let second = round(&first);
    first
        .iter()
        .zip(second)
        .take(32)
        .map(|(a, b)| a ^ b)
        .collect()
}
