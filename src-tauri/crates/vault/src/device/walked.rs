//! What earlier sessions of a member have walked of a vault's log on this device, sealed under the member's identity.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::private_file;
use crate::aead;
use crate::entropy;
use crate::identity::{Identity, MacPurpose};
use crate::labels;
use crate::memory::Key;

const SALT_BYTES: usize = 32;

/// A cache that nobody else can fill: it may be lost at any moment, and what cannot be opened counts as lost. What was
/// put back after a newer one opens, so its content has to be true whenever it is read.
#[derive(Clone)]
pub(crate) struct WalkedFile {
    path: PathBuf,
}

impl WalkedFile {
    pub(super) fn new(path: PathBuf) -> WalkedFile {
        WalkedFile { path }
    }

    /// `None` where there is nothing of this identity's: the log is then walked in full, which trusts no file.
    pub(crate) fn read(&self, identity: &Identity) -> Option<Vec<u8>> {
        let bytes = fs::read(&self.path).ok()?;
        let (salt, sealed) = bytes.split_first_chunk::<SALT_BYTES>()?;
        let opened = aead::open(&key(identity, salt), &context(identity), sealed).ok()?;
        Some(opened.to_vec())
    }

    /// Replaced as a whole. Not synced: a torn one does not open, nor one that two programs have written into at once.
    pub(crate) fn write(&self, identity: &Identity, content: &[u8]) -> io::Result<()> {
        let random = || io::Error::other("no random bytes");
        let salt: [u8; SALT_BYTES] = entropy::generate_bytes().map_err(|_| random())?;
        let sealed = aead::seal(&key(identity, &salt), &context(identity), content);
        let sealed = sealed.map_err(|_| random())?;
        let mut temporary = self.path.clone().into_os_string();
        temporary.push(".tmp");
        let temporary = PathBuf::from(temporary);
        // What a program left that was ended here.
        let _ = fs::remove_file(&temporary);
        let mut file = private_file()
            .write(true)
            .create_new(true)
            .open(&temporary)?;
        let written = file
            .write_all(&salt)
            .and_then(|()| file.write_all(&sealed))
            .and_then(|()| fs::rename(&temporary, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

/// One for each writing, so that it seals once.
fn key(identity: &Identity, salt: &[u8; SALT_BYTES]) -> Key<32> {
    Key::copy_from(&identity.mac(MacPurpose::DeviceLog, salt))
}

fn context(identity: &Identity) -> Vec<u8> {
    [
        labels::WALKED,
        &identity.vault_id().to_bytes(),
        &identity.member_id().to_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An identity of the signing seed and vault id that consist of this byte.
    fn identity(byte: u8) -> Identity {
        Identity::dangerous_from_bytes(&[byte; 128])
    }

    #[test]
    fn only_the_identity_that_wrote_it_reads_it_and_only_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("walked");
        let file = WalkedFile::new(path.clone());
        assert!(file.read(&identity(1)).is_none(), "there is no file");
        fs::write(folder.path().join("walked.tmp"), b"half of one").expect("left over");
        for content in [b"first".as_slice(), b"second"] {
            file.write(&identity(1), content).expect("written");
            assert_eq!(file.read(&identity(1)).as_deref(), Some(content));
        }
        assert!(file.read(&identity(2)).is_none());
        let whole = fs::read(&path).expect("the file");
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).expect("written");
            assert!(file.read(&identity(1)).is_none(), "byte {at}");
        }
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).expect("written");
            assert!(file.read(&identity(1)).is_none(), "{length} bytes");
        }
        let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder").collect();
        assert_eq!(left.len(), 1, "no temporary file stays");
    }
}
