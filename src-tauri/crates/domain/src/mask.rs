//! What a person sees of a value: OUT-04. Masks count characters, never bytes.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use zeroize::Zeroizing;

use crate::catalogue::{FieldKind, FieldSpec, field_name};
use crate::connection;

pub(crate) mod json_key;
mod url;

/// Shown where nothing of the value may be seen; says nothing about its length.
pub const HIDDEN: &str = "••••••••";
pub(crate) const GAP: &str = "••••";
/// A secret field shorter than this shows nothing.
const SECRET_CHARS_MIN: usize = 16;
const SECRET_SHOWN_MAX: usize = 9;
/// An identifier shorter than this shows nothing.
const IDENTIFIER_CHARS_MIN: usize = 12;
const IDENTIFIER_END_CHARS: usize = 4;

/// A value's mask: safe to list, store and show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Mask(String);

impl Mask {
    /// A mask read back from the vault, computed when the value was written (OUT-03).
    pub fn from_stored(text: String) -> Mask {
        Mask(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The masks of a version's fields, in the catalogue's order. In JSON an object: field name to mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masks(Vec<(&'static str, Mask)>);

impl Masks {
    /// Masks read back from the vault; none if a name is no field of the catalogue.
    pub fn from_stored(stored: Vec<(String, String)>) -> Option<Masks> {
        stored
            .into_iter()
            .map(|(name, mask)| {
                let name = field_name(&name).or_else(|| connection::field_name(&name))?;
                Some((name, Mask::from_stored(mask)))
            })
            .collect::<Option<Vec<_>>>()
            .map(Masks)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Mask)> {
        self.0.iter().map(|(name, mask)| (*name, mask))
    }

    pub fn field(&self, name: &str) -> Option<&Mask> {
        self.iter()
            .find(|(field, _)| *field == name)
            .map(|(_, mask)| mask)
    }
}

impl FromIterator<(&'static str, Mask)> for Masks {
    fn from_iter<I: IntoIterator<Item = (&'static str, Mask)>>(masks: I) -> Masks {
        Masks(masks.into_iter().collect())
    }
}

impl Serialize for Masks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, mask) in self.iter() {
            object.serialize_entry(name, mask)?;
        }
        object.end()
    }
}

/// The mask of one field's value.
pub fn mask_field(field: &FieldSpec, text: &str) -> Mask {
    let shown = match field.kind {
        FieldKind::Identifier => mask_identifier(text),
        FieldKind::Secret => mask_secret(text),
        FieldKind::Text => url::mask_plain_url(text).unwrap_or_else(|| mask_secret(text)),
        FieldKind::ServiceAccountJson => {
            json_key::mask_service_account(text).unwrap_or_else(|| HIDDEN.to_owned())
        }
        FieldKind::SasUrl => url::mask_sas(text).unwrap_or_else(|| HIDDEN.to_owned()),
    };
    Mask(display_text(&shown))
}

/// The mask of a connection's token, which is a secret field like any other.
pub(crate) fn mask_token(text: &str) -> Mask {
    Mask(display_text(&mask_secret(text)))
}

/// Foreign text as it may be shown: control and bidirectional characters, which can hide or reorder what stands beside them, become `·`.
pub fn display_text(text: &str) -> String {
    text.chars()
        .map(|character| {
            if disturbs_display(character) {
                '·'
            } else {
                character
            }
        })
        .collect()
}

fn disturbs_display(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

fn mask_secret(text: &str) -> String {
    let chars: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    if chars.len() < SECRET_CHARS_MIN || !chars.iter().copied().all(is_key_char) {
        return HIDDEN.to_owned();
    }
    let shown = (chars.len() / 4).min(SECRET_SHOWN_MAX);
    let front = (2 * shown).div_ceil(3);
    show_ends(&chars, front, shown - front)
}

pub(crate) fn mask_identifier(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < IDENTIFIER_CHARS_MIN {
        return HIDDEN.to_owned();
    }
    show_ends(&chars, IDENTIFIER_END_CHARS, IDENTIFIER_END_CHARS)
}

fn show_ends(chars: &[char], front: usize, back: usize) -> String {
    let ends = chars.iter().take(front).collect::<String>();
    let tail = chars
        .iter()
        .skip(chars.len().saturating_sub(back))
        .collect::<String>();
    format!("{ends}{GAP}{tail}")
}

/// Text of other characters may be a password, or words whose ends say too much.
fn is_key_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '+' | '/' | '=' | '-')
}
