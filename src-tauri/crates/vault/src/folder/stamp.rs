//! Noticing that another program has replaced `keys.json`.

use std::path::Path;
use std::time::SystemTime;

use crate::identity::Identity;
use crate::keys_file::{KEYS_FILE_NAME, KeysFile};
use crate::store::error::StoreError;
use crate::unlock_keys::verify_keys_file;

/// The `keys.json` that a session last read, cheap to compare with the one on disk.
#[derive(Clone, Debug)]
pub(crate) struct KeysStamp {
    pub generation: u64,
    pub key_epoch: u32,
    pub database: String,
    /// `None` until a write has looked at the file itself.
    mark: Option<Mark>,
}

/// A replaced file is another inode; length and time catch what file systems without inodes do.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl KeysStamp {
    /// Another program may replace the file at any moment between reading and looking, so the first write looks anew.
    pub(crate) fn of(keys: &KeysFile) -> KeysStamp {
        KeysStamp {
            generation: keys.generation(),
            key_epoch: keys.epoch(),
            database: keys.database().as_str().to_owned(),
            mark: None,
        }
    }

    /// The stamp of the file that is there now, where it is another one than this.
    pub(crate) fn changed(
        &self,
        folder: &Path,
        identity: &Identity,
    ) -> Result<Option<KeysStamp>, StoreError> {
        // Looked at before it is read: a file that is replaced in between is noticed the next time.
        let mark = Some(Mark::of(folder)?);
        if mark == self.mark {
            return Ok(None);
        }
        let keys = KeysFile::read(folder)
            .map_err(|_| StoreError::damaged("keys.json was damaged meanwhile"))?;
        verify_keys_file(&keys, identity)
            .map_err(|error| StoreError::integrity(format!("keys.json ({error})")))?;
        Ok(Some(KeysStamp {
            mark,
            ..KeysStamp::of(&keys)
        }))
    }
}

impl Mark {
    fn of(folder: &Path) -> Result<Mark, StoreError> {
        let metadata = std::fs::metadata(folder.join(KEYS_FILE_NAME))?;
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Ok(Mark {
            inode,
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}
