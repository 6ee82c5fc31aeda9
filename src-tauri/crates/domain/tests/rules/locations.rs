//! LOC-01 and LOC-03: what a location has, and which secrets it may be linked to.

use super::records::*;
use super::support::*;
use domain::location::{LocationDeleteInput, LocationInput, LocationUpdateInput};
use domain::*;

#[test]
fn loc_01_a_location_has_what_it_was_given_and_begins_at_revision_one() {
    let input = LocationInput {
        name: text("  Uploads "),
        region: text(" eu-central-1 "),
        prefix: text(" media/"),
        reason: text("new site"),
        ..uploads()
    };
    let plan = created_location(input).into_parts();
    let made = plan.record.parts();
    assert_eq!(made.id, location_id());
    assert_eq!(made.name.as_str(), "Uploads");
    assert_eq!(made.location_type.as_str(), "s3");
    assert_eq!(made.secret, Some(other()));
    assert_eq!(made.bucket_name.as_str(), "acme-uploads");
    assert_eq!(
        made.region.as_ref().map(|region| region.as_str()),
        Some("eu-central-1")
    );
    assert_eq!(
        made.prefix.as_ref().map(|prefix| prefix.as_str()),
        Some(" media/"),
        "keys are bytes"
    );
    assert_eq!(made.endpoint, None);
    assert_eq!(made.revision, 1);
    assert_eq!(made.created_at, made.updated_at);
    assert_eq!(made.created_by, owner().actor.member);
    assert_eq!((plan.change, plan.based_on), (RecordChange::Create, None));
    assert_eq!(plan.audit.action, Action::LocationCreated);
    assert_eq!(plan.answer.done, Done::Created);
    assert_eq!(
        plan.audit.reason.map(|reason| reason.to_string()),
        text("new site")
    );
}

#[test]
fn loc_01_texts_at_their_limits_are_taken() {
    created_location(LocationInput {
        name: text(&"n".repeat(255)),
        bucket_name: text(&"b".repeat(255)),
        region: text(&"r".repeat(63)),
        prefix: text(&"p".repeat(1024)),
        reason: text(&"w".repeat(500)),
        ..uploads()
    });
    let plan = created_location(LocationInput {
        name: text("n"),
        bucket_name: text("b"),
        region: text(""),
        prefix: text(""),
        ..uploads()
    });
    assert_eq!(plan.record().parts().region, None);
    assert_eq!(plan.record().parts().prefix, None);
}

