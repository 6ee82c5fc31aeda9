//! Entries written by a program that knows FORMAT.md: every hash is right, and only a signature or what a device remembers
//! can tell.

use std::collections::HashMap;

use domain::ids::VaultId;
use ed25519_dalek::{Signer, SigningKey};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use testkit::acts;
use testkit::{TempVault, now};
use vault::keys_file::KeysFile;
use vault::unlock_keys::UnlockWith;
use vault::{Device, OlderState, ProblemKind, UnlockError, UnlockedVault, VaultFolder};

use crate::support::{Fixture, is_integrity, open_anyhow, rotated};

/// An implementation of FORMAT.md §14 that shares no code with the vault's.
struct Forger {
    database: Connection,
    vault: VaultId,
    genesis: [u8; 32],
}

impl Forger {
    fn new(temp: &TempVault) -> Forger {
        let database = Connection::open(temp.database()).expect("the file");
        let key = temp.page_key();
        let open = format!("PRAGMA key = \"x'{}'\"", key.expose_hex().as_str());
        database.execute_batch(&open).expect("the key");
        let keys = KeysFile::read(&temp.folder()).expect("keys.json");
        Forger {
            database,
            vault: keys.vault_id(),
            genesis: temp.identity().genesis_hash(),
        }
    }

    fn change(&self, sql: &str) {
        let sql = format!("PRAGMA ignore_check_constraints = ON; {sql}");
        self.database
            .execute_batch(&sql)
            .expect("a change that SQL allows");
    }

    /// Makes every hash from a position on follow from what stands there, and signs the entries again.
    fn make_it_follow(&self, from: i64, key: Option<&SigningKey>) {
        let mut log_hash = self.genesis;
        let mut chains: HashMap<[u8; 16], [u8; 32]> = HashMap::new();
        for position in self.positions() {
            let device: [u8; 16] = self.column(position, "device");
            let previous = chains.get(&device).copied().unwrap_or(self.genesis);
            if position >= from {
                self.set(position, "previous_hash", &previous);
                let hash = self.entry_hash(position);
                self.set(position, "hash", &hash);
                if let Some(key) = key {
                    self.set(position, "signature", &self.signature(key, &hash));
                }
            }
            let hash: [u8; 32] = self.column(position, "hash");
            log_hash = sha256(&[b"turnstone/1/audit/log\0", &log_hash, &hash]);
            self.set(position, "log_hash", &log_hash);
            chains.insert(device, hash);
        }
    }

    fn positions(&self) -> Vec<i64> {
        let sql = "SELECT position FROM audit ORDER BY position";
        let mut statement = self.database.prepare(sql).expect("the log");
        let rows = statement.query_map([], |row| row.get(0)).expect("the log");
        rows.collect::<Result<_, _>>().expect("numbers")
    }

    fn column<T: rusqlite::types::FromSql>(&self, position: i64, name: &str) -> T {
        let sql = format!("SELECT {name} FROM audit WHERE position = ?1");
        self.database
            .query_row(&sql, [position], |row| row.get(0))
            .expect(name)
    }

    fn set(&self, position: i64, name: &str, bytes: &[u8]) {
        let sql = format!("UPDATE audit SET {name} = ?2 WHERE position = ?1");
        let changed = self.database.execute(&sql, (position, bytes));
        assert_eq!(changed.expect("a change that SQL allows"), 1);
    }

    fn entry_hash(&self, at: i64) -> [u8; 32] {
        let text = |name| {
            let text: String = self.column(at, name);
            let length = u32::try_from(text.len()).expect("short");
            [&length.to_be_bytes(), text.as_bytes()].concat()
        };
        let number = |name| self.column::<i64>(at, name).to_be_bytes().to_vec();
        let fixed = |name| self.column::<Vec<u8>>(at, name);
        let optional = |name, write: &dyn Fn(&'static str) -> Vec<u8>| {
            let is_there: bool = self.column(at, &format!("{name} IS NOT NULL"));
            match is_there {
                true => [vec![1], write(name)].concat(),
                false => vec![0],
            }
        };
        sha256(&[
            b"turnstone/1/audit/entry\0",
            &self.vault.to_bytes(),
            &fixed("device"),
            &number("sequence"),
            &fixed("previous_hash"),
            &number("time"),
            &fixed("actor"),
            &text("action"),
            &text("resource_type"),
            &optional("resource_id", &fixed),
            &text("resource_name"),
            &optional("revision", &number),
            &text("changed"),
            &text("result"),
            &optional("reason", &text),
            &optional("state_hash", &fixed),
        ])
    }

