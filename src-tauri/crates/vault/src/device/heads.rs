//! The newest head of a vault's log that this device has seen, signed by the member's identity.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::record_pair::{Check, OwnRecord, Proof, RecordPair, Stored};
use crate::identity::Identity;
use crate::membership::FormerKey;
use crate::signature::VerifyingKey;

const HEAD_BYTES: usize = 56;

/// Where a vault stood after a commit. A later state of the same vault extends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub key_epoch: u64,
    pub keys_generation: u64,
    /// Entries in the log.
    pub position: u64,
    /// Running hash over all of them.
    pub log_hash: [u8; 32],
}

pub(crate) enum HeadSeen {
    Never,
    /// The file holds no record of this member's: torn twice, changed, or somebody else's.
    Unreadable,
    Newest(Head),
}

/// Bound to the vault by the identity, which belongs to one vault.
#[derive(Clone)]
pub(crate) struct HeadFile {
    path: PathBuf,
    /// What this process has written last, and under which key.
    own: Arc<Mutex<Option<(VerifyingKey, OwnRecord)>>>,
}

impl HeadFile {
    pub(super) fn new(path: PathBuf) -> HeadFile {
        HeadFile {
            path,
            own: Arc::default(),
        }
    }

    /// What this identity has remembered; where there is nothing of it, what the member's identities before it have,
    /// `before` from the newest on. Such a head is as good as one of their own: a device on which the member has not been
    /// since a renewal has no other, and the log that extends it tells of the renewal. One that lies beyond the renewal
    /// is not the member's, but of somebody who knows the identity that was given up.
    pub(crate) fn seen(&self, identity: &Identity, before: &[FormerKey]) -> io::Result<HeadSeen> {
        let own = Proof::SignedBy(identity.vault_id(), identity.verifying_key());
        match RecordPair::read(&self.path, &own)? {
            Stored::Nothing => return Ok(HeadSeen::Never),
            Stored::Newest(bytes) => return Ok(HeadSeen::Newest(Head::from_bytes(&bytes))),
            Stored::Broken => {}
        }
        for former in before {
            let proof = Proof::SignedBy(identity.vault_id(), former.verifying_key);
            if let Stored::Newest(bytes) = RecordPair::read(&self.path, &proof)? {
                let head = Head::from_bytes(&bytes);
                let theirs = i64::try_from(head.position).is_ok_and(|at| at <= former.until);
                return Ok(match theirs {
                    true => HeadSeen::Newest(head),
                    false => HeadSeen::Unreadable,
                });
            }
        }
        Ok(HeadSeen::Unreadable)
    }

    /// Remembers a head unless another process on this device has already remembered a later one. Not synced: a head
    /// lost with the power is an older one, which the log still extends.
    pub(crate) fn remember(&self, identity: &Identity, head: &Head) -> io::Result<()> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let key = identity.verifying_key();
        let known = own.as_ref().filter(|(of, _)| *of == key);
        let known = known.map(|(_, record)| record);
        let mut pair = RecordPair::lock_after(&self.path, Check::Signature(identity), known)?;
        match pair.newest() {
            Stored::Newest(bytes) if Head::from_bytes(&bytes).is_beyond(head) => {}
            _ => *own = Some((key, pair.write(&head.to_bytes())?)),
        }
        Ok(())
    }

    /// Replaces whatever was remembered, because a person accepted this state of the vault.
    pub(crate) fn replace(&self, identity: &Identity, head: &Head) -> io::Result<()> {
        let mut pair = RecordPair::lock(&self.path, Check::Signature(identity))?;
        pair.write(&head.to_bytes())?;
        pair.sync()
    }
}

impl Head {
    fn is_beyond(&self, other: &Head) -> bool {
        (self.position, self.keys_generation) > (other.position, other.keys_generation)
    }

    fn to_bytes(self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        bytes[..8].copy_from_slice(&self.key_epoch.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.keys_generation.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.position.to_be_bytes());
        bytes[24..].copy_from_slice(&self.log_hash);
        bytes
    }

