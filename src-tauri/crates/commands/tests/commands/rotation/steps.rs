//! What a person does with a rotation.

use std::sync::{Arc, Mutex};

use providers::Way;
use serde_json::{Value, json};
use turnstone_commands::Surface;
use turnstone_commands::api::{Event, LockReason};

use super::old_key;
use crate::cloud::Fault;
use crate::world::World;

#[test]
fn a_rotation_turns_the_key_over_and_keeps_the_old_one_for_its_grace() {
    let world = World::unlocked();
    let secret = world.ledger();
    let before = world.in_use(&secret);
    let run = world.start(&secret, "delete").unwrap();
    let after = world.in_use(&secret);
    assert_ne!(before, after);
    assert!(
        world.cloud.accepts(&before.0, &before.1),
        "within its grace"
    );
    assert_eq!(
        (&run["state"], &run["stage"], &run["may_undo"]),
        (&json!("waiting"), &json!("grace"), &json!(true))
    );
    let shown = world.done("secret_get", json!({ "id": secret }))["secret"].clone();
    assert_eq!(shown["version"], 2);
    assert_eq!(shown["rotation"]["id"], run["id"]);
    assert_eq!(shown["verified"]["ok"], 1);

    world.finish(&secret);
    assert!(!world.cloud.accepts(&before.0, &before.1));
    assert!(world.cloud.accepts(&after.0, &after.1));
    let shown = world.done("secret_get", json!({ "id": secret }))["secret"].clone();
    assert_eq!(shown["rotation"], Value::Null);
}

#[test]
fn undo_after_the_promotion_puts_the_old_key_back_and_removes_the_new_one() {
    let world = World::unlocked();
    let secret = world.ledger();
    let before = world.in_use(&secret);
    let run = world.start(&secret, "delete").unwrap();
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "undone", "{undone}");
    assert_eq!(world.in_use(&secret), before);
    assert_eq!(world.cloud.ids(), [before.0]);
}

/// A run that ended with its old key left there, and the values before and after.
fn over(world: &World, then: &str) -> (String, Value, (String, String)) {
    let secret = world.ledger();
    let before = world.in_use(&secret);
    world.start(&secret, then).unwrap();
    let run = world.finish(&secret);
    assert_eq!(run["state"], "done", "{run}");
    (secret, run, before)
}

#[test]
fn undo_leads_back_to_a_key_that_was_kept_or_disabled_also_when_the_run_is_over() {
    for then in ["keep", "disable"] {
        let world = World::unlocked();
        let (secret, run, before) = over(&world, then);
        assert_eq!(run["may_undo"], true, "{then}: {run}");
        let works = world.cloud.accepts(&before.0, &before.1);
        assert_eq!(works, then == "keep");
        let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
        assert_eq!(undone["rotation"]["state"], "undone", "{then}: {undone}");
        assert_eq!(undone["rotation"]["may_undo"], false);
        assert_eq!(world.in_use(&secret), before);
        assert_eq!(world.cloud.active_ids(), [before.0]);
        world.require_working(&secret, then);
    }
}

#[test]
fn a_run_that_is_over_does_not_lead_back_where_that_would_take_something_away() {
    let world = World::unlocked();
    let (_, run, _) = over(&world, "delete");
    assert_eq!(run["may_undo"], false, "the old key is deleted");
    let id = json!({ "rotation_id": run["id"] });
    assert_eq!(world.refused("rotation_undo", id)["type"], "conflict");

    let world = World::unlocked();
    world.cloud.state().keys_max = usize::MAX;
    let (_, first, _) = over(&world, "keep");
    let secret_of_first = first["secret_id"].as_str().unwrap();
    world.start(secret_of_first, "keep").unwrap();
    let id = json!({ "rotation_id": first["id"] });
    let shown = world.done("rotation_get", id.clone())["rotation"].clone();
    assert_eq!(shown["may_undo"], false, "another came after it");
    assert_eq!(world.refused("rotation_undo", id)["type"], "conflict");

    // The new key is in another secret as well by now.
    let world = World::unlocked();
    let (twin_of, run, _) = over(&world, "keep");
    let after = world.in_use(&twin_of);
    world.s3_with_key("Copy of the new key", after.clone());
    let id = json!({ "rotation_id": run["id"] });
    let refused = world.refused("rotation_undo", id);
    assert_eq!(refused["type"], "conflict", "{refused}");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("Copy of the new key")
    );
    assert_eq!(world.run(&twin_of).unwrap()["state"], "done");
    assert!(world.cloud.accepts(&after.0, &after.1));

    // In its grace too.
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    let after = world.in_use(&secret);
    world.s3_with_key("Copy of the new key", after.clone());
    let id = json!({ "rotation_id": run["id"] });
    assert_eq!(world.refused("rotation_undo", id)["type"], "conflict");
    assert!(world.cloud.accepts(&after.0, &after.1));
}

