//! One call of a program: no shell, nothing on its input, bounded in time and in what it may answer.

use std::io;
use std::path::Path;
use std::process::Stdio;
#[cfg(unix)]
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::environment::Environment;
use crate::error::{ConnectionError, ErrorCode};
use crate::limits::COMPLAINT_BYTES_MAX;

const PIECE_BYTES: usize = 64 * 1024;

pub(super) struct Run<'a> {
    pub program: &'a Path,
    pub args: &'a [&'a str],
    pub environment: Environment,
    /// The longest answer taken.
    pub bytes_max: usize,
    pub patience: Duration,
}

pub(super) struct Ended {
    pub is_success: bool,
    pub answer: Zeroizing<Vec<u8>>,
    /// What it wrote beside the answer; it may quote a secret.
    pub complaint: Zeroizing<Vec<u8>>,
}

/// Why a call has no answer to read.
pub(super) enum Failure {
    TooLong,
    Other(ConnectionError),
}

impl From<Failure> for ConnectionError {
    fn from(failure: Failure) -> ConnectionError {
        match failure {
            Failure::TooLong => ConnectionError::new(
                ErrorCode::Unreadable,
                "The answer of op is longer than any that is read.",
            ),
            Failure::Other(error) => error,
        }
    }
}

/// Dropped before its end it stops the program and whatever that started.
pub(super) async fn run(asked: Run<'_>) -> Result<Ended, Failure> {
    let patience = asked.patience;
    let bytes_max = asked.bytes_max;
    let mut child = start(asked).map_err(Failure::Other)?;
    let mut group = Group::of(&child);
    let answer = child.stdout.take();
    let complaint = child.stderr.take();
    let reading = async {
        let (answer, complaint) = tokio::try_join!(
            read(answer, bytes_max, Beyond::Refused),
            read(complaint, COMPLAINT_BYTES_MAX, Beyond::PassedOver),
        )?;
        let status = child.wait().await.map_err(broken)?;
        Ok(Ended {
            is_success: status.success(),
            answer,
            complaint,
        })
    };
    let ended = match timeout(patience, reading).await {
        Ok(ended) => ended?,
        Err(_) => {
            let message = format!(
                "1Password's op gave no answer in {} seconds, so it was stopped.",
                patience.as_secs()
            );
            return Err(Failure::Other(ConnectionError::new(
                ErrorCode::TimedOut,
                message,
            )));
        }
    };
    group.is_over();
    Ok(ended)
}

fn start(asked: Run<'_>) -> Result<Child, ConnectionError> {
    let mut command = Command::new(asked.program);
    command
        .args(asked.args)
        .env_clear()
        .envs(asked.environment.passed)
        .envs(
            asked
                .environment
                .set
                .iter()
                .map(|(name, text)| (name, text.as_str())),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command.spawn().map_err(|error| {
        let message = format!(
            "1Password's op at {} can't be started ({}).",
            asked.program.display(),
            error.kind()
        );
        ConnectionError::new(ErrorCode::NotInstalled, message)
    })
}

/// What becomes of bytes after as many as are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beyond {
    Refused,
    PassedOver,
}

async fn read(
    pipe: Option<impl AsyncRead + Unpin>,
    bytes_max: usize,
    beyond: Beyond,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let Some(mut pipe) = pipe else {
        return Ok(bytes);
    };
    let mut piece = Zeroizing::new(vec![0; PIECE_BYTES]);
    loop {
        let count = pipe.read(&mut piece).await.map_err(broken)?;
        let new = piece.get(..count).unwrap_or_default();
        if new.is_empty() {
            return Ok(bytes);
        }
        let room = bytes_max.saturating_sub(bytes.len());
        if new.len() > room && beyond == Beyond::Refused {
            return Err(Failure::TooLong);
        }
        append_wiped(
            &mut bytes,
            new.get(..new.len().min(room)).unwrap_or_default(),
        );
    }
}

/// A vector that grows by itself leaves what it held behind.
fn append_wiped(bytes: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if bytes.capacity() - bytes.len() < more.len() {
        let room = (bytes.len() + more.len()).max(bytes.capacity() * 2);
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(more);
}

fn broken(error: io::Error) -> Failure {
    let message = format!("1Password's op broke off ({}).", error.kind());
    Failure::Other(ConnectionError::new(ErrorCode::Unreadable, message))
}

/// The program and all that it started, stopped together.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

/// Groups that run now. A process that ends drops nothing, and would leave them behind with what they were given.
#[cfg(unix)]
static RUNNING: Mutex<Vec<rustix::process::Pid>> = Mutex::new(Vec::new());

#[cfg(unix)]
fn running() -> MutexGuard<'static, Vec<rustix::process::Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For the end of this process: stops every program that was started here, and all that those started. Not on Windows, where each
/// ends by itself.
pub fn end_programs() {
    #[cfg(unix)]
    for leader in running().drain(..) {
        kill(leader);
    }
}

#[cfg(unix)]
fn kill(leader: rustix::process::Pid) {
    // It may have ended by itself just now.
    let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
}

impl Group {
    fn of(child: &Child) -> Group {
        #[cfg(unix)]
        let leader = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw);
        #[cfg(unix)]
        running().extend(leader);
        #[cfg(not(unix))]
        let _ = child;
        Group {
            #[cfg(unix)]
            leader,
        }
    }

    /// Its number may soon be another's.
    fn is_over(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.take() {
            running().retain(|known| *known != leader);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            kill(leader);
        }
        self.is_over();
    }
}
