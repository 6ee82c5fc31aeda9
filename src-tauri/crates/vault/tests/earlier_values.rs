//! A new secret that brings earlier values: they are versions like any other.

use domain::catalogue::AuthMethod;
use domain::create::{CreateInput, EarlierValue};
use domain::credentials::Credentials;
use domain::version::{VersionNumber, VersionState};
use domain::{SecretText, VersionId};
use testkit::acts::{self, create, generic};
use testkit::{TempVault, now};
use vault::UnlockedVault;

fn earlier(number: u8, value: &str) -> EarlierValue {
    let given = vec![("value".to_owned(), SecretText::new(value.to_owned()))];
    let parsed = Credentials::parse(AuthMethod::OpaqueValue, given, None);
    EarlierValue {
        id: VersionId::from_parts(now(), [number; 10]),
        credentials: parsed.expect("taken").0,
        at: None,
    }
}

fn value(vault: &UnlockedVault, id: domain::SecretId, number: u32) -> String {
    let number = VersionNumber::new(number).expect("from 1");
    let opened = vault.read(|reader| reader.open_values(id, number));
    let opened = opened.expect("opens");
    opened
        .field("value")
        .expect("its field")
        .expose_text()
        .to_owned()
}

#[test]
fn earlier_values_are_sealed_vouched_for_and_can_be_restored() {
    let temp = TempVault::new();
    let vault = temp.open();
    let input = CreateInput {
        earlier: vec![earlier(1, "oldest"), earlier(2, "older")],
        ..generic("gate", "present")
    };
    let id = create(&vault, now(), input).expect("made");
    let stored = vault
        .read(|reader| reader.secret(id))
        .expect("read")
        .expect("is there");
    let states: Vec<_> = stored
        .versions()
        .iter()
        .map(|version| version.state())
        .collect();
    assert_eq!(
        states,
        [
            VersionState::Retired,
            VersionState::Previous,
            VersionState::Current
        ]
    );
    let values = [1, 2, 3].map(|number| value(&vault, id, number));
    assert_eq!(values, ["oldest", "older", "present"]);
    acts::restore(&vault, now(), id, 1).expect("restored");
    assert_eq!(value(&vault, id, 4), "oldest");
    assert_eq!(vault.check().expect("checked").problems, []);
}
