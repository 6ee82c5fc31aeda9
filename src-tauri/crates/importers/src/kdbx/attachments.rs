//! Attached files of a database. A value has at most 64 KiB, so no more of a file is ever unpacked.

use std::cell::Cell;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::catalogue::VALUE_BYTES_MAX;
use zeroize::Zeroizing;

use super::payload::{Pool, gunzip};
use super::xml::Node;
use crate::attachment::TOO_LARGE;
use crate::error::ImportError;
use crate::limits::INFLATED_BYTES_MAX;

const DAMAGED: &str = "The attached file is not in the database, or damaged.";
const TOO_MUCH: &str =
    "The files attached to the database's entries are larger than 512 MiB together.";

/// The bytes of a file, or why there are none.
pub(super) type Content = Result<Zeroizing<Vec<u8>>, &'static str>;

/// The files of the whole database, and how much may still be unpacked.
pub(super) struct Attachments {
    files: BTreeMap<String, Content>,
    inflatable: Cell<u64>,
}

impl Attachments {
    /// Version 4 counts its files; version 3 numbers them in the document.
    pub(super) fn of(meta: &Node, pool: Pool) -> Attachments {
        let counted = pool.into_iter().enumerate();
        let mut attachments = Attachments {
            files: counted
                .map(|(index, content)| (index.to_string(), bounded(content)))
                .collect(),
            inflatable: Cell::new(INFLATED_BYTES_MAX),
        };
        let listed = meta.child("Binaries").map(|list| list.children.as_slice());
        for node in listed.unwrap_or_default() {
            if let Some(id) = &node.id {
                let content = attachments.unpack(node);
                attachments.files.insert(id.to_string(), content);
            }
        }
        attachments
    }

    pub(super) fn get(&self, id: &str) -> Result<&[u8], &'static str> {
        match self.files.get(id) {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(reason)) => Err(reason),
            None => Err(DAMAGED),
        }
    }

    /// The bytes of a `Binary` of the database, or of a file within an entry.
    pub(super) fn unpack(&self, node: &Node) -> Content {
        let bytes = match &node.bytes {
            Some(bytes) => Zeroizing::new(bytes.to_vec()),
            None => {
                let text: Zeroizing<String> =
                    Zeroizing::new(node.text.chars().filter(|c| !c.is_whitespace()).collect());
                Zeroizing::new(STANDARD.decode(text.as_bytes()).map_err(|_| DAMAGED)?)
            }
        };
        if node.is_compressed {
            self.inflate(&bytes)
        } else {
            bounded(bytes)
        }
    }

    /// What is refused in the end costs as much as the most that is taken.
    fn inflate(&self, bytes: &[u8]) -> Content {
        let limit = u64::try_from(VALUE_BYTES_MAX).unwrap_or(u64::MAX);
        let left = self.inflatable.get();
        if left < limit {
            return Err(TOO_MUCH);
        }
        let inflated = gunzip(bytes, limit);
        let cost = inflated.as_ref().map_or(limit, |bytes| {
            u64::try_from(bytes.len()).unwrap_or(u64::MAX)
        });
        self.inflatable.set(left.saturating_sub(cost));
        inflated.map_err(|error| match error {
            ImportError::TooLarge { .. } => TOO_LARGE,
            _ => DAMAGED,
        })
    }
}

fn bounded(bytes: Zeroizing<Vec<u8>>) -> Content {
    if bytes.len() > VALUE_BYTES_MAX {
        Err(TOO_LARGE)
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn all_files_together_have_one_budget() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder
            .write_all(&[0; 2 * VALUE_BYTES_MAX])
            .expect("memory");
        let bomb = encoder.finish().expect("memory");
        let limit = u64::try_from(VALUE_BYTES_MAX).expect("a length");
        let attachments = Attachments {
            files: BTreeMap::new(),
            inflatable: Cell::new(2 * limit),
        };
        let reason = || attachments.inflate(&bomb).err();
        assert_eq!(reason(), Some(TOO_LARGE));
        assert_eq!(reason(), Some(TOO_LARGE));
        assert_eq!(reason(), Some(TOO_MUCH));
    }
}
