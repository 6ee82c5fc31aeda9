//! A new generation of keys: everything is as it was, under keys that nobody had before.

#[path = "common/raw_pages.rs"]
mod raw_pages;
#[path = "common/rekeyed.rs"]
mod rekeyed;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::ops::ControlFlow;

use domain::audit::Action;
use rekeyed::{files, filled, found, go_on, rekeyed};
use rusqlite::Connection;
use rusqlite::types::Value;
use testkit::acts::{self, ActError, create, doppler, generic, new_value};
use testkit::{TempVault, now};
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::page_key::PageKey;
use vault::password::{NewPassword, Password};
use vault::seal::SealContext;
use vault::unlock_keys::{UnlockWith, UnlockedKeys, unlock_keys};
use vault::wrapped_key::WrappedVersionKey;
use vault::{
    ChangeKeysError, OlderState, RekeyError, RekeyStage, UnlockError, VaultFolder, check_backup,
    restore_backup,
};

const TOKEN: &str = "dp.st.prd.aTokenOfFortyCharactersOrSoMoreOrLess";

/// As anybody opens the database who has a page key and a program of their own.
fn raw(temp: &TempVault, key: &PageKey) -> Connection {
    let connection = Connection::open(temp.database()).expect("the file");
    let key = format!("PRAGMA key = \"x'{}'\"", key.expose_hex().as_str());
    connection.execute_batch(&key).expect("a key");
    connection
}

fn keys(temp: &TempVault) -> UnlockedKeys {
    let file = KeysFile::read(&temp.folder()).expect("keys.json");
    unlock_keys(&file, UnlockWith::Identity(temp.identity())).expect("the owner's identity")
}

/// Every row of every table that is stored, in words.
fn rows(temp: &TempVault) -> BTreeMap<String, Vec<String>> {
    let connection = raw(temp, &keys(temp).page_key);
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'search_text'")
        .expect("the schema");
    let names = statement.query_map([], |row| row.get(0)).expect("names");
    names
        .map(|name| {
            let name: String = name.expect("a name");
            let rows = rows_of(&connection, &name);
            (name, rows)
        })
        .collect()
}

