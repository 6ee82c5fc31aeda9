//! A new identity for a member whose keys someone may know (LOCK-06).

use std::ops::ControlFlow;

use domain::audit::Action;
use domain::member::{Rekey, rekeys_on_renewal};
use domain::time::Timestamp;

use crate::announced::{Placed, announce};
use crate::folder::belonging_keys;
use crate::genesis::hash_recipient;
use crate::grant::GrantedKeys;
use crate::identity::Identity;
use crate::kdf::KdfParams;
use crate::keys_file::KeysFile;
use crate::members::MemberError;
use crate::membership::{self, MemberState, Membership};
use crate::own_keys::OwnKeys;
use crate::page_key::PageKey;
use crate::password::NewPassword;
use crate::recovery_code::RecoveryCode;
use crate::rekey::{NextGeneration, RekeyError, RekeyProgress};
use crate::slot::SealSlotError;
use crate::store::connection;
use crate::store::error::StoreError;
use crate::unlock_keys::{self, UnlockedKeys, require_replayed};
use crate::unlocked::{Successor, UnlockedVault};
use crate::wrapped_key::ValueKey;

/// What the renewal of an identity has come to.
pub struct Renewed {
    /// The session from now on, under the new identity; the one before answers [`StoreError::KeysChanged`]. `None` where
    /// it could not be opened: the vault has to be unlocked again.
    pub vault: Option<UnlockedVault>,
    /// An Owner's renewal gives the vault new keys at once. Another member's leaves that to an Owner.
    pub rekeyed: bool,
    /// Values that did not open before the vault got new keys, and so do not now.
    pub unopened: u64,
    /// Until the new `keys.json` is in place, the password before opens the vault, and puts it there.
    pub placed: Placed,
    /// Shown once; the one before opens nothing any more.
    pub recovery_code: RecoveryCode,
}

impl UnlockedVault {
    /// Makes this member another identity, with a new password and a new recovery code. What the old one
    /// signs from now on counts for nothing. `tell` is asked only where the vault is re-keyed, and can stop that.
    pub fn renew_identity(
        &self,
        password: &NewPassword,
        kdf: KdfParams,
        now: Timestamp,
        tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    ) -> Result<Renewed, MemberError> {
        let file = KeysFile::read(&self.folder).map_err(RekeyError::from)?;
        let kdf = file.content().affordable(self.actor.member, kdf);
        let recovery_code = RecoveryCode::generate().map_err(StoreError::from)?;
        let own = OwnKeys::make(&self.identity, password, kdf, &recovery_code)?;
        match rekeys_on_renewal(self.actor.role) {
            Rekey::NotNeeded => {
                let (vault, placed) = self.renew_in_place(own, now)?;
                Ok(Renewed {
                    vault,
                    rekeyed: false,
                    unopened: 0,
                    placed,
                    recovery_code,
                })
            }
            Rekey::Needed => {
                let change = |next: &mut NextGeneration<'_>| self.renew_in(next, &own);
                let rekeyed = self.rekey_with(now, change, tell)?;
                Ok(Renewed {
                    vault: rekeyed.vault,
                    rekeyed: true,
                    unopened: rekeyed.unopened,
                    placed: Placed::Now,
                    recovery_code,
                })
            }
        }
    }

    fn renew_in(&self, next: &mut NextGeneration<'_>, own: &OwnKeys) -> Result<(), RekeyError> {
        let genesis = &next.content.genesis;
        let members =
            Membership::replay(next.connection, self.vault, genesis).map_err(StoreError::from)?;
        let state = self.renewed_state(&members, own)?;
        let action = Action::IdentityRenewed;
        membership::record(next.connection, &self.signer(), action, &state, next.now)?;
        own.put_into(next.content.member_mut(state.id));
        let identity = own.identity.dangerous_expose_bytes();
        next.renewed = Some(Identity::dangerous_from_bytes(&identity));
        Ok(())
    }

    /// The keys of the vault stay, and are sealed to the new identity by itself.
    fn renew_in_place(
        &self,
        own: OwnKeys,
        now: Timestamp,
    ) -> Result<(Option<UnlockedVault>, Placed), MemberError> {
        let (next, members, end) = self.write(now, |writer| {
            let file = belonging_keys(writer.connection, &self.folder, &self.identity)?;
            require_replayed(&file, &writer.members)
                .map_err(unlock_keys::ChangeKeysError::from)
                .map_err(RekeyError::from)?;
            let state = self.renewed_state(&writer.members, &own)?;
            writer.record_member(Action::IdentityRenewed, &state)?;
            let (next, members) = announce(writer.connection, &writer.members, |_| {
                own.take_place(&file, &self.granted_keys())
                    .map_err(StoreError::from)
            })?;
            let end = writer.log_end();
            let end = end.ok_or_else(|| StoreError::damaged("the log's end is missing"))?;
            Ok::<_, MemberError>((next, members, end))
        })?;
        if let Placed::Later(error) = self.place_announced(&next, None)? {
            // The new identity has no place in the file that is there.
            return Ok((None, Placed::Later(error)));
        }
        let keys = self.granted_keys();
        let successor = connection::open(&self.database, &self.page_key).and_then(|writer| {
            self.succeeded(Successor {
                keys: &next,
                unlocked: UnlockedKeys {
                    identity: own.identity,
                    page_key: keys.page_key,
                    value_key: keys.value_key,
                    role: keys.role,
                    epoch: self.key_epoch,
                },
                membership: members,
                database: self.database.clone(),
                writer,
                log_end: end,
            })
        });
        // Who cannot open it now unlocks it again.
        Ok((successor.ok(), Placed::Now))
    }

    fn renewed_state(
        &self,
        members: &Membership,
        own: &OwnKeys,
    ) -> Result<MemberState, StoreError> {
        let before = members
            .newest(self.actor.member)
            .filter(|before| before.verifying_key == self.identity.verifying_key())
            .ok_or(StoreError::KeysChanged)?;
        Ok(MemberState {
            verifying_key: own.identity.verifying_key(),
            recipient_hash: hash_recipient(&own.identity.recipient()),
            key_epoch: self.key_epoch,
            ..before.clone()
        })
    }

    fn granted_keys(&self) -> GrantedKeys {
        GrantedKeys {
            role: self.actor.role,
            page_key: PageKey::copy_from(self.page_key.expose_bytes()),
            value_key: self
                .value_key
                .as_ref()
                .map(|key| ValueKey::copy_from(key.expose_bytes())),
        }
    }
}

impl From<SealSlotError> for MemberError {
    fn from(error: SealSlotError) -> MemberError {
        MemberError::Rekey(RekeyError::Keys(error.into()))
    }
}
