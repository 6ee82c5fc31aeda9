//! KeePass databases, KDBX 3 and 4. Source: keepass.info/help/kb/kdbx.html, and KeePassXC's reader and writer.
//!
//! Read here and not by a crate, since the file may mean harm: key derivation, inflation, depth and count have limits, no text
//! is copied without being wiped, and nothing panics on short fields.

mod attachments;
mod bytes;
mod entry;
mod groups;
mod header;
mod history;
mod inner;
mod kdf;
mod key;
mod payload;
mod references;
mod xml;

use std::io::{Read, Seek};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use header::{Header, Version};
use kdf::derive;
use key::composite_key;
use xml::Node;

use crate::error::ImportError;
use crate::format::Format;
use crate::limits::KDBX_BYTES_MAX;
use crate::options::ReadOptions;
use crate::parsed::ParsedImport;
use crate::text_file::read_whole;

const DAMAGED: &str = "it breaks off, or its parts contradict each other.";

fn damaged() -> ImportError {
    ImportError::Damaged(DAMAGED)
}

pub(crate) fn read<R: Read + Seek>(
    file: R,
    options: &ReadOptions,
) -> Result<ParsedImport, ImportError> {
    let bytes = read_whole(file, KDBX_BYTES_MAX)?;
    let (header, body) = Header::parse(&bytes)?;
    // Refused before anybody is asked for a password.
    header.kdf.check()?;
    let format = Format::Keepass;
    let key = composite_key(options)?.ok_or(ImportError::PasswordNeeded { format })?;
    let transformed = derive(&header.kdf, &key)?;
    let opened = match header.version {
        Version::Three => payload::open_three(&header, &transformed, body)?,
        Version::Four => payload::open_four(&header, &transformed, body)?,
    };
    let document = xml::parse(&opened.xml, opened.stream)?;
    if header.version == Version::Three {
        check_header(&document, header.raw)?;
    }
    drop(bytes);
    let (items, about) = groups::read(&document, opened.attachments)?;
    Ok(ParsedImport {
        format,
        other_formats: Vec::new(),
        columns: None,
        items,
        about,
    })
}

/// Version 3 signs its header only by a digest within the encrypted document; the oldest files have none.
fn check_header(document: &Node, raw: &[u8]) -> Result<(), ImportError> {
    let meta = document.child("Meta").ok_or_else(damaged)?;
    let Some(given) = meta.child_text("HeaderHash") else {
        return Ok(());
    };
    let digest = STANDARD.encode(Sha256::digest(raw));
    if given.trim() == digest {
        Ok(())
    } else {
        Err(ImportError::Damaged(
            "its header was changed after it was written.",
        ))
    }
}
