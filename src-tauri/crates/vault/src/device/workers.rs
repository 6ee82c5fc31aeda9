//! Which programs of this device worked on a rotation, and which of them still run: each keeps a file locked until it ends, however
//! that comes. What a run says of who is at work on it is believed no longer than that.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use domain::ids::WorkerId;

use super::{make_private_folder, private_file};

const FOLDER: &str = "workers";
/// A run may name a program that ended a while ago: the files of this many are left.
const ENDED_KEPT: usize = 32;

/// This program among them. The same for all vaults that it opens.
#[derive(Clone)]
pub(crate) struct Workers(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    own: WorkerId,
    /// From the first work on; held, never read. Where it cannot be had, others believe what a run says for as long as it says so.
    lock: OnceLock<Option<File>>,
}

impl Workers {
    pub(super) fn new(state: &Path, own: WorkerId) -> Self {
        Self(Arc::new(Inner {
            folder: state.join(FOLDER),
            own,
            lock: OnceLock::new(),
        }))
    }

    pub(crate) fn own(&self) -> WorkerId {
        self.0.own
    }

    /// From now on others can tell whether this program runs.
    pub(crate) fn keep_own(&self) {
        self.0.lock.get_or_init(|| self.0.locked().ok());
    }

    /// Whether a program is known to have ended. Nothing is known of one without a file, nor where a file system knows no locks.
    pub(crate) fn has_ended(&self, worker: WorkerId) -> bool {
        let file = File::open(self.0.file_of(worker));
        file.is_ok_and(|file| file.try_lock_shared().is_ok())
    }
}

impl Inner {
    fn file_of(&self, worker: WorkerId) -> PathBuf {
        self.folder.join(worker.to_string())
    }

    fn locked(&self) -> io::Result<File> {
        make_private_folder(&self.folder)?;
        self.remove_old();
        let path = self.file_of(self.own);
        let file = private_file().write(true).create_new(true).open(path)?;
        file.try_lock()?;
        Ok(file)
    }

    /// The oldest of those that have ended; what cannot be removed is in nobody's way.
    fn remove_old(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let names = entries.flatten().filter_map(|entry| {
            let name = entry.file_name();
            WorkerId::parse(name.to_str()?).ok()
        });
        let mut workers: Vec<WorkerId> = names.collect();
        workers.sort_unstable();
        let old = workers.len().saturating_sub(ENDED_KEPT);
        for worker in workers.into_iter().take(old) {
            let path = self.file_of(worker);
            if File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn worker(number: u8) -> WorkerId {
        let made_at = Timestamp::from_millis(1_700_000_000_000 + i64::from(number));
        WorkerId::from_parts(made_at, [number; 10])
    }

    #[test]
    fn a_program_has_ended_when_its_file_is_let_go() {
        let state = tempfile::tempdir().expect("a folder");
        let here = Workers::new(state.path(), worker(1));
        let other = Workers::new(state.path(), worker(2));
        assert!(!here.has_ended(worker(2)), "nothing is known of it");
        other.keep_own();
        other.keep_own();
        assert!(!here.has_ended(worker(2)), "it runs");
        let of_another_vault = other.clone();
        drop(other);
        assert!(!here.has_ended(worker(2)), "it runs");
        drop(of_another_vault);
        assert!(here.has_ended(worker(2)));
        assert!(here.has_ended(worker(2)), "asking changes nothing");
    }

    #[test]
    fn only_old_files_of_ended_programs_are_removed() {
        let state = tempfile::tempdir().expect("a folder");
        let first = Workers::new(state.path(), worker(0));
        first.keep_own();
        for number in 1..=40 {
            Workers::new(state.path(), worker(number)).keep_own();
        }
        let here = Workers::new(state.path(), worker(41));
        here.keep_own();
        let left = fs::read_dir(state.path().join(FOLDER)).expect("a folder");
        // This one and the first beside the newest: both run.
        assert_eq!(left.count(), ENDED_KEPT + 2);
        assert!(!here.has_ended(worker(0)));
        assert!(here.has_ended(worker(40)));
    }
}
