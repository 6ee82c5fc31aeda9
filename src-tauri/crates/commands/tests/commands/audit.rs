use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use turnstone_commands::Surface;
use turnstone_commands::api::Event;

use crate::world::World;

fn actions(answer: &Value) -> Vec<&str> {
    let entries = answer["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

/// Ada made two secrets and copied one.
fn lived_in() -> (World, String) {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.generic("b", "plover-knot");
    world.pass(Duration::from_secs(60));
    world.done("secret_copy", json!({ "id": id }));
    (world, id)
}

#[test]
fn audit_03_the_log_filters_by_actor_action_resource_and_time() {
    let (world, id) = lived_in();
    let list = |filter: Value| world.done("audit_list", filter);
    let all = list(json!({}));
    let copied = &all["entries"][0];

    assert_eq!(
        actions(&list(json!({ "action": "value_copied" }))),
        ["value_copied"]
    );
    assert_eq!(
        actions(&list(json!({ "resource_id": id }))),
        ["value_copied", "secret_created"]
    );
    assert_eq!(
        actions(&list(
            json!({ "resource_type": "secret", "action": "secret_created" })
        ))
        .len(),
        2
    );
    assert_eq!(
        actions(&list(json!({ "since": copied["time"] }))),
        ["value_copied"]
    );
    let before = list(json!({ "until": copied["time"], "actor": copied["actor_id"] }));
    assert_eq!(
        before["total"].as_u64().unwrap() + 1,
        all["total"].as_u64().unwrap()
    );
    let nobody = "mem_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    assert_eq!(list(json!({ "actor": nobody }))["total"], 0);
}

#[test]
fn audit_03_every_filter_that_asks_for_nothing_is_told_at_once() {
    let world = World::unlocked();
    let refused = world.refused(
        "audit_list",
        json!({ "actor": "sec_01ARZ3NDEKTSV4RRFFQ69G5FAV", "action": "secret_eaten", "resource_type": "bird",
            "resource_id": "x", "since": "yesterday", "until": "2026-13-01T00:00:00Z", "limit": 0, "cursor": "x", "offset": -1 }),
    );
    assert_eq!(refused["type"], "validation_error");
    let mut told: Vec<&str> = refused["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["loc"][0].as_str().unwrap())
        .collect();
    told.sort_unstable();
    let all = [
        "action",
        "actor",
        "cursor",
        "limit",
        "offset",
        "resource_id",
        "resource_type",
        "since",
        "until",
    ];
    assert_eq!(told, all);
}

#[test]
fn pages_of_the_log_follow_by_cursor_and_start_anywhere_by_offset() {
    let (world, _) = lived_in();
    let all = world.done("audit_list", json!({}));
    let first = world.done("audit_list", json!({ "limit": 2 }));
    let rest = world.done(
        "audit_list",
        json!({ "limit": 1000, "cursor": first["next_cursor"] }),
    );
    assert_eq!([actions(&first), actions(&rest)].concat(), actions(&all));
    assert_eq!(
        (&first["total"], &rest["next_cursor"]),
        (&all["total"], &Value::Null)
    );

    let third = world.done("audit_list", json!({ "limit": 1, "offset": 2 }));
    assert_eq!(third["entries"][0], all["entries"][2]);
    // What the window asks to show one entry.
    let position = third["entries"][0]["position"].as_u64().unwrap();
    let cursor = (position + 1).to_string();
    let one = world.done("audit_list", json!({ "limit": 1, "cursor": cursor }));
    assert_eq!(one["entries"][0]["position"], position);
}

#[test]
fn audit_02_verify_finds_nothing_in_a_log_that_was_left_alone_and_tells_its_progress() {
    let (world, _) = lived_in();
    world.events();
    let verified = world.done("audit_verify", json!({}));
    let total = world.done("audit_list", json!({}))["total"].clone();

    assert_eq!(
        verified,
        json!({ "ok": true, "checked": total, "first_bad": null, "problems": [] })
    );
    assert!(matches!(
        world.events().as_slice(),
        [Event::Progress { job, .. }, ..] if job == "audit_verify"
    ));
}

#[test]
fn audit_02_verify_names_the_first_entry_that_was_edited() {
    let (world, _) = lived_in();
    let entry = world.done("audit_list", json!({ "action": "value_copied" }))["entries"][0].clone();
    world.vault.meddle(&format!(
        "UPDATE audit SET time = time + 1 WHERE position = {}",
        entry["position"]
    ));
    let verified = world.done("audit_verify", json!({}));

    assert_eq!(verified["ok"], false);
    let bad = &verified["first_bad"];
    assert_eq!(
        (&bad["position"], &bad["actor"], &bad["action"]),
        (&entry["position"], &json!("Ada"), &json!("value_copied"))
    );
    assert_eq!(verified["problems"][0]["kind"], "log");
}

#[test]
fn audit_02_verify_finds_a_record_that_was_changed_behind_the_logs_back() {
    let (world, _) = lived_in();
    world
        .vault
        .meddle("UPDATE secret SET env_key = 'STRIPE_KEY' WHERE name = 'a'");
    let verified = world.done("audit_verify", json!({}));
    assert_eq!(
        (
            &verified["ok"],
            &verified["first_bad"],
            &verified["problems"][0]["kind"]
        ),
        (&json!(false), &Value::Null, &json!("record"))
    );
}

#[test]
fn an_entry_that_cannot_be_read_is_shown_as_such_and_hides_no_other() {
    let (world, _) = lived_in();
    let before = world.done("audit_list", json!({}));
    world
        .vault
        .meddle("UPDATE audit SET action = 'nonsense' WHERE action = 'value_copied'");
    let after = world.done("audit_list", json!({}));

    assert_eq!(after["total"], before["total"]);
    assert_eq!(after["entries"][0]["action"], "nonsense");
    assert!(
        after["entries"][0]["fault"]
            .as_str()
            .unwrap()
            .contains("meddled")
    );
    assert_eq!(after["entries"][1], before["entries"][1]);
}

#[test]
fn audit_03_the_log_is_exported_as_csv_and_json_lines_whole_or_by_a_filter() {
    let (world, _) = lived_in();
    let total = world.done("audit_list", json!({}))["total"]
        .as_u64()
        .unwrap();
    let to = |name: &str| world.vault.home().join(name);

    world.choose(&to("log.csv"));
    let csv = world.done("audit_export", json!({ "format": "csv" }));
    let text = fs::read_to_string(to("log.csv")).unwrap();
    assert_eq!(
        (&csv["file_name"], &csv["entries"]),
        (&json!("log.csv"), &json!(total))
    );
    assert_eq!(csv["bytes"], text.len());
    assert_eq!(u64::try_from(text.lines().count()).unwrap(), total + 1);

    world.choose(&to("log.jsonl"));
    let request = json!({ "format": "json_lines", "filters": { "action": "value_copied" } });
    world.done("audit_export", request);
    let text = fs::read_to_string(to("log.jsonl")).unwrap();
    let line: Value = serde_json::from_str(text.trim_end()).unwrap();
    assert_eq!(line["action"], "value_copied");
    let parts = fs::read_dir(world.vault.home()).unwrap();
    let is_part = |name: &std::ffi::OsStr| name.to_string_lossy().ends_with(".part");
    assert_eq!(
        parts
            .filter(|file| is_part(&file.as_ref().unwrap().file_name()))
            .count(),
        0
    );
}

#[test]
fn audit_03_an_export_leaves_the_file_that_its_own_was_once_called_while_it_was_written() {
    let (world, _) = lived_in();
    let own = world.vault.home().join("log.csv.part");
    fs::write(&own, "a person's").unwrap();
    let path = world.vault.home().join("log.csv");
    let request = json!({ "path": path, "format": "csv" });
    world.on_cli("audit_export", request).unwrap();
    assert_eq!(fs::read_to_string(own).unwrap(), "a person's");
}

#[test]
fn audit_03_a_file_that_appears_while_the_log_is_exported_is_not_replaced() {
    let (world, _) = lived_in();
    let path = world.vault.home().join("log.csv");
    let theirs = path.clone();
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |_event| {
        fs::write(&theirs, "somebody else's").unwrap();
    }));
    let request = json!({ "path": path, "format": "csv" });
    let refused = world.on_cli("audit_export", request).unwrap_err();
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(refused.error_type().as_str(), "already_exists");
    assert_eq!(fs::read_to_string(path).unwrap(), "somebody else's");
}

#[test]
fn audit_03_an_export_replaces_no_file_of_the_callers_and_tells_what_it_cannot_read() {
    let (world, _) = lived_in();
    let path = world.vault.home().join("kept");
    fs::write(&path, "kept").unwrap();
    let refused = world
        .on_cli("audit_export", json!({ "path": path, "format": "csv" }))
        .unwrap_err();
    assert_eq!(refused.error_type().as_str(), "already_exists");
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept");

    let refused = json!(
        world
            .on_cli(
                "audit_export",
                json!({ "format": "pdf", "filters": { "action": "x" } })
            )
            .unwrap_err()
    );
    assert_eq!(
        [0, 1, 2].map(|place| refused["details"][place]["loc"].clone()),
        [
            json!(["path"]),
            json!(["format"]),
            json!(["filters", "action"])
        ]
    );
    assert_eq!(
        world.done("audit_export", json!({ "format": "csv" })),
        json!({ "cancelled": true })
    );
}

#[test]
fn a_long_job_can_be_cancelled_and_leaves_nothing_behind() {
    let (world, _) = lived_in();
    let world = Arc::new(world);
    for (command, request) in [
        ("audit_verify", json!({})),
        ("audit_export", json!({ "format": "csv" })),
    ] {
        let path = world.vault.home().join("log.csv");
        world.choose(&path);
        let other = Arc::clone(&world);
        *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
            if let Event::Progress { job, .. } = event {
                let cancelled =
                    other
                        .app
                        .call(Surface::Window, "job_cancel", json!({ "job": job }));
                assert_eq!(cancelled.unwrap(), json!({}));
            }
        }));
        assert_eq!(
            world.done(command, request),
            json!({ "cancelled": true }),
            "{command}"
        );
        assert!(!path.exists());
        *world.told.when_told.lock().unwrap() = None;
    }
    assert_eq!(
        world.refused("job_cancel", json!({ "job": "sleep" }))["type"],
        "validation_error"
    );
    assert_eq!(
        world.done("job_cancel", json!({ "job": "audit_verify" })),
        json!({})
    );
}
