//! From a folder and what opens it to the open vault, with every fault on the way as its envelope.

use std::path::Path;
use std::time::Duration;

use domain::reject::{Detail, ErrorType, Rejection};
use domain::{SecretText, Timestamp};
use vault::keys_file::ReadKeysError;
use vault::password::Password;
use vault::recovery_code::RecoveryCode;
use vault::unlock_keys::{UnlockKeysError, UnlockWith};
use vault::{ChangeKeysError, ConfirmError, OlderState, OpenError, UnlockError, VaultFolder};

use crate::app::App;
use crate::opened::Opened;
use crate::refusal::{Answer, Refusal, damage, internal, newer_format};

/// What a person has in hand.
pub enum Key {
    Password(SecretText),
    RecoveryCode(SecretText),
}

impl App {
    /// Opens the vault in a folder and makes it the open one.
    pub fn unlock_folder(
        &self,
        folder: &Path,
        key: &Key,
        older: OlderState,
    ) -> Result<(), Rejection> {
        self.unlock_found(folder, key, older)
            .map_err(|refusal| refusal.0)
    }

    pub(crate) fn unlock_found(&self, folder: &Path, key: &Key, older: OlderState) -> Answer<()> {
        let found = VaultFolder::open(folder)?;
        let now = self.clock.now();
        let vault = match key {
            Key::Password(text) => {
                let password = Password::parse(text.expose_text())
                    .map_err(|error| wrong("password", &error.to_string()))?;
                found.unlock(UnlockWith::Password(&password), &self.device, older, now)?
            }
            Key::RecoveryCode(text) => {
                let code = RecoveryCode::parse(text.expose_text())
                    .map_err(|error| wrong("recovery_code", &error.to_string()))?;
                found.unlock(UnlockWith::Recovery(&code), &self.device, older, now)?
            }
        };
        self.known.note(folder, &found, Some(now.to_string()));
        self.opened_now(Opened::new(vault));
        Ok(())
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        Self(match error {
            OpenError::Missing => Rejection::new(ErrorType::NotFound, error.to_string()),
            OpenError::NewerFormat => newer_format(),
            OpenError::Damaged => {
                damage("keys.json cannot be read, and neither can its copy keys.json.bak")
            }
            OpenError::Io(error) => internal(&format!(
                "The vault's folder could not be read ({}).",
                error.kind()
            )),
        })
    }
}

impl From<UnlockError> for Refusal {
    fn from(error: UnlockError) -> Self {
        Self(match error {
            UnlockError::Wait(wait) => wait_first(wait),
            UnlockError::WrongThenWait { wrong, wait } => wrong_then_wait(wrong, wait),
            UnlockError::Keys(error) => return error.into(),
            UnlockError::Rollback { what } => {
                let message = format!(
                    "This folder is not the newest state of the vault that this device has opened: {what}. Either another copy of the same vault was opened here, such as a restored backup, or an older folder was put in this place. If you know which and want this one, accept it: it opens as it is, the log says so, and from then on this device follows this copy and refuses the other."
                );
                let details = vec![Detail::new(Vec::new(), "rollback", message.clone())];
                Rejection::new(ErrorType::Conflict, message).with_details(details)
            }
            UnlockError::KeysMismatch { what } => damage(&format!(
                "keys.json and the database do not belong together ({what})"
            )),
            UnlockError::DatabaseMissing => damage("its database is missing"),
            UnlockError::WriteKeys(error) => {
                tracing::warn!(%error, "keys.json could not be written");
                internal(
                    "keys.json could not be brought up to date. Look at the folder's permissions and the disk.",
                )
            }
            UnlockError::Store(error) => return error.into(),
        })
    }
}

impl From<UnlockKeysError> for Refusal {
    fn from(error: UnlockKeysError) -> Self {
        let message = error.to_string();
        Self(match error {
            UnlockKeysError::WrongPassword => wrong("password", &message),
            UnlockKeysError::WrongRecoveryCode => wrong("recovery_code", &message),
            UnlockKeysError::WrongInvitationCode => wrong("invitation_code", &message),
            UnlockKeysError::SlotDamaged | UnlockKeysError::KdfOutOfBounds => {
                let details = vec![Detail::new(Vec::new(), "damage", message.clone())];
                Rejection::new(ErrorType::AuthenticationFailed, message).with_details(details)
            }
            UnlockKeysError::NotAMember
            | UnlockKeysError::NotJoined
            | UnlockKeysError::Replaced => Rejection::new(ErrorType::AuthenticationFailed, message),
            UnlockKeysError::Tampered(what) => damage(&format!(
                "keys.json is damaged, or something else than Turnstone changed it ({what})"
            )),
            UnlockKeysError::Kdf(_) => internal(
                "There is not enough memory to derive the key. Close other programs, then try again.",
            ),
        })
    }
}

impl From<ConfirmError> for Refusal {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::Wait(wait) => wait_first(wait).into(),
            ConfirmError::WrongThenWait { wrong, wait } => wrong_then_wait(wrong, wait).into(),
            ConfirmError::Read(error) => unreadable_keys(&error).into(),
            ConfirmError::Keys(error) => error.into(),
        }
    }
}

impl From<ChangeKeysError> for Refusal {
    fn from(error: ChangeKeysError) -> Self {
        tracing::warn!("the keys could not be changed");
        let message = error.to_string();
        match error {
            ChangeKeysError::Read(error) => unreadable_keys(&error).into(),
            ChangeKeysError::Keys(_) => internal("The keys could not be changed: keys.json is not as this vault wrote it, or the system gave too little memory.").into(),
            ChangeKeysError::Pending(_) => internal(&message).into(),
            ChangeKeysError::Store(error) => error.into(),
        }
    }
}

fn unreadable_keys(error: &ReadKeysError) -> Rejection {
    tracing::warn!(%error, "keys.json could not be read");
    damage("keys.json cannot be read any more")
}

fn wrong(member: &'static str, message: &str) -> Rejection {
    let details = vec![Detail::at(member, "wrong", message.to_owned())];
    Rejection::new(ErrorType::AuthenticationFailed, message).with_details(details)
}

fn wait_first(wait: Duration) -> Rejection {
    let seconds = wait.as_millis().div_ceil(1000);
    let message = format!("Too many wrong passwords in a row. Wait {seconds} s, then try again.");
    Rejection::rate_limited(message, millis(wait))
}

/// The failure that earned a wait already says how long it is, so that a window counts down at once.
fn wrong_then_wait(wrong: UnlockKeysError, wait: Duration) -> Rejection {
    Refusal::from(wrong).0.with_retry_after(millis(wait))
}

fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

/// The moment as it is written into files for a person.
pub fn day(now: Timestamp) -> String {
    now.to_string().chars().take(10).collect()
}
