//! The texts a person gives: names, description, notes, reasons (CREATE-01, -03, UPDATE-16).
//!
//! All are held in NFC and counted in Unicode scalar values. Names are trimmed and hold no control characters; longer texts are kept as written.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::fault::Fault;

pub const NAME_CHARS_MAX: usize = 255;
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;
pub const NOTES_CHARS_MAX: usize = 20_000;
pub const REASON_CHARS_MAX: usize = 500;

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $parse:ident, $max:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<$name, Fault> {
                $parse(text, $what, $max).map($name)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type!(
    /// A secret's name, unique in its vault by [`SecretName::folded`].
    SecretName, parse_name, NAME_CHARS_MAX, "name"
);
text_type!(VaultName, parse_name, NAME_CHARS_MAX, "vault name");
text_type!(
    /// A member's name, unique among the vault's members by [`MemberName::folded`].
    MemberName, parse_name, NAME_CHARS_MAX, "member name"
);
text_type!(
    /// A location's name, unique in its vault by [`LocationName::folded`].
    LocationName, parse_name, NAME_CHARS_MAX, "name"
);
text_type!(
    /// A bucket or container, as its provider calls it (LOC-01).
    BucketName, parse_name, NAME_CHARS_MAX, "bucket name"
);
text_type!(
    /// A connection's name, unique in its vault by [`ConnectionName::folded`].
    ConnectionName, parse_name, NAME_CHARS_MAX, "name"
);
text_type!(
    /// What the secret is for; may be empty.
    Description, parse_free_text, DESCRIPTION_CHARS_MAX, "description"
);
text_type!(
    /// Longer remarks; never searched.
    Notes, parse_free_text, NOTES_CHARS_MAX, "notes"
);
text_type!(
    /// Why a change was made; kept with the version and in the audit log.
    Reason, parse_free_text, REASON_CHARS_MAX, "reason"
);

macro_rules! compared_folded {
    ($($name:ident),+) => {$(
        impl $name {
            /// The form in which names are compared: NFC and case-folded.
            pub fn folded(&self) -> String {
                fold(&self.0)
            }
        }
    )+};
}

compared_folded!(SecretName, MemberName, LocationName, ConnectionName);

/// NFC and case folding, for comparing names and words; never shown.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // The short way for the middle dot that many imported names have.
    if text.chars().all(|character| character < LATIN_LETTERS) {
        return text.chars().flat_map(fold_char).collect();
    }
    text.nfc().flat_map(fold_char).nfc().collect()
}

/// The first character whose folding may have to be composed again: everything before it is ASCII, a sign or a space.
const LATIN_LETTERS: char = '\u{C0}';
/// The first combining mark; nothing before it is changed by NFC.
const COMBINING: char = '\u{300}';

/// Full case folding of one character: lower, upper and lower again also joins ß with SS and σ with ς.
/// The dotless ı stays itself, as in Unicode's table; going through upper case would make it an i.
fn fold_char(character: char) -> impl Iterator<Item = char> {
    let upper_first = character != 'ı';
    character.to_lowercase().flat_map(move |lower| {
        let through_upper = upper_first.then(|| lower.to_uppercase().flat_map(char::to_lowercase));
        let as_is = (!upper_first).then_some(lower);
        through_upper.into_iter().flatten().chain(as_is)
    })
}

/// In NFC, which texts without combining marks and what came after them in Unicode always are.
fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|character| character < COMBINING) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Parses a name-like text: NFC, trimmed, 1 to `chars_max` characters, no control characters.
pub(crate) fn parse_name(text: &str, what: &str, chars_max: usize) -> Result<String, Fault> {
    let normal = normal(text);
    let trimmed = normal.trim();
    if trimmed.is_empty() {
        return Err(Fault::new(
            "empty",
            format!("The {what} is empty. Give it at least one character."),
        ));
    }
    if trimmed.chars().any(char::is_control) {
        return Err(Fault::new(
            "control_character",
            format!("The {what} holds a control character, such as a line break. Remove it."),
        ));
    }
    check_length(trimmed, what, chars_max)?;
    Ok(trimmed.to_owned())
}

fn parse_free_text(text: &str, what: &str, chars_max: usize) -> Result<String, Fault> {
    let normal = normal(text);
    if normal.contains('\0') {
        return Err(Fault::new(
            "nul",
            format!("The {what} holds a NUL character. Remove it."),
        ));
    }
    check_length(&normal, what, chars_max)?;
    Ok(normal.into_owned())
}

fn check_length(text: &str, what: &str, chars_max: usize) -> Result<(), Fault> {
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(Fault::new(
            "too_long",
            format!("The {what} has {chars} characters; {chars_max} is the most."),
        ));
    }
    Ok(())
}
