//! What is meddled with.

use domain::create::CreateInput;
use domain::location::LocationUpdateInput;
use domain::{ConnectionId, LocationId, Patch, SecretId};
use testkit::acts::{self, create, doppler, fields, generic, location, new_value};
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

pub const TOKEN: &str = "dp.st.prd.aTokenOfFortyCharactersOrSoMoreOrLess";

/// A location, a connection and settings, each changed once, and the vault locked again.
pub struct Records {
    pub temp: TempVault,
    pub location: LocationId,
    pub connection: ConnectionId,
}

pub fn records() -> Records {
    let temp = TempVault::new();
    let vault = temp.open();
    let s3 = CreateInput {
        name: Some("storage".to_owned()),
        secret_type: Some("s3".to_owned()),
        credentials: Some(fields(&[
            ("access_key_id", "AKIAIOSFODNN7EXAMPLE"),
            (
                "secret_access_key",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
            ),
        ])),
        ..CreateInput::default()
    };
    let secret = create(&vault, now(), s3).expect("created");
    let location = acts::create_location(&vault, now(), location("Backups", secret)).expect("made");
    let connection = acts::create_connection(&vault, now(), doppler("Doppler", "dp.st.first"));
    let connection = connection.expect("made");
    acts::set_tier(&vault, now(), "pro").expect("set");
    let moved = LocationUpdateInput {
        endpoint_url: Patch::Set("https://s3.example.org".to_owned()),
        ..LocationUpdateInput::default()
    };
    acts::update_location(&vault, now(), location, moved).expect("changed");
    acts::rotate_token(&vault, now(), connection, TOKEN).expect("rotated");
    acts::set_tier(&vault, now(), "free").expect("set");
    vault.lock("asked", now()).expect("locked");
    Records {
        temp,
        location,
        connection,
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
