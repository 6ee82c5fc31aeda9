//! Where a page ended, as text that goes out and comes back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::{Direction, Position, Sort, SortKey};

const CURSOR_BYTES_MAX: usize = 4096;
const KEYS_MAX: usize = 2;

/// A place in one order. It holds a name's folded form and no value of a secret.
#[derive(Clone, Debug)]
pub struct Cursor {
    pub(super) sort: Sort,
    /// The moment at which the first page was asked for, so that later ones agree with it on health.
    pub(super) now: Timestamp,
    pub(super) position: Position,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    s: String,
    t: i64,
    b: usize,
    k: Vec<Key>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Number(i64),
    Text(String),
}

impl Cursor {
    pub fn to_text(&self) -> String {
        let keys = self.position.keys.iter().filter_map(|key| match key {
            Value::Integer(number) => Some(Key::Number(*number)),
            Value::Text(text) => Some(Key::Text(text.clone())),
            Value::Null | Value::Real(_) | Value::Blob(_) => None,
        });
        let written = Written {
            s: self.sort.as_text(),
            t: self.now.as_millis(),
            b: self.position.band,
            k: keys.collect(),
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&written).expect("numbers and texts serialise"))
    }

    /// `None` where the text is no cursor of a list in this order.
    pub fn parse(text: &str, sort: Sort) -> Option<Cursor> {
        if text.len() > CURSOR_BYTES_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let written: Written = serde_json::from_slice(&bytes).ok()?;
        let fits = written.s == sort.as_text() && written.k.len() <= KEYS_MAX;
        let now = Timestamp::from_millis(written.t);
        let band = super::order::bands(sort, now)
            .get(written.b)
            .filter(|_| fits)?
            .columns
            .len();
        let keys: Vec<Value> = written
            .k
            .into_iter()
            .map(|key| match key {
                Key::Number(number) => Value::Integer(number),
                Key::Text(text) => Value::Text(text),
            })
            .collect();
        if keys.len() != band {
            return None;
        }
        let position = Position {
            band: written.b,
            keys,
        };
        Some(Cursor {
            sort,
            now,
            position,
        })
    }
}

impl Sort {
    /// `name`, or `-name` for the other way round.
    pub fn parse(text: &str) -> Option<Sort> {
        let (direction, by) = match text.strip_prefix('-') {
            Some(rest) => (Direction::Descending, rest),
            None => (Direction::Ascending, text),
        };
        let by = SortKey::ALL.into_iter().find(|key| key.as_str() == by)?;
        Some(Sort { by, direction })
    }

    pub fn as_text(self) -> String {
        match self.direction {
            Direction::Ascending => self.by.as_str().to_owned(),
            Direction::Descending => format!("-{}", self.by.as_str()),
        }
    }
}

impl SortKey {
    pub const ALL: [SortKey; 6] = [
        SortKey::Name,
        SortKey::Age,
        SortKey::Type,
        SortKey::Updated,
        SortKey::EnvKey,
        SortKey::Health,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            SortKey::Name => "name",
            SortKey::Age => "age",
            SortKey::Type => "type",
            SortKey::Updated => "updated",
            SortKey::EnvKey => "env_key",
            SortKey::Health => "health",
        }
    }
}
