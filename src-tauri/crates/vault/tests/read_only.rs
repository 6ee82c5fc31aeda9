//! AUDIT-04: where nothing can be written, the vault opens for reading and says why. On small file systems of their own;
//! where those cannot be mounted, there is nothing to test and the tests end at once.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};

use testkit::acts::{self, ActError, create, generic, new_value};
use testkit::small_disk::{SmallDisk, copy_folder};
use testkit::{TempVault, now};
use vault::unlock_keys::UnlockWith;
use vault::{OlderState, StoreError, UnlockedVault, VaultFolder, WriteState};

fn open(temp: &TempVault, folder: &Path) -> UnlockedVault {
    VaultFolder::open(folder)
        .expect("a vault")
        .unlock(
            UnlockWith::Identity(temp.identity()),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("it opens")
}

/// A vault with one secret, on a disk of its own; `with_log` leaves the newest changes in the log file, as a crash does.
fn on_small_disk(
    temp: &TempVault,
    kib: u32,
    with_log: bool,
) -> Option<(SmallDisk, PathBuf, domain::SecretId)> {
    let disk = SmallDisk::mount(temp.home().join("disk"), kib)?;
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "the value")).expect("created");
    let folder = disk.path().join("vault");
    if with_log {
        copy_folder(&temp.folder(), &folder);
        fs::remove_file(folder.join("vault.db-shm"))
            .expect("an index of the log that a crash may leave or not");
    } else {
        vault.lock("asked", now()).expect("locked");
        copy_folder(&temp.folder(), &folder);
    }
    Some((disk, folder, id))
}

fn check_reads_only(vault: &UnlockedVault, id: domain::SecretId) {
    let WriteState::ReadOnly { reason } = vault.write_state() else {
        panic!("it can be written")
    };
    assert!(!reason.is_empty());
    assert_eq!(acts::value(vault, id, 1).expect("readable"), "the value");
    let refused = acts::update(vault, now(), id, new_value("another value"))
        .expect_err("nothing can be written");
    assert!(
        matches!(refused, ActError::Store(StoreError::ReadOnly { .. })),
        "{refused:?}"
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn audit_04_a_vault_on_a_read_only_disk_opens_for_reading() {
    for with_log in [false, true] {
        let temp = TempVault::new();
        let Some((disk, folder, id)) = on_small_disk(&temp, 4096, with_log) else {
            return;
        };
        disk.remount("ro");
        check_reads_only(&open(&temp, &folder), id);
        disk.remount("rw");
        let vault = open(&temp, &folder);
        assert_eq!(vault.write_state(), WriteState::ReadWrite);
        acts::update(&vault, now(), id, new_value("another value")).expect("writable again");
    }
}

#[test]
fn audit_04_a_vault_on_a_full_disk_opens_for_reading_and_loses_nothing() {
    for with_log in [false, true] {
        let temp = TempVault::new();
        let Some((disk, folder, id)) = on_small_disk(&temp, 4096, with_log) else {
            return;
        };
        let filling = disk.fill();
        check_reads_only(&open(&temp, &folder), id);
        fs::remove_file(filling).expect("room again");
        let vault = open(&temp, &folder);
        assert_eq!(vault.write_state(), WriteState::ReadWrite);
        assert_eq!(acts::value(&vault, id, 1).expect("there"), "the value");
        assert_eq!(vault.check().expect("checked").problems, []);
    }
}

#[test]
fn a_disk_that_fills_up_during_updates_refuses_them_and_keeps_all_that_were_acknowledged() {
    let temp = TempVault::new();
    let Some((disk, folder, id)) = on_small_disk(&temp, 3000, false) else {
        return;
    };
    let vault = open(&temp, &folder);
    let mut acknowledged = 1;
    let refused = loop {
        let value = "x".repeat(20_000);
        match create(
            &vault,
            now(),
            generic(&format!("secret {acknowledged}"), &value),
        ) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 2_000, "the disk never filled up");
    };
    assert!(
        matches!(refused, ActError::Store(StoreError::DiskFull)),
        "{refused:?}"
    );
    let live = |vault: &UnlockedVault| vault.read(|reader| reader.counts()).expect("counts").live;
    assert_eq!(live(&vault), acknowledged);
    drop(vault);
    disk.remount("size=16m");
    let vault = open(&temp, &folder);
    assert_eq!(live(&vault), acknowledged);
    assert_eq!(vault.check().expect("checked").problems, []);
    acts::update(&vault, now(), id, new_value("there is room again")).expect("rotated");
}
