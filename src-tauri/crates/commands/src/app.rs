//! The program behind every surface: what is open, what was chosen, and the one way in for commands.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use domain::reject::{ErrorType, Rejection};
use domain::role::{self, Permission};
use domain::time::Timestamp;
use serde_json::Value;
use vault::Device;

use crate::api::{Changed, Event, LockReason};
use crate::chosen_files::ChosenFiles;
use crate::clipboard::{Board, Clipboard, DesktopBoard};
use crate::clock::Clock;
use crate::dispatch::{self, Body, Surface};
use crate::host::Host;
use crate::known_vaults::KnownVaults;
use crate::opened::Opened;
use crate::places::Places;
use crate::refusal::{Answer, internal};
use crate::settings_file::SettingsFile;

/// How often time is looked at: the countdown, the idle lock.
const TICK: Duration = Duration::from_millis(250);
/// So long after a write nobody is in the middle of something.
const REST: Duration = Duration::from_secs(5);
/// How soon the window shows what another program wrote.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

pub struct App {
    pub(crate) places: Places,
    pub(crate) clock: Clock,
    pub(crate) device: Device,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) clipboard: Clipboard,
    pub(crate) settings: SettingsFile,
    pub(crate) known: KnownVaults,
    chosen: Mutex<ChosenFiles>,
    session: Mutex<Session>,
    /// When something was last written that the vault was not tidied after, on the steady clock.
    wrote_at: Mutex<Option<Duration>>,
    /// The command at work wrote something.
    wrote: AtomicBool,
}

struct Session {
    opened: Option<Opened>,
    /// When the person last did something, on the steady clock.
    active_at: Duration,
    swept_at: Duration,
    looked_at: Duration,
    /// Where the log ended when it was last looked at, or written by us.
    log_end: Option<u64>,
}

/// The program cannot start here.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the state folder {0} could not be used")]
    State(PathBuf, #[source] vault::DeviceError),
}

impl App {
    pub fn start(places: Places, host: Arc<dyn Host>) -> Result<Self, StartError> {
        Self::start_with(
            places,
            host,
            Clock::of_the_system(),
            Box::new(DesktopBoard::default()),
        )
    }

    /// With a clock and a clipboard of the caller's.
    pub fn start_with(
        places: Places,
        host: Arc<dyn Host>,
        clock: Clock,
        board: Box<dyn Board>,
    ) -> Result<Self, StartError> {
        let device = Device::open(&places.state, clock.now())
            .map_err(|error| StartError::State(places.state.clone(), error))?;
        Ok(Self {
            settings: SettingsFile::at(&places.config),
            known: KnownVaults::new(&places.state, &places.data),
            clipboard: Clipboard::new(board, Arc::clone(&host)),
            session: Mutex::new(Session {
                opened: None,
                active_at: clock.elapsed(),
                swept_at: clock.elapsed(),
                looked_at: clock.elapsed(),
                log_end: None,
            }),
            wrote_at: Mutex::default(),
            wrote: AtomicBool::new(false),
            chosen: Mutex::default(),
            places,
            clock,
            device,
            host,
        })
    }

    /// Carries out a command of the table. The request is an object; the answer never holds a value.
    pub fn call(&self, surface: Surface, name: &str, request: Value) -> Result<Value, Rejection> {
        self.carry_out(surface, name, Body::Json(request))
    }

    /// As [`Self::call`], from the request's text, where a member that comes twice is refused too.
    pub fn call_text(
        &self,
        surface: Surface,
        name: &str,
        request: &str,
    ) -> Result<Value, Rejection> {
        self.carry_out(surface, name, Body::Text(request))
    }

    fn carry_out(&self, surface: Surface, name: &str, body: Body<'_>) -> Result<Value, Rejection> {
        let answer = catch_unwind(AssertUnwindSafe(|| dispatch::dispatch(self, surface, name, body))).unwrap_or_else(|_payload| {
            self.lock_quietly();
            Err(internal("Turnstone ran into a fault of its own and locked the vault. Nothing was half written; unlock again.").into())
        })
        .map_err(|refusal| refusal.0);
        let name = dispatch::known_name(name);
        match &answer {
            Ok(_) => tracing::info!(command = name, "done"),
            // The command line finds out by this that it has to unlock; then the command comes again.
            Err(rejection)
                if surface == Surface::Cli && rejection.error_type() == ErrorType::VaultLocked => {}
            Err(rejection) => {
                tracing::info!(command = name, refused = rejection.error_type().as_str())
            }
        }
        answer
    }

    /// Lets time pass: clears the clipboard when its time is over, locks when nobody was active for long enough.
    pub fn tick(&self) {
        let elapsed = self.clock.elapsed();
        self.clipboard.tick(elapsed);
        let idle = self.idle_limit();
        let due = {
            let session = self.session();
            session.opened.is_some() && elapsed.saturating_sub(session.active_at) >= idle
        };
        if due {
            // Another lock was first.
            let _locked = self.lock(LockReason::Idle);
        } else {
            self.keep_house(elapsed);
            self.look_for_others(elapsed);
        }
    }

