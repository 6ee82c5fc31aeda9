//! The one JSON encoding of `keys.json`: members in the order in which FORMAT.md lists them, ids
//! and times in their one spelling, bytes in base64 without padding.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::ids::{MemberId, SlotId, VaultId};
use domain::text::VaultName;
use domain::time::Timestamp;
use serde::Serialize;

use crate::signature::{Signature, VerifyingKey};
use crate::suite::Recipient;

const FIT_FOR_JSON: &str = "plain structs of texts and numbers always serialise";

/// Two spaces of indentation and one line feed at the end, so that a person can read it too.
pub(crate) fn to_document(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect(FIT_FOR_JSON);
    bytes.push(b'\n');
    bytes
}

/// Without white space: the form that checksums are taken of.
pub(crate) fn to_compact(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect(FIT_FOR_JSON)
}

pub(crate) fn encode_bytes(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Refuses padding, white space and set bits past the end: each value has one spelling.
pub(crate) fn decode_bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode_bytes(text)?.try_into().ok()
}

/// A value that stands in JSON as one string.
pub(crate) trait Text: Sized {
    const WHAT: &'static str;
    fn from_text(text: &str) -> Option<Self>;
    fn to_text(&self) -> String;
}

/// For `#[serde(with = "canonical::text")]`.
pub(crate) mod text {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    use super::Text;

    pub(crate) fn serialize<T: Text, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&value.to_text())
    }

    pub(crate) fn deserialize<'de, T: Text, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        T::from_text(&text).ok_or_else(|| D::Error::custom(format_args!("expected {}", T::WHAT)))
    }
}

macro_rules! text_by_display {
    ($type:ty, $what:literal) => {
        impl Text for $type {
            const WHAT: &'static str = $what;

            fn from_text(text: &str) -> Option<Self> {
                <$type>::parse(text).ok()
            }

            fn to_text(&self) -> String {
                self.to_string()
            }
        }
    };
}

text_by_display!(VaultId, "a vault id");
text_by_display!(MemberId, "a member id");
text_by_display!(SlotId, "a slot id");
text_by_display!(VaultName, "a vault name");
text_by_display!(Timestamp, "a time");

impl Text for VerifyingKey {
    const WHAT: &'static str = "an Ed25519 public key";

    fn from_text(text: &str) -> Option<Self> {
        decode_array(text).map(Self::from_bytes)
    }

    fn to_text(&self) -> String {
        encode_bytes(&self.to_bytes())
    }
}

impl Text for Signature {
    const WHAT: &'static str = "an Ed25519 signature";

    fn from_text(text: &str) -> Option<Self> {
        decode_array(text).map(Self::from_bytes)
    }

    fn to_text(&self) -> String {
        encode_bytes(&self.to_bytes())
    }
}

impl Text for Recipient {
    const WHAT: &'static str = "a public key of suite 2";

    fn from_text(text: &str) -> Option<Self> {
        Self::from_bytes(&decode_bytes(text)?).ok()
    }

    fn to_text(&self) -> String {
        encode_bytes(self.as_bytes())
    }
}

impl Text for [u8; 32] {
    const WHAT: &'static str = "32 bytes";

    fn from_text(text: &str) -> Option<Self> {
        decode_array(text)
    }

    fn to_text(&self) -> String {
        encode_bytes(self)
    }
}

impl Text for Vec<u8> {
    const WHAT: &'static str = "bytes";

    fn from_text(text: &str) -> Option<Self> {
        decode_bytes(text)
    }

    fn to_text(&self) -> String {
        encode_bytes(self)
    }
}
