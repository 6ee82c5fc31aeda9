//! Answers to an item's own questions decide which of its values are asked about.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux, field};

use crate::world::World;

fn export(world: &World, item: Item) -> PathBuf {
    let path = world.vault.home().join("export.1pux");
    let bytes = OnePux::new("Acme").vault("Shared", vec![item]).into_bytes();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn previewed(world: &World, path: &Path) -> Value {
    let asked = json!({ "path": path });
    let preview = world.on_cli("import_preview", asked).unwrap();
    preview["items"][0].clone()
}

fn counts(report: &Value) -> [u64; 3] {
    ["imported", "updated", "unchanged"].map(|name| report[name].as_u64().unwrap())
}

/// A login with a key beside it of which nobody knows whether it is one of storage.
fn login_with_key(password: &str, key: &str) -> Item {
    let fields = vec![
        field("Key ID", "k0", "string", json!("rzp-1")),
        field("Secret", "k1", "concealed", json!(key)),
    ];
    Item::login("Razorpay", "mara", password).section("keys", fields)
}

/// The value of the secret that has this field.
fn value_of(world: &World, name: &str) -> Value {
    let id = with_field(world, name);
    world.done("secret_copy", json!({ "id": id, "field": name }));
    json!(world.on_clipboard())
}

fn with_field(world: &World, name: &str) -> Value {
    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    let all = listed.as_array().unwrap().iter();
    let mut found = all.filter(|secret| (secret["secret_type"] == "generic") == (name == "value"));
    let id = found.next().expect("a secret of the method")["id"].clone();
    assert!(found.next().is_none(), "{listed}");
    id
}

fn replace(world: &World, id: &Value, credentials: &Value) {
    world.pass(Duration::from_secs(1));
    let change = json!({ "id": id, "credentials": credentials, "previous": "keep" });
    world.done("secret_update", change);
}

/// `value.1` is another value once it is said that the key and its id are one.
#[test]
fn what_is_said_about_a_value_is_about_what_the_other_answers_make_of_the_item() {
    let world = World::unlocked();
    let path = export(&world, login_with_key("login-1", "key-1"));
    let item = previewed(&world, &path);
    let service = item["questions"][0]["id"].clone();
    assert!(service.as_str().unwrap().starts_with("service:"), "{item}");
    let answer = |question: &Value, choice: &str| json!({ "item_id": item["item_id"], "question": question, "choice": choice });
    let pair = answer(&service, "s3_compatible_access_key");
    let asked = json!({ "path": path, "answers": [pair] });
    world.on_cli("import_apply", asked).unwrap();
    replace(
        &world,
        &with_field(&world, "value"),
        &json!({ "value": "login-here" }),
    );
    replace(
        &world,
        &with_field(&world, "secret_access_key"),
        &json!({ "access_key_id": "rzp-1", "secret_access_key": "key-here" }),
    );

    let path = export(&world, login_with_key("login-3", "key-3"));
    world.pass(Duration::from_secs(1));
    // The pair is the first of the two then.
    let answers = json!([
        answer(&json!("value.1"), "source"),
        answer(&json!("value.2"), "here"),
        pair,
    ]);
    let asked = json!({ "path": path, "answers": answers, "refuse_questions": true });
    let report = world.on_cli("import_apply", asked).unwrap();
    assert_eq!(counts(&report), [0, 1, 1], "{report}");
    assert_eq!(value_of(&world, "secret_access_key"), "key-3");
    assert_eq!(value_of(&world, "value"), "login-here");
}

#[test]
fn what_was_said_about_a_value_stays_with_it_when_the_file_is_read_anew() {
    let world = World::unlocked();
    let path = world.vault.home().join("keys.csv");
    let columns = json!(["title", "password", "key_id", "secret_key"]);
    let opened = |password: &str, key: &str| {
        let row = format!("Store,{password},some-id,{key}");
        let text = format!("title,password,access key id,secret access key\n{row}\n");
        std::fs::write(&path, text).unwrap();
        world.choose(&path);
        let file = world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone();
        let asked = json!({ "file_id": file, "format": "csv" });
        let item = world.done("import_preview", asked)["items"][0].clone();
        let service = item["questions"][0]["id"].clone();
        assert!(service.as_str().unwrap().starts_with("service:"), "{item}");
        let choose = json!({ "file_id": file, "items": [item["item_id"]], "question": service, "choice": "apart" });
        world.done("import_choose", choose);
        file
    };
    let file = opened("login-1", "key-1");
    world.done("import_apply", json!({ "file_id": file }));
    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    for secret in listed.as_array().unwrap() {
        let is_key = secret["name"].as_str().unwrap().contains("secret");
        let value = if is_key { "key-here" } else { "login-here" };
        replace(&world, &secret["id"], &json!({ "value": value }));
    }

    let file = opened("login-3", "key-3");
    let shown = |request: Value| {
        let mut asked = json!({ "file_id": file });
        let members = request.as_object().unwrap().clone();
        asked.as_object_mut().unwrap().extend(members);
        world.done("import_preview", asked)["items"][0].clone()
    };
    let item = shown(json!({}));
    let asked = item["questions"].as_array().unwrap().iter();
    let of_key = asked.clone().find(|asked| {
        let text = asked["text"].as_str().unwrap();
        text.contains("changed here and at its source") && text.contains("secret")
    });
    let of_key = of_key.expect("a question about the key")["id"].clone();
    let choose = json!({ "file_id": file, "items": [item["item_id"]], "question": of_key, "choice": "source" });
    world.done("import_choose", choose);
    let before = shown(json!({}))["questions"].clone();
    assert_eq!(before.as_array().unwrap().len(), 3, "{before}");
    assert_eq!(
        shown(json!({ "columns": columns }))["questions"],
        before,
        "what was chosen is chosen still"
    );
    assert!(
        before.to_string().contains(r#""chosen":"source""#),
        "{before}"
    );
}
