//! 1PUX, 1Password's unencrypted export: a zip with `export.data` (JSON: accounts, vaults, items) and attached files.
//! Source: support.1password.com/1pux-format, and files seen in the wild, which differ from it.

mod archive;
mod category;
mod document;
mod fields;
mod item;

use std::io::{Read, Seek};

use archive::Archive;
use document::{Document, RawItem};
use item::ItemReader;

use crate::error::ImportError;
use crate::format::Format;
use crate::material::{Material, Start};
use crate::names::ItemIds;
use crate::parsed::{ItemKind, ItemState, ParsedImport, ParsedItem, Place};

/// Reads every account and every vault. One bad item never stops the others.
pub(crate) fn read<R: Read + Seek>(file: R) -> Result<ParsedImport, ImportError> {
    let mut archive = Archive::open(file)?;
    let data = archive.read_document()?;
    let document = Document::parse(&data)?;
    let mut ids = ItemIds::default();
    let mut items = Vec::with_capacity(document.items.len());
    for (index, raw) in document.items.iter().enumerate() {
        let mut reader = ItemReader::new(&mut archive, &mut ids, index);
        items.push(match raw {
            RawItem::Json { vault, json } => reader.read(vault, json),
            RawItem::Description { vault, text } => reader.description(vault, text),
            RawItem::Unreadable { vault, reason } => reader.unreadable(vault, reason),
        });
    }
    let unasked = archive.unasked_files();
    items.extend(unasked.iter().map(|name| file_without_item(name, &mut ids)));
    Ok(ParsedImport {
        format: Format::OnePux,
        other_formats: Vec::new(),
        columns: None,
        items,
        about: document.about,
    })
}

fn file_without_item(name: &str, ids: &mut ItemIds) -> ParsedItem {
    let start = Start {
        format: Format::OnePux,
        id: ids.claim(format!("files/{name}")),
        title: Some(name),
        place: Place::default(),
        kind: ItemKind::Document,
        state: ItemState::Active,
    };
    let reason = "No item of the export refers to this attached file.";
    ParsedItem::propose(Material::unreadable(start, reason))
}
