//! Why a session has to end because of what others did to the vault's keys.

use crate::keys_file::KeysFile;
use crate::membership::Membership;
use crate::store::error::StoreError;
use crate::unlock_keys::verify_vaults_file;
use crate::unlocked::{UnlockedVault, lock};

/// What has become of the keys of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysChange {
    /// Who did it, by the name that the log had for them when this session last read it.
    pub by: Option<String>,
    pub still_member: bool,
    /// The keys are the same, and give another role now.
    pub role_changed: bool,
}

impl UnlockedVault {
    /// Whether this session's keys are out of date: the vault was re-keyed, or this member removed, renewed elsewhere or
    /// given another role. Another member's new password is none of it. Cheap enough to be asked every second.
    pub fn keys_change(&self) -> Result<Option<KeysChange>, StoreError> {
        match self.require_current() {
            Ok(()) => Ok(self.role_change()),
            Err(StoreError::KeysChanged) => self.keys_in_place().map(Some),
            Err(error) => Err(error),
        }
    }

    fn role_change(&self) -> Option<KeysChange> {
        let members = lock(&self.membership);
        let own = members.newest(self.actor.member)?;
        let signer = || members.signer_of_newest(self.actor.member);
        (own.role != self.actor.role).then(|| KeysChange {
            by: signer().map(|name| name.as_str().to_owned()),
            still_member: true,
            role_changed: true,
        })
    }

    fn keys_in_place(&self) -> Result<KeysChange, StoreError> {
        let file = KeysFile::read(&self.folder)
            .map_err(|_| StoreError::damaged("keys.json was damaged meanwhile"))?;
        verify_vaults_file(&file, &self.identity)
            .map_err(|error| StoreError::integrity(format!("keys.json ({error})")))?;
        Ok(KeysChange {
            by: known_writer(&file, &lock(&self.membership)),
            still_member: file.verifying_key(self.actor.member).is_some(),
            role_changed: false,
        })
    }
}

/// The writer's name, where it is one whose key this session knows: else anybody could put any name here.
fn known_writer(file: &KeysFile, members: &Membership) -> Option<String> {
    let writer = members.newest(file.writer())?;
    let is_known = file.verifying_key(file.writer()) == Some(writer.verifying_key);
    is_known.then(|| writer.name.as_str().to_owned())
}
