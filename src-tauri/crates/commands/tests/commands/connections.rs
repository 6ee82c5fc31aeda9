//! Connections, and the secrets whose values are behind them, through commands.

use serde_json::{Value, json};
use turnstone_commands::Wanted;

use crate::world::World;

const TOKEN: &str = "dp.st.prd.plover0dunlin0knot0sanderling0turnstone0";
const OTHER_TOKEN: &str = "dp.st.prd.godwit0curlew0whimbrel0ruff0dotterel00";

impl World {
    pub fn doppler(&self, name: &str) -> String {
        self.id_of(self.done("connection_create", doppler(name)), "connection")
    }

    pub fn external(&self, name: &str, connection: &str) -> String {
        self.id_of(
            self.done("secret_create", external(name, connection)),
            "secret",
        )
    }
}

pub fn doppler(name: &str) -> Value {
    json!({ "name": name, "connection_type": "doppler",
        "credentials": { "project": "backend", "config": "prd", "service_token": TOKEN } })
}

pub fn external(name: &str, connection: &str) -> Value {
    json!({ "name": name, "secret_type": "s3", "vault_connection_id": connection, "field_mappings": [
        { "field_name": "access_key_id", "reference": "AWS_ACCESS_KEY_ID" },
        { "field_name": "secret_access_key", "reference": "AWS_SECRET_ACCESS_KEY" },
    ] })
}

#[test]
fn conn_03_a_connection_is_answered_and_listed_with_its_token_masked() {
    let world = World::unlocked();
    let answer = world.done("connection_create", doppler("Doppler"));

    assert_eq!(
        (&answer["created"], &answer["connection_name"]),
        (&json!(true), &json!("Doppler"))
    );
    let connection = &answer["connection"];
    assert_eq!(
        (
            &connection["connection_type"],
            &connection["method"],
            &connection["used_by"]
        ),
        (
            &json!("doppler"),
            &json!("doppler_service_token"),
            &json!(0)
        )
    );
    let fields: Vec<(&str, &Value, &Value)> = connection["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            (
                field["name"].as_str().unwrap(),
                &field["text"],
                &field["mask"],
            )
        })
        .collect();
    assert_eq!(fields[0], ("project", &json!("backend"), &json!(null)));
    assert_eq!((fields[2].0, fields[2].1), ("service_token", &json!(null)));
    assert!(fields[2].2.as_str().unwrap().contains("••••"));
    assert!(!answer.to_string().contains("sanderling"));
    assert_eq!(
        world.done("connection_list", json!({ "type": "doppler" }))["connections"][0],
        *connection
    );
    assert_eq!(
        world.done("connection_list", json!({ "type": "infisical" }))["total"],
        0
    );
    assert_eq!(
        world.done("connection_get", json!({ "id": connection["id"] }))["connection"],
        *connection
    );
    assert_eq!(world.actions()[0], "connection_created");
    let again = world.refused("connection_create", doppler("DOPPLER"));
    assert_eq!(
        (&again["type"], &again["existing_id"]),
        (&json!("already_exists"), &connection["id"])
    );
}

#[test]
fn conn_01_onepassword_says_which_of_its_ways_it_takes() {
    let world = World::unlocked();
    let ask = |method: Value| {
        json!({ "name": "1Password", "connection_type": "onepassword", "method": method,
            "credentials": { "connect_url": "https://connect.example.com", "connect_token": "eyJhbGciOiJFUzI1NiJ9.eyJh.c2lnbmF0dXJl" } })
    };
    let refused = world.refused("connection_create", ask(json!(null)));
    assert_eq!(refused["details"][0]["loc"], json!(["method"]));
    let made = world.done("connection_create", ask(json!("onepassword_connect")));
    assert_eq!(
        made["connection"]["fields"][0]["text"],
        "https://connect.example.com"
    );
}

