//! A real vault whose members sit at devices and in programs of their own, with clocks turned by hand and a clipboard in memory.

mod program;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::OnceLock;

use domain::MemberId;
use serde_json::{Value, json};
use testkit::TempVault;
use testkit::team;
use testkit::temp_vault::PASSWORD;
use turnstone_commands::{commands, errors};
use vault::VaultFolder;
use vault::keys_file::KeysFile;

use crate::asks::Role;
use program::{Program, Reply};

/// More than a program waits before it looks at what others wrote.
const LOOK_MILLIS: u64 = 2_000;

pub struct Rig {
    vault: TempVault,
    time: RefCell<Time>,
    programs: RefCell<BTreeMap<Place, Rc<Program>>>,
}

/// Both clocks, in milliseconds.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Time {
    pub wall: i64,
    pub steady: u64,
}

/// One of a member's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// As the model counts them.
    pub member: usize,
    pub is_second: bool,
}

/// A member in front of one of their programs.
pub struct Seat<'a> {
    rig: &'a Rig,
    program: Rc<Program>,
    pub place: Place,
}

/// Who founded the team, and with which password.
pub const FOUNDERS: [(&str, &str, Role, &str); 4] = [
    ("Ada", "ada", Role::Owner, PASSWORD),
    (
        "Bea",
        "bea",
        Role::Admin,
        "nine curlews walk on the mud flats",
    ),
    (
        "Cyd",
        "cyd",
        Role::Operator,
        "four dunlins feed beside the pier",
    ),
    (
        "Dot",
        "dot",
        Role::Viewer,
        "six plovers sleep above the tideline",
    ),
];

/// Their program is a process of its own.
const BESIDE: usize = 1;

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
            time: RefCell::new(Time {
                wall: testkit::now().as_millis(),
                steady: LOOK_MILLIS,
            }),
            programs: RefCell::default(),
        }
    }

    /// Started when first asked for, and locked then.
    pub fn seat(&self, place: Place) -> Seat<'_> {
        let mut programs = self.programs.borrow_mut();
        let program = programs.entry(place).or_insert_with(|| {
            let start = if place.member == BESIDE {
                Program::beside
            } else {
                Program::here
            };
            Rc::new(start(self.vault.home(), place.member, *self.time.borrow()))
        });
        Seat {
            rig: self,
            program: Rc::clone(program),
            place,
        }
    }

    /// Turns the wall clock, backwards too.
    pub fn turn_clock(&self, millis: i64) {
        self.time.borrow_mut().wall += millis;
    }

    pub fn vault_id(&self) -> String {
        let folder = VaultFolder::open(&self.vault.folder());
        folder.unwrap().id().to_string()
    }

    /// Whether `keys.json` has keys for this member.
    pub fn has_keys_for(&self, id: &str) -> bool {
        let keys = KeysFile::read(&self.vault.folder()).unwrap();
        keys.verifying_key(MemberId::parse(id).unwrap()).is_some()
    }
}

impl Seat<'_> {
    /// The envelope, where it was refused.
    pub fn call(&self, command: &str, request: Value) -> Result<Value, Value> {
        let answer = self.ask(Some(command), request).answer;
        answer.inspect_err(|envelope| require_told(command, envelope))
    }

    pub fn done(&self, command: &str, request: Value) -> Value {
        self.call(command, request)
            .unwrap_or_else(|envelope| panic!("{command}: {envelope}"))
    }

    pub fn unlock(&self, password: &str) -> Result<Value, Value> {
        let id = self.rig.vault_id();
        self.call(
            "vault_unlock",
            json!({"vault_id": id, "password": password}),
        )
    }

    /// Why the session ended by itself, if it did since the last time that this was asked.
    pub fn parting(&self) -> Option<String> {
        self.program.take_parting()
    }

    /// Lets the program see what others wrote.
    pub fn look(&self) {
        self.rig.time.borrow_mut().steady += LOOK_MILLIS;
        self.ask(None, Value::Null);
    }

    pub fn take_copied(&self) -> Option<String> {
        self.program.take_copied()
    }

    fn ask(&self, command: Option<&str>, request: Value) -> Reply {
        self.program.ask(*self.rig.time.borrow(), command, request)
    }
}

/// Joined once a process; every rig begins with a copy.
fn files_of_a_team() -> &'static [(String, Vec<u8>)] {
    static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let temp = TempVault::new();
        let owner = temp.open();
        let [_owner, others @ ..] = FOUNDERS;
        for (name, _, role, password) in others {
            let role = domain::Role::parse(role.word()).unwrap();
            let (_id, code) = team::invite(&owner, name, role);
            let (joined, _recovery) = team::join(&temp, &code, password, testkit::now());
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
fn require_told(command: &str, envelope: &Value) {
    let told = commands()
        .into_iter()
        .filter(|row| row.name == command)
        .flat_map(|row| errors::of_command(&row))
        .any(|told| envelope["type"] == told.as_str());
    assert!(
        told,
        "docs/ERRORS.md does not tell that {command} answers {envelope}"
    );
}
