//! An import between its preview and its end: what was read stays in memory, so that what was previewed is what is applied.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::reject::{ErrorType, Rejection};
use importers::ParsedImport;
use vault::UnlockedVault;

use super::held_as::HeldAs;
use super::judging::Verdicts;
use super::report::Report;
use super::source::{ReadFile, Source};
use crate::app::App;
use crate::chosen_files::Purpose;
use crate::opened::Opened;
use crate::refusal::Answer;

/// What is not looked at for so long is dropped, and has to be read again.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// The session's one import. Dropped with the session.
pub struct Held {
    file_id: String,
    used_at: Duration,
    import: Arc<Import>,
}

pub struct Import {
    stage: Mutex<Stage>,
}

/// It holds plaintext until it is applied.
pub enum Stage {
    Open {
        source: Source,
        /// What was read of it.
        looked: Option<Box<Looked>>,
    },
    /// What was pasted or read is gone.
    Applied {
        report: Box<Report>,
        file: Option<ReadFile>,
    },
}

/// What was read, and what is to become of it.
pub struct Looked {
    pub name: String,
    pub import: ParsedImport,
    pub held_as: HeldAs,
    pub verdicts: Verdicts,
    pub file: Option<ReadFile>,
}

impl Import {
    pub fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The import of this file. It takes the place of another one's. A file is begun once: what was decided about it would be lost
/// without a word if it were read again when it was dropped meanwhile.
pub fn find_or_begin(app: &App, vault: &UnlockedVault, file_id: &str) -> Answer<Arc<Import>> {
    app.still_open(vault, |opened| {
        if let Some(found) = find_in(app, opened, file_id) {
            return Ok(found);
        }
        let chosen = app.chosen().take(Purpose::Import, file_id);
        let path = chosen.ok_or_else(not_there)?;
        let source = Source::File(path);
        Ok(begin(app, opened, file_id.to_owned(), source, None))
    })
}

/// `looked`: what was read already.
pub fn begin(
    app: &App,
    opened: &mut Opened,
    file_id: String,
    source: Source,
    looked: Option<Box<Looked>>,
) -> Arc<Import> {
    let import = Arc::new(Import {
        stage: Mutex::new(Stage::Open { source, looked }),
    });
    opened.import = Some(Held {
        file_id,
        used_at: app.clock.elapsed(),
        import: Arc::clone(&import),
    });
    import
}

/// Which file is held.
pub fn id_in(opened: &Opened) -> Option<String> {
    opened.import.as_ref().map(|held| held.file_id.clone())
}

pub fn find_in(app: &App, opened: &mut Opened, file_id: &str) -> Option<Arc<Import>> {
    let held = opened.import.as_mut();
    let held = held.filter(|held| held.file_id == file_id)?;
    held.used_at = app.clock.elapsed();
    Some(Arc::clone(&held.import))
}

/// As it was read for its preview; what was dropped since has to be read again.
pub fn find(app: &App, vault: &UnlockedVault, file_id: &str) -> Answer<Arc<Import>> {
    app.still_open(vault, |opened| {
        Ok(find_in(app, opened, file_id).ok_or_else(not_there)?)
    })
}

pub fn not_there() -> Rejection {
    Rejection::new(
        ErrorType::NotFound,
        "This file is not held any more: it was dropped after a quarter of an hour without use, or for another one. Nothing of it was imported. Choose it again.",
    )
}

impl Opened {
    /// Drops what was read and not looked at since. Rows that are there need no command, so whoever is `active` may be looking.
    pub(crate) fn drop_stale_import(&mut self, now: Duration, active: Duration) {
        self.import
            .take_if(|held| now.saturating_sub(held.used_at.max(active)) >= KEPT);
    }
}
