//! Files that the person chose, by ids: the page names a file without knowing where it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Older choices are forgotten beyond this many.
const FILES_MAX: usize = 32;

#[derive(Default)]
pub struct ChosenFiles {
    next: u64,
    paths: BTreeMap<u64, (Purpose, PathBuf)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Import,
    /// Of a KeePass database.
    KeyFile,
    Backup,
}

impl Purpose {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "import" => Some(Self::Import),
            "key_file" => Some(Self::KeyFile),
            "backup" => Some(Self::Backup),
            _ => None,
        }
    }
}

impl ChosenFiles {
    pub fn keep(&mut self, purpose: Purpose, path: PathBuf) -> String {
        let id = self.next;
        self.next += 1;
        self.paths.insert(id, (purpose, path));
        if self.paths.len() > FILES_MAX {
            self.paths.pop_first();
        }
        format!("file_{id}")
    }

    /// An id for what has no path.
    pub fn number_pasted(&mut self) -> String {
        let id = self.next;
        self.next += 1;
        format!("file_{id}")
    }

    /// As [`Self::path`], for what is done once.
    pub fn take(&mut self, purpose: Purpose, file_id: &str) -> Option<PathBuf> {
        self.path(purpose, file_id)?;
        let id: u64 = file_id.strip_prefix("file_")?.parse().ok()?;
        self.paths.remove(&id).map(|(_, path)| path)
    }

    /// A file chosen for one purpose is not one for another.
    pub fn path(&self, purpose: Purpose, file_id: &str) -> Option<&Path> {
        let id = file_id.strip_prefix("file_")?.parse().ok()?;
        let (kept_for, path) = self.paths.get(&id)?;
        (*kept_for == purpose).then_some(path.as_path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_file_is_found_by_its_id_and_for_its_purpose_only() {
        let mut files = ChosenFiles::default();
        let id = files.keep(Purpose::Import, PathBuf::from("/exports/a.1pux"));

        assert_eq!(
            files.path(Purpose::Import, &id),
            Some(Path::new("/exports/a.1pux"))
        );
        assert_eq!(files.path(Purpose::Backup, &id), None);
        assert_eq!(files.path(Purpose::Import, "file_7"), None);
        assert_eq!(files.path(Purpose::Import, "/exports/a.1pux"), None);
    }
}
