use super::support::*;
use domain::create::CreateInput;
use domain::import::{self, Brought};
use domain::secret::{existing, existing_live};
use domain::time::Timestamp;
use domain::update::UpdateInput;
use domain::*;

fn set(value: &str) -> Patch<String> {
    Patch::Set(value.to_owned())
}

fn domains(patterns: &[&str]) -> TextList {
    patterns
        .iter()
        .map(|pattern| (*pattern).to_owned())
        .collect()
}

fn restricted() -> Stored {
    Stored::new(CreateInput {
        allowed_domains: Some(domains(&["*.example.com"])),
        ..generic("x")
    })
}

#[test]
fn update_13_a_value_of_any_text_is_stored_as_it_is() {
    let largest = "v".repeat(65_536);
    for value in ["x", "two\nlines\n", "\u{202E}\u{1F600}", largest.as_str()] {
        let mut stored = Stored::new(generic("before"));
        stored.rotate(value);
        assert_eq!(
            stored.in_use().field("value").map(SecretText::expose_text),
            Some(value)
        );
    }
}

#[test]
fn update_13_an_empty_value_one_with_nul_or_beyond_64_kib_is_refused() {
    let stored = Stored::new(generic("before"));
    for value in ["", "nul\0", &"v".repeat(65_537), &"é".repeat(32_769)] {
        let credentials = Patch::Set(fields(&[("value", value)]));
        faulty(
            stored.decide(UpdateInput {
                credentials,
                ..UpdateInput::default()
            }),
            &["credentials.value"],
        );
    }
}

#[test]
fn update_14_a_secret_that_is_there_can_be_updated() {
    let stored = Stored::new(s3());
    assert!(existing_live(Some(stored.secret)).is_ok());
}

#[test]
fn update_14_a_secret_that_is_not_there_or_in_the_trash_is_not_found() {
    refused(existing(None), ErrorType::NotFound);
    refused(existing_live(None), ErrorType::NotFound);
    let mut stored = Stored::new(s3());
    let plan = changed(domain::delete::DeleteInput::default().decide(
        &stored.secret,
        &[],
        &stored.context(),
    ));
    stored.apply(plan);
    refused(existing_live(Some(stored.secret)), ErrorType::NotFound);
}

#[test]
fn update_15_the_expected_revision_lets_an_update_through() {
    let mut stored = Stored::new(s3());
    let input = UpdateInput {
        expected_revision: Patch::Set(1),
        notes: set("n"),
        ..UpdateInput::default()
    };
    assert_eq!(stored.update(input).changed, ["notes"]);
}

#[test]
fn update_15_another_revision_is_a_conflict_that_tells_the_current_one() {
    let stored = Stored::new(s3());
    for revision in [0, 2, -1] {
        let expected_revision = Patch::Set(revision);
        for notes in [Patch::Absent, set("n")] {
            let input = UpdateInput {
                expected_revision,
                notes,
                ..UpdateInput::default()
            };
            let rejection = refused(stored.decide(input), ErrorType::Conflict);
            assert_eq!(
                serde_json::to_value(&rejection).expect("an envelope")["current_revision"],
                1
            );
        }
    }
}

#[test]
fn update_16_a_change_bumps_the_revision_and_never_turns_time_back() {
    let mut stored = Stored::new(s3());
    stored.now -= 10 * DAY;
    stored.update(UpdateInput {
        notes: set("n"),
        ..UpdateInput::default()
    });
    let secret = stored.secret.secret();
    assert_eq!(secret.revision(), 2);
    assert_eq!(secret.updated_at(), secret.created_at());
    stored.now += 11 * DAY;
    stored.update(UpdateInput {
        notes: set("m"),
        ..UpdateInput::default()
    });
    assert_eq!(
        stored.secret.secret().updated_at(),
        Timestamp::from_millis(START + DAY)
    );
}

#[test]
fn update_16_the_audit_entry_names_fields_and_reason() {
    let input = UpdateInput {
        notes: set("n"),
        reason: set("Grace left"),
        ..UpdateInput::default()
    };
    let audit = changed(Stored::new(s3()).decide(input)).audit;
    assert_eq!(
        (audit.action, audit.changed),
        (Action::SecretUpdated, vec!["notes"])
    );
    assert_eq!(
        audit.reason.as_ref().map(|reason| reason.as_str()),
        Some("Grace left")
    );
}

#[test]
fn audit_01_new_values_are_entered_as_a_rotation_and_the_same_ones_are_not() {
    let new_value = UpdateInput {
        credentials: Patch::Set(fields(&[("value", "value-2")])),
        notes: set("n"),
        ..UpdateInput::default()
    };
    let audit = changed(Stored::new(generic("value-1")).decide(new_value)).audit;
    assert_eq!(
        (audit.action, audit.changed),
        (Action::SecretRotated, vec!["notes", "credentials"])
    );
    let same_value = UpdateInput {
        credentials: Patch::Set(fields(&[("value", "value-1")])),
        notes: set("n"),
        ..UpdateInput::default()
    };
    let audit = changed(Stored::new(generic("value-1")).decide(same_value)).audit;
    assert_eq!(audit.action, Action::SecretUpdated);
}

#[test]
fn update_16_a_reason_of_501_characters_is_refused() {
    let longest = UpdateInput {
        notes: set("n"),
        reason: set(&"r".repeat(500)),
        ..UpdateInput::default()
    };
    changed(Stored::new(s3()).decide(longest));
    let longer = UpdateInput {
        notes: set("n"),
        reason: set(&"r".repeat(501)),
        ..UpdateInput::default()
    };
    faulty(Stored::new(s3()).decide(longer), &["reason"]);
}

