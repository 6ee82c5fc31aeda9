//! The texts that say where in a provider's storage a location is.

use crate::fault::Fault;

pub const REGION_CHARS_MAX: usize = 63;
/// The longest key of an object in S3 has 1024 bytes.
pub const PREFIX_BYTES_MAX: usize = 1024;

/// A provider's name for where a bucket is: `eu-central-1`, `auto`, `fsn1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region(String);

/// The beginning of every key below which the location's objects are, as written: keys are bytes,
/// so nothing is trimmed or normalised.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Prefix(String);

impl Region {
    /// It becomes a part of host names and of what is signed, so it has their characters only.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let begins = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let continues = text
            .chars()
            .all(|next| next.is_ascii_alphanumeric() || matches!(next, '-' | '_' | '.'));
        if !begins || !continues || text.len() > REGION_CHARS_MAX {
            return Err(Fault::new(
                "region",
                format!(
                    "A region has 1 to {REGION_CHARS_MAX} letters, digits, - _ and ., such as eu-central-1."
                ),
            ));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Prefix {
    /// `None` for the empty one, which is no prefix.
    pub fn parse(text: &str) -> Result<Option<Self>, Fault> {
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > PREFIX_BYTES_MAX {
            return Err(Fault::new(
                "too_long",
                format!(
                    "The prefix has {} bytes; {PREFIX_BYTES_MAX} is the most.",
                    text.len()
                ),
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(Fault::new(
                "control_character",
                "The prefix holds a control character, such as a line break. Remove it.",
            ));
        }
        Ok(Some(Self(text.to_owned())))
    }

    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
