//! HIST-03: after a value is destroyed, no file of the vault holds its wrapped key.

#[path = "common/raw_pages.rs"]
mod raw_pages;

use std::collections::{HashMap, HashSet};

use domain::create::CreateInput;
use domain::version::VersionState;
use domain::{HistoryInput, Patch, SecretId};
use rusqlite::Connection;
use testkit::acts::{self, ActError, create, generic, new_value};
use testkit::{TempVault, now};
use vault::UnlockedVault;

const WRAPPED_BYTES: usize = 60;
const NONCE_BYTES: usize = 12;
/// A piece of a wrapped key's ciphertext; where it is found, part of the key is.
const PIECE_BYTES: usize = 8;

/// Every wrapped key that the vault has had, by slot, as someone with the page key could have copied it.
#[derive(Default)]
struct Collected {
    wrapped: HashMap<i64, Vec<u8>>,
    destroyed: HashSet<i64>,
}

impl Collected {
    fn look(&mut self, temp: &TempVault) {
        let connection = Connection::open(temp.database()).expect("the file");
        let key = temp.page_key();
        connection
            .execute_batch(&format!(
                "PRAGMA key = \"x'{}'\"",
                key.expose_hex().as_str()
            ))
            .expect("the key");
        let mut statement = connection
            .prepare("SELECT slot, bytes FROM wrapped_key")
            .expect("the table");
        let rows = statement
            .query_map([], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .expect("rows");
        for row in rows {
            let (slot, bytes) = row.expect("a row");
            assert_eq!(bytes.len(), WRAPPED_BYTES);
            if bytes.iter().all(|byte| *byte == 0) {
                self.destroyed.insert(slot);
            } else {
                self.wrapped.insert(slot, bytes);
            }
        }
    }

    /// How many pieces of destroyed keys any page still has, and of keys that are still in use (which shows that the
    /// search finds what is there).
    fn found_in(&self, pages: &[Vec<u8>]) -> (usize, usize) {
        let mut pieces: HashMap<[u8; PIECE_BYTES], i64> = HashMap::new();
        for (slot, bytes) in &self.wrapped {
            for piece in bytes[NONCE_BYTES..NONCE_BYTES + 32].chunks_exact(PIECE_BYTES) {
                pieces.insert(piece.try_into().expect("a piece"), *slot);
            }
        }
        let mut beginnings = vec![false; 1 << 16];
        for piece in pieces.keys() {
            beginnings[usize::from(u16::from_be_bytes([piece[0], piece[1]]))] = true;
        }
        let (mut destroyed, mut used) = (HashSet::new(), HashSet::new());
        for page in pages {
            for window in page.windows(PIECE_BYTES) {
                if !beginnings[usize::from(u16::from_be_bytes([window[0], window[1]]))] {
                    continue;
                }
                if let Some(slot) = pieces.get(window) {
                    let found = if self.destroyed.contains(slot) {
                        &mut destroyed
                    } else {
                        &mut used
                    };
                    found.insert(*slot);
                }
            }
        }
        (destroyed.len(), used.len())
    }
}

/// A fixed pseudo-random sequence (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("64 bits") % limit
    }
}

fn filled(vault: &UnlockedVault, secrets: usize) -> Vec<SecretId> {
    vault
        .write(now(), |writer| {
            let make = |number: usize| {
                let history = match number % 3 {
                    0 => HistoryInput {
                        keep: Some(0),
                        grace_days: None,
                    },
                    _ => HistoryInput {
                        keep: Some(1),
                        grace_days: None,
                    },
                };
                let input = generic(&format!("secret {number}"), "the first value");
                acts::create_in(
                    writer,
                    vault.actor(),
                    now(),
                    CreateInput {
                        history: Some(history),
                        ..input
                    },
                )
            };
            (0..secrets).map(make).collect::<Result<Vec<_>, ActError>>()
        })
        .expect("created")
}

