//! Who used a vault last on this device, so that their slots are tried before those of others. Slots bear no names, and a
//! wrong memory costs no more than a few key derivations.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use domain::ids::MemberId;

use super::private_file;

pub(crate) struct OwnMember {
    path: PathBuf,
}

impl OwnMember {
    pub(super) fn new(path: PathBuf) -> OwnMember {
        OwnMember { path }
    }

    /// `None` where nothing, or nothing readable, is remembered.
    pub(crate) fn remembered(&self) -> Option<MemberId> {
        let text = fs::read_to_string(&self.path).ok()?;
        MemberId::parse(text.strip_suffix('\n')?).ok()
    }

    /// Not synced: what is lost is found again by trying.
    pub(crate) fn remember(&self, member: MemberId) -> io::Result<()> {
        if self.remembered() == Some(member) {
            return Ok(());
        }
        let mut options = private_file();
        let options = options.write(true).create(true).truncate(true);
        options
            .open(&self.path)?
            .write_all(format!("{member}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_member_is_remembered_and_nonsense_is_none() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = OwnMember::new(folder.path().join("own"));
        assert_eq!(own.remembered(), None);
        for byte in [1, 1, 2] {
            let member = MemberId::from_bytes([byte; 16]);
            own.remember(member).expect("written");
            assert_eq!(own.remembered(), Some(member));
        }
        for nonsense in ["", "\n", "mem_", "mem_1DECJ8X3BQCZD6VJNGGKP7GR67", "\0"] {
            fs::write(folder.path().join("own"), nonsense).expect("written");
            assert_eq!(own.remembered(), None, "{nonsense}");
        }
    }
}
