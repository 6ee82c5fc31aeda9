//! granted 388: the old key stays behind, disabled, and the next rotation finds no room. What a person may do about it.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::cloud::Fault;
use crate::world::World;

const REASON: &str = "left behind by the turnover of spring";

/// A secret that was rotated once, its old key disabled and in the way; both, and the old key's id.
fn full() -> (World, String, String) {
    let world = World::unlocked();
    let secret = world.ledger();
    world.start(&secret, "disable").unwrap();
    let old = world.finish(&secret)["old_key_id"].clone();
    (world, secret, old.as_str().unwrap().to_owned())
}

fn asked(secret: &str, key: &str, then: &str) -> Value {
    json!({ "secret_id": secret, "key_id": key, "then": then, "reason": REASON })
}

fn keys(world: &World, secret: &str) -> Vec<Value> {
    let plan = world.done("rotation_plan", json!({ "secret_id": secret }))["plan"].clone();
    plan["keys"].as_array().unwrap().clone()
}

#[test]
fn a_spare_key_is_shown_with_its_age_and_last_use_and_goes_by_a_person_s_word() {
    let (world, secret, old) = full();
    let refused = world.start(&secret, "delete").unwrap_err();
    assert_eq!(refused["details"][0]["type"], "keys_max", "{refused}");
    let shown = keys(&world, &secret);
    assert_eq!(shown.len(), 2);
    for key in &shown {
        let is_old = key["id"] == *old;
        assert_eq!(
            (&key["may_go"], &key["is_current"]),
            (&json!(is_old), &json!(!is_old))
        );
        assert!(key["created_at"].is_string(), "{key}");
        assert_eq!(key["last_used"]["kind"], "at");
        assert_eq!(key["held_by"], Value::Null);
    }
    let done = world.done("rotation_key_delete", asked(&secret, &old, "delete"));
    assert_eq!(done, json!({ "key_id": old, "then": "delete" }));
    assert!(!world.cloud.ids().contains(&old));
    world.require_working(&secret, "the spare key is gone");
    world.start(&secret, "delete").unwrap();
    assert_eq!(world.finish(&secret)["state"], "done");
}

#[test]
fn who_lets_a_key_go_and_why_is_in_the_log_before_the_provider_is_asked() {
    let (world, secret, old) = full();
    let looker = world.elsewhere();
    looker.unlock();
    let seen = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&seen);
    world.cloud.state().watch = Some(Box::new(move |call| {
        if call.starts_with("disable") {
            let page = looker.done("audit_list", json!({}));
            *heard.lock().unwrap() = Some(page["entries"][0].clone());
        }
    }));
    world.done("rotation_key_delete", asked(&secret, &old, "disable"));
    world.cloud.state().watch = None;
    let entry = seen.lock().unwrap().take().unwrap();
    assert_eq!(entry["action"], "key_disable_asked", "{entry}");
    assert_eq!(entry["reason"], REASON);
    assert_eq!(entry["changed"], json!([old]));
    assert_eq!(entry["resource_id"], *secret);
    assert!(world.cloud.ids().contains(&old), "disabled only");
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
}

#[test]
fn a_key_that_the_vault_uses_does_not_go() {
    let (world, secret, old) = full();
    let (current, _) = world.in_use(&secret);
    let refused = world.refused("rotation_key_delete", asked(&secret, &current, "delete"));
    assert_eq!(refused["type"], "conflict", "{refused}");

    // The same user's other key is in the vault by another name.
    let value = {
        let cloud = world.cloud.state();
        let key = cloud.keys.iter().find(|key| key.id == old);
        key.unwrap().secret.clone()
    };
    world.s3_with_key("Ledger reader", (old.clone(), value));
    let shown = keys(&world, &secret);
    let shown = shown.iter().find(|key| key["id"] == *old).unwrap();
    assert_eq!(
        (&shown["may_go"], &shown["held_by"]),
        (&json!(false), &json!("Ledger reader"))
    );
    for then in ["delete", "disable"] {
        let refused = world.refused("rotation_key_delete", asked(&secret, &old, then));
        assert_eq!(refused["type"], "conflict", "{refused}");
        assert!(
            refused["message"]
                .as_str()
                .unwrap()
                .contains("Ledger reader")
        );
    }
    assert_eq!(world.cloud.ids().len(), 2);
}

#[test]
fn a_key_goes_only_where_it_is_in_the_way_and_no_rotation_is_open() {
    let (world, secret, old) = full();
    let refusal = |key: &str, then: &str| {
        world.refused("rotation_key_delete", asked(&secret, key, then))["type"].clone()
    };
    assert_eq!(refusal("AKIANOBODYS000000001", "delete"), "not_found");
    world.cloud.state().capabilities.disables = false;
    assert_eq!(refusal(&old, "disable"), "conflict");
    // Whoever lists the keys of a whole organisation has no such limit.
    world.cloud.state().capabilities.keys_max = None;
    assert_eq!(refusal(&old, "delete"), "conflict");
    assert!(
        keys(&world, &secret)
            .iter()
            .all(|key| key["may_go"] == false)
    );
    {
        let mut cloud = world.cloud.state();
        (cloud.keys_max, cloud.capabilities.keys_max) = (3, Some(3));
    }
    assert_eq!(refusal(&old, "delete"), "conflict", "there is room");
    world.start(&secret, "keep").unwrap();
    assert_eq!(world.cloud.ids().len(), 3);
    world.cloud.state().buckets.clear();
    world.cloud.state().keys_max = 4;
    assert_eq!(world.start(&secret, "keep").unwrap()["state"], "asks");
    assert_eq!(refusal(&old, "delete"), "in_use", "a rotation is open");
    assert!(world.cloud.ids().contains(&old));
}

#[test]
fn a_key_does_not_go_without_a_reason_or_in_another_way() {
    let (world, secret, old) = full();
    let calls = world.cloud.calls();
    for (member, wrong) in [
        ("reason", json!("")),
        ("reason", json!(" ")),
        ("then", json!("keep")),
        ("key_id", json!("two words")),
    ] {
        let mut request = asked(&secret, &old, "delete");
        request[member] = wrong;
        let refused = world.refused("rotation_key_delete", request);
        assert_eq!(refused["type"], "validation_error", "{refused}");
        assert_eq!(refused["details"][0]["loc"][0], member);
    }
    assert_eq!(world.cloud.calls(), calls);
}

#[test]
fn what_the_provider_says_of_a_key_that_it_keeps_is_told() {
    let (world, secret, old) = full();
    let deletion = world.cloud.calls() + 1;
    world.cloud.fault_at(deletion, Fault::Forbidden);
    let refused = world.refused("rotation_key_delete", asked(&secret, &old, "delete"));
    assert_eq!(refused["type"], "bad_gateway", "{refused}");
    assert!(world.cloud.ids().contains(&old));
    world.cloud.heal();
    world.done("rotation_key_delete", asked(&secret, &old, "delete"));
    assert!(!world.cloud.ids().contains(&old));
}
