//! A vault with a history, and what is found in it before and after it gets new keys.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use domain::SecretId;
use testkit::acts::{self, create, generic, new_value};
use testkit::{TempVault, now};
use vault::{RekeyProgress, UnlockedVault};

/// What a person finds in a vault: every value by secret and version, and the whole log but its last entries.
#[derive(Debug, PartialEq)]
pub struct Found {
    pub values: Vec<(SecretId, u32, String)>,
    pub log: Vec<String>,
}

pub fn found(vault: &UnlockedVault, ids: &[SecretId]) -> Found {
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

pub fn filled(vault: &UnlockedVault) -> Vec<SecretId> {
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

pub fn go_on(_: RekeyProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

pub fn rekeyed(vault: &UnlockedVault) -> UnlockedVault {
    let done = vault.rekey(now(), &mut go_on).expect("re-keyed");
    assert_eq!(done.unopened, 0);
    done.vault.expect("open under its new keys")
}

pub fn files(temp: &TempVault) -> Vec<String> {
    named(&temp.folder())
}

/// What is in a vault's folder, but for what SQLite keeps beside an open database.
pub fn named(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
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
