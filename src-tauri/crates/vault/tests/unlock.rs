//! Unlocking: what is counted, what is written down, what is settled on the way.

use std::fs;
use std::time::Duration;

use domain::Timestamp;
use domain::audit::Action;
use testkit::acts::{self, create, generic};
use testkit::temp_vault::PASSWORD;
use testkit::{TempVault, after, now};
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::password::{NewPassword, Password};
use vault::unlock_keys::UnlockWith;
use vault::{ActResult, AuditEntry, OlderState, UnlockError, UnlockedVault, VaultFolder};

fn unlock(temp: &TempVault, password: &str, at: Timestamp) -> Result<UnlockedVault, UnlockError> {
    let password = Password::parse(password).expect("a password");
    let folder = VaultFolder::open(&temp.folder()).expect("a vault");
    folder.unlock(
        UnlockWith::Password(&password),
        &temp.device(),
        OlderState::Refuse,
        at,
    )
}

fn entries(vault: &UnlockedVault) -> Vec<AuditEntry> {
    acts::log(vault).into_iter().rev().collect()
}

fn seconds(number: i64) -> Timestamp {
    now().plus_millis(number * 1000)
}

#[test]
fn lock_02_the_sixth_attempt_after_five_failures_waits_in_every_program() {
    let temp = TempVault::new();
    for _ in 0..4 {
        assert!(matches!(
            unlock(&temp, "wrong", now()).map(|_| ()),
            Err(UnlockError::Keys(_))
        ));
    }
    let fifth = unlock(&temp, "wrong", now())
        .map(|_| ())
        .expect_err("wrong");
    assert!(
        matches!(fifth, UnlockError::WrongThenWait { wait, .. } if wait == Duration::from_secs(1)),
        "{fifth}"
    );
    // Even the right password waits, and a new process sees the same counter.
    let refused = unlock(&temp, PASSWORD, now())
        .map(|_| ())
        .expect_err("too early");
    assert!(
        matches!(refused, UnlockError::Wait(wait) if wait == Duration::from_secs(1)),
        "{refused}"
    );
    assert_eq!(
        temp.device().wait_before_unlock(
            VaultFolder::open(&temp.folder()).expect("a vault").id(),
            now()
        ),
        Some(Duration::from_secs(1))
    );
    let vault = unlock(&temp, PASSWORD, seconds(1)).expect("after the wait");
    let written = entries(&vault);
    let counted = written
        .iter()
        .find(|entry| entry.action == Action::UnlockFailures)
        .expect("an entry of the failures");
    assert_eq!(counted.result, ActResult::Unverified);
    assert!(
        counted
            .reason
            .as_deref()
            .is_some_and(|reason| reason.starts_with("5 ")),
        "{:?}",
        counted.reason
    );
    drop(vault);
    assert!(
        matches!(
            unlock(&temp, "wrong", seconds(1)).map(|_| ()),
            Err(UnlockError::Keys(_))
        ),
        "the count began anew"
    );
}

#[test]
fn lock_02_wrong_passwords_in_an_open_vault_count_like_failed_unlocks() {
    let temp = TempVault::new();
    let vault = temp.open();
    let confirm = |password: &str, at| {
        let password = vault::password::Password::parse(password).expect("a password");
        let with = vault::unlock_keys::UnlockWith::Password(&password);
        vault.confirm(with, &temp.device(), at)
    };
    for _ in 0..4 {
        confirm("not the password", now()).expect_err("wrong");
    }
    confirm(testkit::temp_vault::PASSWORD, now()).expect("right");
    let failures = entries(&vault)
        .into_iter()
        .find(|entry| entry.action == domain::audit::Action::UnlockFailures);
    let reason = failures.and_then(|entry| entry.reason).expect("told");
    assert!(reason.starts_with("4 failed"), "{reason}");
    for _ in 0..5 {
        confirm("not the password", now()).expect_err("wrong");
    }
    let refused = confirm(testkit::temp_vault::PASSWORD, now()).expect_err("too soon");
    assert!(matches!(refused, vault::ConfirmError::Wait(_)), "{refused}");
    confirm(testkit::temp_vault::PASSWORD, seconds(1)).expect("after the wait");
}

