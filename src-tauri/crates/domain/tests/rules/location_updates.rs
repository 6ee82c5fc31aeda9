//! Partial updates of a location: UPDATE-01 to -03 and -15 to -17, and the order of checks.

use super::records::*;
use super::support::*;
use domain::location::{
    Location, LocationDeleteInput, LocationFacts, LocationInput, LocationUpdateInput, ProbeWrites,
};
use domain::*;

fn whole() -> Location {
    let input = LocationInput {
        region: text("eu-central-1"),
        endpoint_url: text("https://s3.example.com"),
        prefix: text("media/"),
        ..uploads()
    };
    created_location(input).into_parts().record
}

fn set(value: &str) -> Patch<String> {
    Patch::Set(value.to_owned())
}

#[test]
fn update_01_what_a_location_can_do_without_is_cleared_by_null() {
    let clear = LocationUpdateInput {
        secret_id: Patch::Clear,
        region: Patch::Clear,
        endpoint_url: Patch::Clear,
        http_allowed: Patch::Clear,
        prefix: Patch::Clear,
        ..LocationUpdateInput::default()
    };
    let plan = changed_record(update_location(&whole(), clear));
    assert_eq!(
        plan.answer.changed,
        ["secret_id", "region", "endpoint_url", "prefix"]
    );
    let after = plan.record.parts();
    assert_eq!((after.secret, &after.region), (None, &None));
    assert_eq!((&after.endpoint, &after.prefix), (&None, &None));
    assert_eq!(after.name.as_str(), "Uploads", "what is absent stays");
    assert_eq!(after.bucket_name.as_str(), "acme-uploads");
}

#[test]
fn update_01_empty_texts_of_a_location_clear_as_null_does() {
    let plan = changed_record(update_location(
        &whole(),
        LocationUpdateInput {
            region: set(""),
            endpoint_url: set(""),
            prefix: set(""),
            ..LocationUpdateInput::default()
        },
    ));
    assert_eq!(plan.answer.changed, ["region", "endpoint_url", "prefix"]);
}

#[test]
fn update_01_a_null_that_a_location_cannot_bear_is_refused_beside_every_other_fault() {
    let input = LocationUpdateInput {
        name: Patch::Clear,
        secret_id: set("sec_1"),
        bucket_name: Patch::Clear,
        region: set("-"),
        endpoint_url: set("http://10.0.0.1"),
        prefix: set("\n"),
        expected_revision: Patch::Clear,
        reason: Patch::Clear,
        ..LocationUpdateInput::default()
    };
    faulty(
        update_location(&whole(), input),
        &[
            "bucket_name",
            "endpoint_url",
            "expected_revision",
            "name",
            "prefix",
            "reason",
            "region",
            "secret_id",
        ],
    );
}

#[test]
fn update_02_an_empty_update_of_a_location_changes_nothing() {
    let outcome = unchanged_record(update_location(&whole(), LocationUpdateInput::default()));
    assert_eq!(outcome.done, Done::Unchanged);
    assert_eq!(
        (outcome.name.as_str(), outcome.changed.len()),
        ("Uploads", 0)
    );
}

#[test]
fn update_03_the_same_location_in_other_spellings_is_no_change() {
    let same = LocationUpdateInput {
        name: set(" Uploads "),
        secret_id: set(&other().to_string()),
        bucket_name: set(" acme-uploads"),
        region: set(" eu-central-1"),
        endpoint_url: set("HTTPS://S3.Example.com:443/"),
        http_allowed: Patch::Set(true),
        prefix: set("media/"),
        expected_revision: Patch::Set(1),
        reason: set("none"),
        ..LocationUpdateInput::default()
    };
    unchanged_record(update_location(&whole(), same));
}

#[test]
fn update_03_each_member_of_a_location_that_differs_is_a_change_of_its_own() {
    let one = |input: LocationUpdateInput| {
        changed_record(update_location(&whole(), input))
            .answer
            .changed
    };
    let none = LocationUpdateInput::default;
    assert_eq!(one(rename_location("uploads")), ["name"]);
    assert_eq!(one(relink(third())), ["secret_id"]);
    let bucket_name = set("Acme-uploads");
    assert_eq!(
        one(LocationUpdateInput {
            bucket_name,
            ..none()
        }),
        ["bucket_name"]
    );
    let region = set("eu-central-2");
    assert_eq!(one(LocationUpdateInput { region, ..none() }), ["region"]);
    let endpoint_url = set("https://s3.example.com/path");
    assert_eq!(
        one(LocationUpdateInput {
            endpoint_url,
            ..none()
        }),
        ["endpoint_url"]
    );
    let prefix = set("media");
    assert_eq!(one(LocationUpdateInput { prefix, ..none() }), ["prefix"]);
}

#[test]
fn update_04_a_location_keeps_its_own_name_in_another_case_and_takes_no_others() {
    let current = location();
    let free = LocationFacts::default();
    let draft = rename_location("UPLOADS").parse(&current, &owner(), None);
    let draft = draft.expect("a right request");
    assert_eq!(
        (draft.name().as_str(), draft.changed()),
        ("UPLOADS", ["name"].as_slice())
    );
    changed_record(draft.decide(&free, &owner()));
    let taken = rename_location("Media").parse(&current, &owner(), None);
    let refusal = taken.and_then(|draft| draft.decide(&name_taken(), &owner()));
    assert_eq!(ways(&refused(refusal, ErrorType::AlreadyExists)), ["name"]);
}

