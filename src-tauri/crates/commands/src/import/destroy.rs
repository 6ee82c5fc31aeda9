//! Destroying the file that was imported, as far as a program can.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::source::ReadFile;
use crate::opened::random;

const BLOCK_BYTES: usize = 64 * 1024;

/// What is said beside it, before and after.
pub const NO_PROMISE: &str = "The file was overwritten and removed. Its content may still be in copies, backups and snapshots, on an SSD in blocks that nobody can address, and where it was downloaded or sent. Delete those too, and rotate what matters most.";

#[derive(Debug, thiserror::Error)]
pub enum DestroyError {
    #[error("it was changed or replaced after it was read")]
    Changed,
    #[error("it could not be overwritten and removed ({})", .0.kind())]
    Io(#[from] io::Error),
}

/// Overwrites the file where it lies and removes it, if it is still the one that was read.
pub fn destroy(file: &ReadFile) -> Result<(), DestroyError> {
    if !file.is_unchanged()? {
        return Err(DestroyError::Changed);
    }
    overwrite(&file.path)?;
    let mut number = [0; 8];
    random(&mut number);
    // A name tells something too, and a directory keeps names of what was removed.
    let unnamed = file
        .path
        .with_file_name(format!("{:016x}", u64::from_le_bytes(number)));
    fs::rename(&file.path, &unnamed)?;
    fs::remove_file(&unnamed)?;
    sync_folder(&unnamed);
    Ok(())
}

fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    let mut block = vec![0; BLOCK_BYTES];
    while left > 0 {
        let length = usize::try_from(left)
            .unwrap_or(BLOCK_BYTES)
            .min(BLOCK_BYTES);
        let part = block.get_mut(..length).unwrap_or_default();
        random(part);
        file.write_all(part)?;
        left -= u64::try_from(length).expect("usize fits in u64");
    }
    file.sync_all()
}

/// The file is gone for every program; that it is so after a power failure too is asked of the disk.
fn sync_folder(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        let _not_everywhere = folder.sync_all();
    }
}
