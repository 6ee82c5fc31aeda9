//! A private folder for work in progress, gone when dropped. What a killed program leaves is removed by the next one
//! that works in the same place: a folder in use is locked by its program, and the lock ends with the program.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::device::make_private_folder;
use crate::entropy;
use crate::store::error::StoreError;

const PREFIX: &str = ".turnstone-";
const RANDOM_BYTES: usize = 8;
/// Each try is lost only to another program that removes the new folder as abandoned, just before it is locked.
const ATTEMPTS: usize = 5;

pub(super) struct ScratchFolder {
    path: PathBuf,
    /// Held, never read.
    _lock: File,
}

impl ScratchFolder {
    pub(super) fn new_in(parent: &Path) -> Result<ScratchFolder, StoreError> {
        remove_abandoned(parent);
        for _ in 0..ATTEMPTS {
            let random: [u8; RANDOM_BYTES] = entropy::generate_bytes()?;
            let path = parent.join(format!("{PREFIX}{}", hex::encode(random)));
            make_private_folder(&path)?;
            let Ok(lock) = File::open(&path) else {
                continue;
            };
            // Where a file system knows no locks, nobody can take this for abandoned either.
            let is_lost = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            if !is_lost && path.try_exists()? {
                return Ok(ScratchFolder { path, _lock: lock });
            }
        }
        Err(StoreError::Busy)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // It may have been renamed to where it was wanted; what stays behind is encrypted and removed by the next one.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders of programs that were killed at their work in here. One that cannot be removed is in nobody's way.
pub(crate) fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_scratch = entry.file_name().to_str().is_some_and(is_scratch_name)
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_scratch {
            continue;
        }
        if let Ok(folder) = File::open(entry.path())
            && folder.try_lock().is_ok()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_scratch_name(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|random| {
        random.len() == RANDOM_BYTES * 2
            && random
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}
