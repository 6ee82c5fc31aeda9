//! Bitwarden's protected exports with right seals around whatever they are given. The key is derived with the least work allowed.

use std::sync::LazyLock;

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use importers::PBKDF2_ITERATIONS_MIN;
use sha2::Sha256;

pub const PASSWORD: &str = "fuzz";
const SALT: &str = "c2FsdA==";
const IV: [u8; 16] = [1; 16];

struct Keys {
    encryption: [u8; 32],
    mac: [u8; 32],
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let rounds = u32::try_from(PBKDF2_ITERATIONS_MIN).expect("few");
    let mut key = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(PASSWORD.as_bytes(), SALT.as_bytes(), rounds, &mut key);
    Keys {
        encryption: tag(&key, &[b"enc\x01"]),
        mac: tag(&key, &[b"mac\x01"]),
    }
});

/// An export with these sealed data, which stand there as they are.
pub fn envelope(data: &str) -> String {
    let json = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        r#"{{"encrypted":true,"passwordProtected":true,"salt":"{SALT}","kdfType":0,"kdfIterations":{PBKDF2_ITERATIONS_MIN},"encKeyValidation_DO_NOT_EDIT":{},"data":{}}}"#,
        json(&sealed(b"6ff4e6a1-5a3a-4c0a-9a5b-6f7a3d8c2b10")),
        json(data),
    )
}

/// AES-256-CBC and a MAC.
pub fn sealed(plain: &[u8]) -> String {
    let padding = 16 - plain.len() % 16;
    let filled = [
        plain,
        &vec![u8::try_from(padding).expect("at most 16"); padding],
    ]
    .concat();
    let cipher = <Aes256 as aes::cipher::KeyInit>::new(&KEYS.encryption.into());
    let (blocks, _) = filled.as_chunks::<16>();
    let mut before = IV;
    let mut content = Vec::with_capacity(filled.len());
    for plain in blocks {
        let mut block: Block<Aes256> = (*plain).into();
        block
            .iter_mut()
            .zip(before)
            .for_each(|(byte, mask)| *byte ^= mask);
        cipher.encrypt_block(&mut block);
        before = block.into();
        content.extend_from_slice(&before);
    }
    vouched(&IV, &content)
}

/// A right MAC for any iv and any content.
pub fn vouched(iv: &[u8], content: &[u8]) -> String {
    let mac = tag(&KEYS.mac, &[iv, content]);
    let parts = [iv, content, &mac].map(|part| STANDARD.encode(part));
    format!("2.{}", parts.join("|"))
}

fn tag(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
