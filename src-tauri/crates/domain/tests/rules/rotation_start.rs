//! The beginning of a rotation: what is asked for, and what is refused before the provider is asked.

use domain::external::Provider;
use domain::rotation::*;
use domain::*;

use crate::create_external::whole;
use crate::rotation::*;
use crate::support::*;

fn begin(
    stored: &Stored,
    input: RotationInput,
    provider: ProviderFacts,
    open: Option<&Run>,
) -> Result<Run, Rejection> {
    let context = stored.context();
    let ctx = RunContext {
        context: &context,
        here: here(),
    };
    let id = RotationId::from_parts(context.now, [4; 10]);
    let plan = input
        .parse(&stored.secret, &ctx)?
        .decide(provider, open, id, &ctx)?;
    Ok(plan.into_parts().run.into_parts().record)
}

#[test]
fn what_is_wrong_with_the_request_is_told_all_at_once() {
    let stored = Stored::new(s3());
    let wrong = RotationInput {
        reason: Some("r".repeat(501)),
        old_key: OldKeyInput {
            grace_hours: Some(2161),
            then: text("burn"),
        },
        ..RotationInput::default()
    };
    faulty(
        begin(&stored, wrong, facts(), None),
        &["old_key.grace_hours", "old_key.then", "reason"],
    );
    for hours in [-1, i64::from(GRACE_HOURS_MAX) + 1, i64::MAX] {
        let mut wrong = input("keep");
        wrong.old_key.grace_hours = Some(hours);
        faulty(
            begin(&stored, wrong, facts(), None),
            &["old_key.grace_hours"],
        );
    }
}

#[test]
fn a_provider_that_cannot_disable_is_not_asked_to() {
    let stored = Stored::new(s3());
    let cannot = ProviderFacts {
        can_disable: false,
        ..facts()
    };
    faulty(
        begin(&stored, input("disable"), cannot.clone(), None),
        &["old_key.then"],
    );
    let silent = RotationInput::default();
    let run = begin(&stored, silent.clone(), cannot, None).expect("a run");
    assert_eq!(run.parts().retire.then, Then::Keep);
    let run = begin(&stored, silent, facts(), None).expect("a run");
    assert_eq!(run.parts().retire.then, Then::Disable);
    assert_eq!(run.parts().retire.grace_hours, GRACE_HOURS_DEFAULT);
}

#[test]
fn a_sas_is_kept_until_it_ends() {
    let stored = Stored::new(sas());
    let cannot = ProviderFacts {
        can_disable: false,
        ..facts()
    };
    for wrong in ["delete", "disable"] {
        faulty(
            begin(&stored, input(wrong), cannot.clone(), None),
            &["old_key.then"],
        );
    }
    for right in [input("keep"), RotationInput::default()] {
        let run = begin(&stored, right, cannot.clone(), None).expect("a run");
        assert_eq!(run.parts().retire.then, Then::Keep);
    }
    for method in AuthMethod::ALL {
        assert_eq!(can_end(*method), *method != AuthMethod::AzureSasUrl);
    }
}

#[test]
fn a_second_run_for_the_same_secret_is_refused() {
    let stored = Stored::new(s3());
    let first = begin(&stored, input("keep"), facts(), None).expect("a run");
    let second = begin(&stored, input("keep"), facts(), Some(&first));
    let in_use = refused(second, ErrorType::InUse);
    assert_eq!(
        in_use.dependants(),
        [Dependant::Rotation {
            started_at: stored.context().now
        }]
    );
}

#[test]
fn a_run_begins_on_the_state_that_was_looked_at() {
    let stored = Stored::new(s3());
    let mut stale = input("keep");
    stale.expected_revision = Some(2);
    refused(begin(&stored, stale, facts(), None), ErrorType::Conflict);
    let mut fresh = input("keep");
    fresh.expected_revision = Some(1);
    let run = begin(&stored, fresh, facts(), None).expect("a run");
    assert_eq!(run.stage(), Stage::Planned);
    assert_eq!(run.revision(), 1);
    assert_eq!(run.parts().old_version, VersionNumber::FIRST);
    assert!(run.parts().lease.is_some());
}

