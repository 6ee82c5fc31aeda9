use std::time::Duration;

use serde_json::json;
use turnstone_commands::api::Event;

use crate::world::World;

fn countdown(world: &World) -> Vec<u64> {
    let told = world.events().into_iter();
    told.filter_map(|event| match event {
        Event::Clipboard { remaining_ms, .. } => Some(remaining_ms),
        _ => None,
    })
    .collect()
}

#[test]
fn out_02_a_copied_value_is_cleared_after_its_time_with_a_countdown() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    let answer = world.done("secret_copy", json!({ "id": id }));
    assert_eq!(answer, json!({ "label": "a", "clears_in_ms": 30_000 }));
    assert_eq!(world.on_clipboard().as_deref(), Some("plover-dunlin"));

    for _ in 0..29 {
        world.pass(Duration::from_secs(1));
        assert!(world.on_clipboard().is_some());
    }
    world.pass(Duration::from_secs(1));

    assert_eq!(world.on_clipboard(), None);
    let expected: Vec<u64> = (0..=30).rev().map(|seconds| seconds * 1000).collect();
    assert_eq!(countdown(&world), expected);
    assert_eq!(
        world.done("app_status", json!({}))["clipboard"],
        json!(null)
    );
}

#[test]
fn out_02_the_entry_of_a_copy_is_there_even_where_the_clipboard_fails() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.board.lock().unwrap().broken = true;

    assert_eq!(
        world.refused("secret_copy", json!({ "id": id }))["type"],
        "internal_error"
    );

    assert_eq!(world.actions()[0], "value_copied");
}

#[test]
fn audit_02_nothing_of_a_secret_that_was_edited_reaches_the_clipboard() {
    for column in [
        "name = 'b', name_folded = 'b'",
        "name_folded = 'b'",
        "env_key = 'EDITED'",
        "masks = '[[\"value\",\"edited\"]]'",
        "notes = 'edited'",
    ] {
        let world = World::unlocked();
        let id = world.generic("a", "plover-dunlin");
        world
            .vault
            .meddle(&format!("UPDATE secret SET {column} WHERE name = 'a'"));

        let refused = world.refused("secret_copy", json!({ "id": id }));

        assert_eq!(refused["type"], "internal_error", "{column}");
        assert_eq!(refused["details"][0]["type"], "integrity", "{column}");
        assert_eq!(world.on_clipboard(), None, "{column}");
        assert_eq!(world.actions()[0], "secret_created", "{column}");
    }
}

#[test]
fn out_02_a_field_that_is_not_there_is_neither_copied_nor_audited() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");

    assert_eq!(
        world.refused("secret_copy", json!({ "id": id, "field": "account_key" }))["type"],
        "validation_error"
    );

    assert_eq!(world.on_clipboard(), None);
    assert_eq!(world.actions()[0], "secret_created");
}

#[test]
fn the_clipboard_is_cleared_on_lock_and_on_quit_and_by_hand() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.done("secret_copy", json!({ "id": id }));
    world.done("vault_lock", json!({}));
    assert_eq!(world.on_clipboard(), None);

    world.unlock();
    world.done("secret_copy", json!({ "id": id }));
    world.done("clipboard_clear", json!({}));
    assert_eq!(world.on_clipboard(), None);

    world.done("secret_copy", json!({ "id": id }));
    world.app.quit();
    assert_eq!(world.on_clipboard(), None);
}

#[test]
fn what_took_the_clipboard_meanwhile_stays_there() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.done("secret_copy", json!({ "id": id }));
    {
        let mut board = world.board.lock().unwrap();
        board.text = Some("a shopping list".to_owned());
        board.taken = true;
    }
    world.pass(Duration::from_secs(40));
    world.done("vault_lock", json!({}));

    assert_eq!(world.on_clipboard().as_deref(), Some("a shopping list"));
    assert_eq!(countdown(&world).last(), Some(&0));
}

#[test]
fn the_time_on_the_clipboard_is_a_setting() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.done("settings_update", json!({ "clipboard_seconds": 5 }));
    assert_eq!(
        world.done("secret_copy", json!({ "id": id }))["clears_in_ms"],
        5000
    );
    world.pass(Duration::from_secs(5));
    assert_eq!(world.on_clipboard(), None);
}
