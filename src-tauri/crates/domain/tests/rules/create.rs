use super::support::*;
use domain::create::CreateInput;
use domain::facts::{CreateFacts, NameFacts};
use domain::*;
use std::collections::BTreeSet;

fn named(name: &str) -> CreateInput {
    CreateInput {
        name: text(name),
        ..generic("0123456789abcdef")
    }
}

#[test]
fn create_01_a_name_of_255_characters_is_taken_and_trimmed() {
    let plan = parts(create(named(&format!("  {}  ", "é".repeat(255)))));
    assert_eq!(plan.secret.name().as_str().chars().count(), 255);
}

#[test]
fn create_01_a_missing_empty_long_or_broken_name_is_refused() {
    faulty(
        create(CreateInput {
            name: None,
            ..named("")
        }),
        &["name"],
    );
    for name in ["", "   ", "two\nlines", "bell\u{7}", &"n".repeat(256)] {
        faulty(create(named(name)), &["name"]);
    }
}

#[test]
fn create_02_a_free_name_is_taken() {
    assert_eq!(
        parts(create(named("Straße"))).secret.name().folded(),
        "strasse"
    );
}

#[test]
fn create_02_a_taken_name_is_refused_with_the_holders_id() {
    let names = NameFacts {
        same_name: Some(other()),
        same_env_key: None,
    };
    let facts = CreateFacts { names, ..free() };
    let taken = draft(named("Deploy")).and_then(|draft| draft.decide(&facts, &owner()));
    let rejection = refused(taken, ErrorType::AlreadyExists);
    let envelope = serde_json::to_value(&rejection).expect("an envelope");
    assert_eq!(envelope["existing_id"], other().to_string());
    assert_eq!(ways(&rejection), ["name"]);
}

#[test]
fn create_02_a_refused_name_is_told_without_characters_that_reorder_text() {
    let names = NameFacts {
        same_name: Some(other()),
        same_env_key: None,
    };
    let facts = CreateFacts { names, ..free() };
    let taken = draft(named("De\u{202E}ploy")).and_then(|draft| draft.decide(&facts, &owner()));
    let envelope =
        serde_json::to_string(&refused(taken, ErrorType::AlreadyExists)).expect("an envelope");
    assert!(envelope.contains("De·ploy") && !envelope.contains('\u{202E}'));
}

#[test]
fn create_03_texts_at_their_limits_are_taken() {
    let tags: Vec<String> = (0..32).map(|count| format!("{count:064}")).collect();
    let plan = parts(create(CreateInput {
        description: text(&"d".repeat(2_000)),
        notes: text(&"n".repeat(20_000)),
        tags: Some([tags.clone(), tags].concat().into()),
        ..named("Deploy")
    }));
    assert_eq!(plan.secret.tags().len(), 32);
}

#[test]
fn create_03_an_absent_description_is_the_empty_one() {
    assert_eq!(
        parts(create(named("Deploy"))).secret.description().as_str(),
        ""
    );
}

#[test]
fn create_03_texts_beyond_their_limits_are_all_refused() {
    let tags = [
        vec!["t".repeat(65), String::new()],
        (0..33).map(|count| count.to_string()).collect(),
    ]
    .concat();
    let input = CreateInput {
        description: text(&"d".repeat(2_001)),
        notes: text(&"n".repeat(20_001)),
        tags: Some(tags.into()),
        ..named("Deploy")
    };
    faulty(
        create(input),
        &["description", "notes", "tags", "tags.0", "tags.1"],
    );
}

#[test]
fn create_04_every_type_of_the_catalogue_is_known() {
    let names = [
        "s3",
        "azure_blob",
        "gcs",
        "r2",
        "b2",
        "wasabi",
        "railway",
        "oracle_object_storage_s3",
        "s3_compatible",
        "tigris",
        "digitalocean_spaces",
        "hetzner",
        "rabata",
        "generic",
    ];
    let known: BTreeSet<&str> = SecretType::ALL.iter().map(|known| known.as_str()).collect();
    assert_eq!(known, BTreeSet::from(names));
    assert_eq!(SecretType::ALL.len(), 14);
}

#[test]
fn create_04_a_missing_or_unknown_type_is_refused() {
    for secret_type in [None, text(""), text("S3"), text("aws"), text("s3 ")] {
        faulty(
            create(CreateInput {
                secret_type,
                ..s3()
            }),
            &["secret_type"],
        );
    }
}

