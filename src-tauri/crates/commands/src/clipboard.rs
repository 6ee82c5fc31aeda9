//! What of ours is on the clipboard, for how long, and whether it still is.

mod board;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::secret_text::SecretText;

pub use board::{Board, BoardError, DesktopBoard};

use crate::api::{ClipboardStatus, Event};
use crate::host::Host;

/// One value at a time. It is cleared when its time is over, on lock and on quit, and never where something else took its place meanwhile.
pub struct Clipboard {
    host: Arc<dyn Host>,
    held: Mutex<Held>,
}

struct Held {
    board: Box<dyn Board>,
    ours: Option<Ours>,
}

struct Ours {
    label: String,
    until: Duration,
    told_seconds: u64,
}

impl Clipboard {
    pub fn new(board: Box<dyn Board>, host: Arc<dyn Host>) -> Self {
        Self {
            host,
            held: Mutex::new(Held { board, ours: None }),
        }
    }

    pub fn hold(
        &self,
        value: &SecretText,
        label: String,
        elapsed: Duration,
        lasts: Duration,
    ) -> Result<(), BoardError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.board.put(value)?;
        held.ours = Some(Ours {
            label,
            until: elapsed + lasts,
            told_seconds: u64::MAX,
        });
        drop(held);
        self.tick(elapsed);
        Ok(())
    }

    pub fn status(&self, elapsed: Duration) -> Option<ClipboardStatus> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.board.is_ours() {
            return None;
        }
        let ours = held.ours.as_ref()?;
        Some(ClipboardStatus {
            label: ours.label.clone(),
            remaining_ms: millis(ours.until.saturating_sub(elapsed)),
        })
    }

    /// Clears what is over, and tells the countdown once a second.
    pub fn tick(&self, elapsed: Duration) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = &mut *held;
        let Some(ours) = &mut held.ours else { return };
        let remaining = ours.until.saturating_sub(elapsed);
        if !held.board.is_ours() {
            self.tell(&ours.label, 0);
            held.ours = None;
        } else if remaining.is_zero() {
            held.board.clear();
            self.tell(&ours.label, 0);
            held.ours = None;
        } else if remaining.as_secs() != ours.told_seconds {
            ours.told_seconds = remaining.as_secs();
            self.tell(&ours.label, millis(remaining));
        }
    }

    /// Clears it now, where it is still ours.
    pub fn clear(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(ours) = held.ours.take() else { return };
        if held.board.is_ours() {
            held.board.clear();
        }
        self.tell(&ours.label, 0);
    }

    fn tell(&self, label: &str, remaining_ms: u64) {
        self.host.emit(&Event::Clipboard {
            label: label.to_owned(),
            remaining_ms,
        });
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
