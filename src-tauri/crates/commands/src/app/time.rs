//! What happens because time passes: the countdown, the idle lock, housekeeping, a look at what others wrote.

use std::sync::{Arc, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use domain::time::Timestamp;

use super::App;
use crate::api::{Changed, Event, LockReason};
use crate::opened::Opened;

/// How often time is looked at.
const TICK: Duration = Duration::from_millis(250);
/// So long after a write nobody is in the middle of something.
const REST: Duration = Duration::from_secs(5);
/// How soon the window shows what another program wrote.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// When this and that was last done, on the steady clock.
#[derive(Clone, Copy)]
pub struct LastTimes {
    /// The person did something.
    pub active: Duration,
    pub swept: Duration,
    pub looked: Duration,
}

impl LastTimes {
    pub fn all_at(elapsed: Duration) -> Self {
        Self {
            active: elapsed,
            swept: elapsed,
            looked: elapsed,
        }
    }
}

impl App {
    /// Lets time pass: clears the clipboard when its time is over, locks when nobody was active for long enough.
    pub fn tick(&self) {
        let elapsed = self.clock.elapsed();
        self.clipboard.tick(elapsed);
        let idle = self.idle_limit();
        let due = {
            let session = self.session();
            session.opened.is_some() && elapsed.saturating_sub(session.last.active) >= idle
        };
        if due {
            // Another lock was first.
            let _locked = self.lock(LockReason::Idle);
        } else {
            self.keep_house(elapsed);
            self.look_for_others(elapsed);
        }
    }

    /// As [`Self::tick`], for a program that locks when it ends and not before.
    pub fn tick_clipboard(&self) {
        self.clipboard.tick(self.clock.elapsed());
    }

    /// Runs [`Self::tick`] on a thread for as long as the app lives.
    pub fn keep_time(self: &Arc<Self>) -> std::io::Result<()> {
        let app: Weak<Self> = Arc::downgrade(self);
        thread::Builder::new()
            .name("time".to_owned())
            .spawn(move || {
                while let Some(app) = app.upgrade() {
                    app.tick();
                    drop(app);
                    thread::sleep(TICK);
                }
            })?;
        Ok(())
    }

    /// Tells the window what another program wrote to the open vault.
    fn look_for_others(&self, elapsed: Duration) {
        let mut session = self.session();
        if elapsed.saturating_sub(session.last.looked) < LOOK_EVERY {
            return;
        }
        session.last.looked = elapsed;
        // What cannot be read is told when something is asked for; nobody waits here.
        let end = session.opened.as_ref().map(Opened::log_end);
        let has_grown = match end {
            Some(Ok(Some(end))) => {
                let before = session.log_end.replace(end);
                before.is_some_and(|before| before != end)
            }
            Some(Ok(None) | Err(_)) | None => false,
        };
        drop(session);
        self.leave_old_keys();
        if has_grown {
            self.host.emit(&Event::Changed {
                what: Changed::OF_THE_VAULT.to_vec(),
            });
        }
    }

    /// What is done when nobody waits: merging the search index after writes, and what falls due by the hour.
    fn keep_house(&self, elapsed: Duration) {
        let wrote_at = *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner);
        let rested = wrote_at.is_some_and(|at| elapsed.saturating_sub(at) >= REST);
        let mut session = self.session();
        let is_due = elapsed.saturating_sub(session.last.swept) >= SWEEP_EVERY;
        if is_due {
            session.last.swept = elapsed;
        }
        let Some(opened) = session.opened.as_ref().filter(|_| rested || is_due) else {
            return;
        };
        *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let swept = if is_due {
            opened.vault.sweep(self.clock.now())
        } else {
            Ok(0)
        };
        if let Err(error) = swept.and_then(|_| opened.vault.tidy()) {
            tracing::warn!(%error, "housekeeping has to wait");
        }
    }

    pub(crate) fn was_active(&self) {
        self.session().last.active = self.clock.elapsed();
    }

    /// When the idle lock comes, if nothing happens.
    pub(crate) fn idle_lock_at(&self) -> Option<Timestamp> {
        let session = self.session();
        session.opened.as_ref()?;
        let idle_for = self.clock.elapsed().saturating_sub(session.last.active);
        let left = self.idle_limit().saturating_sub(idle_for);
        Some(
            self.clock
                .now()
                .plus_millis(i64::try_from(left.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    fn idle_limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.settings.get().idle_lock_minutes) * 60)
    }
}
