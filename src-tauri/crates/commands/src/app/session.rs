//! The open vault: who may use it for what, and closing it.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use domain::VaultId;
use domain::mask::display_text;
use domain::reject::{ErrorType, Rejection};
use domain::role::{self, Permission};
use vault::{KeysChange, UnlockedVault};

use super::App;
use super::time::LastTimes;
use crate::api::{Changed, Event, LockReason};
use crate::jobs::{Job, JobKind};
use crate::opened::Opened;
use crate::refusal::Answer;

pub struct Session {
    pub opened: Option<Opened>,
    pub last: LastTimes,
    /// How many entries of the open vault's log were others' when it was last looked at.
    pub by_others: Option<u64>,
}

/// What a command asks of the member's role, and the command's name for the log of refused attempts.
#[derive(Clone, Copy)]
pub struct Asks {
    pub permission: Permission,
    pub command: &'static str,
}

/// A command that was let in and asks the person something first. Another vault may be open when they have answered, or they may have
/// another role, so both are asked again.
pub struct Asked<'a> {
    app: &'a App,
    vault: VaultId,
    asks: Option<Asks>,
}

impl Asked<'_> {
    pub fn with_opened<T>(&self, act: impl FnOnce(&mut Opened) -> Answer<T>) -> Answer<T> {
        self.app.with_opened(None, |opened| {
            self.require_same(&opened.vault)?;
            self.app.require(&opened.vault, self.asks)?;
            act(opened)
        })
    }

    pub fn with_lent<T>(&self, act: impl FnOnce(&UnlockedVault) -> Answer<T>) -> Answer<T> {
        let loan = self.with_opened(|opened| Ok(opened.lend()))?;
        act(&loan.vault)
    }

    fn require_same(&self, vault: &UnlockedVault) -> Result<(), Rejection> {
        if vault.vault_id() == self.vault {
            Ok(())
        } else {
            Err(Rejection::new(
                ErrorType::VaultLocked,
                "The vault that this was asked of is locked now, and another one is open.",
            ))
        }
    }
}

impl Session {
    pub fn locked(elapsed: Duration) -> Self {
        Self {
            opened: None,
            last: LastTimes::all_at(elapsed),
            by_others: None,
        }
    }
}

impl App {
    /// Runs a use case on the open vault, after the checks that come before any look at the request's fields (ERR-06).
    pub(crate) fn with_opened<T>(
        &self,
        asks: Option<Asks>,
        act: impl FnOnce(&mut Opened) -> Answer<T>,
    ) -> Answer<T> {
        let mut session = self.session();
        let opened = session.opened.as_mut().ok_or_else(vault_locked)?;
        self.require(&opened.vault, asks)?;
        act(opened)
    }

    /// As [`Self::with_opened`], for what takes long: deriving a key from a password, reading the whole log. Other commands go on
    /// meanwhile, and the lock waits until the vault is given back.
    pub(crate) fn with_lent<T>(
        &self,
        asks: Option<Asks>,
        act: impl FnOnce(&UnlockedVault) -> Answer<T>,
    ) -> Answer<T> {
        let loan = self.with_opened(asks, |opened| Ok(opened.lend()))?;
        act(&loan.vault)
    }

