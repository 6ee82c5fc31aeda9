use std::collections::BTreeSet;

use domain::catalogue::{AuthMethod, FieldKind, SecretType, catalogue, field_name};
use domain::presets::presets;

const TYPES: [&str; 14] = [
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

const ACCESS_KEY_METHODS: [&str; 10] = [
    "s3_access_key",
    "r2_access_key",
    "wasabi_access_key",
    "railway_access_key",
    "oracle_object_storage_s3_access_key",
    "s3_compatible_access_key",
    "tigris_access_key",
    "digitalocean_spaces_access_key",
    "hetzner_access_key",
    "rabata_access_key",
];

#[test]
fn create_04_the_fourteen_types_are_known() {
    let known: Vec<&str> = SecretType::ALL.iter().map(|known| known.as_str()).collect();
    assert_eq!(known, TYPES);
    for name in TYPES {
        let parsed = SecretType::parse(name).expect("a known type");
        assert_eq!(serde_json::to_value(parsed).expect("a string"), name);
    }
}

#[test]
fn create_04_other_types_are_not() {
    for name in [
        "",
        "S3",
        "s3 ",
        "aws",
        "oracle_object_storage",
        "azure",
        "gcs_service_account",
    ] {
        assert_eq!(SecretType::parse(name), None, "{name}");
    }
}

#[test]
fn create_05_each_method_belongs_to_one_type_which_lists_it() {
    assert_eq!(AuthMethod::ALL.len(), 15);
    for method in AuthMethod::ALL {
        assert!(
            method.secret_type().methods().contains(method),
            "{method:?}"
        );
        assert_eq!(AuthMethod::parse(method.as_str()), Some(*method));
        assert_eq!(
            serde_json::to_value(method).expect("a string"),
            method.as_str()
        );
    }
    let listed: usize = SecretType::ALL
        .iter()
        .map(|known| known.methods().len())
        .sum();
    assert_eq!(listed, 15);
    assert_eq!(
        SecretType::B2.only_method(),
        Some(AuthMethod::B2ApplicationKey)
    );
}

#[test]
fn create_05_azure_must_say_which_and_foreign_names_are_unknown() {
    assert_eq!(SecretType::AzureBlob.only_method(), None);
    assert!(!SecretType::R2.methods().contains(&AuthMethod::S3AccessKey));
    for name in ["", "access_key", "S3_access_key", "azure", "generic"] {
        assert_eq!(AuthMethod::parse(name), None, "{name}");
    }
}

#[test]
fn create_07_each_method_has_the_fields_of_the_rule() {
    for name in ACCESS_KEY_METHODS {
        check_fields(name, &["access_key_id", "secret_access_key"]);
    }
    check_fields("azure_account_key", &["account_name", "account_key"]);
    check_fields("azure_sas_url", &["sas_url"]);
    check_fields("gcs_service_account", &["service_account_json"]);
    check_fields(
        "b2_application_key",
        &["application_key_id", "application_key"],
    );
    check_fields("opaque_value", &["value"]);
}

#[track_caller]
fn check_fields(method: &str, names: &[&str]) {
    let method = AuthMethod::parse(method).expect("a known method");
    let fields: Vec<&str> = method.fields().iter().map(|field| field.name).collect();
    assert_eq!(fields, names, "{method:?}");
}

#[test]
fn update_07_the_account_name_alone_is_lasting() {
    let lasting: Vec<&str> = AuthMethod::ALL
        .iter()
        .flat_map(|method| method.fields())
        .filter(|field| field.lasting)
        .map(|field| field.name)
        .collect();
    assert_eq!(lasting, ["account_name"]);
}

#[test]
fn update_08_methods_with_the_same_fields_are_told_from_others() {
    assert!(AuthMethod::S3AccessKey.has_same_fields_as(AuthMethod::R2AccessKey));
    assert!(!AuthMethod::S3AccessKey.has_same_fields_as(AuthMethod::B2ApplicationKey));
    assert!(!AuthMethod::AzureAccountKey.has_same_fields_as(AuthMethod::AzureSasUrl));
}

#[test]
fn every_field_has_the_words_that_a_form_needs() {
    for field in AuthMethod::ALL.iter().flat_map(|method| method.fields()) {
        assert!(
            !field.label.is_empty() && !field.help.is_empty() && !field.example.is_empty(),
            "{}",
            field.name
        );
        assert!(field.help.ends_with('.'), "a sentence: {}", field.help);
        assert_eq!(field_name(field.name), Some(field.name));
        assert_eq!(
            field.env_name.is_none(),
            field.kind == FieldKind::Text,
            "{}",
            field.name
        );
    }
    assert_eq!(field_name("password"), None);
}

#[test]
fn every_type_has_its_own_tile() {
    let marks: BTreeSet<&str> = SecretType::ALL.iter().map(|known| known.mark()).collect();
    assert_eq!(marks.len(), 14);
    assert!(marks.iter().all(|mark| mark.chars().count() == 2));
}

#[test]
fn the_catalogue_lists_every_type_with_its_methods() {
    let listed = serde_json::to_value(catalogue()).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(14));
    assert_eq!(
        listed
            .pointer("/1/methods/0/fields/0/kind")
            .expect("a kind"),
        "identifier"
    );
    assert_eq!(listed.pointer("/0/type").expect("a type"), "s3");
}

#[test]
fn create_11_presets_fill_valid_env_keys_and_domains() {
    use domain::allowed_domains::AllowedDomains;
    use domain::env_key::EnvKey;

    assert!(presets().len() >= 20);
    let keys: BTreeSet<&str> = presets().iter().map(|preset| preset.env_key).collect();
    assert_eq!(keys.len(), presets().len(), "two presets with one env key");
    let ids: BTreeSet<&str> = presets().iter().map(|preset| preset.id).collect();
    assert_eq!(ids.len(), presets().len());
    for preset in presets() {
        assert!(EnvKey::parse(preset.env_key).is_ok(), "{}", preset.id);
        assert!(
            AllowedDomains::parse(preset.allowed_domains).is_ok(),
            "{}",
            preset.id
        );
    }
    for (id, key) in [
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("github", "GITHUB_TOKEN"),
    ] {
        assert_eq!(
            presets()
                .iter()
                .find(|preset| preset.id == id)
                .expect("a preset")
                .env_key,
            key
        );
    }
}