    fn signature(&self, key: &SigningKey, hash: &[u8]) -> [u8; 64] {
        let label = b"turnstone/1/sign/audit-entry\0";
        let message = [label.as_slice(), &self.vault.to_bytes(), hash].concat();
        key.sign(&message).to_bytes()
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

/// Where the victim's rotation stands in the log of [`rotated`].
const ROTATION: i64 = 7;

/// So many entries are of the device that made the vault; the others' sequences begin after them.
const OTHER_DEVICE: i64 = 3;

/// Of somebody who is no member.
fn stranger() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// The owner's own key.
fn owner(temp: &TempVault) -> SigningKey {
    let identity = temp.identity();
    let bytes = identity.dangerous_expose_bytes();
    SigningKey::from_bytes(&bytes[..32].try_into().expect("32 bytes"))
}

/// One change of the log, made to follow. The device stops the unlock; once accepted, the check names the entry.
fn check(sql: &str, key: Option<SigningKey>, named: i64) {
    let Fixture { temp, .. } = rotated();
    let forger = Forger::new(&temp);
    forger.change(sql);
    forger.make_it_follow(ROTATION, key.as_ref());
    drop(forger);
    let refused = temp.try_open(OlderState::Refuse, now()).map(|_| ());
    assert!(
        matches!(refused, Err(UnlockError::Rollback { .. })),
        "{sql}: {refused:?}"
    );
    let report = open_anyhow(&temp).check().expect("checked");
    let first = report.first_bad.expect(sql);
    assert_eq!(first.position, named, "{sql}: {}", first.why);
}

#[test]
fn audit_02_a_log_made_to_follow_without_a_change_is_as_it_was() {
    let Fixture { temp, victim, .. } = rotated();
    let forger = Forger::new(&temp);
    forger.make_it_follow(1, None);
    drop(forger);
    let vault = temp.open();
    assert_eq!(vault.check().expect("checked").problems, []);
    assert!(acts::value(&vault, victim, 2).is_ok());
}

#[test]
fn audit_02_an_edited_entry_made_to_follow_is_found_and_named() {
    for column in [
        "time = time + 1",
        "action = 'secret_updated'",
        "resource_name = 'edited'",
        "reason = 'edited'",
        "changed = '[]'",
        "result = 'refused'",
        "state_hash = randomblob(32)",
    ] {
        let sql = format!("UPDATE audit SET {column} WHERE position = {ROTATION}");
        check(&sql, None, ROTATION);
        check(&sql, Some(stranger()), ROTATION);
    }
}

#[test]
fn audit_02_dropped_moved_and_inserted_entries_made_to_follow_are_found_and_named() {
    let close = format!(
        "UPDATE audit SET position = -position, sequence = -sequence WHERE position > {ROTATION}; \
         UPDATE audit SET position = -position - 1, sequence = -sequence - 1 WHERE position < 0"
    );
    let open = format!(
        "UPDATE audit SET position = -position, sequence = -sequence WHERE position >= {ROTATION}; \
         UPDATE audit SET position = -position + 1, sequence = -sequence + 1 WHERE position < 0"
    );
    let exchange = format!(
        "UPDATE audit SET position = 99, sequence = 99 WHERE position = {ROTATION}; \
         UPDATE audit SET position = {ROTATION}, sequence = sequence - 1 WHERE position = 8; \
         UPDATE audit SET position = 8, sequence = 8 - {OTHER_DEVICE} WHERE position = 99"
    );
    let insert = format!(
        "{open}; INSERT INTO audit SELECT {ROTATION}, device, sequence + 1, time, actor, action, resource_type, resource_id, \
         resource_name, revision, changed, result, reason, state_hash, hash, randomblob(32), signature, log_hash \
         FROM audit WHERE position = 6"
    );
    for key in [None, Some(stranger())] {
        let drop = format!("DELETE FROM audit WHERE position = {ROTATION}; {close}");
        check(&drop, key.clone(), ROTATION);
        check(&exchange, key.clone(), ROTATION);
        check(&insert, key, ROTATION);
    }
}

#[test]
fn audit_02_an_entry_of_a_stranger_vouches_for_nothing() {
    // The stranger writes as itself: no member of this vault has this id.
    let sql = format!("UPDATE audit SET actor = randomblob(16) WHERE position >= {ROTATION}");
    check(&sql, Some(stranger()), ROTATION);
    let Fixture { temp, victim, .. } = rotated();
    let forger = Forger::new(&temp);
    forger.change(&sql);
    forger.make_it_follow(ROTATION, Some(&stranger()));
    drop(forger);
    let refused = acts::value(&open_anyhow(&temp), victim, 2).expect_err("a stranger's word");
    assert!(is_integrity(&refused), "{refused}");
}

#[test]
fn audit_02_a_log_that_an_owner_has_written_anew_is_found_by_what_the_device_remembers() {
    let Fixture { temp, .. } = rotated();
    let forger = Forger::new(&temp);
    forger.change("UPDATE audit SET reason = 'another story' WHERE position = 9");
    forger.make_it_follow(9, Some(&owner(&temp)));
    drop(forger);
    let refused = temp.try_open(OlderState::Refuse, now()).map(|_| ());
    assert!(
        matches!(refused, Err(UnlockError::Rollback { .. })),
        "{refused:?}"
    );
    // Nobody else could tell: whoever holds the key of an Owner may write what it likes.
    let report = open_anyhow(&temp).check().expect("checked");
    assert_eq!(report.problems, []);
}

#[test]
fn audit_02_a_secret_changed_with_an_entry_of_its_own_is_refused() {
    let Fixture { temp, victim, .. } = rotated();
    let forger = Forger::new(&temp);
    // One more entry in the owner's name, which the database's own change would follow from.
    forger.change(
        "UPDATE secret SET env_key = 'EDITED', revision = 3 WHERE name = 'victim'; \
         INSERT INTO audit SELECT 10, device, sequence + 3, time, actor, 'secret_updated', resource_type, resource_id, resource_name, 3, \
         changed, result, reason, randomblob(32), hash, randomblob(32), signature, log_hash FROM audit WHERE position = 7",
    );
    forger.make_it_follow(10, Some(&stranger()));
    drop(forger);
    let vault = temp.try_open(OlderState::Refuse, now());
    let vault = vault.expect("it extends what the device remembers");
    let refused = acts::value(&vault, victim, 2).expect_err("nobody vouches for it");
    assert!(is_integrity(&refused), "{refused}");
    let report = vault.check().expect("checked");
    assert_eq!(report.first_bad.expect("found").position, 10);
    let kinds = report.problems.iter().map(|problem| problem.kind);
    assert!(kinds.into_iter().any(|kind| kind == ProblemKind::Log));
}

/// A second device of the same member.
fn unlock_on(temp: &TempVault, device: &str) -> UnlockedVault {
    let device = Device::open(&temp.home().join(device), now()).expect("a state folder");
    let folder = VaultFolder::open(&temp.folder()).expect("a vault's folder");
    let with = UnlockWith::Identity(temp.identity());
    let vault = folder.unlock(with, &device, OlderState::Refuse, now());
    vault.expect("it opens")
}

#[test]
fn audit_02_an_entry_missing_from_a_devices_chain_is_found_by_a_device_that_never_saw_it() {
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    let (one, two) = (temp.open(), unlock_on(&temp, "two"));
    let quiet = acts::create(&one, now(), acts::generic("quiet", "value")).expect("created");
    for turn in 3..6 {
        let value = |whose: &str| acts::new_value(&format!("value {turn} of {whose}"));
        acts::update(&one, now(), victim, value("the victim")).expect("by one");
        acts::update(&two, now(), other, value("the other")).expect("by two");
    }
    assert!(acts::value(&one, other, 5).is_ok());
    assert!(acts::value(&two, victim, 5).is_ok());
    drop((one, two));
    let third = unlock_on(&temp, "three");
    assert!(acts::value(&third, quiet, 1).is_ok());
    assert_eq!(third.check().expect("checked").problems, []);
    drop(third);

    // The first device's entry before its last goes, and the log's own hash is made to follow without it.
    let forger = Forger::new(&temp);
    let sql = "SELECT position FROM audit WHERE resource_name = 'victim' AND revision = 4";
    let gap: i64 = forger
        .database
        .query_row(sql, [], |row| row.get(0))
        .expect("it");
    forger.change(&format!(
        "DELETE FROM audit WHERE position = {gap}; UPDATE audit SET position = -position WHERE position > {gap}; \
         UPDATE audit SET position = -position - 1 WHERE position < 0"
    ));
    forger.make_it_follow(i64::MAX, None);
    drop(forger);
    let fourth = unlock_on(&temp, "four");
    assert!(
        acts::value(&fourth, victim, 5).is_ok(),
        "its newest entry stands above the gap"
    );
    let refused = acts::value(&fourth, quiet, 1).expect_err("an entry since is missing");
    assert!(is_integrity(&refused), "{refused}");
    let report = fourth.check().expect("checked");
    assert!(report.first_bad.is_some());
}
