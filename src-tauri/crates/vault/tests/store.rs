//! What is written to a vault is what is read from it, after any number of locks.

use domain::catalogue::SecretType;
use domain::version::VersionState;
use testkit::acts::{self, ActError, create, generic, new_value};
use testkit::{TempVault, after, now};
use vault::StoreError;

#[test]
fn a_secret_reads_back_after_lock_and_unlock() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("OpenAI", "sk-proj-abcdefghijklmnop")).expect("created");
    vault.lock("asked", now()).expect("locked");

    let vault = temp.open();
    let found = acts::secret(&vault, id).expect("readable").expect("there");
    assert_eq!(found.secret().name().as_str(), "OpenAI");
    assert_eq!(found.secret().secret_type(), SecretType::Generic);
    assert_eq!(found.secret().revision(), 1);
    assert_eq!(
        acts::value(&vault, id, 1).expect("a value"),
        "sk-proj-abcdefghijklmnop"
    );
}

#[test]
fn a_rotation_keeps_the_old_value_as_the_policy_says() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value-1")).expect("created");
    for number in 2..=6 {
        acts::update(
            &vault,
            after(number),
            id,
            new_value(&format!("value-{number}")),
        )
        .expect("rotated");
    }
    let found = acts::secret(&vault, id).expect("readable").expect("there");
    let states: Vec<VersionState> = found
        .versions()
        .iter()
        .map(|version| version.state())
        .collect();
    use VersionState::{Current, Destroyed, Previous, Retired};
    assert_eq!(
        states,
        [Destroyed, Destroyed, Retired, Retired, Previous, Current]
    );
    assert_eq!(acts::value(&vault, id, 5).expect("kept"), "value-5");
    assert!(acts::value(&vault, id, 2).is_err());
}

#[test]
fn a_failed_act_writes_nothing() {
    let temp = TempVault::new();
    let vault = temp.open();
    let entries = acts::log(&vault).len();
    let answer: Result<(), ActError> = vault.write(now(), |writer| {
        acts::create_in(writer, vault.actor(), now(), generic("one", "value"))?;
        Err(ActError::Store(StoreError::Busy))
    });
    assert!(answer.is_err());
    assert_eq!(
        vault.read(|reader| reader.counts()).expect("counts").live,
        0
    );
    assert_eq!(acts::log(&vault).len(), entries);
}

#[test]
fn a_check_after_a_purge_in_the_same_session_tells_of_no_damage() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "a value")).expect("created");
    assert_eq!(vault.check().expect("checked").problems, []);
    acts::trash(&vault, now(), id).expect("in the trash");
    let context = acts::context(vault.actor(), now());
    let emptied = vault.empty_trash::<ActError>(&context).expect("emptied");
    assert_eq!(emptied.purged, 1);
    // The index of what can be searched was made anew, which no connection from before may take for damage.
    assert_eq!(vault.check().expect("checked").problems, []);
}
