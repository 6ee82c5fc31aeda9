//! Files with a second member: who may let someone in, and whose word counts.

use domain::ids::MemberId;
use domain::role::Role;

use super::EXAMPLE;
use crate::grant::{Grant, GrantedKeys, Grantee};
use crate::identity::{Identity, NewIdentity};
use crate::kdf::KdfParams;
use crate::keys_file::{KeysFile, Member};
use crate::page_key::PageKey;
use crate::recovery_code::RecoveryCode;
use crate::slot::{PasswordSlot, RecoverySlot};
use crate::suite::Recipient;
use crate::unlock_keys::{UnlockKeysError, UnlockWith, unlock_keys};

/// Sorts after every id that a test's file could hold by chance.
const SECOND: [u8; 16] = [0xFF; 16];

fn second() -> Identity {
    let member = MemberId::from_bytes(SECOND);
    NewIdentity::generate().expect("entropy").bind(
        EXAMPLE.file.vault_id(),
        member,
        EXAMPLE.file.genesis_hash(),
    )
}

/// The example's file with a Viewer, whose grant is for `recipient` and signed by `signer` in the
/// name of `named`; `writer` signs the whole.
fn file_with(
    second: &Identity,
    recipient: Recipient,
    signer: &Identity,
    named: MemberId,
    writer: &Identity,
) -> KeysFile {
    let mut content = EXAMPLE.file.content().clone();
    let grantee = Grantee {
        vault: content.vault_id,
        epoch: content.epoch,
        member: second.member_id(),
        verifying_key: second.verifying_key(),
        recipient: &recipient,
    };
    let keys = GrantedKeys {
        role: Role::Viewer,
        page_key: PageKey::copy_from(&EXAMPLE.page_key),
        value_key: None,
    };
    let grant = Grant::seal(&named_as(signer, named), &grantee, &keys).expect("entropy");
    let code = RecoveryCode::generate().expect("entropy");
    let mut member = Member {
        member_id: second.member_id(),
        verifying_key: second.verifying_key(),
        recipient,
        grant,
        slots: Vec::new(),
    };
    let Ok(slot) = PasswordSlot::seal(second, &EXAMPLE.password(), KdfParams::FLOOR) else {
        panic!("no password slot");
    };
    member.replace_slot(slot);
    member.replace_slot(RecoverySlot::seal(second, &code).expect("entropy"));
    content.members.push(member);
    KeysFile::parse(&content.sign(writer).to_bytes()).expect("the form is right")
}

/// The same signing key under another member's name.
fn named_as(identity: &Identity, member: MemberId) -> Identity {
    let mut bytes = identity.dangerous_expose_bytes();
    bytes[80..96].copy_from_slice(&member.to_bytes());
    Identity::dangerous_from_bytes(&bytes)
}

fn copy(identity: &Identity) -> Identity {
    named_as(identity, identity.member_id())
}

fn unlock(file: &KeysFile, identity: &Identity) -> Result<Role, UnlockKeysError> {
    unlock_keys(file, UnlockWith::Identity(copy(identity))).map(|unlocked| unlocked.role)
}

fn assert_no_one_opens(file: &KeysFile, second: &Identity) {
    for identity in [&EXAMPLE.identity(), second] {
        assert!(matches!(
            unlock(file, identity),
            Err(UnlockKeysError::Tampered(_))
        ));
    }
}

#[test]
fn a_member_whom_the_owner_let_in_opens_the_file_and_may_write_it() {
    let (owner, second) = (EXAMPLE.identity(), second());
    for writer in [&owner, &second] {
        let file = file_with(
            &second,
            second.recipient(),
            &owner,
            owner.member_id(),
            writer,
        );
        assert!(matches!(unlock(&file, &owner), Ok(Role::Owner)));
        assert!(matches!(unlock(&file, &second), Ok(Role::Viewer)));
    }
}

/// The signature of the whole is right, by the key that the file itself gives for its writer.
#[test]
fn a_stranger_who_lets_themself_in_is_refused() {
    let (owner, second) = (EXAMPLE.identity(), second());
    for named in [owner.member_id(), second.member_id()] {
        for writer in [&owner, &second] {
            let file = file_with(&second, second.recipient(), &second, named, writer);
            assert_no_one_opens(&file, &second);
        }
    }
}

#[test]
fn a_grant_by_the_owners_key_in_another_name_is_refused() {
    let (owner, second) = (EXAMPLE.identity(), second());
    let file = file_with(
        &second,
        second.recipient(),
        &owner,
        second.member_id(),
        &owner,
    );
    assert_no_one_opens(&file, &second);
}

/// Signed by the Owner from end to end; but the grant is one that someone else can open.
#[test]
fn a_member_whose_public_keys_were_exchanged_is_told() {
    let (owner, second) = (EXAMPLE.identity(), second());
    let strangers = NewIdentity::generate().expect("entropy").recipient();
    let file = file_with(&second, strangers, &owner, owner.member_id(), &owner);
    let answer = unlock(&file, &second);
    let Err(UnlockKeysError::Tampered(what)) = answer else {
        panic!("it was taken")
    };
    assert_eq!(what, "this member's public keys are others");
}