#[test]
fn a_kept_key_that_somebody_deleted_since_does_not_take_the_new_one_along() {
    let world = World::unlocked();
    let (secret, run, before) = over(&world, "keep");
    world.cloud.state().keys.retain(|key| key.id != before.0);
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "stopped", "{undone}");
    world.require_working(&secret, "the old key is gone");
    let run = world.finish(&secret);
    assert_eq!(run["state"], "done", "{run}");
    world.require_working(&secret, "it stays with the new one");
}

#[test]
fn an_old_key_that_is_still_used_is_asked_about() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.start(&secret, "delete").unwrap();
    world.pass_grace();
    world.cloud.state().used_at = Some(*world.time.lock().unwrap());
    let run = world.run(&secret).unwrap();
    let id = json!({ "rotation_id": run["id"] });
    let run = world.done("rotation_resume", id)["rotation"].clone();
    assert_eq!(run["state"], "asks", "{run}");
    let choices = run["question"]["choices"].as_array().unwrap();
    let choices: Vec<&str> = choices
        .iter()
        .map(|one| one["decision"].as_str().unwrap())
        .collect();
    assert_eq!(choices, ["wait", "go_on", "keep_old"]);
    assert_eq!(world.cloud.active_ids().len(), 2);
    let kept = world.done(
        "rotation_decide",
        json!({ "rotation_id": run["id"], "decision": "keep_old" }),
    );
    assert_eq!(kept["rotation"]["state"], "done");
    assert_eq!(world.cloud.active_ids().len(), 2);
}

/// OUT-02: whatever goes out is in the log before the first request with it.
#[test]
fn out_02_a_value_that_goes_to_a_provider_is_in_the_log_before() {
    let world = World::unlocked();
    let secret = world.ledger();
    let other = Arc::new(world.elsewhere());
    other.unlock();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (heard, looker) = (Arc::clone(&seen), Arc::clone(&other));
    world.cloud.state().watch = Some(Box::new(move |call| {
        let sent = looker
            .actions()
            .iter()
            .filter(|action| *action == "value_sent")
            .count();
        heard.lock().unwrap().push((call.to_owned(), sent));
    }));
    world.start(&secret, "delete").unwrap();
    world.cloud.state().watch = None;
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0], ("preflight".to_owned(), 1));
    let of = |name: &str| {
        seen.iter()
            .find(|(call, _)| call.starts_with(name))
            .unwrap()
            .1
    };
    assert!(of("check") > of("create"), "the new key: {seen:?}");
    assert!(seen.iter().all(|(_, sent)| *sent > 0), "{seen:?}");
    // Each time that values were opened to be sent has an entry of its own, and the journal asks for nothing beside.
    let told: Vec<(&str, usize)> = seen
        .iter()
        .map(|(call, sent)| (call.split(' ').next().unwrap(), *sent))
        .collect();
    assert_eq!(
        told,
        [
            ("preflight", 1),
            ("create", 1),
            ("check", 2),
            ("verify", 3),
            ("check", 4),
            ("list", 4)
        ]
    );
}

#[test]
fn lock_04_a_lock_stops_a_run_after_its_present_step() {
    let world = Arc::new(World::unlocked());
    let secret = world.ledger();
    let lock = Arc::new(Mutex::new(None));
    let (locker, started) = (Arc::clone(&world), Arc::clone(&lock));
    world.cloud.state().watch = Some(Box::new(move |call| {
        if !call.starts_with("create") {
            return;
        }
        let app = Arc::clone(&locker);
        let waits = std::thread::spawn(move || app.app.lock(LockReason::Asked).unwrap());
        *started.lock().unwrap() = Some(waits);
        while locker.done("app_status", json!({}))["state"] != "locked" {
            std::thread::yield_now();
        }
    }));
    let refused = world.start(&secret, "keep").unwrap_err();
    lock.lock().unwrap().take().unwrap().join().unwrap();
    world.cloud.state().watch = None;

    assert_eq!(refused["type"], "vault_locked", "{refused}");
    assert_eq!(
        world.cloud.state().calls.last().map(|call| &call[..6]),
        Some("create")
    );
    world.unlock();
    let run = world.run(&secret).unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("stored")),
        "{run}"
    );
    assert!(run["new_key_id"].is_string());
    assert_eq!(world.finish(&secret)["state"], "done");
}

