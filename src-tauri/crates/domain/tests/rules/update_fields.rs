use super::support::*;
use domain::create::CreateInput;
use domain::facts::{NameFacts, UpdateFacts};
use domain::update::UpdateInput;
use domain::*;

fn set(value: &str) -> Patch<String> {
    Patch::Set(value.to_owned())
}

fn rich() -> Stored {
    Stored::new(CreateInput {
        description: text("for CI"),
        notes: text("ask Grace"),
        tags: Some(vec!["ci".to_owned(), "prod".to_owned()].into()),
        env_key: text("DEPLOY_TOKEN"),
        allowed_domains: Some(vec!["api.example.com".to_owned()].into()),
        ..generic("0123456789abcdef")
    })
}

#[test]
fn update_01_an_absent_field_stays_and_a_given_one_changes() {
    let mut stored = rich();
    let outcome = stored.update(UpdateInput {
        description: set("for deploys"),
        ..UpdateInput::default()
    });
    assert_eq!(outcome.changed, ["description"]);
    let secret = stored.secret.secret();
    assert_eq!(secret.notes().as_str(), "ask Grace");
    assert_eq!(secret.tags().len(), 2);
    assert_eq!(stored.kept(), [1]);
}

#[test]
fn update_01_null_clears_what_can_be_empty() {
    let mut stored = rich();
    let outcome = stored.update(UpdateInput {
        description: Patch::Clear,
        notes: Patch::Clear,
        tags: Patch::Clear,
        env_key: Patch::Clear,
        allowed_domains: Patch::Clear,
        ..UpdateInput::default()
    });
    assert_eq!(
        outcome.changed,
        ["description", "notes", "tags", "env_key", "allowed_domains"]
    );
    let secret = stored.secret.secret();
    assert_eq!(secret.description().as_str(), "");
    assert!(secret.tags().is_empty() && secret.env_key().is_none());
    assert_eq!(secret.allowed_domains(), &AllowedDomains::Unrestricted);
}

#[test]
fn update_01_null_elsewhere_is_refused_and_all_are_listed() {
    let input = UpdateInput {
        name: Patch::Clear,
        secret_type: Patch::Clear,
        auth_method: Patch::Clear,
        credentials: Patch::Clear,
        generate: Patch::Clear,
        previous: Patch::Clear,
        field_mappings: Patch::Clear,
        history: Patch::Clear,
        expected_revision: Patch::Clear,
        reason: Patch::Clear,
        ..UpdateInput::default()
    };
    let expected = [
        "auth_method",
        "credentials",
        "expected_revision",
        "field_mappings",
        "generate",
        "history",
        "name",
        "previous",
        "reason",
        "secret_type",
    ];
    faulty(rich().decide(input), &expected);
}

#[test]
fn update_01_a_null_among_the_fields_of_credentials_is_refused() {
    let credentials = serde_json::from_str(r#"{"value": null}"#).expect("an object");
    faulty(
        rich().decide(UpdateInput {
            credentials: Patch::Set(credentials),
            ..UpdateInput::default()
        }),
        &["credentials.value"],
    );
}

#[test]
fn update_02_an_empty_update_is_taken_and_changes_nothing() {
    let outcome = unchanged(rich().decide(UpdateInput::default()));
    assert_eq!((outcome.done, outcome.changed.len()), (Done::Unchanged, 0));
}

#[test]
fn update_02_a_reason_alone_is_no_change_but_a_wrong_one_is_refused() {
    unchanged(rich().decide(UpdateInput {
        reason: set("because"),
        ..UpdateInput::default()
    }));
    faulty(
        rich().decide(UpdateInput {
            reason: set(&"r".repeat(501)),
            ..UpdateInput::default()
        }),
        &["reason"],
    );
}

#[test]
fn update_03_the_same_after_normalising_is_no_change() {
    let outcome = unchanged(rich().decide(UpdateInput {
        name: set("  Deploy token "),
        tags: Patch::Set(vec!["prod".to_owned(), " ci ".to_owned(), "ci".to_owned()].into()),
        allowed_domains: Patch::Set(vec!["API.Example.com".to_owned()].into()),
        env_key: set("DEPLOY_TOKEN"),
        history: Patch::Set(HistoryInput {
            keep: Some(3),
            grace_days: None,
        }),
        ..UpdateInput::default()
    }));
    assert_eq!(outcome.done, Done::Unchanged);
}

#[test]
fn update_03_the_value_already_stored_is_told_and_makes_no_version() {
    let credentials = Patch::Set(fields(&[("value", "0123456789abcdef")]));
    let previous = set("destroy");
    let outcome = unchanged(rich().decide(UpdateInput {
        credentials,
        previous,
        ..UpdateInput::default()
    }));
    let kinds: Vec<&str> = outcome.hints.iter().map(|hint| hint.kind).collect();
    assert_eq!(kinds, ["value_unchanged"]);
}

#[test]
fn update_03_beside_an_unchanged_value_other_changes_are_made_without_a_version() {
    let mut stored = rich();
    stored.now += DAY;
    let credentials = Patch::Set(fields(&[("value", "0123456789abcdef")]));
    let outcome = stored.update(UpdateInput {
        credentials,
        notes: set("new"),
        ..UpdateInput::default()
    });
    assert_eq!(outcome.changed, ["notes"]);
    assert_eq!(stored.kept(), [1]);
    assert_eq!(
        stored.secret.secret().rotated_at(),
        Timestamp::from_millis(START)
    );
}

#[test]
fn update_03_a_value_that_differs_in_one_character_is_a_change() {
    let mut stored = rich();
    assert_eq!(stored.rotate("0123456789abcdeF").changed, ["credentials"]);
}

#[test]
fn update_04_a_rename_to_another_case_of_the_same_name_is_allowed() {
    let mut stored = rich();
    let outcome = stored.update(UpdateInput {
        name: set("DEPLOY TOKEN"),
        ..UpdateInput::default()
    });
    assert_eq!(
        (outcome.name.as_str(), outcome.changed),
        ("DEPLOY TOKEN", vec!["name"])
    );
}

#[test]
fn update_04_a_name_or_env_key_of_another_secret_is_refused() {
    let names = NameFacts {
        same_name: Some(other()),
        same_env_key: Some(other()),
    };
    let facts = UpdateFacts {
        names,
        dependants: Vec::new(),
    };
    let renamed = UpdateInput {
        name: set("Taken"),
        ..UpdateInput::default()
    };
    assert_eq!(
        ways(&refused(
            rich().decide_with(renamed, &facts),
            ErrorType::AlreadyExists
        )),
        ["name"]
    );
    let rekeyed = UpdateInput {
        env_key: set("TAKEN"),
        ..UpdateInput::default()
    };
    assert_eq!(
        ways(&refused(
            rich().decide_with(rekeyed, &facts),
            ErrorType::AlreadyExists
        )),
        ["env_key"]
    );
}

#[test]
fn update_04_every_wrong_field_is_listed() {
    let input = UpdateInput {
        name: set(""),
        description: set(&"d".repeat(2_001)),
        notes: set(&"n".repeat(20_001)),
        tags: Patch::Set(vec!["t".repeat(65)].into()),
        env_key: set("PATH"),
        allowed_domains: Patch::Set(vec!["*".to_owned()].into()),
        history: Patch::Set(HistoryInput {
            keep: Some(101),
            grace_days: None,
        }),
        ..UpdateInput::default()
    };
    let expected = [
        "allowed_domains.0",
        "description",
        "env_key",
        "history.keep",
        "name",
        "notes",
        "tags.0",
    ];
    faulty(rich().decide(input), &expected);
}
