//! The database file of the next generation, from its name to its place, and what an interrupted one leaves.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::database_name::DatabaseName;
use crate::device::private_file;
use crate::keys_file::KEYS_TEMPORARY_NAME;
use crate::store::error::StoreError;

/// What may lie beside a database and belongs to it. The lock goes last.
const BESIDE: [&str; 4] = ["-wal", "-shm", "-journal", LOCK];
/// Held locked by the program that writes the database of this name.
const LOCK: &str = "-lock";

/// A database that `keys.json` does not name yet. Dropped before it does, it goes with everything beside it.
pub(super) struct NewFile {
    name: DatabaseName,
    path: PathBuf,
    /// Locked as long as this lives: a file whose writer is dead can be told by it.
    _lock: File,
    named: bool,
}

impl NewFile {
    /// Takes the next free name. The caller holds the write lock of the present database.
    pub(super) fn begin(folder: &Path, present: &Path) -> Result<NewFile, StoreError> {
        let mut name = name_of(present)
            .ok_or_else(|| StoreError::damaged("its database has another name than a vault's"))?;
        loop {
            name = name
                .next()
                .ok_or_else(|| StoreError::damaged("its database has the last of all names"))?;
            let path = folder.join(name.as_str());
            if !is_taken(&path)? {
                let lock = private_file()
                    .write(true)
                    .create_new(true)
                    .open(beside(&path, LOCK))?;
                let file = NewFile {
                    name,
                    path,
                    _lock: lock,
                    named: false,
                };
                file._lock.lock()?;
                return Ok(file);
            }
        }
    }

    pub(super) fn name(&self) -> &DatabaseName {
        &self.name
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes room for another copy.
    pub(super) fn start_over(&mut self) -> io::Result<()> {
        for path in [
            self.path.clone(),
            beside(&self.path, "-wal"),
            beside(&self.path, "-shm"),
        ] {
            remove_if_there(&path)?;
        }
        Ok(())
    }

    /// The whole file is on the disk when this returns.
    pub(super) fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    /// `keys.json` names it, or may: it stays whatever happens.
    pub(super) fn is_named(&mut self) {
        self.named = true;
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // What cannot be removed is left over, and removed at the next unlock.
        if !self.named {
            let _ = self.start_over();
            let _ = remove_if_there(&beside(&self.path, "-journal"));
        }
        let _ = remove_if_there(&beside(&self.path, LOCK));
    }
}

/// Removes the databases that `keys.json` does not name and that nobody is writing, and the beginning of a `keys.json`
/// that never took its place. The caller holds the write lock of
/// the one that it names: else one could be switched to that was found unnamed a moment before.
pub(crate) fn remove_leftovers(folder: &Path, named: &Path) -> Result<(), StoreError> {
    // What cannot be removed is in nobody's way.
    let _ = remove_if_there(&folder.join(KEYS_TEMPORARY_NAME));
    if !is_being_written(named) {
        let _ = remove_if_there(&beside(named, LOCK));
    }
    for path in leftovers(folder, named)? {
        if is_being_written(&path) {
            continue;
        }
        let _ = remove_if_there(&path);
        for suffix in BESIDE {
            let _ = remove_if_there(&beside(&path, suffix));
        }
    }
    Ok(())
}

/// Whether there is anything to remove.
pub(crate) fn has_leftovers(folder: &Path, named: &Path) -> Result<bool, StoreError> {
    let begun = folder.join(KEYS_TEMPORARY_NAME).try_exists()?;
    let was_locked = beside(named, LOCK).try_exists()?;
    Ok(begun || was_locked || !leftovers(folder, named)?.is_empty())
}

/// Databases other than the one named of which anything is there.
fn leftovers(folder: &Path, named: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { continue };
        let database = BESIDE
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(name);
        let path = folder.join(database);
        if DatabaseName::parse(database).is_some() && path != named && !found.contains(&path) {
            found.push(path);
        }
    }
    Ok(found)
}

fn is_being_written(path: &Path) -> bool {
    let Ok(lock) = File::open(beside(path, LOCK)) else {
        return false;
    };
    matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

/// A database that was superseded, or left by a program that is gone, in the words of the file system.
pub(super) fn remove_database(path: &Path) {
    for path in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        // What cannot be removed is left over, and removed at the next unlock.
        let _ = remove_if_there(&path);
    }
}

fn name_of(path: &Path) -> Option<DatabaseName> {
    DatabaseName::parse(path.file_name()?.to_str()?)
}

fn is_taken(path: &Path) -> io::Result<bool> {
    for path in BESIDE
        .iter()
        .map(|suffix| beside(path, suffix))
        .chain([path.to_owned()])
    {
        match fs::symlink_metadata(&path) {
            Ok(_) => return Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
