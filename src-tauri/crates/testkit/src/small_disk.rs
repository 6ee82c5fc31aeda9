//! Disks that can be full or read-only, where this machine lets a test mount one.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system in memory, unmounted when dropped.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this machine does not let the test mount one: then there is nothing to test.
    pub fn mount(at: PathBuf, kib: u32) -> Option<SmallDisk> {
        fs::create_dir(&at).expect("a folder");
        let size = format!("size={kib}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&at)
            .output()
            .ok()?;
        mounted.status.success().then_some(SmallDisk(at))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn remount(&self, options: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "remounted with {options}"
        );
    }

    /// Takes what is left of it. Removing the file gives it back.
    pub fn fill(&self) -> PathBuf {
        let path = self.0.join("filling");
        let mut file = File::create(&path).expect("a file");
        for block in [4096, 1] {
            while file.write_all(&vec![7; block]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What still holds a file there keeps it until it ends.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}
