//! What a file is, by its content: names and endings are not asked.

mod by_json;
mod by_lines;

use std::io::{Read, Seek, SeekFrom};

use zeroize::Zeroizing;

use crate::error::ImportError;
use crate::format::Format;
use crate::limits::IMPORT_FILE_BYTES_MAX;
use crate::text_file::text_of;

/// Enough to tell every format that is known by sight.
const HEAD_BYTES: u64 = 64 * 1024;
const KDBX: [u8; 4] = [0x03, 0xD9, 0xA2, 0x9A];
/// How an archive begins: with a file, with the end of its list of files, or with its first volume.
const ARCHIVES: [[u8; 4]; 3] = [*b"PK\x03\x04", *b"PK\x05\x06", *b"PK\x07\x08"];

/// Looks at the beginning and puts the file back to it. What it most likely is comes first; there is at least one.
pub(crate) fn recognise<R: Read + Seek>(file: &mut R) -> Result<Vec<Format>, ImportError> {
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
    let mut head = Zeroizing::new(Vec::with_capacity(64 * 1024));
    file.by_ref()
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(ImportError::Io)?;
    file.seek(SeekFrom::Start(0)).map_err(ImportError::Io)?;
    let formats = candidates(&head);
    if formats.is_empty() {
        // Bytes without a zero among them were meant as text. The head may end within a character, which is no fault.
        if (!head.contains(&0) || head.starts_with(b"\xff\xfe"))
            && whole_characters(&head).is_none()
            && let Err(error) = text_of(&head)
        {
            return Err(error);
        }
        return Err(ImportError::NotRecognised(
            "its content is none of the formats that are known. In 1Password choose File, Export, and the format 1PUX.",
        ));
    }
    Ok(formats)
}

fn candidates(head: &[u8]) -> Vec<Format> {
    if is_archive(head) {
        return vec![Format::OnePux];
    }
    if head.starts_with(&KDBX) {
        return vec![Format::Keepass];
    }
    let Some(text) = whole_characters(head) else {
        return Vec::new();
    };
    let text = text.trim_start();
    // A list, and not the section of a file of settings.
    let is_list = text
        .strip_prefix('[')
        .is_some_and(|rest| rest.trim_start().starts_with(['{', '[', '"']));
    if text.starts_with('{') || is_list {
        return by_json::candidates(text);
    }
    by_lines::candidates(text)
}

/// Two letters are not enough: a variable may begin with them. An archive cut off within its first bytes is one still.
fn is_archive(head: &[u8]) -> bool {
    ARCHIVES.iter().any(|beginning| head.starts_with(beginning))
        || (head.len() >= 2 && ARCHIVES.iter().any(|beginning| beginning.starts_with(head)))
}

/// The head as text. It may end within a character, which is then left away.
fn whole_characters(head: &[u8]) -> Option<Zeroizing<String>> {
    match text_of(head) {
        Ok(text) => Some(text),
        Err(ImportError::NotText { at }) if at + 4 > head.len() => text_of(head.get(..at)?).ok(),
        Err(_) => None,
    }
}
