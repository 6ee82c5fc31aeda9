//! The zip around an export. Nothing is written to disk, and no name in it is trusted.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use domain::catalogue::VALUE_BYTES_MAX;
use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ImportError;
use crate::limits::{
    ARCHIVE_DIRECTORY_BYTES_MAX, ARCHIVE_ENTRIES_MAX, EXPORT_DOCUMENT_BYTES_MAX,
    IMPORT_FILE_BYTES_MAX, INFLATE_RATIO_MAX, INFLATED_BYTES_MAX,
};
use crate::text_file::append_wiped;

const DOCUMENT_NAME: &str = "export.data";
const READ_BYTES: usize = 64 * 1024;
/// Below this many bytes a high ratio does no harm, and short texts of one letter have one.
const RATIO_FREE_BYTES: u64 = 4 * 1024 * 1024;

/// An open archive and how much may still be inflated from it.
pub(super) struct Archive<R> {
    zip: ZipArchive<Budgeted<R>>,
    inflatable: u64,
    /// Attached files by their names below `files/`.
    files: BTreeMap<Vec<u8>, usize>,
    /// Entries that an item referred to.
    asked: BTreeSet<usize>,
    failed: BTreeMap<usize, Failure>,
}

#[derive(Clone, Copy)]
enum Failure {
    TooLarge,
    Unreadable,
}

/// What became of an attached file.
pub(super) enum Attachment {
    Bytes(Zeroizing<Vec<u8>>),
    Missing,
    TooLarge,
    /// As much was inflated as is from one archive.
    TooMuch,
    Unreadable,
}

impl<R: Read + Seek> Archive<R> {
    pub(super) fn open(file: R) -> Result<Archive<R>, ImportError> {
        let budget = Rc::new(Cell::new(ARCHIVE_DIRECTORY_BYTES_MAX));
        let reader = Budgeted {
            inner: file,
            left: Rc::clone(&budget),
        };
        let mut zip = ZipArchive::new(reader).map_err(refusal)?;
        if zip.len() > ARCHIVE_ENTRIES_MAX {
            return Err(ImportError::TooLarge {
                what: "The number of entries",
                limit: u64::try_from(ARCHIVE_ENTRIES_MAX).unwrap_or(u64::MAX),
            });
        }
        if zip.has_duplicate_names() {
            return Err(ImportError::DuplicateEntry);
        }
        if zip.has_overlapping_files().map_err(refusal)? {
            return Err(ImportError::DamagedArchive);
        }
        budget.set(IMPORT_FILE_BYTES_MAX);
        let names = zip.file_names_raw().enumerate();
        let files = names
            .filter_map(|(index, name)| {
                let name = name
                    .strip_prefix(b"files/")
                    .filter(|name| !name.is_empty())?;
                Some((name.to_vec(), index))
            })
            .collect();
        Ok(Archive {
            zip,
            inflatable: INFLATED_BYTES_MAX,
            files,
            asked: BTreeSet::new(),
            failed: BTreeMap::new(),
        })
    }

