//! Lists of vaults and items. They hold no values, and a bad line is only counted.

use std::fmt;

use domain::Timestamp;
use domain::mask::display_text;
use domain::tags::TAGS_MAX;
use domain::text::NAME_CHARS_MAX;
use importers::{ItemState, category_kind};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{ItemHead, ItemList, OpId, Vault};
use crate::error::{ConnectionError, ErrorCode};
use crate::limits::LIST_ITEMS_MAX;

#[derive(Deserialize)]
struct VaultLine {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    items: Option<Value>,
}

#[derive(Deserialize)]
struct ItemLine {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    trashed: Option<bool>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default, alias = "updatedAt")]
    updated_at: Option<String>,
    #[serde(default)]
    vault: Option<VaultOfItem>,
}

#[derive(Deserialize)]
struct VaultOfItem {
    id: String,
}

/// A line that is not of the form 1Password writes would be a vault that goes unseen, so it is an error.
pub(super) fn vaults(json: &[u8]) -> Result<Vec<Vault>, ConnectionError> {
    let vaults: Option<Vec<Vault>> = lines(json)?
        .iter()
        .map(|line| {
            let line: VaultLine = serde_json::from_str(line.get()).ok()?;
            Some(Vault {
                id: OpId::parse(&line.id)?,
                name: shown(&line.name.unwrap_or_default()),
                items: line.items.as_ref().and_then(Value::as_u64),
            })
        })
        .collect();
    let mut vaults = vaults.ok_or_else(|| {
        let message = "A vault of the list is not of the form that 1Password writes.";
        ConnectionError::new(ErrorCode::Unreadable, message)
    })?;
    vaults.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
    Ok(vaults)
}

pub(super) fn items(json: &[u8], vault: &Vault) -> Result<ItemList, ConnectionError> {
    let mut list = ItemList::default();
    for line in lines(json)? {
        match serde_json::from_str::<ItemLine>(line.get())
            .ok()
            .and_then(|line| head(line, vault))
        {
            Some(head) => list.items.push(head),
            None => list.unreadable += 1,
        }
    }
    list.items
        .sort_by(|one, other| one.title.cmp(&other.title).then(one.id.cmp(&other.id)));
    Ok(list)
}

fn head(line: ItemLine, vault: &Vault) -> Option<ItemHead> {
    if line.vault.is_some_and(|of| of.id != vault.id.as_str()) {
        return None;
    }
    let title = line.title.unwrap_or_default();
    let state = match line.state.as_deref() {
        _ if line.trashed == Some(true) => ItemState::Trashed,
        Some("DELETED") => ItemState::Trashed,
        Some("ARCHIVED") => ItemState::Archived,
        _ => ItemState::Active,
    };
    let tags = line.tags.unwrap_or_default();
    Some(ItemHead {
        id: OpId::parse(&line.id)?,
        title: shown(&title),
        category: category_kind(line.category.as_deref().unwrap_or_default()),
        state,
        updated_at: line.updated_at.and_then(|at| Timestamp::parse(&at).ok()),
        tags: tags.iter().take(TAGS_MAX).map(|tag| shown(tag)).collect(),
    })
}

/// As it may be shown, and no longer than a name.
fn shown(text: &str) -> String {
    let cut: String = text.trim().chars().take(NAME_CHARS_MAX).collect();
    display_text(&cut)
}

fn lines(json: &[u8]) -> Result<Vec<&RawValue>, ConnectionError> {
    // Where nothing is there, `op` writes nothing or `null`.
    if matches!(json.trim_ascii(), b"" | b"null") {
        return Ok(Vec::new());
    }
    let lines: Result<Lines<'_>, _> = serde_json::from_slice(json);
    lines.map(|lines| lines.0).map_err(|_| {
        let message = format!(
            "1Password's answer is no list of at most {LIST_ITEMS_MAX} lines, so it was not read."
        );
        ConnectionError::new(ErrorCode::Unreadable, message)
    })
}

/// A list that is not read to its end where it is too long.
struct Lines<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Lines<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lines<'a>, D::Error> {
        deserializer.deserialize_seq(LinesVisitor)
    }
}

struct LinesVisitor;

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Lines<'de>, A::Error> {
        let mut lines = Vec::new();
        while let Some(line) = sequence.next_element()? {
            if lines.len() >= LIST_ITEMS_MAX {
                return Err(A::Error::custom("too long"));
            }
            lines.push(line);
        }
        Ok(Lines(lines))
    }
}
