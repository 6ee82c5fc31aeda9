//! What an import holds and for how long, and what a later one takes for the same as before.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux};

use crate::world::World;

fn written(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = world.vault.home().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn export(world: &World, items: Vec<Item>) -> PathBuf {
    let bytes = OnePux::new("Acme").vault("Shared", items).into_bytes();
    written(world, "export.1pux", bytes)
}

fn two() -> Vec<Item> {
    vec![
        Item::password("Gate", "plover-dunlin-knot-1"),
        Item::password("Shed", "plover-dunlin-knot-2"),
    ]
}

fn chosen(world: &World, path: &Path) -> Value {
    world.choose(path);
    world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone()
}

/// A preview in which the first item is not taken.
fn without_the_first(world: &World) -> Value {
    let id = chosen(world, &export(world, two()));
    let preview = world.done("import_preview", json!({ "file_id": id }));
    let first = &preview["items"][0]["item_id"];
    let leave = json!({ "file_id": id, "items": [first], "take": false });
    world.done("import_choose", leave);
    id
}

fn names(world: &World) -> Vec<String> {
    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    let secrets = listed.as_array().unwrap().iter();
    secrets
        .map(|secret| secret["name"].as_str().unwrap().to_owned())
        .collect()
}

fn applied(world: &World, path: &Path) -> Value {
    world
        .on_cli("import_apply", json!({ "path": path }))
        .unwrap()
}

fn counts(report: &Value) -> [u64; 3] {
    ["imported", "updated", "unchanged"].map(|name| report[name].as_u64().unwrap())
}

#[test]
fn what_was_decided_is_never_lost_to_time_and_then_applied_without_it() {
    let world = World::unlocked();
    world.done("settings_update", json!({ "idle_lock_minutes": 240 }));
    let id = without_the_first(&world);
    world.pass(Duration::from_secs(15 * 60));
    for command in ["import_apply", "import_preview", "import_choose"] {
        let mut request = json!({ "file_id": id });
        if command == "import_choose" {
            request["take"] = json!(true);
        }
        let refused = world.refused(command, request);
        assert_eq!(refused["type"], "not_found", "{command}");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("Choose it again"), "{command}: {message}");
    }
    assert_eq!(names(&world), Vec::<String>::new());
}

#[test]
fn whoever_is_active_keeps_what_was_read_and_decided() {
    let world = World::unlocked();
    world.done("settings_update", json!({ "idle_lock_minutes": 240 }));
    let id = without_the_first(&world);
    for _ in 0..4 {
        world.pass(Duration::from_secs(10 * 60));
        world.done("activity", json!({}));
    }
    world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(names(&world), ["Shed"]);
}

#[test]
fn a_file_of_another_choice_is_not_read_anew_with_its_decisions_gone() {
    let world = World::unlocked();
    let first = without_the_first(&world);
    let second = chosen(&world, &export(&world, two()));
    world.done("import_preview", json!({ "file_id": second }));
    for command in ["import_preview", "import_apply"] {
        let refused = world.refused(command, json!({ "file_id": first }));
        assert_eq!(refused["type"], "not_found", "{command}");
    }
}

#[test]
fn only_what_was_previewed_is_applied() {
    let world = World::unlocked();
    let id = chosen(&world, &export(&world, two()));
    let refused = world.refused("import_apply", json!({ "file_id": id }));
    assert_eq!(refused["type"], "not_found");
    assert_eq!(names(&world), Vec::<String>::new());
}

#[test]
fn a_pasted_text_is_gone_when_it_is_applied() {
    let world = World::unlocked();
    let text = "API_TOKEN=plover-dunlin-knot-1\n";
    let id = world.done("import_paste", json!({ "text": text }))["file_id"].clone();
    world.done("import_preview", json!({ "file_id": id }));
    world.done("import_apply", json!({ "file_id": id }));
    let again = json!({ "file_id": id, "format": "dotenv" });
    assert_eq!(world.refused("import_preview", again)["type"], "conflict");
}

#[test]
fn two_projects_env_files_do_not_overwrite_each_others_secrets() {
    let world = World::unlocked();
    let ours = written(&world, "a/.env", "JWT_SECRET=aaaaaaaaaaaaaaaa\n");
    let theirs = written(&world, "b/.env", "JWT_SECRET=bbbbbbbbbbbbbbbb\n");
    assert_eq!(counts(&applied(&world, &ours)), [1, 0, 0]);
    assert_eq!(counts(&applied(&world, &theirs)), [1, 0, 0]);
    assert_eq!(names(&world), ["JWT_SECRET", "JWT_SECRET (2)"]);

    // However the folder is written, it is the same.
    let ours_again = world.vault.home().join("b/../a/.env");
    assert_eq!(counts(&applied(&world, &ours_again)), [0, 0, 1]);
    written(&world, "a/.env", "JWT_SECRET=cccccccccccccccc\n");
    assert_eq!(counts(&applied(&world, &ours)), [0, 1, 0]);
}

