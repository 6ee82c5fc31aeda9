//! Providers' servers on this machine, for tests: other people's implementations where one runs, scripts of
//! `tests/rigs` around their parts elsewhere. They are installed below `target/rigs` at first use, in pinned versions
//! ([`install`]), listen on loopback, hold what they are given in memory or a temporary folder, and end with the test.

pub mod account;
mod ask;
pub mod chaos;
pub mod garage;
pub mod install;

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use install::Installed;

/// A cold start on a busy machine takes seconds, not tens of them.
const START_SECONDS_MAX: u64 = 60;
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// A running server; it ends when this is dropped.
pub struct Rig {
    process: Child,
    port: u16,
    log: PathBuf,
    /// What it stands on: ends after it.
    _below: Option<Box<Rig>>,
}

/// AWS IAM, STS and S3 by moto, with its gaps closed (`moto_strict.py`). It checks signatures once
/// `POST /moto-api/reset-auth` was sent `0`; until then any key is taken. A new key is refused for `key_delay_seconds`.
pub fn moto(key_delay_seconds: u32) -> Rig {
    let port = free_port();
    let mut command = script(Installed::Moto, "moto_strict.py");
    command
        .arg(port.to_string())
        .env("MOTO_KEY_DELAY", key_delay_seconds.to_string());
    start("moto", port, command)
}

/// S3 with one key over the folders in `root`, each a bucket.
pub fn s3s(access_key_id: &str, secret_access_key: &str, root: &Path) -> Rig {
    let port = free_port();
    let mut command = Command::new(Installed::S3s.program("s3s-fs"));
    command
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .args(["--access-key", access_key_id])
        .args(["--secret-key", secret_access_key])
        .arg(root);
    start("s3s-fs", port, command)
}

/// Azure Blob by Microsoft's Azurite. Its accounts: `name:key1:key2;…`, below `http://127.0.0.1:port/name`.
pub fn azurite(accounts: &str) -> Rig {
    azurite_again(free_port(), accounts)
}

/// As [`azurite`], on a port that is free again: it takes the keys of an account only when it starts.
pub fn azurite_again(port: u16, accounts: &str) -> Rig {
    let mut command = Command::new(Installed::Azurite.program("azurite-blob"));
    command
        .args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()])
        .args([
            "--inMemoryPersistence",
            "--disableTelemetry",
            "--skipApiVersionCheck",
        ])
        .env("AZURITE_ACCOUNTS", accounts);
    start("azurite", port, command)
}

/// Google Cloud Storage with the bucket `bucket`, its token server and the key API of its IAM (`gcs_rig.py`).
/// `POST /_ctl/service_account {email, project}` makes an account and answers its first key file. A new key is refused for
/// `key_delay_seconds`.
pub fn gcs(bucket: &str, key_delay_seconds: u32) -> Rig {
    let storage_port = free_port();
    let mut storage = Command::new(Installed::Google.program("gcp-storage-emulator"));
    storage
        .args(["start", "--host=127.0.0.1", "--in-memory"])
        .arg(format!("--port={storage_port}"))
        .arg(format!("--default-bucket={bucket}"));
    let storage = start("gcp-storage-emulator", storage_port, storage);
    let port = free_port();
    let mut command = script(Installed::Google, "gcs_rig.py");
    command
        .args([port.to_string(), storage_port.to_string()])
        .env("GCS_KEY_DELAY", key_delay_seconds.to_string());
    start("gcs_rig", port, command).above(storage)
}

/// Backblaze's native API over Backblaze's own simulator (`b2_rig.py`), with this master key. A new key is refused for
/// `key_delay_seconds`.
pub fn b2(master_key_id: &str, master_key: &str, key_delay_seconds: u32) -> Rig {
    let port = free_port();
    let mut command = script(Installed::Backblaze, "b2_rig.py");
    command
        .args([&port.to_string(), master_key_id, master_key])
        .env("B2_KEY_DELAY", key_delay_seconds.to_string());
    start("b2_rig", port, command)
}

impl Rig {
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn above(mut self, below: Rig) -> Rig {
        self._below = Some(Box::new(below));
        self
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}

fn script(installed: Installed, name: &str) -> Command {
    let mut command = Command::new(installed.program("python"));
    command.arg(install::scripts().join(name));
    command
}

/// Starts it and waits until it answers on its port.
fn start(name: &str, port: u16, mut command: Command) -> Rig {
    let log = std::env::temp_dir().join(format!("turnstone-rig-{name}-{port}.log"));
    let output = File::create(&log).expect("a file for its output");
    let process = command
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("one file, two handles"))
        .stderr(output)
        .spawn()
        .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    let mut rig = Rig {
        process,
        port,
        log,
        _below: None,
    };
    rig.wait_until_it_listens(name, port);
    rig
}

impl Rig {
    fn wait_until_it_listens(&mut self, name: &str, port: u16) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let until = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while TcpStream::connect_timeout(&address, LOOK_AGAIN).is_err() {
            let ended = self.process.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > until {
                let said = std::fs::read_to_string(&self.log).unwrap_or_default();
                panic!("{name} does not listen on {port}:\n{said}");
            }
            thread::sleep(LOOK_AGAIN);
        }
    }
}

/// One that nothing listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}