#[test]
fn hist_03_no_page_and_no_log_holds_a_destroyed_versions_key() {
    const SECRETS: usize = 400;
    const ROUNDS: usize = 30;
    let temp = TempVault::new();
    let vault = temp.open();
    let ids = filled(&vault, SECRETS);
    let mut collected = Collected::default();
    collected.look(&temp);
    let mut dice = Dice(0x7075_726E_7374_6F6E);
    for round in 0..ROUNDS {
        vault
            .write(now(), |writer| {
                for (number, id) in ids.iter().enumerate() {
                    let size = [20, 200, 2_000, 12_000][dice.below(4)];
                    let value = format!("{round}.{number}.{}", "x".repeat(dice.below(size)));
                    let mut input = new_value(&value);
                    if dice.below(4) == 0 {
                        input.previous = Patch::Set("destroy".to_owned());
                    }
                    if dice.below(10) == 0 {
                        input.notes = Patch::Set("n".repeat(dice.below(4_000)));
                    }
                    acts::update_in(writer, vault.actor(), now(), *id, input)?;
                }
                Ok::<_, ActError>(())
            })
            .expect("rotated");
        collected.look(&temp);
    }
    for id in ids.iter().step_by(5) {
        acts::trash(&vault, now(), *id).expect("in the trash");
    }
    vault
        .write(now(), |writer| {
            for id in ids.iter().step_by(5) {
                let current = writer.secret(*id)?.expect("in the trash");
                let context = acts::context(vault.actor(), now());
                let decision = domain::delete::empty_from_trash(&current, &context)
                    .map_err(ActError::Rejected)?;
                let domain::Decision::Change(plan) = decision else {
                    panic!("nothing to purge")
                };
                writer.apply(*plan)?;
            }
            Ok::<_, ActError>(())
        })
        .expect("purged");
    collected.look(&temp);
    assert!(
        collected.destroyed.len() >= 10_000,
        "only {} destroyed",
        collected.destroyed.len()
    );

    // While the vault is open, as the answer was given: the log has been truncated.
    let key = temp.page_key();
    let pages = raw_pages::plain_pages(&temp.database(), &temp.log(), key.expose_hex().as_str());
    let (destroyed, used) = collected.found_in(&pages);
    assert_eq!(
        destroyed,
        0,
        "of {} destroyed keys, some are still on {} pages",
        collected.destroyed.len(),
        pages.len()
    );
    assert_eq!(
        used,
        collected.wrapped.len() - collected.destroyed.len(),
        "keys in use must be found by the same search"
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn conn_03_a_token_that_was_replaced_or_deleted_leaves_no_key_behind() {
    let temp = TempVault::new();
    let vault = temp.open();
    let mut collected = Collected::default();
    let made: Vec<_> = (0..5)
        .map(|number| {
            let input = acts::doppler(&format!("connection {number}"), "dp.st.first");
            acts::create_connection(&vault, now(), input).expect("made")
        })
        .collect();
    collected.look(&temp);
    for turn in 0..6 {
        for id in &made {
            acts::rotate_token(&vault, now(), *id, &format!("dp.st.{turn}")).expect("rotated");
        }
        collected.look(&temp);
    }
    for id in &made[..2] {
        acts::delete_connection(&vault, now(), *id).expect("deleted");
    }
    collected.look(&temp);
    assert_eq!(collected.destroyed.len(), 5 * 6 + 2);

    let key = temp.page_key();
    let pages = raw_pages::plain_pages(&temp.database(), &temp.log(), key.expose_hex().as_str());
    // Those of the three connections that are left, and the one of fingerprints.
    assert_eq!(collected.found_in(&pages), (0, 4));
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn hist_03_a_reader_that_holds_the_log_leaves_the_version_destroying_until_the_next_unlock() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "first")).expect("created");
    acts::update(&vault, now(), id, new_value("second")).expect("rotated");

    let reader = Connection::open(temp.database()).expect("the file");
    let key = temp.page_key();
    reader
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"",
            key.expose_hex().as_str()
        ))
        .expect("the key");
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM secret;")
        .expect("a reader that holds a state");

    acts::destroy_version(&vault, now(), id, 1, false).expect("destroyed");
    let state = |vault: &UnlockedVault| {
        let found = acts::secret(vault, id).expect("readable").expect("there");
        found.versions()[0].state()
    };
    assert_eq!(state(&vault), VersionState::Destroying);
    assert!(acts::value(&vault, id, 1).is_err());
    assert!(acts::restore(&vault, now(), id, 1).is_err());
    assert_eq!(vault.check().expect("checked").problems, []);

    reader
        .execute_batch("ROLLBACK")
        .expect("the reader lets go");
    drop(reader);
    drop(vault);
    let vault = temp.open();
    assert_eq!(state(&vault), VersionState::Destroyed);
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn hist_03_forgetting_erases_the_mask_too() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "sk-proj-first-abcdefghijk")).expect("created");
    acts::update(&vault, now(), id, new_value("sk-proj-second-abcdefghijk")).expect("rotated");
    acts::destroy_version(&vault, now(), id, 1, true).expect("destroyed");
    let found = acts::secret(&vault, id).expect("readable").expect("there");
    assert_eq!(found.versions()[0].state(), VersionState::Destroyed);
    assert!(found.versions()[0].masks().is_none());
    assert!(found.versions()[1].masks().is_some());
}
