//! CONN-02: name and description are updated, a token is rotated, nothing else changes.

use super::records::*;
use super::support::*;
use domain::connection::{
    Connection, ConnectionCredentials, ConnectionFacts, ConnectionPlan, ConnectionPlanParts,
    ConnectionUpdateInput, RotateTokenInput,
};
use domain::*;

const NEW_TOKEN: &str = "dp.st.prd.ZZZZ456789abcdefghijABCDEFGHIJ0123456789xy";

fn update(
    current: &Connection,
    input: ConnectionUpdateInput,
) -> Result<Decision<ConnectionPlan>, Rejection> {
    input.parse(current, &owner())?.decide(&alone(), &owner())
}

fn rename(name: &str) -> ConnectionUpdateInput {
    ConnectionUpdateInput {
        name: Patch::Set(name.to_owned()),
        ..ConnectionUpdateInput::default()
    }
}

fn rotation(given: &[(&str, &str)]) -> RotateTokenInput {
    RotateTokenInput {
        credentials: Some(fields(given)),
        ..RotateTokenInput::default()
    }
}

/// The token of a right request, as a seal gives it back.
fn token(input: domain::connection::ConnectionInput) -> ConnectionCredentials {
    let parts = create_connection(input).map(ConnectionPlan::into_parts);
    let parts = parts.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    parts.credentials.expect("a token")
}

fn rotate(input: RotateTokenInput) -> Result<Decision<ConnectionPlan>, Rejection> {
    let current = connection(doppler());
    input
        .parse(&current, &owner())?
        .decide(&token(doppler()), &owner())
}

fn rotate_infisical(given: &[(&str, &str)]) -> Result<Decision<ConnectionPlan>, Rejection> {
    let current = connection(infisical(&INFISICAL));
    let in_use = token(infisical(&INFISICAL));
    rotation(given)
        .parse(&current, &owner())?
        .decide(&in_use, &owner())
}

#[track_caller]
fn changed(decision: Result<Decision<ConnectionPlan>, Rejection>) -> ConnectionPlanParts {
    match decision.unwrap_or_else(|rejection| panic!("{rejection:?}")) {
        Decision::Change(plan) => plan.into_parts(),
        Decision::Unchanged(_) => panic!("this should have changed something"),
    }
}

#[test]
fn conn_02_name_and_description_change() {
    let input = ConnectionUpdateInput {
        description: Patch::Set("staging".to_owned()),
        expected_revision: Patch::Set(1),
        reason: Patch::Set("moved".to_owned()),
        ..rename(" Staging ")
    };
    let current = connection(doppler());
    let plan = changed(update(&current, input));
    assert_eq!(plan.connection.name().as_str(), "Staging");
    assert_eq!(plan.connection.parts().description.as_str(), "staging");
    assert_eq!(plan.connection.revision(), 2);
    assert_eq!(
        (plan.change, plan.based_on),
        (RecordChange::Update, Some(1))
    );
    assert_eq!(plan.audit.action, Action::ConnectionUpdated);
    assert_eq!(plan.audit.changed, ["name", "description"]);
    assert_eq!(
        plan.audit.reason.map(|reason| reason.to_string()),
        text("moved")
    );
    assert_eq!(
        (plan.answer.done, plan.answer.name.as_str()),
        (Done::Updated, "Staging")
    );
    assert!(plan.credentials.is_none(), "the token stays");
    assert_eq!(plan.connection.parts().texts, current.parts().texts);
}

