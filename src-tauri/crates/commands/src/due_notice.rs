//! Telling outside the window that something falls due: at most once a day of the same secrets, and no names unless the
//! person asked for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::role::{self, Permission};
use domain::{SecretId, Timestamp, VaultId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vault::UnlockedVault;

use crate::app::App;
use crate::host::Notice;
use crate::refusal::Answer;
use crate::settings_file::{DUE_NAMES, DUE_OFF, replace_file};

const FILE: &str = "due.json";
/// Of the same secrets it is told no oftener.
const SILENCE_MILLIS: u64 = 24 * 60 * 60 * 1000;
/// More than so many are told as their number.
const LOOKED_AT_MAX: u32 = 1000;
const NAMED_MAX: usize = 3;

/// What was told, on this device and in this session.
pub struct DueNotices {
    file: PathBuf,
    here: Mutex<BTreeSet<SecretId>>,
}

/// When something was last told of a vault, and of which secrets, as a hash that names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    at: String,
    of: String,
}

/// What is due now.
struct DueNow {
    secrets: BTreeSet<SecretId>,
    total: u64,
    overdue: usize,
    /// Of the first ones.
    names: Vec<String>,
}

impl DueNotices {
    pub fn new(state: &Path) -> Self {
        Self {
            file: state.join(FILE),
            here: Mutex::default(),
        }
    }

    fn told(&self, vault: VaultId) -> Option<Told> {
        self.all().remove(&vault.to_string())
    }

    /// What cannot be written is told once more after the next start, and costs nothing else.
    fn note(&self, vault: VaultId, due: &DueNow, now: Timestamp) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        here.extend(&due.secrets);
        let mut all = self.all();
        let told = Told {
            at: now.to_string(),
            of: due.digest(),
        };
        all.insert(vault.to_string(), told);
        let written = serde_json::to_vec_pretty(&all).map_err(std::io::Error::other);
        if let Err(error) = written.and_then(|bytes| replace_file(&self.file, &bytes)) {
            tracing::warn!(%error, "what was told of due secrets could not be noted");
        }
    }

    fn is_news(&self, vault: VaultId, due: &DueNow, now: Timestamp) -> bool {
        if due.secrets.is_empty() {
            return false;
        }
        let Some(told) = self.told(vault) else {
            return true;
        };
        // By whichever way a clock was wrong, it is told again a day later.
        let is_recent = Timestamp::parse(&told.at)
            .is_ok_and(|at| now.as_millis().abs_diff(at.as_millis()) < SILENCE_MILLIS);
        if !is_recent {
            return true;
        }
        let here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        told.of != due.digest() && !due.secrets.is_subset(&here)
    }

    fn all(&self) -> BTreeMap<String, Told> {
        match fs::read(&self.file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(_) => BTreeMap::new(),
        }
    }
}

/// Looks what is due in the open vault and tells of it where that is news, to who can do something about it.
pub fn tell(app: &App, vault: &UnlockedVault) -> Answer<()> {
    let wanted = app.settings.get().due_notices;
    let may_act = role::require(vault.actor(), Permission::ManageSecrets).is_ok();
    if wanted == DUE_OFF || !may_act {
        return Ok(());
    }
    let now = app.clock.now();
    let due = due_now(vault, now)?;
    if !app.due_notices.is_news(vault.vault_id(), &due, now) {
        return Ok(());
    }
    let names: &[String] = match wanted == DUE_NAMES {
        true => &due.names,
        false => &[],
    };
    let notice = Notice {
        title: format!("Turnstone: {}", vault.name().as_str()),
        body: due.text(names),
    };
    // A vault that was locked meanwhile tells nothing any more.
    app.still_open(vault, |_opened| {
        app.host.notify(&notice);
        Ok(())
    })?;
    app.due_notices.note(vault.vault_id(), &due, now);
    Ok(())
}

fn due_now(vault: &UnlockedVault, now: Timestamp) -> Answer<DueNow> {
    vault.read(|reader| {
        let list = reader.due_list(now, LOOKED_AT_MAX)?;
        let mut names = Vec::new();
        for (id, _at) in list.secrets.iter().take(NAMED_MAX) {
            let found = domain::secret::existing(reader.secret(*id)?)?;
            names.push(found.secret().name().as_str().to_owned());
        }
        Ok(DueNow {
            overdue: list.secrets.iter().filter(|(_, at)| *at <= now).count(),
            secrets: list.secrets.iter().map(|(id, _)| *id).collect(),
            total: list.total,
            names,
        })
    })
}

impl DueNow {
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for id in &self.secrets {
            hash.update(id.to_bytes());
        }
        hash.update(self.total.to_be_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// "2 secrets are due to be rotated, 1 of them overdue."
    fn text(&self, names: &[String]) -> String {
        let named = u64::try_from(names.len()).unwrap_or(u64::MAX);
        let left = self.total.saturating_sub(named);
        let what = match (names, left) {
            ([], 1) => "1 secret is".to_owned(),
            ([], count) => format!("{count} secrets are"),
            ([only], 0) => format!("{only} is"),
            (names, 0) => format!("{} are", names.join(", ")),
            (names, 1) => format!("{} and 1 other are", names.join(", ")),
            (names, left) => format!("{} and {left} others are", names.join(", ")),
        };
        match self.overdue {
            0 => format!("{what} due to be rotated."),
            1 if self.total == 1 => format!("{what} overdue to be rotated."),
            overdue => format!("{what} due to be rotated, {overdue} of them overdue."),
        }
    }
}