#[test]
fn conn_02_an_update_changes_name_and_description_and_a_rotation_the_token() {
    let world = World::unlocked();
    let id = world.doppler("d");
    let answer = world.done(
        "connection_update",
        json!({ "id": id, "name": "D", "description": "the one", "expected_revision": 1 }),
    );
    assert_eq!(answer["changed"], json!(["name", "description"]));
    for member in [
        json!({ "credentials": { "service_token": OTHER_TOKEN } }),
        json!({ "connection_type": "infisical" }),
    ] {
        let mut request = member.clone();
        request["id"] = json!(id);
        assert_eq!(
            world.refused("connection_update", request)["type"],
            "invalid_request",
            "{member}"
        );
    }
    let rotate = |token: &str| json!({ "id": id, "credentials": { "service_token": token }, "reason": "turnover" });
    let same = world.done("connection_rotate_token", rotate(TOKEN));
    assert_eq!(
        (&same["updated"], &same["hints"][0]["type"]),
        (&json!(null), &json!("value_unchanged"))
    );
    let other = world.done("connection_rotate_token", rotate(OTHER_TOKEN));
    assert_eq!(
        (&other["changed"], &other["connection"]["revision"]),
        (&json!(["credentials"]), &json!(3))
    );
    let fixed = world.refused(
        "connection_rotate_token",
        json!({ "id": id, "credentials": { "service_token": TOKEN, "project": "x" } }),
    );
    assert_eq!(
        fixed["details"][0]["loc"],
        json!(["credentials", "project"])
    );
    assert_eq!(
        world.actions()[..2],
        ["connection_token_rotated", "connection_updated"]
    );
}

#[test]
fn conn_04_a_connection_that_secrets_use_stays_also_for_those_in_the_trash() {
    let world = World::unlocked();
    let id = world.doppler("d");
    let secret = world.external("Wasabi", &id);
    assert_eq!(
        world.done("connection_get", json!({ "id": id }))["connection"]["used_by"],
        1
    );
    for in_trash in [false, true] {
        let refused = world.refused("connection_delete", json!({ "id": id }));
        assert_eq!(refused["type"], "in_use");
        assert_eq!(
            refused["dependants"],
            json!([{ "kind": "secret", "id": secret, "name": "Wasabi", "in_trash": in_trash }])
        );
        if !in_trash {
            world.done("secret_delete", json!({ "id": secret }));
        }
    }
}