#[test]
fn conn_02_where_a_connection_leads_and_its_token_are_not_updated() {
    let none = ConnectionUpdateInput::default;
    let credentials = || Patch::Set(fields(&[("service_token", NEW_TOKEN)]));
    for (input, member) in [
        (
            ConnectionUpdateInput {
                credentials: credentials(),
                ..none()
            },
            "credentials",
        ),
        (
            ConnectionUpdateInput {
                credentials: Patch::Clear,
                ..none()
            },
            "credentials",
        ),
        (
            ConnectionUpdateInput {
                connection_type: Patch::Set("doppler".to_owned()),
                ..none()
            },
            "connection_type",
        ),
        (
            ConnectionUpdateInput {
                connection_type: Patch::Clear,
                ..none()
            },
            "connection_type",
        ),
        (
            ConnectionUpdateInput {
                method: Patch::Set("doppler_service_token".to_owned()),
                ..none()
            },
            "method",
        ),
        (
            ConnectionUpdateInput {
                method: Patch::Clear,
                ..none()
            },
            "method",
        ),
    ] {
        // A fault of a field, which comes later (ERR-06).
        let input = ConnectionUpdateInput {
            name: Patch::Clear,
            ..input
        };
        let rejection = refused(
            update(&connection(doppler()), input),
            ErrorType::InvalidRequest,
        );
        assert_eq!(ways(&rejection), [member]);
    }
}

#[test]
fn conn_02_a_new_token_replaces_the_old_and_its_mask() {
    let later = context(START + DAY, Role::Owner);
    let current = connection(doppler());
    let input = RotateTokenInput {
        expected_revision: Some(1),
        reason: text("leaked"),
        ..rotation(&[("service_token", NEW_TOKEN)])
    };
    let draft = input.parse(&current, &later);
    let draft = draft.unwrap_or_else(|rejection| panic!("{rejection:?}"));
    let to_try = draft
        .credentials()
        .field("service_token")
        .expect("the new token");
    assert_eq!(to_try.expose_text(), NEW_TOKEN);
    let plan = changed(draft.decide(&token(doppler()), &later));
    let after = plan.connection.parts();
    assert_ne!(after.masks, current.parts().masks);
    assert_eq!(after.texts, current.parts().texts);
    assert_eq!((after.revision, plan.based_on), (2, Some(1)));
    assert_eq!(after.rotated_at, Timestamp::from_millis(START + DAY));
    assert_eq!(after.updated_at, after.rotated_at);
    assert_eq!(plan.audit.action, Action::ConnectionTokenRotated);
    assert_eq!(plan.audit.changed, ["credentials"]);
    assert_eq!(plan.answer.done, Done::Updated);
    let sealed = plan.credentials.expect("the token to seal");
    assert!(!sealed.ct_eq(&token(doppler())));
}

#[test]
fn conn_02_a_name_for_the_token_may_come_with_it() {
    let plan = changed(rotate_infisical(&[
        ("client_id", "other"),
        ("client_secret", "st.new"),
    ]));
    assert_eq!(plan.connection.text("client_id"), Some("other"));
    assert_eq!(plan.connection.text("environment"), Some("prod"));
    let same_secret = changed(rotate_infisical(&[
        ("client_id", "other"),
        ("client_secret", INFISICAL[3].1),
    ]));
    assert_eq!(same_secret.audit.changed, ["credentials"]);
    let same_id = changed(rotate_infisical(&[("client_secret", "st.new")]));
    assert_eq!(same_id.connection.text("client_id"), Some(INFISICAL[2].1));
}

#[test]
fn conn_02_the_token_already_stored_is_told_and_rotates_nothing() {
    let same = rotate(rotation(&[("service_token", TOKEN)]));
    let outcome = unchanged_record(same);
    assert_eq!((outcome.done, outcome.changed.len()), (Done::Unchanged, 0));
    let hints: Vec<&str> = outcome.hints.iter().map(|hint| hint.kind).collect();
    assert_eq!(hints, ["value_unchanged"]);
}