fn rows_of(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection
        .prepare(&format!("SELECT * FROM {table}"))
        .expect("a table");
    let columns = statement.column_count();
    let rows = statement
        .query_map([], |row| {
            let values: Vec<Value> = (0..columns)
                .map(|column| row.get(column))
                .collect::<Result<_, _>>()?;
            Ok(format!("{values:?}"))
        })
        .expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

#[test]
fn everything_is_as_it_was_under_the_new_keys_and_the_log_goes_on() {
    let temp = TempVault::new();
    let vault = temp.open();
    let ids = filled(&vault);
    let before = found(&vault, &ids);
    let old_keys = KeysFile::read(&temp.folder()).expect("keys.json");

    let vault = rekeyed(&vault);
    let after = found(&vault, &ids);
    assert_eq!(after.values, before.values);
    assert_eq!(after.log[..before.log.len()], before.log);
    let log = acts::log(&vault);
    assert_eq!(log.len(), before.log.len() + 1);
    assert_eq!(log.last().expect("an entry").action, Action::VaultRekeyed);
    assert_eq!(vault.check().expect("checked").problems, []);
    let verified = vault
        .log_reader()
        .expect("a reader")
        .verify(&mut |_| ControlFlow::Continue(()));
    assert_eq!(verified.expect("verified").problems, []);

    let keys = KeysFile::read(&temp.folder()).expect("keys.json");
    assert_eq!(keys.epoch(), old_keys.epoch() + 1);
    assert_eq!(keys.generation(), old_keys.generation() + 1);
    assert_eq!(keys.database().as_str(), "vault-2.db");
    assert_eq!(files(&temp), ["keys.json", "keys.json.bak", "vault-2.db"]);
}

#[test]
fn every_row_of_every_table_is_carried_over() {
    let temp = TempVault::new();
    let vault = temp.open();
    let ids = filled(&vault);
    acts::create_connection(&vault, now(), doppler("Doppler", TOKEN)).expect("made");
    acts::trash(&vault, now(), ids[3]).expect("in the trash");
    acts::purge(&vault, now(), ids[3]).expect("purged");
    let before = rows(&temp);
    let _vault = rekeyed(&vault);
    let mut after = rows(&temp);

    assert!(before.len() > 12, "{:?}", before.keys());
    let names = |tables: &BTreeMap<String, Vec<String>>| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    after
        .get_mut("audit")
        .expect("the log")
        .pop()
        .expect("the entry of the re-keying");
    for (table, rows) in &before {
        match table.as_str() {
            "vault" => {}
            "wrapped_key" => {
                let destroyed = format!("{:?}", vec![0_u8; 60]);
                let pairs = rows.iter().zip(&after[table]);
                for (old, new) in pairs {
                    let was_destroyed = old.contains(&destroyed[1..destroyed.len() - 1]);
                    assert_eq!(old == new, was_destroyed, "{old}");
                }
                assert_eq!(
                    rows.len() + 1,
                    after[table].len(),
                    "the new one of fingerprints"
                );
            }
            "fingerprint_key" => assert_eq!(after[table].len(), 2),
            // Made anew where the value opens; `tests/fingerprints.rs` looks at them.
            "fingerprint" => assert_eq!(rows.len(), after[table].len()),
            _ => assert_eq!(rows, &after[table], "{table}"),
        }
    }
}

#[test]
fn the_old_keys_open_nothing_of_the_new_generation() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    let old = keys(&temp);
    let vault = rekeyed(&vault);
    acts::update(&vault, now(), id, new_value("written after")).expect("rotated");
    let new = keys(&temp);

    let refused = raw(&temp, &old.page_key).query_row("SELECT count(*) FROM audit", [], |_| Ok(()));
    assert!(refused.is_err(), "the old page key opens the new file");
    let connection = raw(&temp, &new.page_key);
    let mut statement = connection
        .prepare("SELECT version.id, bytes FROM version JOIN wrapped_key ON slot = key_slot")
        .expect("the tables");
    let wrapped = statement
        .query_map([], |row| {
            Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, [u8; 60]>(1)?))
        })
        .expect("rows");
    let mut seen = 0;
    for row in wrapped {
        let (version, bytes) = row.expect("a row");
        let opens = |keys: &UnlockedKeys, epoch| {
            let context = SealContext {
                vault: vault.vault_id(),
                secret: id,
                version: domain::VersionId::from_bytes(version),
                epoch,
            };
            let value_key = keys.value_key.as_ref().expect("an owner's");
            value_key
                .unwrap(&WrappedVersionKey::from_bytes(bytes), &context)
                .is_ok()
        };
        assert!(!opens(&old, old.epoch) && !opens(&old, new.epoch));
        assert!(!opens(&new, old.epoch));
        assert!(opens(&new, new.epoch));
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn no_page_of_the_new_file_holds_a_key_as_the_old_value_key_wrapped_it() {
    const SECRETS: usize = 200;
    let temp = TempVault::new();
    let vault = temp.open();
    for round in 0..4 {
        let made = vault.write(now(), |writer| {
            for number in 0..SECRETS {
                let input = generic(
                    &format!("secret {round}.{number}"),
                    &"x".repeat(number * 7 + 1),
                );
                acts::create_in(writer, vault.actor(), now(), input)?;
            }
            Ok::<_, ActError>(())
        });
        made.expect("created");
    }
    let wrapped = |temp: &TempVault| -> Vec<Vec<u8>> {
        let connection = raw(temp, &keys(temp).page_key);
        let mut statement = connection
            .prepare("SELECT bytes FROM wrapped_key")
            .expect("keys");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    };
    let old = wrapped(&temp);
    let vault = rekeyed(&vault);
    let new = wrapped(&temp);
    vault.lock("asked", now()).expect("all of it in one file");
    let key = keys(&temp).page_key;
    let pages = raw_pages::plain_pages(&temp.database(), &temp.log(), key.expose_hex().as_str());
    // A piece from the middle of each ciphertext, wherever it stands.
    let pieces = |wrapped: &[Vec<u8>]| -> HashSet<Vec<u8>> {
        wrapped.iter().map(|bytes| bytes[20..28].to_vec()).collect()
    };
    let found = |pieces: &HashSet<Vec<u8>>| {
        let windows = pages.iter().flat_map(|page| page.windows(8));
        windows.filter(|window| pieces.contains(*window)).count()
    };
    assert_eq!(old.len(), 4 * SECRETS + 1, "one of them is of fingerprints");
    assert_eq!(found(&pieces(&old)), 0, "of the old wrappings");
    assert_eq!(
        found(&pieces(&new)),
        new.len(),
        "the same search finds what is there"
    );
}

#[test]
fn a_connections_token_is_wrapped_anew_too() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = acts::create_connection(&vault, now(), doppler("Doppler", TOKEN)).expect("made");
    let vault = rekeyed(&vault);
    let token = vault
        .read(|reader| reader.open_token(id))
        .expect("it opens");
    assert_eq!(
        token.field("service_token").expect("a token").expose_text(),
        TOKEN
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn what_is_stopped_before_the_switch_leaves_everything_as_it_was() {
    let temp = TempVault::new();
    let vault = temp.open();
    let ids = filled(&vault);
    let before = (
        found(&vault, &ids),
        files(&temp),
        fs::read(temp.folder().join("keys.json")),
    );
    for stage in [RekeyStage::Copy, RekeyStage::Switch] {
        let stopped = vault.rekey(now(), &mut |progress| match progress.stage == stage {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
        assert!(matches!(stopped.map(|_| ()), Err(RekeyError::Cancelled)));
        let after = (
            found(&vault, &ids),
            files(&temp),
            fs::read(temp.folder().join("keys.json")),
        );
        assert_eq!(after.0, before.0);
        assert_eq!(after.1, before.1);
        assert_eq!(
            after.2.expect("keys.json"),
            *before.2.as_ref().expect("keys.json")
        );
    }
    let id = create(&vault, now(), generic("another", "value")).expect("it can be written");
    let vault = rekeyed(&vault);
    assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
}

#[test]
fn keys_that_were_announced_and_are_not_in_place_go_into_the_next_generation() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    // Something stands where the next keys.json is written first.
    let in_the_way = temp.folder().join("keys.json.tmp");
    fs::create_dir(&in_the_way).expect("a folder");
    let password = NewPassword::parse("another nine turnstones at high tide", &[]).expect("strong");
    let announced = vault.change_password(&password, KdfParams::FLOOR, now());
    assert!(
        matches!(announced, Err(ChangeKeysError::Pending(_))),
        "{announced:?}"
    );
    fs::remove_dir(&in_the_way).expect("removed");
    rekeyed(&vault)
        .lock("asked", now())
        .expect("locked under the new keys");

    let unlock = |password: &Password| {
        let folder = VaultFolder::open(&temp.folder()).expect("a vault");
        let with = UnlockWith::Password(password);
        folder.unlock(with, &temp.device(), OlderState::Refuse, now())
    };
    assert!(unlock(&temp.password()).is_err(), "the old password");
    let vault = unlock(password.as_password()).expect("the new password");
    assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn backups_from_before_and_after_open_with_what_they_hold() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    let (before, after) = (temp.home().join("before"), temp.home().join("after"));
    vault.backup_to(&before, now()).expect("a backup");
    let vault = rekeyed(&vault);
    vault.backup_to(&after, now()).expect("a backup");
    vault.lock("asked", now()).expect("locked");
    for (name, backup) in [("before", &before), ("after", &after)] {
        let with = || UnlockWith::Identity(temp.identity());
        let checked = check_backup(backup, with()).expect("checked");
        assert_eq!(checked.report.problems, []);
        let folder = temp.home().join(format!("restored from {name}"));
        restore_backup(backup, &folder, with(), &temp.device(), now()).expect("restored");
        let restored = VaultFolder::open(&folder).expect("a vault");
        let first = restored.unlock(with(), &temp.device(), OlderState::Refuse, now());
        // This device has seen the new generation: what is older, or goes on otherwise, is asked about.
        let refused = matches!(first.map(|_| ()), Err(UnlockError::Rollback { .. }));
        assert!(refused, "{name}");
        let vault = restored
            .unlock(with(), &temp.device(), OlderState::Accept, now())
            .expect("accepted");
        assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
    }
}

#[test]
fn the_old_generation_put_back_is_refused_by_a_device_that_has_seen_the_new_one() {
    let temp = TempVault::new();
    let vault = temp.open();
    let keep = temp.home().join("kept");
    fs::create_dir(&keep).expect("a folder");
    vault.tidy().expect("all in one file");
    for name in ["keys.json", "vault.db"] {
        fs::copy(temp.folder().join(name), keep.join(name)).expect("kept");
    }
    let vault = rekeyed(&vault);
    create(&vault, now(), generic("token", "value")).expect("created");
    drop(vault);
    for name in ["keys.json", "vault.db"] {
        fs::copy(keep.join(name), temp.folder().join(name)).expect("put back");
    }
    let refused = temp.try_open(OlderState::Refuse, now()).map(|_| ());
    assert!(
        matches!(refused, Err(UnlockError::Rollback { .. })),
        "{refused:?}"
    );
    // Refused before anything was tidied away: the new generation can be put back.
    assert!(temp.folder().join("vault-2.db").exists());
}

#[test]
fn an_old_database_with_the_new_keys_and_the_other_way_round_do_not_open() {
    let temp = TempVault::new();
    let vault = temp.open();
    vault.tidy().expect("all in one file");
    let (keys, database) = (
        temp.folder().join("keys.json"),
        temp.folder().join("vault.db"),
    );
    let (old_keys, old) = (
        fs::read(&keys).expect("kept"),
        fs::read(&database).expect("kept"),
    );
    let new = rekeyed(&vault);
    new.lock("asked", now()).expect("locked");
    drop(vault);
    let new_database = temp.database();
    let new_keys = fs::read(&keys).expect("keys.json");
    let new = fs::read(&new_database).expect("the new file");

    fs::write(&new_database, &old).expect("exchanged");
    assert!(temp.try_open(OlderState::Accept, now()).is_err());
    fs::write(&keys, &old_keys).expect("the old keys.json");
    fs::write(&database, &new).expect("exchanged");
    assert!(temp.try_open(OlderState::Accept, now()).is_err());
    fs::write(&keys, &new_keys).expect("put back");
    fs::write(&new_database, &new).expect("put back");
    assert!(temp.try_open(OlderState::Refuse, now()).is_ok());
}

#[test]
fn a_value_that_did_not_open_before_stops_nothing_and_is_told() {
    let temp = TempVault::new();
    let vault = temp.open();
    let ids = filled(&vault);
    temp.meddle(
        "UPDATE wrapped_key SET bytes = randomblob(60) WHERE slot = (SELECT key_slot FROM version WHERE secret_key = 2 AND number = 1); \
         INSERT INTO wrapped_key (bytes) VALUES (randomblob(60))",
    );
    let done = vault.rekey(now(), &mut go_on).expect("re-keyed");
    assert_eq!(done.unopened, 1);
    let vault = done.vault.expect("open");
    assert!(acts::value(&vault, ids[1], 1).is_err());
    assert_eq!(acts::value(&vault, ids[1], 2).expect("there"), "second 1");
    assert_eq!(vault.check().expect("checked").problems.len(), 1);
    let unused = raw(&temp, &keys(&temp).page_key).query_row(
        "SELECT bytes = zeroblob(60) FROM wrapped_key ORDER BY slot DESC LIMIT 1 OFFSET 1",
        [],
        |row| row.get(0),
    );
    assert_eq!(unused, Ok(true), "a key that no record names is gone");
}
