//! 1Password's own ids.

use std::fmt;

const ID_CHARS: usize = 26;

/// The id of a vault, an item or a file: 26 small letters and digits. It can stand in an address and among a program's arguments.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(String);

impl OpId {
    pub fn parse(text: &str) -> Option<OpId> {
        let is_of_id = |next: char| next.is_ascii_lowercase() || next.is_ascii_digit();
        (text.len() == ID_CHARS && text.chars().all(is_of_id)).then(|| OpId(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
