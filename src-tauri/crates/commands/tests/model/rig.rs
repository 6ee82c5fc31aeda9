//! A real vault with a member of each role, each at a device and in a program of their own, with a clock turned by hand
//! and a clipboard in memory.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use domain::{Rejection, SecretText, Timestamp};
use serde_json::{Value, json};
use testkit::TempVault;
use testkit::team;
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::Event;
use turnstone_commands::{App, Board, BoardError, Chooser, Clock, Host, Places, Surface};
use turnstone_commands::{commands, errors};
use vault::VaultFolder;

use crate::asks::Role;

pub struct Rig {
    vault: TempVault,
    clock: Arc<AtomicI64>,
    board: Arc<Mutex<Option<String>>>,
    /// By role, unlocked when first asked for.
    apps: [OnceCell<App>; 4],
}

/// One member's session.
pub struct Seat<'a> {
    app: &'a App,
    board: &'a Mutex<Option<String>>,
    pub role: Role,
}

struct MemoryBoard(Arc<Mutex<Option<String>>>);

struct Nobody;

pub fn name_of(role: Role) -> &'static str {
    match role {
        Role::Owner => "Ada",
        Role::Admin => "Bea",
        Role::Operator => "Cyd",
        Role::Viewer => "Dot",
    }
}

fn password_of(role: Role) -> &'static str {
    match role {
        Role::Owner => PASSWORD,
        Role::Admin => "nine curlews walk on the mud flats",
        Role::Operator => "four dunlins feed beside the pier",
        Role::Viewer => "six plovers sleep above the tideline",
    }
}

impl Rig {
    pub fn new() -> Self {
        let vault = TempVault::new();
        let folder = vault.folder();
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        for (name, bytes) in files_of_a_team() {
            fs::write(folder.join(name), bytes).unwrap();
        }
        Self {
            vault,
            clock: Arc::new(AtomicI64::new(testkit::now().as_millis())),
            board: Arc::new(Mutex::new(None)),
            apps: Default::default(),
        }
    }

    pub fn seat(&self, role: Role) -> Seat<'_> {
        let [viewer, operator, admin, owner] = &self.apps;
        let app = match role {
            Role::Viewer => viewer,
            Role::Operator => operator,
            Role::Admin => admin,
            Role::Owner => owner,
        };
        Seat {
            app: app.get_or_init(|| self.unlocked(role)),
            board: &self.board,
            role,
        }
    }

    /// Turns the wall clock, backwards too.
    pub fn turn_clock(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    fn unlocked(&self, role: Role) -> App {
        let home = self.vault.home();
        let wall = Arc::clone(&self.clock);
        let app = App::start_with(
            Places {
                data: home.to_owned(),
                config: home.join(name_of(role)).join("config"),
                state: home.join(name_of(role)).join("state"),
            },
            Arc::new(Nobody),
            Clock {
                wall: Box::new(move || Timestamp::from_millis(wall.load(Ordering::SeqCst))),
                steady: Box::new(|| Duration::from_secs(1)),
            },
            Box::new(MemoryBoard(Arc::clone(&self.board))),
        )
        .unwrap();
        let id = VaultFolder::open(&self.vault.folder())
            .unwrap()
            .id()
            .to_string();
        let request = json!({"vault_id": id, "password": password_of(role)});
        app.call(Surface::Window, "vault_unlock", request)
            .unwrap_or_else(|rejection| panic!("{role:?} cannot unlock: {}", json!(rejection)));
        app
    }
}

impl Seat<'_> {
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

/// Joined once a process; every rig begins with a copy.
fn files_of_a_team() -> &'static [(String, Vec<u8>)] {
    static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let temp = TempVault::new();
        let owner = temp.open();
        for (role, role_of) in [
            (Role::Admin, domain::Role::Admin),
            (Role::Operator, domain::Role::Operator),
            (Role::Viewer, domain::Role::Viewer),
        ] {
            let (_id, code) = team::invite(&owner, name_of(role), role_of);
            let (joined, _recovery) = team::join(&temp, &code, password_of(role), testkit::now());
            joined.lock("test", testkit::now()).unwrap();
        }
        owner.lock("test", testkit::now()).unwrap();
        all_files(&temp.folder())
    })
}

fn all_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
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