#[test]
fn update_04_a_name_that_is_not_touched_is_not_looked_up() {
    let bucket_name = set("other");
    let current = location();
    let draft = LocationUpdateInput {
        bucket_name,
        ..LocationUpdateInput::default()
    }
    .parse(&current, &owner(), None);
    changed_record(draft.and_then(|draft| draft.decide(&name_taken(), &owner())));
}

#[test]
fn update_15_a_location_is_changed_and_deleted_at_the_revision_expected() {
    let input = LocationUpdateInput {
        expected_revision: Patch::Set(1),
        ..rename_location("Media")
    };
    let plan = changed_record(update_location(&location(), input));
    assert_eq!((plan.based_on, plan.record.revision()), (Some(1), 2));
    let delete = LocationDeleteInput {
        expected_revision: Some(2),
        reason: None,
    };
    delete
        .decide(&plan.record, &owner())
        .expect("the expected revision");
}

#[test]
fn update_15_a_location_that_moved_on_is_a_conflict_with_the_current_revision() {
    for expected in [0, 2, -1, i64::MIN, i64::MAX] {
        let input = LocationUpdateInput {
            expected_revision: Patch::Set(expected),
            ..rename_location("Taken")
        };
        let current = location();
        let draft = input.parse(&current, &owner(), None);
        let rejection = refused(
            draft.and_then(|draft| draft.decide(&name_taken(), &owner())),
            ErrorType::Conflict,
        );
        let envelope = serde_json::to_value(rejection).expect("an envelope");
        assert_eq!(envelope["current_revision"], 1);
        let delete = LocationDeleteInput {
            expected_revision: Some(expected),
            reason: None,
        };
        refused(delete.decide(&current, &owner()), ErrorType::Conflict);
    }
}

#[test]
fn update_15_nothing_to_change_is_still_a_conflict_on_an_older_state() {
    let input = LocationUpdateInput {
        expected_revision: Patch::Set(2),
        ..LocationUpdateInput::default()
    };
    refused(update_location(&location(), input), ErrorType::Conflict);
}

#[test]
fn update_16_a_locations_time_never_runs_backwards() {
    let current = location();
    for (now, expected) in [(START - DAY, START), (START + DAY, START + DAY)] {
        let context = context(now, Role::Owner);
        let draft = rename_location("Media").parse(&current, &context, None);
        let plan = changed_record(
            draft.and_then(|draft| draft.decide(&LocationFacts::default(), &context)),
        );
        assert_eq!(plan.record.updated_at(), Timestamp::from_millis(expected));
        assert_eq!(plan.record.parts().created_at, current.parts().created_at);
        let deleted = LocationDeleteInput::default().decide(&current, &context);
        let deleted = deleted.expect("the rules allow this").into_parts();
        assert_eq!(
            deleted.record.updated_at(),
            Timestamp::from_millis(expected)
        );
    }
}

#[test]
fn update_16_the_entry_of_a_changed_location_has_its_reason_of_500_characters_at_most() {
    let input = |reason: &str| LocationUpdateInput {
        reason: set(reason),
        ..rename_location("Media")
    };
    let plan = changed_record(update_location(&location(), input(&"w".repeat(500))));
    assert_eq!(
        plan.audit.reason.map(|reason| reason.as_str().len()),
        Some(500)
    );
    faulty(
        update_location(&location(), input(&"w".repeat(501))),
        &["reason"],
    );
    let delete = LocationDeleteInput {
        expected_revision: Some(9),
        reason: text(&"w".repeat(501)),
    };
    faulty(delete.decide(&location(), &owner()), &["reason"]);
}

#[test]
fn update_17_the_answer_to_a_location_tells_its_name_afterwards_and_what_changed() {
    let input = LocationUpdateInput {
        prefix: set("new/"),
        ..rename_location("Media")
    };
    let plan = changed_record(update_location(&location(), input));
    assert_eq!(plan.answer.name, "Media");
    assert_eq!(plan.answer.done, Done::Updated);
    assert_eq!(plan.answer.changed, ["name", "prefix"]);
    assert_eq!(plan.audit.changed, plan.answer.changed);
}

#[test]
fn loc_04_writes_are_probed_only_where_a_person_says_so() {
    let made = |probe_writes| {
        let input = LocationInput {
            probe_writes,
            ..uploads()
        };
        created_location(input).into_parts().record
    };
    assert_eq!(made(None).parts().probe_writes, ProbeWrites::Off);
    assert_eq!(made(Some(false)).parts().probe_writes, ProbeWrites::Off);
    assert_eq!(made(Some(true)).parts().probe_writes, ProbeWrites::On);
    let change = |from: &Location, probe_writes| {
        let input = LocationUpdateInput {
            probe_writes,
            ..LocationUpdateInput::default()
        };
        update_location(from, input)
    };
    let allowed = made(Some(true));
    for refused in [Patch::Clear, Patch::Set(false)] {
        let Ok(Decision::Change(plan)) = change(&allowed, refused) else {
            panic!("consent was taken back");
        };
        let parts = plan.into_parts();
        assert_eq!(parts.record.parts().probe_writes, ProbeWrites::Off);
        assert_eq!(parts.answer.changed, ["probe_writes"]);
    }
    for same in [Patch::Absent, Patch::Set(true)] {
        assert!(matches!(change(&allowed, same), Ok(Decision::Unchanged(_))));
    }
}
