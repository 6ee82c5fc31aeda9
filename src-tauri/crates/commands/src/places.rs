//! Where things are kept on this machine: vaults, settings, and what a device remembers.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const FOLDER: &str = "turnstone";

#[derive(Debug, Clone)]
pub struct Places {
    /// New vaults go here, each in a folder of its own.
    pub data: PathBuf,
    /// The settings file.
    pub config: PathBuf,
    /// The device's heads and counters, the list of known vaults, and the log file.
    pub state: PathBuf,
}

/// Neither the variable for a place nor a home folder is set.
#[derive(Debug, thiserror::Error)]
#[error("the place for {0} is unknown: neither its XDG variable nor HOME is set")]
pub struct NoPlace(&'static str);

impl Places {
    /// The places of the person who runs the program: the XDG base directories, on other systems the platform's own.
    pub fn of_this_user() -> Result<Self, NoPlace> {
        Ok(Self {
            data: place("XDG_DATA_HOME", DATA_BELOW_HOME, "vaults")?,
            config: place("XDG_CONFIG_HOME", CONFIG_BELOW_HOME, "settings")?,
            state: place("XDG_STATE_HOME", STATE_BELOW_HOME, "this device's state")?,
        })
    }

    /// All three under one folder.
    pub fn under(folder: &Path) -> Self {
        Self {
            data: folder.join("data").join(FOLDER),
            config: folder.join("config").join(FOLDER),
            state: folder.join("state").join(FOLDER),
        }
    }

    pub fn log_file(&self) -> PathBuf {
        self.state.join("turnstone.log")
    }
}

#[cfg(target_os = "macos")]
const DATA_BELOW_HOME: &str = "Library/Application Support";
#[cfg(target_os = "macos")]
const CONFIG_BELOW_HOME: &str = "Library/Preferences";
#[cfg(target_os = "macos")]
const STATE_BELOW_HOME: &str = "Library/Application Support/State";
#[cfg(windows)]
const DATA_BELOW_HOME: &str = "AppData/Roaming";
#[cfg(windows)]
const CONFIG_BELOW_HOME: &str = "AppData/Roaming/Settings";
#[cfg(windows)]
const STATE_BELOW_HOME: &str = "AppData/Local";
#[cfg(not(any(target_os = "macos", windows)))]
const DATA_BELOW_HOME: &str = ".local/share";
#[cfg(not(any(target_os = "macos", windows)))]
const CONFIG_BELOW_HOME: &str = ".config";
#[cfg(not(any(target_os = "macos", windows)))]
const STATE_BELOW_HOME: &str = ".local/state";

fn place(variable: &str, below_home: &str, what: &'static str) -> Result<PathBuf, NoPlace> {
    let absolute = |value: OsString| Some(PathBuf::from(value)).filter(|path| path.is_absolute());
    let base = match env::var_os(variable).and_then(absolute) {
        Some(base) => base,
        None => env::home_dir().ok_or(NoPlace(what))?.join(below_home),
    };
    Ok(base.join(FOLDER))
}