    fn from_bytes(bytes: &[u8; HEAD_BYTES]) -> Head {
        let number = |at: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[at..at + 8]);
            u64::from_be_bytes(number)
        };
        let mut log_hash = [0; 32];
        log_hash.copy_from_slice(&bytes[24..]);
        Head {
            key_epoch: number(0),
            keys_generation: number(8),
            position: number(16),
            log_hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(position: u64) -> Head {
        Head {
            key_epoch: 1,
            keys_generation: 1,
            position,
            log_hash: [7; 32],
        }
    }

    /// An identity of the signing seed and vault id that consist of this byte.
    fn key(byte: u8) -> Identity {
        Identity::dangerous_from_bytes(&[byte; 128])
    }

    fn file(folder: &tempfile::TempDir) -> HeadFile {
        HeadFile::new(folder.path().join("head"))
    }

    fn position(file: &HeadFile, key: &Identity) -> Option<u64> {
        match file.seen(key, &[]).expect("readable") {
            HeadSeen::Newest(head) => Some(head.position),
            HeadSeen::Never | HeadSeen::Unreadable => None,
        }
    }

    #[test]
    fn the_later_head_is_remembered_whoever_writes_last() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        for at in [1, 3, 2] {
            file.remember(&key(1), &head(at)).expect("written");
        }
        assert_eq!(position(&file, &key(1)), Some(3));
        file.replace(&key(1), &head(2)).expect("written");
        assert_eq!(position(&file, &key(1)), Some(2));
    }

    #[test]
    fn only_what_was_written_here_by_the_same_identity_needs_no_proof() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        let other = HeadFile::new(folder.path().join("head"));
        file.remember(&key(1), &head(1)).expect("written");
        file.remember(&key(1), &head(50)).expect("written");
        other.remember(&key(2), &head(9)).expect("written");
        file.remember(&key(1), &head(3)).expect("not written");
        assert_eq!(position(&file, &key(1)), Some(50));
        file.remember(&key(2), &head(20)).expect("written");
        assert_eq!(
            position(&file, &key(2)),
            Some(20),
            "its own 50 is another's"
        );
    }

    #[test]
    fn what_was_written_here_and_changed_since_counts_no_more() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        for at in [1, 4] {
            file.remember(&key(1), &head(at)).expect("written");
        }
        let mut bytes = std::fs::read(folder.path().join("head")).expect("two records");
        *bytes.last_mut().expect("not empty") ^= 1;
        std::fs::write(folder.path().join("head"), bytes).expect("written back");
        file.remember(&key(1), &head(3)).expect("written");
        assert_eq!(position(&file, &key(1)), Some(3));
    }

    #[test]
    fn a_torn_newest_record_leaves_the_one_before() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        for at in 1..=4 {
            file.remember(&key(1), &head(at)).expect("written");
        }
        let mut bytes = std::fs::read(folder.path().join("head")).expect("two records");
        *bytes.last_mut().expect("not empty") ^= 1;
        std::fs::write(folder.path().join("head"), bytes).expect("written back");
        assert_eq!(position(&file, &key(1)), Some(3));
    }

    #[test]
    fn a_head_of_another_identity_does_not_count() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        file(&folder).remember(&key(1), &head(1)).expect("written");
        assert!(matches!(
            file(&folder).seen(&key(2), &[]),
            Ok(HeadSeen::Unreadable)
        ));
    }

    /// Of the same vault, as a member's identities are.
    fn renewed(byte: u8) -> Identity {
        let mut bytes = [9; 128];
        bytes[..32].fill(byte);
        Identity::dangerous_from_bytes(&bytes)
    }

    fn former(byte: u8, until: i64) -> FormerKey {
        FormerKey {
            verifying_key: renewed(byte).verifying_key(),
            until,
        }
    }

    #[test]
    fn a_head_of_an_identity_before_counts_up_to_its_renewal_and_until_there_is_an_own_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        file.remember(&renewed(1), &head(7)).expect("written");
        let seen = |before: &[FormerKey]| match file.seen(&renewed(3), before).expect("readable") {
            HeadSeen::Newest(head) => Some(head.position),
            HeadSeen::Never | HeadSeen::Unreadable => None,
        };
        for (until, position) in [(6, None), (7, Some(7)), (8, Some(7))] {
            assert_eq!(seen(&[former(2, 20), former(1, until)]), position);
        }
        assert_eq!(seen(&[former(2, 20)]), None, "somebody else's");
        assert_eq!(seen(&[]), None);

        file.remember(&renewed(3), &head(5)).expect("written");
        assert_eq!(seen(&[former(1, 7)]), Some(5), "the own one, though lower");
    }

    #[test]
    fn no_file_is_not_the_same_as_an_unreadable_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        assert!(matches!(file.seen(&key(1), &[]), Ok(HeadSeen::Never)));
        std::fs::write(folder.path().join("head"), b"what is this").expect("written");
        assert!(matches!(file.seen(&key(1), &[]), Ok(HeadSeen::Unreadable)));
    }
}
