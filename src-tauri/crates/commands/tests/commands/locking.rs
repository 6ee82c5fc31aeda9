//! What a lock does first, whom it stops, and what goes on whatever else is at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::{Changed, Event, LockReason};
use turnstone_commands::{App, Surface};

use crate::members::THEIR_PASSWORD;
use crate::world::{World, before_long, lock_beside};

const OTHER_PASSWORD: &str = "knot sanderling dunlin plover ruff";

#[test]
fn lock_03_a_lock_protects_first_and_then_waits_for_the_act_at_work() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot");
    world.done("secret_copy", json!({ "id": id }));
    let (app, told, board) = (
        Arc::clone(&world.app),
        Arc::clone(&world.told),
        Arc::clone(&world.board),
    );
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if matches!(event, Event::Progress { .. }) {
            lock_beside(&app, &told);
            assert_eq!(board.lock().unwrap().text, None, "still on the clipboard");
        }
    }));

    let answer = world.done("audit_verify", json!({}));

    assert_eq!(answer, json!({ "cancelled": true }), "it was stopped");
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(world.done("app_status", json!({}))["state"], "locked");
}

#[test]
fn lock_03_an_act_that_was_asking_for_the_password_does_nothing_after_the_lock() {
    let world = World::unlocked();
    let keys = || std::fs::read_to_string(world.vault.folder().join("keys.json")).unwrap();
    let ben = world.done(
        "member_invite",
        json!({ "name": "Ben", "role": "viewer", "password": PASSWORD }),
    )["member"]["id"]
        .clone();
    let before = keys();
    for (command, request) in [
        (
            "password_change",
            json!({ "current_password": PASSWORD, "new_password": OTHER_PASSWORD }),
        ),
        ("recovery_renew", json!({ "password": PASSWORD })),
        (
            "identity_renew",
            json!({ "current_password": PASSWORD, "new_password": OTHER_PASSWORD }),
        ),
        (
            "member_invite",
            json!({ "name": "Cleo", "role": "viewer", "password": PASSWORD }),
        ),
        ("member_remove", json!({ "id": ben, "password": PASSWORD })),
        ("vault_rekey", json!({ "password": PASSWORD })),
    ] {
        world.events();
        world.lock_during_the_next();
        let refused = world.refused(command, request);
        assert_eq!(refused["type"], "vault_locked", "{command}: {refused}");
        assert_eq!(keys(), before, "{command}");
        world.unlock();
    }
}

#[test]
fn what_others_wrote_shows_though_an_own_write_followed_at_once() {
    let world = World::unlocked();
    let elsewhere = world.elsewhere();
    elsewhere.unlock();
    world.pass(Duration::from_secs(2));
    world.events();

    elsewhere.generic("theirs", "plover-dunlin-knot");
    world.generic("ours", "godwit-ruff");
    world.events();
    world.pass(Duration::from_secs(2));

    let everything = Event::Changed {
        what: Changed::OF_THE_VAULT.to_vec(),
    };
    assert!(world.events().contains(&everything));
    world.generic("ours again", "godwit-ruff");
    world.events();
    world.pass(Duration::from_secs(2));
    assert_eq!(world.events(), [], "an own write is known");
}

#[test]
fn the_clipboard_is_cleared_in_time_while_a_command_is_at_work() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot");
    world.done("secret_copy", json!({ "id": id }));
    let (time, board) = (Arc::clone(&world.time), Arc::clone(&world.board));
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if let Event::Changed { .. } = event {
            // Whoever looks after the session waits for this command by now.
            thread::sleep(Duration::from_secs(1));
            *time.lock().unwrap() += Duration::from_secs(60);
            assert!(before_long(|| board.lock().unwrap().text.is_none()));
        }
    }));
    world.app.keep_time().unwrap();
    world.generic("b", "godwit-ruff");
    assert_eq!(world.on_clipboard(), None);
}

#[test]
fn lock_04_after_a_fault_of_its_own_the_idle_lock_goes_on() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot");
    world.done("secret_copy", json!({ "id": id }));
    let locked = |wanted: LockReason| {
        let told = &world.told;
        told.hears(|event| matches!(event, Event::Locked { reason, .. } if *reason == wanted))
    };
    world.board.lock().unwrap().panics_when_asked = true;
    world.app.keep_time().unwrap();
    assert!(locked(LockReason::Changed), "a fault locks");

    world.unlock();
    world.done("secret_copy", json!({ "id": id }));
    *world.time.lock().unwrap() += Duration::from_secs(40);
    assert!(before_long(|| world.on_clipboard().is_none()));
    *world.time.lock().unwrap() += Duration::from_secs(60 * 60);
    assert!(locked(LockReason::Idle));
}

#[test]
fn a_new_vaults_recovery_code_is_answered_and_kept_whatever_comes_next() {
    let world = Arc::new(World::new());
    lock_once_when_told(&world, Changed::Vaults);
    let request = json!({ "name": "Second", "member_name": "Ada", "password": OTHER_PASSWORD });
    let code = world.done("vault_create", request)["recovery_code"].clone();
    assert!(code.as_str().is_some_and(|code| code.len() > 20));
    *world.told.when_told.lock().unwrap() = None;

    let request = json!({ "name": "Third", "member_name": "Ada", "password": OTHER_PASSWORD });
    let code = world.done("vault_create", request)["recovery_code"].clone();
    let sheet = world.vault.home().join("sheet.txt");
    world.choose(&sheet);
    world.done("recovery_sheet_save", json!({}));
    let sheet = std::fs::read_to_string(sheet).unwrap();
    assert!(sheet.contains(code.as_str().unwrap()));
}

