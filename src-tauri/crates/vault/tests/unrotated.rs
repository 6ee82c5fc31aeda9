//! What somebody who lost their role could read stays named until it has a new value, whoever looks and whenever.

use domain::audit::Action;
use domain::create::CreateInput;
use domain::external::MappingInput;
use domain::{Role, SecretId};
use testkit::acts::{self, create, generic, new_value, update};
use testkit::team::{change_role, colleague, invite, remove};
use testkit::{TempVault, after, now};
use vault::{ExposedItem, Exposure, OpenValueError, StoreError, UnlockedVault};

const MANY: usize = 100;

fn exposures(vault: &UnlockedVault) -> Vec<Exposure> {
    let found: Result<_, StoreError> = vault.read(|reader| reader.exposures(MANY));
    found.expect("a list")
}

/// The one person of whom something is left.
fn the_one(vault: &UnlockedVault) -> Exposure {
    let mut found = exposures(vault);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn items(exposure: &Exposure) -> Vec<ExposedItem> {
    exposure.secrets.iter().map(|it| it.item).collect()
}

fn rotate(vault: &UnlockedVault, days: u32, id: SecretId) {
    update(
        vault,
        after(days),
        id,
        new_value(&format!("new on day {days}")),
    )
    .expect("rotated");
}

fn kept(name: &str) -> CreateInput {
    CreateInput {
        history: Some(domain::HistoryInput {
            keep: Some(5),
            grace_days: None,
        }),
        ..generic(name, name)
    }
}

#[test]
fn lock_06_what_a_removed_member_could_read_is_named_until_it_has_a_new_value() {
    let temp = TempVault::new();
    let owner = temp.open();
    let [a, b, thrown] =
        ["a", "b", "thrown"].map(|name| create(&owner, now(), generic(name, name)).expect("made"));
    acts::trash(&owner, now(), thrown).expect("trashed");
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let used: Result<(), OpenValueError> = ben.open(&temp).write(now(), |writer| {
        writer.record_use(b, "value", Action::ValueCopied)
    });
    used.expect("an entry");
    assert_eq!(exposures(&owner), [], "nobody has lost anything");

    drop(remove(&owner, ben.id).expect("removed"));
    let owner = temp.open();
    create(&owner, after(1), generic("later", "x")).expect("made");
    let left = the_one(&owner);
    assert_eq!(
        (left.name.as_str(), left.member, left.ended_at),
        ("Ben", ben.id, now())
    );
    assert_eq!((left.left, left.elsewhere), (3, 0));
    let all = [
        ExposedItem::Secret(b),
        ExposedItem::Secret(a),
        ExposedItem::Trashed(thrown),
    ];
    assert_eq!(items(&left), all);
    let copied: Vec<_> = left.secrets.iter().map(|it| it.copied).collect();
    assert_eq!(copied, [true, false, false]);
    let two: Result<_, StoreError> = owner.read(|reader| reader.exposures(2));
    let two = two.expect("a list");
    assert_eq!((items(&two[0]), two[0].left), (all[..2].to_vec(), 3));

    rotate(&owner, 2, b);
    assert_eq!(items(&the_one(&owner)), all[1..]);
    acts::take_back(&owner, after(2), thrown).expect("back");
    rotate(&owner, 2, thrown);
    rotate(&owner, 2, a);
    assert_eq!(exposures(&owner), []);
}

#[test]
fn lock_06_a_value_that_is_brought_back_is_the_one_that_could_be_read() {
    let temp = TempVault::new();
    let owner = temp.open();
    let [old, new] = ["old", "new"].map(|name| create(&owner, now(), kept(name)).expect("made"));
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let owner = remove(&owner, ben.id).expect("removed");
    for id in [old, new] {
        rotate(&owner, 1, id);
        rotate(&owner, 2, id);
    }
    assert_eq!(exposures(&owner), []);

    acts::restore(&owner, after(3), old, 1).expect("restored");
    acts::restore(&owner, after(3), new, 2).expect("restored");
    let left = the_one(&owner);
    assert_eq!(
        (items(&left), left.left),
        (vec![ExposedItem::Secret(old)], 1)
    );
    rotate(&owner, 4, old);
    assert_eq!(exposures(&owner), []);
    acts::restore(&owner, after(5), old, 4).expect("a restored value is restored");
    assert_eq!(items(&the_one(&owner)), [ExposedItem::Secret(old)]);
}

#[test]
fn lock_06_a_secret_that_is_destroyed_as_it_was_is_not_said_to_have_a_new_value() {
    let temp = TempVault::new();
    let owner = temp.open();
    let [gone, rotated, back] =
        ["gone", "rotated", "back"].map(|name| create(&owner, now(), kept(name)).expect("made"));
    let connection = acts::create_connection(&owner, now(), acts::doppler("d", "dp.st.plover"));
    let connection = connection.expect("connected");
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let owner = remove(&owner, ben.id).expect("removed");
    rotate(&owner, 1, rotated);
    rotate(&owner, 1, back);
    acts::restore(&owner, after(2), back, 1).expect("restored");
    let late = create(&owner, after(2), generic("late", "x")).expect("made");
    for id in [gone, rotated, back, late] {
        acts::trash(&owner, after(3), id).expect("trashed");
        acts::purge(&owner, after(3), id).expect("destroyed");
    }
    acts::delete_connection(&owner, after(3), connection).expect("deleted");

    let left = the_one(&owner);
    assert_eq!((left.left, left.elsewhere), (0, 3));
    let expected = [
        ExposedItem::DestroyedSecret(back),
        ExposedItem::DeletedConnection(connection),
        ExposedItem::DestroyedSecret(gone),
    ];
    assert_eq!(items(&left), expected);
    assert_eq!(left.secrets[0].name, "back");
}

#[test]
fn lock_06_a_value_kept_elsewhere_is_never_said_to_be_new_and_its_token_is_once_it_was_rotated() {
    let temp = TempVault::new();
    let owner = temp.open();
    let connection = acts::create_connection(&owner, now(), acts::doppler("d", "dp.st.plover"));
    let connection = connection.expect("connected");
    let reference = MappingInput {
        field_name: Some("value".to_owned()),
        reference: Some("KEY".to_owned()),
    };
    let external = CreateInput {
        name: Some("outside".to_owned()),
        secret_type: Some("generic".to_owned()),
        vault_connection_id: Some(connection.to_string()),
        field_mappings: Some(vec![reference]),
        ..CreateInput::default()
    };
    let external = create(&owner, now(), external).expect("an external secret");
    let ben = colleague(&temp, &owner, "Ben", Role::Admin);
    let owner = change_role(&owner, ben.id, Role::Viewer).expect("demoted");
    let owner = owner.expect("new keys");
    let left = the_one(&owner);
    assert_eq!((left.left, left.elsewhere), (1, 1));
    let [token, outside] = [
        ExposedItem::Connection(connection),
        ExposedItem::External(external),
    ];
    assert_eq!(items(&left), [token, outside]);

    acts::rotate_token(&owner, after(1), connection, "dp.st.dunlin").expect("rotated");
    let left = the_one(&owner);
    assert_eq!(
        (items(&left), left.left, left.elsewhere),
        (vec![outside], 0, 1)
    );
}

#[test]
fn lock_06_nobody_is_named_who_can_read_values_or_never_could() {
    let temp = TempVault::new();
    let owner = temp.open();
    create(&owner, now(), generic("a", "a")).expect("made");
    let ben = colleague(&temp, &owner, "Ben", Role::Operator);
    let cleo = colleague(&temp, &owner, "Cleo", Role::Viewer);
    let (dora, _) = invite(&owner, "Dora", Role::Operator);
    let owner = remove(&owner, cleo.id).expect("removed");
    let owner = remove(&owner, dora).expect("taken back");
    assert_eq!(exposures(&owner), []);
    let owner = change_role(&owner, ben.id, Role::Viewer)
        .expect("demoted")
        .expect("new keys");
    assert_eq!(the_one(&owner).name.as_str(), "Ben");
    change_role(&owner, ben.id, Role::Operator).expect("promoted");
    assert_eq!(exposures(&owner), []);
}
