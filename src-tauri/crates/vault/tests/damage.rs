//! Files with a flipped byte, cut or missing: a clear error or the right data, never wrong data, never a panic.

use std::fs;

use domain::SecretId;
use testkit::acts::{self, create, generic, new_value};
use testkit::{TempVault, now};
use vault::unlock_keys::UnlockWith;
use vault::{OlderState, OpenError, UnlockError, VaultFolder};

/// A vault as a crash leaves it: one part in the database, one in the log file. With what every secret's value is.
struct Crashed {
    temp: TempVault,
    database: Vec<u8>,
    log: Vec<u8>,
    values: Vec<(SecretId, String)>,
}

fn crashed() -> Crashed {
    let temp = TempVault::new();
    let vault = temp.open();
    let mut values = Vec::new();
    for number in 0..6 {
        let value = format!("value {number} {}", "x".repeat(number * 700));
        let id =
            create(&vault, now(), generic(&format!("secret {number}"), &value)).expect("created");
        values.push((id, value));
    }
    vault.tidy().expect("the log is in the database");
    for (id, value) in values.iter_mut().take(3) {
        value.push_str(" rotated");
        acts::update(&vault, now(), *id, new_value(value)).expect("rotated");
    }
    let (database, log) = (
        fs::read(temp.database()).expect("a file"),
        fs::read(temp.log()).expect("a file"),
    );
    drop(vault);
    Crashed {
        temp,
        database,
        log,
        values,
    }
}

impl Crashed {
    /// Puts both files back with these contents and looks at everything.
    fn check(&self, database: &[u8], log: &[u8], what: &str) {
        fs::write(self.temp.database(), database).expect("put back");
        fs::write(self.temp.log(), log).expect("put back");
        let _ = fs::remove_file(self.temp.folder().join("vault.db-shm"));
        let Ok(vault) = self.temp.try_open(OlderState::Refuse, now()) else {
            return;
        };
        let mut wrong = false;
        for (id, value) in &self.values {
            let Ok(Some(found)) = acts::secret(&vault, *id) else {
                wrong = true;
                continue;
            };
            let newest = found
                .secret()
                .current_version()
                .expect("a direct secret")
                .get();
            match acts::value(&vault, *id, newest) {
                Ok(opened) => assert_eq!(&opened, value, "{what}"),
                Err(_) => wrong = true,
            }
        }
        let report = vault.check();
        assert!(
            !wrong || report.is_err() || !report.is_ok_and(|report| report.is_ok()),
            "{what}: found by use, not by the check"
        );
    }
}

#[test]
fn a_flipped_byte_anywhere_in_the_database_is_never_wrong_data() {
    let crashed = crashed();
    let step = crashed.database.len() / 60;
    for at in (0..crashed.database.len()).step_by(step).chain(0..20) {
        let mut flipped = crashed.database.clone();
        flipped[at] ^= 0x40;
        crashed.check(
            &flipped,
            &crashed.log,
            &format!("byte {at} of the database"),
        );
    }
}

#[test]
fn a_flipped_byte_anywhere_in_the_log_file_is_never_wrong_data() {
    let crashed = crashed();
    let step = crashed.log.len() / 60;
    for at in (0..crashed.log.len()).step_by(step).chain(0..33) {
        let mut flipped = crashed.log.clone();
        flipped[at] ^= 0x40;
        crashed.check(
            &crashed.database,
            &flipped,
            &format!("byte {at} of the log"),
        );
    }
}

#[test]
fn files_cut_anywhere_are_never_wrong_data() {
    let crashed = crashed();
    for part in 0..8 {
        let database = &crashed.database[..crashed.database.len() * part / 8];
        crashed.check(
            database,
            &crashed.log,
            &format!("the database cut to {part}/8"),
        );
        let log = &crashed.log[..crashed.log.len() * part / 8];
        crashed.check(&crashed.database, log, &format!("the log cut to {part}/8"));
    }
}

#[test]
fn the_check_finds_damage_in_a_page_that_no_one_reads() {
    let temp = TempVault::new();
    let vault = temp.open();
    for number in 0..40 {
        create(
            &vault,
            now(),
            generic(&format!("secret {number}"), &"x".repeat(3000)),
        )
        .expect("created");
    }
    vault.lock("asked", now()).expect("locked");
    let mut database = fs::read(temp.database()).expect("a file");
    let middle = database.len() - 4096 * 3 + 100;
    database[middle] ^= 1;
    fs::write(temp.database(), database).expect("put back");
    if let Ok(vault) = temp.try_open(OlderState::Refuse, now()) {
        assert!(!vault.check().expect("a report").is_ok());
    }
}

#[test]
fn a_missing_database_says_so() {
    let temp = TempVault::new();
    fs::remove_file(temp.database()).expect("deleted");
    assert!(matches!(
        temp.try_open(OlderState::Refuse, now()).map(|_| ()),
        Err(UnlockError::DatabaseMissing)
    ));
    assert!(
        !temp.database().exists(),
        "no new database may take its place"
    );
}

#[test]
fn a_folder_without_keys_is_no_vault() {
    let temp = TempVault::new();
    fs::remove_file(temp.folder().join("keys.json")).expect("deleted");
    assert!(matches!(
        VaultFolder::open(&temp.folder()),
        Err(OpenError::Missing)
    ));
    assert!(matches!(
        VaultFolder::open(&temp.home().join("nowhere")),
        Err(OpenError::Missing)
    ));
}

#[test]
fn keys_that_cannot_be_parsed_are_replaced_by_their_copy() {
    let temp = TempVault::new();
    let whole = fs::read(temp.folder().join("keys.json")).expect("keys.json");
    fs::write(temp.folder().join("keys.json"), &whole[..whole.len() / 2]).expect("cut");
    temp.open();
    assert_eq!(
        fs::read(temp.folder().join("keys.json")).expect("keys.json"),
        whole
    );

    fs::write(temp.folder().join("keys.json"), b"{").expect("cut");
    fs::write(temp.folder().join("keys.json.bak"), b"{").expect("cut");
    assert!(matches!(
        VaultFolder::open(&temp.folder()),
        Err(OpenError::Damaged)
    ));
}

#[test]
fn a_database_of_a_newer_format_is_left_alone() {
    let temp = TempVault::new();
    let connection = rusqlite::Connection::open(temp.database()).expect("the file");
    let key = temp.page_key();
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA user_version = 99",
            key.expose_hex().as_str()
        ))
        .expect("newer");
    drop(connection);
    let refused = temp
        .try_open(OlderState::Refuse, now())
        .map(|_| ())
        .expect_err("newer");
    assert!(
        matches!(refused, UnlockError::Store(vault::StoreError::NewerFormat)),
        "{refused}"
    );
}

#[test]
fn the_password_and_the_code_open_what_the_identity_opens() {
    let temp = TempVault::new();
    let folder = VaultFolder::open(&temp.folder()).expect("a vault");
    let by_password = folder
        .unlock(
            UnlockWith::Password(&temp.password()),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("unlocked");
    assert_eq!(by_password.actor().name.as_str(), "Ada");
    drop(by_password);
    folder
        .unlock(
            UnlockWith::Recovery(&temp.recovery_code()),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("unlocked");
}