#[test]
fn conn_02_a_rotation_brings_the_token_and_nothing_that_was_set_for_good() {
    faulty(rotate(RotateTokenInput::default()), &["credentials"]);
    faulty(rotate(rotation(&[])), &["credentials.service_token"]);
    let fixed = [
        ("service_token", NEW_TOKEN),
        ("project", "backend"),
        ("colour", "red"),
    ];
    faulty(
        rotate(rotation(&fixed)),
        &["credentials.colour", "credentials.project"],
    );
    faulty(
        rotate_infisical(&[("client_id", "other")]),
        &["credentials.client_secret"],
    );
    let host = [
        ("client_secret", "st.new"),
        ("host", "https://evil.example.com"),
    ];
    faulty(rotate_infisical(&host), &["credentials.host"]);
    for wrong in ["", "a\n", "ü"] {
        faulty(
            rotate(rotation(&[("service_token", wrong)])),
            &["credentials.service_token"],
        );
    }
    let shown = [("client_id", "st.new"), ("client_secret", "st.new")];
    faulty(rotate_infisical(&shown), &["credentials.client_secret"]);
    faulty(
        rotate_infisical(&[("client_secret", "prod")]),
        &["credentials.client_secret"],
    );
    let reason = RotateTokenInput {
        reason: text(&"w".repeat(501)),
        ..RotateTokenInput::default()
    };
    faulty(rotate(reason), &["credentials", "reason"]);
}

#[test]
fn conn_02_a_null_in_a_rotation_is_refused_and_told_once() {
    let given = serde_json::json!({"service_token": null, "project": null, "colour": null});
    let input = RotateTokenInput {
        credentials: Some(serde_json::from_value(given).expect("fields")),
        ..RotateTokenInput::default()
    };
    faulty(
        rotate(input),
        &[
            "credentials.colour",
            "credentials.project",
            "credentials.service_token",
        ],
    );
}

#[test]
fn conn_02_a_rotation_on_an_older_state_is_a_conflict() {
    for same_or_new in [TOKEN, NEW_TOKEN] {
        let input = RotateTokenInput {
            expected_revision: Some(2),
            ..rotation(&[("service_token", same_or_new)])
        };
        refused(rotate(input), ErrorType::Conflict);
    }
}

#[test]
fn role_02_operators_and_viewers_neither_update_a_connection_nor_rotate_its_token() {
    let current = connection(doppler());
    for role in [Role::Viewer, Role::Operator] {
        let low = context(START, role);
        let forbidden = ErrorType::AccessForbidden;
        let immutable = ConnectionUpdateInput {
            method: Patch::Clear,
            ..ConnectionUpdateInput::default()
        };
        refused(immutable.parse(&current, &low), forbidden);
        let draft = rename("New").parse(&current, &owner());
        refused(
            draft.and_then(|draft| draft.decide(&alone(), &low)),
            forbidden,
        );
        refused(RotateTokenInput::default().parse(&current, &low), forbidden);
        let draft = rotation(&[("service_token", NEW_TOKEN)]).parse(&current, &owner());
        refused(
            draft.and_then(|draft| draft.decide(&token(doppler()), &low)),
            forbidden,
        );
    }
}

#[test]
fn role_02_an_admin_updates_a_connection_and_rotates_its_token() {
    let current = connection(doppler());
    let admin = context(START, Role::Admin);
    let draft = rename("New").parse(&current, &admin);
    changed(draft.and_then(|draft| draft.decide(&alone(), &admin)));
    let draft = rotation(&[("service_token", NEW_TOKEN)]).parse(&current, &admin);
    changed(draft.and_then(|draft| draft.decide(&token(doppler()), &admin)));
}

#[test]
fn update_01_null_clears_a_connections_description_and_nothing_else_of_it() {
    let described = domain::connection::ConnectionInput {
        description: text("prod"),
        ..doppler()
    };
    let cleared = ConnectionUpdateInput {
        description: Patch::Clear,
        ..ConnectionUpdateInput::default()
    };
    let plan = changed(update(&connection(described), cleared));
    assert_eq!(plan.connection.parts().description.as_str(), "");
    assert_eq!(plan.answer.changed, ["description"]);
    let wrong = ConnectionUpdateInput {
        name: Patch::Clear,
        description: Patch::Set("d".repeat(2001)),
        expected_revision: Patch::Clear,
        reason: Patch::Clear,
        ..ConnectionUpdateInput::default()
    };
    faulty(
        update(&connection(doppler()), wrong),
        &["description", "expected_revision", "name", "reason"],
    );
    let long = ConnectionUpdateInput {
        reason: Patch::Set("w".repeat(501)),
        ..rename(" ")
    };
    faulty(update(&connection(doppler()), long), &["name", "reason"]);
}

