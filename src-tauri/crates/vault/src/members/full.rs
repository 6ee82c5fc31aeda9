//! A vault with as many members as it can have, and two Owners who decide to invite at the same moment.

use std::path::Path;
use std::sync::LazyLock;

use domain::ids::{MemberId, SecretId, VersionId};
use domain::member::{InviteInput, Member as Person, MemberFacts, MemberStatus as Standing};
use domain::plan::Context;
use domain::role::Role;
use domain::text::{MemberName, VaultName};
use domain::time::Timestamp;

use super::{MemberDone, MemberError, Placed};
use crate::device::Device;
use crate::folder::{OlderState, VaultFolder, create_vault};
use crate::identity::Identity;
use crate::kdf::KdfParams;
use crate::keys_file::{KeysFile, MEMBERS_MAX};
use crate::password::NewPassword;
use crate::store::error::StoreError;
use crate::unlock_keys::UnlockWith;
use crate::unlocked::UnlockedVault;

static NOW: LazyLock<Timestamp> = LazyLock::new(|| Timestamp::from_millis(1_777_117_519_000));

#[test]
fn an_invitation_decided_before_the_last_place_was_taken_is_refused_and_the_vault_still_opens() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let vault = create(home.path());
    fill(&vault, MEMBERS_MAX - 2);
    let facts = vault.read(|reader| Ok::<_, StoreError>(reader.member_facts(None)));
    let facts = facts.expect("facts");
    assert_eq!(facts.members, 255);

    let last = invite(&vault, 254, &facts);
    assert!(matches!(last, Ok(MemberDone::Invited(..))));
    let generation = generation(home.path());
    let one_too_many = invite(&vault, 255, &facts);
    assert!(matches!(
        one_too_many.map(drop),
        Err(MemberError::Store(StoreError::Stale))
    ));

    let file = KeysFile::read(&home.path().join("vault")).expect("a file that can be read");
    assert_eq!(file.generation(), generation, "nothing was announced");
    let identity = Identity::dangerous_from_bytes(&vault.identity.dangerous_expose_bytes());
    vault.lock("asked", *NOW).expect("locked");
    VaultFolder::open(&home.path().join("vault"))
        .expect("a vault")
        .unlock(
            UnlockWith::Identity(identity),
            &device(home.path()),
            OlderState::Refuse,
            *NOW,
        )
        .map(drop)
        .expect("it opens");
}

#[test]
fn a_keys_json_that_could_not_be_read_back_is_never_announced() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let vault = create(home.path());
    let before = generation(home.path());
    let changed = vault.change_members(*NOW, |_writer, content| {
        content.members[0].slots.truncate(1);
        Ok(())
    });
    assert!(matches!(
        changed,
        Err(MemberError::Store(StoreError::Damaged { .. }))
    ));
    assert_eq!(generation(home.path()), before);
    fill(&vault, 1);
}

/// So many invited persons at once, by the way that an invitation takes.
fn fill(vault: &UnlockedVault, count: usize) {
    let invitees: Vec<_> = (0..count)
        .map(|number| {
            let person = Person {
                id: id(number),
                name: MemberName::parse(&name(number)).expect("a name"),
                role: Role::Viewer,
                status: Standing::Invited {
                    until: NOW.plus_days(7),
                },
            };
            vault.invitee(&person).expect("an invitee").0
        })
        .collect();
    let placed = vault.change_members(*NOW, |writer, content| {
        let mut invitees = invitees.into_iter();
        invitees.try_for_each(|invitee| invitee.enter(writer, content))
    });
    assert!(matches!(placed, Ok(Placed::Now)));
}

fn invite(
    vault: &UnlockedVault,
    number: usize,
    facts: &MemberFacts,
) -> Result<MemberDone, MemberError> {
    let context = Context {
        now: *NOW,
        actor: vault.actor().clone(),
        new_secret_id: SecretId::from_bytes([1; 16]),
        new_version_id: VersionId::from_bytes([1; 16]),
    };
    let input = InviteInput {
        name: Some(name(number)),
        role: Some("viewer".to_owned()),
    };
    let draft = input.parse(&context).expect("a good invitation");
    let plan = draft
        .decide(facts, id(number), &context)
        .expect("there is room");
    vault.apply_member(plan, *NOW, &mut |_| unreachable!("nothing is re-keyed"))
}

fn id(number: usize) -> MemberId {
    let number = u64::try_from(number).expect("usize fits").to_be_bytes();
    let mut bytes = [7; 16];
    bytes[8..].copy_from_slice(&number);
    MemberId::from_bytes(bytes)
}

fn name(number: usize) -> String {
    format!("member {number}")
}

fn generation(home: &Path) -> u64 {
    let file = KeysFile::read(&home.join("vault")).expect("keys.json");
    file.generation()
}

fn create(home: &Path) -> UnlockedVault {
    let password = NewPassword::parse("plover dunlin sanderling knot", &[]).expect("strong");
    let (vault, _code) = create_vault(
        &home.join("vault"),
        &VaultName::parse("Acme").expect("a name"),
        &MemberName::parse("Ada").expect("a name"),
        &password,
        KdfParams::FLOOR,
        &device(home),
        *NOW,
    )
    .expect("a vault");
    vault
}

fn device(home: &Path) -> Device {
    Device::open(&home.join("state"), *NOW).expect("a state folder")
}
