//! Who belongs to the vault: ROLE-05, and what an act on a member does to the keys (LOCK-06).

use super::support::*;
use domain::member::{
    INVITATION_DAYS, InviteInput, MEMBERS_MAX, Member, MemberChange, MemberFacts, MemberPlan,
    MemberPlanParts, MemberStatus, Rekey, RemoveInput, RoleChangeInput, existing,
    rekeys_on_renewal, require_joinable,
};
use domain::text::MemberName;
use domain::*;

const BOB: [u8; 16] = [8; 16];

fn bob(role: Role) -> Member {
    Member {
        id: MemberId::from_bytes(BOB),
        name: MemberName::parse("Bob").expect("a name"),
        role,
        status: MemberStatus::Active,
    }
}

fn invited(role: Role) -> Member {
    Member {
        status: MemberStatus::Invited {
            until: Timestamp::from_millis(START + DAY),
        },
        ..bob(role)
    }
}

fn owners(active_owners: u64) -> MemberFacts {
    MemberFacts {
        same_name: None,
        members: active_owners,
        active_owners,
    }
}

fn invite(name: &str, role: &str) -> InviteInput {
    InviteInput {
        name: text(name),
        role: text(role),
    }
}

fn decide_invite(input: InviteInput, facts: &MemberFacts) -> Result<MemberPlan, Rejection> {
    input
        .parse(&owner())?
        .decide(facts, MemberId::from_bytes(BOB), &owner())
}

fn change_role(
    current: &Member,
    role: &str,
    facts: &MemberFacts,
) -> Result<Decision<MemberPlan>, Rejection> {
    let input = RoleChangeInput { role: text(role) };
    input.parse(&owner())?.decide(current, facts, &owner())
}

fn remove(current: &Member, facts: &MemberFacts) -> Result<MemberPlan, Rejection> {
    RemoveInput.decide(current, facts, &owner())
}

#[track_caller]
fn plan_of(decision: Result<Decision<MemberPlan>, Rejection>) -> MemberPlanParts {
    match decision.expect("the rules allow this") {
        Decision::Change(plan) => plan.into_parts(),
        Decision::Unchanged(_) => panic!("this should have changed something"),
    }
}

#[test]
fn role_05_an_owner_invites_for_fourteen_days_and_the_keys_stay() {
    for role in Role::ALL {
        let plan = decide_invite(invite(" Bob ", role.as_str()), &owners(1));
        let plan = plan.expect("the rules allow this").into_parts();
        assert_eq!(plan.member.name.as_str(), "Bob");
        assert_eq!(plan.member.role, role);
        let until = Timestamp::from_millis(START).plus_days(14);
        assert_eq!(plan.member.status, MemberStatus::Invited { until });
        assert_eq!(
            (plan.change, plan.rekey),
            (MemberChange::Invite, Rekey::NotNeeded)
        );
        assert_eq!(plan.audit.action, Action::MemberInvited);
        assert_eq!(
            (plan.answer.done, plan.answer.name.as_str()),
            (Done::Created, "Bob")
        );
    }
    assert_eq!(INVITATION_DAYS, 14);
}

#[test]
fn role_05_an_invitation_without_name_or_role_is_refused_with_all_its_faults() {
    faulty(
        decide_invite(InviteInput::default(), &owners(1)),
        &["name", "role"],
    );
    let long = "n".repeat(256);
    for (name, role) in [("", "Owner"), ("a\nb", "root"), (&long, "")] {
        faulty(
            decide_invite(invite(name, role), &owners(1)),
            &["name", "role"],
        );
    }
    decide_invite(invite(&"n".repeat(255), "viewer"), &owners(1)).expect("255 characters");
}

#[test]
fn role_05_a_name_that_a_member_has_is_refused_before_the_number_of_members() {
    let facts = MemberFacts {
        same_name: Some(MemberId::from_bytes([1; 16])),
        members: MEMBERS_MAX,
        active_owners: 1,
    };
    let draft = invite("ADA", "admin")
        .parse(&owner())
        .expect("a right request");
    assert_eq!(draft.name().folded(), "ada");
    let refusal = draft.decide(&facts, MemberId::from_bytes(BOB), &owner());
    let rejection = refused(refusal, ErrorType::AlreadyExists);
    assert_eq!(ways(&rejection), ["name"]);
    let envelope = serde_json::to_value(rejection).expect("an envelope");
    assert_eq!(
        envelope["existing_id"],
        MemberId::from_bytes([1; 16]).to_string()
    );
}

#[test]
fn role_05_a_vault_has_256_members_at_most() {
    let with = |members| MemberFacts {
        members,
        ..owners(1)
    };
    decide_invite(invite("Bob", "viewer"), &with(255)).expect("room for one");
    let full = decide_invite(invite("Bob", "viewer"), &with(256));
    let envelope = serde_json::to_value(refused(full, ErrorType::LimitReached));
    let envelope = envelope.expect("an envelope");
    assert_eq!(
        (&envelope["limit"], &envelope["current"]),
        (&256.into(), &256.into())
    );
}

#[test]
fn role_05_an_owner_changes_the_role_of_another() {
    for from in Role::ALL {
        for to in Role::ALL.into_iter().filter(|to| *to != from) {
            let plan = plan_of(change_role(&bob(from), to.as_str(), &owners(2)));
            assert_eq!(
                (plan.member.role, plan.change),
                (to, MemberChange::ChangeRole)
            );
            assert_eq!(plan.audit.action, Action::MemberRoleChanged);
            assert_eq!(
                (plan.answer.done, &plan.answer.changed),
                (Done::Updated, &vec!["role"])
            );
            assert_eq!(plan.audit.changed, ["role"]);
        }
    }
}