#[test]
fn loc_01_every_fault_of_a_new_location_is_told_at_once() {
    faulty(
        parsed_location(LocationInput::default(), None),
        &["bucket_name", "location_type", "name", "secret_id"],
    );
    let input = LocationInput {
        name: text(&"n".repeat(256)),
        location_type: text("generic"),
        secret_id: text("loc_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        bucket_name: text("line\nbreak"),
        region: text("eu/central"),
        endpoint_url: text("ftp://s3.example.com"),
        prefix: text(&"é".repeat(513)),
        reason: text(&"w".repeat(501)),
        http_allowed: None,
        probe_writes: None,
    };
    let every = [
        "bucket_name",
        "endpoint_url",
        "location_type",
        "name",
        "prefix",
        "reason",
        "region",
        "secret_id",
    ];
    faulty(parsed_location(input, None), &every);
}

#[test]
fn loc_01_what_is_empty_too_long_or_odd_in_one_member_is_refused_there() {
    let bucket = |text: &str| LocationInput {
        bucket_name: self::text(text),
        ..uploads()
    };
    for wrong in ["", "  ", "a\0b", &"b".repeat(256)] {
        faulty(parsed_location(bucket(wrong), S3), &["bucket_name"]);
    }
    for wrong in ["-eu", "eu central", "eu:1", "ü", " ", &"r".repeat(64)] {
        let region = text(wrong);
        let input = LocationInput {
            region,
            ..uploads()
        };
        faulty(parsed_location(input, S3), &["region"]);
    }
    for wrong in ["a\nb", "\u{7f}", &"p".repeat(1025)] {
        let prefix = text(wrong);
        let input = LocationInput {
            prefix,
            ..uploads()
        };
        faulty(parsed_location(input, S3), &["prefix"]);
    }
}

#[test]
fn loc_01_a_taken_name_is_refused_with_the_holders_id() {
    let draft = parsed_location(uploads(), S3).expect("a right request");
    assert_eq!(draft.name().folded(), "uploads");
    let refusal = draft.decide(&name_taken(), location_id(), &owner());
    let rejection = refused(refusal, ErrorType::AlreadyExists);
    assert_eq!(ways(&rejection), ["name"]);
    let envelope = serde_json::to_value(rejection).expect("an envelope");
    assert_eq!(envelope["existing_id"], other_location().to_string());
}

#[test]
fn loc_01_the_secret_is_of_the_locations_type() {
    for kind in SecretType::ALL {
        let input = || LocationInput {
            location_type: text("wasabi"),
            region: text("eu-west-1"),
            ..uploads()
        };
        let linked = parsed_location(input(), Some(*kind));
        if *kind == SecretType::Wasabi {
            linked.expect("the same type");
        } else {
            faulty(linked, &["secret_id"]);
        }
    }
}

#[test]
fn loc_01_a_secret_that_is_not_there_is_not_found_after_all_fields_are_right() {
    let input = uploads();
    assert_eq!(input.secret_id(), Some(other()));
    let draft = parsed_location(input, None).expect("every field is right");
    refused(
        draft.decide(&name_taken(), location_id(), &owner()),
        ErrorType::NotFound,
    );
    let nameless = LocationInput {
        name: None,
        ..uploads()
    };
    faulty(parsed_location(nameless, None), &["name"]);
}

#[test]
fn loc_01_the_type_is_immutable_even_unchanged_or_null() {
    for location_type in [Patch::Set("s3".to_owned()), Patch::Clear] {
        let refusal = update_location(
            &location(),
            LocationUpdateInput {
                location_type,
                // A fault of a field, which comes later.
                name: Patch::Clear,
                ..LocationUpdateInput::default()
            },
        );
        let rejection = refused(refusal, ErrorType::InvalidRequest);
        assert_eq!(ways(&rejection), ["location_type"]);
    }
}

#[test]
fn loc_03_a_location_is_relinked_to_a_secret_of_its_type() {
    let plan = changed_record(update_location(&location(), relink(third())));
    assert_eq!(plan.record.secret(), Some(third()));
    assert_eq!(plan.audit.action, Action::LocationUpdated);
    assert_eq!(plan.audit.changed, ["secret_id"]);
}

#[test]
fn loc_03_a_secret_of_another_type_is_refused() {
    let current = location();
    for kind in [SecretType::R2, SecretType::Generic] {
        let refusal = relink(third()).parse(&current, &owner(), Some(kind));
        faulty(refusal, &["secret_id"]);
    }
}

#[test]
fn loc_03_a_secret_that_is_not_there_is_not_found_before_the_revision_is_looked_at() {
    let input = LocationUpdateInput {
        expected_revision: Patch::Set(9),
        ..relink(third())
    };
    assert_eq!(input.secret_id(), Some(third()));
    let current = location();
    let draft = input
        .parse(&current, &owner(), None)
        .expect("every field is right");
    refused(draft.decide(&name_taken(), &owner()), ErrorType::NotFound);
}

#[test]
fn loc_03_null_unlinks_and_an_unlinked_location_can_be_linked_again() {
    let unlink = LocationUpdateInput {
        secret_id: Patch::Clear,
        ..LocationUpdateInput::default()
    };
    let plan = changed_record(update_location(&location(), unlink.clone()));
    assert_eq!(plan.record.secret(), None);
    assert_eq!(plan.answer.changed, ["secret_id"]);
    let unlinked = plan.record;
    unchanged_record(update_location(&unlinked, unlink));
    let again = changed_record(update_location(&unlinked, relink(other())));
    assert_eq!(again.record.secret(), Some(other()));
    assert_eq!(again.record.revision(), 3);
}

#[test]
fn role_02_an_admin_makes_changes_and_deletes_locations() {
    let admin = context(START, Role::Admin);
    let draft = uploads().parse(&admin, S3).expect("an admin may");
    let made = draft
        .decide(&Default::default(), location_id(), &admin)
        .expect("an admin may");
    changed_record(
        rename_location("Other")
            .parse(made.record(), &admin, None)
            .and_then(|draft| draft.decide(&Default::default(), &admin)),
    );
    let deleted = LocationDeleteInput::default().decide(made.record(), &admin);
    let deleted = deleted.expect("an admin may").into_parts();
    assert_eq!(deleted.change, RecordChange::Delete);
    assert_eq!(deleted.audit.action, Action::LocationDeleted);
    assert_eq!(deleted.answer.done, Done::Deleted);
    assert_eq!((deleted.based_on, deleted.record.revision()), (Some(1), 2));
}

#[test]
fn role_02_operators_and_viewers_change_no_location() {
    let current = location();
    for role in [Role::Viewer, Role::Operator] {
        let low = context(START, role);
        let forbidden = ErrorType::AccessForbidden;
        // Everything else is wrong as well: the role is looked at first.
        refused(LocationInput::default().parse(&low, None), forbidden);
        let immutable = LocationUpdateInput {
            location_type: Patch::Clear,
            ..LocationUpdateInput::default()
        };
        refused(immutable.parse(&current, &low, None), forbidden);
        let draft = parsed_location(uploads(), None).expect("a right request");
        refused(draft.decide(&name_taken(), location_id(), &low), forbidden);
        let draft = relink(third()).parse(&current, &owner(), None);
        let draft = draft.expect("a right request");
        refused(draft.decide(&name_taken(), &low), forbidden);
        let delete = LocationDeleteInput {
            expected_revision: Some(9),
            reason: text(&"w".repeat(501)),
        };
        refused(delete.decide(&current, &low), forbidden);
    }
}

#[test]
fn update_14_acts_on_a_location_that_is_not_there_find_none() {
    refused(domain::location::existing(None), ErrorType::NotFound);
    assert_eq!(
        domain::location::existing(Some(location())).map(|found| found.id()),
        Ok(location_id())
    );
}
