//! What one device keeps outside the vaults: its own id, the newest log head it has seen of each vault, and what was
//! walked of its log, and how many unlocks failed in a row. FORMAT.md, "Device state", has the bytes.

mod attempts;
mod heads;
mod own_member;
mod record_pair;
mod walked;
mod workers;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ids::{DeviceId, MemberId, VaultId, WorkerId};
use domain::time::Timestamp;

pub(crate) use attempts::Attempt;
pub(crate) use heads::{Head, HeadFile, HeadSeen};
pub(crate) use own_member::OwnMember;
pub(crate) use walked::WalkedFile;
pub(crate) use workers::Workers;

const ID_FILE: &str = "device-id";
const ID_BYTES_MAX: u64 = 64;

/// This device's state folder. Cheap to open, shared by the window and the command line.
pub struct Device {
    folder: PathBuf,
    id: DeviceId,
    workers: Workers,
}

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error(
        "the file {ID_FILE} of this device's state folder is damaged; remove it to get a new device id"
    )]
    Damaged,
    #[error("this device's state folder could not be read or written")]
    Io(#[from] io::Error),
}

impl Device {
    /// Opens the state folder, making it and this device's id where there is none.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Device, DeviceError> {
        make_private_folder(folder)?;
        let path = folder.join(ID_FILE);
        let id = match read_id(&path) {
            Err(DeviceError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                make_id(&path, now)?
            }
            other => other?,
        };
        Ok(Device {
            folder: folder.to_owned(),
            id,
            workers: Workers::new(folder, WorkerId::from_parts(now, random()?)),
        })
    }

    pub fn id(&self) -> DeviceId {
        self.id
    }

    /// One for all vaults that this opens.
    pub(crate) fn workers(&self) -> Workers {
        self.workers.clone()
    }

    /// How long the next attempt on this vault has to wait; `None` where it may be made now.
    pub fn wait_before_unlock(&self, vault: VaultId, now: Timestamp) -> Option<Duration> {
        attempts::wait(&self.attempts_path(vault), now)
    }

    /// Counts an attempt as failed before it is made, so that ending the program half-way gains nothing.
    pub(crate) fn begin_attempt(
        &self,
        vault: VaultId,
        now: Timestamp,
    ) -> Result<Attempt, Duration> {
        Attempt::begin(self.attempts_path(vault), now)
    }

    /// One for each member: only the member's own identity can tell its truth from a lie.
    pub(crate) fn head_file(&self, vault: VaultId, member: MemberId) -> HeadFile {
        HeadFile::new(self.folder.join(format!("{vault}.{member}.head")))
    }

    /// One for each member, as the head.
    pub(crate) fn walked_file(&self, vault: VaultId, member: MemberId) -> WalkedFile {
        WalkedFile::new(self.folder.join(format!("{vault}.{member}.walked")))
    }

    pub(crate) fn own_member(&self, vault: VaultId) -> OwnMember {
        OwnMember::new(self.folder.join(format!("{vault}.own")))
    }

    fn attempts_path(&self, vault: VaultId) -> PathBuf {
        self.folder.join(format!("{vault}.attempts"))
    }
}

/// Makes a folder that only this user can enter.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// For an id.
fn random() -> io::Result<[u8; 10]> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(random)
}

/// Options that make files which only this user can read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn read_id(path: &Path) -> Result<DeviceId, DeviceError> {
    let mut text = String::new();
    File::open(path)?
        .take(ID_BYTES_MAX)
        .read_to_string(&mut text)?;
    DeviceId::parse(text.trim_end()).map_err(|_| DeviceError::Damaged)
}

fn make_id(path: &Path, now: Timestamp) -> Result<DeviceId, DeviceError> {
    let id = DeviceId::from_parts(now, random()?);
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{id}"));
    let temporary = PathBuf::from(temporary);
    let mut file = private_file()
        .write(true)
        .create_new(true)
        .open(&temporary)?;
    file.write_all(format!("{id}\n").as_bytes())?;
    file.sync_all()?;
    // A link fails where another process was first; its id is then the one.
    let linked = std::fs::hard_link(&temporary, path);
    std::fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read_id(path),
        other => Ok(other.map(|()| id)?),
    }
}
