//! The newest head of a vault's log that this device has seen, MACed under the member's identity.

use std::io;
use std::path::PathBuf;

use super::record_pair::{Check, RecordPair, Stored};
use crate::identity::Identity;

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
    /// The file holds no record of this member's: torn twice, changed, or another identity's.
    Unreadable,
    Newest(Head),
}

/// Bound to the vault by the identity, which belongs to one vault.
#[derive(Clone)]
pub(crate) struct HeadFile {
    path: PathBuf,
}

impl HeadFile {
    pub(super) fn new(path: PathBuf) -> HeadFile {
        HeadFile { path }
    }

    pub(crate) fn seen(&self, identity: &Identity) -> io::Result<HeadSeen> {
        Ok(match RecordPair::read(&self.path, &Check::Mac(identity))? {
            Stored::Nothing => HeadSeen::Never,
            Stored::Broken => HeadSeen::Unreadable,
            Stored::Newest(bytes) => HeadSeen::Newest(Head::from_bytes(&bytes)),
        })
    }

    /// Remembers a head unless another process on this device has already remembered a later one. Not synced: a head
    /// lost with the power is an older one, which the log still extends.
    pub(crate) fn remember(&self, identity: &Identity, head: &Head) -> io::Result<()> {
        let mut pair = RecordPair::lock(&self.path, Check::Mac(identity))?;
        match pair.newest()? {
            Stored::Newest(bytes) if Head::from_bytes(&bytes).is_beyond(head) => Ok(()),
            _ => pair.write(&head.to_bytes()),
        }
    }

    /// Replaces whatever was remembered, because a person accepted this state of the vault.
    pub(crate) fn replace(&self, identity: &Identity, head: &Head) -> io::Result<()> {
        let mut pair = RecordPair::lock(&self.path, Check::Mac(identity))?;
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
        match file.seen(key).expect("readable") {
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
            file(&folder).seen(&key(2)),
            Ok(HeadSeen::Unreadable)
        ));
    }

    #[test]
    fn no_file_is_not_the_same_as_an_unreadable_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(&folder);
        assert!(matches!(file.seen(&key(1)), Ok(HeadSeen::Never)));
        std::fs::write(folder.path().join("head"), b"what is this").expect("written");
        assert!(matches!(file.seen(&key(1)), Ok(HeadSeen::Unreadable)));
    }
}
