//! What a provider calls its keys.

use super::{Run, RunParts};
use crate::catalogue::FieldKind;
use crate::credentials::Credentials;
use crate::fault::Fault;
use crate::ids::RotationId;
use crate::mask::json_key::KEY_ID_SHOWN_CHARS;
use crate::mask::{GAP, mask_identifier};
use crate::shape;
use crate::time::Timestamp;

/// A provider's id of a key: `AKIA…`, a resource name, `key1`. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

/// What we call a key that we make: `turnstone-` and the random part of the run's id, so that it can be found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

/// A key in a provider's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenKey {
    pub id: KeyId,
    pub name: Option<String>,
    pub created_at: Option<Timestamp>,
}

/// When a key was last used, as far as its provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastUse {
    NotTold,
    Never,
    At {
        time: Timestamp,
        service: Option<String>,
        region: Option<String>,
    },
}

/// What was said about the old key's last use, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldKeyUse {
    pub last: LastUse,
    pub seen_at: Timestamp,
}

/// What a list says about an attempt to make a key that was not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// Ours beyond doubt.
    Ours(KeyId),
    /// Made since, by us or by somebody else.
    Strangers(Vec<KeyId>),
}

/// The provider's clock and ours may differ by this much, and a key still counts as made since the run began.
const CLOCKS_DIFFER_MILLIS: i64 = 10 * 60 * 1000;
/// The random part of a ULID.
const TAIL_CHARS: usize = 16;

impl KeyId {
    pub const CHARS_MAX: usize = 512;

    pub fn parse(text: &str) -> Result<Self, Fault> {
        let plain = text.chars().all(|next| next.is_ascii_graphic());
        if text.is_empty() || !plain || text.len() > Self::CHARS_MAX {
            return Err(Fault::new(
                "key_id",
                format!(
                    "A key's id has 1 to {} printable ASCII characters.",
                    Self::CHARS_MAX
                ),
            ));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether these values are of this key.
    pub fn is_of(&self, values: &Credentials) -> bool {
        values.iter().any(|(field, text)| {
            let text = text.expose_text();
            match field.kind {
                FieldKind::Identifier => text == self.0,
                FieldKind::ServiceAccountJson => {
                    shape::key_id_of(text).is_some_and(|id| id == self.tail())
                }
                FieldKind::Secret | FieldKind::Text | FieldKind::SasUrl => false,
            }
        })
    }

    /// With one of these ends the mask of the first field of whatever version is of this key, and its last 12 characters are that: by
    /// it the few that may be are found, and only they are opened. The second is that of a key file.
    pub fn mask_ends(&self) -> [String; 2] {
        let shown: String = self.tail().chars().take(KEY_ID_SHOWN_CHARS).collect();
        [mask_identifier(&self.0), format!("{shown}{GAP}")]
    }

    /// Google's ids are paths, of which a key's own file has the end.
    fn tail(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl KeyName {
    /// The same for the same run, so that an attempt that was not answered is found by it.
    pub fn of(run: RotationId) -> Self {
        let id = run.to_string().to_ascii_lowercase();
        let tail = id.len().saturating_sub(TAIL_CHARS);
        let tail = id.get(tail..).expect("an id is ASCII");
        Self(format!("turnstone-{tail}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Run {
    /// Keys in a list that nothing explains but an attempt to make one that was not answered, or somebody else.
    pub fn unexplained(&self, keys: &[SeenKey]) -> Vec<KeyId> {
        match self.parts.found_in(keys) {
            Found::Strangers(keys) => keys,
            Found::Nothing | Found::Ours(_) => Vec::new(),
        }
    }
}

impl RunParts {
    pub(super) fn found_in(&self, keys: &[SeenKey]) -> Found {
        let is_new = |key: &&SeenKey| !self.keys_before.contains(&key.id);
        let ours =
            |key: &&SeenKey| key.name.as_deref() == Some(self.key_name.as_str()) && is_new(key);
        if let Some(key) = keys.iter().find(ours) {
            return Found::Ours(key.id.clone());
        }
        if self.naming == super::Naming::Named {
            return Found::Nothing;
        }
        let since = self.started_at.plus_millis(-CLOCKS_DIFFER_MILLIS);
        let strangers: Vec<KeyId> = keys
            .iter()
            .filter(is_new)
            .filter(|key| Some(&key.id) != self.old_key.as_ref())
            .filter(|key| key.created_at.is_none_or(|at| at >= since))
            .map(|key| key.id.clone())
            .collect();
        if strangers.is_empty() {
            Found::Nothing
        } else {
            Found::Strangers(strangers)
        }
    }
}
