//! An older state put back, a log deleted, a clock set back: what this device remembers finds them.

use std::fs;
use std::path::Path;

use domain::audit::Action;
use testkit::acts::{self, create, generic};
use testkit::{TempVault, now};
use vault::{OlderState, UnlockError, UnlockedVault};

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

fn put_back(older: &Path, folder: &Path) {
    fs::remove_dir_all(folder).expect("removed");
    copy_folder(older, folder);
}

fn actions(vault: &UnlockedVault) -> Vec<Action> {
    acts::log(vault).iter().map(|entry| entry.action).collect()
}

#[test]
fn audit_02_an_older_folder_put_back_stops_the_unlock_until_it_is_accepted() {
    let temp = TempVault::new();
    let vault = temp.open();
    create(&vault, now(), generic("first", "value")).expect("created");
    vault.lock("asked", now()).expect("locked");
    let older = temp.home().join("older");
    copy_folder(&temp.folder(), &older);

    let vault = temp.open();
    create(&vault, now(), generic("second", "value")).expect("created");
    vault.lock("asked", now()).expect("locked");
    put_back(&older, &temp.folder());

    let refused = temp
        .try_open(OlderState::Refuse, now())
        .map(|_| ())
        .expect_err("older");
    assert!(matches!(refused, UnlockError::Rollback { .. }), "{refused}");
    let vault = temp.try_open(OlderState::Accept, now()).expect("accepted");
    assert!(actions(&vault).contains(&Action::HeadAccepted));
    vault.lock("asked", now()).expect("locked");
    temp.open();
}

#[test]
fn audit_02_a_state_that_extends_what_was_seen_is_no_rollback() {
    let temp = TempVault::new();
    for number in 0..5 {
        let vault = temp.open();
        create(&vault, now(), generic(&format!("secret {number}"), "value")).expect("created");
    }
    assert_eq!(temp.open().check().expect("checked").problems, []);
}

#[test]
fn audit_02_a_deleted_log_file_is_found() {
    let temp = TempVault::new();
    let vault = temp.open();
    create(&vault, now(), generic("in the log file only", "value")).expect("created");
    // As after a crash: nothing has moved the log into the database.
    let crashed = temp.home().join("crashed");
    copy_folder(&temp.folder(), &crashed);
    drop(vault);
    put_back(&crashed, &temp.folder());
    assert!(temp.log().metadata().expect("a log file").len() > 0);
    fs::remove_file(temp.log()).expect("deleted");
    let _ = fs::remove_file(temp.folder().join("vault.db-shm"));
    let refused = temp
        .try_open(OlderState::Refuse, now())
        .map(|_| ())
        .expect_err("the end is missing");
    assert!(matches!(refused, UnlockError::Rollback { .. }), "{refused}");
}

#[test]
fn audit_02_an_older_log_file_put_back_is_found() {
    let temp = TempVault::new();
    let vault = temp.open();
    create(&vault, now(), generic("first", "value")).expect("created");
    let older = fs::read(temp.log()).expect("a log file");
    create(&vault, now(), generic("second", "value")).expect("created");
    let crashed = temp.home().join("crashed");
    copy_folder(&temp.folder(), &crashed);
    drop(vault);
    put_back(&crashed, &temp.folder());
    assert!(temp.log().metadata().expect("a log file").len() > 0);
    fs::write(temp.log(), older).expect("put back");
    let _ = fs::remove_file(temp.folder().join("vault.db-shm"));
    let refused = temp
        .try_open(OlderState::Refuse, now())
        .map(|_| ())
        .expect_err("the newest commit is missing");
    assert!(matches!(refused, UnlockError::Rollback { .. }), "{refused}");
    let vault = temp.try_open(OlderState::Accept, now()).expect("accepted");
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_crash_without_any_deletion_loses_nothing() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("in the log file only", "the value")).expect("created");
    let crashed = temp.home().join("crashed");
    copy_folder(&temp.folder(), &crashed);
    drop(vault);
    put_back(&crashed, &temp.folder());
    assert_eq!(
        acts::value(&temp.open(), id, 1).expect("there"),
        "the value"
    );
}

#[test]
fn audit_02_a_device_that_never_saw_the_vault_cannot_tell() {
    let temp = TempVault::new();
    let vault = temp.open();
    vault.lock("asked", now()).expect("locked");
    let older = temp.home().join("older");
    copy_folder(&temp.folder(), &older);
    let vault = temp.open();
    create(&vault, now(), generic("second", "value")).expect("created");
    vault.lock("asked", now()).expect("locked");
    put_back(&older, &temp.folder());
    fs::remove_dir_all(temp.state_folder()).expect("another device");
    temp.open();
}

#[test]
fn audit_02_a_head_that_cannot_be_read_stops_the_unlock() {
    let temp = TempVault::new();
    let vault = temp.open();
    let head = temp.state_folder().join(format!(
        "{}.{}.head",
        vault.vault_id(),
        vault.actor().member
    ));
    vault.lock("asked", now()).expect("locked");
    fs::write(head, b"something else").expect("overwritten");
    assert!(matches!(
        temp.try_open(OlderState::Refuse, now()).map(|_| ()),
        Err(UnlockError::Rollback { .. })
    ));
    temp.try_open(OlderState::Accept, now()).expect("accepted");
    temp.open();
}

#[test]
fn keys_of_another_state_than_the_database_are_refused() {
    let temp = TempVault::new();
    let older = temp.home().join("older");
    copy_folder(&temp.folder(), &older);
    let vault = temp.open();
    let _renewed = vault.renew_recovery_code(now()).expect("renewed");
    vault.lock("asked", now()).expect("locked");
    fs::copy(older.join("keys.json"), temp.folder().join("keys.json")).expect("put back");
    let refused = temp
        .try_open(OlderState::Accept, now())
        .map(|_| ())
        .expect_err("an older keys.json");
    assert!(
        matches!(refused, UnlockError::KeysMismatch { .. }),
        "{refused}"
    );
}

#[test]
fn update_16_times_never_run_backwards_when_the_clock_does() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "first")).expect("created");
    let earlier = domain::Timestamp::from_millis(now().as_millis() - 86_400_000);
    acts::update(&vault, earlier, id, acts::new_value("second")).expect("rotated");
    drop(vault);
    let vault = temp.open_at(earlier);
    let found = acts::secret(&vault, id).expect("readable").expect("there");
    assert!(found.secret().created_at() <= found.secret().updated_at());
    assert_eq!(vault.check().expect("checked").problems, []);
}