/// ERR-06: fields, then the revision, then what depends on the secret.
#[test]
fn err_06_a_faulty_field_comes_before_the_revision_and_that_before_an_open_run() {
    let stored = Stored::new(s3());
    let first = begin(&stored, input("keep"), facts(), None).expect("a run");
    let cannot = ProviderFacts {
        can_disable: false,
        ..facts()
    };
    let stale = |then| RotationInput {
        expected_revision: Some(2),
        ..input(then)
    };
    faulty(
        begin(&stored, stale("disable"), cannot.clone(), Some(&first)),
        &["old_key.then"],
    );
    let second = begin(&stored, stale("keep"), cannot.clone(), Some(&first));
    refused(second, ErrorType::Conflict);
    let third = begin(&stored, input("keep"), cannot, Some(&first));
    refused(third, ErrorType::InUse);
}

/// One choice for many secrets: a SAS cannot be deleted, and many a key not disabled.
#[test]
fn where_the_provider_cannot_do_what_was_chosen_for_many_the_old_key_is_kept() {
    let stored = Stored::new(s3());
    let cannot = ProviderFacts {
        can_disable: false,
        ..facts()
    };
    let of_many = |then| RotationInput {
        unable: Unable::Keep,
        ..input(then)
    };
    for (then, facts, becomes) in [
        ("disable", cannot.clone(), Then::Keep),
        ("delete", cannot, Then::Delete),
        ("disable", facts(), Then::Disable),
    ] {
        let run = begin(&stored, of_many(then), facts, None).expect("a run");
        assert_eq!(run.parts().retire.then, becomes);
    }
}

#[test]
fn what_is_kept_elsewhere_is_rotated_there() {
    let stored = Stored::external(
        Provider::OnePassword,
        whole("op://DevOps/AWS/id", "op://DevOps/AWS/key"),
    );
    refused(
        begin(&stored, input("keep"), facts(), None),
        ErrorType::InvalidRequest,
    );
}

#[test]
fn operators_and_viewers_begin_nothing() {
    let mut stored = Stored::new(s3());
    for role in [Role::Viewer, Role::Operator] {
        stored.role = role;
        refused(
            begin(&stored, input("keep"), facts(), None),
            ErrorType::AccessForbidden,
        );
    }
}

#[test]
fn a_key_is_named_after_its_run_so_that_it_is_found_again() {
    let id = RotationId::parse("rot_01ARZ3NDEKTSV4RRFFQ69G5FAV").expect("an id");
    assert_eq!(KeyName::of(id).as_str(), "turnstone-tsv4rrffq69g5fav");
    assert_eq!(KeyName::of(id), KeyName::of(id));
}

#[test]
fn values_of_a_key_are_known_by_its_id_and_found_by_its_mask() {
    let values = new_values();
    let by_mask = |id: &str| {
        let masks = values.masks();
        let shown = masks.iter().next().expect("the id's").1.as_str().to_owned();
        key(id).mask_ends().contains(&shown)
    };
    assert!(key(NEW).is_of(&values) && by_mask(NEW));
    // Its ends are the same: it is looked at, and found to be another.
    assert!(!key(OLD).is_of(&values) && by_mask(OLD));
    assert!(!by_mask("AKIAPLOVERDUNLINKNOT"));
    let path = "projects/p/serviceAccounts/e/keys/0123456789abcdef0123456789abcdef01234567";
    let [identifier, key_file] = key(path).mask_ends();
    assert_eq!(
        (identifier.as_str(), key_file.as_str()),
        ("proj••••4567", "01234567••••")
    );
    assert!(
        [identifier, key_file]
            .iter()
            .all(|end| end.chars().count() == 12)
    );
}

#[test]
fn a_keys_id_is_one_printable_word() {
    for text in ["", "a b", "a\n", "ключ", &"k".repeat(513)] {
        assert!(KeyId::parse(text).is_err(), "{text:?}");
    }
    for text in [
        "key1",
        "projects/p/serviceAccounts/a@b/keys/1",
        &"k".repeat(512),
    ] {
        assert_eq!(KeyId::parse(text).expect("an id").as_str(), text);
    }
}
