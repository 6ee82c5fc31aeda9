//! The tier, set by an Owner (TIER-01 to -03, ROLE-05), and the end of a vault (DELETE-03).

use super::records::*;
use super::support::*;
use domain::connection::ConnectionFacts;
use domain::text::VaultName;
use domain::vault_settings::{TierInput, VaultDeleteInput, VaultSettings, VaultSettingsPlan};
use domain::*;

fn vault() -> VaultName {
    VaultName::parse("Équipe").expect("a name")
}

fn to(tier: &str) -> TierInput {
    TierInput {
        tier: text(tier),
        ..TierInput::default()
    }
}

fn decide(input: TierInput) -> Result<Decision<VaultSettingsPlan>, Rejection> {
    let current = VaultSettings::founding(&owner());
    input.parse(&owner())?.decide(&current, &vault(), &owner())
}

fn connect(tier: Tier, connections: u64) -> Result<domain::connection::ConnectionPlan, Rejection> {
    let facts = ConnectionFacts {
        same_name: None,
        tier,
        connections,
    };
    doppler()
        .parse(&owner())?
        .decide(&facts, connection_id(), &owner())
}

#[test]
fn tier_01_a_new_vault_has_no_limit() {
    let settings = VaultSettings::founding(&owner());
    assert_eq!((settings.tier, settings.revision), (Tier::Unlimited, 1));
    assert_eq!(settings.updated_by, owner().actor.member);
}

#[test]
fn tier_01_each_tier_takes_connections_up_to_its_limit() {
    for (tier, others) in [(Tier::Free, 0), (Tier::Pro, 9), (Tier::Unlimited, u64::MAX)] {
        assert!(connect(tier, others).is_ok(), "{tier:?}");
    }
}

#[test]
fn tier_01_a_tier_takes_no_connection_beyond_its_limit() {
    for (tier, limit) in [(Tier::Free, 1), (Tier::Pro, 10)] {
        for current in [limit, limit + 5] {
            let envelope =
                serde_json::to_value(refused(connect(tier, current), ErrorType::LimitReached));
            let envelope = envelope.expect("an envelope");
            assert_eq!(
                (&envelope["limit"], &envelope["current"]),
                (&limit.into(), &current.into())
            );
        }
    }
}

#[test]
fn tier_01_the_three_tiers_are_known_by_their_words_and_no_others() {
    for tier in Tier::ALL {
        assert_eq!(Tier::parse(tier.as_str()), Some(tier));
    }
    for word in ["", "Free", "enterprise", "pro "] {
        assert_eq!(Tier::parse(word), None);
        faulty(decide(to(word)), &["tier"]);
    }
    faulty(
        decide(TierInput {
            reason: text(&"w".repeat(501)),
            ..TierInput::default()
        }),
        &["reason", "tier"],
    );
}

#[test]
fn tier_03_the_tier_is_changed_whatever_the_vault_holds() {
    let input = TierInput {
        expected_revision: Some(1),
        reason: text("budget"),
        ..to("free")
    };
    let plan = changed_record(decide(input));
    assert_eq!((plan.record.tier, plan.record.revision), (Tier::Free, 2));
    assert_eq!(
        (plan.change, plan.based_on),
        (RecordChange::Update, Some(1))
    );
    assert_eq!(plan.audit.action, Action::TierChanged);
    assert_eq!(plan.audit.changed, ["tier"]);
    assert_eq!(
        plan.audit.reason.map(|reason| reason.to_string()),
        text("budget")
    );
    assert_eq!(
        (plan.answer.done, plan.answer.name.as_str()),
        (Done::Updated, "Équipe")
    );
}

#[test]
fn tier_03_beyond_its_tier_a_vault_updates_rotates_and_deletes_connections() {
    let over = ConnectionFacts {
        same_name: None,
        tier: Tier::Free,
        connections: 4,
    };
    let current = connection(doppler());
    let input = domain::connection::ConnectionUpdateInput {
        name: Patch::Set("New".to_owned()),
        ..Default::default()
    };
    let renamed = input.parse(&current, &owner());
    assert!(
        renamed
            .and_then(|draft| draft.decide(&over, &owner()))
            .is_ok()
    );
    let deleted = domain::connection::ConnectionDeleteInput::default();
    assert!(deleted.decide(&current, &[], &owner()).is_ok());
}

#[test]
fn update_03_the_tier_there_is_is_no_change() {
    let outcome = unchanged_record(decide(to("unlimited")));
    assert_eq!((outcome.done, outcome.changed.len()), (Done::Unchanged, 0));
}

#[test]
fn update_15_a_tier_decided_on_older_settings_is_a_conflict() {
    for tier in ["free", "unlimited"] {
        let input = TierInput {
            expected_revision: Some(2),
            ..to(tier)
        };
        let envelope = serde_json::to_value(refused(decide(input), ErrorType::Conflict));
        assert_eq!(envelope.expect("an envelope")["current_revision"], 1);
    }
}

#[test]
fn update_16_the_time_of_the_settings_never_runs_backwards() {
    let early = context(START - DAY, Role::Owner);
    let current = VaultSettings::founding(&owner());
    let draft = to("pro").parse(&early);
    let plan = changed_record(draft.and_then(|draft| draft.decide(&current, &vault(), &early)));
    assert_eq!(plan.record.updated_at, Timestamp::from_millis(START));
}

#[test]
fn role_05_an_owner_sets_the_tier_and_deletes_the_vault() {
    changed_record(decide(to("pro")));
    let typed = VaultDeleteInput {
        name: text("Équipe"),
    };
    typed.decide(&vault(), &owner()).expect("an owner may");
}

#[test]
fn role_05_no_lower_role_sets_the_tier_or_deletes_the_vault() {
    for role in [Role::Viewer, Role::Operator, Role::Admin] {
        let low = context(START, role);
        let forbidden = ErrorType::AccessForbidden;
        refused(TierInput::default().parse(&low), forbidden);
        let draft = to("pro").parse(&owner()).expect("a right request");
        let refusal = draft.decide(&VaultSettings::founding(&owner()), &vault(), &low);
        refused(refusal, forbidden);
        refused(
            VaultDeleteInput::default().decide(&vault(), &low),
            forbidden,
        );
        let typed = VaultDeleteInput {
            name: text("Équipe"),
        };
        refused(typed.decide(&vault(), &low), forbidden);
    }
}

#[test]
fn delete_03_the_name_is_typed_in_any_composition_and_between_spaces() {
    for typed in ["Équipe", " Équipe ", "E\u{301}quipe"] {
        let deletion = VaultDeleteInput { name: text(typed) }.decide(&vault(), &owner());
        let deletion = deletion.expect("the vault's name");
        assert_eq!(deletion.audit().action, Action::VaultDeleted);
    }
}

#[test]
fn delete_03_another_name_another_case_or_none_deletes_nothing() {
    for typed in ["équipe", "Equipe", "Équipe 2", "", "É\nquipe"] {
        let input = VaultDeleteInput { name: text(typed) };
        faulty(input.decide(&vault(), &owner()), &["name"]);
    }
    faulty(
        VaultDeleteInput::default().decide(&vault(), &owner()),
        &["name"],
    );
}
