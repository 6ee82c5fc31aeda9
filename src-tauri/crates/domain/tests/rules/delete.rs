use super::support::*;
use domain::create::CreateInput;
use domain::delete::{DeleteInput, empty_from_trash, sweep_from_trash, undelete};
use domain::facts::{NameFacts, RoomFacts};
use domain::*;

fn delete(
    stored: &Stored,
    dependants: &[Dependant],
    force: bool,
    destroy: bool,
) -> Result<Decision, Rejection> {
    let input = DeleteInput {
        destroy: Some(destroy),
        force: Some(force),
        reason: None,
    };
    input.decide(&stored.secret, dependants, &stored.context())
}

fn bring_back(stored: &Stored, names: NameFacts) -> Result<Decision, Rejection> {
    undelete(&stored.secret, &names, &room(), None, &stored.context())
}

fn rotated() -> Stored {
    let mut stored = Stored::new(CreateInput {
        env_key: text("TOKEN"),
        ..generic("value-1")
    });
    stored.rotate("value-2");
    stored
}

fn trashed() -> Stored {
    let mut stored = rotated();
    stored.apply(changed(delete(&stored, &[], false, false)));
    stored
}

fn location() -> Dependant {
    Dependant::Location {
        id: LocationId::from_bytes([5; 16]),
        name: "Uploads".to_owned(),
    }
}

#[test]
fn delete_01_an_unused_secret_is_deleted() {
    let plan = changed(delete(&rotated(), &[], false, false));
    assert_eq!(
        (plan.change, plan.answer.done),
        (Change::Trash, Done::Deleted)
    );
}

#[test]
fn delete_01_a_secret_in_use_stays_and_its_dependants_are_named() {
    let rotation = Dependant::Rotation {
        started_at: Timestamp::from_millis(START),
    };
    for dependant in [location(), rotation] {
        for destroy in [false, true] {
            let refusal = delete(&rotated(), std::slice::from_ref(&dependant), false, destroy);
            let envelope =
                serde_json::to_value(refused(refusal, ErrorType::InUse)).expect("an envelope");
            assert_eq!(envelope["dependants"].as_array().map(Vec::len), Some(1));
        }
    }
}

#[test]
fn delete_01_not_even_force_deletes_a_secret_under_rotation() {
    let rotation = Dependant::Rotation {
        started_at: Timestamp::from_millis(START),
    };
    let both = [location(), rotation.clone()];
    for destroy in [false, true] {
        let refusal = refused(delete(&rotated(), &both, true, destroy), ErrorType::InUse);
        assert_eq!(refusal.dependants(), std::slice::from_ref(&rotation));
        let envelope = serde_json::to_value(&refusal).expect("an envelope");
        assert_eq!(envelope["offers"].as_array().map(Vec::len), Some(0));
    }
}

fn managed(is_rotating: bool) -> Dependant {
    Dependant::Managed {
        id: SecretId::from_bytes([6; 16]),
        name: "Ledgers".to_owned(),
        is_rotating,
    }
}

#[test]
fn delete_01_what_manages_other_keys_goes_by_force_and_never_under_their_rotation() {
    for destroy in [false, true] {
        let both = [location(), managed(false)];
        let refusal = refused(delete(&rotated(), &both, false, destroy), ErrorType::InUse);
        assert!(
            refusal.message().contains("Ledgers"),
            "{}",
            refusal.message()
        );
        assert_eq!(refusal.dependants(), both);
        let plan = changed(delete(&rotated(), &both, true, destroy));
        assert_eq!(plan.unlink, [LocationId::from_bytes([5; 16])]);

        let both = [location(), managed(true)];
        let refusal = refused(delete(&rotated(), &both, true, destroy), ErrorType::InUse);
        assert_eq!(refusal.dependants(), [managed(true)]);
    }
}

#[test]
fn delete_01_force_unlinks_the_locations() {
    let plan = changed(delete(&rotated(), &[location()], true, false));
    assert_eq!(plan.unlink, [LocationId::from_bytes([5; 16])]);
}

#[test]
fn delete_02_the_trash_keeps_values_and_lets_a_secret_out_again() {
    let mut stored = trashed();
    assert_eq!(stored.kept(), [1, 2]);
    assert!(stored.secret.secret().is_trashed());
    unchanged(delete(&stored, &[], false, false));
    let plan = changed(bring_back(&stored, NameFacts::default()));
    assert_eq!(
        (plan.change, plan.audit.action),
        (Change::Undelete, Action::SecretUndeleted)
    );
    stored.apply(plan);
    assert!(!stored.secret.secret().is_trashed());
    unchanged(bring_back(&stored, NameFacts::default()));
}

