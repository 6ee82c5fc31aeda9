//! Which programs of this device worked on a rotation, and which of them still run: each keeps a file locked until it ends, however
//! that comes. What a run says of who is at work on it is believed no longer than that.
//!
//! Some file systems know locks only among the programs of one machine, and a copied state folder has the files and no locks: a
//! file says where it was locked, and elsewhere nothing is known of its program.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use domain::ids::WorkerId;

use super::{make_private_folder, private_file};

const FOLDER: &str = "workers";
/// A run may name a program that ended a while ago: the files of this many are left.
const ENDED_KEPT: usize = 32;
/// A host's name is up to 64 bytes, a boot's id 36.
const PLACE_BYTES_MAX: u64 = 256;

/// This program among them. The same for all vaults that it opens.
#[derive(Clone)]
pub(crate) struct Workers(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    own: WorkerId,
    /// From the first work on. Where it cannot be had, others believe what a run says for as long as it says so.
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
        file.is_ok_and(|file| has_ended(&file).unwrap_or(false))
    }
}

/// `None` where it can't be known here.
fn has_ended(file: &File) -> Option<bool> {
    let (there, here) = (Place::read(file)?, Place::of(file)?);
    if there.host != here.host {
        return None;
    }
    let is_free = || file.try_lock_shared().is_ok();
    // Nothing that ran before this machine started runs still, unless it is another machine of the same name.
    if there.boot != here.boot {
        return Some(is_free());
    }
    (there.file == here.file).then(is_free)
}

/// Where a file was locked.
struct Place {
    host: String,
    /// Of the machine's present run: another one each time it starts.
    boot: String,
    /// The file itself, of which a copy is another one.
    file: String,
}

impl Place {
    /// `None` on systems that don't tell.
    fn of(file: &File) -> Option<Self> {
        let told = |path: &str| {
            let text = fs::read_to_string(path).ok()?;
            let line = text.lines().next()?.trim();
            (!line.is_empty()).then(|| line.to_owned())
        };
        Some(Self {
            host: told("/proc/sys/kernel/hostname")?,
            boot: told("/proc/sys/kernel/random/boot_id")?,
            file: file_id(file)?,
        })
    }

    fn read(file: &File) -> Option<Self> {
        let mut text = String::new();
        file.take(PLACE_BYTES_MAX).read_to_string(&mut text).ok()?;
        let mut lines = text.lines().map(str::to_owned);
        Some(Self {
            host: lines.next()?,
            boot: lines.next()?,
            file: lines.next()?,
        })
    }

    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.host, self.boot, self.file)
    }
}

#[cfg(unix)]
fn file_id(file: &File) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata().ok()?;
    Some(format!("{} {}", metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn file_id(_file: &File) -> Option<String> {
    None
}

impl Inner {
    fn file_of(&self, worker: WorkerId) -> PathBuf {
        self.folder.join(worker.to_string())
    }

    fn locked(&self) -> io::Result<File> {
        make_private_folder(&self.folder)?;
        self.remove_old();
        let path = self.file_of(self.own);
        let mut file = private_file().write(true).create_new(true).open(path)?;
        file.try_lock()?;
        if let Some(place) = Place::of(&file) {
            file.write_all(place.text().as_bytes())?;
        }
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

#[cfg(all(test, target_os = "linux"))]
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
    fn of_a_program_that_was_locked_elsewhere_nothing_is_known() {
        let (state, copy) = (tempfile::tempdir(), tempfile::tempdir());
        let (state, copy) = (state.expect("a folder"), copy.expect("a folder"));
        let path = |state: &Path| state.join(FOLDER).join(worker(2).to_string());
        let other = Workers::new(state.path(), worker(2));
        other.keep_own();
        let text = fs::read_to_string(path(state.path())).expect("a place");
        let [host, boot, file] = text.lines().collect::<Vec<_>>()[..] else {
            panic!("{text}");
        };
        fs::create_dir(copy.path().join(FOLDER)).expect("a folder");
        let there = Workers::new(copy.path(), worker(1));
        for (said, has_ended) in [
            // Of a copy, which has no lock, though the program runs.
            (text.clone(), false),
            (format!("another-{host}\n{boot}\n{file}\n"), false),
            (format!("another-{host}\nanother\n{file}\n"), false),
            (String::new(), false),
            (format!("{host}\n{boot}\n"), false),
            // Before this machine started.
            (format!("{host}\nanother\n{file}\n"), true),
        ] {
            fs::write(path(copy.path()), &said).expect("written");
            assert_eq!(there.has_ended(worker(2)), has_ended, "{said}");
        }
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
