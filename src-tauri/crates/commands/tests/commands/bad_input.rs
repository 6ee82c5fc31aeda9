//! What no page of ours sends, to every command of the table: each is met with an envelope, and the vault stays as it was.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use turnstone_commands::{CommandInfo, Surface, commands};

use crate::world::World;

/// An envelope that quotes what it refuses would be longer.
const ENVELOPE_BYTES_MAX: usize = 4096;
const LONG_BYTES: usize = 10 * 1024 * 1024;
const LEVELS: usize = 4096;

/// A member of a request, and the JSON type that its schema gives.
struct Member {
    name: String,
    kind: String,
}

fn surface(row: &CommandInfo) -> Surface {
    if row.surface == "cli" {
        Surface::Cli
    } else {
        Surface::Window
    }
}

fn members(row: &CommandInfo) -> Vec<Member> {
    let schema = json!(row.request);
    let Some(properties) = schema["properties"].as_object() else {
        return Vec::new();
    };
    let kind = |schema: &Value| match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds[0].as_str().unwrap().to_owned(),
        _ => "object".to_owned(),
    };
    let member = |(name, schema): (&String, &Value)| Member {
        name: name.clone(),
        kind: kind(schema),
    };
    properties.iter().map(member).collect()
}

fn of_another_type(kind: &str) -> Vec<Value> {
    match kind {
        "string" => vec![json!(7), json!(true), json!(["a"]), json!({ "a": "b" })],
        "integer" => vec![json!("5"), json!(true), json!([5])],
        "boolean" => vec![json!("true"), json!(1)],
        "array" => vec![json!("a"), json!(7), json!({})],
        "object" => vec![json!("a"), json!(7), json!(["a"])],
        other => panic!("a schema says {other}"),
    }
}

fn envelope(world: &World, row: &CommandInfo, text: &str) -> Value {
    match world.app.call_text(surface(row), row.name, text) {
        Ok(answer) => panic!("{} carried out {}: {answer}", row.name, begin(text)),
        Err(rejection) => json!(rejection),
    }
}

fn begin(text: &str) -> String {
    text.chars().take(200).collect()
}

fn require_invalid(world: &World, row: &CommandInfo, text: &str) {
    let envelope = envelope(world, row, text);
    assert_eq!(
        envelope["type"],
        "invalid_request",
        "{} {}: {envelope}",
        row.name,
        begin(text)
    );
    assert!(
        envelope.to_string().len() <= ENVELOPE_BYTES_MAX,
        "{}: {envelope}",
        row.name
    );
}

#[test]
fn err_03_no_command_takes_a_request_of_another_shape() {
    let world = World::unlocked();
    for row in commands() {
        for text in [
            "",
            "null",
            "7",
            "\"a\"",
            "[]",
            "[{}]",
            "{",
            "{}{}",
            "{\"nothing_such\": 1}",
        ] {
            require_invalid(&world, &row, text);
        }
        for Member { name, kind } in members(&row) {
            for wrong in of_another_type(&kind) {
                require_invalid(&world, &row, &json!({ name.clone(): wrong }).to_string());
            }
            let mut twice = json!({ name.clone(): null }).to_string();
            twice.insert_str(1, &format!("\"{name}\": null, "));
            require_invalid(&world, &row, &twice);
        }
    }
}

#[test]
fn err_03_no_command_takes_half_a_character_or_bottomless_nesting() {
    let world = World::unlocked();
    for row in commands() {
        for Member { name, kind } in members(&row) {
            if kind == "string" {
                for half in [r"\ud83d", r"\ude00", r"\ude00\ud83d"] {
                    require_invalid(&world, &row, &format!("{{\"{name}\": \"{half}\"}}"));
                }
            }
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let deep = format!("{}1{}", open.repeat(LEVELS), close.repeat(LEVELS));
                require_invalid(&world, &row, &format!("{{\"{name}\": {deep}}}"));
            }
        }
    }
}

