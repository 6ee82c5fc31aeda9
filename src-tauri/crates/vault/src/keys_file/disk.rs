//! Reading and writing `keys.json`, so that a crash at any moment leaves one whole file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::fault;
use crate::store::error::StoreError;

use super::{KEYS_FILE_BYTES_MAX, KeysFile, ParseKeysError};

pub const KEYS_FILE_NAME: &str = "keys.json";
/// The same content as `keys.json` after each writing, the one before it during one.
pub const KEYS_BACKUP_NAME: &str = "keys.json.bak";
pub(crate) const KEYS_TEMPORARY_NAME: &str = "keys.json.tmp";

#[derive(Debug, thiserror::Error)]
pub enum ReadKeysError {
    #[error("There is no keys.json in {}.", .0.display())]
    Missing(PathBuf),
    #[error("keys.json could not be read.")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Parse(#[from] ParseKeysError),
}

#[derive(Debug, thiserror::Error)]
#[error("keys.json could not be written. The vault is as it was before.")]
pub struct WriteKeysError(#[from] io::Error);

/// As the store tells of the disk it lies on.
impl From<WriteKeysError> for StoreError {
    fn from(WriteKeysError(error): WriteKeysError) -> StoreError {
        error.into()
    }
}

impl KeysFile {
    pub fn read(folder: &Path) -> Result<Self, ReadKeysError> {
        read_from(&folder.join(KEYS_FILE_NAME))
    }

    /// Reads `keys.json.bak`. It counts only where `keys.json` cannot be parsed and the database
    /// knows the same generation.
    pub fn read_backup(folder: &Path) -> Result<Self, ReadKeysError> {
        read_from(&folder.join(KEYS_BACKUP_NAME))
    }

    /// Temporary file, fsync, old file linked to `keys.json.bak`, rename, fsync of the folder; then
    /// the backup is replaced by the new content too, so that no removed slot lives on in it.
    ///
    /// The caller holds the database's write lock.
    pub fn write_atomically(&self, folder: &Path) -> Result<(), WriteKeysError> {
        let (temporary, target) = (
            folder.join(KEYS_TEMPORARY_NAME),
            folder.join(KEYS_FILE_NAME),
        );
        let backup = folder.join(KEYS_BACKUP_NAME);
        let bytes = self.to_bytes();

        write_synced(&temporary, &bytes)?;
        fault::point("keys written");
        // A damaged file must not take the place of a whole copy: a crash before the rename would leave neither.
        if Self::read(folder).is_ok() {
            remove_if_present(&backup)?;
            fs::hard_link(&target, &backup)
                // Some file systems have no links; a copy keeps the same promise.
                .or_else(|_| write_synced(&backup, &fs::read(&target)?))?;
        }
        fault::point("keys linked");
        fs::rename(&temporary, &target)?;
        fault::point("keys renamed");
        sync_folder(folder)?;

        write_synced(&temporary, &bytes)?;
        fault::point("keys copied");
        fs::rename(&temporary, &backup)?;
        Ok(sync_folder(folder)?)
    }
}

fn read_from(path: &Path) -> Result<KeysFile, ReadKeysError> {
    let absent = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => ReadKeysError::Missing(path.to_owned()),
        _ => ReadKeysError::Io(error),
    };
    // Opening a pipe would wait for someone to write into it.
    if !fs::metadata(path).map_err(absent)?.is_file() {
        return Err(ReadKeysError::Io(ErrorKind::InvalidInput.into()));
    }
    let file = File::open(path).map_err(absent)?;
    // One byte more than is allowed, so that parsing sees it is too large.
    let limit = u64::try_from(KEYS_FILE_BYTES_MAX)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(KeysFile::parse(&bytes)?)
}

/// A new file that only its owner may read, on the disk when this returns.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a crash has left; a new file can't be someone's link to elsewhere.
    remove_if_present(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file is of no use, and on a full disk takes what little room there is.
        let _ = remove_if_present(path);
    }
    written
}

fn remove_if_present(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders can't be synced; renames are journalled by the file system.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
