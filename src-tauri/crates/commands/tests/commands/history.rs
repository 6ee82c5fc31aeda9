use serde_json::{Value, json};

use crate::world::World;

fn numbers_and_states(world: &World, id: &str) -> Vec<(u64, String)> {
    let history = world.done("secret_history", json!({ "id": id }));
    let shown = |version: &Value| {
        (
            version["number"].as_u64().unwrap(),
            version["state"].as_str().unwrap().to_owned(),
        )
    };
    history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(shown)
        .collect()
}

fn rotated(world: &World) -> String {
    let id = world.generic("a", "plover-one-1");
    for value in ["plover-two-2", "plover-three-3"] {
        world.done(
            "secret_update",
            json!({ "id": id, "credentials": { "value": value }, "reason": "turnover" }),
        );
    }
    id
}

fn copied(world: &World, id: &str) -> String {
    world.done("secret_copy", json!({ "id": id }));
    world.on_clipboard().unwrap()
}

#[test]
fn the_timeline_is_newest_first_with_reasons() {
    let world = World::unlocked();
    let id = rotated(&world);
    let states = [(3, "current"), (2, "previous"), (1, "retired")]
        .map(|(number, state)| (number, state.to_owned()));
    assert_eq!(numbers_and_states(&world, &id), states);
    let newest = world.done("secret_history", json!({ "id": id }))["versions"][0].clone();
    assert_eq!(
        (&newest["reason"], &newest["how"], &newest["created_by"]),
        (&json!("turnover"), &json!("manual"), &json!("Ada"))
    );
}

#[test]
fn a_restored_version_is_a_new_one_with_the_old_value() {
    let world = World::unlocked();
    let id = rotated(&world);

    let answer = world.done(
        "secret_restore",
        json!({ "id": id, "version": 1, "reason": "went wrong" }),
    );

    assert_eq!(answer["secret"]["version"], 4);
    assert_eq!(copied(&world, &id), "plover-one-1");
    let newest = world.done("secret_history", json!({ "id": id }))["versions"][0].clone();
    assert_eq!(
        (&newest["how"], &newest["origin"]),
        (&json!("restored"), &json!(1))
    );
    assert_eq!(
        world.refused("secret_restore", json!({ "id": id, "version": 9 }))["type"],
        "not_found"
    );
    assert_eq!(
        world.refused("secret_restore", json!({ "id": id }))["type"],
        "validation_error"
    );
}

#[test]
fn a_destroyed_version_stays_in_the_timeline_and_cannot_be_restored() {
    let world = World::unlocked();
    let id = rotated(&world);
    world.done(
        "version_destroy",
        json!({ "id": id, "version": 1, "forget": true }),
    );
    let oldest = world.done("secret_history", json!({ "id": id }))["versions"][2].clone();
    assert!(
        ["destroyed", "destroying"].contains(&oldest["state"].as_str().unwrap()),
        "{oldest}"
    );
    assert_eq!(oldest["masks"], json!(null));
    assert_eq!(
        world.refused("secret_restore", json!({ "id": id, "version": 1 }))["type"],
        "invalid_request"
    );
    assert_eq!(
        world.refused("version_destroy", json!({ "id": id, "version": 3 }))["type"],
        "invalid_request"
    );
}

#[test]
fn the_previous_value_can_be_destroyed_with_the_rotation() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-one-1");
    let request = json!({ "id": id, "credentials": { "value": "plover-two-2" }, "previous": "destroy", "reason": "leaked" });
    world.done("secret_update", request);
    assert_eq!(
        world.refused("secret_restore", json!({ "id": id, "version": 1 }))["type"],
        "invalid_request"
    );
}

#[test]
fn what_is_deleted_can_be_taken_back_until_the_trash_is_emptied() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-one-1");
    assert_eq!(
        world.done("secret_delete", json!({ "id": id }))["deleted"],
        true
    );
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
    assert_eq!(
        world.done("trash_list", json!({}))["secrets"][0]["id"],
        json!(id)
    );
    assert_eq!(
        world.refused("secret_copy", json!({ "id": id }))["type"],
        "not_found"
    );

    world.done("secret_undelete", json!({ "id": id }));
    assert_eq!(copied(&world, &id), "plover-one-1");

    world.done("secret_delete", json!({ "id": id }));
    world.generic("A", "plover-two-2");
    assert_eq!(
        world.refused("secret_undelete", json!({ "id": id }))["type"],
        "already_exists"
    );
    assert_eq!(world.done("trash_empty", json!({}))["deleted"], 1);
    assert_eq!(
        world.refused("secret_get", json!({ "id": id }))["type"],
        "not_found"
    );
    assert_eq!(world.done("vault_check", json!({}))["ok"], true);
}

#[test]
fn audit_02_emptying_the_trash_destroys_what_the_log_vouches_for_and_names_the_rest() {
    let world = World::unlocked();
    let trashed = ["a", "b"].map(|name| {
        let id = world.generic(name, &format!("plover-{name}-1"));
        world.done("secret_delete", json!({ "id": id }));
        id
    });
    let live = world.generic("live\u{202e}one", "plover-live-1");
    world
        .vault
        .meddle("UPDATE secret SET trashed_at = created_at WHERE name LIKE 'live%'");
    let refused = world.refused("trash_empty", json!({}));
    assert_eq!(
        (&refused["type"], &refused["status"]),
        (&json!("internal_error"), &json!(500))
    );
    let details = refused["details"].as_array().unwrap();
    assert_eq!(details.len(), 1);
    assert_eq!(details[0]["type"], "integrity");
    let message = details[0]["message"].as_str().unwrap();
    assert!(
        message.contains("live·one") && message.contains("not destroyed"),
        "{message}"
    );
    for id in trashed {
        assert_eq!(
            world.refused("secret_get", json!({ "id": id }))["type"],
            "not_found"
        );
    }
    assert_eq!(
        world.refused("secret_undelete", json!({ "id": live }))["details"][0]["type"],
        "integrity"
    );
    assert_eq!(world.done("trash_list", json!({}))["total"], 1);
    assert_eq!(world.done("vault_check", json!({}))["ok"], false);
}
