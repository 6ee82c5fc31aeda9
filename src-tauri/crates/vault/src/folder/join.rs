//! Joining: one who was invited makes an identity of their own, which takes the place of the one that the code opens.

use std::path::PathBuf;

use domain::audit::Action;
use domain::member::Member as Invitee;
use domain::time::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::open_database::Settled;
use super::session::Session;
use super::unlock::{conclude, greet};
use super::{UnlockError, VaultFolder};
use crate::announced::{PlaceError, announce, place};
use crate::audit_log::{LogEnd, Signer};
use crate::device::{Attempt, Device};
use crate::genesis::hash_recipient;
use crate::grant::GrantedKeys;
use crate::invitation_code::InvitationCode;
use crate::kdf::{KdfError, KdfParams};
use crate::keys_file::KeysFile;
use crate::membership::{self, MemberState, MemberStatus, Membership};
use crate::own_keys::OwnKeys;
use crate::password::NewPassword;
use crate::reader::members::to_member;
use crate::recovery_code::RecoveryCode;
use crate::slot::SealSlotError;
use crate::store::error::StoreError;
use crate::store::vault_row;
use crate::unlock_keys::{UnlockKeysError, UnlockWith, UnlockedKeys, require_invited};
use crate::unlocked::UnlockedVault;

/// An invitation whose code was right. It opens nothing yet; whether it still may is for the rules to say.
///
/// No `Clone`, `Debug` or `Serialize`: it holds the keys of the role.
pub struct Invitation {
    folder: PathBuf,
    file: KeysFile,
    connection: Connection,
    members: Membership,
    keys: UnlockedKeys,
    invited: MemberState,
    invitee: Invitee,
    attempt: Option<Attempt>,
}

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error(transparent)]
    Keys(#[from] UnlockKeysError),
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The new member is in the log; the next unlock by anyone, or the invitation's code, puts the new keys in place.
    #[error(
        "You are a member now, but keys.json could not be replaced yet. Type the invitation's code once more, then unlock with your new password and make a new recovery code."
    )]
    Pending(#[source] PlaceError),
    /// The new keys are in place, and the code that was made for them is lost.
    #[error(
        "You are a member now, but the vault could not be opened. Unlock it with your new password, then make a new recovery code."
    )]
    NotOpened(#[source] StoreError),
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl VaultFolder {
    /// Tries an invitation's code; a wrong one counts like a failed unlock. Nothing of the vault is changed.
    pub fn open_invitation(
        &self,
        code: &InvitationCode,
        device: &Device,
        now: Timestamp,
    ) -> Result<Invitation, UnlockError> {
        let (keys, attempt) = self.open_keys(UnlockWith::Invitation(code), device, now)?;
        match self.find_invitation(keys) {
            Ok(invitation) => Ok(Invitation {
                attempt,
                ..invitation
            }),
            Err(error) => {
                if let Some(attempt) = attempt {
                    attempt.forgive();
                }
                Err(error)
            }
        }
    }

    fn find_invitation(&self, keys: UnlockedKeys) -> Result<Invitation, UnlockError> {
        let (settled, file, keys) = self.open_settled(keys)?;
        let Settled {
            opened, members, ..
        } = settled;
        let invited = require_invited(&keys, &members)?.clone();
        if let Some(reason) = opened.read_only {
            return Err(StoreError::ReadOnly { reason }.into());
        }
        Ok(Invitation {
            folder: self.path.clone(),
            file,
            connection: opened.connection,
            members,
            keys,
            invitee: to_member(&invited),
            invited,
            attempt: None,
        })
    }
}

impl Invitation {
    /// Who was invited, as what, and until when.
    pub fn member(&self) -> &Invitee {
        &self.invitee
    }

    /// The code was right and may not be used any more: trying it was no guess.
    pub fn give_up(self) {
        if let Some(attempt) = self.attempt {
            attempt.forgive();
        }
    }

    /// Makes the new member's own identity, password and recovery code. From then on only what this identity signs
    /// counts, and the invitation's code opens nothing.
    pub fn join(
        mut self,
        password: &NewPassword,
        kdf: KdfParams,
        device: &Device,
        now: Timestamp,
    ) -> Result<(UnlockedVault, RecoveryCode), JoinError> {
        let recovery_code = RecoveryCode::generate().map_err(StoreError::from)?;
        let kdf = self.file.content().affordable(self.invited.id, kdf);
        let own = OwnKeys::make(&self.keys.identity, password, kdf, &recovery_code)?;
        let (next, end) = match self.record_and_place(&own, device, now) {
            Ok(placed) => placed,
            Err(error) => {
                self.give_up();
                return Err(error);
            }
        };
        let vault = self.enter(own, &next, end, device, now);
        Ok((vault.map_err(JoinError::NotOpened)?, recovery_code))
    }

    /// The new member's first session.
    fn enter(
        self,
        own: OwnKeys,
        next: &KeysFile,
        end: LogEnd,
        device: &Device,
        now: Timestamp,
    ) -> Result<UnlockedVault, StoreError> {
        let UnlockedKeys {
            page_key,
            value_key,
            role,
            epoch,
            ..
        } = self.keys;
        let unlocked = UnlockedKeys {
            identity: own.identity,
            page_key,
            value_key,
            role,
            epoch,
        };
        let session = Session {
            folder: &self.folder,
            database: &self.folder.join(next.database().as_str()),
            keys: next,
            device,
            member_name: self.invited.name,
        };
        let mut vault = session.assemble(unlocked, self.connection, self.members)?;
        vault.has_seen(end);
        let failures = self.attempt.as_ref().map_or(0, Attempt::failures_before);
        let greeted = greet(&mut vault, failures, "invitation", now);
        conclude(self.attempt, greeted.as_ref().ok().copied());
        greeted?;
        // What could not be finished waits for the next time; the vault is open.
        let _ = vault.after_unlock(now);
        Ok(vault)
    }

    fn record_and_place(
        &mut self,
        own: &OwnKeys,
        device: &Device,
        now: Timestamp,
    ) -> Result<(KeysFile, LogEnd), JoinError> {
        let (next, end) = self.record(own, device, now)?;
        match place(&mut self.connection, &self.folder, &next) {
            Ok(()) => Ok((next, end)),
            // The vault had got new keys before: this joining never counted.
            Err(PlaceError::Store(StoreError::KeysChanged)) => Err(StoreError::KeysChanged.into()),
            Err(error) => Err(JoinError::Pending(error)),
        }
    }

    /// The entry, signed by the invited identity, and the `keys.json` that goes with it, in one transaction.
    fn record(
        &mut self,
        own: &OwnKeys,
        device: &Device,
        now: Timestamp,
    ) -> Result<(KeysFile, LogEnd), JoinError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let row = vault_row::read(&transaction)?;
        if (row.keys_generation, row.keys_hash) != (self.file.generation(), self.file.hash()) {
            // Somebody else was first; the next attempt finds what has become of the invitation.
            return Err(StoreError::Busy.into());
        }
        // A re-keying that was cut short has switched without a word in this database.
        if KeysFile::read(&self.folder).is_ok_and(|there| there.hash() != self.file.hash()) {
            return Err(StoreError::Busy.into());
        }
        let state = MemberState {
            status: MemberStatus::Active,
            verifying_key: own.identity.verifying_key(),
            recipient_hash: hash_recipient(&own.identity.recipient()),
            key_epoch: self.keys.epoch,
            expires_at: None,
            ..self.invited.clone()
        };
        let signer = Signer {
            vault: self.file.vault_id(),
            genesis: self.file.genesis_hash(),
            device: device.id(),
            member: state.id,
            identity: &self.keys.identity,
        };
        let end = membership::record(&transaction, &signer, Action::MemberJoined, &state, now)?;
        let (next, members) = announce(&transaction, &self.members, |_| {
            own.take_place(&self.file, &GrantedKeys::of(&self.keys))
                .map_err(StoreError::from)
        })?;
        transaction.commit().map_err(StoreError::from)?;
        self.members = members;
        Ok((next, end))
    }
}

impl From<SealSlotError> for JoinError {
    fn from(error: SealSlotError) -> JoinError {
        match error {
            SealSlotError::Entropy(error) => JoinError::Store(error.into()),
            SealSlotError::Kdf(error) => JoinError::Kdf(error),
        }
    }
}
