//! What a device remembers of walking a long log: it saves the way, and nobody can make a record of it that was put back.

use std::fs;
use std::path::{Path, PathBuf};

use domain::SecretId;
use domain::audit::Action;
use testkit::acts::{self, new_value};
use testkit::{TempVault, now};
use vault::{OlderState, StoreError, UnlockedVault};

use crate::put_back::{OLDER_VICTIM, check_victim, ways};
use crate::support::{Fixture, is_integrity, rotated};

/// Entries that make a log long enough to be remembered.
const MANY: usize = 1100;

/// The place of an entry that is about no record, after those of [`rotated`].
const UNRELATED: i64 = 40;

fn lengthen(vault: &UnlockedVault) {
    let written = vault.write(now(), |writer| {
        (0..MANY).try_for_each(|_| writer.record_act(Action::VaultUnlocked, &["test"], None))
    });
    written.map_err(|error: StoreError| error).expect("written");
}

/// A long log above the victim's rotation, walked once, and the vault locked again.
fn long() -> Fixture {
    let fixture = rotated();
    let vault = fixture.temp.open();
    lengthen(&vault);
    use_and_lock(vault, fixture.victim, "second value of the victim");
    assert!(walked_file(&fixture.temp).exists());
    fixture
}

fn use_and_lock(vault: UnlockedVault, victim: SecretId, value: &str) {
    assert_eq!(acts::value(&vault, victim, 2).expect("whole"), value);
    vault.lock("asked", now()).expect("locked");
}

fn walked_file(temp: &TempVault) -> PathBuf {
    let files = fs::read_dir(temp.state_folder()).expect("the device's folder");
    let mut paths = files.map(|file| file.expect("an entry").path());
    let found = paths.find(|path| path.extension().is_some_and(|kind| kind == "walked"));
    found.unwrap_or_else(|| temp.state_folder().join("none"))
}

fn copy_folder(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

#[test]
fn audit_02_a_later_session_walks_only_what_is_new() {
    let Fixture { temp, victim, .. } = long();
    let change = |position: i64| {
        temp.meddle(&format!(
            "UPDATE audit SET time = time + 1 WHERE position = {position}"
        ));
    };
    // What is not walked again is not found bad; a verification of the log reads it.
    change(UNRELATED);
    use_and_lock(temp.open(), victim, "second value of the victim");

    let vault = temp.open();
    lengthen(&vault);
    vault.lock("asked", now()).expect("locked");
    let above = i64::try_from(MANY).expect("small") + 100;
    change(above);
    let refused = acts::value(&temp.open(), victim, 2).expect_err("a bad entry on the way");
    assert!(
        refused.to_string().contains(&format!("entry {above} ")),
        "{refused}"
    );
}

#[test]
fn audit_02_a_device_that_has_lost_what_it_walked_walks_again() {
    let Fixture { temp, victim, .. } = long();
    fs::remove_file(walked_file(&temp)).expect("removed");
    use_and_lock(temp.open(), victim, "second value of the victim");
    let file = walked_file(&temp);
    temp.meddle(&format!(
        "UPDATE audit SET time = time + 1 WHERE position = {UNRELATED}"
    ));
    let whole = fs::read(&file).expect("remembered anew");
    for at in [0, 31, 32, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&file, changed).expect("forged");
        let refused = acts::value(&temp.open(), victim, 2).expect_err("the whole log is walked");
        let place = format!("entry {UNRELATED} ");
        assert!(refused.to_string().contains(&place), "{at}: {refused}");
    }
    fs::write(&file, &whole).expect("put back");
    use_and_lock(temp.open(), victim, "second value of the victim");
}

#[test]
fn audit_02_a_secret_put_back_below_what_was_walked_gives_nothing_away() {
    for (how, log) in ways() {
        let Fixture { temp, victim, .. } = long();
        temp.meddle(&format!("PRAGMA foreign_keys = OFF; {OLDER_VICTIM}; {log}"));
        check_victim(&temp, victim, how);
    }
}

#[test]
fn audit_02_what_was_walked_before_a_rotation_does_not_bring_the_older_value_back() {
    let Fixture { temp, victim, .. } = long();
    let file = walked_file(&temp);
    let older = fs::read(&file).expect("remembered");
    let vault = temp.open();
    acts::update(&vault, now(), victim, new_value("third value")).expect("rotated");
    let rotation = acts::log(&vault)[0].position;
    lengthen(&vault);
    assert!(acts::value(&vault, victim, 3).is_ok());
    vault.lock("asked", now()).expect("locked");
    assert_ne!(fs::read(&file).expect("remembered"), older);

    fs::write(&file, &older).expect("put back");
    let value = acts::value(&temp.open(), victim, 3).expect("nothing else was touched");
    assert_eq!(value, "third value");
    // As it was before its last rotation, which the older file does not know of.
    temp.meddle(&format!(
        "PRAGMA foreign_keys = OFF; DELETE FROM version WHERE number = 3; \
         UPDATE version SET state = 'current' WHERE number = 2 AND secret_key = (SELECT key FROM secret WHERE name = 'victim'); \
         UPDATE secret SET revision = 2, current_version = 2 WHERE name = 'victim'; \
         DELETE FROM audit WHERE position = {rotation}"
    ));
    let refused = acts::value(&temp.open(), victim, 2).expect_err("put back");
    assert!(is_integrity(&refused), "{refused}");
}

#[test]
fn audit_02_what_was_walked_of_another_state_of_the_vault_is_not_believed() {
    let Fixture { temp, victim, .. } = rotated();
    let older = temp.home().join("older");
    copy_folder(&temp.folder(), &older);
    let vault = temp.open();
    lengthen(&vault);
    use_and_lock(vault, victim, "second value of the victim");
    let of_the_newer = fs::read(walked_file(&temp)).expect("remembered");

    copy_folder(&older, &temp.folder());
    let vault = temp.try_open(OlderState::Accept, now()).expect("accepted");
    acts::update(&vault, now(), victim, new_value("another third value")).expect("rotated");
    lengthen(&vault);
    lengthen(&vault);
    vault.lock("asked", now()).expect("locked");
    fs::write(walked_file(&temp), of_the_newer).expect("put back");
    let vault = temp.open();
    let value = acts::value(&vault, victim, 3).expect("the walk goes on without it");
    assert_eq!(value, "another third value");
    vault.lock("asked", now()).expect("locked");
    let value = acts::value(&temp.open(), victim, 3).expect("remembered anew");
    assert_eq!(value, "another third value");
}

#[test]
fn audit_02_what_was_walked_of_another_log_is_not_believed() {
    let (one, other) = (long(), long());
    fs::copy(walked_file(&one.temp), walked_file(&other.temp)).expect("copied");
    other.temp.meddle(&format!(
        "UPDATE audit SET time = time + 1 WHERE position = {UNRELATED}"
    ));
    let vault = other.temp.open();
    let refused = acts::value(&vault, other.victim, 2).expect_err("the whole log is walked");
    let place = format!("entry {UNRELATED} ");
    assert!(refused.to_string().contains(&place), "{refused}");
}
