//! An app on a temporary home, with clocks turned by hand, a clipboard in memory, and all that it told.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::{Rejection, SecretText, Timestamp};
use serde_json::{Value, json};
use testkit::TempVault;
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::{Event, LockReason};
use turnstone_commands::{
    App, Board, BoardError, Chooser, Clock, Host, Network, Notice, Places, Providers, Surface,
};
use turnstone_commands::{commands, errors};
use vault::VaultFolder;

use crate::cloud::Cloud;

pub struct World {
    pub app: Arc<App>,
    pub vault: Arc<TempVault>,
    pub time: Arc<Mutex<Duration>>,
    pub board: Arc<Mutex<BoardState>>,
    pub told: Arc<Recorder>,
    /// What happens while somebody asks for the time next: a command does after it was let in and before it does anything.
    pub when_asked: Arc<Mutex<Option<Meanwhile>>>,
    /// Who is asked, unless it is another provider ([`World::at`]).
    pub cloud: Cloud,
    outside: Outside,
}

/// What is there beside the program: a provider, and a moment from which the world's time counts.
#[derive(Clone)]
struct Outside {
    providers: Arc<dyn Providers>,
    epoch: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

type Meanwhile = Box<dyn FnOnce() + Send>;

#[derive(Default)]
pub struct BoardState {
    pub text: Option<String>,
    /// Something else took the clipboard.
    pub taken: bool,
    pub broken: bool,
    /// Panics with the value in its message, as a library could.
    pub panics: bool,
    /// Panics when it is next asked whose the text is.
    pub panics_when_asked: bool,
}

#[derive(Default)]
pub struct Recorder {
    pub events: Mutex<Vec<Event>>,
    /// What the person chooses next.
    pub choice: Mutex<Option<PathBuf>>,
    /// What happens before the person has chosen.
    pub when_choosing: Mutex<Option<Meanwhile>>,
    /// What the window does when it hears of something.
    pub when_told: Mutex<Option<WhenTold>>,
    /// What the system showed.
    pub notices: Mutex<Vec<Notice>>,
    /// Pages that the browser opened; `None` where there is no browser.
    pub pages: Mutex<Option<Vec<String>>>,
    /// The process is stopped when it tells of a rotation for so manieth time: right after a commit.
    pub stops_at: Mutex<Option<usize>>,
}

type WhenTold = Box<dyn Fn(&Event) + Send>;

struct MemoryBoard(Arc<Mutex<BoardState>>);

impl World {
    /// Locked.
    pub fn new() -> Self {
        let vault = Arc::new(TempVault::new());
        let state = vault.state_folder();
        let time = Arc::new(Mutex::new(Duration::from_secs(1000)));
        let cloud = Cloud::new(Arc::clone(&time));
        let outside = Outside {
            providers: Arc::new(cloud.clone()),
            epoch: Arc::new(testkit::now),
        };
        Self::on(vault, state, time, cloud, outside)
    }

    /// Unlocked, with these providers and a clock that goes as theirs do; waits end at once.
    pub fn at(providers: Arc<dyn Providers>) -> Self {
        let made = Self::new();
        let begun = *made.time.lock().unwrap();
        let epoch = move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            let millis = (now - begun).as_millis();
            Timestamp::from_millis(i64::try_from(millis).unwrap())
        };
        let outside = Outside {
            providers,
            epoch: Arc::new(epoch),
        };
        let state = made.vault.state_folder();
        let world = Self::on(made.vault, state, made.time, made.cloud, outside);
        world.unlock();
        world
    }

    pub fn unlocked() -> Self {
        let world = Self::new();
        world.unlock();
        world
    }

    /// As [`World::at`], with the providers themselves, or those that a policy names.
    pub fn online() -> Self {
        let providers = Network::real().providers();
        Self::at(providers.unwrap())
    }

    /// The same home after a restart of the program.
    pub fn restarted(self) -> Self {
        self.app.quit();
        let state = self.vault.state_folder();
        Self::on(self.vault, state, self.time, self.cloud, self.outside)
    }

    /// Another program at the same vault on the same device, locked.
    pub fn elsewhere(&self) -> Self {
        self.beside(self.vault.state_folder())
    }

    /// The program of another person at the same vault, locked.
    pub fn on_device_of(&self, name: &str) -> Self {
        self.beside(self.vault.home().join(format!("state of {name}")))
    }