/// Where it is no fault (a cursor, a search for a tag), it finds nothing.
#[test]
fn err_05_a_text_of_ten_megabytes_is_met_with_a_short_answer() {
    let world = World::unlocked();
    let long = "k".repeat(LONG_BYTES);
    for row in commands() {
        for Member { name, kind } in members(&row) {
            let value = match kind.as_str() {
                "string" => json!(long),
                "array" => json!([long]),
                _ => continue,
            };
            // A way out of several may come first; then the text is not looked at.
            let answer = world
                .app
                .call(surface(&row), row.name, json!({ name.clone(): value }));
            let answer = answer.unwrap_or_else(|rejection| json!(rejection));
            let kind = answer["type"].as_str().unwrap_or("done");
            // The system takes no such path.
            let is_path = ["path", "folder"].contains(&name.as_str());
            if is_path && kind == "internal_error" {
                continue;
            }
            assert!(
                ["done", "invalid_request", "validation_error", "not_found"].contains(&kind),
                "{} {name}: {}",
                row.name,
                begin(&answer.to_string())
            );
            assert!(
                answer.to_string().len() < LONG_BYTES / 10,
                "{} {name} tells it back",
                row.name
            );
        }
    }
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
}

#[test]
fn err_03_an_id_of_another_kind_is_a_fault_and_one_of_another_vault_is_not_found() {
    let world = World::unlocked();
    let ulid = "01M7YRHSZEYN56VDBC8TX9XSK9";
    let kinds = BTreeMap::from([
        ("secret_", "sec"),
        ("version_", "sec"),
        ("location_", "loc"),
        ("connection_", "con"),
        ("member_", "mem"),
    ]);
    let mut asked = 0;
    for row in commands()
        .iter()
        .filter(|row| json!(row.request)["properties"].get("id").is_some())
    {
        let own = kinds
            .iter()
            .find(|(begins, _)| row.name.starts_with(**begins))
            .unwrap()
            .1;
        for kind in ["sec", "loc", "con", "mem", "ver"] {
            let mut request = json!({ "id": format!("{kind}_{ulid}") });
            if json!(row.request)["properties"].get("version").is_some() {
                request["version"] = json!(1);
            }
            let expected = if kind == *own {
                "not_found"
            } else {
                "validation_error"
            };
            let envelope = world.refused(row.name, request);
            assert_eq!(
                envelope["type"], expected,
                "{} {kind}: {envelope}",
                row.name
            );
            asked += 1;
        }
    }
    assert!(asked >= 5 * 15, "{asked}");
}

#[test]
fn create_02_names_are_one_however_their_characters_are_put_together() {
    let world = World::unlocked();
    let emoji = "🪨".repeat(255);
    let (composed, apart) = ("Schlüssel é", "Schlu\u{308}ssel e\u{301}");
    let secret = world.s3_secret(&emoji);
    let long = |name: &str| {
        world.refused(
            "secret_create",
            json!({ "name": name, "secret_type": "generic", "credentials": { "value": "knot" } }),
        )
    };
    assert_eq!(
        long(&format!("{emoji}🪨"))["details"][0]["type"],
        "too_long"
    );
    let id = world.generic(composed, "plover-dunlin");
    assert_eq!(long(apart)["existing_id"], json!(id));
    assert_eq!(
        world.done("secret_get", json!({ "id": id }))["secret"]["name"],
        composed
    );

    let location = world.location(composed, &secret);
    let request =
        json!({ "name": apart, "location_type": "s3", "secret_id": secret, "bucket_name": emoji });
    assert_eq!(
        world.refused("location_create", request)["existing_id"],
        json!(location)
    );
    world.done("location_update", json!({ "id": location, "name": emoji }));
    world.doppler(apart);
    let listed = world.done("connection_list", json!({ "query": "SCHLÜSSEL" }));
    assert_eq!(
        (&listed["total"], &listed["connections"][0]["name"]),
        (&json!(1), &json!(composed))
    );
}
