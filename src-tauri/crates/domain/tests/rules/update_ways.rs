use super::support::*;
use domain::create::CreateInput;
use domain::external::{MappingInput, Provider};
use domain::update::UpdateInput;
use domain::*;

fn mapping(reference: &str) -> Vec<MappingInput> {
    vec![MappingInput {
        field_name: text("value"),
        reference: text(reference),
    }]
}

fn external() -> Stored {
    let input = CreateInput {
        credentials: None,
        vault_connection_id: Some(ConnectionId::from_bytes([4; 16]).to_string()),
        field_mappings: Some(mapping("op://v/i/f")),
        ..generic("")
    };
    Stored::external(Provider::OnePassword, input)
}

fn value(text: &str) -> Patch<FieldsInput> {
    Patch::Set(fields(&[("value", text)]))
}

#[test]
fn update_09_an_external_secret_takes_new_references() {
    let mut stored = external();
    stored.now += DAY;
    let outcome = stored.update(UpdateInput {
        field_mappings: Patch::Set(mapping("op://v/i/g")),
        ..UpdateInput::default()
    });
    assert_eq!(outcome.changed, ["field_mappings"]);
    assert_eq!(
        stored.secret.secret().rotated_at(),
        Timestamp::from_millis(START + DAY)
    );
    assert!(stored.secret.versions().is_empty());
}

#[test]
fn update_09_the_same_references_are_no_change() {
    unchanged(external().decide(UpdateInput {
        field_mappings: Patch::Set(mapping("op://v/i/f")),
        ..UpdateInput::default()
    }));
}

#[test]
fn update_09_an_external_secret_takes_no_credentials() {
    let pasted = UpdateInput {
        credentials: value("x"),
        ..UpdateInput::default()
    };
    assert_eq!(
        ways(&refused(
            external().decide(pasted),
            ErrorType::InvalidRequest
        )),
        ["credentials"]
    );
    let generated = UpdateInput {
        generate: Patch::Set(GenerateInput::default()),
        ..UpdateInput::default()
    };
    assert_eq!(
        ways(&refused(
            external().decide(generated),
            ErrorType::InvalidRequest
        )),
        ["generate"]
    );
}

#[test]
fn update_10_a_direct_secret_takes_credentials() {
    let mut stored = Stored::new(generic("first-value-0001"));
    assert_eq!(stored.rotate("second-value-002").changed, ["credentials"]);
}

#[test]
fn update_10_a_direct_secret_takes_no_references() {
    let input = UpdateInput {
        field_mappings: Patch::Set(mapping("op://v/i/f")),
        ..UpdateInput::default()
    };
    refused(
        Stored::new(generic("x")).decide(input),
        ErrorType::InvalidRequest,
    );
}

#[test]
fn update_11_one_way_at_a_time_is_taken() {
    let generate = Patch::Set(GenerateInput {
        length: Some(32),
        alphabet: None,
    });
    let plan = changed(Stored::new(generic("x")).decide(UpdateInput {
        generate,
        ..UpdateInput::default()
    }));
    assert_eq!(
        plan.new_version.expect("a version").version.how(),
        How::Generated
    );
}

#[test]
fn update_11_credentials_and_references_together_are_refused() {
    for stored in [external(), Stored::new(generic("x"))] {
        let field_mappings = Patch::Set(mapping("op://v/i/f"));
        let input = UpdateInput {
            credentials: value("y"),
            field_mappings,
            ..UpdateInput::default()
        };
        let rejection = refused(stored.decide(input), ErrorType::InvalidRequest);
        assert_eq!(ways(&rejection), ["credentials", "field_mappings"]);
    }
    let generate = Patch::Set(GenerateInput::default());
    let both = UpdateInput {
        credentials: value("y"),
        generate,
        ..UpdateInput::default()
    };
    refused(
        Stored::new(generic("x")).decide(both),
        ErrorType::InvalidRequest,
    );
}

#[test]
fn update_12_an_update_without_the_connection_is_taken() {
    let mut stored = external();
    let name = Patch::Set("Renamed".to_owned());
    assert_eq!(
        stored
            .update(UpdateInput {
                name,
                ..UpdateInput::default()
            })
            .changed,
        ["name"]
    );
}

#[test]
fn update_12_sending_the_connection_is_refused_even_unchanged_or_null() {
    let same = ConnectionId::from_bytes([4; 16]).to_string();
    for vault_connection_id in [Patch::Set(same), Patch::Clear] {
        for stored in [external(), Stored::new(generic("x"))] {
            let vault_connection_id = vault_connection_id.clone();
            let rejection = refused(
                stored.decide(UpdateInput {
                    vault_connection_id,
                    ..UpdateInput::default()
                }),
                ErrorType::InvalidRequest,
            );
            assert_eq!(ways(&rejection), ["vault_connection_id"]);
        }
    }
}

#[test]
fn update_08_an_external_secret_of_other_fields_takes_their_references_with_the_type() {
    let to_s3 = |field_mappings| UpdateInput {
        secret_type: Patch::Set("s3".to_owned()),
        field_mappings,
        ..UpdateInput::default()
    };
    let both = ["access_key_id", "secret_access_key"].map(|name| MappingInput {
        field_name: text(name),
        reference: text("op://v/i/f"),
    });
    let plan = changed(external().decide(to_s3(Patch::Set(both.to_vec()))));
    assert_eq!(
        plan.answer.changed,
        ["secret_type", "auth_method", "field_mappings"]
    );
    assert!(plan.new_version.is_none());
}

#[test]
fn update_08_an_external_secret_keeps_no_references_to_other_fields() {
    let to_s3 = |field_mappings| UpdateInput {
        secret_type: Patch::Set("s3".to_owned()),
        field_mappings,
        ..UpdateInput::default()
    };
    faulty(external().decide(to_s3(Patch::Absent)), &["field_mappings"]);
    faulty(
        external().decide(to_s3(Patch::Clear)),
        &["field_mappings", "field_mappings"],
    );
    let old = Patch::Set(mapping("op://v/i/f"));
    faulty(
        external().decide(to_s3(old)),
        &[
            "field_mappings",
            "field_mappings",
            "field_mappings.0.field_name",
        ],
    );
}

#[test]
fn update_09_references_of_an_update_are_checked_as_on_create() {
    let remap = |reference: &str| UpdateInput {
        field_mappings: Patch::Set(mapping(reference)),
        ..UpdateInput::default()
    };
    for wrong in ["", "AWS_ACCESS_KEY_ID", "op://v/f"] {
        faulty(
            external().decide(remap(wrong)),
            &["field_mappings.0.reference"],
        );
    }
}

#[test]
fn hist_05_new_references_replace_no_value_that_could_be_destroyed() {
    let remap = |previous: &str| UpdateInput {
        field_mappings: Patch::Set(mapping("op://v/i/g")),
        previous: Patch::Set(previous.to_owned()),
        ..UpdateInput::default()
    };
    faulty(external().decide(remap("destroy")), &["previous"]);
    changed(external().decide(remap("keep")));
}