#[test]
fn create_05_the_method_may_be_left_out_where_there_is_one() {
    let key_types = [
        ("s3", "s3_access_key"),
        ("r2", "r2_access_key"),
        ("wasabi", "wasabi_access_key"),
        ("railway", "railway_access_key"),
        (
            "oracle_object_storage_s3",
            "oracle_object_storage_s3_access_key",
        ),
        ("s3_compatible", "s3_compatible_access_key"),
        ("tigris", "tigris_access_key"),
        ("digitalocean_spaces", "digitalocean_spaces_access_key"),
        ("hetzner", "hetzner_access_key"),
        ("rabata", "rabata_access_key"),
    ];
    for (secret_type, method) in key_types {
        for auth_method in [None, text(method)] {
            let plan = parts(create(CreateInput {
                secret_type: text(secret_type),
                auth_method,
                ..s3()
            }));
            assert_eq!(plan.secret.method().as_str(), method);
        }
    }
}

#[test]
fn create_05_a_type_with_two_methods_takes_the_one_that_is_said() {
    let plan = parts(create(CreateInput {
        secret_type: text("azure_blob"),
        auth_method: text("azure_sas_url"),
        credentials: Some(fields(&[("sas_url", SAS_URL)])),
        ..s3()
    }));
    assert_eq!(plan.secret.method(), AuthMethod::AzureSasUrl);
}

#[test]
fn create_05_an_unknown_method_one_of_another_type_or_an_open_choice_is_refused() {
    let sas = || fields(&[("sas_url", SAS_URL)]);
    for (secret_type, auth_method, credentials) in [
        ("s3", text("s3_key"), access_key()),
        ("s3", text("r2_access_key"), access_key()),
        ("generic", text("s3_access_key"), access_key()),
        ("azure_blob", None, sas()),
    ] {
        let input = CreateInput {
            secret_type: text(secret_type),
            auth_method,
            credentials: Some(credentials),
            ..s3()
        };
        faulty(create(input), &["auth_method"]);
    }
}

#[test]
fn create_07_credentials_that_hold_exactly_the_fields_are_taken() {
    let plan = parts(create(s3()));
    let new = plan.new_version.expect("a version");
    let names: Vec<&str> = new
        .credentials
        .iter()
        .map(|(field, _)| field.name)
        .collect();
    assert_eq!(names, ["access_key_id", "secret_access_key"]);
}

#[test]
fn create_07_unknown_missing_and_empty_fields_are_all_listed() {
    let credentials = Some(fields(&[
        ("access_key_id", ""),
        ("value", "x"),
        ("access_key", KEY_ID),
    ]));
    let input = CreateInput {
        credentials,
        ..s3()
    };
    let expected = [
        "credentials.access_key",
        "credentials.access_key_id",
        "credentials.secret_access_key",
        "credentials.value",
    ];
    faulty(create(input), &expected);
}

#[test]
fn create_08_an_odd_value_is_stored_as_given_with_a_hint() {
    let plan = parts(create(generic(" padded with spaces ")));
    assert!(!plan.answer.hints.is_empty());
    assert_eq!(
        plan.secret.hint_count(),
        u32::try_from(plan.answer.hints.len()).expect("few")
    );
    let new = plan.new_version.expect("a version");
    let value = new.credentials.field("value").expect("a value");
    assert_eq!(value.expose_text(), " padded with spaces ");
}

#[test]
fn create_08_an_expired_sas_is_stored_with_a_hint_of_the_day() {
    let expired = SAS_URL.replace("2031", "2026");
    let plan = parts(create(CreateInput {
        secret_type: text("azure_blob"),
        auth_method: text("azure_sas_url"),
        credentials: Some(fields(&[("sas_url", &expired)])),
        ..s3()
    }));
    assert!(plan.answer.hints.iter().any(|hint| hint.kind == "expired"));
    assert_eq!(
        plan.secret.expires_at(),
        Timestamp::parse("2026-01-01T00:00:00Z").ok()
    );
}

#[test]
fn create_08_a_key_with_a_line_break_or_the_same_text_twice_is_refused() {
    let broken = fields(&[
        ("access_key_id", KEY_ID),
        ("secret_access_key", "two\nlines"),
    ]);
    faulty(
        create(CreateInput {
            credentials: Some(broken),
            ..s3()
        }),
        &["credentials.secret_access_key"],
    );
    let same = fields(&[
        ("access_key_id", SECRET_KEY),
        ("secret_access_key", SECRET_KEY),
    ]);
    faulty(
        create(CreateInput {
            credentials: Some(same),
            ..s3()
        }),
        &["credentials.secret_access_key"],
    );
}
