//! What is meddled with.

use domain::SecretId;
use testkit::acts::{self, create, generic, new_value};
use testkit::{TempVault, now};
use vault::OlderState;
use vault::{OpenValueError, StoreError, UnlockError, UnlockedVault};

pub struct Fixture {
    pub temp: TempVault,
    pub victim: SecretId,
    pub other: SecretId,
}

/// Two secrets, the vault locked again.
pub fn created() -> Fixture {
    let temp = TempVault::new();
    let vault = temp.open();
    let victim = create(&vault, now(), generic("victim", "value of the victim")).expect("created");
    let other = create(&vault, now(), generic("other", "value of the other")).expect("created");
    vault.lock("asked", now()).expect("locked");
    Fixture {
        temp,
        victim,
        other,
    }
}

/// Two secrets with a history, the vault locked again.
pub fn rotated() -> Fixture {
    let temp = TempVault::new();
    let vault = temp.open();
    let victim = create(&vault, now(), generic("victim", "value of the victim")).expect("created");
    let other = create(&vault, now(), generic("other", "value of the other")).expect("created");
    let second = |name: &str| new_value(&format!("second value of the {name}"));
    acts::update(&vault, now(), victim, second("victim")).expect("rotated");
    acts::update(&vault, now(), other, second("other")).expect("rotated");
    vault.lock("asked", now()).expect("locked");
    Fixture {
        temp,
        victim,
        other,
    }
}

/// Opens a vault, accepting an older state where what this device remembers would stop it.
pub fn open_anyhow(temp: &TempVault) -> UnlockedVault {
    match temp.try_open(OlderState::Refuse, now()) {
        Ok(vault) => vault,
        Err(UnlockError::Rollback { .. }) => {
            temp.try_open(OlderState::Accept, now()).expect("accepted")
        }
        Err(error) => panic!("{error}"),
    }
}

pub fn is_integrity(error: &OpenValueError) -> bool {
    matches!(error, OpenValueError::Store(StoreError::Integrity { .. }))
}
