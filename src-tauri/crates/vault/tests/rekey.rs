//! A new generation of keys: everything is as it was, under keys that nobody had before.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;

use domain::SecretId;
use domain::audit::Action;
use rusqlite::Connection;
use rusqlite::types::Value;
use testkit::acts::{self, ActError, create, doppler, generic, new_value};
use testkit::temp_vault::PASSWORD;
use testkit::{TempVault, now};
use vault::keys_file::KeysFile;
use vault::page_key::PageKey;
use vault::password::Password;
use vault::seal::SealContext;
use vault::unlock_keys::{UnlockWith, UnlockedKeys, unlock_keys};
use vault::wrapped_key::WrappedVersionKey;
use vault::{
    OlderState, RekeyError, RekeyProgress, RekeyStage, StoreError, UnlockedVault, VaultFolder,
};

const TOKEN: &str = "dp.st.prd.aTokenOfFortyCharactersOrSoMoreOrLess";

/// What a person finds in a vault: every value by secret and version, and the whole log but its last entries.
#[derive(Debug, PartialEq)]
struct Found {
    values: Vec<(SecretId, u32, String)>,
    log: Vec<String>,
}

fn found(vault: &UnlockedVault, ids: &[SecretId]) -> Found {
    let mut values = Vec::new();
    for &id in ids {
        let secret = acts::secret(vault, id).expect("readable").expect("there");
        for version in secret.versions() {
            let number = version.number().get();
            if let Ok(value) = acts::value(vault, id, number) {
                values.push((id, number, value));
            }
        }
    }
    let log = acts::log(vault)
        .iter()
        .map(|entry| format!("{entry:?}"))
        .collect();
    Found { values, log }
}

fn filled(vault: &UnlockedVault) -> Vec<SecretId> {
    let mut ids = Vec::new();
    for number in 0..20 {
        let input = generic(&format!("secret {number}"), &format!("value {number}"));
        ids.push(create(vault, now(), input).expect("created"));
    }
    for (number, id) in ids.iter().enumerate().take(8) {
        acts::update(vault, now(), *id, new_value(&format!("second {number}"))).expect("rotated");
    }
    acts::destroy_version(vault, now(), ids[0], 1, false).expect("destroyed");
    ids
}

fn go_on(_: RekeyProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn rekeyed(vault: &UnlockedVault) -> UnlockedVault {
    let done = vault.rekey(now(), &mut go_on).expect("re-keyed");
    assert_eq!(done.unopened, 0);
    done.vault.expect("open under its new keys")
}

fn files(temp: &TempVault) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(temp.folder())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("our own names")
        })
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    names.sort();
    names
}

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
                assert_eq!(rows.len(), after[table].len());
            }
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
fn the_session_that_had_the_old_keys_ends_and_the_new_one_goes_on() {
    let temp = TempVault::new();
    let (vault, elsewhere) = (temp.open(), temp.open());
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    let new = rekeyed(&vault);
    for old in [&vault, &elsewhere] {
        let read = acts::secret(old, id).expect_err("superseded");
        assert!(matches!(read, StoreError::KeysChanged), "{read:?}");
        let written = acts::update(old, now(), id, new_value("lost")).expect_err("superseded");
        assert!(
            matches!(written, ActError::Store(StoreError::KeysChanged)),
            "{written:?}"
        );
        assert!(matches!(old.check(), Err(StoreError::KeysChanged)));
        let again = old.rekey(now(), &mut go_on).map(|_| ());
        assert!(
            matches!(again, Err(RekeyError::Store(StoreError::KeysChanged))),
            "{again:?}"
        );
    }
    drop((vault, elsewhere));
    acts::update(&new, now(), id, new_value("second")).expect("rotated");
    let newer = rekeyed(&new);
    drop(new);
    assert_eq!(files(&temp), ["keys.json", "keys.json.bak", "vault-3.db"]);
    newer.lock("asked", now()).expect("locked");
    let vault = temp.open();
    assert_eq!(acts::value(&vault, id, 2).expect("there"), "second");
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_vault_looked_at_before_the_switch_unlocks_after_it() {
    let temp = TempVault::new();
    let folder = VaultFolder::open(&temp.folder()).expect("a vault");
    let id = {
        let vault = temp.open();
        let id = create(&vault, now(), generic("token", "value")).expect("created");
        rekeyed(&vault);
        id
    };
    let password = Password::parse(PASSWORD).expect("a password");
    let vault = folder
        .unlock(
            UnlockWith::Password(&password),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("the newer keys.json is read");
    assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
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
fn what_others_write_while_it_is_copied_is_in_the_new_generation() {
    let temp = TempVault::new();
    let (vault, elsewhere) = (temp.open(), temp.open());
    let mut ids = filled(&vault);
    let mut written = 0;
    let done = vault.rekey(now(), &mut |progress| {
        if progress.stage == RekeyStage::Copy && written < 3 {
            let input = generic(&format!("while copying {written}"), "value");
            ids.push(create(&elsewhere, now(), input).expect("nobody has to wait"));
            let rotated = new_value(&format!("while copying {written}"));
            acts::update(&elsewhere, now(), ids[1], rotated).expect("nobody has to wait");
            acts::destroy_version(&elsewhere, now(), ids[1], written + 1, false)
                .expect("destroyed");
            written += 1;
        }
        ControlFlow::Continue(())
    });
    let done = done.expect("re-keyed");
    assert_eq!(written, 3, "it was copied again, and written to again");
    assert_eq!(done.unopened, 0);
    let vault = done.vault.expect("open");
    for &id in &ids[20..] {
        assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
    }
    let secret = acts::secret(&vault, ids[1])
        .expect("readable")
        .expect("there");
    assert_eq!(
        secret.versions().len(),
        usize::try_from(written).expect("few") + 2
    );
    assert_eq!(vault.check().expect("checked").problems, []);
    drop(vault);
    assert_eq!(temp.open().check().expect("checked").problems, []);
}