#[test]
fn out_02_a_key_that_may_not_go_to_the_provider_s_host_does_not() {
    let world = World::unlocked();
    let secret = world.ledger();
    let bucket = "s3.eu-north-1.amazonaws.com";
    let only = |domain: &str| json!({ "id": secret, "allowed_domains": [domain, bucket] });
    world.done("secret_update", only("elsewhere.test"));
    let refused = world.start(&secret, "keep").unwrap_err();
    assert_eq!(refused["type"], "access_forbidden", "{refused}");
    assert_eq!(world.cloud.calls(), 0);
    world.done("secret_update", only(crate::cloud::HOST));
    assert_eq!(world.start(&secret, "keep").unwrap()["state"], "done");
}

#[test]
fn delete_01_a_secret_with_an_open_rotation_is_in_use() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().buckets.clear();
    let run = world.start(&secret, "delete").unwrap();
    for request in [
        json!({ "id": secret }),
        json!({ "id": secret, "force": true }),
    ] {
        let refused = world.refused("secret_delete", request);
        assert_eq!(refused["type"], "in_use", "{refused}");
        let dependants = refused["dependants"].as_array().unwrap();
        assert!(
            dependants.iter().any(|one| one["kind"] == "rotation"),
            "{refused}"
        );
    }
    world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(
        world.done("secret_delete", json!({ "id": secret, "force": true }))["deleted"],
        true
    );
}

#[test]
fn a_rotation_needs_its_decision_and_its_revision() {
    let world = World::unlocked();
    let secret = world.ledger();
    let request =
        json!({ "secret_id": secret, "expected_revision": 9, "old_key": old_key("keep") });
    assert_eq!(world.refused("rotation_start", request)["type"], "conflict");
    for wrong in [
        json!({ "grace_hours": -1, "then": "keep" }),
        json!({ "grace_hours": 1, "then": "burn" }),
        json!({ "then": "keep" }),
    ] {
        let request = json!({ "secret_id": secret, "expected_revision": 1, "old_key": wrong });
        let refused = world.refused("rotation_start", request);
        assert_eq!(refused["type"], "validation_error", "{refused}");
        assert_eq!(refused["details"][0]["loc"][0], "old_key");
    }
    assert_eq!(world.cloud.ids().len(), 1);
    let run = world.start(&secret, "keep").unwrap();
    assert_eq!(run["state"], "done");
    let again = json!({ "rotation_id": run["id"], "decision": "go_on" });
    assert_eq!(world.refused("rotation_decide", again)["type"], "conflict");
}

#[test]
fn many_are_rotated_a_few_at_a_time_and_told_one_by_one() {
    let world = World::unlocked();
    world.cloud.state().keys_max = usize::MAX;
    let mut ids = Vec::new();
    for number in 0..9 {
        let (id, secret) = world.cloud.old_key();
        let made = world.done(
            "secret_create",
            json!({ "name": format!("key {number}"), "secret_type": "s3",
                "credentials": { "access_key_id": id, "secret_access_key": secret } }),
        );
        ids.push(made["secret"]["id"].clone());
    }
    ids.push(json!(
        world.generic("no key", "plover-dunlin-knot-sanderling")
    ));
    let plans = world.done("rotation_bulk_plan", json!({ "secret_ids": ids }))["plans"].clone();
    let managed = |plan: &Value| plan["managed"] == true;
    assert_eq!(
        plans
            .as_array()
            .unwrap()
            .iter()
            .filter(|plan| managed(plan))
            .count(),
        9
    );
    world.events();
    let done = world.done(
        "rotation_bulk_start",
        json!({ "secret_ids": ids, "old_key": old_key("delete") }),
    );
    assert_eq!(done["started"].as_array().unwrap().len(), 9, "{done}");
    assert_eq!(done["refused"].as_array().unwrap().len(), 1);
    assert_eq!(done["cancelled"], false);
    let told: Vec<_> = world
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Progress { job, done, .. } if job == "rotation_bulk" => Some(done),
            _ => None,
        })
        .collect();
    assert_eq!(told.last(), Some(&10));
    for id in &ids[..9] {
        assert_eq!(world.run(id.as_str().unwrap()).unwrap()["state"], "waiting");
    }
}

