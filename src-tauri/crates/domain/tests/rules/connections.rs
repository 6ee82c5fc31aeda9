//! CONN-01 to CONN-04: what a connection has, what of it changes, and when it may go.

use super::records::*;
use super::support::*;
use domain::connection::{
    Connection, ConnectionDeleteInput, ConnectionFacts, ConnectionInput, ConnectionMethod,
};
use domain::*;

fn with(input: ConnectionInput, given: &[(&str, &str)]) -> ConnectionInput {
    ConnectionInput {
        credentials: Some(fields(given)),
        ..input
    }
}

fn onepassword(method: Option<&str>, given: &[(&str, &str)]) -> ConnectionInput {
    ConnectionInput {
        name: text("1Password"),
        connection_type: text("onepassword"),
        method: method.and_then(text),
        credentials: Some(fields(given)),
        ..ConnectionInput::default()
    }
}

#[track_caller]
fn faulty_connection(input: ConnectionInput, expected: &[&str]) {
    faulty(create_connection(input), expected);
}

fn delete(
    current: &Connection,
    input: ConnectionDeleteInput,
    used_by: &[Dependant],
) -> Result<domain::connection::ConnectionPlan, Rejection> {
    input.decide(current, used_by, &owner())
}

#[test]
fn conn_01_a_connection_has_what_it_was_given_and_begins_at_revision_one() {
    let input = ConnectionInput {
        name: text(" Doppler "),
        description: text("prod"),
        reason: text("move"),
        ..doppler()
    };
    let plan = create_connection(input).map(|plan| plan.into_parts());
    let plan = plan.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    let made = plan.connection.parts();
    assert_eq!(made.id, connection_id());
    assert_eq!(made.name.as_str(), "Doppler");
    assert_eq!(made.description.as_str(), "prod");
    assert_eq!(made.method, ConnectionMethod::DopplerServiceToken);
    assert_eq!(
        made.texts,
        [
            ("project", "backend".to_owned()),
            ("config", "prd".to_owned())
        ]
    );
    assert_eq!(plan.connection.text("config"), Some("prd"));
    assert_eq!(plan.connection.text("service_token"), None);
    assert_eq!(made.revision, 1);
    assert_eq!(
        (made.created_at, made.rotated_at),
        (made.updated_at, made.updated_at)
    );
    assert_eq!(made.created_by, owner().actor.member);
    assert_eq!((plan.change, plan.based_on), (RecordChange::Create, None));
    assert_eq!(plan.audit.action, Action::ConnectionCreated);
    assert_eq!(
        plan.audit.reason.map(|reason| reason.to_string()),
        text("move")
    );
    assert_eq!(
        (plan.answer.done, plan.answer.hints.len()),
        (Done::Created, 0)
    );
    assert!(
        plan.credentials.is_some(),
        "the token is there to be sealed"
    );
}

#[test]
fn conn_01_each_method_takes_exactly_its_fields() {
    let made = |input| connection(input).method().as_str();
    let account = onepassword(
        Some("onepassword_service_account"),
        &[("service_account_token", "ops_eyJ0")],
    );
    assert_eq!(made(account), "onepassword_service_account");
    let connect = onepassword(
        Some("onepassword_connect"),
        &[
            ("connect_token", "eyJ0"),
            ("connect_url", "http://localhost:8080/"),
        ],
    );
    let connect = connection(connect);
    assert_eq!(connect.text("connect_url"), Some("http://localhost:8080"));
    assert_eq!(made(doppler()), "doppler_service_token");
    assert_eq!(made(infisical(&INFISICAL)), "infisical_universal_auth");
}

#[test]
fn conn_01_fields_with_a_default_may_be_left_out_or_null() {
    let made = connection(infisical(&INFISICAL));
    assert_eq!(made.text("secret_path"), Some("/"));
    assert_eq!(made.text("host"), Some("https://app.infisical.com"));
    assert_eq!(made.text("client_id"), Some(INFISICAL[2].1));
    let given = serde_json::json!({
        "project_id": "p", "environment": "prod", "client_id": "c", "client_secret": "st.1",
        "secret_path": null, "host": "https://eu.infisical.com/",
    });
    let input = ConnectionInput {
        credentials: Some(serde_json::from_value(given).expect("fields")),
        ..infisical(&[])
    };
    let made = connection(input);
    assert_eq!(made.text("secret_path"), Some("/"));
    assert_eq!(made.text("host"), Some("https://eu.infisical.com"));
    let order: Vec<&str> = made.parts().texts.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        order,
        [
            "project_id",
            "environment",
            "secret_path",
            "host",
            "client_id"
        ]
    );
}