#[test]
fn conn_04_a_connection_that_no_secret_uses_is_deleted() {
    let world = World::unlocked();
    let id = world.doppler("d");
    let secret = world.external("Wasabi", &id);
    world.done("secret_delete", json!({ "id": secret, "destroy": true }));
    let answer = world.done("connection_delete", json!({ "id": id }));
    assert_eq!(
        (&answer["deleted"], &answer["connection"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(
        world.refused("connection_get", json!({ "id": id }))["type"],
        "not_found"
    );
    world.doppler("d");
}

#[test]
fn create_06_a_secret_has_its_values_here_or_in_another_vault() {
    let world = World::unlocked();
    let id = world.doppler("Doppler");
    let answer = world.done("secret_create", external("Wasabi", &id));
    let secret = &answer["secret"];
    assert_eq!(
        (
            &secret["mode"],
            &secret["vault_connection_id"],
            &secret["vault_connection_name"],
            &secret["version"]
        ),
        (
            &json!("external"),
            &json!(id),
            &json!("Doppler"),
            &json!(null)
        )
    );
    assert_eq!(
        secret["field_mappings"][0],
        json!({ "field_name": "access_key_id", "reference": "AWS_ACCESS_KEY_ID" })
    );
    let mut both = external("b", &id);
    both["credentials"] =
        json!({ "access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "x" });
    let mut half = external("b", &id);
    half.as_object_mut().unwrap().remove("field_mappings");
    for request in [both, half, json!({ "name": "b", "secret_type": "s3" })] {
        assert_eq!(
            world.refused("secret_create", request)["type"],
            "invalid_request"
        );
    }
    let listed = world.done("secret_list", json!({ "vault_connection_id": id }));
    assert_eq!(
        (&listed["total"], &listed["secrets"][0]),
        (&json!(1), secret)
    );
    world.generic("here", "plover-dunlin");
    assert_eq!(
        world.done("secret_list", json!({ "vault_connection_id": id }))["total"],
        1
    );
    assert_eq!(
        world.done(
            "secret_list",
            json!({ "vault_connection_id": id, "query": "here" })
        )["total"],
        0
    );
    assert_eq!(
        world.refused("secret_list", json!({ "vault_connection_id": "sec_1" }))["type"],
        "validation_error"
    );
}

#[test]
fn create_09_references_are_judged_by_the_connection_s_provider_at_their_place() {
    let world = World::unlocked();
    let id = world.doppler("Doppler");
    let mut request = external("Wasabi", &id);
    request["field_mappings"][1]["reference"] = json!("op://Production/AWS/secret");
    let refused = world.refused("secret_create", request.clone());
    assert_eq!(
        refused["details"][0]["loc"],
        json!(["field_mappings", 1, "reference"])
    );
    let review = world.done("secret_hints", json!({ "create": request }));
    assert_eq!(
        review["details"][0]["loc"],
        json!(["field_mappings", 1, "reference"])
    );
}

#[test]
fn create_10_a_connection_that_this_vault_does_not_have_is_not_found() {
    let world = World::unlocked();
    let absent = external("a", "con_01M7YRHSZEYN56VDBC8TX9XSK9");
    assert_eq!(world.refused("secret_create", absent)["type"], "not_found");
    let wrong_kind = world.refused(
        "secret_create",
        external("a", "sec_01M7YRHSZEYN56VDBC8TX9XSK9"),
    );
    assert_eq!(
        (&wrong_kind["type"], &wrong_kind["details"][0]["loc"]),
        (&json!("validation_error"), &json!(["vault_connection_id"]))
    );
}

#[test]
fn update_09_to_12_a_secret_stays_where_its_values_are() {
    let world = World::unlocked();
    let id = world.doppler("Doppler");
    let far = world.external("Wasabi", &id);
    let here = world.s3_secret("Here");
    let mapping = json!([{ "field_name": "access_key_id", "reference": "A" }, { "field_name": "secret_access_key", "reference": "B" }]);
    let credentials = json!({ "access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "x" });
    for (rule, request) in [
        (
            "update_09",
            json!({ "id": far, "credentials": credentials }),
        ),
        (
            "update_10",
            json!({ "id": here, "field_mappings": mapping }),
        ),
        (
            "update_11",
            json!({ "id": far, "credentials": credentials, "field_mappings": mapping }),
        ),
        ("update_12", json!({ "id": far, "vault_connection_id": id })),
    ] {
        assert_eq!(
            world.refused("secret_update", request)["type"],
            "invalid_request",
            "{rule}"
        );
    }
    let answer = world.done(
        "secret_update",
        json!({ "id": far, "field_mappings": mapping }),
    );
    assert_eq!(
        (
            &answer["changed"],
            &answer["secret"]["field_mappings"][1]["reference"]
        ),
        (&json!(["field_mappings"]), &json!("B"))
    );
    let wrong = json!([{ "field_name": "access_key_id", "reference": "no/such name" }]);
    let refused = world.refused(
        "secret_update",
        json!({ "id": far, "field_mappings": wrong }),
    );
    assert_eq!(
        refused["details"][0]["loc"],
        json!(["field_mappings", 0, "reference"])
    );
}

#[test]
fn an_external_value_is_not_used_and_no_use_is_in_the_log() {
    let world = World::unlocked();
    let id = world.doppler("Doppler");
    let secret = world.external("Wasabi", &id);
    let before = world.actions();

    let copied = world.refused(
        "secret_copy",
        json!({ "id": secret, "field": "secret_access_key" }),
    );
    assert_eq!(copied["details"][0]["type"], "external_value");
    for wanted in [
        Wanted {
            secrets: vec!["Wasabi".to_owned()],
            variables: Vec::new(),
        },
        Wanted {
            secrets: Vec::new(),
            variables: vec!["KEY=Wasabi.access_key_id".to_owned()],
        },
    ] {
        let refused = json!(world.app.values_for_child(&wanted).err().unwrap());
        assert_eq!(refused["details"][0]["type"], "external_value");
    }
    for (command, version) in [("secret_restore", 1), ("version_destroy", 1)] {
        let refused = world.refused(command, json!({ "id": secret, "version": version }));
        assert!(
            ["not_found", "validation_error", "invalid_request"]
                .contains(&refused["type"].as_str().unwrap()),
            "{refused}"
        );
    }
    assert_eq!(
        world.done("secret_history", json!({ "id": secret }))["versions"],
        json!([])
    );
    assert_eq!(world.actions(), before);
    assert_eq!(world.on_clipboard(), None);
}
