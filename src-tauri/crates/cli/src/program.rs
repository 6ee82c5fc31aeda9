//! The app behind the flags: which vault, and what opens it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use commands::api::Event;
use commands::{App, Chooser, Host, Key, OlderState, Places, Surface};
use domain::SecretText;
use domain::reject::{Detail, ErrorType, Rejection};
use serde_json::Value;

use crate::args::VaultArgs;
use crate::failure::Failure;
use crate::input;
use crate::progress::Progress;

pub struct Program {
    pub app: Arc<App>,
    caller: Arc<Caller>,
}

/// Who runs the program, as the app asks for them.
struct Caller {
    args: VaultArgs,
    /// The first line of standard input, read before anything else of it.
    typed: Mutex<Option<SecretText>>,
    progress: Progress,
}

impl Program {
    pub fn start(args: VaultArgs) -> Result<Self, Failure> {
        let internal =
            |message: String| Failure::from(Rejection::new(ErrorType::InternalError, message));
        let places = Places::of_this_user().map_err(|error| internal(error.to_string()))?;
        commands::log::quiet_panics();
        // Without a log everything else still works, and standard error is not the place to say so.
        let _unlogged = commands::log::to_file(&places.log_file());
        if let Err(error) = commands::harden_process() {
            tracing::warn!(%error, "core dumps and debuggers could not be shut out");
        }
        let typed = if args.password_stdin {
            Some(input::secret_line()?)
        } else {
            None
        };
        let typed = Mutex::new(typed);
        let caller = Arc::new(Caller {
            args,
            typed,
            progress: Progress::default(),
        });
        let app =
            App::start(places, caller.clone()).map_err(|error| internal(format!("{error}.")))?;
        Ok(Self {
            app: Arc::new(app),
            caller,
        })
    }

    /// Carries out a command, unlocking first where it needs that; what is wrong with its form is said before a password is asked for.
    pub fn call(&self, command: &str, request: &str) -> Result<Value, Rejection> {
        let answer = match self.app.call_text(Surface::Cli, command, request) {
            Err(rejection) if rejection.error_type() == ErrorType::VaultLocked => {
                self.unlock_if_needed()?;
                self.app.call_text(Surface::Cli, command, request)
            }
            other => other,
        };
        self.caller.progress.wipe();
        answer
    }

    pub fn unlock(&self) -> Result<(), Failure> {
        Ok(self.unlock_if_needed()?)
    }

    fn unlock_if_needed(&self) -> Result<(), Rejection> {
        let folder = self.folder()?;
        let older = if self.caller.args.accept_rollback {
            OlderState::Accept
        } else {
            OlderState::Refuse
        };
        let key = self.caller.key()?;
        self.app
            .unlock_folder(&folder, &key, older)
            .map_err(name_the_flag)
    }

    /// The password that was given, or asked for now.
    pub fn password(&self) -> Result<SecretText, Rejection> {
        self.caller.password()
    }

    /// Closes the vault and forgets the password, for what goes on without either.
    pub fn let_go(&self) {
        self.app.quit();
        *self.caller.typed() = None;
    }

    fn folder(&self) -> Result<PathBuf, Rejection> {
        if let Some(folder) = &self.caller.args.vault {
            return Ok(folder.clone());
        }
        let known = self.app.known_folders();
        match known.as_slice() {
            [only] => Ok(only.clone()),
            _ => Err(Rejection::validation(vec![Detail::at(
                "vault",
                "missing",
                "Say which vault with --vault DIR.",
            )])),
        }
    }

    /// Waits until what was copied is cleared, then closes the vault.
    pub fn finish(&self) {
        const LOOK_AGAIN: Duration = Duration::from_millis(100);
        while self.app.holds_clipboard() {
            self.app.tick_clipboard();
            thread::sleep(LOOK_AGAIN);
        }
        self.app.quit();
    }
}

/// How a person at the command line accepts what the window has a button for.
fn name_the_flag(rejection: Rejection) -> Rejection {
    let is_rollback = |detail: &Detail| detail.kind == "rollback";
    if !rejection.details().iter().any(is_rollback) {
        return rejection;
    }
    let message = format!("{} Here that is --accept-rollback.", rejection.message());
    let details = vec![Detail::new(Vec::new(), "rollback", message.clone())];
    Rejection::new(rejection.error_type(), message).with_details(details)
}

impl Caller {
    fn typed(&self) -> MutexGuard<'_, Option<SecretText>> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self) -> Result<Key, Rejection> {
        match &self.args.recovery_code_file {
            Some(path) => Ok(Key::RecoveryCode(input::secret_file(
                path,
                "recovery-code-file",
            )?)),
            None => Ok(Key::Password(self.password()?)),
        }
    }
}

impl Host for Caller {
    fn emit(&self, event: &Event) {
        if let Event::Progress { done, total, .. } = event {
            self.progress.tell(*done, *total);
        }
    }

    fn choose(&self, _what: Chooser<'_>) -> Option<PathBuf> {
        None
    }

    fn password(&self) -> Result<SecretText, Rejection> {
        match (&self.args.password_file, &*self.typed()) {
            (Some(path), _) => input::secret_file(path, "password-file"),
            (None, Some(typed)) => Ok(SecretText::new(typed.expose_text().to_owned())),
            (None, None) => input::ask("Master password: "),
        }
    }

    fn print(&self) -> bool {
        false
    }
}
