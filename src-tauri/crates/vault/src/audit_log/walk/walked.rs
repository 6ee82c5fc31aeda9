//! What a walk over a whole log has found, in a form that a later session can go on from.
//!
//! It says: in the log whose hash at this position is this one, these are the newest entries that vouch for records, and
//! here the chains of the devices end. Nothing in that depends on when it is read. The log hash commits to every entry
//! before it, so the sentence stays true whatever becomes of the vault, and its author needs no trust in time: put back
//! after a newer one it only says less, beside another log it says nothing of that one. A session believes it once its
//! own walk, from the end that it trusts, has come down to that very hash; what came since, it has then read itself. So
//! all that is asked of the device is that nobody else can write such a sentence, which is what the seal is for.

use std::collections::BTreeMap;

use super::chains::Link;
use super::{NewestEntry, Place};
use crate::audit_log::ResourceId;
use crate::labels;
use crate::store::Canonical;

const PLACE_BYTES: usize = 8 + 32;
const COUNT_BYTES: usize = 4;
const CHAIN_BYTES: usize = 16 + 8 + 32;
const TAG_BYTES: usize = 16;
const RECORD_BYTES: usize = TAG_BYTES + 8 + 8 + 32;

/// Records by a hash of their kind and id, cut to 16 bytes. Two that met in one tag would have one newest entry, which
/// bears the id of one: the other would be refused.
pub(super) type RecordTag = [u8; TAG_BYTES];

/// The log up to a place, walked.
pub(crate) struct Walked {
    pub(super) place: Place,
    /// Where the chain of each device ends.
    pub(super) chains: BTreeMap<[u8; 16], Link>,
    /// One after the other, ascending by tag: a hundred thousand are found in faster than parsed.
    records: Vec<[u8; RECORD_BYTES]>,
}

impl Walked {
    pub(super) fn new(
        place: Place,
        chains: BTreeMap<[u8; 16], Link>,
        records: &BTreeMap<RecordTag, NewestEntry>,
    ) -> Walked {
        Walked {
            place,
            chains,
            records: records
                .iter()
                .map(|(tag, entry)| record_bytes(tag, entry))
                .collect(),
        }
    }

    /// The entry that vouches for a record at this place, if one does.
    pub(super) fn newest_of(&self, id: ResourceId) -> Option<NewestEntry> {
        let tag = tag_of(id);
        let at = self
            .records
            .binary_search_by_key(&tag, |record| parse_record(record).0)
            .ok()?;
        Some(parse_record(self.records.get(at)?).1)
    }

    pub(super) fn records(&self) -> BTreeMap<RecordTag, NewestEntry> {
        self.records.iter().map(parse_record).collect()
    }

    /// FORMAT.md, "Device state".
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.chains.len()).expect("a vault has few devices");
        let size = self.chains.len() * CHAIN_BYTES + self.records.len() * RECORD_BYTES;
        let mut bytes = Vec::with_capacity(PLACE_BYTES + COUNT_BYTES + size);
        bytes.extend_from_slice(&self.place.position.to_be_bytes());
        bytes.extend_from_slice(&self.place.log_hash);
        bytes.extend_from_slice(&count.to_be_bytes());
        for (device, (sequence, hash)) in &self.chains {
            bytes.extend_from_slice(device);
            bytes.extend_from_slice(&sequence.to_be_bytes());
            bytes.extend_from_slice(hash);
        }
        bytes.extend_from_slice(self.records.as_flattened());
        bytes
    }

    /// `None` where these are not such bytes. They come out of a seal, so that only this program's own mistakes, or
    /// another version's form, lead there.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Walked> {
        let (place, rest) = bytes.split_first_chunk::<PLACE_BYTES>()?;
        let (count, rest) = rest.split_first_chunk::<COUNT_BYTES>()?;
        let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
        let (chains, records) = rest.split_at_checked(count.checked_mul(CHAIN_BYTES)?)?;
        let (chains, _) = chains.as_chunks::<CHAIN_BYTES>();
        let (records, []) = records.as_chunks::<RECORD_BYTES>() else {
            return None;
        };
        let mut place = Fields(place);
        Some(Walked {
            place: Place {
                position: place.number(),
                log_hash: place.bytes(),
            },
            chains: chains
                .iter()
                .map(|chain| {
                    let mut chain = Fields(chain);
                    (chain.bytes(), (chain.number(), chain.bytes()))
                })
                .collect(),
            records: records.to_vec(),
        })
    }
}

