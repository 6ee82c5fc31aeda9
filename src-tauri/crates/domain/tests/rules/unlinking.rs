//! DELETE-01: what force does to the locations of a secret.

use super::records::*;
use super::support::*;
use domain::delete::DeleteInput;
use domain::*;

fn linked(id: LocationId) -> Dependant {
    Dependant::Location {
        id,
        name: "Uploads".to_owned(),
    }
}

/// A forced deletion that unlinks [`location_id`].
fn forced(destroy: bool, now: i64) -> Box<Plan> {
    let stored = Stored::new(s3());
    let input = DeleteInput {
        destroy: Some(destroy),
        force: Some(true),
        reason: text("gone"),
    };
    let decided = input.decide(
        &stored.secret,
        &[linked(location_id())],
        &context(now, Role::Owner),
    );
    match decided.expect("the rules allow this") {
        Decision::Change(plan) => plan,
        Decision::Unchanged(_) => panic!("this should have changed something"),
    }
}

#[test]
fn delete_01_force_gives_each_unlinked_location_an_entry_and_a_revision_of_its_own() {
    for destroy in [false, true] {
        let before = location();
        let plan = forced(destroy, START + DAY).unlinked(&before);
        let plan = plan.expect("a location to unlink").into_parts();
        assert_eq!(plan.record.secret(), None);
        assert_eq!((plan.record.revision(), plan.based_on), (2, Some(1)));
        assert_eq!(
            plan.record.updated_at(),
            Timestamp::from_millis(START + DAY)
        );
        assert_eq!(plan.change, RecordChange::Update);
        assert_eq!(plan.audit.action, Action::LocationUpdated);
        assert_eq!(plan.audit.changed, ["secret_id"]);
        assert_eq!(
            plan.audit.reason.map(|reason| reason.to_string()),
            text("gone")
        );
        assert_eq!(
            (plan.answer.done, plan.answer.name.as_str()),
            (Done::Updated, "Uploads")
        );
        let mut expected = before.parts().clone();
        expected.secret = None;
        expected.revision = 2;
        expected.updated_at = plan.record.updated_at();
        assert_eq!(plan.record.parts(), &expected, "nothing else changes");
    }
}

#[test]
fn delete_01_an_unlinked_location_is_never_older_than_it_was() {
    let before = location();
    let plan = forced(false, START - DAY).unlinked(&before);
    let plan = plan.expect("a location to unlink");
    assert_eq!(plan.record().updated_at(), before.updated_at());
}

#[test]
fn delete_01_a_location_of_another_secret_is_not_unlinked() {
    let mut parts = location().parts().clone();
    parts.id = other_location();
    let elsewhere = domain::location::Location::from_stored(parts);
    assert!(forced(false, START).unlinked(&elsewhere).is_none());
}

#[test]
fn delete_01_a_refusal_names_every_location_and_what_could_be_done() {
    let stored = Stored::new(s3());
    let dependants = [linked(location_id()), linked(other_location())];
    for force in [None, Some(false)] {
        let input = DeleteInput {
            force,
            ..DeleteInput::default()
        };
        let refusal = input.decide(&stored.secret, &dependants, &owner());
        let rejection = refused(refusal, ErrorType::InUse);
        assert_eq!(rejection.dependants(), dependants);
        let envelope = serde_json::to_value(rejection).expect("an envelope");
        assert_eq!(
            envelope["offers"],
            serde_json::json!(["unlink_locations", "force"])
        );
    }
}

#[test]
fn delete_01_a_reason_too_long_is_told_before_what_is_linked() {
    let stored = Stored::new(s3());
    let input = DeleteInput {
        reason: text(&"w".repeat(501)),
        ..DeleteInput::default()
    };
    let refusal = input.decide(&stored.secret, &[linked(location_id())], &owner());
    faulty(refusal, &["reason"]);
}
