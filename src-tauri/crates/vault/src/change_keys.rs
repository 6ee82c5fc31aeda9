//! Changing the password and the recovery code of an open vault.
//!
//! The database announces the next `keys.json` in the transaction of the audit entry; then the file is replaced. A crash
//! between the two is settled at the next unlock, which rolls the announced file forward.

use std::time::{Duration, Instant};

use domain::audit::Action;
use domain::time::Timestamp;

use crate::announced::{PlaceError, Placed, announce};
use crate::device::{Attempt, Device};
use crate::kdf::KdfParams;
use crate::keys_file::{KeysFile, ReadKeysError};
use crate::password::NewPassword;
use crate::recovery_code::RecoveryCode;
use crate::store::error::StoreError;
use crate::store::vault_row;
use crate::unlock_keys::{self, UnlockKeysError, UnlockWith, unlock_keys_of};
use crate::unlocked::UnlockedVault;

#[derive(Debug, thiserror::Error)]
pub enum ChangeKeysError {
    #[error("keys.json could not be read: {0}")]
    Read(#[from] ReadKeysError),
    #[error(transparent)]
    Keys(#[from] unlock_keys::ChangeKeysError),
    /// Announced and audited; the next unlock, still by the old password or code, puts it in place.
    #[error(
        "The change is saved, but keys.json could not be replaced yet. It takes effect at the next unlock."
    )]
    Pending(#[source] PlaceError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why what a person typed does not prove that they are the member.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    #[error("Too many failed attempts. Wait before the next one.")]
    Wait(Duration),
    #[error("keys.json could not be read: {0}")]
    Read(#[from] ReadKeysError),
    #[error(transparent)]
    Keys(#[from] UnlockKeysError),
    /// Wrong once too often: the next attempt has to wait.
    #[error("{wrong}")]
    WrongThenWait {
        #[source]
        wrong: UnlockKeysError,
        wait: Duration,
    },
}

impl UnlockedVault {
    /// Checks a password or code of the member whose vault is open, as risky acts ask for it again. A wrong one counts
    /// like a failed unlock: an open vault is no place to guess faster.
    pub fn confirm(
        &self,
        with: UnlockWith<'_>,
        device: &Device,
        now: Timestamp,
    ) -> Result<(), ConfirmError> {
        let file = KeysFile::read(&self.folder)?;
        let attempt = device
            .begin_attempt(self.vault, now)
            .map_err(ConfirmError::Wait)?;
        let begun = Instant::now();
        let failed = |attempt: Attempt, wrong| match attempt.fail(begun.elapsed()) {
            Some(wait) => ConfirmError::WrongThenWait { wrong, wait },
            None => ConfirmError::Keys(wrong),
        };
        let of_another = match &with {
            UnlockWith::Recovery(_) => UnlockKeysError::WrongRecoveryCode,
            _ => UnlockKeysError::WrongPassword,
        };
        let keys = match unlock_keys_of(&file, with, Some(self.actor.member)) {
            Ok(keys) => keys,
            Err(
                wrong @ (UnlockKeysError::WrongPassword
                | UnlockKeysError::WrongRecoveryCode
                | UnlockKeysError::WrongInvitationCode),
            ) => {
                return Err(failed(attempt, wrong));
            }
            Err(error) => {
                attempt.forgive();
                return Err(error.into());
            }
        };
        if keys.identity.verifying_key() != self.identity.verifying_key() {
            // Another member's password is a guess like any other.
            return Err(failed(attempt, of_another));
        }
        let failures = attempt.failures_before();
        let written = self.write(now, |writer| writer.record_failures(failures));
        match written {
            Ok(()) => attempt.succeed(),
            // The failures stay counted until they can be written down.
            Err::<_, StoreError>(_) => attempt.forgive(),
        }
        Ok(())
    }

    /// Sets a new password; the old one's slot leaves `keys.json` and its backup.
    pub fn change_password(
        &self,
        new: &NewPassword,
        kdf: KdfParams,
        now: Timestamp,
    ) -> Result<(), ChangeKeysError> {
        let file = KeysFile::read(&self.folder)?;
        let next = unlock_keys::change_password(&file, &self.identity, new, kdf)?;
        match self.replace_keys(next, Action::PasswordChanged, now)? {
            Placed::Now => Ok(()),
            Placed::Later(error) => Err(ChangeKeysError::Pending(error)),
        }
    }

    /// Makes a new recovery code; the old one opens nothing once the new one is in place.
    pub fn renew_recovery_code(
        &self,
        now: Timestamp,
    ) -> Result<(RecoveryCode, Placed), ChangeKeysError> {
        let file = KeysFile::read(&self.folder)?;
        let (next, code) = unlock_keys::renew_recovery_code(&file, &self.identity)?;
        let placed = self.replace_keys(next, Action::RecoveryRenewed, now)?;
        Ok((code, placed))
    }

    fn replace_keys(
        &self,
        next: KeysFile,
        action: Action,
        now: Timestamp,
    ) -> Result<Placed, StoreError> {
        let (next, end) = self.write(now, |writer| {
            // Another program may have replaced the file that this one was made from; the next try reads the newer one.
            if vault_row::read(writer.connection)?.keys_generation + 1 != next.generation() {
                return Err(StoreError::Busy);
            }
            let (next, _) = announce(writer.connection, &writer.members, |_| {
                Ok::<_, StoreError>(next)
            })?;
            writer.record_act(action, &[], None)?;
            Ok((next, writer.log_end()))
        })?;
        self.place_announced(&next, end)
    }
}
