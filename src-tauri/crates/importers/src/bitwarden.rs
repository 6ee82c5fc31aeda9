//! Bitwarden's JSON, of a person or an organisation, plain or protected with a password of its own.
//! Source: bitwarden/sdk-internal, crates bitwarden-exporters and bitwarden-crypto.

mod document;
mod fields;
mod item;
mod protected;

use std::io::{Read, Seek};

use document::{Document, RawItem};
use item::ItemReader;

use crate::error::ImportError;
use crate::format::Format;
use crate::limits::EXPORT_DOCUMENT_BYTES_MAX;
use crate::names::ItemIds;
use crate::options::ReadOptions;
use crate::parsed::{About, ParsedImport};
use crate::text_file::{read_whole, text_of};

pub(crate) fn read<R: Read + Seek>(
    file: R,
    options: &ReadOptions,
) -> Result<ParsedImport, ImportError> {
    let bytes = read_whole(file, EXPORT_DOCUMENT_BYTES_MAX)?;
    let text = text_of(&bytes)?;
    drop(bytes);
    match protected::open(&text, options.password.as_ref())? {
        Some(plain) => {
            drop(text);
            read_plain(&plain)
        }
        None => read_plain(&text),
    }
}

fn read_plain(text: &str) -> Result<ParsedImport, ImportError> {
    let document = Document::parse(text)?;
    let mut ids = ItemIds::default();
    let mut items = Vec::with_capacity(document.items.len());
    for (index, RawItem { json }) in document.items.iter().enumerate() {
        let mut reader = ItemReader::new(&document.folders, &mut ids, index);
        items.push(reader.read(json));
    }
    Ok(ParsedImport {
        format: Format::Bitwarden,
        other_formats: Vec::new(),
        about: About::default(),
        columns: None,
        items,
    })
}
