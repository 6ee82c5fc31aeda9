//! Which vaults this device knows: those in the data folder, and those that were opened or added from elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use vault::VaultFolder;

use crate::settings_file::replace_file;

const FILE: &str = "vaults.json";

pub struct KnownVaults {
    file: PathBuf,
    data: PathBuf,
    /// One writer at a time in this process; another process's last word wins.
    writing: Mutex<()>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnownVault {
    pub folder: PathBuf,
    pub vault_id: String,
    pub name: String,
    pub last_opened_at: Option<String>,
}

impl KnownVaults {
    pub fn new(state: &Path, data: &Path) -> Self {
        Self {
            file: state.join(FILE),
            data: data.to_owned(),
            writing: Mutex::default(),
        }
    }

    /// The last opened first, then those never opened here.
    pub fn all(&self) -> Vec<KnownVault> {
        let mut known = self.noted();
        let folders = fs::read_dir(&self.data)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let mut found: Vec<PathBuf> = folders
            .filter(|folder| VaultFolder::is_vault(folder))
            .collect();
        found.retain(|folder| {
            let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
            !known.iter().any(|noted| noted.folder == folder)
        });
        found.sort();
        known.sort_by(|a, b| b.last_opened_at.cmp(&a.last_opened_at));
        known.extend(found.into_iter().map(|folder| KnownVault {
            folder,
            vault_id: String::new(),
            name: String::new(),
            last_opened_at: None,
        }));
        known
    }

    /// Notes a vault, or that it was opened. A list that cannot be written costs the person a search for the folder, nothing else.
    pub fn note(&self, folder: &Path, vault: &VaultFolder, opened_at: Option<String>) {
        // From wherever the program is started next, it is the same folder.
        let folder = &fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = self.noted();
        let place = known.iter().position(|noted| noted.folder == *folder);
        let before = place.map(|place| known.remove(place));
        known.push(KnownVault {
            folder: folder.to_owned(),
            vault_id: vault.id().to_string(),
            name: vault.name().as_str().to_owned(),
            last_opened_at: opened_at.or_else(|| before.and_then(|noted| noted.last_opened_at)),
        });
        let written = serde_json::to_vec_pretty(&known).map_err(std::io::Error::other);
        if let Err(error) = written.and_then(|bytes| replace_file(&self.file, &bytes)) {
            tracing::warn!(%error, "the list of known vaults could not be written");
        }
    }

    fn noted(&self) -> Vec<KnownVault> {
        match fs::read(&self.file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                tracing::warn!("the list of known vaults is damaged and starts anew");
                Vec::new()
            }),
            Err(_) => Vec::new(),
        }
    }
}