#[test]
fn conn_01_texts_and_tokens_at_their_limits_are_taken() {
    let (project, token) = ("p".repeat(255), "t".repeat(4096));
    let limits = with(
        ConnectionInput {
            name: text(&"n".repeat(255)),
            description: text(&"d".repeat(2000)),
            reason: text(&"w".repeat(500)),
            ..doppler()
        },
        &[
            ("project", &project),
            ("config", "c"),
            ("service_token", &token),
        ],
    );
    connection(limits);
    connection(ConnectionInput {
        description: text(""),
        ..doppler()
    });
}

#[test]
fn conn_01_every_fault_of_a_new_connection_is_told_at_once() {
    faulty_connection(ConnectionInput::default(), &["connection_type", "name"]);
    let (project, token) = ("p".repeat(256), "t".repeat(4097));
    let input = with(
        ConnectionInput {
            name: text(&"n".repeat(256)),
            description: text(&"d".repeat(2001)),
            reason: text(&"w".repeat(501)),
            ..doppler()
        },
        &[
            ("project", &project),
            ("service_token", &token),
            ("access_token", "x"),
        ],
    );
    faulty_connection(
        input,
        &[
            "credentials.access_token",
            "credentials.config",
            "credentials.project",
            "credentials.service_token",
            "description",
            "name",
            "reason",
        ],
    );
}

#[test]
fn conn_01_missing_empty_doubled_and_broken_fields_are_each_told() {
    let none = ConnectionInput {
        credentials: None,
        ..doppler()
    };
    faulty_connection(
        none,
        &[
            "credentials.config",
            "credentials.project",
            "credentials.service_token",
        ],
    );
    for wrong in ["", "dp.st.a\n", "dp.st.a\nb", "dp.st.ü", "a\0b"] {
        let given = [("project", "p"), ("config", "c"), ("service_token", wrong)];
        faulty_connection(with(doppler(), &given), &["credentials.service_token"]);
    }
    for wrong in ["", " ", "a\nb"] {
        let given = [
            ("project", wrong),
            ("config", "c"),
            ("service_token", TOKEN),
        ];
        faulty_connection(with(doppler(), &given), &["credentials.project"]);
    }
    let twice = [
        ("project", "p"),
        ("project", "q"),
        ("config", "c"),
        ("service_token", TOKEN),
    ];
    faulty_connection(with(doppler(), &twice), &["credentials.project"]);
}

#[test]
fn conn_01_a_host_is_reached_over_https_or_on_this_machine() {
    let at = |host: &str| {
        let mut given = INFISICAL.to_vec();
        given.push(("host", host));
        infisical(&given)
    };
    connection(at("http://127.0.0.1:8080"));
    for host in [
        "http://infisical.example.com",
        "infisical.example.com",
        "https://a@b",
        "",
    ] {
        faulty_connection(at(host), &["credentials.host"]);
    }
    let path = |path: &str| {
        let mut given = INFISICAL.to_vec();
        given.push(("secret_path", path));
        infisical(&given)
    };
    connection(path("/storage/keys"));
    for wrong in ["storage", "", "../x"] {
        faulty_connection(path(wrong), &["credentials.secret_path"]);
    }
}

#[test]
fn conn_01_type_and_method_belong_together() {
    let token = [("service_account_token", "ops_eyJ0")];
    let of = |kind: Option<&str>, method: Option<&str>| ConnectionInput {
        connection_type: kind.and_then(text),
        ..onepassword(method, &token)
    };
    connection(of(Some("onepassword"), Some("onepassword_service_account")));
    faulty_connection(of(Some("onepassword"), None), &["method"]);
    faulty_connection(
        of(Some("onepassword"), Some("doppler_service_token")),
        &["method"],
    );
    faulty_connection(of(Some("onepassword"), Some("password")), &["method"]);
    faulty_connection(of(Some("1password"), None), &["connection_type"]);
    faulty_connection(
        of(Some("1password"), Some("password")),
        &["connection_type", "method"],
    );
    faulty_connection(of(None, Some("password")), &["connection_type", "method"]);
    let said = ConnectionInput {
        method: text("doppler_service_token"),
        ..doppler()
    };
    connection(said);
}

