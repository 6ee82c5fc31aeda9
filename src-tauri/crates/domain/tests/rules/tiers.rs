use super::support::*;
use domain::delete::DeleteInput;
use domain::facts::{CreateFacts, RoomFacts};
use domain::*;

fn create_in(tier: Tier, live_secrets: u64) -> Result<Plan, Rejection> {
    let facts = CreateFacts {
        room: RoomFacts { tier, live_secrets },
        ..free()
    };
    draft(s3())?.decide(&facts, &owner())
}

#[test]
fn tier_01_each_tier_takes_secrets_up_to_its_limit() {
    parts(create_in(Tier::Free, 4));
    parts(create_in(Tier::Pro, 99));
    parts(create_in(Tier::Unlimited, u64::MAX));
    let connections: Vec<Option<u64>> = Tier::ALL
        .iter()
        .map(|tier| tier.connections_max())
        .collect();
    assert_eq!(connections, [Some(1), Some(10), None]);
}

#[test]
fn tier_01_a_full_tier_takes_no_more() {
    refused(create_in(Tier::Free, 5), ErrorType::LimitReached);
    refused(create_in(Tier::Pro, 100), ErrorType::LimitReached);
}

#[test]
fn tier_02_the_refusal_carries_limit_and_current() {
    let envelope = serde_json::to_value(refused(create_in(Tier::Free, 7), ErrorType::LimitReached))
        .expect("an envelope");
    assert_eq!(
        (&envelope["limit"], &envelope["current"]),
        (&5.into(), &7.into())
    );
}

#[test]
fn tier_02_the_refusal_counts_in_words_that_read() {
    let one = Tier::Free
        .require_room_for_connections(1, 1)
        .expect_err("full");
    assert!(one.message().contains("room for 1 connection and"));
    let five = Tier::Free.require_room_for_secrets(5, 1).expect_err("full");
    assert!(five.message().contains("room for 5 secrets and"));
}

#[test]
fn tier_02_an_import_is_asked_for_as_a_whole() {
    assert!(Tier::Free.require_room_for_secrets(2, 3).is_ok());
    refused(
        Tier::Free.require_room_for_secrets(2, 4),
        ErrorType::LimitReached,
    );
    refused(
        Tier::Pro.require_room_for_secrets(2, u64::MAX),
        ErrorType::LimitReached,
    );
    assert!(Tier::Free.require_room_for_secrets(500, 0).is_ok());
}

#[test]
fn tier_03_a_vault_beyond_its_tier_can_still_rotate_and_delete() {
    let mut stored = Stored::new(generic("value-1"));
    assert_eq!(stored.rotate("value-2").done, Done::Updated);
    changed(DeleteInput::default().decide(&stored.secret, &[], &stored.context()));
}

#[test]
fn tier_03_only_creating_is_refused_beyond_the_tier() {
    refused(create_in(Tier::Free, 100), ErrorType::LimitReached);
}
