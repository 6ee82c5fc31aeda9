//! The devices' own chains, as far as the log was walked: each entry names the one before it of its device.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};

use crate::store::audit::AuditRow;

/// The sequence and hash of an entry. A chain ends with its newest one.
pub(super) type Link = (i64, [u8; 32]);

#[derive(Default)]
pub(super) struct Chains(HashMap<[u8; 16], Chain>);

/// The part of a device's chain that was walked.
struct Chain {
    newest: Link,
    /// Sequence of the oldest entry, and the hash of the one before it.
    oldest: Link,
}

impl Chains {
    /// Takes in an entry above those walked; `false` where it does not follow.
    pub(super) fn lengthen(&mut self, row: &AuditRow) -> bool {
        match self.0.entry(row.device) {
            Slot::Vacant(slot) => {
                slot.insert(Chain::of(row));
                true
            }
            Slot::Occupied(mut slot) => {
                let (sequence, hash) = slot.get().newest;
                let fits =
                    sequence.checked_add(1) == Some(row.sequence) && hash == row.previous_hash;
                if fits {
                    slot.get_mut().newest = (row.sequence, row.hash);
                }
                fits
            }
        }
    }

    /// Takes in an entry below those walked; `false` where the one above it does not follow.
    pub(super) fn lengthen_back(&mut self, row: &AuditRow) -> bool {
        match self.0.entry(row.device) {
            Slot::Vacant(slot) => {
                slot.insert(Chain::of(row));
                true
            }
            Slot::Occupied(mut slot) => {
                let fits = slot.get().follows((row.sequence, row.hash));
                if fits {
                    slot.get_mut().oldest = (row.sequence, row.previous_hash);
                }
                fits
            }
        }
    }

    /// Sets all chains on the ends that they have at the place below those walked; `false` where one does not follow.
    pub(super) fn stand_on(&mut self, ends: &BTreeMap<[u8; 16], Link>) -> bool {
        let fit = ends
            .iter()
            .all(|(device, end)| self.0.get(device).is_none_or(|chain| chain.follows(*end)));
        if fit {
            for (device, end) in ends {
                self.0.entry(*device).or_insert(Chain {
                    newest: *end,
                    oldest: *end,
                });
            }
        }
        fit
    }

    /// Where each chain ends.
    pub(super) fn ends(&self) -> BTreeMap<[u8; 16], Link> {
        self.0
            .iter()
            .map(|(device, chain)| (*device, chain.newest))
            .collect()
    }
}

impl Chain {
    fn of(row: &AuditRow) -> Chain {
        Chain {
            newest: (row.sequence, row.hash),
            oldest: (row.sequence, row.previous_hash),
        }
    }

    fn follows(&self, (sequence, hash): Link) -> bool {
        sequence.checked_add(1) == Some(self.oldest.0) && hash == self.oldest.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: [u8; 16] = [1; 16];
    const OTHER: [u8; 16] = [2; 16];

    /// An entry whose hash is its number, after the one of the number before.
    fn row(device: [u8; 16], number: u8) -> AuditRow {
        AuditRow {
            position: i64::from(number),
            device,
            sequence: i64::from(number),
            time: 0,
            actor: [0; 16],
            action: String::new(),
            resource_type: String::new(),
            resource_id: None,
            resource_name: String::new(),
            revision: None,
            changed: String::new(),
            result: String::new(),
            reason: None,
            state_hash: None,
            previous_hash: [number - 1; 32],
            hash: [number; 32],
            signature: [0; 64],
            log_hash: [0; 32],
        }
    }

    #[test]
    fn walked_chains_stand_on_the_ends_that_their_oldest_entries_follow() {
        for (end, fits) in [
            ((4, [4; 32]), true),
            ((3, [4; 32]), false),
            ((4, [3; 32]), false),
            ((5, [5; 32]), false),
        ] {
            let mut chains = Chains::default();
            assert!(chains.lengthen(&row(ONE, 6)));
            assert!(chains.lengthen_back(&row(ONE, 5)));
            let ends = BTreeMap::from([(ONE, end)]);
            assert_eq!(chains.stand_on(&ends), fits, "{end:?}");
        }
    }

    #[test]
    fn a_device_that_has_written_nothing_since_goes_on_from_its_end() {
        let mut chains = Chains::default();
        assert!(chains.stand_on(&BTreeMap::from([(OTHER, (7, [7; 32]))])));
        assert!(!chains.lengthen(&row(OTHER, 9)), "one is missing");
        assert!(chains.lengthen(&row(OTHER, 8)));
        assert!(chains.lengthen(&row(ONE, 1)), "a device that is new");
        let ends = BTreeMap::from([(ONE, (1, [1; 32])), (OTHER, (8, [8; 32]))]);
        assert_eq!(chains.ends(), ends);
    }
}