    /// Lets a command in that asks the person something before it does anything.
    pub(crate) fn ask(&self, asks: Option<Asks>) -> Answer<Asked<'_>> {
        self.with_opened(asks, |opened| {
            Ok(Asked {
                app: self,
                vault: opened.vault.vault_id(),
                asks,
            })
        })
    }

    /// Runs the part of a long act that must not happen after a lock, on the session that lent the vault and on no other.
    pub(crate) fn still_open<T>(
        &self,
        lent: &UnlockedVault,
        act: impl FnOnce(&mut Opened) -> Answer<T>,
    ) -> Answer<T> {
        self.with_opened(None, |opened| {
            if opened.is(lent) {
                act(opened)
            } else {
                Err(vault_locked().into())
            }
        })
    }

    /// Begins a job on a lent vault. A lock cancels the jobs that there are, so none begins after it.
    pub(crate) fn start_job(&self, lent: &UnlockedVault, kind: JobKind) -> Answer<Job<'_>> {
        self.still_open(lent, |_opened| self.jobs.start(self, kind))
    }

    pub(crate) fn require(
        &self,
        vault: &UnlockedVault,
        asks: Option<Asks>,
    ) -> Result<(), Rejection> {
        let Some(asks) = asks else { return Ok(()) };
        role::require(vault.actor(), asks.permission).inspect_err(|_refused| {
            self.note_refusal(vault, asks.command);
        })
    }

    /// A refused attempt is in the log where the log can be written; it stays refused where it cannot (AUDIT-01).
    fn note_refusal(&self, vault: &UnlockedVault, command: &str) {
        let noted: Answer<()> = vault.write(self.clock.now(), |writer| {
            writer.record_refusal(command)?;
            Ok(())
        });
        match noted {
            Ok(()) => self.changed(&[Changed::Audit]),
            Err(refusal) => tracing::warn!(
                reason = refusal.0.error_type().as_str(),
                "a refused attempt could not be written into the log"
            ),
        }
    }

    /// What is open, where something is.
    pub(crate) fn look<T>(&self, look: impl FnOnce(Option<&Opened>) -> T) -> T {
        look(self.session().opened.as_ref())
    }

    /// What takes long may end after the session that it began in.
    pub(crate) fn require_open(&self, vault: &UnlockedVault) -> Answer<()> {
        let is_open = self.look(|opened| opened.is_some_and(|opened| opened.is(vault)));
        if is_open {
            Ok(())
        } else {
            Err(vault_locked().into())
        }
    }

    /// Makes a vault the open one, closing another.
    pub(crate) fn opened_now(&self, opened: Opened) {
        let by_others = opened.vault.entries_by_others().ok();
        let before = {
            let mut session = self.session();
            session.last.active = self.clock.elapsed();
            session.by_others = by_others;
            let before = session.opened.replace(opened);
            if before.is_some() {
                self.stops.ask_all();
            }
            before
        };
        if let Some(before) = before {
            self.clipboard.clear();
            before.close(self.clock.now(), LockReason::Asked);
        }
    }

    /// The session goes on with the vault under other keys; the old ones are wiped once nobody borrows them. Where the session ended
    /// meanwhile, nobody may use the new ones.
    pub(crate) fn replace_vault(&self, before: &UnlockedVault, vault: UnlockedVault) {
        let by_others = vault.entries_by_others().ok();
        let mut session = self.session();
        let opened = session.opened.as_mut();
        if let Some(opened) = opened.filter(|opened| opened.is(before)) {
            opened.vault = Arc::new(vault);
            session.by_others = by_others;
        }
    }

    /// Whether the session goes on, or soon does, where a command met keys that are not the vault's any more: it was ourselves who
    /// changed them. Else it ends here.
    pub(super) fn has_the_new_keys(&self) -> bool {
        if self.jobs.is_at_work(JobKind::Rekey) {
            return true;
        }
        self.leave_old_keys();
        self.look(|opened| opened.is_some())
    }

    /// Ends the session where its keys are no longer the vault's, and says why. While it is ourselves who change them it goes on.
    pub(super) fn leave_old_keys(&self) {
        if self.jobs.is_at_work(JobKind::Rekey) {
            return;
        }
        let Some(loan) = self.look(|opened| opened.map(Opened::lend)) else {
            return;
        };
        // What cannot be read is told when something is asked for.
        let Ok(Some(change)) = loan.vault.keys_change() else {
            return;
        };
        let (reason, message) = parting(&change);
        self.drop_session(&loan.vault, reason, &message);
    }

    /// Ends a session whose keys open nothing any more, so that nothing can be written, not even that it ended.
    pub(crate) fn drop_session(&self, vault: &UnlockedVault, reason: LockReason, message: &str) {
        if let Some(opened) = self.take_session(|opened| opened.is(vault)) {
            drop(opened);
            self.clipboard.clear();
            self.host.emit(&Event::Locked {
                reason,
                message: Some(message.to_owned()),
            });
        }
    }

    /// Closes the vault, wipes its keys and clears what is still ours on the clipboard.
    pub fn lock(&self, reason: LockReason) -> Result<(), Rejection> {
        self.lock_saying(reason, None)
    }

    /// As [`Self::lock`], with what the window tells the person. What protects comes first; then it waits for whoever still holds the
    /// vault, who hear of it at their next step.
    pub(crate) fn lock_saying(
        &self,
        reason: LockReason,
        message: Option<String>,
    ) -> Result<(), Rejection> {
        let opened = self.take_session(|_opened| true).ok_or_else(vault_locked)?;
        self.clipboard.clear();
        self.host.emit(&Event::Locked { reason, message });
        opened.close(self.clock.now(), reason);
        Ok(())
    }

    /// After a fault of our own: nothing more is written, not even that it was locked.
    pub(super) fn lock_quietly(&self) {
        let opened = self.take_session(|_opened| true);
        drop(opened);
        self.clipboard.clear();
        self.host.emit(&Event::Locked {
            reason: LockReason::Changed,
            message: None,
        });
    }

    /// From here on nobody can borrow the vault any more, and whoever works on it is asked to stop.
    fn take_session(&self, is_meant: impl FnOnce(&Opened) -> bool) -> Option<Opened> {
        let mut session = self.session();
        let opened = session.opened.take_if(|opened| is_meant(opened))?;
        self.stops.ask_all();
        Some(opened)
    }

    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a session ends because of what became of its keys.
fn parting(change: &KeysChange) -> (LockReason, String) {
    let by = change.by.as_deref().map(display_text);
    let by = by.as_deref().unwrap_or("Another member");
    if !change.still_member {
        let message = "You are no longer a member of this vault.";
        (LockReason::Removed, message.to_owned())
    } else if change.role_changed {
        let message = format!("{by} changed your role in this vault. Unlock again.");
        (LockReason::KeysChanged, message)
    } else {
        let message = format!("{by} changed the vault's keys. Unlock again.");
        (LockReason::KeysChanged, message)
    }
}

pub(crate) fn vault_locked() -> Rejection {
    Rejection::new(
        ErrorType::VaultLocked,
        "The vault is locked. Unlock it first.",
    )
}
