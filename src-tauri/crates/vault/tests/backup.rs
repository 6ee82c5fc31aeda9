//! Backups: whole or refused, restored only into a new folder.

use std::fs;
use std::path::PathBuf;

use domain::audit::Action;
use testkit::acts::{self, create, generic, new_value};
use testkit::temp_vault::PASSWORD;
use testkit::{TempVault, now};
use vault::password::Password;
use vault::unlock_keys::UnlockWith;
use vault::{
    BackupError, Device, OlderState, UnlockError, VaultFolder, check_backup, restore_backup,
};

struct Backed {
    temp: TempVault,
    file: PathBuf,
    id: domain::SecretId,
}

/// A backup of two secrets; then the vault goes on.
fn backed() -> Backed {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "first")).expect("created");
    let trashed = create(&vault, now(), generic("thrown away", "value")).expect("created");
    acts::trash(&vault, now(), trashed).expect("in the trash");
    let file = temp.home().join("Acme-20260425.turnstone");
    let made = vault.backup_to(&file, now()).expect("a backup");
    assert_eq!(made.secrets, 2);
    assert_eq!(made.bytes, file.metadata().expect("a file").len());
    acts::update(&vault, now(), id, new_value("second")).expect("rotated");
    vault.lock("asked", now()).expect("locked");
    Backed { temp, file, id }
}

fn by_identity(temp: &TempVault) -> UnlockWith<'static> {
    UnlockWith::Identity(temp.identity())
}

#[test]
fn a_backup_checks_out_and_says_what_it_is() {
    let Backed { temp, file, .. } = backed();
    let password = Password::parse(PASSWORD).expect("a password");
    let checked = check_backup(&file, UnlockWith::Password(&password)).expect("checked");
    assert_eq!(checked.report.problems, []);
    assert_eq!(
        (checked.name.as_str(), checked.secrets, checked.created_at),
        ("Acme", 2, now())
    );
    let wrong = Password::parse("another password altogether").expect("a password");
    assert!(matches!(
        check_backup(&file, UnlockWith::Password(&wrong)),
        Err(BackupError::Keys(_))
    ));
    let left: Vec<_> = fs::read_dir(temp.home())
        .expect("a folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert!(
        !left.iter().any(|name| name.starts_with(".turnstone")),
        "{left:?}"
    );
}

/// What a program that was killed at a backup leaves.
fn leave_scratch(parent: &std::path::Path, name: &str) -> PathBuf {
    let folder = parent.join(name);
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("copy.db"), "half of a copy").expect("a file");
    folder
}

#[test]
fn what_a_killed_backup_left_goes_with_the_next_one_and_nothing_else_does() {
    let temp = TempVault::new();
    let vault = temp.open();
    let elsewhere = temp.home().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    let abandoned = leave_scratch(&elsewhere, ".turnstone-0123456789abcdef");
    let at_work = leave_scratch(&elsewhere, ".turnstone-fedcba9876543210");
    let lock = fs::File::open(&at_work).expect("a folder");
    lock.lock().expect("locked");
    let not_ours = [
        ".turnstone-notes",
        ".turnstone-0123456789ABCDEF",
        "0123456789abcdef",
    ]
    .map(|name| leave_scratch(&elsewhere, name));
    vault
        .backup_to(&elsewhere.join("1.turnstone"), now())
        .expect("a backup");
    assert!(!abandoned.exists());
    assert!(at_work.join("copy.db").exists(), "its program still runs");
    for folder in &not_ours {
        assert!(folder.join("copy.db").exists(), "{}", folder.display());
    }
    drop(lock);
    vault
        .backup_to(&elsewhere.join("2.turnstone"), now())
        .expect("a backup");
    assert!(!at_work.exists(), "its program has ended");
}

#[test]
fn what_a_killed_restore_left_beside_the_vault_goes_at_the_next_unlock() {
    let temp = TempVault::new();
    let abandoned = leave_scratch(
        temp.folder().parent().expect("a home"),
        ".turnstone-0123456789abcdef",
    );
    temp.open();
    assert!(!abandoned.exists());
}

