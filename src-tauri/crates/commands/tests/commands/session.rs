use std::time::Duration;

use serde_json::json;
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::{Event, LockReason};
use turnstone_commands::{Surface, commands};

use crate::world::World;

/// Commands that LOCK-03 lets through: unlock, create, list vaults, app settings, and what needs no vault at all.
const WHILE_LOCKED: [&str; 15] = [
    "activity",
    "app_status",
    "backup_check",
    "backup_restore",
    "catalogue_get",
    "clipboard_clear",
    "file_open",
    "password_strength",
    "settings_get",
    "settings_update",
    "vault_add",
    "vault_create",
    "vault_join",
    "vault_list",
    "vault_unlock",
];

#[test]
fn lock_03_while_locked_everything_about_the_vault_answers_vault_locked() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.done("vault_lock", json!({}));
    let mut refused = 0;
    for row in commands()
        .iter()
        .filter(|row| !WHILE_LOCKED.contains(&row.name))
    {
        let surface = if row.surface == "cli" {
            Surface::Cli
        } else {
            Surface::Window
        };
        let request = match row.name {
            "secret_hints" => json!({ "create": {} }),
            "secret_get" => json!({ "id": id }),
            _ => json!({}),
        };
        let rejection = world.app.call(surface, row.name, request).unwrap_err();
        assert_eq!(
            rejection.error_type().as_str(),
            "vault_locked",
            "{}",
            row.name
        );
        refused += 1;
    }
    assert!(refused > 20);
}

#[test]
fn lock_03_unlocked_the_same_commands_answer_again() {
    let world = World::unlocked();
    world.generic("a", "plover-dunlin");
    world.done("vault_lock", json!({}));
    for name in WHILE_LOCKED.iter().filter(|name| {
        name.ends_with("_get") || name.ends_with("_list") || name.ends_with("_status")
    }) {
        world.done(name, json!({}));
    }
    world.unlock();
    assert_eq!(world.done("secret_list", json!({}))["total"], 1);
    assert_eq!(world.done("app_status", json!({}))["state"], "unlocked");
}

#[test]
fn lock_02_wrong_passwords_and_a_damaged_slot_have_one_type_and_the_message_tells_damage() {
    let world = World::new();
    let wrong = world.refused(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "password": "wrong" }),
    );
    assert_eq!(
        (&wrong["type"], &wrong["details"][0]["type"]),
        (&json!("authentication_failed"), &json!("wrong"))
    );
    for password in [String::new(), "x".repeat(5000)] {
        let refused = world.refused(
            "vault_unlock",
            json!({ "vault_id": world.vault_id(), "password": password }),
        );
        assert_eq!(refused["type"], "authentication_failed");
    }
    let code = json!({ "vault_id": world.vault_id(), "recovery_code": "ABCD" });
    assert_eq!(
        world.refused("vault_unlock", code)["type"],
        "authentication_failed"
    );

    let vault_id = world.vault_id();
    for name in ["keys.json", "keys.json.bak"] {
        damage_password_slot(&world.vault.folder().join(name));
    }
    let damaged = world.refused(
        "vault_unlock",
        json!({ "vault_id": vault_id, "password": PASSWORD }),
    );
    assert_eq!(
        (&damaged["type"], &damaged["details"][0]["type"]),
        (&json!("authentication_failed"), &json!("damage"))
    );
    assert!(
        damaged["message"].as_str().unwrap().contains("damaged"),
        "{damaged}"
    );
}

fn damage_password_slot(path: &std::path::Path) {
    let Ok(keys) = std::fs::read_to_string(path) else {
        return;
    };
    let slot = keys.find("\"kind\": \"password\"").unwrap();
    let begin = "\"sealed\": \"";
    let place = slot + keys[slot..].find(begin).unwrap() + begin.len() + 20;
    let other = if &keys[place..=place] == "A" {
        "B"
    } else {
        "A"
    };
    std::fs::write(
        path,
        format!("{}{other}{}", &keys[..place], &keys[place + 1..]),
    )
    .unwrap();
}

#[test]
fn lock_02_after_five_wrong_passwords_a_wait_begins_that_a_restart_does_not_end() {
    let world = World::new();
    let attempt = |world: &World| {
        world.refused(
            "vault_unlock",
            json!({ "vault_id": world.vault_id(), "password": "wrong" }),
        )
    };
    for _ in 0..4 {
        let wrong = attempt(&world);
        assert_eq!(wrong["type"], "authentication_failed");
        assert_eq!(wrong.get("retry_after_ms"), None);
    }
    let fifth = attempt(&world);
    assert_eq!(
        (&fifth["type"], &fifth["retry_after_ms"]),
        (&json!("authentication_failed"), &json!(1000)),
        "the failure that earns a wait tells it"
    );
    let refused = attempt(&world);
    assert_eq!(
        (&refused["type"], &refused["status"]),
        (&json!("rate_limited"), &json!(429))
    );
    assert!(refused["retry_after_ms"].as_u64().unwrap() > 0);

    let world = world.restarted();
    assert_eq!(attempt(&world)["type"], "rate_limited");
    world.pass(Duration::from_secs(600));
    world.unlock();
    assert!(world.actions().contains(&"unlock_failures".to_owned()));
}

