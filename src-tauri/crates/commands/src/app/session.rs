//! The open vault: who may use it for what, lending it, and closing it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::mask::display_text;
use domain::reject::{ErrorType, Rejection};
use domain::role::{self, Permission};
use vault::{KeysChange, UnlockedVault};

use super::App;
use super::time::LastTimes;
use crate::api::{Changed, Event, LockReason};
use crate::jobs::JobKind;
use crate::opened::Opened;
use crate::refusal::Answer;

pub struct Session {
    pub opened: Option<Opened>,
    pub last: LastTimes,
    /// Where the log ended when it was last looked at, or written by us.
    pub log_end: Option<u64>,
}

/// What a command asks of the member's role, and the command's name for the log of refused attempts.
#[derive(Clone, Copy)]
pub struct Asks {
    pub permission: Permission,
    pub command: &'static str,
}

/// How many hold a lent vault; the lock waits for all of them.
#[derive(Default)]
pub struct Lent {
    holders: Mutex<usize>,
    given_back: Condvar,
}

/// The open vault, lent to an act that takes long. The session goes on meanwhile.
struct Loan<'a> {
    vault: Arc<UnlockedVault>,
    /// After the vault, so that it is dropped when nobody is counted any more.
    _holder: Holder<'a>,
}

struct Holder<'a>(&'a Lent);

impl Session {
    pub fn locked(elapsed: Duration) -> Self {
        Self {
            opened: None,
            last: LastTimes::all_at(elapsed),
            log_end: None,
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
        let answer = match self.require(&opened.vault, asks) {
            Ok(()) => act(opened),
            Err(refused) => Err(refused.into()),
        };
        if self.wrote.swap(false, Ordering::SeqCst) {
            session.log_end = log_end_of(session.opened.as_ref());
        }
        answer
    }

    /// As [`Self::with_opened`], for what takes long: deriving a key from a password, reading the whole log. Other commands go on
    /// meanwhile, and the lock waits until the vault is given back.
    pub(crate) fn with_lent<T>(
        &self,
        asks: Option<Asks>,
        act: impl FnOnce(&UnlockedVault) -> Answer<T>,
    ) -> Answer<T> {
        let loan = self.with_opened(asks, |opened| Ok(self.lent.lend(&opened.vault)))?;
        let answer = act(&loan.vault);
        drop(loan);
        if self.wrote.swap(false, Ordering::SeqCst) {
            let mut session = self.session();
            session.log_end = log_end_of(session.opened.as_ref());
        }
        answer
    }

    fn require(&self, vault: &UnlockedVault, asks: Option<Asks>) -> Result<(), Rejection> {
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
                reason = refusal.0.message(),
                "a refused attempt could not be written into the log"
            ),
        }
    }

    /// What is open, where something is.
    pub(crate) fn look<T>(&self, look: impl FnOnce(Option<&Opened>) -> T) -> T {
        look(self.session().opened.as_ref())
    }

    /// Makes a vault the open one, closing another.
    pub(crate) fn opened_now(&self, opened: Opened) {
        let before = {
            let mut session = self.session();
            session.last.active = self.clock.elapsed();
            session.log_end = log_end_of(Some(&opened));
            session.opened.replace(opened)
        };
        if let Some(before) = before {
            self.close(before, LockReason::Asked);
            self.clipboard.clear();
        }
    }

    /// The session goes on with the vault under other keys; the old ones are wiped once nobody borrows them. Where the session ended
    /// meanwhile, nobody may use the new ones.
    pub(crate) fn replace_vault(&self, before: &UnlockedVault, vault: UnlockedVault) {
        let mut session = self.session();
        let opened = session.opened.as_mut();
        if let Some(opened) = opened.filter(|opened| opened.is(before)) {
            opened.vault = Arc::new(vault);
            session.log_end = log_end_of(session.opened.as_ref());
        }
    }

    /// Ends the session where its keys are no longer the vault's, and says why. While it is ourselves who change them it goes on.
    pub(super) fn leave_old_keys(&self) {
        if self.jobs.is_at_work(JobKind::Rekey) {
            return;
        }
        let mut session = self.session();
        let change = session
            .opened
            .as_ref()
            .map(|opened| opened.vault.keys_change());
        // What cannot be read is told when something is asked for.
        let Some(Ok(Some(change))) = change else {
            return;
        };
        let opened = session.opened.take();
        drop(session);
        let (reason, message) = parting(&change);
        self.drop_opened(opened, reason, message);
    }

    /// Ends a session whose keys open nothing any more, so that nothing can be written, not even that it ended.
    pub(crate) fn drop_session(&self, vault: &UnlockedVault, reason: LockReason, message: &str) {
        let opened = self.session().opened.take_if(|opened| opened.is(vault));
        if opened.is_some() {
            self.drop_opened(opened, reason, message.to_owned());
        }
    }

    fn drop_opened(&self, opened: Option<Opened>, reason: LockReason, message: String) {
        self.jobs.cancel_all();
        drop(opened);
        self.clipboard.clear();
        self.host.emit(&Event::Locked {
            reason,
            message: Some(message),
        });
    }

    /// Closes the vault, wipes its keys and clears what is still ours on the clipboard.
    pub fn lock(&self, reason: LockReason) -> Result<(), Rejection> {
        self.lock_saying(reason, None)
    }

    /// As [`Self::lock`], with what the window tells the person.
    pub(crate) fn lock_saying(
        &self,
        reason: LockReason,
        message: Option<String>,
    ) -> Result<(), Rejection> {
        let opened = self.session().opened.take().ok_or_else(vault_locked)?;
        self.close(opened, reason);
        self.clipboard.clear();
        self.host.emit(&Event::Locked { reason, message });
        Ok(())
    }

    /// After a fault of our own: nothing more is written, not even that it was locked.
    pub(super) fn lock_quietly(&self) {
        let opened = self.session().opened.take();
        self.jobs.cancel_all();
        drop(opened);
        self.clipboard.clear();
        self.host.emit(&Event::Locked {
            reason: LockReason::Changed,
            message: None,
        });
    }

    /// Nobody can borrow the vault any more: it was taken out of the session.
    fn close(&self, opened: Opened, reason: LockReason) {
        self.jobs.cancel_all();
        self.lent.wait_until_returned();
        opened.close(self.clock.now(), reason);
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

/// `None` where it cannot be read just now.
fn log_end_of(opened: Option<&Opened>) -> Option<u64> {
    opened.and_then(|opened| opened.log_end().ok().flatten())
}

impl Lent {
    fn lend(&self, vault: &Arc<UnlockedVault>) -> Loan<'_> {
        *self.holders() += 1;
        Loan {
            vault: Arc::clone(vault),
            _holder: Holder(self),
        }
    }

    fn wait_until_returned(&self) {
        let holders = self.holders();
        let _none = self
            .given_back
            .wait_while(holders, |holders| *holders > 0)
            .unwrap_or_else(PoisonError::into_inner);
    }

    fn holders(&self) -> MutexGuard<'_, usize> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Holder<'_> {
    fn drop(&mut self) {
        *self.0.holders() -= 1;
        self.0.given_back.notify_all();
    }
}

pub(crate) fn vault_locked() -> Rejection {
    Rejection::new(
        ErrorType::VaultLocked,
        "The vault is locked. Unlock it first.",
    )
}