    /// The export's JSON.
    pub(super) fn read_document(&mut self) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let index = self
            .zip
            .index_for_name(DOCUMENT_NAME)
            .ok_or(ImportError::NotRecognised(
                "it is a zip archive, but no 1Password export: there is no export.data in it.",
            ))?;
        self.inflate(index, EXPORT_DOCUMENT_BYTES_MAX)
    }

    /// An attached file, looked up by its document id: `files/ID__NAME`, whatever the name.
    pub(super) fn read_attachment(&mut self, document_id: &str) -> Attachment {
        let beginning = format!("{document_id}__").into_bytes();
        let named = self
            .files
            .range(beginning.clone()..)
            .next()
            .filter(|(name, _)| name.starts_with(&beginning));
        let found = named
            .map(|(_, index)| *index)
            .or_else(|| self.files.get(document_id.as_bytes()).copied());
        let Some(index) = found else {
            return Attachment::Missing;
        };
        self.asked.insert(index);
        // Inflating it again for each that refers to it would cost as much again.
        match self.failed.get(&index) {
            Some(Failure::TooLarge) => return Attachment::TooLarge,
            Some(Failure::Unreadable) => return Attachment::Unreadable,
            None => {}
        }
        let limit = u64::try_from(VALUE_BYTES_MAX).unwrap_or(u64::MAX);
        if self.inflatable < limit {
            return Attachment::TooMuch;
        }
        match self.inflate(index, limit) {
            Ok(bytes) => Attachment::Bytes(bytes),
            Err(ImportError::TooLarge { .. }) => {
                self.failed.insert(index, Failure::TooLarge);
                Attachment::TooLarge
            }
            Err(_) => {
                self.failed.insert(index, Failure::Unreadable);
                Attachment::Unreadable
            }
        }
    }

    /// The names of attached files that no item referred to. Pictures of accounts and vaults have no `__` in theirs.
    pub(super) fn unasked_files(&self) -> Vec<String> {
        let unasked = self.files.iter().filter(|(name, index)| {
            !self.asked.contains(index) && name.windows(2).any(|pair| pair == b"__")
        });
        unasked
            .map(|(name, _)| {
                let name = String::from_utf8_lossy(name);
                let after_id = name.split_once("__").map(|(_, rest)| rest);
                after_id.unwrap_or(&name).to_owned()
            })
            .collect()
    }

    /// Inflates piece by piece, so that no limit is passed by more than a piece, whatever the headers say.
    fn inflate(&mut self, index: usize, limit: u64) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let limit = limit.min(self.inflatable);
        let mut entry = self.zip.by_index(index).map_err(refusal)?;
        let compressed = entry.compressed_size().max(1);
        let ratio_limit = compressed
            .saturating_mul(INFLATE_RATIO_MAX)
            .max(RATIO_FREE_BYTES);
        let mut bytes = Zeroizing::new(Vec::new());
        let mut piece = Zeroizing::new(vec![0_u8; READ_BYTES]);
        let mut total = 0_u64;
        loop {
            let count = entry
                .read(&mut piece)
                .map_err(|error| read_refusal(&error))?;
            if count == 0 {
                break;
            }
            let count_bytes = u64::try_from(count).unwrap_or(u64::MAX);
            total = total.saturating_add(count_bytes);
            // What is refused in the end was inflated all the same.
            self.inflatable = self.inflatable.saturating_sub(count_bytes);
            if total > ratio_limit {
                return Err(ImportError::Inflates {
                    limit: INFLATE_RATIO_MAX,
                });
            }
            if total > limit {
                return Err(ImportError::TooLarge {
                    what: "What the archive holds",
                    limit,
                });
            }
            append_wiped(&mut bytes, piece.get(..count).unwrap_or_default());
        }
        Ok(bytes)
    }
}

fn refusal(error: ZipError) -> ImportError {
    match error {
        ZipError::Io(error) => read_refusal(&error),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ImportError::Encrypted
        }
        ZipError::CompressionMethodNotSupported(_) => ImportError::Compression,
        _ => ImportError::DamagedArchive,
    }
}

/// A cut or overlong archive shows as an unexpected end or invalid data; the rest is the disk's doing.
fn read_refusal(error: &io::Error) -> ImportError {
    match error.kind() {
        io::ErrorKind::FileTooLarge => ImportError::TooLarge {
            what: "The archive's table of contents",
            limit: ARCHIVE_DIRECTORY_BYTES_MAX,
        },
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::Other => ImportError::DamagedArchive,
        kind => ImportError::Io(io::Error::from(kind)),
    }
}

/// A reader that stops when its budget is used up: an archive may claim millions of entries.
struct Budgeted<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Budgeted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let count = self.inner.read(buffer)?;
        self.left.set(
            self.left
                .get()
                .saturating_sub(u64::try_from(count).unwrap_or(u64::MAX)),
        );
        Ok(count)
    }
}

impl<R: Seek> Seek for Budgeted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use testkit::onepux::zip_archive;

    use super::*;

    /// What is inflated counts, and what it is refused for says so.
    #[test]
    fn all_that_is_inflated_has_one_limit() {
        let bytes = zip_archive(&[
            (DOCUMENT_NAME, b"12345678"),
            ("files/one__a", b"1234"),
            ("files/two__b", b"1234"),
        ]);
        let mut archive = Archive::open(Cursor::new(bytes)).expect("an archive");
        assert_eq!(archive.inflatable, INFLATED_BYTES_MAX);
        archive.inflatable = u64::try_from(VALUE_BYTES_MAX + 8).expect("a length");
        assert_eq!(archive.read_document().expect("eight bytes").len(), 8);
        assert!(matches!(
            archive.read_attachment("one"),
            Attachment::Bytes(_)
        ));
        assert!(matches!(
            archive.read_attachment("two"),
            Attachment::TooMuch
        ));
        archive.inflatable = 7;
        let document = archive.read_document().expect_err("eight bytes");
        assert_eq!(document.kind(), "import_too_large");
    }

    #[test]
    fn an_attached_file_is_inflated_up_to_the_size_of_a_value() {
        let bytes = zip_archive(&[
            (DOCUMENT_NAME, b"{}"),
            ("files/fits__a", &[b'x'; VALUE_BYTES_MAX]),
            ("files/long__b", &[b'x'; VALUE_BYTES_MAX + 1]),
        ]);
        let mut archive = Archive::open(Cursor::new(bytes)).expect("an archive");
        assert!(matches!(
            archive.read_attachment("fits"),
            Attachment::Bytes(_)
        ));
        assert!(matches!(
            archive.read_attachment("long"),
            Attachment::TooLarge
        ));
    }
}
