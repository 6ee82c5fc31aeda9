//! A private folder for work in progress, gone when dropped.

use std::fs;
use std::path::{Path, PathBuf};

use crate::device::make_private_folder;
use crate::entropy;
use crate::store::error::StoreError;

pub(super) struct ScratchFolder(PathBuf);

impl ScratchFolder {
    pub(super) fn new_in(parent: &Path) -> Result<ScratchFolder, StoreError> {
        let random: [u8; 8] = entropy::generate_bytes()?;
        let path = parent.join(format!(".turnstone-{}", hex::encode(random)));
        make_private_folder(&path)?;
        Ok(ScratchFolder(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // It may have been renamed to where it was wanted; what stays behind is encrypted and named as ours.
        let _ = fs::remove_dir_all(&self.0);
    }
}