#[test]
fn conn_01_unusual_tokens_and_ids_are_hints() {
    let hints = |input: ConnectionInput| -> Vec<(String, &'static str)> {
        let draft = input.parse(&owner());
        let draft = draft.unwrap_or_else(|rejection| panic!("{rejection:?}"));
        let of = |hint: &Hint| (way(&hint.loc), hint.kind);
        draft.hints().iter().map(of).collect()
    };
    let at = |field: &str, kind| (format!("credentials.{field}"), kind);
    let odd = [
        ("project", "p"),
        ("config", "c"),
        ("service_token", "dp.pt.x"),
    ];
    assert_eq!(
        hints(with(doppler(), &odd)),
        [at("service_token", "unusual_prefix")]
    );
    let account = onepassword(
        Some("onepassword_service_account"),
        &[("service_account_token", "eyJ0")],
    );
    assert_eq!(
        hints(account),
        [at("service_account_token", "unusual_prefix")]
    );
    assert_eq!(hints(infisical(&INFISICAL)), []);
    for odd in [
        "acme",
        "7c1e5a4e-0000-4000-8000-00000000000",
        "7c1e5a4e-0000-4000-8000-00000000000g",
    ] {
        let mut given = INFISICAL;
        given[0].1 = odd;
        assert_eq!(
            hints(infisical(&given)),
            [at("project_id", "unusual_shape")]
        );
    }
}

#[test]
fn conn_01_a_taken_name_is_refused_with_the_holders_id() {
    let taken = ConnectionFacts {
        same_name: Some(other_connection()),
        // A fault that comes later (ERR-06).
        tier: Tier::Free,
        connections: 1,
    };
    let draft = doppler().parse(&owner());
    let draft = draft.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    assert_eq!(draft.name().folded(), "doppler");
    let refusal = draft.decide(&taken, connection_id(), &owner());
    let rejection = refused(refusal, ErrorType::AlreadyExists);
    assert_eq!(ways(&rejection), ["name"]);
    let envelope = serde_json::to_value(rejection).expect("an envelope");
    assert_eq!(envelope["existing_id"], other_connection().to_string());
}

#[test]
fn conn_03_a_connection_shows_masks_and_its_token_seals_and_opens() {
    let plan = create_connection(doppler()).map(|plan| plan.into_parts());
    let plan = plan.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    let masks = serde_json::to_value(&plan.connection.parts().masks).expect("masks");
    assert_eq!(masks, serde_json::json!({"service_token": "dp.st.••••9ab"}));
    let token = plan.credentials.expect("the token");
    let sealed = token.to_sealed_bytes();
    let opened = domain::connection::ConnectionCredentials::from_sealed_bytes(
        ConnectionMethod::DopplerServiceToken,
        &sealed,
    );
    let opened = opened.unwrap_or_else(|error| panic!("{error}"));
    assert!(opened.ct_eq(&token));
    let value = opened.field("service_token").expect("the field");
    assert_eq!(value.expose_text(), TOKEN);
    assert!(opened.field("project").is_none());
    for method in [
        ConnectionMethod::OnePasswordServiceAccount,
        ConnectionMethod::InfisicalUniversalAuth,
    ] {
        assert!(
            domain::connection::ConnectionCredentials::from_sealed_bytes(method, &sealed).is_err()
        );
    }
}

#[test]
fn conn_03_no_answer_entry_hint_or_fault_holds_a_token() {
    let plan = create_connection(doppler()).map(|plan| plan.into_parts());
    let plan = plan.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    let told = format!("{:?} {:?} {:?}", plan.connection, plan.audit, plan.answer);
    assert!(!told.contains(TOKEN));
    let wrong = format!("{TOKEN}\n{TOKEN}");
    let given = [
        ("project", "p"),
        ("config", "c"),
        ("service_token", &*wrong),
    ];
    let rejection = refused(
        create_connection(with(doppler(), &given)),
        ErrorType::ValidationError,
    );
    assert!(!format!("{rejection:?}").contains(TOKEN));
}

