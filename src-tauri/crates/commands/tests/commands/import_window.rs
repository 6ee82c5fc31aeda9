//! An import in the window: read once, shown in pages, decided on, applied, reported, and its file destroyed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux, field};
use turnstone_commands::api::Event;

use crate::world::World;

const SECRET_KEY: &str = "wJalrXUtnFEMIqK7MDENGzbPxRfiCYzR5m2dQ9sT";

fn export(world: &World, items: Vec<Item>) -> PathBuf {
    let path = world.vault.home().join("export.1pux");
    let bytes = OnePux::new("Acme").vault("Shared", items).into_bytes();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn opened(world: &World, path: &Path) -> Value {
    world.choose(path);
    world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone()
}

fn previewed(world: &World, items: Vec<Item>) -> (Value, Value) {
    let id = opened(world, &export(world, items));
    let preview = world.done("import_preview", json!({ "file_id": id }));
    (id, preview)
}

fn storage(title: &str) -> Item {
    Item::new("112", title).section(
        "",
        vec![
            field(
                "access key id",
                "a",
                "string",
                json!("AKIA7Q2MZX4LN3PWVT6K"),
            ),
            field("secret access key", "b", "concealed", json!(SECRET_KEY)),
            field("bucket", "c", "string", json!("acme-media")),
            field("region", "d", "string", json!("eu-central-1")),
        ],
    )
}

fn titles(preview: &Value) -> Vec<&str> {
    let items = preview["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect()
}

fn secret(world: &World, name: &str) -> Value {
    let listed = world.done("secret_list", json!({}))["secrets"].clone();
    let mut secrets = listed.as_array().unwrap().iter();
    let found = secrets.find(|secret| secret["name"] == name).unwrap();
    found.clone()
}

fn three() -> Vec<Item> {
    vec![
        Item::password("Gate", "plover-dunlin-knot-1"),
        Item::password("Shed", "plover-dunlin-knot-2").archived(),
        Item::password("Thrown away", "plover-dunlin-knot-3").trashed(),
    ]
}

#[test]
fn what_was_previewed_is_applied_whatever_becomes_of_the_file() {
    let world = World::unlocked();
    let (id, _) = previewed(&world, three());
    export(
        &world,
        vec![Item::password("Another", "plover-dunlin-knot-9")],
    );
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(report["imported"], 2);
    secret(&world, "Gate");
    let again = world.refused("import_apply", json!({ "file_id": id }));
    assert_eq!(again["type"], "conflict");
    let (_, preview) = previewed(&world, three());
    let counts = &preview["counts"];
    assert_eq!(
        (&counts["unchanged"], &counts["taken"]),
        (&json!(2), &json!(0))
    );
}

#[test]
fn what_was_read_is_dropped_by_a_lock_by_time_and_by_another_choice() {
    let world = World::unlocked();
    let gone = |id: &Value| {
        let choose = json!({ "file_id": id, "take": true });
        assert_eq!(world.refused("import_choose", choose)["type"], "not_found");
    };
    let (first, _) = previewed(&world, three());
    let (second, _) = previewed(&world, three());
    gone(&first);
    world.done("import_discard", json!({ "file_id": second }));
    gone(&second);
    world.done("settings_update", json!({ "idle_lock_minutes": 240 }));
    let (third, _) = previewed(&world, three());
    world.pass(Duration::from_secs(15 * 60));
    gone(&third);
    let (fourth, _) = previewed(&world, three());
    world.done("vault_lock", json!({}));
    world.unlock();
    gone(&fourth);
}

#[test]
fn a_preview_comes_in_pages_and_shows_what_is_asked_for() {
    let world = World::unlocked();
    let (id, preview) = previewed(&world, three());
    assert_eq!(preview["matching"], 3);
    assert_eq!(
        (
            &preview["counts"]["archived"],
            &preview["counts"]["trashed"]
        ),
        (&json!(1), &json!(1))
    );
    let page = |request: Value| {
        let mut asked = json!({ "file_id": id });
        asked
            .as_object_mut()
            .unwrap()
            .extend(request.as_object().unwrap().clone());
        world.done("import_preview", asked)
    };
    assert_eq!(titles(&page(json!({ "offset": 1, "limit": 1 }))), ["Shed"]);
    assert_eq!(titles(&page(json!({ "show": "trashed" }))), ["Thrown away"]);
    assert_eq!(
        titles(&page(json!({ "show": "create", "query": "GATE" }))),
        ["Gate"]
    );
    assert_eq!(titles(&page(json!({ "offset": 9 }))), Vec::<&str>::new());
    for wrong in [
        json!({ "limit": 501 }),
        json!({ "limit": 0 }),
        json!({ "offset": -1 }),
        json!({ "show": "x" }),
    ] {
        let mut asked = json!({ "file_id": id });
        asked
            .as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        assert_eq!(
            world.refused("import_preview", asked)["type"],
            "validation_error",
            "{wrong}"
        );
    }
}

#[test]
fn choices_of_one_item_and_of_all_that_is_shown_are_what_is_applied() {
    let world = World::unlocked();
    let (id, preview) = previewed(&world, three());
    let gate = &preview["items"][0]["item_id"];
    let choose = |request: Value| world.done("import_choose", request)["counts"].clone();
    let counts = choose(json!({ "file_id": id, "items": [gate], "take": false }));
    assert_eq!(
        (&counts["create"], &counts["skip"], &counts["taken"]),
        (&json!(1), &json!(2), &json!(1))
    );
    let counts = choose(json!({ "file_id": id, "show": "trashed", "take": true }));
    assert_eq!(counts["taken"], 2);
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(
        (&report["imported"], &report["skipped"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(report["left_out"][0]["reason"], "It was not chosen.");
    secret(&world, "Thrown away");
}

#[test]
fn peers_rows_6_and_8_archived_and_trashed_items_are_told_and_trash_is_not_taken() {
    let world = World::unlocked();
    let (id, preview) = previewed(&world, three());
    let thrown = &preview["items"][2];
    assert_eq!(
        (&thrown["state"], &thrown["taken"], &thrown["action"]),
        (&json!("trashed"), &json!(false), &json!("skip"))
    );
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(
        (&report["imported"], &report["skipped"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(secret(&world, "Shed")["tags"], json!(["archived"]));
}

#[test]
fn peers_row_7_earlier_passwords_are_old_versions_and_never_the_value() {
    let world = World::unlocked();
    let item = Item::login("Grafana", "ada", "plover-dunlin-knot-3");
    let items = vec![
        item.earlier_password("plover-dunlin-knot-1")
            .earlier_password("plover-dunlin-knot-2"),
    ];
    let (id, preview) = previewed(&world, items);
    assert_eq!(preview["items"][0]["becomes"][0]["earlier"], 2);
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(report["earlier"], 2);
    let grafana = secret(&world, "Grafana");
    let history = world.done("secret_history", json!({ "id": grafana["id"] }));
    let states: Vec<_> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| {
            (
                version["state"].as_str().unwrap(),
                version["how"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(states.len(), 3);
    assert!(
        states.contains(&("retired", "imported"))
            && states.contains(&("previous", "imported"))
            && states.contains(&("current", "imported")),
        "{states:?}"
    );
    world.done(
        "secret_copy",
        json!({ "id": grafana["id"], "field": "value" }),
    );
    assert_eq!(
        world.on_clipboard().as_deref(),
        Some("plover-dunlin-knot-3")
    );
}

#[test]
fn locations_that_the_file_names_are_made_in_the_same_step() {
    let world = World::unlocked();
    let (id, preview) = previewed(&world, vec![storage("Media")]);
    let location = &preview["items"][0]["becomes"][0]["locations"][0];
    assert_eq!(
        (&location["bucket_name"], &location["region"]),
        (&json!("acme-media"), &json!("eu-central-1"))
    );
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(
        (&report["locations"], &report["fields"]["left_out"]),
        (&json!(1), &json!(0))
    );
    let made = world.done("location_list", json!({}))["locations"][0].clone();
    assert_eq!(
        (&made["bucket_name"], &made["secret_id"]),
        (&json!("acme-media"), &secret(&world, "Media")["id"])
    );
}

#[test]
fn a_location_that_is_not_wanted_is_told_as_left_out() {
    let world = World::unlocked();
    let (id, _) = previewed(&world, vec![storage("Media")]);
    world.done(
        "import_choose",
        json!({ "file_id": id, "locations": false }),
    );
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(
        (&report["imported"], &report["locations"]),
        (&json!(1), &json!(0))
    );
    let left_out = report["left_out"].as_array().unwrap();
    assert!(
        !left_out.is_empty()
            && left_out
                .iter()
                .all(|line| line["reason"] == "Its locations were not chosen."),
        "{report}"
    );
    assert_eq!(world.done("location_list", json!({}))["total"], 0);
}

#[test]
fn the_same_value_in_the_vault_and_in_the_file_is_told() {
    let world = World::unlocked();
    let held = world.generic("Spare", "plover-dunlin-knot-1");
    let items = vec![
        Item::password("Gate", "plover-dunlin-knot-1"),
        Item::password("Door", "plover-dunlin-knot-1"),
        Item::password("Other", "plover-dunlin-knot-2"),
    ];
    let (_, preview) = previewed(&world, items);
    assert_eq!(preview["counts"]["duplicate"], 2);
    let same = &preview["items"][0]["becomes"][0]["same_as"];
    assert_eq!(
        (&same[0]["name"], &same[0]["secret_id"]),
        (&json!("Spare"), &json!(held))
    );
    assert_eq!(
        (&same[1]["name"], &same[1]["secret_id"]),
        (&json!("Door"), &Value::Null)
    );
    assert_eq!(preview["items"][2]["becomes"][0]["same_as"], json!([]));
}

#[test]
fn a_name_that_is_taken_is_proposed_anew() {
    let world = World::unlocked();
    world.generic("gate", "plover-dunlin-knot-0");
    let (_, preview) = previewed(&world, three());
    let gate = &preview["items"][0]["becomes"][0];
    assert_eq!(
        (&gate["name"], &gate["renamed_from"]),
        (&json!("Gate (2)"), &json!("Gate"))
    );
    assert_eq!(preview["counts"]["renamed"], 1);
}

#[test]
fn a_stopped_import_leaves_nothing_and_can_be_begun_again() {
    let world = World::unlocked();
    let (id, _) = previewed(&world, three());
    let app = std::sync::Arc::clone(&world.app);
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if let Event::Progress { job, .. } = event
            && job == "import"
        {
            let cancel = json!({ "job": "import" });
            app.call(turnstone_commands::Surface::Cli, "job_cancel", cancel)
                .unwrap();
        }
    }));
    let stopped = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(stopped, json!({ "cancelled": true }));
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
    assert_eq!(
        world.done("import_apply", json!({ "file_id": id }))["imported"],
        2
    );
}

#[test]
fn peers_row_9_a_report_accounts_for_every_field_and_holds_no_value() {
    let world = World::unlocked();
    let login = Item::login("Grafana", "ada", "plover-dunlin-knot-3")
        .url("https://grafana.example")
        .notes("see *runbook*");
    let (id, _) = previewed(
        &world,
        vec![
            login,
            Item::password("Thrown away", "plover-dunlin-knot-4").trashed(),
        ],
    );
    assert_eq!(
        world.refused(
            "import_report_save",
            json!({ "file_id": id, "format": "json" })
        )["type"],
        "conflict"
    );
    world.done("import_apply", json!({ "file_id": id }));
    for (format, name) in [("json", "report.json"), ("markdown", "report.md")] {
        let path = world.vault.home().join(name);
        world.choose(&path);
        world.done(
            "import_report_save",
            json!({ "file_id": id, "format": format }),
        );
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("plover-dunlin") && text.contains("Grafana"),
            "{text}"
        );
        assert!(
            text.contains("password") && text.contains("It is in the trash where it comes from."),
            "{text}"
        );
    }
    let report: Value = serde_json::from_str(
        &std::fs::read_to_string(world.vault.home().join("report.json")).unwrap(),
    )
    .unwrap();
    let fates = |item: usize| {
        let fields = report["items"][item]["fields"].as_array().unwrap();
        fields
            .iter()
            .map(|field| field["fate"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(
        fates(0).len() >= 4 && fates(0).iter().all(|fate| fate != "left_out"),
        "{report}"
    );
    assert!(
        !fates(1).is_empty() && fates(1).iter().all(|fate| fate == "left_out"),
        "{report}"
    );
    assert_eq!(report["found"], 2);
}

#[test]
fn an_imported_file_is_overwritten_and_removed() {
    let world = World::unlocked();
    let path = export(&world, vec![Item::password("Gate", "plover-dunlin-knot-1")]);
    let other_name = world.vault.home().join("same file");
    std::fs::hard_link(&path, &other_name).unwrap();
    let before = std::fs::read(&path).unwrap();
    let id = opened(&world, &path);
    world.done("import_preview", json!({ "file_id": id }));
    assert_eq!(
        world.refused("import_file_destroy", json!({ "file_id": id }))["type"],
        "conflict"
    );
    assert!(path.exists());
    assert_eq!(
        world.done("import_apply", json!({ "file_id": id }))["can_destroy"],
        true
    );
    let destroyed = world.done("import_file_destroy", json!({ "file_id": id }));
    assert!(destroyed["message"].as_str().unwrap().contains("SSD"));
    assert!(!path.exists());
    let overwritten = std::fs::read(&other_name).unwrap();
    assert_eq!(overwritten.len(), before.len());
    assert!(overwritten != before);
    assert_eq!(
        world.refused("import_file_destroy", json!({ "file_id": id }))["type"],
        "conflict"
    );
}

#[test]
fn a_file_with_more_than_the_vault_has_is_destroyed_by_a_second_word_only() {
    let world = World::unlocked();
    let (id, _) = previewed(&world, three());
    world.done("import_apply", json!({ "file_id": id }));
    let refused = world.refused("import_file_destroy", json!({ "file_id": id }));
    assert_eq!(refused["details"][0]["type"], "left_out");
    assert!(world.vault.home().join("export.1pux").exists());
    world.done(
        "import_file_destroy",
        json!({ "file_id": id, "accept_left_out": true }),
    );
    assert!(!world.vault.home().join("export.1pux").exists());
}

#[test]
fn a_file_that_changed_after_it_was_read_is_not_destroyed() {
    let world = World::unlocked();
    let gate = || Item::password("Gate", "plover-dunlin-knot-1");
    let (id, _) = previewed(&world, vec![gate()]);
    world.done("import_apply", json!({ "file_id": id }));
    let path = export(
        &world,
        vec![gate(), Item::password("New", "plover-dunlin-knot-2")],
    );
    assert_eq!(
        world.refused("import_file_destroy", json!({ "file_id": id }))["type"],
        "conflict"
    );
    assert!(path.exists());
}

#[test]
fn peers_row_51_a_pasted_env_file_is_taken_without_any_substitution() {
    let world = World::unlocked();
    let text =
        "DATABASE_PASSWORD=$2a$10$abcdefghijklmnopqrstuv\nAPI_TOKEN='plover-dunlin-knot-1'\n";
    let id = world.done("import_paste", json!({ "text": text }))["file_id"].clone();
    let preview = world.done("import_preview", json!({ "file_id": id }));
    assert_eq!(preview["format"], "dotenv", "{preview}");
    world.generic_with_env_key("Other", "API_TOKEN");
    let report = world.done("import_apply", json!({ "file_id": id }));
    assert_eq!(
        (&report["imported"], &report["can_destroy"]),
        (&json!(2), &json!(false))
    );
    let password = secret(&world, "DATABASE_PASSWORD");
    assert_eq!(password["env_key"], "DATABASE_PASSWORD");
    world.done(
        "secret_copy",
        json!({ "id": password["id"], "field": "value" }),
    );
    assert_eq!(
        world.on_clipboard().as_deref(),
        Some("$2a$10$abcdefghijklmnopqrstuv")
    );
    assert_eq!(
        secret(&world, "API_TOKEN")["env_key"],
        Value::Null,
        "it belongs to another secret"
    );
}

#[test]
fn a_protected_file_asks_for_its_password_and_takes_the_right_one() {
    let world = World::unlocked();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/import");
    let path = world.vault.home().join("export.json");
    std::fs::copy(fixtures.join("bitwarden-pbkdf2.json"), &path).unwrap();
    let id = opened(&world, &path);
    let asked = world.done("import_preview", json!({ "file_id": id }));
    assert_eq!(
        (&asked["needs"], &asked["again"]),
        (&json!("password"), &json!(false))
    );
    let wrong = world.done(
        "import_preview",
        json!({ "file_id": id, "password": "wrong" }),
    );
    assert_eq!(
        (&wrong["needs"], &wrong["again"]),
        (&json!("password"), &json!(true))
    );
    let read = world.done(
        "import_preview",
        json!({ "file_id": id, "password": "correct horse 🪶" }),
    );
    assert!(read["matching"].as_u64().unwrap() > 0, "{read}");
}

fn table(world: &World, text: &str) -> Value {
    let path = world.vault.home().join("keys.csv");
    std::fs::write(&path, text).unwrap();
    opened(world, &path)
}

#[test]
fn what_was_decided_stays_when_the_columns_or_the_first_row_are_said_anew() {
    let world = World::unlocked();
    let id = table(
        &world,
        "name,password\nGate,plover-dunlin-1\nShed,plover-dunlin-2\n",
    );
    let read = |request: Value| {
        let mut asked = json!({ "file_id": id, "format": "csv" });
        let members = request.as_object().unwrap().clone();
        asked.as_object_mut().unwrap().extend(members);
        world.done("import_preview", asked)
    };
    let preview = read(json!({}));
    assert_eq!(preview["first_row"], "names");
    let shed = &preview["items"][1]["item_id"];
    world.done(
        "import_choose",
        json!({ "file_id": id, "items": [shed], "take": false, "locations": false }),
    );
    let decided = |preview: &Value| {
        let items = preview["items"].as_array().unwrap().iter();
        let each = items.map(|item| {
            let is = |name: &str| item[name].as_bool().unwrap();
            (
                item["title"].as_str().unwrap().to_owned(),
                is("taken"),
                is("with_locations"),
            )
        });
        each.collect::<Vec<_>>()
    };
    let left = |title: &str| (title.to_owned(), false, false);
    let taken = |title: &str| (title.to_owned(), true, true);

    let preview = read(json!({ "columns": ["user_name", "password"] }));
    assert_eq!(decided(&preview), [taken("Gate"), left("Shed")]);
    let asked = read(json!({ "first_row": "data" }));
    assert_eq!(
        (
            &asked["needs"],
            &asked["first_row"],
            &asked["columns"][0]["name"]
        ),
        (&json!("columns"), &json!("data"), &json!("column 1"))
    );
    let preview = read(json!({ "first_row": "data", "columns": ["title", "password"] }));
    assert_eq!(preview["first_row"], "data");
    assert_eq!(
        decided(&preview),
        [taken("name"), taken("Gate"), left("Shed")]
    );

    // Another file of the same name is not what was decided about.
    table(
        &world,
        "name,password\nGate,plover-dunlin-1\nShed,plover-dunlin-22\n",
    );
    let preview = read(json!({ "columns": ["title", "password"] }));
    assert_eq!(decided(&preview), [taken("Gate"), taken("Shed")]);
}

#[test]
fn the_first_row_is_said_of_tables_only() {
    let world = World::unlocked();
    let (id, _) = previewed(&world, three());
    for (first_row, kind) in [("data", "no_table"), ("header", "unknown_value")] {
        let refused = world.refused(
            "import_preview",
            json!({ "file_id": id, "first_row": first_row }),
        );
        assert_eq!(refused["details"][0]["type"], kind, "{refused}");
        assert_eq!(refused["details"][0]["loc"], json!(["first_row"]));
    }
    assert_eq!(
        world.done("import_preview", json!({ "file_id": id }))["matching"],
        3
    );
}