/// What a record goes by in here.
pub(super) fn tag_of(id: ResourceId) -> RecordTag {
    let hash = Canonical::new(labels::WALKED_RECORD)
        .text(id.resource_type().as_str())
        .fixed(&id.to_bytes())
        .hash();
    Fields(&hash).bytes()
}

fn record_bytes(tag: &RecordTag, entry: &NewestEntry) -> [u8; RECORD_BYTES] {
    let mut bytes = [0; RECORD_BYTES];
    let (tag_part, rest) = bytes.split_at_mut(TAG_BYTES);
    let (position, rest) = rest.split_at_mut(8);
    let (revision, hash) = rest.split_at_mut(8);
    tag_part.copy_from_slice(tag);
    position.copy_from_slice(&entry.position.to_be_bytes());
    revision.copy_from_slice(&entry.revision.to_be_bytes());
    hash.copy_from_slice(&entry.hash);
    bytes
}

fn parse_record(record: &[u8; RECORD_BYTES]) -> (RecordTag, NewestEntry) {
    let mut fields = Fields(record);
    let tag = fields.bytes();
    let entry = NewestEntry {
        position: fields.number(),
        revision: fields.number(),
        hash: fields.bytes(),
    };
    (tag, entry)
}

/// Fixed fields one after the other, in a record that is known to be long enough.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self
            .0
            .split_first_chunk::<N>()
            .expect("a record is as long as its fields");
        self.0 = rest;
        *field
    }

    fn number(&mut self) -> i64 {
        i64::from_be_bytes(self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::{LocationId, SecretId};

    use super::*;

    fn entry(position: i64) -> NewestEntry {
        NewestEntry {
            position,
            revision: 2,
            hash: [9; 32],
        }
    }

    fn walked() -> Walked {
        let place = Place {
            position: 77,
            log_hash: [5; 32],
        };
        let records = (1..=20).map(|number| (tag_of(secret(number)), entry(i64::from(number))));
        Walked::new(
            place,
            BTreeMap::from([([1; 16], (3, [3; 32])), ([2; 16], (4, [4; 32]))]),
            &records.collect(),
        )
    }

    fn secret(number: u8) -> ResourceId {
        ResourceId::Secret(SecretId::from_bytes([number; 16]))
    }

    #[test]
    fn what_was_written_is_read_again() {
        let bytes = walked().to_bytes();
        let read = Walked::from_bytes(&bytes).expect("its own bytes");
        assert_eq!(read.to_bytes(), bytes);
        assert!(read.place == walked().place);
        assert_eq!(read.chains, walked().chains);
        for number in 1..=20 {
            let found = read.newest_of(secret(number)).expect("a record");
            assert_eq!(found.position, i64::from(number));
            assert_eq!((found.revision, found.hash), (2, [9; 32]));
        }
        assert!(read.newest_of(secret(21)).is_none());
        let location = ResourceId::Location(LocationId::from_bytes([1; 16]));
        assert!(
            read.newest_of(location).is_none(),
            "the same id, another kind"
        );
    }

    #[test]
    fn bytes_of_another_length_are_refused() {
        let bytes = walked().to_bytes();
        let records = PLACE_BYTES + COUNT_BYTES + 2 * CHAIN_BYTES;
        for length in (0..bytes.len()).filter(|length| {
            let rest = length.checked_sub(records);
            rest.is_none_or(|rest| rest % RECORD_BYTES != 0)
        }) {
            assert!(Walked::from_bytes(&bytes[..length]).is_none(), "{length}");
        }
    }
}
