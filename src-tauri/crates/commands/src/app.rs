//! The program behind every surface: what is open, what was chosen, and the one way in for commands.

mod lending;
mod session;
mod time;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::reject::{ErrorType, Rejection};
use serde_json::Value;
use vault::Device;

use crate::api::{Changed, Event, LockReason};
use crate::chosen_files::ChosenFiles;
use crate::clipboard::{Board, Clipboard, DesktopBoard};
use crate::clock::Clock;
use crate::dispatch::{self, Body, Surface};
use crate::due_notice::DueNotices;
use crate::host::Host;
use crate::jobs::Jobs;
use crate::known_vaults::KnownVaults;
use crate::network::Network;
use crate::places::Places;
use crate::refusal::{internal, is_keys_changed, keys_just_changed};
use crate::rotation::runs::Runs;
use crate::settings_file::SettingsFile;
use crate::stops::Stops;
use session::Session;

pub(crate) use lending::{Lent, Loan};
pub(crate) use session::{Asked, Asks, vault_locked};

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
    pub(crate) jobs: Jobs,
    pub(crate) stops: Stops,
    pub(crate) runs: Runs,
    pub(crate) network: Network,
    pub(crate) due_notices: DueNotices,
    /// When something was last written that the vault was not tidied after, on the steady clock.
    wrote_at: Mutex<Option<Duration>>,
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
            Network::real(),
        )
    }

    /// With a clock, a clipboard and providers of the caller's.
    pub fn start_with(
        places: Places,
        host: Arc<dyn Host>,
        clock: Clock,
        board: Box<dyn Board>,
        network: Network,
    ) -> Result<Self, StartError> {
        let device = Device::open(&places.state, clock.now())
            .map_err(|error| StartError::State(places.state.clone(), error))?;
        Ok(Self {
            settings: SettingsFile::at(&places.config),
            known: KnownVaults::new(&places.state, &places.data),
            clipboard: Clipboard::new(board, Arc::clone(&host)),
            session: Mutex::new(Session::locked(clock.elapsed())),
            jobs: Jobs::default(),
            stops: Stops::default(),
            runs: Runs::default(),
            network,
            due_notices: DueNotices::new(&places.state),
            wrote_at: Mutex::default(),
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
        let answer = answer.map_err(|rejection| {
            if is_keys_changed(&rejection) && self.has_the_new_keys() {
                keys_just_changed()
            } else {
                rejection
            }
        });
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

    /// For the end of the program: as [`Self::lock`], and fine with nothing being open.
    pub fn quit(&self) {
        // Nothing to lock is fine here.
        let _nothing_open = self.lock(LockReason::Quit);
        connections::end_programs();
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

    /// Needed before there is a page that could ask: `system`, `light` or `dark`.
    pub fn theme(&self) -> String {
        self.settings.get().theme
    }

    pub fn holds_clipboard(&self) -> bool {
        self.clipboard.status(self.clock.elapsed()).is_some()
    }

    pub(crate) fn changed(&self, what: &[Changed]) {
        *self.wrote_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.clock.elapsed());
        self.host.emit(&Event::Changed {
            what: what.to_vec(),
        });
    }

    pub(crate) fn chosen(&self) -> MutexGuard<'_, ChosenFiles> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
