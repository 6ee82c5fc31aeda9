//! A member's program: in this process, or in one of its own that is told over pipes what to do.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{Rejection, SecretText, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use turnstone_commands::api::Event;
use turnstone_commands::{App, Board, BoardError, Chooser, Clock, Host, Network, Places, Surface};

use super::Time;

/// Tells the process beside where the vault is, and at whose device it runs.
const HOME: &str = "TURNSTONE_MODEL_HOME";
const MEMBER: &str = "TURNSTONE_MODEL_MEMBER";
/// Stands before each line that is an answer; the test harness writes others.
const ANSWER: &str = "answer: ";

pub struct Program {
    way: Way,
    copied: RefCell<Option<String>>,
    parting: RefCell<Option<String>>,
}

enum Way {
    Here(Box<Here>),
    Beside(RefCell<Beside>),
}

/// A command, or the time alone.
#[derive(Serialize, Deserialize)]
struct Order {
    time: Time,
    command: Option<String>,
    request: Value,
}

/// The answer or the envelope, and what else came of it.
#[derive(Serialize, Deserialize)]
pub struct Reply {
    pub answer: Result<Value, Value>,
    copied: Option<String>,
    parting: Option<String>,
}

struct Here {
    app: App,
    wall: Arc<AtomicI64>,
    steady: Arc<AtomicU64>,
    told: Arc<Told>,
    board: Arc<Mutex<Option<String>>>,
}

struct Beside {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// Why the session ended.
#[derive(Default)]
struct Told(Mutex<Option<String>>);

struct MemoryBoard(Arc<Mutex<Option<String>>>);

impl Program {
    pub fn here(home: &Path, member: usize, time: Time) -> Self {
        Self::new(Way::Here(Box::new(Here::start(home, member, time))))
    }

    pub fn beside(home: &Path, member: usize, _time: Time) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", PROGRAM_OF_ITS_OWN, "--ignored", "--nocapture"])
            .env(HOME, home)
            .env(MEMBER, member.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self::new(Way::Beside(RefCell::new(Beside {
            child,
            orders,
            answers,
        })))
    }

    fn new(way: Way) -> Self {
        Self {
            way,
            copied: RefCell::default(),
            parting: RefCell::default(),
        }
    }

    pub fn ask(&self, time: Time, command: Option<&str>, request: Value) -> Reply {
        let order = Order {
            time,
            command: command.map(str::to_owned),
            request,
        };
        let reply = match &self.way {
            Way::Here(here) => here.carry_out(order),
            Way::Beside(beside) => beside.borrow_mut().carry_out(&order),
        };
        if reply.copied.is_some() {
            self.copied.replace(reply.copied.clone());
        }
        if reply.parting.is_some() {
            self.parting.replace(reply.parting.clone());
        }
        reply
    }

    pub fn take_copied(&self) -> Option<String> {
        self.copied.take()
    }

    pub fn take_parting(&self) -> Option<String> {
        self.parting.take()
    }
}

impl Here {
    fn start(home: &Path, member: usize, time: Time) -> Self {
        let wall = Arc::new(AtomicI64::new(time.wall));
        let steady = Arc::new(AtomicU64::new(time.steady));
        let told = Arc::new(Told::default());
        let board = Arc::new(Mutex::new(None));
        let device = home.join(format!("device of {member}"));
        let places = Places {
            data: home.to_owned(),
            config: device.join("config"),
            state: device.join("state"),
        };
        let (wall_of_app, steady_of_app) = (Arc::clone(&wall), Arc::clone(&steady));
        let clock = Clock {
            wall: Box::new(move || Timestamp::from_millis(wall_of_app.load(Ordering::SeqCst))),
            steady: Box::new(move || Duration::from_millis(steady_of_app.load(Ordering::SeqCst))),
            sleep: Box::new(|_| Box::pin(std::future::ready(()))),
        };
        let memory = Box::new(MemoryBoard(Arc::clone(&board)));
        let app = App::start_with(places, told.clone(), clock, memory, Network::real()).unwrap();
        Self {
            app,
            wall,
            steady,
            told,
            board,
        }
    }

    fn carry_out(&self, order: Order) -> Reply {
        self.wall.store(order.time.wall, Ordering::SeqCst);
        self.steady.store(order.time.steady, Ordering::SeqCst);
        let answer = match order.command {
            Some(command) => self.app.call(Surface::Window, &command, order.request),
            None => {
                self.app.tick();
                Ok(Value::Null)
            }
        };
        Reply {
            answer: answer.map_err(|rejection| json!(rejection)),
            copied: self.board.lock().unwrap().take(),
            parting: self.told.0.lock().unwrap().take(),
        }
    }
}

impl Beside {
    fn carry_out(&mut self, order: &Order) -> Reply {
        let orders = self.orders.as_mut().unwrap();
        writeln!(orders, "{}", json!(order)).unwrap();
        orders.flush().unwrap();
        loop {
            let mut line = String::new();
            let read = self.answers.read_line(&mut line).unwrap();
            assert!(read > 0, "the program of its own ended");
            if let Some((_, answer)) = line.split_once(ANSWER) {
                return serde_json::from_str(answer).unwrap();
            }
        }
    }
}

impl Drop for Beside {
    /// Without orders it ends.
    fn drop(&mut self) {
        self.orders.take();
        let _ended = self.child.wait();
    }
}

const PROGRAM_OF_ITS_OWN: &str = "rig::program::a_program_of_its_own_that_is_told_what_to_do";

#[test]
#[ignore = "started by the sequences as a process of its own"]
fn a_program_of_its_own_that_is_told_what_to_do() {
    let Some(home) = std::env::var_os(HOME).map(PathBuf::from) else {
        return;
    };
    let member = std::env::var(MEMBER).unwrap().parse().unwrap();
    let mut here = None;
    for line in io::stdin().lock().lines() {
        let order: Order = serde_json::from_str(&line.unwrap()).unwrap();
        let here = here.get_or_insert_with(|| Here::start(&home, member, order.time));
        let reply = json!(here.carry_out(order));
        writeln!(io::stdout(), "{ANSWER}{reply}").unwrap();
    }
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

impl Host for Told {
    fn emit(&self, event: &Event) {
        if let Event::Locked { reason, .. } = event {
            *self.0.lock().unwrap() = Some(json!(reason).as_str().unwrap().to_owned());
        }
    }

    fn choose(&self, _what: Chooser<'_>) -> Option<PathBuf> {
        None
    }

    fn password(&self) -> Result<SecretText, Rejection> {
        Ok(SecretText::new(testkit::temp_vault::PASSWORD.to_owned()))
    }

    fn print(&self) -> bool {
        true
    }
}
