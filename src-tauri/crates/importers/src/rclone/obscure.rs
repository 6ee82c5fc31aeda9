//! rclone's obscured values: AES-256 in counter mode under a key that stands in rclone's source, so it hides and does not protect.
//! Source: rclone, fs/config/obscure.

use aes::Aes256;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use zeroize::Zeroizing;

const KEY: [u8; 32] = [
    0x9c, 0x93, 0x5b, 0x48, 0x73, 0x0a, 0x55, 0x4d, 0x6b, 0xfd, 0x7c, 0x63, 0xc8, 0x86, 0xa9, 0x2b,
    0xd3, 0x90, 0x19, 0x8e, 0xb8, 0x12, 0x8a, 0xfb, 0xf4, 0xde, 0x16, 0x2b, 0x8b, 0x95, 0xf6, 0x38,
];
/// Go's decoder takes loose bits at the end, as this does.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Written by hand, or by another program: not obscured.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotObscured;

pub(super) fn reveal(text: &str) -> Result<Zeroizing<String>, NotObscured> {
    let mut bytes = Zeroizing::new(BASE64.decode(text).map_err(|_| NotObscured)?);
    let (start, hidden) = bytes.split_first_chunk_mut::<16>().ok_or(NotObscured)?;
    Ctr128BE::<Aes256>::new(&KEY.into(), &(*start).into()).apply_keystream(hidden);
    let plain = std::str::from_utf8(hidden).map_err(|_| NotObscured)?;
    Ok(Zeroizing::new(plain.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// rclone's own, fs/config/obscure/obscure_test.go.
    #[test]
    fn rclones_vectors_are_revealed() {
        let vectors = [
            ("YWFhYWFhYWFhYWFhYWFhYQ", ""),
            ("YWFhYWFhYWFhYWFhYWFhYXMaGgIlEQ", "potato"),
            ("YmJiYmJiYmJiYmJiYmJiYp3gcEWbAw", "potato"),
        ];
        for (obscured, plain) in vectors {
            assert_eq!(reveal(obscured).expect("obscured").as_str(), plain);
        }
    }

    #[test]
    fn what_is_not_obscured_is_refused() {
        for text in [
            "",
            "aGVsbG8",
            "YmJiYmJiYmJiYmJiYmJiYp*gcEWbAw",
            "YWFhYWFhYWFhYWFhYWFhYXMaGgIlEQ==",
            "correct horse battery staple",
            // Revealed it would be no text.
            "YWFhYWFhYWFhYWFhYWFhYf__________",
        ] {
            assert!(reveal(text).is_err(), "{text}");
        }
    }
}
