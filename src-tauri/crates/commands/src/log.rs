//! The log file: what was done and what failed, never a value. Nothing goes to standard output or error.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;

use crate::settings_file::make_private_folder;

/// Beyond this a log starts anew, and the one before is kept beside it.
const LOG_BYTES_MAX: u64 = 1024 * 1024;

/// Sends this process's log lines to a file for this user's eyes only, and the bare place of a panic in the place of its message, which
/// could hold anything.
pub fn to_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    if fs::metadata(path).is_ok_and(|found| found.len() > LOG_BYTES_MAX) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let subscriber = fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_max_level(LevelFilter::INFO)
        .finish();
    // A subscriber that is set already is the tests' own.
    let _already = tracing::subscriber::set_global_default(subscriber);
    quiet_panics();
    Ok(())
}

/// A panic's message is not written anywhere: it may quote what was being worked on.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(place) => tracing::error!(
            file = place.file(),
            line = place.line(),
            "a fault of Turnstone's own"
        ),
        None => tracing::error!("a fault of Turnstone's own"),
    }));
}