    /// With the same provider, and a clock of its own that shows the same time.
    fn beside(&self, state: PathBuf) -> Self {
        let time = Arc::new(Mutex::new(*self.time.lock().unwrap()));
        let vault = Arc::clone(&self.vault);
        Self::on(vault, state, time, self.cloud.clone(), self.outside.clone())
    }

    fn on(
        vault: Arc<TempVault>,
        state: PathBuf,
        time: Arc<Mutex<Duration>>,
        cloud: Cloud,
        outside: Outside,
    ) -> Self {
        let epoch = Arc::clone(&outside.epoch);
        let places = Places {
            data: vault.home().to_owned(),
            config: vault.home().join("config"),
            state,
        };
        let (wall, steady, passing) = (Arc::clone(&time), Arc::clone(&time), Arc::clone(&time));
        let when_asked: Arc<Mutex<Option<Meanwhile>>> = Arc::default();
        let asked = Arc::clone(&when_asked);
        let clock = Clock {
            wall: Box::new(move || {
                let meanwhile = asked.lock().unwrap().take();
                if let Some(meanwhile) = meanwhile {
                    meanwhile();
                }
                let since = wall.lock().unwrap().as_millis();
                epoch().plus_millis(i64::try_from(since).unwrap())
            }),
            steady: Box::new(move || *steady.lock().unwrap()),
            sleep: Box::new(move |length| {
                let passing = Arc::clone(&passing);
                Box::pin(async move { *passing.lock().unwrap() += length })
            }),
        };
        let board = Arc::new(Mutex::new(BoardState::default()));
        let told = Arc::new(Recorder::default());
        let app = App::start_with(
            places,
            told.clone(),
            clock,
            Box::new(MemoryBoard(board.clone())),
            // Of its own too: never the 1Password of whoever runs the tests.
            Network::with(Arc::clone(&outside.providers)).with_op(vault.home().join("bin/op")),
        )
        .unwrap();
        Self {
            app: Arc::new(app),
            vault,
            time,
            board,
            told,
            when_asked,
            cloud,
            outside,
        }
    }

    /// Locks as soon as the command that comes next was let in, and lets it go on once the window knows.
    pub fn lock_during_the_next(&self) {
        let (app, told) = (Arc::clone(&self.app), Arc::clone(&self.told));
        *self.when_asked.lock().unwrap() = Some(Box::new(move || lock_beside(&app, &told)));
    }

    pub fn vault_id(&self) -> String {
        VaultFolder::open(&self.vault.folder())
            .unwrap()
            .id()
            .to_string()
    }

    pub fn unlock(&self) {
        self.done(
            "vault_unlock",
            json!({ "vault_id": self.vault_id(), "password": PASSWORD }),
        );
    }

    pub fn pass(&self, time: Duration) {
        *self.time.lock().unwrap() += time;
        self.app.tick();
    }

    pub fn call(&self, command: &str, request: Value) -> Result<Value, Rejection> {
        let answer = self.app.call(Surface::Window, command, request);
        answer.inspect_err(|refused| require_told(command, refused))
    }

    pub fn done(&self, command: &str, request: Value) -> Value {
        self.call(command, request)
            .unwrap_or_else(|rejection| panic!("{command}: {}", json!(rejection)))
    }

    /// The envelope of a command that has to fail.
    pub fn refused(&self, command: &str, request: Value) -> Value {
        match self.call(command, request) {
            Ok(answer) => panic!("{command} was carried out: {answer}"),
            Err(rejection) => json!(rejection),
        }
    }

    pub fn on_cli(&self, command: &str, request: Value) -> Result<Value, Rejection> {
        let answer = self.app.call(Surface::Cli, command, request);
        answer.inspect_err(|refused| require_told(command, refused))
    }