#[test]
fn a_restored_backup_is_the_vault_of_that_moment() {
    let Backed { temp, file, id } = backed();
    let folder = temp.home().join("restored");
    let other_device =
        Device::open(&temp.home().join("other state"), now()).expect("a state folder");
    restore_backup(&file, &folder, by_identity(&temp), &other_device, now()).expect("restored");
    let vault = VaultFolder::open(&folder)
        .expect("a vault")
        .unlock(by_identity(&temp), &other_device, OlderState::Refuse, now())
        .expect("a device that never saw the vault opens it");
    assert_eq!(acts::value(&vault, id, 1).expect("a value"), "first");
    assert!(
        acts::log(&vault)
            .iter()
            .any(|entry| entry.action == Action::BackupRestored)
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_device_that_saw_later_states_asks_before_it_opens_a_restored_backup() {
    let Backed { temp, file, id } = backed();
    let folder = temp.home().join("restored");
    restore_backup(&file, &folder, by_identity(&temp), &temp.device(), now()).expect("restored");
    let restored = VaultFolder::open(&folder).expect("a vault");
    let refused = restored
        .unlock(
            by_identity(&temp),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .map(|_| ());
    assert!(matches!(refused, Err(UnlockError::Rollback { .. })));
    let vault = restored
        .unlock(
            by_identity(&temp),
            &temp.device(),
            OlderState::Accept,
            now(),
        )
        .expect("accepted");
    assert_eq!(acts::value(&vault, id, 1).expect("a value"), "first");
}

#[test]
fn a_restore_never_writes_over_anything() {
    let Backed { temp, file, id } = backed();
    let refused = restore_backup(
        &file,
        &temp.folder(),
        by_identity(&temp),
        &temp.device(),
        now(),
    );
    assert!(matches!(refused, Err(BackupError::FolderNotEmpty)));
    assert_eq!(
        acts::value(&temp.open(), id, 2).expect("untouched"),
        "second"
    );
    let vault = temp.open();
    assert!(matches!(
        vault.backup_to(&file, now()),
        Err(BackupError::Exists)
    ));
}

#[test]
fn a_flipped_byte_or_a_missing_end_is_refused() {
    let Backed { temp, file, .. } = backed();
    let whole = fs::read(&file).expect("a backup");
    let damaged = temp.home().join("damaged");
    for at in
        (0..whole.len())
            .step_by(whole.len() / 50)
            .chain([17, 18, 19, 27, 35, whole.len() - 1])
    {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(&damaged, flipped).expect("written");
        assert!(
            check_backup(&damaged, by_identity(&temp)).is_err(),
            "byte {at}"
        );
    }
    for length in [0, 5, 18, 19, 40, whole.len() / 2, whole.len() - 1] {
        fs::write(&damaged, &whole[..length]).expect("written");
        assert!(
            check_backup(&damaged, by_identity(&temp)).is_err(),
            "cut to {length}"
        );
    }
    fs::write(&damaged, [whole.as_slice(), b"more"].concat()).expect("written");
    assert!(matches!(
        check_backup(&damaged, by_identity(&temp)),
        Err(BackupError::Damaged(_))
    ));
    fs::write(
        &damaged,
        b"PK\x03\x04 and then something else that is long enough to be read",
    )
    .expect("written");
    assert!(matches!(
        check_backup(&damaged, by_identity(&temp)),
        Err(BackupError::NotABackup)
    ));
    fs::write(
        &damaged,
        b"turnstone-backup/2\n and then something else that is long enough",
    )
    .expect("written");
    assert!(matches!(
        check_backup(&damaged, by_identity(&temp)),
        Err(BackupError::NewerFormat)
    ));
}

#[test]
fn a_backup_made_while_another_program_writes_is_one_consistent_state() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value 0")).expect("created");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let other = temp.open();
            for number in 1..40 {
                acts::update(&other, now(), id, new_value(&format!("value {number}")))
                    .expect("rotated");
            }
        });
        for number in 0..4 {
            let file = temp.home().join(format!("{number}.turnstone"));
            vault.backup_to(&file, now()).expect("a backup");
            assert_eq!(
                check_backup(&file, by_identity(&temp))
                    .expect("checked")
                    .report
                    .problems,
                []
            );
        }
        writer.join().expect("no panic");
    });
}
