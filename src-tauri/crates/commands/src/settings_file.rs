//! What is set before any vault is open: one small JSON file.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::api::Settings;
use crate::whole_file::WholeFile;

const FILE: &str = "settings.json";

pub struct SettingsFile {
    path: PathBuf,
    settings: Mutex<Settings>,
}

/// The file as it is read: members that are missing, or are not what they should be, fall back to the default.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Stored {
    theme: Option<String>,
    clipboard_seconds: Option<u32>,
    idle_lock_minutes: Option<u32>,
    due_notices: Option<String>,
}

pub const THEMES: [&str; 3] = ["system", "light", "dark"];
pub const DUE_OFF: &str = "off";
pub const DUE_COUNT: &str = "count";
pub const DUE_NAMES: &str = "names";
pub const DUE_NOTICES: [&str; 3] = [DUE_OFF, DUE_COUNT, DUE_NAMES];
pub const CLIPBOARD_SECONDS: std::ops::RangeInclusive<u32> = 5..=300;
pub const IDLE_LOCK_MINUTES: std::ops::RangeInclusive<u32> = 1..=240;
const DEFAULT_CLIPBOARD_SECONDS: u32 = 30;
const DEFAULT_IDLE_LOCK_MINUTES: u32 = 5;

impl SettingsFile {
    pub fn at(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let settings = read(&path);
        Self {
            path,
            settings: Mutex::new(settings),
        }
    }

    pub fn get(&self) -> Settings {
        self.lock().clone()
    }

    /// Writes the file, then takes the settings over.
    pub fn set(&self, settings: Settings) -> io::Result<()> {
        let mut current = self.lock();
        write(&self.path, &settings)?;
        *current = settings;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(path: &Path) -> Settings {
    let stored = match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| {
            tracing::warn!(
                "the settings file is damaged; the defaults hold until it is written again"
            );
            Stored::default()
        }),
        Err(_) => Stored::default(),
    };
    Settings {
        theme: stored
            .theme
            .filter(|theme| THEMES.contains(&theme.as_str()))
            .unwrap_or_else(|| "system".to_owned()),
        clipboard_seconds: stored
            .clipboard_seconds
            .filter(|n| CLIPBOARD_SECONDS.contains(n))
            .unwrap_or(DEFAULT_CLIPBOARD_SECONDS),
        idle_lock_minutes: stored
            .idle_lock_minutes
            .filter(|n| IDLE_LOCK_MINUTES.contains(n))
            .unwrap_or(DEFAULT_IDLE_LOCK_MINUTES),
        due_notices: stored
            .due_notices
            .filter(|wanted| DUE_NOTICES.contains(&wanted.as_str()))
            .unwrap_or_else(|| DUE_COUNT.to_owned()),
    }
}

fn write(path: &Path, settings: &Settings) -> io::Result<()> {
    let bytes = serde_json::to_vec_pretty(settings).map_err(io::Error::other)?;
    replace_file(path, &bytes)
}

/// Writes a whole file beside the old one and puts it in its place, for this user's eyes only.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    let mut file = WholeFile::beside(path)?;
    file.write_all(bytes)?;
    file.replace()?;
    Ok(())
}

pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