#[test]
fn lock_02_an_open_vault_is_no_place_to_guess_faster() {
    let guesses = [
        (
            "password_change",
            json!({ "current_password": "wrong", "new_password": "knot sanderling dunlin plover ruff" }),
            json!({ "current_password": PASSWORD, "new_password": "knot sanderling dunlin plover ruff" }),
        ),
        (
            "recovery_renew",
            json!({ "password": "wrong" }),
            json!({ "password": PASSWORD }),
        ),
    ];
    for (command, wrong, right) in guesses {
        let world = World::unlocked();
        for _ in 0..4 {
            let refused = world.refused(command, wrong.clone());
            assert_eq!(refused["type"], "authentication_failed", "{command}");
        }
        assert_eq!(world.refused(command, wrong)["retry_after_ms"], 1000);
        let waiting = world.refused(command, right.clone());
        assert_eq!(
            (&waiting["type"], &waiting["status"]),
            (&json!("rate_limited"), &json!(429)),
            "{command}"
        );
        let wait = waiting["retry_after_ms"].as_u64().unwrap();
        assert!((1..=1000).contains(&wait), "{command}: {wait} ms");
        world.pass(Duration::from_secs(5));
        world.done(command, right);
        assert!(world.actions().contains(&"unlock_failures".to_owned()));
    }
}

#[test]
fn the_recovery_code_opens_the_vault_and_sets_a_new_password() {
    let world = World::new();
    let code = world.vault.recovery_code().expose_text().to_string();
    world.done(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "recovery_code": code }),
    );
    let new = "knot sanderling dunlin plover ruff";
    world.done(
        "password_change",
        json!({ "current_password": code, "new_password": new }),
    );
    world.done("vault_lock", json!({}));
    let old = world.refused(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "password": PASSWORD }),
    );
    assert_eq!(old["type"], "authentication_failed");
    world.done(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "password": new }),
    );
}

#[test]
fn a_password_is_changed_only_by_who_knows_it_and_only_to_a_strong_one() {
    let world = World::unlocked();
    let wrong = json!({ "current_password": "wrong", "new_password": "knot sanderling dunlin plover ruff" });
    assert_eq!(
        world.refused("password_change", wrong)["type"],
        "authentication_failed"
    );
    let weak = world.refused(
        "password_change",
        json!({ "current_password": PASSWORD, "new_password": "password1" }),
    );
    assert_eq!(
        (&weak["type"], &weak["details"][0]["loc"]),
        (&json!("validation_error"), &json!(["new_password"]))
    );
}

#[test]
fn a_renewed_recovery_code_ends_the_old_one() {
    let world = World::unlocked();
    let old = world.vault.recovery_code().expose_text().to_string();
    let new =
        world.done("recovery_renew", json!({ "password": PASSWORD }))["recovery_code"].clone();
    assert_eq!(
        world.done("app_status", json!({}))["recovery_unconfirmed"],
        true
    );
    world.done("recovery_confirm", json!({}));
    assert_eq!(
        world.done("app_status", json!({}))["recovery_unconfirmed"],
        false
    );
    world.done("vault_lock", json!({}));
    let refused = world.refused(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "recovery_code": old }),
    );
    assert_eq!(refused["type"], "authentication_failed");
    world.done(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "recovery_code": new }),
    );
}

#[test]
fn lock_04_idle_time_locks_and_activity_puts_it_off() {
    let world = World::unlocked();
    world.pass(Duration::from_secs(290));
    world.done("activity", json!({}));
    world.pass(Duration::from_secs(290));
    assert_eq!(world.done("app_status", json!({}))["state"], "unlocked");
    world.events();

    world.pass(Duration::from_secs(10));

    assert_eq!(world.done("app_status", json!({}))["state"], "locked");
    assert_eq!(
        world.events(),
        [Event::Locked {
            reason: LockReason::Idle,
            message: None
        }]
    );
    world.unlock();
    assert_eq!(world.actions()[1], "vault_locked");
}

#[test]
fn lock_04_commands_alone_are_no_activity() {
    let world = World::unlocked();
    world.pass(Duration::from_secs(299));
    world.done("secret_list", json!({}));
    world.pass(Duration::from_secs(1));
    assert_eq!(
        world.refused("secret_list", json!({}))["type"],
        "vault_locked"
    );
}

#[test]
fn an_older_folder_put_back_opens_only_when_it_is_accepted() {
    let world = World::unlocked();
    world.done("vault_lock", json!({}));
    let folder = world.vault.folder();
    let kept: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let kept: Vec<_> = kept
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    world.unlock();
    world.generic("a", "plover-dunlin");
    world.done("vault_lock", json!({}));
    for entry in std::fs::read_dir(&folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (path, bytes) in kept {
        std::fs::write(path, bytes).unwrap();
    }

    let request = json!({ "vault_id": world.vault_id(), "password": PASSWORD });
    let refused = world.refused("vault_unlock", request);
    assert_eq!(
        (&refused["type"], &refused["details"][0]["type"]),
        (&json!("conflict"), &json!("rollback"))
    );

    let request =
        json!({ "vault_id": world.vault_id(), "password": PASSWORD, "accept_rollback": true });
    assert_eq!(world.done("vault_unlock", request)["state"], "unlocked");
    assert!(world.actions().contains(&"head_accepted".to_owned()));
}

#[test]
fn settings_are_kept_and_checked() {
    let world = World::new();
    assert_eq!(
        world.done("settings_get", json!({})),
        json!({ "theme": "system", "clipboard_seconds": 30, "idle_lock_minutes": 5, "due_notices": "count" })
    );
    let refused = world.refused(
        "settings_update",
        json!({ "theme": "pink", "clipboard_seconds": 4, "idle_lock_minutes": 0.5 }),
    );
    assert_eq!(refused["details"].as_array().unwrap().len(), 3);
    world.done(
        "settings_update",
        json!({ "theme": "dark", "clipboard_seconds": 300, "idle_lock_minutes": 240, "due_notices": "off" }),
    );
    let world = world.restarted();
    assert_eq!(
        world.done("settings_get", json!({})),
        json!({ "theme": "dark", "clipboard_seconds": 300, "idle_lock_minutes": 240, "due_notices": "off" })
    );
}
