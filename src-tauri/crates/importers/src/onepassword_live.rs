//! Items that 1Password itself was asked for: by its program `op`, which answers in snake case, or a Connect server, which
//! answers in camel case. One item is one JSON object with its values; attached files come beside it.
//! Sources: developer.1password.com/docs/cli/item-template-json, and 1Password/connect's `docs/openapi/spec.yaml` (1.7.1).
//!
//! Paths are those of the export (`onepux`), so that an item is found again whichever way it came first.

mod attached;
mod category;
mod field;
mod item;
mod reference;

use zeroize::Zeroizing;

pub use attached::{Attached, attached_files};
pub use category::category_kind;

use crate::format::Format;
use crate::material::{Material, Start};
use crate::names::ItemIds;
use crate::parsed::{About, ItemKind, ItemState, LeftOut, ParsedImport, ParsedItem, Place};

/// An item that was asked for. It holds values: no `Debug`, `Clone` or `Serialize`.
pub struct LiveItem {
    /// 1Password's own id of the item.
    pub id: String,
    /// These three as the list of items has them: they stand on the report's line where the item itself can't be read.
    pub title: String,
    pub kind: ItemKind,
    pub state: ItemState,
    pub vault: LiveVault,
    pub answer: LiveAnswer,
}

/// The vault an item is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveVault {
    pub id: String,
    /// Safe to show.
    pub name: String,
}

/// What 1Password answered.
pub enum LiveAnswer {
    Item {
        json: Zeroizing<Vec<u8>>,
        files: Vec<LiveFile>,
    },
    /// The item could not be had.
    None { reason: String },
}

/// An attached file of an item.
pub struct LiveFile {
    pub id: String,
    pub content: LiveContent,
}

pub enum LiveContent {
    Bytes(Zeroizing<Vec<u8>>),
    /// Larger than a value can be, so it was not fetched.
    TooLarge,
    None {
        reason: String,
    },
}

pub fn read_live(items: &[LiveItem]) -> ParsedImport {
    let mut reader = LiveReader::default();
    for item in items {
        reader.read(item);
    }
    reader.finish()
}

/// Reads items one after the other, as they come. One bad item never stops the others.
#[derive(Default)]
pub struct LiveReader {
    ids: ItemIds,
    items: Vec<ParsedItem>,
}

impl LiveReader {
    pub fn read(&mut self, live: &LiveItem) {
        let id = self.ids.claim(live.id.clone());
        self.items.push(match &live.answer {
            LiveAnswer::Item { json, files } => item::read(live, id, json, files),
            LiveAnswer::None { reason } => unreadable(live, id, reason),
        });
    }

    /// In the order in which they were read.
    pub fn finish(self) -> ParsedImport {
        ParsedImport {
            format: Format::OnePasswordLive,
            other_formats: Vec::new(),
            columns: None,
            items: self.items,
            about: About::default(),
        }
    }
}

/// An item that is only a line of the report.
fn unreadable(live: &LiveItem, id: String, reason: &str) -> ParsedItem {
    let start = Start {
        format: Format::OnePasswordLive,
        id,
        title: Some(&live.title),
        place: live.vault.place(),
        kind: live.kind,
        state: live.state,
    };
    ParsedItem::propose(Material::unreadable(start, reason))
}

/// Entries of a vault's list that are of no form 1Password is known to write: each is a line of the report.
pub fn not_listed(vault: &LiveVault, count: usize) -> ParsedItem {
    let start = Start {
        format: Format::OnePasswordLive,
        id: format!("{}.not_listed", vault.id),
        title: Some("Entries that were not understood"),
        place: vault.place(),
        kind: ItemKind::Other,
        state: ItemState::Active,
    };
    let mut material = Material::new(start);
    let line = LeftOut {
        title: "An entry that was not understood".to_owned(),
        reason: format!(
            "1Password's list of the vault {} has an entry of a form that is not known, so it could not be asked for. \
             Look there for what is missing.",
            vault.name
        ),
    };
    material.left_out = vec![line; count];
    ParsedItem::propose(material)
}

impl LiveVault {
    fn place(&self) -> Place {
        Place {
            vault: self.name.clone(),
            ..Place::default()
        }
    }
}
