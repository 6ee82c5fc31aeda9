//! Failed unlocks in a row, and the wait that they earn (LOCK-02).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::time::Timestamp;

use super::record_pair::{Check, Proof, RecordPair, Stored};

/// Failures in a row that cost nothing.
const FREE_FAILURES: u32 = 5;
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(5 * 60);
const RECORD_BYTES: usize = 16;

/// An attempt that counts as failed until it is said to have succeeded.
pub(crate) struct Attempt {
    path: PathBuf,
    begun_at: Timestamp,
    before: Failures,
    /// What was written for this attempt; nothing where the state folder cannot be written.
    counted: Option<Failures>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Failures {
    in_a_row: u32,
    wait_millis: u32,
    /// When the newest failure was counted, by this device's clock.
    at_millis: i64,
}

/// The wait as it stands. Where the clock was set back behind the newest failure, the wait starts again from now: it is
/// never longer than its stored length.
pub(super) fn wait(path: &Path, now: Timestamp) -> Option<Duration> {
    let failures = read(path)?;
    if let Some(rebased) = failures.rebased(now) {
        // Best effort: a state folder that cannot be written leaves the full wait, which is on the safe side.
        if let Ok(mut pair) = RecordPair::<RECORD_BYTES>::lock(&path.to_owned(), Check::Digest) {
            let _ = pair.write(&rebased.to_bytes());
        }
    }
    failures.remaining(now)
}

impl Attempt {
    pub(super) fn begin(path: PathBuf, now: Timestamp) -> Result<Attempt, Duration> {
        let Ok(mut pair) = RecordPair::<RECORD_BYTES>::lock(&path, Check::Digest) else {
            // A state folder that cannot be written must not shut the owner out; Argon2id still slows every guess.
            let before = read(&path).unwrap_or_default();
            let uncounted = Attempt {
                path,
                begun_at: now,
                before,
                counted: None,
            };
            return before.remaining(now).map_or(Ok(uncounted), Err);
        };
        // Read and counted under one lock: attempts at the same moment would else count as one.
        let before = match pair.newest() {
            Stored::Newest(bytes) => Failures::from_bytes(&bytes),
            Stored::Nothing | Stored::Broken => Failures::default(),
        };
        if let Some(wait) = before.remaining(now) {
            if let Some(rebased) = before.rebased(now) {
                let _ = pair.write(&rebased.to_bytes());
            }
            return Err(wait);
        }
        let counted = before.one_more(now);
        let written = pair.write(&counted.to_bytes()).and_then(|_own| pair.sync());
        Ok(Attempt {
            path,
            begun_at: now,
            before,
            counted: written.is_ok().then_some(counted),
        })
    }

    pub(crate) fn failures_before(&self) -> u32 {
        self.before.in_a_row
    }

    /// The credentials were wrong; `took` is how long finding out took. The wait that this earns runs from now: a slow
    /// derivation would else use up the first waits. Answers it.
    pub(crate) fn fail(self, took: Duration) -> Option<Duration> {
        let counted = self.counted.unwrap_or(self.before);
        let took_millis = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let ended = Timestamp::from_millis(self.begun_at.as_millis().saturating_add(took_millis));
        // Where it cannot be written, the wait from the begin of the attempt stands.
        self.end_at(ended).unwrap_or(counted).remaining(ended)
    }

    /// The credentials were right: the count ends.
    pub(crate) fn succeed(self) {
        let _ = self.store(Failures::default());
    }

    /// The attempt failed for a reason that says nothing about the credentials: it is not counted. What others counted
    /// meanwhile stays.
    pub(crate) fn forgive(self) {
        let _ = self.take_back();
    }

    fn take_back(&self) -> io::Result<()> {
        let Some(counted) = self.counted else {
            return Ok(());
        };
        let mut pair = RecordPair::<RECORD_BYTES>::lock(&self.path, Check::Digest)?;
        let Stored::Newest(bytes) = pair.newest() else {
            return Ok(());
        };
        let newest = Failures::from_bytes(&bytes);
        let without = if newest == counted {
            self.before
        } else {
            newest.one_less()
        };
        pair.write(&without.to_bytes())?;
        pair.sync()
    }

    fn end_at(&self, ended: Timestamp) -> io::Result<Failures> {
        let mut pair = RecordPair::<RECORD_BYTES>::lock(&self.path, Check::Digest)?;
        let Stored::Newest(bytes) = pair.newest() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let newest = Failures::from_bytes(&bytes);
        let failures = Failures {
            at_millis: ended.as_millis().max(newest.at_millis),
            ..newest
        };
        pair.write(&failures.to_bytes())?;
        pair.sync()?;
        Ok(failures)
    }

    fn store(&self, failures: Failures) -> io::Result<()> {
        let mut pair = RecordPair::<RECORD_BYTES>::lock(&self.path, Check::Digest)?;
        pair.write(&failures.to_bytes())?;
        pair.sync()
    }
}

fn read(path: &Path) -> Option<Failures> {
    match RecordPair::<RECORD_BYTES>::read(path, &Proof::Digest) {
        Ok(Stored::Newest(bytes)) => Some(Failures::from_bytes(&bytes)),
        Ok(Stored::Nothing | Stored::Broken) | Err(_) => None,
    }
}

impl Failures {
    fn one_more(self, now: Timestamp) -> Failures {
        Failures {
            in_a_row: self.in_a_row.saturating_add(1),
            at_millis: now.as_millis(),
            ..self
        }
        .with_wait()
    }

    fn one_less(self) -> Failures {
        Failures {
            in_a_row: self.in_a_row.saturating_sub(1),
            ..self
        }
        .with_wait()
    }

    /// The wait that follows from the number of failures.
    fn with_wait(self) -> Failures {
        let wait = match self.in_a_row.checked_sub(FREE_FAILURES) {
            None => Duration::ZERO,
            Some(doublings) => WAIT_FIRST
                .saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX))
                .min(WAIT_MAX),
        };
        let wait_millis = u32::try_from(wait.as_millis()).expect("at most five minutes");
        Failures {
            wait_millis,
            ..self
        }
    }

    /// The same wait from now on, where the clock was set back behind the newest failure.
    fn rebased(self, now: Timestamp) -> Option<Failures> {
        (now.as_millis() < self.at_millis).then(|| Failures {
            at_millis: now.as_millis(),
            ..self
        })
    }

    fn remaining(self, now: Timestamp) -> Option<Duration> {
        let passed = now.as_millis().saturating_sub(self.at_millis).max(0);
        let left = i64::from(self.wait_millis).saturating_sub(passed);
        u64::try_from(left)
            .ok()
            .filter(|left| *left > 0)
            .map(Duration::from_millis)
    }

    fn to_bytes(self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..4].copy_from_slice(&self.in_a_row.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.wait_millis.to_be_bytes());
        bytes[8..].copy_from_slice(&self.at_millis.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Failures {
        let [a, b, c, d, e, f, g, h, time @ ..] = *bytes;
        let longest = u32::try_from(WAIT_MAX.as_millis()).expect("five minutes");
        Failures {
            in_a_row: u32::from_be_bytes([a, b, c, d]),
            wait_millis: u32::from_be_bytes([e, f, g, h]).min(longest),
            at_millis: i64::from_be_bytes(time),
        }
    }
}

#[cfg(test)]
mod tests;
