//! 1PUX, 1Password's unencrypted export: a zip with `export.data` (JSON: accounts, vaults, items) and attached files.
//! Source: support.1password.com/1pux-format, and files seen in the wild, which differ from it.

mod archive;
mod document;
mod found;
mod item;
mod json;
mod mapping;
mod names;
mod secret_like;
mod storage;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use archive::Archive;
use document::{Document, RawItem};
use item::ItemReader;

use crate::error::ImportError;
use crate::parsed::{Format, ParsedImport};

/// Reads every account and every vault. One bad item never stops the others.
pub(crate) fn read<R: Read + Seek>(file: R) -> Result<ParsedImport, ImportError> {
    let mut archive = Archive::open(file)?;
    let data = archive.read_document()?;
    let document = Document::parse(&data)?;
    let mut ids = ItemIds::default();
    let mut items = Vec::with_capacity(document.items.len());
    for (index, raw) in document.items.iter().enumerate() {
        let mut reader = ItemReader::new(&mut archive, index);
        items.push(match raw {
            RawItem::Json { vault, json } => reader.read(vault, json, &mut ids),
            RawItem::Unreadable { vault, reason } => reader.unreadable(vault, reason, &mut ids),
        });
    }
    Ok(ParsedImport {
        format: Format::OnePux,
        items,
    })
}

/// Hands out each id once: an export made by hand may name two items alike, and each must stay its own.
#[derive(Default)]
struct ItemIds(BTreeMap<String, usize>);

impl ItemIds {
    fn claim(&mut self, wanted: String) -> String {
        let count = self.0.entry(wanted.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return wanted;
        }
        let numbered = format!("{wanted}#{count}");
        self.claim(numbered)
    }
}
