//! A temporary home with a vault in it, and the program with that home.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::SystemTime;

use domain::Timestamp;
use serde_json::Value;
use testkit::TempVault;
use testkit::temp_vault::PASSWORD;
use vault::unlock_keys::UnlockWith;
use vault::{Device, OlderState, UnlockedVault, VaultFolder};

/// What is tested.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_turnstone-cli");

pub struct Shell {
    pub vault: TempVault,
}

impl Shell {
    pub fn new() -> Self {
        let vault = TempVault::new();
        std::fs::write(vault.home().join("password"), format!("{PASSWORD}\n")).unwrap();
        Self { vault }
    }

    pub fn home(&self) -> &Path {
        self.vault.home()
    }

    pub fn password_file(&self) -> PathBuf {
        self.home().join("password")
    }

    /// The program with this home and nothing else of the tests' own.
    pub fn bare(&self) -> Command {
        self.bare_of(Path::new(PROGRAM))
    }

    fn bare_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.home())
            .env("TMPDIR", self.home());
        for (name, folder) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_STATE_HOME", "states"),
        ] {
            command.env(name, self.home().join(folder));
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The program on the vault, with its password.
    pub fn on_vault(&self, arguments: &[&str]) -> Command {
        self.on_vault_of(Path::new(PROGRAM), arguments)
    }

    /// The same, by a copy of the program that lies elsewhere.
    pub fn on_vault_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = self.bare_of(program);
        command
            .arg("--vault")
            .arg(self.vault.folder())
            .arg("--password-file")
            .arg(self.password_file())
            .args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.on_vault(arguments).output().unwrap()
    }

    pub fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        fed(self.on_vault(arguments), input)
    }

    /// The answer of a command that has to succeed; its request goes through standard input.
    pub fn call(&self, command: &str, request: &Value) -> Value {
        answer(&self.run_with(&["call", command, "-"], &request.to_string()))
    }

    pub fn generic(&self, name: &str, value: &str) -> String {
        let request = serde_json::json!({ "name": name, "secret_type": "generic", "credentials": { "value": value }, "env_key": name });
        self.call("secret_create", &request)["secret"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Opens the vault beside the program, as the device that the program is; an older state than it saw stops this.
    pub fn open(&self) -> UnlockedVault {
        let device = Device::open(&self.home().join("states/turnstone"), real_now()).unwrap();
        let folder = VaultFolder::open(&self.vault.folder()).unwrap();
        folder
            .unlock(
                UnlockWith::Identity(self.vault.identity()),
                &device,
                OlderState::Refuse,
                real_now(),
            )
            .unwrap()
    }
}

pub fn fed(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    thread::scope(|scope| {
        // Beside the reading: a program that answers line by line waits for its answers to be read. One that refuses
        // early does not read its input.
        scope.spawn(move || pipe.write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    })
}

/// Exit 0, one JSON document on standard output, nothing on standard error.
pub fn answer(output: &Output) -> Value {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{out}");
    serde_json::from_str(&out).unwrap()
}

/// Exit 1, the envelope on standard error and nothing else, nothing on standard output.
pub fn envelope(output: &Output) -> Value {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), out.as_str()), (Some(1), ""), "{err}");
    let envelope: Value = serde_json::from_str(&err).unwrap();
    assert!(
        envelope["status"].is_u64()
            && envelope["type"].is_string()
            && envelope["details"].is_array(),
        "{envelope}"
    );
    envelope
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn real_now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}
