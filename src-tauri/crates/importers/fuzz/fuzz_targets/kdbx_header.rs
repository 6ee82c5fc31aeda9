//! Headers, key derivations and blocks of every kind, the derivations either cheap or beyond the limits:
//! `cargo fuzz run kdbx_header` in `src-tauri/crates/importers`.
#![no_main]

mod checks;
mod keepass;

use importers::Format;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;

const AES_KDF: [u8; 16] = *b"\x7C\x02\xBB\x82\x79\xA7\x4A\xC0\x92\x7D\x11\x4A\x00\x64\x82\x38";
const ARGON2_D: [u8; 16] = *b"\xEF\x63\x6D\xDF\x8C\x29\x44\x4B\x91\xF7\xA9\xA4\x03\xE3\x0A\x0C";
const ARGON2_ID: [u8; 16] = *b"\x9E\x29\x8B\x19\x56\xDB\x47\x73\xB2\x3D\xFC\x3E\xC6\xF0\xA1\xE6";
const ARGON2_BYTES_MAX: u64 = 256 * 1024;

fuzz_target!(|data: &[u8]| {
    if let Ok(database) = database(&mut Unstructured::new(data)) {
        checks::read_as(Format::Keepass, &database, Some(keepass::PASSWORD));
    }
});

fn database(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let is_three = u.ratio(1, 3)?;
    let minor: u16 = u.arbitrary()?;
    let major = if u.ratio(1, 40)? {
        u.arbitrary()?
    } else if is_three {
        3
    } else {
        4
    };
    let seed: [u8; 32] = [7; 32];
    let cipher = *u.choose(&[keepass::CHACHA_20, keepass::AES_256, [0; 16]])?;
    let iv: Vec<u8> = match u.int_in_range(0..=3)? {
        0 => u.arbitrary()?,
        1 => vec![1; 16],
        _ => vec![1; 12],
    };
    let compression = u.int_in_range(0_u32..=2)?.to_le_bytes();
    let mut fields = vec![
        (2, cipher.to_vec()),
        (3, compression.to_vec()),
        (4, seed.to_vec()),
        (7, iv.clone()),
    ];
    if is_three {
        let rounds = number(u, 3)?.to_le_bytes();
        let stream = u.int_in_range(0_u32..=4)?.to_le_bytes();
        fields.extend([
            (5, vec![5; 32]),
            (6, rounds.to_vec()),
            (8, u.arbitrary()?),
            (9, vec![9; 32]),
            (10, stream.to_vec()),
        ]);
    } else {
        fields.push((11, derivation(u)?));
    }
    if u.ratio(1, 8)? && !fields.is_empty() {
        let at = u.choose_index(fields.len())?;
        fields.remove(at);
    }
    while !u.is_empty() && u.ratio(1, 4)? {
        // Never a derivation: its price would be what the fuzzer finds.
        let id = *u.choose(&[1_u8, 2, 3, 4, 7, 8, 9, 10, 12, 15, 16, 255])?;
        fields.push((id, u.arbitrary()?));
    }
    let header = keepass::header(minor, major, &fields);
    let body = if u.ratio(1, 4)? {
        u.bytes(u.len())?.to_vec()
    } else if is_three {
        keepass::body_three(&seed, &iv, &[9; 32], &blocks(u)?)
    } else {
        keepass::body_four(&header, &seed, &iv, &blocks(u)?)
    };
    Ok([header, body].concat())
}

fn blocks(u: &mut Unstructured<'_>) -> Result<Vec<Vec<u8>>> {
    let mut blocks = Vec::new();
    while !u.is_empty() && blocks.len() < 8 {
        blocks.push(u.arbitrary()?);
    }
    Ok(blocks)
}

/// A small one, one that no limit allows, or the largest there is.
fn number(u: &mut Unstructured<'_>, most: u64) -> Result<u64> {
    match u.int_in_range(0..=9)? {
        0 => Ok(u64::MAX),
        1 => Ok(1 << 40),
        _ => u.int_in_range(0..=most),
    }
}

/// Version 4's dictionary of parameters: some of them missing, of a wrong length, or cut off.
fn derivation(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let id = *u.choose(&[AES_KDF, ARGON2_D, ARGON2_ID, [0; 16]])?;
    let mut dictionary = vec![0, 1];
    let mut put = |name: &str, value: &[u8]| {
        dictionary.push(0x42);
        for part in [name.as_bytes(), value] {
            let length = u32::try_from(part.len()).expect("short");
            dictionary.extend_from_slice(&length.to_le_bytes());
            dictionary.extend_from_slice(part);
        }
    };
    put("$UUID", &id);
    let salt: Vec<u8> = if u.ratio(1, 4)? {
        u.arbitrary()?
    } else {
        vec![5; 32]
    };
    put("S", &salt);
    let version = *u.choose(&[0x10_u64, 0x13, 0])?;
    let numbers = [
        ("V", version),
        ("R", number(u, 3)?),
        ("M", number(u, ARGON2_BYTES_MAX)?),
        ("I", number(u, 3)?),
        ("P", number(u, 8)?),
    ];
    for (name, number) in numbers {
        match u.int_in_range(0..=15)? {
            0 => {}
            1 => put(name, &u.arbitrary::<[u8; 3]>()?),
            2..=8 => put(
                name,
                &u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes(),
            ),
            _ => put(name, &number.to_le_bytes()),
        }
    }
    dictionary.push(0);
    if u.ratio(1, 8)? {
        let length = u.choose_index(dictionary.len())?;
        dictionary.truncate(length);
    }
    Ok(dictionary)
}