#[test]
fn a_code_is_never_kept_for_another_vaults_sheet() {
    let world = Arc::new(World::unlocked());
    let first = world.vault_id();
    let request = json!({ "name": "Second", "member_name": "Ada", "password": OTHER_PASSWORD });
    let second = world.done("vault_create", request)["vault"]["vault_id"].clone();
    let open =
        |vault_id: &Value, password: &str| json!({ "vault_id": vault_id, "password": password });
    for (command, request, sheet) in [
        (
            "recovery_renew",
            json!({ "password": PASSWORD }),
            "recovery_sheet_print",
        ),
        (
            "member_invite",
            json!({ "name": "Cleo", "role": "viewer", "password": PASSWORD }),
            "invitation_sheet_print",
        ),
        (
            "identity_renew",
            json!({ "current_password": PASSWORD, "new_password": OTHER_PASSWORD }),
            "recovery_sheet_print",
        ),
    ] {
        world.done("vault_unlock", open(&json!(first), PASSWORD));
        let (app, other) = (Arc::clone(&world.app), open(&second, OTHER_PASSWORD));
        *world.when_asked.lock().unwrap() = Some(Box::new(move || {
            let opening = Arc::clone(&app);
            let status = |app: &App| app.call(Surface::Window, "app_status", json!({})).unwrap();
            let before = status(&app)["vault"].clone();
            thread::spawn(move || opening.call(Surface::Window, "vault_unlock", other));
            assert!(before_long(|| status(&app)["vault"] != before));
        }));
        let refused = world.refused(command, request);
        assert_eq!(refused["type"], "vault_locked", "{command}: {refused}");
        assert_eq!(
            world.done("app_status", json!({}))["vault"]["vault_id"],
            second
        );
        assert_eq!(
            world.refused(sheet, json!({}))["type"],
            "not_found",
            "{command}"
        );
    }
}

#[test]
fn a_renewed_recovery_code_is_on_a_sheet_before_anybody_hears_of_it() {
    let world = Arc::new(World::unlocked());
    lock_once_when_told(&world, Changed::Audit);
    let renewed = world.done("recovery_renew", json!({ "password": PASSWORD }));
    *world.told.when_told.lock().unwrap() = None;
    let code = renewed["recovery_code"].clone();
    world.done(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "recovery_code": code }),
    );
}

#[test]
fn lock_06_while_a_session_changes_the_keys_itself_its_other_commands_only_wait() {
    let world = World::unlocked();
    let elsewhere = world.elsewhere();
    elsewhere.unlock();
    let app = Arc::clone(&world.app);
    let is_first = AtomicBool::new(true);
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if matches!(event, Event::Progress { .. }) && is_first.swap(false, Ordering::SeqCst) {
            elsewhere.done("vault_rekey", json!({ "password": PASSWORD }));
            let met = app.call(Surface::Window, "secret_list", json!({}));
            let met = json!(met.unwrap_err());
            assert_eq!(met["type"], "conflict", "{met}");
            assert_eq!(met["details"], json!([]), "no reason to unlock: {met}");
        }
    }));
    let refused = world.refused("vault_rekey", json!({ "password": PASSWORD }));
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(refused["details"][0]["type"], "keys_changed", "{refused}");
    assert_eq!(world.done("app_status", json!({}))["state"], "locked");
}

#[test]
fn role_05_the_vault_and_the_role_are_asked_for_again_when_a_chooser_was_closed() {
    let world = World::unlocked();
    world.joined("Ben", "viewer").world.app.quit();
    let own = json!({ "vault_id": world.vault_id(), "password": PASSWORD });
    let request = json!({ "name": "Second", "member_name": "Ada", "password": OTHER_PASSWORD });
    let second = world.done("vault_create", request)["vault"]["vault_id"].clone();
    let another_vault = json!({ "vault_id": second, "password": OTHER_PASSWORD });
    let another_member = json!({ "vault_id": world.vault_id(), "password": THEIR_PASSWORD });
    let export = json!({ "format": "csv" });
    for (command, request, open_then, refused_as) in [
        ("backup_create", json!({}), &another_vault, "vault_locked"),
        (
            "backup_create",
            json!({}),
            &another_member,
            "access_forbidden",
        ),
        ("audit_export", export, &another_vault, "vault_locked"),
    ] {
        world.done("vault_unlock", own.clone());
        let target = world.vault.home().join("chosen");
        world.choose(&target);
        let (app, open_then) = (Arc::clone(&world.app), open_then.clone());
        *world.told.when_choosing.lock().unwrap() = Some(Box::new(move || {
            for (command, request) in [("vault_lock", json!({})), ("vault_unlock", open_then)] {
                app.call(Surface::Window, command, request).unwrap();
            }
        }));
        let refused = world.refused(command, request);
        assert_eq!(refused["type"], refused_as, "{command}: {refused}");
        assert!(!target.exists(), "{command}");
    }
}

/// The session ends on another thread as soon as the window hears of such a change.
fn lock_once_when_told(world: &Arc<World>, what: Changed) {
    let (app, told) = (Arc::clone(&world.app), Arc::clone(&world.told));
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if matches!(event, Event::Changed { what: changed } if changed.contains(&what)) {
            lock_beside(&app, &told);
        }
    }));
}
