//! The one way in which records become bytes to be hashed or signed: FORMAT.md, "Canonical bytes".

use sha2::{Digest, Sha256};

/// Collects fields in a fixed order. Integers are big-endian; texts and byte strings of free length come after their
/// length in four bytes; what may be absent comes after a byte 0 or 1.
pub(crate) struct Canonical(Vec<u8>);

impl Canonical {
    pub(crate) fn new(label: &[u8]) -> Canonical {
        Canonical(label.to_vec())
    }

    pub(crate) fn fixed(mut self, bytes: &[u8]) -> Canonical {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn number(self, number: i64) -> Canonical {
        self.fixed(&number.to_be_bytes())
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Canonical {
        let length = u32::try_from(bytes.len()).expect("a field of a record is far below 4 GiB");
        self.fixed(&length.to_be_bytes()).fixed(bytes)
    }

    pub(crate) fn text(self, text: &str) -> Canonical {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn optional<T>(
        self,
        value: Option<T>,
        write: impl FnOnce(Canonical, T) -> Canonical,
    ) -> Canonical {
        match value {
            None => self.fixed(&[0]),
            Some(value) => write(self.fixed(&[1]), value),
        }
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}