#[test]
fn update_03_a_connection_in_other_spellings_is_unchanged() {
    let same = ConnectionUpdateInput {
        description: Patch::Clear,
        expected_revision: Patch::Set(1),
        reason: Patch::Set("none".to_owned()),
        ..rename(" Doppler ")
    };
    let outcome = unchanged_record(update(&connection(doppler()), same));
    assert_eq!(
        (outcome.done, outcome.name.as_str()),
        (Done::Unchanged, "Doppler")
    );
    unchanged_record(update(
        &connection(doppler()),
        ConnectionUpdateInput::default(),
    ));
}

#[test]
fn update_04_a_connection_takes_no_others_name_and_keeps_its_own() {
    let taken = ConnectionFacts {
        same_name: Some(other_connection()),
        // Over its tier a vault is still updated (TIER-03).
        tier: Tier::Free,
        connections: 9,
    };
    let current = connection(doppler());
    let decide = |input: ConnectionUpdateInput, facts: &ConnectionFacts| {
        let draft = input.parse(&current, &owner());
        draft.and_then(|draft| draft.decide(facts, &owner()))
    };
    let rejection = refused(decide(rename("Taken"), &taken), ErrorType::AlreadyExists);
    assert_eq!(ways(&rejection), ["name"]);
    let described = ConnectionUpdateInput {
        description: Patch::Set("x".to_owned()),
        ..ConnectionUpdateInput::default()
    };
    changed(decide(described, &taken));
    let free = ConnectionFacts {
        same_name: None,
        ..taken
    };
    changed(decide(rename("DOPPLER"), &free));
}

#[test]
fn update_15_a_connection_that_moved_on_is_a_conflict_before_its_name_is_looked_at() {
    let taken = ConnectionFacts {
        same_name: Some(other_connection()),
        ..alone()
    };
    let input = ConnectionUpdateInput {
        expected_revision: Patch::Set(0),
        ..rename("Taken")
    };
    let current = connection(doppler());
    let draft = input.parse(&current, &owner());
    let refusal = draft.and_then(|draft| draft.decide(&taken, &owner()));
    let envelope = serde_json::to_value(refused(refusal, ErrorType::Conflict));
    assert_eq!(envelope.expect("an envelope")["current_revision"], 1);
}

#[test]
fn update_16_a_connections_time_never_runs_backwards() {
    let current = connection(doppler());
    let early = context(START - DAY, Role::Owner);
    let draft = rename("New").parse(&current, &early);
    let renamed = changed(draft.and_then(|draft| draft.decide(&alone(), &early)));
    assert_eq!(
        renamed.connection.parts().updated_at,
        Timestamp::from_millis(START)
    );
    assert_eq!(
        renamed.connection.parts().rotated_at,
        Timestamp::from_millis(START)
    );
    let draft = rotation(&[("service_token", NEW_TOKEN)]).parse(&current, &early);
    let rotated = changed(draft.and_then(|draft| draft.decide(&token(doppler()), &early)));
    assert_eq!(
        rotated.connection.parts().updated_at,
        Timestamp::from_millis(START)
    );
    let deleted =
        domain::connection::ConnectionDeleteInput::default().decide(&current, &[], &early);
    let deleted = deleted
        .unwrap_or_else(|rejection| panic!("{rejection:?}"))
        .into_parts();
    assert_eq!(
        deleted.connection.parts().updated_at,
        Timestamp::from_millis(START)
    );
}