#[test]
fn delete_02_undeleting_into_a_taken_name_or_env_key_is_refused() {
    let taken = Some(other());
    let name = NameFacts {
        same_name: taken,
        same_env_key: None,
    };
    assert_eq!(
        ways(&refused(
            bring_back(&trashed(), name),
            ErrorType::AlreadyExists
        )),
        ["name"]
    );
    let env_key = NameFacts {
        same_name: None,
        same_env_key: taken,
    };
    assert_eq!(
        ways(&refused(
            bring_back(&trashed(), env_key),
            ErrorType::AlreadyExists
        )),
        ["env_key"]
    );
}

#[test]
fn delete_02_destroy_takes_every_value_from_wherever_the_secret_is() {
    for stored in [rotated(), trashed()] {
        let plan = changed(delete(&stored, &[], false, true));
        assert_eq!(
            (plan.change, plan.audit.action),
            (Change::Purge, Action::SecretDestroyed)
        );
        let numbers: Vec<u32> = plan.destroy.iter().map(|number| number.get()).collect();
        assert_eq!(numbers, [1, 2]);
    }
}

#[test]
fn delete_02_what_is_destroyed_already_is_not_destroyed_again() {
    let mut stored = Stored::new(CreateInput {
        history: Some(HistoryInput {
            keep: Some(0),
            grace_days: None,
        }),
        ..generic("value-1")
    });
    stored.rotate("value-2");
    let plan = changed(delete(&stored, &[], false, true));
    assert_eq!(
        plan.destroy
            .iter()
            .map(|number| number.get())
            .collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn delete_02_emptying_the_trash_takes_what_is_in_it_only() {
    assert_eq!(
        changed(empty_from_trash(&trashed().secret, &owner())).change,
        Change::Purge
    );
    unchanged(empty_from_trash(&rotated().secret, &owner()));
}

#[test]
fn delete_02_the_trash_lets_go_after_thirty_days_and_not_before() {
    let mut stored = trashed();
    stored.now += 30 * DAY - 1;
    unchanged(sweep_from_trash(
        &stored.secret,
        stored.context().now,
        &stored.context(),
    ));
    stored.now += 1;
    assert_eq!(
        changed(sweep_from_trash(
            &stored.secret,
            stored.context().now,
            &stored.context()
        ))
        .change,
        Change::Purge
    );
    unchanged(sweep_from_trash(
        &rotated().secret,
        stored.context().now,
        &stored.context(),
    ));
}

#[test]
fn delete_02_the_trash_goes_by_the_settled_time_and_not_by_the_clock() {
    let mut stored = trashed();
    let settled = stored.context().now;
    stored.now += 3_650 * DAY;
    unchanged(sweep_from_trash(&stored.secret, settled, &stored.context()));
}

#[test]
fn delete_02_a_long_reason_is_refused() {
    let stored = rotated();
    let input = DeleteInput {
        reason: text(&"r".repeat(501)),
        ..DeleteInput::default()
    };
    faulty(
        input.decide(&stored.secret, &[], &stored.context()),
        &["reason"],
    );
}

#[test]
fn tier_02_undeleting_counts_as_one_more_secret() {
    let full = RoomFacts {
        tier: Tier::Free,
        live_secrets: 5,
    };
    let stored = trashed();
    let refusal = undelete(
        &stored.secret,
        &NameFacts::default(),
        &full,
        None,
        &stored.context(),
    );
    refused(refusal, ErrorType::LimitReached);
}

#[test]
fn update_16_the_way_into_the_trash_and_out_of_it_bumps_the_revision() {
    let mut stored = rotated();
    let mut last = stored.secret.secret().revision();
    for act in [Change::Trash, Change::Undelete, Change::Trash] {
        let plan = changed(match act {
            Change::Undelete => bring_back(&stored, NameFacts::default()),
            _ => delete(&stored, &[], false, false),
        });
        assert_eq!((plan.change, plan.secret.revision()), (act, last + 1));
        last += 1;
        stored.apply(plan);
    }
    let gone = changed(empty_from_trash(&stored.secret, &stored.context()));
    assert_eq!(gone.secret.revision(), last + 1);
}