#[test]
fn audit_01_every_unlock_and_lock_is_an_entry() {
    let temp = TempVault::new();
    let vault = temp.open();
    vault.lock("idle", now()).expect("locked");
    let vault = temp.open();
    let actions: Vec<Action> = entries(&vault)
        .iter()
        .rev()
        .map(|entry| entry.action)
        .collect();
    use Action::{MemberFounded, VaultCreated, VaultLocked, VaultUnlocked};
    assert_eq!(
        actions,
        [
            VaultCreated,
            MemberFounded,
            VaultLocked,
            VaultUnlocked,
            VaultLocked,
            VaultUnlocked
        ]
    );
    let newest = entries(&vault).swap_remove(0);
    assert_eq!(
        (
            newest.actor_name.as_deref().expect("a member"),
            newest.position,
            newest.resource_type.as_str()
        ),
        ("Ada", 6, "vault")
    );
}

#[test]
fn role_04_a_changed_password_opens_and_the_old_one_does_not() {
    let temp = TempVault::new();
    let vault = temp.open();
    let new = NewPassword::parse("nine curlews walk on the mud flats", &[]).expect("strong");
    vault
        .change_password(&new, KdfParams::FLOOR, now())
        .expect("changed");
    create(&vault, now(), generic("token", "value")).expect("the session goes on");
    vault.lock("asked", now()).expect("locked");
    assert!(matches!(
        unlock(&temp, PASSWORD, now()).map(|_| ()),
        Err(UnlockError::Keys(_))
    ));
    let vault = unlock(&temp, "nine curlews walk on the mud flats", now()).expect("the new one");
    assert!(
        entries(&vault)
            .iter()
            .any(|entry| entry.action == Action::PasswordChanged)
    );
    let (keys, copy) = (
        temp.folder().join("keys.json"),
        temp.folder().join("keys.json.bak"),
    );
    assert_eq!(
        fs::read(keys).expect("keys.json"),
        fs::read(copy).expect("its copy"),
        "the old slot must leave the copy too"
    );
}

#[test]
fn a_change_of_keys_that_a_crash_cut_short_is_rolled_forward() {
    let temp = TempVault::new();
    let old = [
        fs::read(temp.folder().join("keys.json")),
        fs::read(temp.folder().join("keys.json.bak")),
    ];
    let vault = temp.open();
    let _renewed = vault.renew_recovery_code(now()).expect("renewed");
    let renewed = KeysFile::read(&temp.folder()).expect("keys.json");
    vault.lock("asked", now()).expect("locked");
    // As if the program had ended between the commit and the new file: the old files, and the content still pending.
    let key = temp.page_key();
    let [keys, copy] = old;
    fs::write(temp.folder().join("keys.json"), keys.expect("read")).expect("put back");
    fs::write(temp.folder().join("keys.json.bak"), copy.expect("read")).expect("put back");
    let connection = rusqlite::Connection::open(temp.database()).expect("the file");
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"",
            key.expose_hex().as_str()
        ))
        .expect("the key");
    connection
        .execute("UPDATE vault SET keys_pending = ?1", [renewed.to_bytes()])
        .expect("pending");
    drop(connection);
    fs::remove_dir_all(temp.state_folder())
        .expect("another device, which remembers no later state");

    temp.open();
    assert_eq!(
        KeysFile::read(&temp.folder()).expect("keys.json").hash(),
        renewed.hash()
    );
    temp.open();
}

#[test]
fn files_that_keys_json_does_not_name_are_removed_at_unlock() {
    let temp = TempVault::new();
    for name in ["vault-2.db", "vault-2.db-wal", "notes.txt"] {
        fs::write(temp.folder().join(name), b"left over").expect("written");
    }
    temp.open();
    let there = |name: &str| temp.folder().join(name).exists();
    assert!(!there("vault-2.db") && !there("vault-2.db-wal"));
    assert!(
        there("notes.txt") && there("vault.db"),
        "nothing else is touched"
    );
}

