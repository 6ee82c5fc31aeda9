//! Databases with right seals around whatever they are given. The key is derived with no rounds, so that time goes into reading.

// Each target is a program of its own, and none uses all of this.
#![allow(dead_code)]

use std::io::Write;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use flate2::Compression;
use flate2::write::GzEncoder;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};

pub const PASSWORD: &str = "fuzz";
pub const NO_STREAM: u32 = 0;
pub const CHACHA_20: [u8; 16] =
    *b"\xD6\x03\x8A\x2B\x8B\x6F\x4C\xB5\xA5\x24\x33\x9A\x31\xDB\xB5\x9A";
pub const AES_256: [u8; 16] = *b"\x31\xC1\xF2\xE6\xBF\x71\x43\x50\xBE\x58\x05\x21\x6A\xFC\x5A\xFF";
const AES_KDF: [u8; 16] = *b"\x7C\x02\xBB\x82\x79\xA7\x4A\xC0\x92\x7D\x11\x4A\x00\x64\x82\x38";
const SIGNATURE: [u8; 8] = [0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5];
const SEED: [u8; 32] = [7; 32];
const IV: [u8; 12] = [1; 12];
const START: [u8; 32] = [9; 32];

/// A field of a header: its number and content.
pub type Field = (u8, Vec<u8>);

/// Version 4 around an inner header and the document.
pub fn four(payload: &[u8], is_compressed: bool) -> Vec<u8> {
    let mut fields = common_fields(is_compressed);
    let parameters = [("$UUID", &AES_KDF[..]), ("S", &[5; 32]), ("R", &[0; 8])];
    let mut dictionary = vec![0, 1];
    for (name, value) in parameters {
        dictionary.push(0x42);
        dictionary.extend(sized(name.as_bytes()));
        dictionary.extend(sized(value));
    }
    dictionary.push(0);
    fields.push((11, dictionary));
    let header = header(1, 4, &fields);
    let body = body_four(&header, &SEED, &IV, &[packed(payload, is_compressed)]);
    [header, body].concat()
}

/// Version 3 around a document.
pub fn three(document: &[u8], is_compressed: bool, stream: u32) -> Vec<u8> {
    let mut fields = common_fields(is_compressed);
    fields.extend([
        (5, vec![5; 32]),
        (6, vec![0; 8]),
        (8, vec![8; 32]),
        (9, START.to_vec()),
        (10, stream.to_le_bytes().to_vec()),
    ]);
    let header = header(1, 3, &fields);
    let body = body_three(&SEED, &IV, &START, &[packed(document, is_compressed)]);
    [header, body].concat()
}

/// Version 4's, with two files that entries can refer to.
pub fn inner_header(stream: u32) -> Vec<u8> {
    let parts: [(u8, &[u8]); 5] = [
        (1, &stream.to_le_bytes()),
        (2, &[8; 32]),
        (3, b"\x01a text"),
        (3, b"\x00\xff\xfe\x00"),
        (0, b""),
    ];
    parts
        .iter()
        .flat_map(|(kind, data)| [&[*kind][..], &sized(data)].concat())
        .collect()
}

pub fn header(minor: u16, major: u16, fields: &[Field]) -> Vec<u8> {
    let mut header = SIGNATURE.to_vec();
    header.extend_from_slice(&minor.to_le_bytes());
    header.extend_from_slice(&major.to_le_bytes());
    for (id, data) in fields.iter().chain(&[(0, b"\r\n\r\n".to_vec())]) {
        header.push(*id);
        if major == 4 {
            header.extend(sized(data));
        } else {
            let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
            header.extend_from_slice(&length.to_le_bytes());
            header.extend_from_slice(data);
        }
    }
    header
}

/// Seals that are right for a key derived with no rounds.
pub fn body_four(header: &[u8], seed: &[u8], iv: &[u8], plain: &[Vec<u8>]) -> Vec<u8> {
    let key = Sha512::new()
        .chain_update(seed)
        .chain_update(transformed())
        .chain_update([1])
        .finalize();
    let tag = |number: u64, parts: &[&[u8]]| -> Vec<u8> {
        let key = Sha512::new()
            .chain_update(number.to_le_bytes())
            .chain_update(key)
            .finalize();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().to_vec()
    };
    let mut body = Sha256::digest(header).to_vec();
    body.extend(tag(u64::MAX, &[header]));
    let mut sealed = plain.concat();
    encrypt(seed, iv, &mut sealed);
    let mut rest = sealed.as_slice();
    let lengths = plain.iter().map(Vec::len).filter(|length| *length > 0);
    for (number, length) in (0_u64..).zip(lengths.chain([0])) {
        let (block, after) = rest.split_at(length);
        rest = after;
        let length = u32::try_from(length).expect("short").to_le_bytes();
        body.extend(tag(number, &[&number.to_le_bytes(), &length, block]));
        body.extend(sized(block));
    }
    body
}

pub fn body_three(seed: &[u8], iv: &[u8], start: &[u8], plain: &[Vec<u8>]) -> Vec<u8> {
    let mut body = start.to_vec();
    let last = Vec::new();
    let blocks = plain.iter().filter(|block| !block.is_empty());
    for (number, block) in (0_u32..).zip(blocks.chain([&last])) {
        body.extend_from_slice(&number.to_le_bytes());
        body.extend_from_slice(&Sha256::digest(block));
        body.extend(sized(block));
    }
    encrypt(seed, iv, &mut body);
    body
}

fn common_fields(is_compressed: bool) -> Vec<Field> {
    vec![
        (2, CHACHA_20.to_vec()),
        (3, u32::from(is_compressed).to_le_bytes().to_vec()),
        (4, SEED.to_vec()),
        (7, IV.to_vec()),
    ]
}

fn packed(plain: &[u8], is_compressed: bool) -> Vec<u8> {
    if !is_compressed {
        return plain.to_vec();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn transformed() -> [u8; 32] {
    let composite = Sha256::digest(Sha256::digest(PASSWORD));
    Sha256::digest(composite).into()
}

/// Nothing happens where the length of the iv fits another cipher.
fn encrypt(seed: &[u8], iv: &[u8], plain: &mut [u8]) {
    let key = Sha256::new()
        .chain_update(seed)
        .chain_update(transformed())
        .finalize();
    if let Ok(mut cipher) = ChaCha20::new_from_slices(&key, iv) {
        cipher.apply_keystream(plain);
    }
}

fn sized(data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("short");
    [&length.to_le_bytes()[..], data].concat()
}
