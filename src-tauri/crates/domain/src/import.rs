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

/// What a later import can bring to a secret that an earlier one made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Brought {
    /// Or where it is.
    Value,
    Notes,
    Tags,
    EnvKey,
    Expiry,
}

impl Brought {
    /// As the audit log says that it was changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "credentials",
            Self::Notes => "notes",
            Self::Tags => "tags",
            Self::EnvKey => "env_key",
            Self::Expiry => "expires_at",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Notes => "notes",
            Self::Tags => "tags",
            Self::EnvKey => "env key",
            Self::Expiry => "expiry",
        }
    }
}

/// What a later import of an item asks of the secret that the first one made: what it brings. All else, and whatever a person
/// has put in order since (name, description, domains), stays.
pub fn update_from(item: CreateInput, brought: &[Brought]) -> UpdateInput {
    let brings = |what: Brought| brought.contains(&what);
    // A new value would else lose the end that the file says it has.
    let with_expiry = brings(Brought::Value) || brings(Brought::Expiry);
    UpdateInput {
        credentials: patch(item.credentials, brings(Brought::Value)),
        field_mappings: patch(item.field_mappings, brings(Brought::Value)),
        notes: patch(item.notes, brings(Brought::Notes)),
        tags: patch(item.tags, brings(Brought::Tags)),
        env_key: patch(item.env_key, brings(Brought::EnvKey)),
        origin: Origin::Import {
            expires_at: item.expires_at.filter(|_| with_expiry),
        },
        ..UpdateInput::default()
    }
}

fn patch<T>(given: Option<T>, is_brought: bool) -> Patch<T> {
    match given {
        Some(given) if is_brought => Patch::Set(given),
        _ => Patch::Absent,
    }
}

fn with_suffix(name: &SecretName, suffix: &str) -> SecretName {
    let room = NAME_CHARS_MAX - suffix.chars().count();
    let kept: String = name.as_str().chars().take(room).collect();
    SecretName::parse(&format!("{}{suffix}", kept.trim_end()))
        .expect("a name's beginning with a short suffix is a name")
}