#[test]
fn delete_02_the_trash_lets_go_after_thirty_days_and_not_before() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    acts::trash(&vault, now(), id).expect("in the trash");
    drop(vault);
    drop(temp.open_at(after(29)));
    let vault = temp.open_at(after(30));
    assert!(acts::secret(&vault, id).expect("readable").is_some());
    drop(vault);
    let vault = temp.open_at(after(31));
    assert!(acts::secret(&vault, id).expect("readable").is_none());
    assert!(
        entries(&vault)
            .iter()
            .any(|entry| entry.action == Action::SecretDestroyed)
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn hist_02_an_old_value_goes_when_its_grace_time_is_over() {
    let temp = TempVault::new();
    let vault = temp.open();
    let history = domain::HistoryInput {
        keep: Some(3),
        grace_days: Some(7),
    };
    let input = domain::create::CreateInput {
        history: Some(history),
        ..generic("token", "first")
    };
    let id = create(&vault, now(), input).expect("created");
    acts::update(&vault, after(10), id, acts::new_value("second")).expect("rotated");
    drop(vault);
    drop(temp.open_at(after(16)));
    let vault = temp.open_at(after(17));
    assert_eq!(
        acts::value(&vault, id, 1).expect("within its time"),
        "first"
    );
    drop(vault);
    let vault = temp.open_at(after(18));
    assert!(acts::value(&vault, id, 1).is_err());
    assert_eq!(
        acts::value(&vault, id, 2).expect("the current one stays"),
        "second"
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

/// A clock that went wrong is seen by the person before anything is gone for good.
#[test]
fn delete_02_a_clock_set_forward_for_less_than_a_day_destroys_nothing() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    acts::trash(&vault, now(), id).expect("in the trash");
    drop(vault);
    let years = 3_650;
    for hour in 0..24 {
        let wrong = after(years).plus_millis(hour * 60 * 60 * 1000);
        let vault = temp.open_at(wrong);
        assert_eq!(vault.sweep(wrong).expect("swept"), 0, "hour {hour}");
    }
    // With the clock right again, the entries of the wrong time vouch for nothing.
    for day in [1, 2, 29, 30] {
        let vault = temp.open_at(after(day));
        assert!(
            acts::secret(&vault, id).expect("readable").is_some(),
            "day {day}"
        );
    }
    let vault = temp.open_at(after(31));
    assert!(acts::secret(&vault, id).expect("readable").is_none());
}

#[test]
fn delete_02_what_was_due_long_ago_goes_a_day_after_the_first_unlock() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    acts::trash(&vault, now(), id).expect("in the trash");
    drop(vault);
    let vault = temp.open_at(after(100));
    assert!(acts::secret(&vault, id).expect("readable").is_some());
    assert_eq!(vault.sweep(after(101)).expect("swept"), 1);
    assert!(acts::secret(&vault, id).expect("readable").is_none());
}

#[cfg(unix)]
#[test]
fn only_their_owner_can_read_a_vaults_files() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("a temporary folder");
    let (folder, state) = (home.path().join("vaults/acme"), home.path().join("state"));
    let device = vault::Device::open(&state, now()).expect("a state folder");
    let name = domain::text::VaultName::parse("Acme").expect("a name");
    let owner = domain::text::MemberName::parse("Ada").expect("a name");
    let password = NewPassword::parse(PASSWORD, &[]).expect("strong");
    let (open, _) = vault::create_vault(
        &folder,
        &name,
        &owner,
        &password,
        KdfParams::FLOOR,
        &device,
        now(),
    )
    .expect("made");
    create(&open, now(), generic("token", "value")).expect("created");
    let mode =
        |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
    for place in [&folder, &state] {
        assert_eq!(mode(place), 0o700, "{place:?}");
        for entry in fs::read_dir(place).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert_eq!(mode(&path), 0o600, "{path:?}");
        }
    }
    let again = vault::create_vault(
        &folder,
        &name,
        &owner,
        &password,
        KdfParams::FLOOR,
        &device,
        now(),
    );
    assert!(matches!(again, Err(vault::CreateError::NotEmpty)));
}
