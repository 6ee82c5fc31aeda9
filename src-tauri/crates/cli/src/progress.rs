//! How far a long command is, on one line of the terminal. Without a terminal nothing is told: standard error is for the envelope.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Back to the line's begin, and away with what stands there.
const WIPE: &str = "\r\x1b[K";

#[derive(Default)]
pub struct Progress {
    shown: AtomicBool,
}

impl Progress {
    pub fn tell(&self, done: u64, total: u64) {
        if total > 0 && std::io::stderr().is_terminal() {
            self.shown.store(true, Ordering::SeqCst);
            write(&format!("{WIPE}{done} of {total}"));
        }
    }

    /// Before anything else is written.
    pub fn wipe(&self) {
        if self.shown.swap(false, Ordering::SeqCst) {
            write(WIPE);
        }
    }
}

fn write(text: &str) {
    // Who closed our standard error hears no more of it.
    let _closed = std::io::stderr().write_all(text.as_bytes());
}
