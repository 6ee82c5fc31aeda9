//! What is named when somebody loses a role: the secrets and tokens that they could read until then, those that they used
//! first.

use domain::audit::Action;
use domain::create::CreateInput;
use domain::external::MappingInput;
use domain::{ConnectionId, Role, SecretId};
use testkit::acts::{self, create, generic};
use testkit::team::colleague;
use testkit::{TempVault, now};
use vault::{Exposed, ExposedItem, OpenValueError, StoreError, UnlockedVault};

fn exposed(vault: &UnlockedVault, member: domain::MemberId, limit: usize) -> Exposed {
    let exposed: Result<_, StoreError> =
        vault.read(|reader| reader.secrets_exposed_to(member, limit));
    exposed.expect("a list")
}

fn use_value(vault: &UnlockedVault, id: SecretId, action: Action) {
    let used: Result<(), OpenValueError> =
        vault.write(now(), |writer| writer.record_use(id, "value", action));
    used.expect("an entry");
}

fn doppler(vault: &UnlockedVault, name: &str) -> ConnectionId {
    acts::create_connection(vault, now(), acts::doppler(name, "dp.st.plover")).expect("connected")
}

fn external(vault: &UnlockedVault, name: &str, connection: ConnectionId) -> SecretId {
    let reference = MappingInput {
        field_name: Some("value".to_owned()),
        reference: Some("KEY".to_owned()),
    };
    let input = CreateInput {
        name: Some(name.to_owned()),
        secret_type: Some("generic".to_owned()),
        vault_connection_id: Some(connection.to_string()),
        field_mappings: Some(vec![reference]),
        ..CreateInput::default()
    };
    create(vault, now(), input).expect("an external secret")
}

fn items(exposed: &Exposed) -> Vec<(ExposedItem, bool)> {
    let each = exposed.secrets.iter();
    each.map(|it| (it.item, it.copied)).collect()
}

#[test]
fn lock_06_the_secrets_that_a_member_used_are_named_first_also_those_in_the_trash() {
    let temp = TempVault::new();
    let owner = temp.open();
    let [a, b, c, gone] = ["a", "b", "c", "gone"]
        .map(|name| create(&owner, now(), generic(name, name)).expect("created"));
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let viewer = colleague(&temp, &owner, "Cleo", Role::Viewer);
    let theirs = ben.open(&temp);
    for id in [c, gone] {
        use_value(&theirs, id, Action::ValueCopied);
    }
    use_value(&theirs, b, Action::ValueInjected);
    use_value(&owner, a, Action::ValueCopied);
    acts::trash(&owner, now(), gone).expect("trashed");

    let found = exposed(&owner, ben.id, 10);
    let used = [
        (ExposedItem::Secret(b), true),
        (ExposedItem::Secret(c), true),
        (ExposedItem::Trashed(gone), true),
    ];
    assert_eq!(items(&found)[..3], used);
    assert_eq!(items(&found)[3..], [(ExposedItem::Secret(a), false)]);
    assert_eq!(found.total, 4);
    let two = exposed(&owner, ben.id, 2);
    assert_eq!((two.secrets.len(), two.total), (2, 4));
    assert_eq!(
        exposed(&owner, viewer.id, 10),
        Exposed::default(),
        "a viewer reads no value"
    );
}

#[test]
fn lock_06_the_token_of_a_connection_is_named_before_secrets_that_were_not_used() {
    let temp = TempVault::new();
    let owner = temp.open();
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let plain = create(&owner, now(), generic("a", "a")).expect("created");
    let [z, y] = ["z", "y"].map(|name| doppler(&owner, name));

    let found = exposed(&owner, ben.id, 10);
    let tokens = [y, z].map(|id| (ExposedItem::Connection(id), false));
    assert_eq!(items(&found)[..2], tokens);
    assert_eq!(items(&found)[2..], [(ExposedItem::Secret(plain), false)]);
    assert_eq!(found.total, 3);
    assert_eq!(items(&exposed(&owner, ben.id, 1)), tokens[..1]);
    acts::delete_connection(&owner, now(), z).expect("deleted");
    let left = exposed(&owner, ben.id, 10);
    assert_eq!((left.secrets.len(), left.total), (2, 2));
}

#[test]
fn lock_06_external_secrets_behind_a_connection_are_named_also_in_the_trash() {
    let temp = TempVault::new();
    let owner = temp.open();
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let connection = doppler(&owner, "d");
    let [a, b, gone] = ["a", "b", "gone"].map(|name| external(&owner, name, connection));
    use_value(&ben.open(&temp), b, Action::ValueInjected);
    acts::trash(&owner, now(), gone).expect("trashed");

    let found = exposed(&owner, ben.id, 10);
    let expected = [
        (ExposedItem::External(b), true),
        (ExposedItem::Connection(connection), false),
        (ExposedItem::External(a), false),
        (ExposedItem::External(gone), false),
    ];
    assert_eq!(items(&found), expected);
    assert_eq!(found.total, 4);
}

#[test]
fn lock_06_a_secret_in_the_trash_is_named_until_it_is_destroyed() {
    let temp = TempVault::new();
    let owner = temp.open();
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let [a, b] = ["a", "b"].map(|name| create(&owner, now(), generic(name, name)).expect("made"));
    for id in [a, b] {
        acts::trash(&owner, now(), id).expect("trashed");
    }
    let trashed = [a, b].map(|id| (ExposedItem::Trashed(id), false));
    let found = exposed(&owner, ben.id, 10);
    assert_eq!((items(&found), found.total), (trashed.to_vec(), 2));

    acts::purge(&owner, now(), a).expect("destroyed");
    let found = exposed(&owner, ben.id, 10);
    assert_eq!((items(&found), found.total), (trashed[1..].to_vec(), 1));
}
