use serde_json::{Value, json};
use turnstone_commands::{Surface, commands};

use crate::world::World;

fn types(envelope: &Value) -> Vec<&str> {
    envelope["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["type"].as_str().unwrap())
        .collect()
}

fn ways(envelope: &Value) -> Vec<String> {
    envelope["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["loc"].to_string())
        .collect()
}

#[test]
fn err_01_every_refused_command_answers_the_one_envelope() {
    let world = World::unlocked();
    for (command, request) in [
        ("secret_create", json!({})),
        ("secret_create", json!(7)),
        (
            "secret_get",
            json!({ "id": "sec_01M7YRHSZEYN56VDBC8TX9XSK9" }),
        ),
        ("secret_list", json!({ "limit": 0 })),
        (
            "vault_unlock",
            json!({ "vault_id": world.vault_id(), "password": "wrong" }),
        ),
        ("nothing_such", json!({})),
        ("import_preview", json!({ "file_id": "file_9" })),
    ] {
        let envelope = world.refused(command, request);
        assert!(envelope["status"].is_u64(), "{envelope}");
        assert!(envelope["type"].is_string(), "{envelope}");
        assert!(
            !envelope["message"].as_str().unwrap().is_empty(),
            "{envelope}"
        );
        for detail in envelope["details"].as_array().unwrap() {
            assert!(
                detail["loc"].is_array()
                    && detail["message"].is_string()
                    && detail["type"].is_string(),
                "{envelope}"
            );
        }
    }
}

#[test]
fn err_03_a_well_formed_request_is_carried_out_from_json_and_from_text() {
    let world = World::unlocked();
    world.generic("a", "plover-1");
    let text = r#"{"name": "b", "secret_type": "generic", "credentials": {"value": "plover-2"}, "env_key": null}"#;

    assert_eq!(
        world
            .app
            .call_text(Surface::Window, "secret_create", text)
            .unwrap()["created"],
        true
    );
}

#[test]
fn err_03_what_is_no_request_of_this_form_is_400() {
    let world = World::unlocked();
    for (command, text) in [
        ("secret_list", "{"),
        ("secret_list", ""),
        ("secret_list", "[]"),
        ("secret_list", "null"),
        ("secret_list", "{} {}"),
        ("secret_list", r#"{"limt": 5}"#),
        ("secret_list", r#"{"limit": "5"}"#),
        ("secret_list", r#"{"limit": 5, "limit": 6}"#),
        ("secret_get", r#"{"id": 5}"#),
        ("secret_create", r#"{"name": ["a"]}"#),
        (
            "secret_create",
            r#"{"name": "a", "secret_type": "generic", "credentials": "plover"}"#,
        ),
        (
            "secret_create",
            r#"{"name": "a", "secret_type": "generic", "credentials": {"value": 5}}"#,
        ),
        ("secret_update", r#"{"id": "x", "tags": "a"}"#),
        (
            "secret_create",
            r#"{"name": "a", "secret_type": "generic", "generate": [40, "hex"]}"#,
        ),
        ("secret_update", r#"{"id": "x", "history": [3]}"#),
        ("secret_hints", r#"{"create": ["a"]}"#),
        ("secret_hints", r#"{"create": {}, "update": {}}"#),
        (
            "version_destroy",
            r#"{"id": "x", "version": 1, "forget": "yes"}"#,
        ),
    ] {
        let refused = json!(
            world
                .app
                .call_text(Surface::Window, command, text)
                .unwrap_err()
        );
        assert_eq!(
            (&refused["status"], &refused["type"]),
            (&json!(400), &json!("invalid_request")),
            "{text}: {refused}"
        );
    }
}

#[test]
fn err_03_every_other_fault_of_a_field_is_422_and_all_are_listed() {
    let world = World::unlocked();
    let envelope = world.refused(
        "secret_list",
        json!({ "limit": 1.5, "sort": "colour", "types": ["s3", "s4"], "age": "old", "health": "ill" }),
    );
    assert_eq!(envelope["status"], 422);
    let mut ways = ways(&envelope);
    ways.sort();
    assert_eq!(
        ways,
        [
            r#"["age"]"#,
            r#"["health"]"#,
            r#"["limit"]"#,
            r#"["sort"]"#,
            r#"["types",1]"#
        ]
    );

    let envelope = world.refused(
        "secret_create",
        json!({ "name": "", "secret_type": "s5", "credentials": {}, "tags": [""] }),
    );
    assert_eq!(envelope["status"], 422);
    assert!(types(&envelope).len() >= 3, "{envelope}");

    for request in [
        json!({}),
        json!({ "id": null }),
        json!({ "id": "ver_01M7YRHSZEYN56VDBC8TX9XSK9" }),
    ] {
        assert_eq!(
            world.refused("secret_get", request)["type"],
            "validation_error"
        );
    }
}

#[test]
fn err_03_all_that_a_request_has_to_hold_is_asked_for_at_once() {
    let world = World::unlocked();
    for row in commands() {
        let schema = json!(row.request);
        let needed: Vec<String> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|member| json!([member]).to_string())
            .collect();
        // Without the record that it is about, the rest of a request cannot be judged.
        if needed.len() < 2 || needed.contains(&r#"["id"]"#.to_owned()) {
            continue;
        }
        let answer = match row.surface {
            "cli" => world.on_cli(row.name, json!({})),
            _ => world.call(row.name, json!({})),
        };
        let envelope = json!(answer.unwrap_err());
        // Which of two ways is meant comes before any field (ERR-06).
        if envelope["type"] == "invalid_request" {
            continue;
        }
        let told = ways(&envelope);
        // What they hold depends on a method that is not said.
        let judged = needed
            .iter()
            .filter(|member| *member != r#"["credentials"]"#);
        for member in judged {
            assert!(
                told.contains(member),
                "{}: {member} of {envelope}",
                row.name
            );
        }
    }
}

#[test]
fn err_03_an_unknown_command_is_not_found_and_so_is_one_of_the_other_surface() {
    let world = World::unlocked();
    assert_eq!(
        world.refused("secret_reveal", json!({}))["type"],
        "not_found"
    );
    assert_eq!(
        json!(world.on_cli("vault_unlock", json!({})).unwrap_err())["type"],
        "not_found"
    );
    assert_eq!(
        world.refused("import_apply", json!({ "path": "/etc/passwd" }))["type"],
        "invalid_request"
    );
}

#[test]
fn err_05_what_is_wrong_in_form_is_not_quoted() {
    let world = World::unlocked();
    for text in [
        r#"{"name": "a", "secret_type": "generic", "credentials": "plover-dunlin-knot"}"#,
        r#"{"name": "a", "secret_type": "generic", "credentials": {"value": ["plover-dunlin-knot"]}}"#,
        r#"{"name": "a", "credentials": {"value": "plover-dunlin-knot}"#,
        r#""plover-dunlin-knot""#,
    ] {
        let refused = json!(
            world
                .app
                .call_text(Surface::Cli, "secret_create", text)
                .unwrap_err()
        );
        assert!(!refused.to_string().contains("plover-dunlin"), "{refused}");
    }
}

#[test]
fn err_06_the_first_stage_that_finds_something_answers() {
    let world = World::new();
    let id = "sec_01M7YRHSZEYN56VDBC8TX9XSK9";
    assert_eq!(
        world.refused("secret_update", json!({ "id": 5 }))["status"],
        400,
        "form before locked"
    );
    assert_eq!(
        world.refused("secret_update", json!({ "id": id, "name": "" }))["status"],
        401,
        "locked before fields"
    );

    world.unlock();
    let both =
        json!({ "id": id, "credentials": { "value": "x" }, "field_mappings": [], "name": "" });
    assert_eq!(
        world.refused("secret_update", both)["status"],
        404,
        "existence before ways"
    );

    let id = world.generic("a", "plover-dunlin");
    world.generic("b", "knot-sanderling");
    let both =
        json!({ "id": id, "credentials": { "value": "x" }, "field_mappings": [], "name": "" });
    assert_eq!(
        world.refused("secret_update", both)["status"],
        400,
        "ways before fields"
    );
    let stale = json!({ "id": id, "name": "", "expected_revision": 9 });
    assert_eq!(
        world.refused("secret_update", stale)["status"],
        422,
        "fields before the revision"
    );
    let taken = json!({ "id": id, "name": "B", "expected_revision": 9 });
    assert_eq!(
        world.refused("secret_update", taken.clone())["type"],
        "conflict",
        "the revision before names"
    );
    let taken = json!({ "id": id, "name": "B", "expected_revision": 1 });
    assert_eq!(
        world.refused("secret_update", taken)["type"],
        "already_exists"
    );
}

#[test]
fn err_06_a_request_without_fault_passes_every_stage() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    let answer = world.done(
        "secret_update",
        json!({ "id": id, "name": "c", "expected_revision": 1 }),
    );
    assert_eq!(answer["changed"], json!(["name"]));
}

#[test]
fn a_schema_requires_the_members_whose_absence_is_refused() {
    let members = |schema: &Value| -> Vec<String> {
        serde_json::from_value(schema["required"].clone()).unwrap_or_default()
    };
    let table = commands();
    let row = |name: &str, surface: &str| {
        let found = table
            .iter()
            .find(|row| row.name == name && row.surface == surface);
        json!(found.unwrap())
    };
    for (name, surface, required) in [
        ("secret_create", "both", &["name", "secret_type"][..]),
        ("secret_update", "both", &["id"]),
        ("secret_list", "both", &[]),
        ("version_destroy", "both", &["id", "version"]),
        (
            "password_change",
            "both",
            &["current_password", "new_password"],
        ),
        ("vault_unlock", "window", &["vault_id"]),
        ("backup_restore", "window", &["file_id", "password"]),
        ("backup_restore", "cli", &["path", "folder"]),
    ] {
        let row = row(name, surface);
        assert_eq!(members(&row["request"]), required, "{name}");
    }
    let mapping = &row("secret_create", "both")["request"]["$defs"]["FieldMapping"];
    assert_eq!(members(mapping), ["field_name", "reference"]);

    let world = World::unlocked();
    for row in table.iter().filter(|row| row.surface != "cli") {
        let required = members(&json!(row.request));
        if required.is_empty() {
            continue;
        }
        // The ways of a secret are judged before its fields.
        let request = match row.name {
            "secret_create" => json!({ "generate": {} }),
            _ => json!({}),
        };
        let envelope = world.refused(row.name, request);
        assert_eq!(envelope["status"], 422, "{}: {envelope}", row.name);
        for way in ways(&envelope) {
            let way: Vec<String> = serde_json::from_str(&way).unwrap();
            assert!(
                way.first().is_some_and(|member| required.contains(member)),
                "{}: {envelope}",
                row.name
            );
        }
    }
}

#[test]
fn an_answer_has_every_member_that_its_schema_requires() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    for (name, request) in [
        ("app_status", json!({})),
        ("secret_get", json!({ "id": id })),
        ("secret_history", json!({ "id": id })),
        ("secret_list", json!({})),
        ("audit_list", json!({})),
        ("secret_update", json!({ "id": id })),
    ] {
        let table = commands();
        let row = table.iter().find(|row| row.name == name).unwrap();
        let schema = json!(row.answer);
        let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
        let mut members: Vec<String> = world
            .done(name, request)
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        required.sort();
        members.sort();
        assert_eq!(members, required, "{name}");
    }
}

#[test]
fn each_command_is_on_a_surface_once() {
    let table = commands();
    for surface in ["window", "cli"] {
        let mut names: Vec<_> = table
            .iter()
            .filter(|row| row.surface == surface || row.surface == "both")
            .map(|row| row.name)
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
    let paths = |row: &&turnstone_commands::CommandInfo| {
        json!(row.request)["properties"].get("path").is_some()
    };
    assert!(
        table.iter().filter(paths).all(|row| row.surface == "cli"),
        "a path is for the command line only"
    );
}

#[test]
fn err_03_faults_of_an_id_and_a_version_are_told_together() {
    let world = World::unlocked();
    for (command, request) in [
        ("secret_restore", json!({})),
        ("version_destroy", json!({ "id": "x", "version": -1 })),
        ("version_destroy", json!({ "id": null, "version": null })),
    ] {
        let envelope = world.refused(command, request);
        assert_eq!(envelope["type"], "validation_error");
        assert_eq!(
            ways(&envelope),
            [r#"["id"]"#, r#"["version"]"#],
            "{command}"
        );
    }
}

#[test]
fn err_03_a_null_in_a_list_is_told_at_its_place_beside_the_other_faults() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    let create = json!({
        "name": "", "secret_type": "generic", "credentials": { "value": "knot" },
        "tags": ["ok", null, ""], "allowed_domains": [null]
    });
    for (command, request, expected) in [
        (
            "secret_create",
            create,
            &[
                r#"["name"]"#,
                r#"["tags",1]"#,
                r#"["tags",2]"#,
                r#"["allowed_domains",0]"#,
            ][..],
        ),
        (
            "secret_update",
            json!({ "id": id, "tags": [null], "allowed_domains": ["a.example", null] }),
            &[r#"["tags",0]"#, r#"["allowed_domains",1]"#],
        ),
        (
            "secret_list",
            json!({ "tags": [null], "types": ["s3", null], "sort": "colour" }),
            &[r#"["tags",0]"#, r#"["types",1]"#, r#"["sort"]"#],
        ),
        (
            "password_strength",
            json!({ "password": "a", "words": [null] }),
            &[r#"["words",0]"#],
        ),
        (
            "secret_create",
            json!({
                "name": "b", "secret_type": "generic", "field_mappings": [null],
                "vault_connection_id": "con_01M7YRHSZEYN56VDBC8TX9XSK9"
            }),
            &[
                r#"["field_mappings",0,"field_name"]"#,
                r#"["field_mappings",0,"reference"]"#,
                r#"["field_mappings"]"#,
            ],
        ),
    ] {
        let envelope = world.refused(command, request);
        assert_eq!(envelope["status"], 422, "{envelope}");
        assert_eq!(ways(&envelope), expected, "{envelope}");
    }
    let kept = json!({ "id": id, "tags": ["ci"], "allowed_domains": ["a.example"] });
    assert_eq!(
        world.done("secret_update", kept)["changed"],
        json!(["tags", "allowed_domains"])
    );
}

#[test]
fn err_03_an_unknown_type_is_told_where_it_was_given() {
    let world = World::unlocked();
    let given = json!({ "types": ["generic", "nothing"], "type": "such", "sort": "so" });
    let envelope = world.refused("secret_list", given);
    assert_eq!(
        ways(&envelope),
        [r#"["types",1]"#, r#"["type"]"#, r#"["sort"]"#]
    );
    assert_eq!(types(&envelope), ["unknown_value"; 3]);
}

#[test]
fn err_03_each_number_of_a_history_policy_is_judged() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    for (history, faults) in [
        (
            json!({ "keep": -1, "grace_days": -1 }),
            &["keep", "grace_days"][..],
        ),
        (json!({ "keep": 101 }), &["keep"]),
        (json!({ "keep": 3, "grace_days": 3_651 }), &["grace_days"]),
        (json!({ "keep": 0, "grace_days": 7 }), &["grace_days"]),
        (json!({ "keep": 1.5 }), &["keep"]),
    ] {
        let envelope = world.refused("secret_update", json!({ "id": id, "history": history }));
        let expected: Vec<_> = faults
            .iter()
            .map(|member| json!(["history", member]).to_string())
            .collect();
        assert_eq!(ways(&envelope), expected, "{history}");
    }
    let kept = json!({ "id": id, "history": { "keep": 100, "grace_days": 3_650 } });
    assert_eq!(
        world.done("secret_update", kept)["changed"],
        json!(["history"])
    );
}
