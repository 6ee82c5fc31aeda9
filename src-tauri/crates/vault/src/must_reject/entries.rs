//! Audit entries whose signature is right, and which count for nothing all the same.

use domain::audit::Action;
use domain::ids::SecretId;
use domain::role::Role;

use super::members::{Log, NOW, active, state_of, vault};
use crate::audit_log::{ActResult, EntryFault, canonical, verify_entry};
use crate::identity::Identity;
use crate::membership::{MemberState, MemberStatus};
use crate::signature::SigningPurpose;
use crate::store::audit::AuditRow;

/// What `verify_entry` says of an entry that a member of this role has signed.
fn verdict(role: Role, action: Action, result: ActResult, vouches: bool) -> Result<(), EntryFault> {
    let log = Log::founded();
    let member = log.joined(2, role);
    verdict_on(&log, &member, 9, action, result, vouches)
}

fn verdict_on(
    log: &Log,
    identity: &Identity,
    position: i64,
    action: Action,
    result: ActResult,
    vouches: bool,
) -> Result<(), EntryFault> {
    let secret = SecretId::from_parts(*NOW, [4; 10]);
    let mut row = AuditRow {
        position,
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
    verify_entry(vault(), &log.replay().expect("a good log"), &row)
}

#[test]
fn audit_02_a_role_counts_at_its_positions_of_the_log_only() {
    let log = Log::founded();
    let grace = log.joined(2, Role::Viewer);
    let admin = MemberState {
        role: Role::Admin,
        ..log.newest(2)
    };
    log.record(&log.owner, Action::MemberRoleChanged, &admin);
    let viewer = MemberState {
        role: Role::Viewer,
        ..admin
    };
    log.record(&log.owner, Action::MemberRoleChanged, &viewer);
    let removed = MemberState {
        status: MemberStatus::Removed,
        ..viewer
    };
    log.record(&log.owner, Action::MemberRemoved, &removed);
    let at = |position| {
        let action = Action::SecretUpdated;
        verdict_on(&log, &grace, position, action, ActResult::Done, true)
    };
    // 3 invited, 4 joined, 5 an Admin, 6 a Viewer again, 7 removed.
    assert_eq!(at(3), Err(EntryFault::UnknownActor));
    assert_eq!(at(5), Err(EntryFault::Role));
    assert_eq!(at(6), Ok(()));
    assert_eq!(at(7), Err(EntryFault::Role));
    assert_eq!(at(8), Err(EntryFault::NotActive));
}

#[test]
fn audit_02_an_invited_identity_signs_nothing_but_its_joining() {
    let log = Log::founded();
    let invited = log.identity(2);
    let state = state_of(&invited, "Grace", Role::Owner);
    log.record(&log.owner, Action::MemberInvited, &state);
    for (action, result) in [
        (Action::SecretUpdated, ActResult::Done),
        (Action::VaultUnlocked, ActResult::Done),
        (Action::ValueCopied, ActResult::Done),
        (Action::PasswordChanged, ActResult::Done),
        (Action::AccessRefused, ActResult::Refused),
    ] {
        let refused = verdict_on(&log, &invited, 9, action, result, false);
        assert_eq!(refused, Err(EntryFault::NotActive), "{action:?}");
    }
    // Its key is worth nothing either once it has joined.
    log.record(
        &invited,
        Action::MemberJoined,
        &active(&log.identity(2), &state),
    );
    let refused = verdict_on(
        &log,
        &invited,
        9,
        Action::VaultUnlocked,
        ActResult::Done,
        false,
    );
    assert_eq!(refused, Err(EntryFault::Signature));
}

#[test]
fn audit_02_a_change_of_members_that_was_not_replayed_counts_for_nothing() {
    for action in [
        Action::MemberFounded,
        Action::MemberInvited,
        Action::MemberJoined,
        Action::MemberRoleChanged,
        Action::MemberRemoved,
        Action::IdentityRenewed,
    ] {
        let refused = verdict(Role::Owner, action, ActResult::Done, true);
        assert_eq!(refused, Err(EntryFault::Membership), "{action:?}");
    }
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
