//! Groups and what lies in them: folders, the recycle bin, and the pool of attached files.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::mask::display_text;
use domain::text::NAME_CHARS_MAX;
use zeroize::Zeroizing;

use super::entry::EntryReader;
use super::payload::{Pool, gunzip};
use super::references::References;
use super::xml::Node;
use super::{damaged, entry};
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::{EXPORT_DOCUMENT_BYTES_MAX, IMPORT_ITEMS_MAX};
use crate::material::{Material, Start};
use crate::names::ItemIds;
use crate::parsed::{ItemKind, ItemState, ParsedItem, Place};

/// A path through groups is shown beside every item; it is cut at this length.
const FOLDER_CHARS_MAX: usize = 4 * NAME_CHARS_MAX;

/// What is known of the whole database.
struct Walk<'a> {
    database: String,
    recycle_bin: Option<&'a str>,
    attachments: BTreeMap<String, Zeroizing<Vec<u8>>>,
    references: References<'a>,
    ids: ItemIds,
    items: Vec<ParsedItem>,
}

/// Where the walk stands.
#[derive(Clone)]
struct Spot {
    folder: String,
    state: ItemState,
}

pub(super) fn read(document: &Node, pool: Pool) -> Result<Vec<ParsedItem>, ImportError> {
    let meta = document.child("Meta").ok_or_else(damaged)?;
    let root = document
        .child("Root")
        .and_then(|root| root.child("Group"))
        .ok_or_else(damaged)?;
    let named = meta.child_text("DatabaseName").or(root.child_text("Name"));
    let mut walk = Walk {
        database: shown(named.unwrap_or("KeePass")),
        recycle_bin: meta
            .is_true("RecycleBinEnabled")
            .then(|| meta.child_text("RecycleBinUUID"))
            .flatten(),
        attachments: attachments(meta, pool)?,
        references: References::of(root),
        ids: ItemIds::default(),
        items: Vec::new(),
    };
    let spot = Spot {
        folder: String::new(),
        state: ItemState::Active,
    };
    walk.group(root, &spot)?;
    Ok(walk.items)
}

impl<'a> Walk<'a> {
    /// As deep as the document may be, which is limited.
    fn group(&mut self, group: &'a Node, spot: &Spot) -> Result<(), ImportError> {
        self.group_notes(group, spot);
        for child in &group.children {
            match &*child.name {
                "Entry" => self.entry(child, spot)?,
                "Group" => {
                    let name = shown(child.child_text("Name").unwrap_or_default());
                    let is_bin =
                        self.recycle_bin.is_some() && child.child_text("UUID") == self.recycle_bin;
                    let folder = if spot.folder.is_empty() {
                        name
                    } else {
                        format!("{}/{name}", spot.folder)
                    };
                    let inner = Spot {
                        folder: folder.chars().take(FOLDER_CHARS_MAX).collect(),
                        state: if is_bin {
                            ItemState::Trashed
                        } else {
                            spot.state
                        },
                    };
                    self.group(child, &inner)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(&mut self, node: &'a Node, spot: &Spot) -> Result<(), ImportError> {
        if self.items.len() >= IMPORT_ITEMS_MAX {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        let id = entry::id_of(node).unwrap_or_else(|| format!("entry {}", self.items.len() + 1));
        let start = Start {
            format: Format::Keepass,
            id: self.ids.claim(id),
            title: entry::title_of(node),
            place: self.place(spot),
            kind: entry::kind_of(node),
            state: spot.state,
        };
        let reader = EntryReader::new(start, &self.attachments, &self.references);
        self.items.push(ParsedItem::propose(reader.read(node)));
        Ok(())
    }

    /// What a person wrote about a group is an item of its own, since a secret has no group here.
    fn group_notes(&mut self, group: &Node, spot: &Spot) {
        let Some(notes) = group.child_text("Notes") else {
            return;
        };
        let name = group.child_text("Name").unwrap_or("Group");
        let id = entry::id_of(group).unwrap_or_else(|| format!("group {}", self.items.len() + 1));
        let mut material = Material::new(Start {
            format: Format::Keepass,
            id: self.ids.claim(id),
            title: Some(&format!("{name} (notes of the group)")),
            place: self.place(spot),
            kind: ItemKind::Note,
            state: spot.state,
        });
        material.give_notes(notes);
        self.items.push(ParsedItem::propose(material));
    }

    fn place(&self, spot: &Spot) -> Place {
        Place {
            account: String::new(),
            vault: self.database.clone(),
            folder: spot.folder.clone(),
        }
    }
}

/// Version 4 counts its files; version 3 numbers them in the document.
fn attachments(
    meta: &Node,
    pool: Pool,
) -> Result<BTreeMap<String, Zeroizing<Vec<u8>>>, ImportError> {
    let mut files: BTreeMap<String, Zeroizing<Vec<u8>>> = pool
        .into_iter()
        .enumerate()
        .map(|(index, content)| (index.to_string(), content))
        .collect();
    let listed = meta.child("Binaries").map(|list| list.children.as_slice());
    for node in listed.unwrap_or_default() {
        let Some(id) = &node.id else {
            continue;
        };
        files.insert(id.to_string(), content_of(node)?);
    }
    Ok(files)
}

/// The bytes of a `Binary` or of a file within an entry.
pub(super) fn content_of(node: &Node) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let bytes = match &node.bytes {
        Some(bytes) => Zeroizing::new(bytes.to_vec()),
        None => {
            let text: Zeroizing<String> =
                Zeroizing::new(node.text.chars().filter(|c| !c.is_whitespace()).collect());
            Zeroizing::new(STANDARD.decode(text.as_bytes()).map_err(|_| damaged())?)
        }
    };
    if node.is_compressed {
        gunzip(&bytes, EXPORT_DOCUMENT_BYTES_MAX)
    } else {
        Ok(bytes)
    }
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(NAME_CHARS_MAX).collect();
    display_text(&cut)
}
