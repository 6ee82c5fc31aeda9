//! What a file is, by its content: names and endings are not asked.

use std::io::{Read, Seek, SeekFrom};

use crate::error::ImportError;
use crate::limits::IMPORT_FILE_BYTES_MAX;
use crate::parsed::Format;

/// Enough to tell every format that is known by sight.
const HEAD_BYTES: u64 = 512;

/// Looks at the beginning and puts the file back to it.
pub(crate) fn recognise<R: Read + Seek>(file: &mut R) -> Result<Format, ImportError> {
    let length = file.seek(SeekFrom::End(0)).map_err(ImportError::Io)?;
    if length == 0 {
        return Err(ImportError::Empty);
    }
    if length > IMPORT_FILE_BYTES_MAX {
        return Err(ImportError::TooLarge {
            what: "The file",
            limit: IMPORT_FILE_BYTES_MAX,
        });
    }
    file.seek(SeekFrom::Start(0)).map_err(ImportError::Io)?;
    let mut head = Vec::new();
    file.by_ref()
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(ImportError::Io)?;
    file.seek(SeekFrom::Start(0)).map_err(ImportError::Io)?;
    if head.starts_with(b"PK") {
        return Ok(Format::OnePux);
    }
    Err(ImportError::NotRecognised(what_else(&head)))
}

/// Names what the file seems to be, so that the person knows what to export instead.
fn what_else(head: &[u8]) -> &'static str {
    let text = head.trim_ascii_start();
    if head.starts_with(&[0x03, 0xD9, 0xA2, 0x9A]) {
        "it is a KeePass database. Export the items from 1Password as 1PUX."
    } else if text.starts_with(b"{") || text.starts_with(b"[") {
        "it is JSON. Export the items from 1Password as 1PUX."
    } else if text
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"title,"))
    {
        "it is a CSV export, which lacks most fields. Choose the format 1PUX in 1Password."
    } else {
        "a 1Password export in the format 1PUX is expected. In 1Password choose File, Export, and the format 1PUX."
    }
}