#[test]
fn a_stopped_rotation_can_be_stopped_by_hand_and_resumed() {
    let world = Arc::new(World::unlocked());
    let secret = world.ledger();
    let other = Arc::clone(&world);
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if matches!(event, Event::RotationChanged { .. }) {
            let stop = json!({ "job": "rotations" });
            other.app.call(Surface::Window, "job_cancel", stop).unwrap();
        }
    }));
    let run = world.start(&secret, "keep").unwrap();
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(run["state"], "stopped", "{run}");
    assert_eq!(run["may_resume"], true);
    assert_eq!(world.finish(&secret)["state"], "done");
    world.cloud.fault_at(world.cloud.calls(), Fault::Throttled);
}

#[test]
fn a_location_to_which_the_key_may_not_go_fails_the_test_and_not_the_run() {
    let world = World::unlocked();
    let secret = world.ledger();
    let only = json!({ "id": secret, "allowed_domains": [crate::cloud::HOST] });
    world.done("secret_update", only);
    let run = world.start(&secret, "keep").unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("testing")),
        "{run}"
    );
    assert_eq!(run["error"]["code"], "access_forbidden");
    world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(world.cloud.ids().len(), 1);
}

#[test]
fn undo_does_not_lead_back_to_a_key_that_somebody_ended_meanwhile() {
    let world = World::unlocked();
    let secret = world.ledger();
    let before = world.in_use(&secret);
    let run = world.start(&secret, "delete").unwrap();
    let after = world.in_use(&secret);
    world.cloud.state().keys.retain(|key| key.id != before.0);
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    let run = &undone["rotation"];
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("grace")),
        "{run}"
    );
    assert_eq!(world.in_use(&secret), after);
    world.require_working(&secret, "the old key is gone");
}

#[test]
fn an_old_key_is_left_alone_when_the_new_one_is_not_taken_any_more() {
    let world = World::unlocked();
    let secret = world.ledger();
    let before = world.in_use(&secret);
    // Another key signs: the new one's own signature would be refused in any case.
    let (id, key) = world.cloud.old_key();
    {
        let mut cloud = world.cloud.state();
        (cloud.keys_max, cloud.capabilities.keys_max) = (3, Some(3));
        cloud.capabilities.way = Way::Either;
    }
    let admin = world.done(
        "secret_create",
        json!({ "name": "Key admin", "secret_type": "s3",
            "credentials": { "access_key_id": id, "secret_access_key": key } }),
    );
    let managed = json!({ "management_secret_id": admin["secret"]["id"], "parameters": {} });
    world.done(
        "policy_set",
        json!({ "secret_id": secret, "managed": managed }),
    );
    world.start(&secret, "delete").unwrap();
    let (new, _) = world.in_use(&secret);
    world.pass_grace();
    for key in &mut world.cloud.state().keys {
        key.active = key.id != new;
    }
    world.app.carry_on_due();
    let run = world.run(&secret).unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("grace")),
        "{run}"
    );
    assert!(world.cloud.accepts(&before.0, &before.1));
}

#[test]
fn where_the_keys_are_does_not_change_during_a_rotation() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.start(&secret, "delete").unwrap();
    let elsewhere = json!({ "parameters": { "iam_endpoint": "https://iam.example.org" } });
    let other = json!({ "secret_id": secret, "every_days": 60, "managed": elsewhere });
    let refused = world.refused("policy_set", other.clone());
    assert_eq!(refused["type"], "in_use", "{refused}");
    let kept = world.done("policy_get", json!({ "secret_id": secret }));
    assert_eq!(kept["every_days"], Value::Null);
    // When it falls due is no matter of the run.
    let days = json!({ "secret_id": secret, "every_days": 30 });
    assert_eq!(world.done("policy_set", days)["every_days"], 30);
    world.finish(&secret);
    assert_eq!(world.done("policy_set", other)["every_days"], 60);
}