#[test]
fn update_17_the_answer_tells_name_and_changes_in_a_fixed_order() {
    let mut stored = Stored::new(generic("x"));
    let credentials = Patch::Set(fields(&[("value", "correct-horse-battery")]));
    let outcome = stored.update(UpdateInput {
        credentials,
        notes: set("n"),
        name: set("New"),
        ..UpdateInput::default()
    });
    assert_eq!(
        (outcome.name.as_str(), outcome.done),
        ("New", Done::Updated)
    );
    assert_eq!(outcome.changed, ["name", "notes", "credentials"]);
}

#[test]
fn update_16_new_values_make_the_secret_young_again_and_other_changes_do_not() {
    let mut stored = Stored::new(generic("value-1"));
    stored.now += DAY;
    stored.update(UpdateInput {
        notes: set("n"),
        ..UpdateInput::default()
    });
    assert_eq!(
        stored.secret.secret().rotated_at(),
        Timestamp::from_millis(START)
    );
    stored.rotate("value-2");
    assert_eq!(
        stored.secret.secret().rotated_at(),
        Timestamp::from_millis(START + DAY)
    );
}

#[test]
fn update_17_an_answer_of_no_change_says_neither_created_nor_updated_nor_deleted() {
    assert_eq!(
        unchanged(Stored::new(s3()).decide(UpdateInput::default())).done,
        Done::Unchanged
    );
}

#[test]
fn update_18_opening_hosts_is_carried_out_hinted_and_audited() {
    for patch in [
        Patch::Clear,
        Patch::Set(TextList::default()),
        Patch::Set(domains(&["*.example.com", "other.example"])),
    ] {
        let plan = changed(restricted().decide(UpdateInput {
            allowed_domains: patch,
            ..UpdateInput::default()
        }));
        assert_eq!(plan.audit.action, Action::DomainsWidened);
        assert_eq!(
            plan.answer.hints.first().map(|hint| hint.kind),
            Some("domains_widened")
        );
    }
}

#[test]
fn update_18_closing_hosts_is_no_widening() {
    let allowed_domains = Patch::Set(domains(&["api.example.com"]));
    let plan = changed(restricted().decide(UpdateInput {
        allowed_domains,
        ..UpdateInput::default()
    }));
    assert_eq!(plan.audit.action, Action::SecretUpdated);
    assert!(plan.answer.hints.is_empty());
}

#[test]
fn update_18_a_rotation_that_opens_hosts_is_audited_as_widening_and_lists_both() {
    let credentials = Patch::Set(fields(&[("value", "y")]));
    let input = UpdateInput {
        credentials,
        allowed_domains: Patch::Clear,
        ..UpdateInput::default()
    };
    let audit = changed(restricted().decide(input)).audit;
    assert_eq!(
        (audit.action, audit.changed),
        (
            Action::DomainsWidened,
            vec!["credentials", "allowed_domains"]
        )
    );
}

#[test]
fn an_import_brings_new_values_and_leaves_what_a_person_put_in_order() {
    let mut stored = Stored::new(generic("from-the-first-import"));
    stored.update(UpdateInput {
        name: set("Ours"),
        ..UpdateInput::default()
    });
    let item = generic("from-the-second-import");
    let outcome = stored.update(import::update_from(item, &[Brought::Value]));
    assert_eq!(
        (outcome.name.as_str(), outcome.changed),
        ("Ours", vec!["credentials"])
    );
    assert_eq!(
        stored.secret.current().map(|version| version.how()),
        Some(How::Imported)
    );
}

#[test]
fn an_import_brings_what_changed_at_its_source_and_the_expiry_of_a_new_value() {
    let at = |days| Some(Timestamp::from_millis(0).plus_days(days));
    let item = |value: &str, expires_at| CreateInput {
        notes: Some("Ask Mara.".to_owned()),
        tags: Some(vec!["prod".to_owned()].into()),
        env_key: Some("API_TOKEN".to_owned()),
        expires_at,
        ..generic(value)
    };
    let mut stored = Stored::new(generic("one"));
    let beside = [
        Brought::Notes,
        Brought::Tags,
        Brought::EnvKey,
        Brought::Expiry,
    ];
    let outcome = stored.update(import::update_from(item("two", at(9)), &beside));
    assert_eq!(outcome.changed, ["notes", "tags", "env_key", "expires_at"]);
    let secret = stored.secret.secret();
    assert_eq!(
        (secret.notes().as_str(), secret.expires_at()),
        ("Ask Mara.", at(9))
    );
    assert_eq!(stored.secret.versions().len(), 1);

    // Without being brought by itself it would go with the old value.
    let value = import::update_from(item("two", at(9)), &[Brought::Value]);
    assert_eq!(stored.update(value).changed, ["credentials"]);
    assert_eq!(stored.secret.secret().expires_at(), at(9));
    let none = import::update_from(item("two", at(20)), &[]);
    assert_eq!(stored.update(none).changed, Vec::<&str>::new());
}

#[test]
fn the_number_of_a_clashing_import_fits_the_longest_name() {
    let name = domain::text::SecretName::parse(&"ß".repeat(255)).expect("a name");
    assert_eq!(import::numbered(&name, 1), name);
    let third = import::numbered(&name, 3);
    assert_eq!(third.as_str(), format!("{} (3)", "ß".repeat(251)));
}
