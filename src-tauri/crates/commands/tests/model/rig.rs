//! A real vault in a temporary home and the program on it, with a clock turned by hand and a clipboard in memory.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{Rejection, SecretText, Timestamp};
use serde_json::{Value, json};
use testkit::TempVault;
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::Event;
use turnstone_commands::{App, Board, BoardError, Chooser, Clock, Host, Places, Surface};
use turnstone_commands::{commands, errors};
use vault::VaultFolder;

pub struct Rig {
    app: App,
    clock: Arc<AtomicI64>,
    board: Arc<Mutex<Option<String>>>,
    _vault: TempVault,
}

struct MemoryBoard(Arc<Mutex<Option<String>>>);

struct Nobody;

impl Rig {
    /// With the vault unlocked by its Owner.
    pub fn new() -> Self {
        let vault = TempVault::new();
        let clock = Arc::new(AtomicI64::new(testkit::now().as_millis()));
        let board = Arc::new(Mutex::new(None));
        let wall = Arc::clone(&clock);
        let app = App::start_with(
            Places {
                data: vault.home().to_owned(),
                config: vault.home().join("config"),
                state: vault.state_folder(),
            },
            Arc::new(Nobody),
            Clock {
                wall: Box::new(move || Timestamp::from_millis(wall.load(Ordering::SeqCst))),
                steady: Box::new(|| Duration::from_secs(1)),
            },
            Box::new(MemoryBoard(Arc::clone(&board))),
        )
        .unwrap();
        let id = VaultFolder::open(&vault.folder()).unwrap().id().to_string();
        let rig = Self {
            app,
            clock,
            board,
            _vault: vault,
        };
        rig.done(
            "vault_unlock",
            json!({"vault_id": id, "password": PASSWORD}),
        );
        rig
    }

    /// Turns the wall clock, backwards too.
    pub fn turn_clock(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// The envelope, where it was refused.
    pub fn call(&self, command: &str, request: Value) -> Result<Value, Value> {
        let answer = self.app.call(Surface::Window, command, request);
        answer.map_err(|rejection| {
            require_told(command, &rejection);
            json!(rejection)
        })
    }

    pub fn done(&self, command: &str, request: Value) -> Value {
        self.call(command, request)
            .unwrap_or_else(|envelope| panic!("{command}: {envelope}"))
    }

    pub fn take_copied(&self) -> Option<String> {
        self.board.lock().unwrap().take()
    }
}

/// `docs/ERRORS.md` tells of every error type that a command was seen to answer.
fn require_told(command: &str, refused: &Rejection) {
    let told = commands()
        .into_iter()
        .filter(|row| row.name == command)
        .any(|row| errors::of_command(&row).contains(&refused.error_type()));
    assert!(
        told,
        "docs/ERRORS.md does not tell that {command} answers {}",
        json!(refused)
    );
}

impl Board for MemoryBoard {
    fn put(&mut self, value: &SecretText) -> Result<(), BoardError> {
        *self.0.lock().unwrap() = Some(value.expose_text().to_owned());
        Ok(())
    }

    fn is_ours(&mut self) -> bool {
        self.0.lock().unwrap().is_some()
    }

    fn clear(&mut self) {
        *self.0.lock().unwrap() = None;
    }
}

impl Host for Nobody {
    fn emit(&self, _event: &Event) {}

    fn choose(&self, _what: Chooser<'_>) -> Option<PathBuf> {
        None
    }

    fn password(&self) -> Result<SecretText, Rejection> {
        Ok(SecretText::new(PASSWORD.to_owned()))
    }

    fn print(&self) -> bool {
        true
    }
}
