use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux, export_of_data};
use turnstone_commands::api::Event;

use crate::world::World;

fn export(world: &World, items: Vec<Item>) -> PathBuf {
    let path = world.vault.home().join("export.1pux");
    std::fs::write(
        &path,
        OnePux::new("Acme").vault("Shared", items).into_bytes(),
    )
    .unwrap();
    path
}

fn file_id(world: &World, path: &Path) -> Value {
    world.choose(path);
    world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone()
}

fn five() -> Vec<Item> {
    vec![
        Item::api_credential("Stripe", "acme", "plover-dunlin-knot-1"),
        Item::login("Grafana", "ada", "plover-dunlin-knot-2"),
        Item::password("Old gate", "plover-dunlin-knot-3").archived(),
        Item::password("Thrown away", "plover-dunlin-knot-4").trashed(),
        Item::login("Guest book", "ada", ""),
    ]
}

/// RULES and STYLE ask for it of every import: what was found is what was taken and what was listed as skipped.
pub fn assert_complete(report: &Value) {
    let sums = |line: &Value| {
        let count = |name: &str| line[name].as_u64().unwrap();
        let parts = ["imported", "updated", "unchanged", "skipped"];
        (count("found"), parts.into_iter().map(count).sum::<u64>())
    };
    let (found, accounted) = sums(report);
    assert_eq!(found, accounted, "{report}");
    let fields = |name: &str| report["fields"][name].as_u64().unwrap();
    let told = ["kept", "changed", "left_out"].map(fields);
    assert_eq!(fields("found"), told.into_iter().sum::<u64>(), "{report}");
    let groups = report["groups"].as_array().unwrap();
    let of_groups: u64 = groups.iter().map(|group| sums(group).0).sum();
    assert_eq!(of_groups, found, "{report}");
    assert!(
        groups.iter().all(|group| sums(group).0 == sums(group).1),
        "{report}"
    );
}

#[test]
fn a_preview_says_what_applying_does_and_writes_nothing() {
    let world = World::unlocked();
    let path = export(&world, five());
    let id = file_id(&world, &path);
    let preview = world.done("import_preview", json!({ "file_id": id }));
    assert_eq!(preview["format"], "1pux");
    assert_eq!(
        (&preview["counts"]["create"], &preview["counts"]["found"]),
        (&json!(3), &json!(5))
    );
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);

    world.events();
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_complete(&report);
    assert_eq!(
        (&report["imported"], &report["skipped"]),
        (&json!(3), &json!(2))
    );
    assert!(world.events().iter().any(|event| matches!(
        event,
        Event::Progress {
            done: 5,
            total: 5,
            ..
        }
    )));
    let secrets = world.done("secret_list", json!({}))["secrets"].clone();
    assert_eq!(secrets.as_array().unwrap().len(), 3);
    let gate = secrets
        .as_array()
        .unwrap()
        .iter()
        .find(|secret| secret["name"] == "Old gate")
        .unwrap();
    assert!(
        gate["tags"]
            .as_array()
            .unwrap()
            .contains(&json!("archived")),
        "{gate}"
    );
    assert_eq!(world.actions()[0], "import_applied");
}

#[test]
fn a_second_import_updates_by_source_and_leaves_the_rest_alone() {
    let world = World::unlocked();
    let path = export(&world, five());
    let before = world
        .on_cli("import_apply", json!({ "path": path }))
        .unwrap();
    assert_eq!(before["imported"], 3);
    let again = world
        .on_cli("import_apply", json!({ "path": path }))
        .unwrap();
    assert_complete(&again);
    assert_eq!(
        (&again["unchanged"], &again["imported"], &again["updated"]),
        (&json!(3), &json!(0), &json!(0))
    );

    let mut items = five();
    items[0] = Item::api_credential("Stripe", "acme", "sanderling-ruff-99");
    export(&world, items);
    let preview = world
        .on_cli("import_preview", json!({ "path": path }))
        .unwrap();
    let counts = ["found", "create", "update", "unchanged", "skip"];
    assert_eq!(
        counts.map(|name| preview["counts"][name].as_u64().unwrap()),
        [5, 0, 1, 2, 2]
    );
    let changed = world
        .on_cli("import_apply", json!({ "path": path }))
        .unwrap();
    assert_complete(&changed);
    assert_eq!(
        (&changed["updated"], &changed["unchanged"]),
        (&json!(1), &json!(2))
    );
}

#[test]
fn a_clashing_name_gets_a_number() {
    let world = World::unlocked();
    world.generic("stripe", "plover-dunlin-knot-0");
    let items = vec![
        Item::api_credential("Stripe", "a", "plover-dunlin-knot-1")
            .uuid("aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Item::api_credential("Stripe", "b", "plover-dunlin-knot-2")
            .uuid("bbbbbbbbbbbbbbbbbbbbbbbbbb"),
    ];
    let path = export(&world, items);
    let preview = world
        .on_cli("import_preview", json!({ "path": path }))
        .unwrap();
    let names: Vec<_> = preview["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["becomes"][0]["name"].clone())
        .collect();
    world
        .on_cli("import_apply", json!({ "path": path }))
        .unwrap();
    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    let listed: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|secret| secret["name"].clone())
        .collect();
    assert_eq!(names, ["Stripe (2)", "Stripe (3)"]);
    assert_eq!(listed, ["stripe", "Stripe (2)", "Stripe (3)"]);
}

#[test]
fn only_chosen_items_are_taken_and_the_trashed_one_if_asked_for() {
    let world = World::unlocked();
    let path = export(&world, five());
    let preview = world
        .on_cli("import_preview", json!({ "path": path }))
        .unwrap();
    let trashed = preview["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"] == "Thrown away")
        .unwrap();
    assert_eq!(trashed["action"], "skip");

    let report = world
        .on_cli(
            "import_apply",
            json!({ "path": path, "items": [trashed["item_id"]] }),
        )
        .unwrap();
    assert_complete(&report);
    assert_eq!(report["imported"], 1);
    let unknown = world
        .on_cli(
            "import_apply",
            json!({ "path": path, "items": ["nothing"] }),
        )
        .unwrap_err();
    assert_eq!(unknown.error_type().as_str(), "validation_error");
}

#[test]
fn a_bad_file_is_one_error_and_nothing_is_written() {
    let world = World::unlocked();
    let path = world.vault.home().join("export.1pux");
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    for bytes in [
        Vec::new(),
        b"PK\x03\x04 no zip".to_vec(),
        b"{}".to_vec(),
        export_of_data("{\"accounts\": [{"),
        export_of_data(&deep),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let refused = world
            .on_cli("import_apply", json!({ "path": path }))
            .unwrap_err();
        assert_eq!(
            refused.error_type().as_str(),
            "validation_error",
            "{}",
            json!(refused)
        );
    }
    let missing = world
        .on_cli("import_preview", json!({ "path": "/nowhere.1pux" }))
        .unwrap_err();
    assert_eq!(missing.error_type().as_str(), "validation_error");
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
}
