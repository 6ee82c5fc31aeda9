use super::support::*;
use domain::create::CreateInput;
use domain::external::{MappingInput, Provider};
use domain::*;

fn mapping(field_name: &str, reference: &str) -> MappingInput {
    MappingInput {
        field_name: text(field_name),
        reference: text(reference),
    }
}

fn mapped(mappings: Vec<MappingInput>) -> CreateInput {
    CreateInput {
        credentials: None,
        vault_connection_id: Some(ConnectionId::from_bytes([4; 16]).to_string()),
        field_mappings: Some(mappings),
        ..s3()
    }
}

pub fn whole(id: &str, secret: &str) -> CreateInput {
    mapped(vec![
        mapping("secret_access_key", secret),
        mapping("access_key_id", id),
    ])
}

fn decide(input: CreateInput, provider: Option<Provider>) -> Result<Plan, Rejection> {
    input
        .parse(&owner(), provider, &mut counting)?
        .decide(&free(), &owner())
}

#[test]
fn create_06_references_alone_make_an_external_secret_without_versions() {
    let plan = parts(decide(
        whole("op://DevOps/AWS-Prod/id", "op://DevOps/AWS-Prod/key"),
        Some(Provider::OnePassword),
    ));
    assert!(plan.new_version.is_none());
    let Holding::External { mappings, .. } = plan.secret.holding() else {
        panic!("an external secret")
    };
    let order: Vec<&str> = mappings.iter().map(|mapping| mapping.field_name).collect();
    assert_eq!(order, ["access_key_id", "secret_access_key"]);
}

#[test]
fn create_09_references_that_the_provider_reads_are_taken() {
    for reference in [
        "op://DevOps/AWS-Prod/access_key_id",
        "OP://dev ops/AWS.Prod/Access Keys/access_key_id",
        "op://abcdefghijklmnopqrstuvwxyz/item/field?attribute=value",
        "op://v/i/f?attr=otp",
        "op://v/i/key?ssh-format=openssh",
    ] {
        parts(decide(
            whole(reference, "op://v/i/f"),
            Some(Provider::OnePassword),
        ));
    }
    for provider in [Provider::Doppler, Provider::Infisical] {
        parts(decide(whole("AWS_ACCESS_KEY_ID", "_key2"), Some(provider)));
    }
}

#[test]
fn create_09_references_that_the_provider_cannot_read_are_refused() {
    for reference in [
        "",
        "AWS_ACCESS_KEY_ID",
        "op:/v/i/f",
        "op://v/f",
        "op://v/i/s/f/x",
        "op://v//f",
        "op:// v/i/f",
        "op://v/i/f ",
        "op://v/i/ü",
        "op://v/a@b/f",
        "op://v/i/f?",
        "op://v/i/f?attribute=colour",
        "op://v/i/f?ssh-format=pem",
    ] {
        faulty(
            decide(whole(reference, "op://v/i/f"), Some(Provider::OnePassword)),
            &["field_mappings.1.reference"],
        );
    }
    for reference in ["", "1KEY", "A-B", "op://v/i/f", "KÉY"] {
        faulty(
            decide(whole(reference, "KEY"), Some(Provider::Doppler)),
            &["field_mappings.1.reference"],
        );
    }
}

#[test]
fn create_09_unknown_repeated_nameless_and_missing_fields_are_all_listed() {
    let input = mapped(vec![
        mapping("value", "op://v/i/f"),
        mapping("access_key_id", "op://v/i/f"),
        mapping("access_key_id", "op://v/i/f"),
        MappingInput::default(),
    ]);
    let expected = [
        "field_mappings",
        "field_mappings.0.field_name",
        "field_mappings.2.field_name",
        "field_mappings.3.field_name",
        "field_mappings.3.reference",
    ];
    faulty(decide(input, Some(Provider::OnePassword)), &expected);
}

#[test]
fn create_09_an_empty_list_of_mappings_misses_every_field() {
    faulty(
        decide(mapped(Vec::new()), Some(Provider::OnePassword)),
        &["field_mappings", "field_mappings"],
    );
}

#[test]
fn create_10_a_connection_of_this_vault_is_taken() {
    let input = whole("KEY", "KEY2");
    assert_eq!(
        input.connection_id(),
        Some(ConnectionId::from_bytes([4; 16]))
    );
    parts(decide(input, Some(Provider::Doppler)));
}

#[test]
fn create_10_a_connection_that_is_not_here_is_not_found() {
    refused(decide(whole("KEY", "KEY2"), None), ErrorType::NotFound);
}

#[test]
fn create_10_an_id_of_another_kind_is_a_fault_of_its_field() {
    let vault_connection_id = Some(other().to_string());
    faulty(
        decide(
            CreateInput {
                vault_connection_id,
                ..whole("KEY", "KEY2")
            },
            None,
        ),
        &["vault_connection_id"],
    );
}

#[test]
fn create_09_the_example_that_a_form_shows_is_a_reference() {
    for provider in Provider::ALL {
        let example = provider.reference().example;
        parts(decide(whole(example, example), Some(provider)));
    }
}

#[test]
fn create_09_a_reference_of_1024_characters_is_taken_and_one_more_is_not() {
    let longest = "K".repeat(1024);
    parts(decide(whole(&longest, "KEY"), Some(Provider::Doppler)));
    let longer = "K".repeat(1025);
    faulty(
        decide(whole(&longer, "KEY"), Some(Provider::Doppler)),
        &["field_mappings.1.reference"],
    );
}
