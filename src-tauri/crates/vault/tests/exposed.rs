//! What is named when somebody loses a role: the secrets that they could read until then, those that they used first.

use domain::audit::Action;
use domain::{Role, SecretId};
use testkit::acts::{self, create, generic};
use testkit::team::colleague;
use testkit::{TempVault, now};
use vault::{Exposed, OpenValueError, StoreError, UnlockedVault};

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

#[test]
fn lock_06_the_secrets_that_a_member_used_are_named_first_and_the_trash_is_not() {
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
    let named: Vec<(SecretId, bool)> = found.secrets.iter().map(|it| (it.id, it.copied)).collect();
    assert_eq!(named, [(b, true), (c, true), (a, false)]);
    assert_eq!(found.total, 3);
    let two = exposed(&owner, ben.id, 2);
    assert_eq!((two.secrets.len(), two.total), (2, 3));
    assert_eq!(
        exposed(&owner, viewer.id, 10),
        Exposed::default(),
        "a viewer reads no value"
    );
}
