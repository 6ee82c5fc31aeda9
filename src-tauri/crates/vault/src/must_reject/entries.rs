//! Audit entries whose signature is right, and which count for nothing all the same.

use domain::audit::Action;
use domain::ids::{MemberId, SecretId, VaultId};
use domain::role::Role;
use domain::time::Timestamp;

use crate::audit_log::{ActResult, EntryFault, KnownMember, canonical, verify_entry};
use crate::identity::{Identity, NewIdentity};
use crate::signature::SigningPurpose;
use crate::store::audit::AuditRow;

fn vault() -> VaultId {
    VaultId::from_parts(Timestamp::from_millis(1_777_117_519_000), [1; 10])
}

fn identity() -> Identity {
    let identity = NewIdentity::generate().expect("entropy");
    identity.bind(vault(), MemberId::from_bytes([2; 16]), [3; 32])
}

/// What `verify_entry` says of an entry that this member has signed.
fn verdict(role: Role, action: Action, result: ActResult, vouches: bool) -> Result<(), EntryFault> {
    let identity = identity();
    let secret = SecretId::from_parts(Timestamp::from_millis(1_777_117_519_000), [4; 10]);
    let mut row = AuditRow {
        position: 9,
        device: [5; 16],
        sequence: 1,
        time: 1_777_117_519_000,
        actor: identity.member_id().to_bytes(),
        action: action.as_str().to_owned(),
        resource_type: "secret".to_owned(),
        resource_id: Some(secret.to_bytes()),
        resource_name: "victim".to_owned(),
        revision: Some(99),
        changed: "[]".to_owned(),
        result: result.as_str().to_owned(),
        reason: None,
        state_hash: vouches.then_some([6; 32]),
        previous_hash: identity.genesis_hash(),
        hash: [0; 32],
        signature: [0; 64],
        log_hash: [0; 32],
    };
    row.hash = canonical(vault(), &row).hash();
    row.signature = identity
        .sign(SigningPurpose::AuditEntry, &row.hash)
        .to_bytes();
    let member = KnownMember {
        id: identity.member_id(),
        role,
        verifying_key: identity.verifying_key(),
    };
    verify_entry(vault(), &[member], &row)
}

#[test]
fn audit_02_an_admins_change_vouches_for_a_record() {
    let vouched = verdict(Role::Admin, Action::SecretUpdated, ActResult::Done, true);
    assert_eq!(vouched, Ok(()));
}

#[test]
fn audit_02_a_change_above_its_actors_role_vouches_for_nothing() {
    for role in [Role::Viewer, Role::Operator] {
        let refused = verdict(role, Action::SecretUpdated, ActResult::Done, true);
        assert_eq!(refused, Err(EntryFault::Role));
    }
}

#[test]
fn audit_02_a_refused_act_or_one_that_changes_no_secret_vouches_for_nothing() {
    for role in [Role::Viewer, Role::Operator, Role::Owner] {
        for (action, result) in [
            (Action::SecretUpdated, ActResult::Refused),
            (Action::AccessRefused, ActResult::Refused),
            (Action::VaultUnlocked, ActResult::Done),
            (Action::UnlockFailures, ActResult::Unverified),
        ] {
            let refused = verdict(role, action, result, true);
            assert_eq!(refused, Err(EntryFault::VouchesWithoutChange), "{action:?}");
            assert_eq!(verdict(role, action, result, false), Ok(()), "{action:?}");
        }
    }
}
