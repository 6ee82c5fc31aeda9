//! The bytes of a backup: FORMAT.md, "Backup".
//!
//! `header ‖ created_at i64 ‖ keys length u64 ‖ database length u64 ‖ keys ‖ database ‖ SHA-256 of all before`

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::device::private_file;
use crate::keys_file::KEYS_FILE_BYTES_MAX;

const HEADER_BEGIN: &[u8] = b"turnstone-backup/";
const HEADER: &[u8] = b"turnstone-backup/1\n";
const FIXED_BYTES: usize = HEADER.len() + 3 * 8;
const HASH_BYTES: usize = 32;
const CHUNK_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(super) enum ContainerError {
    NotABackup,
    Newer,
    CutOff,
    Changed,
    Io(io::Error),
}

/// A whole backup: its hash was right when it was opened.
pub(super) struct Container {
    path: PathBuf,
    pub created_at: Timestamp,
    pub keys: Vec<u8>,
    database_at: u64,
    database_bytes: u64,
}

/// Writes a container and answers its length.
pub(super) fn write(
    target: &Path,
    keys: &[u8],
    database: &Path,
    now: Timestamp,
) -> Result<u64, ContainerError> {
    let mut source = File::open(database)?;
    let length = source.metadata()?.len();
    let file = private_file().write(true).create_new(true).open(target)?;
    let mut file = Hashing {
        file,
        hash: Sha256::new(),
    };
    file.write_all(HEADER)?;
    file.write_all(&now.as_millis().to_be_bytes())?;
    file.write_all(&u64::try_from(keys.len()).expect("usize fits").to_be_bytes())?;
    file.write_all(&length.to_be_bytes())?;
    file.write_all(keys)?;
    copy_exactly(&mut source, &mut file, length)?;
    let hash = file.hash.clone().finalize();
    file.write_all(&hash)?;
    file.file.sync_all()?;
    Ok(file.file.metadata()?.len())
}

impl Container {
    /// Reads the whole file once and refuses it unless every byte is the one that was written.
    pub(super) fn open(path: &Path) -> Result<Container, ContainerError> {
        let file = File::open(path)?;
        let actual = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(CHUNK_BYTES, file);
        let mut fixed = [0; FIXED_BYTES];
        if let Err(error) = reader.read_exact(&mut fixed) {
            return Err(if fixed.starts_with(HEADER) {
                error.into()
            } else {
                ContainerError::NotABackup
            });
        }
        let Some(rest) = fixed.strip_prefix(HEADER) else {
            return Err(if fixed.starts_with(HEADER_BEGIN) {
                ContainerError::Newer
            } else {
                ContainerError::NotABackup
            });
        };
        let number = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&rest[at * 8..(at + 1) * 8]);
            bytes
        };
        let created_at = Timestamp::from_millis(i64::from_be_bytes(number(0)));
        let (keys_bytes, database_bytes) =
            (u64::from_be_bytes(number(1)), u64::from_be_bytes(number(2)));
        let keys_length = usize::try_from(keys_bytes)
            .ok()
            .filter(|bytes| *bytes <= KEYS_FILE_BYTES_MAX);
        let keys_length = keys_length.ok_or(ContainerError::Changed)?;
        let database_at = u64::try_from(FIXED_BYTES).expect("usize fits") + keys_bytes;
        let expected = database_at
            .checked_add(database_bytes)
            .and_then(|end| end.checked_add(u64::try_from(HASH_BYTES).expect("32")))
            .ok_or(ContainerError::Changed)?;
        match actual.cmp(&expected) {
            std::cmp::Ordering::Less => return Err(ContainerError::CutOff),
            std::cmp::Ordering::Greater => return Err(ContainerError::Changed),
            std::cmp::Ordering::Equal => {}
        }
        let mut keys = vec![0; keys_length];
        reader.read_exact(&mut keys)?;
        let mut hashing = Hashing {
            file: io::sink(),
            hash: Sha256::new(),
        };
        hashing.write_all(&fixed)?;
        hashing.write_all(&keys)?;
        copy_exactly(&mut reader, &mut hashing, database_bytes)?;
        let mut hash = [0; HASH_BYTES];
        reader.read_exact(&mut hash)?;
        if hashing.hash.finalize().as_slice() != hash {
            return Err(ContainerError::Changed);
        }
        Ok(Container {
            path: path.to_owned(),
            created_at,
            keys,
            database_at,
            database_bytes,
        })
    }

    /// Writes both parts as files of a folder.
    pub(super) fn take_out(
        &self,
        keys_name: &str,
        database_name: &str,
        folder: &Path,
    ) -> Result<(), ContainerError> {
        let mut keys = private_file()
            .write(true)
            .create_new(true)
            .open(folder.join(keys_name))?;
        keys.write_all(&self.keys)?;
        keys.sync_all()?;
        let mut source = File::open(&self.path)?;
        source.seek(SeekFrom::Start(self.database_at))?;
        let mut database = private_file()
            .write(true)
            .create_new(true)
            .open(folder.join(database_name))?;
        copy_exactly(&mut source, &mut database, self.database_bytes)?;
        Ok(database.sync_all()?)
    }
}

fn copy_exactly(
    source: &mut impl Read,
    target: &mut impl Write,
    bytes: u64,
) -> Result<(), ContainerError> {
    match io::copy(&mut source.take(bytes), target)? {
        copied if copied == bytes => Ok(()),
        _ => Err(ContainerError::CutOff),
    }
}

/// Passes bytes on and hashes them.
struct Hashing<W> {
    file: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl From<io::Error> for ContainerError {
    fn from(error: io::Error) -> ContainerError {
        ContainerError::Io(error)
    }
}
