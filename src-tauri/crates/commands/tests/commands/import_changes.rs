//! A later import of the same items: what changed at its source comes over, what a person changed here stays, and both are told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux, field};

use crate::world::World;

const ENDS: i64 = 1_893_456_000;
const SAME: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

fn export(world: &World, item: Item) -> PathBuf {
    let path = world.vault.home().join("export.1pux");
    let bytes = OnePux::new("Acme").vault("Shared", vec![item]).into_bytes();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn token(value: &str) -> Item {
    Item::api_credential("Stripe", "", value)
}

fn ends(item: Item) -> Item {
    let fields = vec![field("expires", "expires", "date", json!(ENDS))];
    item.section("dates", fields)
}

/// Later than whatever was done before: what an import changed is told from the rest by its moment.
fn applied(world: &World, path: &Path) -> Value {
    world.pass(Duration::from_secs(1));
    let asked = json!({ "path": path });
    world.on_cli("import_apply", asked).unwrap()
}

fn previewed(world: &World, path: &Path) -> Value {
    let asked = json!({ "path": path });
    let preview = world.on_cli("import_preview", asked).unwrap();
    preview["items"][0].clone()
}

fn counts(report: &Value) -> [u64; 3] {
    ["imported", "updated", "unchanged"].map(|name| report[name].as_u64().unwrap())
}

/// The only secret.
fn secret(world: &World) -> Value {
    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    let id = &listed[0]["id"];
    world.done("secret_get", json!({ "id": id }))["secret"].clone()
}

fn update(world: &World, change: Value) {
    world.pass(Duration::from_secs(1));
    let mut request = change;
    request["id"] = secret(world)["id"].clone();
    world.done("secret_update", request);
}

#[track_caller]
fn assert_says(item: &Value, remark: &str) {
    let notes = item["notes"].as_array().unwrap();
    assert!(notes.iter().any(|note| *note == remark), "{item}");
}

#[test]
fn what_changed_beside_the_value_comes_over_without_a_new_version() {
    let world = World::unlocked();
    let value = "plover-dunlin-knot-1";
    applied(
        &world,
        &export(&world, token(value).notes("Ask Mara.").tag("prod")),
    );
    let path = export(&world, ends(token(value).notes("Ask Ben.").tag("test")));

    let item = previewed(&world, &path);
    assert_eq!(item["action"], "update");
    assert_says(&item, "Changed at its source: notes, tags, expiry.");
    let report = applied(&world, &path);
    assert_eq!(counts(&report), [0, 1, 0]);
    assert_eq!(report["fields"]["left_out"], 0, "{report}");

    let secret = secret(&world);
    let notes = secret["notes"].as_str().unwrap();
    assert!(
        notes.contains("Ask Ben.") && !notes.contains("Mara"),
        "{notes}"
    );
    assert_eq!(secret["tags"], json!(["test"]));
    assert_eq!(secret["expires_at"], "2030-01-01T00:00:00.000Z");
    assert_eq!(secret["version"], 1);
    assert_eq!(counts(&applied(&world, &path)), [0, 0, 1]);
}

#[test]
fn the_log_has_one_entry_for_each_secret_that_an_import_wrote_and_one_for_itself() {
    let world = World::unlocked();
    let export = |values: [&str; 3]| {
        let path = world.vault.home().join("export.1pux");
        let mut items: Vec<Item> = values
            .iter()
            .zip(["a", "b", "c"])
            .map(|(value, title)| Item::password(title, value))
            .collect();
        items.push(Item::password("thrown away", "plover-dunlin-knot-4").trashed());
        let bytes = OnePux::new("Acme").vault("Shared", items).into_bytes();
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut before = world.actions().len();
    let mut written = |path: &Path| {
        applied(&world, path);
        let mut actions = world.actions();
        actions.truncate(actions.len() - before);
        before += actions.len();
        actions.sort_unstable();
        actions
    };
    let values = [
        "plover-dunlin-knot-1",
        "plover-dunlin-knot-2",
        "plover-dunlin-knot-3",
    ];
    let import = "import_applied";
    let created = "secret_created";
    assert_eq!(
        written(&export(values)),
        [import, created, created, created]
    );
    assert_eq!(written(&export(values)), [import]);
    let changed = ["sanderling-ruff-99", values[1], values[2]];
    assert_eq!(written(&export(changed)), [import, "secret_rotated"]);
}

#[test]
fn an_expiry_that_is_not_taken_over_is_told_as_left_out() {
    let world = World::unlocked();
    let path = export(&world, ends(token("plover-dunlin-knot-1")));
    let report = applied(&world, &path);
    assert_eq!(report["fields"]["left_out"], 0, "{report}");
    let notes = secret(&world)["notes"].to_string();
    assert!(!notes.contains("2030"), "{notes}");
    let credentials = json!({ "value": "plover-dunlin-knot-2" });
    update(
        &world,
        json!({ "credentials": credentials, "previous": "keep" }),
    );
    let report = applied(&world, &path);
    assert_eq!(counts(&report), [0, 0, 1], "{report}");
    let left_out = report["left_out"][0].clone();
    assert_eq!(
        (&left_out["field"], &left_out["reason"]),
        (
            &json!("dates · expires"),
            &json!("It was changed here, so its expiry stays as it is.")
        ),
        "{report}"
    );
}

#[test]
fn a_new_value_keeps_the_expiry_that_the_file_gives_it() {
    let world = World::unlocked();
    applied(&world, &export(&world, ends(token("plover-dunlin-knot-1"))));
    let path = export(&world, ends(token("plover-dunlin-knot-2")));
    assert_eq!(counts(&applied(&world, &path)), [0, 1, 0]);
    let secret = secret(&world);
    assert_eq!(secret["version"], 2);
    assert_eq!(secret["expires_at"], "2030-01-01T00:00:00.000Z");
}

#[test]
fn what_a_person_changed_here_stays_and_the_rest_still_comes_over() {
    let world = World::unlocked();
    let with = |notes: &str, tag: &str| token("plover-dunlin-knot-1").notes(notes).tag(tag);
    applied(&world, &export(&world, with("one", "one")));
    update(&world, json!({ "notes": "ours" }));

    // What an import changed is nobody's own.
    for tag in ["two", "three"] {
        let path = export(&world, with(tag, tag));
        let item = previewed(&world, &path);
        assert_says(&item, "Changed at its source: tags.");
        assert_says(&item, "Changed here, so yours stay as they are: notes.");
        let report = applied(&world, &path);
        assert_eq!(counts(&report), [0, 1, 0]);
        let left_out = report["left_out"].to_string();
        assert!(
            left_out.contains("It was changed here, so its notes stay as they are."),
            "{report}"
        );
        let secret = secret(&world);
        assert_eq!(
            (&secret["notes"], &secret["tags"]),
            (&json!("ours"), &json!([tag]))
        );
    }
}

#[test]
fn an_older_export_does_not_put_a_replaced_value_into_use_again() {
    let world = World::unlocked();
    let path = export(&world, token("plover-dunlin-knot-1"));
    applied(&world, &path);
    let replace = |value: &str, previous: &str| {
        let credentials = json!({ "value": value });
        update(
            &world,
            json!({ "credentials": credentials, "previous": previous }),
        );
    };
    replace("plover-dunlin-knot-2", "keep");
    let item = previewed(&world, &path);
    assert_eq!(item["action"], "unchanged");
    assert_says(
        &item,
        "The file has an earlier value of it. The present one stays.",
    );
    let report = applied(&world, &path);
    assert_eq!(
        (counts(&report), &report["fields"]["left_out"]),
        ([0, 0, 1], &json!(0))
    );
    assert_eq!(secret(&world)["version"], 2);

    // Where the vault has the value no more, the report does not say that it has.
    let path = export(&world, token("plover-dunlin-knot-2"));
    replace("plover-dunlin-knot-3", "destroy");
    let report = applied(&world, &path);
    assert_eq!(counts(&report), [0, 0, 1]);
    let left_out = report["left_out"].to_string();
    assert!(
        left_out.contains("its earlier value was destroyed here"),
        "{report}"
    );
    assert_eq!(secret(&world)["version"], 3);
}

#[test]
fn the_end_of_an_older_value_is_not_that_of_the_present_one() {
    let world = World::unlocked();
    let path = export(&world, ends(token("plover-dunlin-knot-1")));
    applied(&world, &path);
    assert!(secret(&world)["expires_at"].is_string());
    update(
        &world,
        json!({ "credentials": { "value": "plover-dunlin-knot-2" }, "previous": "keep" }),
    );
    assert_eq!(secret(&world)["expires_at"], json!(null));
    let report = applied(&world, &path);
    assert_eq!(counts(&report), [0, 0, 1], "{report}");
    assert_eq!(secret(&world)["expires_at"], json!(null));
}

/// Imported, then replaced here, then changed at its source.
fn changed_on_both_sides(world: &World) -> PathBuf {
    applied(world, &export(world, ends(token("plover-dunlin-knot-1"))));
    update(
        world,
        json!({ "credentials": { "value": "sanderling-ruff-knot-2" }, "previous": "keep" }),
    );
    export(world, ends(token("plover-dunlin-knot-3")))
}

fn answered(world: &World, path: &Path, choice: &str) -> Result<Value, Value> {
    world.pass(Duration::from_secs(1));
    let item = previewed(world, path)["item_id"].clone();
    let answers = match choice {
        "" => json!([]),
        choice => json!([{ "item_id": item, "question": "value.1", "choice": choice }]),
    };
    let asked = json!({ "path": path, "answers": answers, "refuse_questions": true });
    world
        .on_cli("import_apply", asked)
        .map_err(|refused| json!(refused))
}

fn value(world: &World) -> Value {
    let id = secret(world)["id"].clone();
    world.done("secret_copy", json!({ "id": id }));
    json!(world.on_clipboard())
}

#[test]
fn a_value_that_was_changed_here_and_at_its_source_is_asked_about_and_stays_unless_said() {
    let world = World::unlocked();
    let path = changed_on_both_sides(&world);
    let item = previewed(&world, &path);
    let asked = &item["questions"][0];
    assert_eq!(
        (&asked["id"], &asked["chosen"], &item["action"]),
        (&json!("value.1"), &json!("here"), &json!("unchanged")),
        "{item}"
    );
    assert!(
        asked["text"]
            .as_str()
            .unwrap()
            .contains("changed here and at its source"),
        "{item}"
    );
    let refused = answered(&world, &path, "").unwrap_err();
    assert_eq!(
        refused["details"][0]["type"], "import_question",
        "{refused}"
    );
    let refused = answered(&world, &path, "both").unwrap_err();
    assert_eq!(refused["details"][0]["loc"][2], "choice", "{refused}");

    let report = applied(&world, &path);
    assert_eq!(counts(&report), [0, 0, 1], "{report}");
    assert!(
        report["left_out"]
            .to_string()
            .contains("changed here and at its source"),
        "{report}"
    );
    assert_eq!(value(&world), "sanderling-ruff-knot-2");
    assert_eq!(secret(&world)["expires_at"], json!(null));
}

#[test]
fn the_sources_value_is_taken_where_that_is_said_and_its_later_ones_need_no_asking() {
    let world = World::unlocked();
    let path = changed_on_both_sides(&world);
    let report = answered(&world, &path, "source").unwrap();
    assert_eq!(counts(&report), [0, 1, 0], "{report}");
    assert_eq!(report["fields"]["left_out"], 0, "{report}");
    assert_eq!(value(&world), "plover-dunlin-knot-3");
    assert_eq!(secret(&world)["expires_at"], "2030-01-01T00:00:00.000Z");

    let path = export(&world, ends(token("plover-dunlin-knot-4")));
    assert_eq!(previewed(&world, &path)["questions"], json!([]));
    assert_eq!(counts(&applied(&world, &path)), [0, 1, 0]);
    assert_eq!(value(&world), "plover-dunlin-knot-4");
}

#[test]
fn in_the_window_the_choice_is_one_of_the_items_questions() {
    let world = World::unlocked();
    let path = changed_on_both_sides(&world);
    world.choose(&path);
    let file = world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone();
    let shown = world.done(
        "import_preview",
        json!({ "file_id": file, "show": "question" }),
    );
    assert_eq!(shown["matching"], 1);
    let request =
        json!({ "file_id": file, "show": "question", "question": "value.1", "choice": "source" });
    let counts = world.done("import_choose", request)["counts"].clone();
    assert_eq!(
        (&counts["update"], &counts["question"]),
        (&json!(1), &json!(1))
    );
    let item = world.done("import_preview", json!({ "file_id": file }))["items"][0].clone();
    assert_eq!(item["questions"][0]["chosen"], "source");
    world.pass(Duration::from_secs(1));
    world.done("import_apply", json!({ "file_id": file }));
    assert_eq!(value(&world), "plover-dunlin-knot-3");
}

#[test]
fn what_the_file_has_otherwise_and_no_import_changes_is_said_before_and_after() {
    let world = World::unlocked();
    applied(
        &world,
        &export(
            &world,
            Item::password("Gate", "plover-dunlin-knot-1").uuid(SAME),
        ),
    );
    update(&world, json!({ "name": "Our gate" }));
    let renamed = Item::password("The gate", "plover-dunlin-knot-1").uuid(SAME);
    let path = export(&world, renamed.earlier_password("plover-dunlin-knot-0"));
    let item = previewed(&world, &path);
    assert_eq!(item["action"], "unchanged");
    assert_says(
        &item,
        "Otherwise in the file, and left as it is here: name, earlier values.",
    );
    let report = applied(&world, &path);
    let left_out = report["left_out"].to_string();
    for words in ["its name stays as it is", "its own history stays as it is"] {
        assert!(left_out.contains(words), "{report}");
    }
    assert_eq!(secret(&world)["name"], "Our gate");
}

#[test]
fn an_env_key_that_has_become_free_is_given() {
    let world = World::unlocked();
    world.generic_with_env_key("First", "API_TOKEN");
    let path = world.vault.home().join(".env");
    std::fs::write(&path, "API_TOKEN=plover-dunlin-knot-1\n").unwrap();
    applied(&world, &path);
    assert_eq!(counts(&applied(&world, &path)), [0, 0, 1]);

    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    let first = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == "First")
        .unwrap();
    world.done("secret_delete", json!({ "id": first["id"] }));
    assert_says(&previewed(&world, &path), "Changed at its source: env key.");
    assert_eq!(counts(&applied(&world, &path)), [0, 1, 0]);
    assert_eq!(secret(&world)["env_key"], "API_TOKEN");
}