    /// Tells the window what another program wrote to the open vault.
    fn look_for_others(&self, elapsed: Duration) {
        let mut session = self.session();
        if elapsed.saturating_sub(session.looked_at) < LOOK_EVERY {
            return;
        }
        session.looked_at = elapsed;
        let Some(end) = session.opened.as_ref().and_then(Opened::log_end) else {
            return;
        };
        let before = session.log_end.replace(end);
        drop(session);
        if before.is_some_and(|before| before != end) {
            self.host.emit(&Event::Changed {
                what: vec![Changed::Secrets, Changed::Trash, Changed::Audit],
            });
        }
    }

    /// What is done when nobody waits: merging the search index after writes, and what falls due by the hour.
    fn keep_house(&self, elapsed: Duration) {
        let wrote_at = *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner);
        let rested = wrote_at.is_some_and(|at| elapsed.saturating_sub(at) >= REST);
        let mut session = self.session();
        let is_due = elapsed.saturating_sub(session.swept_at) >= SWEEP_EVERY;
        if is_due {
            session.swept_at = elapsed;
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

    /// Closes the vault, wipes its keys and clears what is still ours on the clipboard.
    pub fn lock(&self, reason: LockReason) -> Result<(), Rejection> {
        let opened = self.session().opened.take().ok_or_else(vault_locked)?;
        opened.close(self.clock.now(), reason);
        self.clipboard.clear();
        self.host.emit(&Event::Locked { reason, by: None });
        Ok(())
    }

    /// For the end of the program: as [`Self::lock`], and fine with nothing being open.
    pub fn quit(&self) {
        // Nothing to lock is fine here.
        let _nothing_open = self.lock(LockReason::Quit);
        self.clipboard.clear();
    }

    /// Folders of the vaults that this device knows.
    pub fn known_folders(&self) -> Vec<PathBuf> {
        self.known
            .all()
            .into_iter()
            .map(|known| known.folder)
            .collect()
    }

    pub fn holds_clipboard(&self) -> bool {
        self.clipboard.status(self.clock.elapsed()).is_some()
    }

    /// As [`Self::tick`], for a program that locks when it ends and not before.
    pub fn tick_clipboard(&self) {
        self.clipboard.tick(self.clock.elapsed());
    }

    fn lock_quietly(&self) {
        let opened = self.session().opened.take();
        drop(opened);
        self.clipboard.clear();
        self.host.emit(&Event::Locked {
            reason: LockReason::Changed,
            by: None,
        });
    }

    /// Runs a use case on the open vault, after the checks that come before any look at the request's fields (ERR-06).
    pub(crate) fn with_opened<T>(
        &self,
        permission: Option<Permission>,
        act: impl FnOnce(&mut Opened) -> Answer<T>,
    ) -> Answer<T> {
        let mut session = self.session();
        let opened = session.opened.as_mut().ok_or_else(vault_locked)?;
        if let Some(permission) = permission {
            role::require(opened.vault.actor(), permission)?;
        }
        let answer = act(opened);
        if self.wrote.swap(false, Ordering::SeqCst) {
            session.log_end = session.opened.as_ref().and_then(Opened::log_end);
        }
        answer
    }

    /// What is open, where something is.
    pub(crate) fn look<T>(&self, look: impl FnOnce(Option<&Opened>) -> T) -> T {
        look(self.session().opened.as_ref())
    }

    /// Makes a vault the open one, closing another.
    pub(crate) fn opened_now(&self, opened: Opened) {
        let before = {
            let mut session = self.session();
            session.active_at = self.clock.elapsed();
            session.log_end = opened.log_end();
            session.opened.replace(opened)
        };
        if let Some(before) = before {
            before.close(self.clock.now(), LockReason::Asked);
            self.clipboard.clear();
        }
    }

    pub(crate) fn was_active(&self) {
        self.session().active_at = self.clock.elapsed();
    }

    /// When the idle lock comes, if nothing happens.
    pub(crate) fn idle_lock_at(&self) -> Option<Timestamp> {
        let session = self.session();
        session.opened.as_ref()?;
        let idle_for = self.clock.elapsed().saturating_sub(session.active_at);
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

    pub(crate) fn changed(&self, what: &[Changed]) {
        self.wrote.store(true, Ordering::SeqCst);
        *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.clock.elapsed());
        self.host.emit(&Event::Changed {
            what: what.to_vec(),
        });
    }

    pub(crate) fn chosen(&self) -> MutexGuard<'_, ChosenFiles> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn vault_locked() -> Rejection {
    Rejection::new(
        ErrorType::VaultLocked,
        "The vault is locked. Unlock it first.",
    )
}
