use super::support::*;
use domain::create::CreateInput;
use domain::update::UpdateInput;
use domain::*;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn err_01_the_envelope_tells_status_type_message_and_details() {
    let rejection = refused(
        create(CreateInput {
            name: text(""),
            ..s3()
        }),
        ErrorType::ValidationError,
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&rejection).expect("an envelope"), @r#"
    {
      "status": 422,
      "type": "validation_error",
      "message": "The name is empty. Give it at least one character.",
      "details": [
        {
          "loc": [
            "name"
          ],
          "message": "The name is empty. Give it at least one character.",
          "type": "empty"
        }
      ]
    }
    "#);
}

#[test]
fn err_01_an_envelope_has_no_member_that_says_nothing() {
    let rejection = Rejection::new(ErrorType::VaultLocked, "Unlock the vault first.");
    let expected = json!({"status": 401, "type": "vault_locked", "message": "Unlock the vault first.", "details": []});
    assert_eq!(
        serde_json::to_value(rejection).expect("an envelope"),
        expected
    );
}

#[test]
fn err_02_the_types_and_their_statuses_are_those_of_the_rule() {
    let table: Vec<(&str, u16)> = ErrorType::ALL
        .iter()
        .map(|kind| (kind.as_str(), kind.status()))
        .collect();
    let expected = [
        ("invalid_request", 400),
        ("authentication_failed", 401),
        ("vault_locked", 401),
        ("access_forbidden", 403),
        ("limit_reached", 403),
        ("not_found", 404),
        ("already_exists", 409),
        ("conflict", 409),
        ("in_use", 409),
        ("validation_error", 422),
        ("upgrade_required", 426),
        ("rate_limited", 429),
        ("internal_error", 500),
        ("bad_gateway", 502),
        ("gateway_timeout", 504),
    ];
    assert_eq!(table, expected);
}

#[test]
fn err_02_no_two_types_have_one_name() {
    let mut names: Vec<&str> = ErrorType::ALL.iter().map(|kind| kind.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 15);
}

#[test]
fn err_03_every_fault_of_a_create_is_listed() {
    let input = CreateInput {
        name: None,
        description: text(&"d".repeat(2_001)),
        secret_type: text("ftp"),
        env_key: text("1"),
        allowed_domains: Some(vec!["*".to_owned()].into()),
        history: Some(HistoryInput {
            keep: Some(-1),
            grace_days: None,
        }),
        reason: text(&"r".repeat(501)),
        ..generic("x")
    };
    let expected = [
        "allowed_domains.0",
        "description",
        "env_key",
        "history.keep",
        "name",
        "reason",
        "secret_type",
    ];
    faulty(create(input), &expected);
}

#[test]
fn err_03_an_unknown_type_or_method_hides_no_fault_that_can_be_judged_without_it() {
    let wrong = |secret_type: &str, auth_method: &str, credentials| CreateInput {
        secret_type: text(secret_type),
        auth_method: text(auth_method),
        credentials: Some(fields(credentials)),
        env_key: text("A_KEY"),
        ..s3()
    };
    let one_method = wrong("s3", "s3_key", &[("access_key_id", "")]);
    faulty(
        create(one_method),
        &[
            "auth_method",
            "credentials.access_key_id",
            "credentials.secret_access_key",
            "env_key",
        ],
    );
    // Azure has two methods, so what is missing cannot be told.
    let two_methods = wrong(
        "azure_blob",
        "azure_key",
        &[("account_name", "acme"), ("password", "x")],
    );
    faulty(
        create(two_methods),
        &["auth_method", "credentials.password", "env_key"],
    );
    let method_alone = wrong("s4", "opaque_value", &[("token", "x")]);
    faulty(
        create(method_alone),
        &["credentials.token", "credentials.value", "secret_type"],
    );
    let neither = wrong("s4", "s4_key", &[("token", "x")]);
    faulty(create(neither), &["auth_method", "secret_type"]);
    let contradiction = wrong("s3", "opaque_value", &[("token", "x")]);
    faulty(create(contradiction), &["auth_method"]);

    let update = UpdateInput {
        auth_method: Patch::Set("s3_key".to_owned()),
        credentials: Patch::Set(fields(&[("access_key_id", KEY_ID)])),
        env_key: Patch::Set("A_KEY".to_owned()),
        ..UpdateInput::default()
    };
    faulty(
        Stored::new(s3()).decide(update),
        &["auth_method", "credentials.secret_access_key", "env_key"],
    );
}

#[test]
fn err_03_a_right_request_has_no_details() {
    assert!(draft(generic("9f1c2ab07d4e83c65b1a")).is_ok_and(|draft| draft.hints().is_empty()));
}

#[test]
fn err_03_a_review_lists_faults_and_hints_side_by_side() {
    let input = CreateInput {
        name: None,
        ..generic(" padded ")
    };
    let review = input
        .review(&owner(), None, &mut counting)
        .expect("a review");
    assert_eq!(
        review
            .details
            .iter()
            .map(|detail| way(&detail.loc))
            .collect::<Vec<_>>(),
        ["name"]
    );
    assert!(!review.hints.is_empty());
}

#[test]
fn err_04_a_limit_and_a_wait_carry_their_numbers() {
    let waiting =
        serde_json::to_value(Rejection::rate_limited("Wait.", 4_000)).expect("an envelope");
    assert_eq!(waiting["retry_after_ms"], 4_000);
    let full = serde_json::to_value(Rejection::limit_reached("Full.", 5, 6)).expect("an envelope");
    assert_eq!((&full["limit"], &full["current"]), (&json!(5), &json!(6)));
}

#[test]
fn err_04_other_errors_carry_no_numbers() {
    let envelope = serde_json::to_value(Rejection::not_found("secret")).expect("an envelope");
    assert!(envelope.get("retry_after_ms").is_none() && envelope.get("limit").is_none());
}

#[test]
fn err_05_a_value_of_the_wrong_json_type_is_not_quoted() {
    for json in [
        r#"{"value": 8675309}"#,
        r#"{"value": {"a": "8675309"}}"#,
        r#""8675309""#,
        "8675309",
        r#"["8675309"]"#,
    ] {
        let error = serde_json::from_str::<FieldsInput>(json)
            .err()
            .expect("no object of texts");
        assert!(!error.to_string().contains("8675309"), "{error}");
    }
}

#[test]
fn err_05_an_object_of_texts_is_read() {
    assert!(
        serde_json::from_str::<FieldsInput>(r#"{"value": "8675309", "account_name": null}"#)
            .is_ok()
    );
}

proptest! {
    #[test]
    fn err_05_no_rejection_quotes_what_was_given_as_a_value(
        canary in "[a-z]{4}CANARY[0-9]{4}",
        before in "[\\x00-\\x7F]{0,20}",
        after in "\\PC{0,20}",
        method in prop::sample::select(AuthMethod::ALL),
    ) {
        let value = format!("{before}{canary}{after}");
        let given: Vec<(&str, &str)> = method.fields().iter().map(|field| (field.name, value.as_str())).collect();
        let input = CreateInput {
            secret_type: text(method.secret_type().as_str()),
            auth_method: text(method.as_str()),
            credentials: Some(fields(&given)),
            name: None,
            ..s3()
        };
        let rejection = refused(create(input), ErrorType::ValidationError);
        let envelope = serde_json::to_string(&rejection).expect("an envelope");
        prop_assert!(!envelope.contains(&canary), "{}", envelope);
    }
}
