//! What the forms of locations and connections are made from.

use std::collections::BTreeSet;

use domain::connection::{ConnectionMethod, connection_types, field_name};
use domain::external::Provider;
use domain::location::{EndpointNeed, LocationType, location_types};

fn json<T: serde::Serialize>(value: T) -> serde_json::Value {
    serde_json::to_value(value).expect("a view is JSON")
}

/// `key` of each object of a list.
fn each<'a>(list: &'a serde_json::Value, key: &str) -> Vec<&'a str> {
    let items = list.as_array().expect("a list");
    items
        .iter()
        .map(|item| item[key].as_str().expect("a text"))
        .collect()
}

#[test]
fn loc_01_every_storage_type_and_no_other_is_a_type_of_location() {
    let types = json(location_types());
    assert_eq!(
        each(&types, "type"),
        [
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
        ]
    );
    for name in each(&types, "type") {
        let parsed = LocationType::parse(name).expect("a known type");
        assert_eq!(parsed.as_str(), name);
    }
    for name in ["", "generic", "S3", "s3 ", "aws"] {
        assert_eq!(LocationType::parse(name), None, "{name}");
    }
}

#[test]
fn loc_02_each_type_says_whether_its_endpoint_is_required_offered_or_optional() {
    let of = |need: EndpointNeed| -> Vec<&str> {
        LocationType::all()
            .filter(|kind| kind.endpoint_need() == need)
            .map(LocationType::as_str)
            .collect()
    };
    assert_eq!(of(EndpointNeed::Required), ["s3_compatible"]);
    assert_eq!(of(EndpointNeed::Optional), ["s3", "azure_blob", "gcs"]);
    assert_eq!(
        of(EndpointNeed::Offered),
        [
            "r2",
            "b2",
            "wasabi",
            "railway",
            "oracle_object_storage_s3",
            "tigris",
            "digitalocean_spaces",
            "hetzner",
            "rabata",
        ]
    );
}

#[test]
fn a_location_type_is_shown_with_a_tile_the_providers_word_and_what_an_offer_asks() {
    let types = json(location_types());
    let azure = &types[1];
    assert_eq!(
        (&azure["mark"], &azure["bucket_label"], &azure["endpoint"]),
        (&"Az".into(), &"Container".into(), &"optional".into())
    );
    let r2 = &types[3];
    assert_eq!(
        r2["offer_asks"],
        serde_json::json!({"region": false, "account": "Account ID"})
    );
    let oracle = &types[7];
    assert_eq!(
        oracle["offer_asks"],
        serde_json::json!({"region": true, "account": "Namespace"})
    );
    let marks: BTreeSet<&str> = each(&types, "mark").into_iter().collect();
    assert_eq!(marks.len(), 13, "no two tiles look alike");
}

#[test]
fn conn_01_the_types_their_methods_and_fields_are_those_of_the_rule() {
    let types = json(connection_types());
    assert_eq!(
        each(&types, "type"),
        ["onepassword", "doppler", "infisical"]
    );
    let fields = |kind: usize, method: usize| {
        let method = &types[kind]["methods"][method];
        let name = method["method"].as_str().expect("a name").to_owned();
        let fields = each(&method["fields"], "name").join(" ");
        let kinds = each(&method["fields"], "kind").join(" ");
        (name, fields, kinds)
    };
    let row = |name: &str, fields: &str, kinds: &str| {
        (name.to_owned(), fields.to_owned(), kinds.to_owned())
    };
    assert_eq!(
        fields(0, 0),
        row(
            "onepassword_service_account",
            "service_account_token",
            "secret"
        )
    );
    assert_eq!(
        fields(0, 1),
        row(
            "onepassword_connect",
            "connect_url connect_token",
            "url secret"
        )
    );
    assert_eq!(
        fields(1, 0),
        row(
            "doppler_service_token",
            "project config service_token",
            "text text secret"
        )
    );
    assert_eq!(
        fields(2, 0),
        row(
            "infisical_universal_auth",
            "project_id environment secret_path host client_id client_secret",
            "text text path url identifier secret"
        )
    );
}

#[test]
fn conn_01_other_types_methods_and_fields_are_not_known() {
    for name in ["", "1password", "OnePassword", "vault", "doppler "] {
        assert_eq!(Provider::parse(name), None, "{name}");
    }
    for name in ["", "onepassword", "doppler", "service_account"] {
        assert_eq!(ConnectionMethod::parse(name), None, "{name}");
    }
    for name in ["", "token", "access_token", "value"] {
        assert_eq!(field_name(name), None, "{name}");
    }
}

#[test]
fn conn_02_a_form_is_told_which_fields_come_with_a_new_token() {
    let types = json(connection_types());
    let mut coming = Vec::new();
    for kind in types.as_array().expect("a list") {
        for method in kind["methods"].as_array().expect("a list") {
            for field in method["fields"].as_array().expect("a list") {
                if field["comes_with_token"] == true {
                    coming.push(field["name"].as_str().expect("a name"));
                }
            }
        }
    }
    assert_eq!(
        coming,
        [
            "service_account_token",
            "connect_token",
            "service_token",
            "client_id",
            "client_secret",
        ]
    );
}

#[test]
fn create_09_each_provider_shows_how_a_reference_into_it_is_written() {
    let types = json(connection_types());
    let example = |at: usize| types[at]["reference"]["example"].as_str();
    assert_eq!(example(0), Some("op://Production/AWS/access_key_id"));
    assert_eq!(example(1), Some("AWS_ACCESS_KEY_ID"));
    assert_eq!(example(2), Some("AWS_ACCESS_KEY_ID"));
    assert_eq!(each(&types, "mark"), ["1P", "Do", "In"]);
}

#[test]
fn every_method_and_field_of_a_connection_reads_back_by_its_name() {
    for method in ConnectionMethod::ALL {
        assert_eq!(ConnectionMethod::parse(method.as_str()), Some(method));
        assert!(ConnectionMethod::of(method.provider()).any(|known| known == method));
        for field in method.fields() {
            assert_eq!(field_name(field.name), Some(field.name));
            assert!(!field.label.is_empty() && !field.help.is_empty() && !field.example.is_empty());
        }
    }
}

#[test]
fn every_kind_of_record_has_a_label_of_its_own() {
    let location_types: Vec<&str> = LocationType::all().map(LocationType::label).collect();
    let providers = Provider::ALL.map(Provider::label);
    let methods: Vec<&str> = Provider::ALL
        .into_iter()
        .flat_map(ConnectionMethod::of)
        .map(ConnectionMethod::label)
        .collect();
    let helps = Provider::ALL.map(Provider::help);
    for labels in [&location_types[..], &providers, &methods, &helps] {
        let different: BTreeSet<_> = labels.iter().collect();
        assert_eq!(different.len(), labels.len(), "{labels:?}");
        assert!(labels.iter().all(|label| label.len() > 1), "{labels:?}");
    }
    assert_eq!(providers, ["1Password", "Doppler", "Infisical"]);
}