#[test]
fn conn_03_a_token_given_in_a_field_that_is_shown_is_refused() {
    let given = [
        ("project", TOKEN),
        ("config", "prd"),
        ("service_token", TOKEN),
    ];
    faulty_connection(with(doppler(), &given), &["credentials.service_token"]);
    let mut given = INFISICAL;
    given[2].1 = INFISICAL[3].1;
    faulty_connection(infisical(&given), &["credentials.client_secret"]);
}

#[test]
fn conn_04_a_connection_that_nothing_uses_is_deleted() {
    let current = connection(doppler());
    let input = ConnectionDeleteInput {
        expected_revision: Some(1),
        reason: text("gone"),
    };
    let plan = delete(&current, input, &[]).map(|plan| plan.into_parts());
    let plan = plan.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    assert_eq!(
        (plan.change, plan.based_on),
        (RecordChange::Delete, Some(1))
    );
    assert_eq!(plan.connection.revision(), 2);
    assert_eq!(plan.audit.action, Action::ConnectionDeleted);
    assert_eq!(
        (plan.answer.done, plan.answer.name.as_str()),
        (Done::Deleted, "Doppler")
    );
    assert!(plan.credentials.is_none());
}

#[test]
fn conn_04_a_connection_in_use_stays_and_every_secret_is_named() {
    let used = |id, in_trash| Dependant::Secret {
        id,
        name: "AWS".to_owned(),
        in_trash,
    };
    let current = connection(doppler());
    let dependants = [used(other(), false), used(third(), true)];
    for used_by in [&dependants[..], &dependants[..1], &dependants[1..]] {
        let refusal = delete(&current, ConnectionDeleteInput::default(), used_by);
        let rejection = refused(refusal, ErrorType::InUse);
        assert_eq!(rejection.dependants(), used_by);
        let envelope = serde_json::to_value(rejection).expect("an envelope");
        assert_eq!(envelope["offers"], serde_json::json!(["open_secrets"]));
        assert_eq!(envelope["dependants"][0]["kind"], "secret");
    }
}

#[test]
fn conn_04_reason_and_revision_are_looked_at_before_what_uses_it() {
    let current = connection(doppler());
    let used_by = [Dependant::Secret {
        id: other(),
        name: "AWS".to_owned(),
        in_trash: false,
    }];
    let input = |expected_revision, reason| ConnectionDeleteInput {
        expected_revision,
        reason,
    };
    let long = text(&"w".repeat(501));
    faulty(
        delete(&current, input(Some(2), long), &used_by),
        &["reason"],
    );
    refused(
        delete(&current, input(Some(2), None), &used_by),
        ErrorType::Conflict,
    );
    refused(
        delete(&current, input(Some(1), None), &used_by),
        ErrorType::InUse,
    );
}

#[test]
fn role_02_an_admin_creates_connections() {
    let admin = context(START, Role::Admin);
    let draft = doppler().parse(&admin);
    let plan = draft.and_then(|draft| draft.decide(&alone(), connection_id(), &admin));
    assert!(plan.is_ok());
    let deleted = ConnectionDeleteInput::default().decide(&connection(doppler()), &[], &admin);
    assert!(deleted.is_ok());
}

#[test]
fn role_02_operators_and_viewers_make_and_delete_no_connection() {
    let current = connection(doppler());
    for role in [Role::Viewer, Role::Operator] {
        let low = context(START, role);
        let forbidden = ErrorType::AccessForbidden;
        refused(ConnectionInput::default().parse(&low), forbidden);
        let draft = doppler().parse(&owner());
        let refusal = draft.and_then(|draft| draft.decide(&alone(), connection_id(), &low));
        refused(refusal, forbidden);
        let delete = ConnectionDeleteInput {
            expected_revision: Some(9),
            reason: text(&"w".repeat(501)),
        };
        refused(delete.decide(&current, &[], &low), forbidden);
    }
}

#[test]
fn update_14_acts_on_a_connection_that_is_not_there_find_none() {
    refused(domain::connection::existing(None), ErrorType::NotFound);
    assert!(domain::connection::existing(Some(connection(doppler()))).is_ok());
}
