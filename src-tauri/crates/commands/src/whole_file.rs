//! Files that are there whole or not at all, for this user's eyes only: written under a name of their own, and put in their place
//! when they are whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::opened::random;

/// A file being written beside its place; what is not put there is taken away again.
pub struct WholeFile {
    file: File,
    part: Part,
    place: PathBuf,
}

/// A file that has no place yet.
struct Part(PathBuf);

impl WholeFile {
    pub fn beside(place: &Path) -> io::Result<Self> {
        if place.file_name().is_none() {
            return Err(ErrorKind::InvalidInput.into());
        }
        let mut number = [0; 8];
        random(&mut number);
        let number = u64::from_le_bytes(number);
        let part = place.with_file_name(format!(".turnstone-{number:016x}.part"));
        let file = new_private_file(&part)?;
        Ok(Self {
            file,
            part: Part(part),
            place: place.to_owned(),
        })
    }

    /// Takes the place of what is there, where something is: its permissions and, of a link, its target play no part.
    pub fn replace(self) -> io::Result<u64> {
        let bytes = self.synced()?;
        fs::rename(&self.part.0, &self.place)?;
        Ok(bytes)
    }

    /// Where there is nothing; [`ErrorKind::AlreadyExists`] else.
    pub fn put_new(self) -> io::Result<u64> {
        let bytes = self.synced()?;
        // A link fails where the name was taken meanwhile; a rename would not.
        match fs::hard_link(&self.part.0, &self.place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            Ok(()) => Ok(bytes),
            // Some file systems have no links.
            Err(_) if self.place.try_exists()? => Err(ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&self.part.0, &self.place).map(|()| bytes),
        }
    }

    fn synced(&self) -> io::Result<u64> {
        self.file.sync_all()?;
        Ok(self.file.metadata()?.len())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is gone when it was renamed; should it stay, its name says what it is.
        let _stays = fs::remove_file(&self.0);
    }
}

/// What is there already, a link to elsewhere too, is never written into.
fn new_private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
