//! What an import asks for, item by item. The file is read elsewhere; here its items meet the rules.

use crate::create::CreateInput;
use crate::request::Patch;
use crate::text::{NAME_CHARS_MAX, SecretName};
use crate::update::{Origin, UpdateInput};

/// The name itself for 1, else `name (2)`, `name (3)`, …; a long name loses its end to make room.
pub fn numbered(name: &SecretName, number: u64) -> SecretName {
    match number {
        0 | 1 => name.clone(),
        _ => with_suffix(name, &format!(" ({number})")),
    }
}

/// What a second import of an item asks of the secret that the first one made: its values, or where they are. All that
/// a person may have put in order since (name, description, notes, tags, domains) stays.
pub fn update_from(item: CreateInput) -> UpdateInput {
    UpdateInput {
        credentials: item.credentials.map_or(Patch::Absent, Patch::Set),
        field_mappings: item.field_mappings.map_or(Patch::Absent, Patch::Set),
        origin: Origin::Import,
        ..UpdateInput::default()
    }
}

fn with_suffix(name: &SecretName, suffix: &str) -> SecretName {
    let room = NAME_CHARS_MAX - suffix.chars().count();
    let kept: String = name.as_str().chars().take(room).collect();
    SecretName::parse(&format!("{}{suffix}", kept.trim_end()))
        .expect("a name's beginning with a short suffix is a name")
}
