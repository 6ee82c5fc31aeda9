//! New keys for the vault, through commands, with another program at the same vault.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use testkit::temp_vault::PASSWORD;
use turnstone_commands::Surface;
use turnstone_commands::api::{Event, LockReason};

use crate::world::World;

fn locks(events: &[Event]) -> Vec<(LockReason, bool)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Locked { reason, message } => Some((*reason, message.is_some())),
            _ => None,
        })
        .collect()
}

#[test]
fn lock_06_an_owner_gives_the_vault_new_keys_and_goes_on() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot");
    world.doppler("d");
    let before = std::fs::read_to_string(world.vault.folder().join("keys.json")).unwrap();
    world.events();

    let done = world.done("vault_rekey", json!({ "password": PASSWORD }));

    assert_eq!(
        (&done["rekeyed"], &done["member"]),
        (&json!(true), &json!(null))
    );
    let events = world.events();
    let stages = events.iter().filter_map(|event| match event {
        Event::Progress { job, stage, .. } if job == "rekey" => Some(stage.as_str()),
        _ => None,
    });
    let mut stages: Vec<&str> = stages.collect();
    stages.dedup();
    assert_eq!(stages, ["copy", "switch"]);
    assert_eq!(locks(&events), []);
    assert_ne!(
        std::fs::read_to_string(world.vault.folder().join("keys.json")).unwrap(),
        before
    );
    world.done("secret_copy", json!({ "id": id }));
    assert_eq!(world.on_clipboard().unwrap(), "plover-dunlin-knot");
    assert!(world.actions().contains(&"vault_rekeyed".to_owned()));
    assert_eq!(world.done("vault_check", json!({}))["ok"], true);
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
    world.done("vault_lock", json!({}));
    world.unlock();
    world.done(
        "secret_update",
        json!({ "id": id, "credentials": { "value": "godwit" } }),
    );
}

#[test]
fn lock_06_values_that_did_not_open_before_are_told_by_whatever_gives_new_keys() {
    let world = World::unlocked();
    world.generic("a", "plover-dunlin-knot");
    world.generic("b", "godwit-ruff");
    let ben = world.joined("Ben", "operator");
    world.vault.meddle(
        "UPDATE wrapped_key SET bytes = randomblob(60) WHERE slot = (SELECT key_slot FROM version WHERE secret_key = 1)",
    );
    let new = "eleven whimbrels walk on wet sand";
    for (command, request) in [
        ("vault_rekey", json!({ "password": PASSWORD })),
        (
            "member_remove",
            json!({ "id": ben.id, "password": PASSWORD }),
        ),
        (
            "identity_renew",
            json!({ "current_password": PASSWORD, "new_password": new }),
        ),
    ] {
        let done = world.done(command, request);
        assert_eq!(
            (&done["rekeyed"], &done["unopened"]),
            (&json!(true), &json!(1)),
            "{command}"
        );
    }
}

#[test]
fn lock_06_new_keys_ask_for_the_password_again() {
    let world = World::unlocked();
    for (request, kind) in [
        (json!({}), "validation_error"),
        (json!({ "password": "" }), "validation_error"),
        (
            json!({ "password": "not this one" }),
            "authentication_failed",
        ),
    ] {
        assert_eq!(world.refused("vault_rekey", request)["type"], kind);
    }
    assert!(!world.actions().contains(&"vault_rekeyed".to_owned()));
}

#[test]
fn lock_06_new_keys_can_be_stopped_before_the_switch() {
    let world = Arc::new(World::unlocked());
    let id = world.generic("a", "plover-dunlin-knot");
    let other = Arc::clone(&world);
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if let Event::Progress { job, .. } = event {
            let stop = json!({ "job": job });
            other.app.call(Surface::Window, "job_cancel", stop).unwrap();
        }
    }));
    assert_eq!(
        world.done("vault_rekey", json!({ "password": PASSWORD })),
        json!({ "cancelled": true })
    );
    *world.told.when_told.lock().unwrap() = None;
    world.done("secret_copy", json!({ "id": id }));
    assert!(!world.actions().contains(&"vault_rekeyed".to_owned()));
    let files = std::fs::read_dir(world.vault.folder()).unwrap();
    let databases = files.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".db")
    });
    assert_eq!(databases.count(), 1);
}

#[test]
fn lock_06_a_session_elsewhere_ends_with_its_reason_when_the_keys_change() {
    let world = World::unlocked();
    world.generic("a", "plover-dunlin-knot");
    for (what, by_command) in [("a command meets it", true), ("nobody asks", false)] {
        let elsewhere = world.elsewhere();
        elsewhere.unlock();
        elsewhere.events();
        world.done("vault_rekey", json!({ "password": PASSWORD }));

        if by_command {
            let refused = elsewhere.refused("secret_list", json!({}));
            assert_eq!(
                (&refused["type"], &refused["details"][0]["type"]),
                (&json!("conflict"), &json!("keys_changed"))
            );
        } else {
            elsewhere.pass(Duration::from_secs(2));
        }

        assert_eq!(
            locks(&elsewhere.events()),
            [(LockReason::KeysChanged, true)],
            "{what}"
        );
        assert_eq!(
            elsewhere.refused("secret_list", json!({}))["type"],
            "vault_locked"
        );
        elsewhere.unlock();
        assert_eq!(elsewhere.done("secret_list", json!({}))["total"], 1);
    }
}