#[test]
fn what_is_pasted_is_never_a_new_version_of_what_was_pasted_before() {
    let world = World::unlocked();
    let paste = |value: &str| {
        let text = format!("API_TOKEN={value}\n");
        let id = world.done("import_paste", json!({ "text": text }))["file_id"].clone();
        world.done("import_preview", json!({ "file_id": id }));
        world.done("import_apply", json!({ "file_id": id }))
    };
    assert_eq!(counts(&paste("plover-dunlin-knot-1")), [1, 0, 0]);
    assert_eq!(counts(&paste("plover-dunlin-knot-2")), [1, 0, 0]);
}

#[test]
fn an_attached_files_name_and_form_are_kept_and_told() {
    let world = World::unlocked();
    let item = Item::new("006", "Signing").document("doc1", "prod.p12");
    let bytes = OnePux::new("Acme")
        .vault("Shared", vec![item])
        .file("doc1", "prod.p12", &[0x30, 0x82, 0xff, 0x00, 0xfe])
        .into_bytes();
    let path = written(&world, "export.1pux", bytes);
    let id = chosen(&world, &path);
    world.done("import_preview", json!({ "file_id": id }));
    world.done("import_apply", json!({ "file_id": id }));
    let listed = world.done("secret_list", json!({}))["secrets"][0].clone();
    let secret = world.done("secret_get", json!({ "id": listed["id"] }))["secret"].clone();
    let notes = secret["notes"].as_str().unwrap();
    assert!(
        notes.contains("prod.p12") && notes.contains("Base64"),
        "{notes}"
    );

    let saved = world.vault.home().join("report.json");
    world.choose(&saved);
    let save = json!({ "file_id": id, "format": "json" });
    world.done("import_report_save", save);
    let report: Value = serde_json::from_slice(&std::fs::read(&saved).unwrap()).unwrap();
    let fields = report["items"][0]["fields"].as_array().unwrap();
    let is_told = fields.iter().any(|field| {
        field["name"].as_str().unwrap().ends_with("file name")
            && (&field["fate"], &field["at"]) == (&json!("kept"), &json!("notes"))
    });
    assert!(is_told, "{report}");
    assert_eq!(counts(&applied(&world, &path)), [0, 0, 1]);
}

#[test]
fn what_was_archived_or_taken_back_since_comes_over_unless_the_tags_are_a_persons_own() {
    let world = World::unlocked();
    let shed = || Item::password("Shed", "plover-dunlin-knot-1");
    let came = |report: Value, updated: u64, left_out: u64| {
        let unchanged = 1 - updated;
        assert_eq!(counts(&report), [0, updated, unchanged], "{report}");
        assert_eq!(report["fields"]["left_out"], left_out, "{report}");
    };
    applied(&world, &export(&world, vec![shed()]));
    came(
        applied(&world, &export(&world, vec![shed().archived()])),
        1,
        0,
    );
    came(
        applied(&world, &export(&world, vec![shed().archived()])),
        0,
        0,
    );
    came(applied(&world, &export(&world, vec![shed()])), 1, 0);

    let id = world.done("secret_list", json!({}))["secrets"][0]["id"].clone();
    world.done("secret_update", json!({ "id": id, "tags": ["ours"] }));
    came(
        applied(&world, &export(&world, vec![shed().archived()])),
        0,
        1,
    );
}

#[test]
fn many_items_of_one_title_and_one_value_are_counted_on_and_three_named() {
    let world = World::unlocked();
    let mut table = String::from("title,password\n");
    table.extend(std::iter::repeat_n("root,plover-dunlin-knot-1\n", 300));
    let path = written(&world, "table.csv", table);
    let id = chosen(&world, &path);
    let last = json!({ "file_id": id, "offset": 299 });
    let preview = world.done("import_preview", last);
    let becomes = &preview["items"][0]["becomes"][0];
    assert_eq!(becomes["name"], "root (300)");
    assert_eq!(becomes["same_as"].as_array().unwrap().len(), 3);
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(counts(&report), [300, 0, 0]);
}
