use super::support::*;
use domain::create::CreateInput;
use domain::external::MappingInput;
use domain::*;

fn mappings() -> Option<Vec<MappingInput>> {
    Some(vec![MappingInput {
        field_name: text("value"),
        reference: text("op://a/b/c"),
    }])
}

fn connection() -> Option<String> {
    Some(ConnectionId::from_bytes([4; 16]).to_string())
}

fn bare() -> CreateInput {
    CreateInput {
        credentials: None,
        ..generic("")
    }
}

#[test]
fn create_06_credentials_alone_make_a_direct_secret() {
    assert!(!parts(create(s3())).secret.is_external());
}

#[test]
fn create_06_a_generated_value_stands_for_credentials() {
    let generate = Some(GenerateInput {
        length: Some(24),
        alphabet: text("hex"),
    });
    let plan = parts(create(CreateInput { generate, ..bare() }));
    let new = plan.new_version.expect("a version");
    let value = new
        .credentials
        .field("value")
        .expect("a value")
        .expose_text();
    assert_eq!(value.len(), 24);
    assert_eq!(new.version.how(), How::Generated);
}

#[test]
fn create_06_both_ways_neither_or_half_of_one_is_refused() {
    let both_values = CreateInput {
        generate: Some(GenerateInput::default()),
        ..generic("x")
    };
    let all_three = CreateInput {
        vault_connection_id: connection(),
        field_mappings: mappings(),
        ..generic("x")
    };
    let with_connection = CreateInput {
        vault_connection_id: connection(),
        ..generic("x")
    };
    let with_mappings = CreateInput {
        field_mappings: mappings(),
        ..generic("x")
    };
    let no_mappings = CreateInput {
        vault_connection_id: connection(),
        ..bare()
    };
    let no_connection = CreateInput {
        field_mappings: mappings(),
        ..bare()
    };
    let generated_external = CreateInput {
        generate: Some(GenerateInput::default()),
        vault_connection_id: connection(),
        field_mappings: mappings(),
        ..bare()
    };
    for input in [
        both_values,
        all_three,
        with_connection,
        with_mappings,
        no_mappings,
        no_connection,
        generated_external,
        bare(),
    ] {
        let rejection = refused(create(input), ErrorType::InvalidRequest);
        assert!(!rejection.details().is_empty());
    }
}

#[test]
fn create_06_empty_credentials_are_credentials_with_missing_fields() {
    let input = CreateInput {
        credentials: Some(FieldsInput::default()),
        ..generic("")
    };
    faulty(create(input), &["credentials.value"]);
}

#[test]
fn create_07_only_a_generic_value_can_be_generated() {
    let input = CreateInput {
        credentials: None,
        generate: Some(GenerateInput::default()),
        ..s3()
    };
    faulty(create(input), &["generate"]);
}

#[test]
fn create_07_a_length_or_alphabet_out_of_range_is_refused() {
    for length in [0, 7, 4_097, -1, i64::MAX] {
        let generate = Some(GenerateInput {
            length: Some(length),
            alphabet: text("aaaa"),
        });
        faulty(
            create(CreateInput { generate, ..bare() }),
            &["generate.alphabet", "generate.length"],
        );
    }
}
