//! What happens because time passes: the countdown, the idle lock, housekeeping, a look at what others wrote.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use domain::reject::ErrorType;
use domain::time::Timestamp;

use super::App;
use crate::api::{Changed, Event, LockReason};
use crate::due_notice;
use crate::opened::Opened;
use crate::rotation;

/// How often time is looked at.
const TICK: Duration = Duration::from_millis(250);
/// So long after a write nobody is in the middle of something.
const REST: Duration = Duration::from_secs(5);
/// How soon the window shows what another program wrote.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon after its grace an old key is retired.
const RETIRE_EVERY: Duration = Duration::from_secs(60);
/// How soon it is told that something has fallen due.
const NOTICE_EVERY: Duration = Duration::from_secs(10 * 60);
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// One of the things that are done again and again.
type Part = fn(&App);

/// When this and that was last done, on the steady clock.
#[derive(Clone, Copy)]
pub struct LastTimes {
    /// The person did something.
    pub active: Duration,
    pub swept: Duration,
    pub looked: Duration,
    pub retired: Duration,
    /// When it was last looked what is due; not since the start.
    pub noticed: Option<Duration>,
}

impl LastTimes {
    pub fn all_at(elapsed: Duration) -> Self {
        Self {
            active: elapsed,
            swept: elapsed,
            looked: elapsed,
            retired: elapsed,
            noticed: None,
        }
    }
}

impl App {
    /// Lets time pass: clears the clipboard when its time is over, locks when nobody was active for long enough.
    pub fn tick(&self) {
        self.tick_clipboard();
        self.lock_when_idle();
        self.keep_house();
        self.tell_what_is_due();
    }

    /// As [`Self::tick`], for a program that locks when it ends and not before.
    pub fn tick_clipboard(&self) {
        self.clipboard.tick(self.clock.elapsed());
    }

    /// Does what [`Self::tick`] does for as long as the app lives. Each part has a thread of its own: a lock waits for whoever holds the
    /// vault, housekeeping for the disk, and neither may keep a value on the clipboard or the vault open.
    pub fn keep_time(self: &Arc<Self>) -> std::io::Result<()> {
        let parts: [(&str, Part); 5] = [
            ("clipboard time", Self::tick_clipboard),
            ("idle lock", Self::lock_when_idle),
            ("housekeeping", Self::keep_house),
            // It waits for providers, which nothing else may.
            ("rotations", Self::retire_when_due),
            // The desktop may keep it waiting.
            ("due notices", Self::tell_what_is_due),
        ];
        for (name, part) in parts {
            let app: Weak<Self> = Arc::downgrade(self);
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || {
                    while let Some(app) = app.upgrade() {
                        app.go_on_after_faults(part);
                        drop(app);
                        thread::sleep(TICK);
                    }
                })?;
        }
        Ok(())
    }

    /// A fault of our own locks the vault, and must not end the thread that would lock the next one.
    fn go_on_after_faults(&self, act: Part) {
        let guarded = |act: Part| catch_unwind(AssertUnwindSafe(|| act(self)));
        if guarded(act).is_err() && guarded(Self::lock_quietly).is_err() {
            tracing::error!("locking after a fault of Turnstone's own met another one");
        }
    }

    fn lock_when_idle(&self) {
        let idle = self.idle_limit();
        let due = {
            let session = self.session();
            let idle_for = self.clock.elapsed().saturating_sub(session.last.active);
            session.opened.is_some() && idle_for >= idle
        };
        if due {
            // Another lock was first.
            let _locked = self.lock(LockReason::Idle);
        }
    }

    /// On a vault that is lent, so that no command and no lock waits for the disk.
    fn keep_house(&self) {
        let elapsed = self.clock.elapsed();
        self.tidy(elapsed);
        {
            let mut session = self.session();
            let active = session.last.active;
            if let Some(opened) = session.opened.as_mut() {
                opened.drop_stale_import(elapsed, active);
                opened.drop_stale_lists(elapsed, active);
            }
        }
        self.look_for_others(elapsed);
    }

    /// Tells the window what another program wrote to the open vault.
    fn look_for_others(&self, elapsed: Duration) {
        let loan = {
            let mut session = self.session();
            if elapsed.saturating_sub(session.last.looked) < LOOK_EVERY {
                return;
            }
            session.last.looked = elapsed;
            session.opened.as_ref().map(Opened::lend)
        };
        let Some(loan) = loan else { return };
        // What cannot be read is told when something is asked for; nobody waits here.
        let by_others = loan.vault.entries_by_others();
        let has_grown = by_others.is_ok_and(|now| {
            let mut session = self.session();
            let is_same = session
                .opened
                .as_ref()
                .is_some_and(|opened| opened.is(&loan.vault));
            let known = session.by_others;
            if is_same {
                session.by_others = known.max(Some(now));
            }
            is_same && known.is_some_and(|known| now > known)
        });
        drop(loan);
        self.leave_old_keys();
        if has_grown {
            self.host.emit(&Event::Changed {
                what: Changed::OF_THE_VAULT.to_vec(),
            });
        }
    }

    /// What is done when nobody waits: merging the search index after writes, and what falls due by the hour.
    fn tidy(&self, elapsed: Duration) {
        let wrote_at = *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner);
        let rested = wrote_at.is_some_and(|at| elapsed.saturating_sub(at) >= REST);
        let (loan, is_due) = {
            let mut session = self.session();
            let is_due = elapsed.saturating_sub(session.last.swept) >= SWEEP_EVERY;
            if is_due {
                session.last.swept = elapsed;
            }
            let Some(opened) = session.opened.as_ref().filter(|_| rested || is_due) else {
                return;
            };
            (opened.lend(), is_due)
        };
        *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let swept = if is_due {
            loan.vault.sweep(self.clock.now())
        } else {
            Ok(0)
        };
        if let Err(error) = swept.and_then(|_| loan.vault.tidy()) {
            tracing::warn!(reason = error.kind(), "housekeeping has to wait");
        }
    }

    fn retire_when_due(&self) {
        let elapsed = self.clock.elapsed();
        let is_due = {
            let mut session = self.session();
            let is_due = elapsed.saturating_sub(session.last.retired) >= RETIRE_EVERY;
            if is_due {
                session.last.retired = elapsed;
            }
            is_due && session.opened.is_some()
        };
        if is_due {
            self.carry_on_due();
        }
    }

    /// Goes on with rotations whose old key has had its grace.
    pub fn carry_on_due(&self) {
        let gone_on = self.with_lent(None, |vault| rotation::carry_on_due(self, vault));
        if let Err(refusal) = gone_on
            && refusal.0.error_type() != ErrorType::VaultLocked
        {
            tracing::warn!(reason = refusal.0.message(), "rotations have to wait");
        }
    }

    /// While a vault is open; first when one is opened.
    fn tell_what_is_due(&self) {
        let elapsed = self.clock.elapsed();
        let is_due = {
            let mut session = self.session();
            let rested = session
                .last
                .noticed
                .is_none_or(|at| elapsed.saturating_sub(at) >= NOTICE_EVERY);
            let is_due = rested && session.opened.is_some();
            if is_due {
                session.last.noticed = Some(elapsed);
            }
            is_due
        };
        if !is_due {
            return;
        }
        let told = self.with_lent(None, |vault| due_notice::tell(self, vault));
        if let Err(refusal) = told
            && refusal.0.error_type() != ErrorType::VaultLocked
        {
            tracing::warn!(
                reason = refusal.0.message(),
                "what is due could not be told"
            );
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
