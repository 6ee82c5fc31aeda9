//! The keys that a member makes for themself: at joining, and again where someone may know them.

use crate::entropy::EntropyError;
use crate::grant::{Grant, GrantedKeys, Grantee};
use crate::identity::{Identity, NewIdentity};
use crate::kdf::KdfParams;
use crate::keys_file::{KeysFile, Member};
use crate::password::NewPassword;
use crate::recovery_code::RecoveryCode;
use crate::slot::{PasswordSlot, RecoverySlot, SealSlotError, Slot};

/// An identity in the place of another of the same member, with its ways in.
pub(crate) struct OwnKeys {
    pub identity: Identity,
    password: Slot,
    recovery: Slot,
}

impl OwnKeys {
    /// This takes as long as the key derivation. The code is a new one: what `keys.json` has of the one before is
    /// vouched for by the identity before, which someone else may know.
    pub(crate) fn make(
        before: &Identity,
        password: &NewPassword,
        kdf: KdfParams,
        code: &RecoveryCode,
    ) -> Result<OwnKeys, SealSlotError> {
        let identity = in_place_of(before)?;
        Ok(OwnKeys {
            password: PasswordSlot::seal(&identity, password.as_password(), kdf)?,
            recovery: RecoverySlot::seal(&identity, code)?,
            identity,
        })
    }

    /// Puts the identity and its slots in the member's place, whose grant is then still the old one.
    pub(crate) fn put_into(&self, own: &mut Member) {
        own.verifying_key = self.identity.verifying_key();
        own.recipient = self.identity.recipient();
        own.slots.clear();
        own.replace_slot(self.password.clone());
        own.replace_slot(self.recovery.clone());
    }

    /// The next `keys.json`, with the identity in the member's place and its grant sealed by itself.
    pub(crate) fn take_place(
        &self,
        file: &KeysFile,
        keys: &GrantedKeys,
    ) -> Result<KeysFile, EntropyError> {
        let mut content = file.content().clone();
        content.generation += 1;
        let (vault, epoch) = (content.vault_id, content.epoch);
        let own = content.member_mut(self.identity.member_id());
        self.put_into(own);
        let grantee = Grantee {
            vault,
            epoch,
            member: own.member_id,
            verifying_key: own.verifying_key,
            recipient: &own.recipient,
        };
        own.grant = Grant::seal(&self.identity, &grantee, keys)?;
        Ok(content.sign(&self.identity))
    }
}

fn in_place_of(before: &Identity) -> Result<Identity, EntropyError> {
    let identity = NewIdentity::generate()?;
    Ok(identity.bind(before.vault_id(), before.member_id(), before.genesis_hash()))
}