    /// A new generic secret's id.
    pub fn generic(&self, name: &str, value: &str) -> String {
        let request =
            json!({ "name": name, "secret_type": "generic", "credentials": { "value": value } });
        self.done("secret_create", request)["secret"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A generic secret that has an env key.
    pub fn generic_with_env_key(&self, name: &str, env_key: &str) {
        let request = json!({ "name": name, "secret_type": "generic", "env_key": env_key, "credentials": { "value": "plover-dunlin-knot-77" } });
        self.done("secret_create", request);
    }

    pub fn actions(&self) -> Vec<String> {
        let entries = self.done("audit_list", json!({}))["entries"].clone();
        entries
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["action"].as_str().unwrap().to_owned())
            .collect()
    }

    pub fn events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.told.events.lock().unwrap())
    }

    pub fn on_clipboard(&self) -> Option<String> {
        self.board.lock().unwrap().text.clone()
    }

    pub fn choose(&self, path: &Path) {
        *self.told.choice.lock().unwrap() = Some(path.to_owned());
    }
}

/// Locks on a thread of its own, as a person does who does not wait for an act, and answers when the window knows of it.
pub fn lock_beside(app: &Arc<App>, told: &Arc<Recorder>) {
    let app = Arc::clone(app);
    thread::spawn(move || app.lock(LockReason::Asked));
    assert!(
        told.hears(|event| matches!(event, Event::Locked { .. })),
        "the lock waited for the act"
    );
}

impl Recorder {
    /// Whether the window is told such a thing before long.
    pub fn hears(&self, is_it: impl Fn(&Event) -> bool) -> bool {
        let heard = || self.events.lock().unwrap().iter().any(&is_it);
        before_long(heard)
    }
}

/// Whether it becomes so, without waiting for it for ever.
pub fn before_long(is_so: impl Fn() -> bool) -> bool {
    const LOOK_AGAIN: Duration = Duration::from_millis(10);
    let until = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(LOOK_AGAIN);
    }
    true
}

/// `docs/ERRORS.md` tells of every error type that a command was seen to answer.
fn require_told(command: &str, refused: &Rejection) {
    let mut rows = commands().into_iter().filter(|row| row.name == command);
    let Some(row) = rows.next() else { return };
    let told = std::iter::once(row).chain(rows);
    assert!(
        told.flat_map(|row| errors::of_command(&row))
            .any(|kind| kind == refused.error_type()),
        "{command} answered {}, which docs/ERRORS.md does not tell",
        json!(refused)
    );
}

impl Recorder {
    fn count_down(&self) {
        let mut left = self.stops_at.lock().unwrap();
        let is_last = *left == Some(0);
        *left = left.and_then(|left| left.checked_sub(1));
        drop(left);
        assert!(!is_last, "{}", crate::cloud::STOPPED);
    }
}

impl Host for Recorder {
    fn emit(&self, event: &Event) {
        self.events.lock().unwrap().push(event.clone());
        if matches!(event, Event::RotationChanged { .. }) {
            self.count_down();
        }
        // What it does may be told too, on whichever thread.
        let act = self.when_told.lock().unwrap().take();
        if let Some(act) = act {
            act(event);
            self.when_told.lock().unwrap().get_or_insert(act);
        }
    }

    fn choose(&self, _what: Chooser<'_>) -> Option<PathBuf> {
        let meanwhile = self.when_choosing.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        self.choice.lock().unwrap().take()
    }

    fn notify(&self, notice: &Notice) {
        self.notices.lock().unwrap().push(notice.clone());
    }

    fn open_page(&self, address: &str) -> bool {
        let mut pages = self.pages.lock().unwrap();
        pages
            .as_mut()
            .map(|pages| pages.push(address.to_owned()))
            .is_some()
    }

    fn password(&self) -> Result<SecretText, Rejection> {
        Ok(SecretText::new(PASSWORD.to_owned()))
    }

    fn print(&self) -> bool {
        true
    }
}

impl Board for MemoryBoard {
    fn put(&mut self, value: &SecretText) -> Result<(), BoardError> {
        let mut board = self.0.lock().unwrap();
        if std::mem::take(&mut board.panics) {
            drop(board);
            panic!("cannot copy {}", value.expose_text());
        }
        if board.broken {
            return Err(BoardError);
        }
        board.text = Some(value.expose_text().to_owned());
        board.taken = false;
        Ok(())
    }

    fn is_ours(&mut self) -> bool {
        let mut board = self.0.lock().unwrap();
        if std::mem::take(&mut board.panics_when_asked) {
            drop(board);
            panic!("a fault of the clipboard");
        }
        board.text.is_some() && !board.taken
    }

    fn clear(&mut self) {
        self.0.lock().unwrap().text = None;
    }
}