#[test]
fn role_05_the_role_a_member_has_is_no_change() {
    for member in [bob(Role::Owner), invited(Role::Admin)] {
        let same = change_role(&member, member.role.as_str(), &owners(1));
        let outcome = super::records::unchanged_record(same);
        assert_eq!((outcome.done, outcome.changed.len()), (Done::Unchanged, 0));
    }
}

#[test]
fn role_05_an_unknown_or_missing_role_is_refused() {
    faulty(
        change_role(&bob(Role::Admin), "superuser", &owners(2)),
        &["role"],
    );
    faulty(RoleChangeInput::default().parse(&owner()), &["role"]);
}

#[test]
fn role_05_an_invitation_keeps_its_role() {
    let refusal = change_role(&invited(Role::Viewer), "admin", &owners(2));
    refused(refusal, ErrorType::Conflict);
}

#[test]
fn role_05_the_last_owner_is_neither_demoted_nor_removed() {
    for role in ["admin", "operator", "viewer"] {
        let refusal = change_role(&bob(Role::Owner), role, &owners(1));
        refused(refusal, ErrorType::Conflict);
    }
    refused(remove(&bob(Role::Owner), &owners(1)), ErrorType::Conflict);
}

#[test]
fn role_05_an_owner_beside_another_goes_as_anyone_does() {
    plan_of(change_role(&bob(Role::Owner), "viewer", &owners(2)));
    remove(&bob(Role::Owner), &owners(2)).expect("another owner stays");
    remove(&bob(Role::Admin), &owners(1)).expect("the owner stays");
    remove(&invited(Role::Owner), &owners(1)).expect("the owner stays");
}

#[test]
fn role_05_an_owner_acts_on_others_only() {
    let own = Member {
        id: owner().actor.member,
        ..bob(Role::Owner)
    };
    let refusal = change_role(&own, "admin", &owners(2));
    refused(refusal.map(drop), ErrorType::Conflict);
    refused(remove(&own, &owners(2)), ErrorType::Conflict);
    let same = change_role(&own, "owner", &owners(2)).expect("no change");
    assert!(matches!(same, Decision::Unchanged(_)));
}

#[test]
fn role_05_nobody_but_an_owner_acts_on_members() {
    for role in [Role::Viewer, Role::Operator, Role::Admin] {
        let low = context(START, role);
        let forbidden = ErrorType::AccessForbidden;
        refused(InviteInput::default().parse(&low), forbidden);
        let draft = invite("Ada", "admin")
            .parse(&owner())
            .expect("a right request");
        refused(
            draft.decide(&owners(1), MemberId::from_bytes(BOB), &low),
            forbidden,
        );
        refused(RoleChangeInput::default().parse(&low), forbidden);
        let draft = RoleChangeInput {
            role: text("admin"),
        }
        .parse(&owner());
        let draft = draft.expect("a right request");
        refused(draft.decide(&bob(Role::Owner), &owners(1), &low), forbidden);
        refused(
            RemoveInput.decide(&bob(Role::Owner), &owners(1), &low),
            forbidden,
        );
    }
}

#[test]
fn role_05_a_member_who_is_not_there_is_not_found() {
    refused(existing(None), ErrorType::NotFound);
    assert_eq!(existing(Some(bob(Role::Viewer))), Ok(bob(Role::Viewer)));
}

#[test]
fn lock_06_removing_and_demoting_ask_for_new_keys() {
    for member in [bob(Role::Viewer), bob(Role::Owner), invited(Role::Viewer)] {
        let plan = remove(&member, &owners(2)).expect("another owner stays");
        assert_eq!(plan.rekey(), Rekey::Needed);
        assert_eq!(plan.into_parts().change, MemberChange::Remove);
    }
    for (from, to) in [
        (Role::Owner, "admin"),
        (Role::Admin, "operator"),
        (Role::Operator, "viewer"),
    ] {
        let plan = plan_of(change_role(&bob(from), to, &owners(2)));
        assert_eq!(plan.rekey, Rekey::Needed, "{from} to {to}");
    }
    assert_eq!(rekeys_on_renewal(Role::Owner), Rekey::Needed);
}

#[test]
fn lock_06_a_promotion_and_a_lower_members_renewal_leave_the_keys() {
    for (from, to) in [
        (Role::Viewer, "operator"),
        (Role::Operator, "admin"),
        (Role::Admin, "owner"),
    ] {
        let plan = plan_of(change_role(&bob(from), to, &owners(1)));
        assert_eq!(plan.rekey, Rekey::NotNeeded, "{from} to {to}");
    }
    for role in [Role::Viewer, Role::Operator, Role::Admin] {
        assert_eq!(rekeys_on_renewal(role), Rekey::NotNeeded);
    }
}

#[test]
fn role_05_an_invitation_opens_until_its_last_moment_and_once() {
    let at = |millis| Timestamp::from_millis(millis);
    let member = invited(Role::Viewer);
    assert_eq!(require_joinable(&member, at(START)), Ok(()));
    assert_eq!(require_joinable(&member, at(START + DAY - 1)), Ok(()));
    for late in [START + DAY, START + 2 * DAY] {
        refused(
            require_joinable(&member, at(late)),
            ErrorType::AuthenticationFailed,
        );
    }
    let used = require_joinable(&bob(Role::Viewer), at(START));
    refused(used, ErrorType::AuthenticationFailed);
}
