//! What is said of a run's keys, and what the provider is asked for that.

use std::time::Duration;

use serde_json::{Value, json};

use crate::cloud::Fault;
use crate::world::World;

fn look(world: &World, run: &Value) -> Value {
    world.done("rotation_look", json!({ "rotation_id": run["id"] }))
}

fn lists(world: &World) -> usize {
    let state = world.cloud.state();
    state.calls.iter().filter(|call| *call == "list").count()
}

#[test]
fn an_old_key_that_a_person_keeps_is_no_longer_said_to_go() {
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    let old = &run["old_key"];
    assert_eq!(
        (&old["then"], &old["now"]),
        (&json!("delete"), &json!("works"))
    );
    assert!(old["grace_until"].is_string(), "{old}");
    assert_eq!(run["ended"], Value::Null);
    let keep = json!({ "rotation_id": run["id"], "decision": "keep_old" });
    let run = world.done("rotation_decide", keep)["rotation"].clone();
    let old = &run["old_key"];
    assert_eq!(
        (&old["then"], &old["now"], &old["grace_until"]),
        (&json!("keep"), &json!("works"), &Value::Null),
        "{run}"
    );
    assert_eq!(run["ended"]["new_key"], "in_use");
    assert_eq!(run["ended"]["in_use"], "works");
    let last = run["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["step"], &last["code"]),
        (&json!("decide"), &json!("keep_old"))
    );
    assert_eq!(last["by"], old["decided_by"]);
    assert!(last["by"].is_string());
}

#[test]
fn the_end_of_a_way_back_says_what_became_of_the_new_key() {
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(
        (&run["removal"], &run["direction"]),
        (&json!("delete"), &json!("forward"))
    );
    let id = json!({ "rotation_id": run["id"] });
    // The key that comes back is tried when it is put in use and before the new one goes.
    world
        .cloud
        .fault_at(world.cloud.calls() + 2, Fault::Forbidden);
    let run = world.done("rotation_undo", id.clone())["rotation"].clone();
    assert_eq!(
        (&run["state"], &run["direction"], &run["may_undo"]),
        (&json!("stopped"), &json!("back"), &json!(false)),
        "{run}"
    );
    assert_eq!(world.refused("rotation_undo", id)["type"], "conflict");
    let leave = json!({ "rotation_id": run["id"], "decision": "leave_new" });
    let run = world.done("rotation_decide", leave)["rotation"].clone();
    assert_eq!(run["state"], "undone", "{run}");
    assert_eq!(run["ended"]["new_key"], "left", "{run}");
    assert_eq!(run["ended"]["in_use"], "works");
    assert_eq!(world.cloud.ids().len(), 2);
}

#[test]
fn the_old_keys_last_use_is_known_in_its_grace_and_where_it_is_kept() {
    for then in ["delete", "keep"] {
        let world = World::unlocked();
        let secret = world.ledger();
        let run = world.start(&secret, then).unwrap();
        let old = &run["old_key"];
        assert_eq!(old["last_used"]["kind"], "at", "{then}: {run}");
        assert!(old["seen_at"].is_string());
        assert_eq!(old["tells_last_use"], true);
        assert_eq!(lists(&world), 1);
    }
    let world = World::unlocked();
    world.cloud.state().capabilities.tells_last_use = false;
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(run["old_key"]["tells_last_use"], false);
    assert_eq!(run["old_key"]["seen_at"], Value::Null);
    look(&world, &run);
    assert_eq!(lists(&world), 0, "it would say nothing");
}

#[test]
fn an_answer_about_the_old_key_that_never_comes_is_in_nobodys_way() {
    let world = World::unlocked();
    let secret = world.ledger();
    // After the preflight, the new key and its two tests comes the try of what is in use.
    world
        .cloud
        .fault_at(world.cloud.calls() + 5, Fault::TimedOut);
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    assert_eq!(world.cloud.state().calls[5], "list");
    assert_eq!(run["old_key"]["seen_at"], Value::Null);
}

#[test]
fn who_opens_a_run_in_its_grace_asks_for_the_last_use_once_a_minute() {
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    look(&world, &run);
    assert_eq!(lists(&world), 1, "it was asked a moment ago");
    *world.time.lock().unwrap() += Duration::from_secs(61);
    let used = *world.time.lock().unwrap();
    world.cloud.state().used_at = Some(used);
    let seen = look(&world, &run)["rotation"].clone();
    assert_eq!(lists(&world), 2);
    assert_ne!(seen["old_key"]["last_used"], run["old_key"]["last_used"]);
    assert_eq!(
        seen["state"], "waiting",
        "nothing is decided by a look: {seen}"
    );
    look(&world, &run);
    assert_eq!(lists(&world), 2);
    // At the end it is asked for good, and what is still used is asked about.
    world.pass_grace();
    let run =
        world.done("rotation_resume", json!({ "rotation_id": run["id"] }))["rotation"].clone();
    assert_eq!(run["state"], "asks", "{run}");
    assert_eq!(look(&world, &run)["keys"], json!([]));
}

#[test]
fn whose_key_it_is_is_asked_beside_what_the_provider_knows_of_it() {
    let world = World::unlocked();
    {
        let mut cloud = world.cloud.state();
        cloud.capabilities.names_keys = false;
        (cloud.keys_max, cloud.capabilities.keys_max) = (5, Some(5));
        cloud.when_created = Some(Fault::AnswerLost);
    }
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(run["state"], "asks", "{run}");
    let choice = run["question"]["choices"][0].clone();
    let help = choice["help"].as_str().unwrap();
    assert!(help.starts_with("If it is this rotation's"), "{help}");
    let keys = look(&world, &run)["keys"].clone();
    let keys = keys.as_array().unwrap();
    assert_eq!(keys.len(), 1, "{keys:?}");
    let asked = format!("delete:{}", keys[0]["id"].as_str().unwrap());
    assert_eq!(choice["decision"], asked);
    assert!(keys[0]["created_at"].is_string());
}

#[test]
fn a_location_that_did_not_answer_is_not_said_to_refuse() {
    let world = World::unlocked();
    let secret = world.ledger();
    let other = world.ledger_location("nowhere", &secret);
    // The preflight, the new key and its own try come first; then the locations, one of them unanswered.
    let watched = world.cloud.clone();
    world.cloud.state().watch = Some(Box::new(move |call| {
        if call.starts_with("verify ledgers") {
            let at = watched.calls();
            watched.fault_at(at, Fault::TimedOut);
        }
    }));
    let run = world.start(&secret, "delete").unwrap();
    world.cloud.state().watch = None;
    assert_eq!(run["state"], "asks", "{run}");
    let tests = run["tests"].as_array().unwrap();
    let told = |refused: bool| {
        let is_it = |test: &&Value| {
            test["location_id"].is_string() && (test["location_id"] == json!(other)) == refused
        };
        tests.iter().find(is_it).unwrap()
    };
    assert_eq!(told(true)["state"], "failed", "{run}");
    assert_eq!(
        told(true)["error_message"],
        "The specified bucket does not exist"
    );
    assert_eq!(told(false)["state"], "unreachable", "{run}");
    assert!(told(false)["error_message"].is_string());
    // A location that is linked later was not tried, and one that is unlinked stays on the record.
    let anyway = json!({ "rotation_id": run["id"], "decision": "promote_anyway" });
    world.done("rotation_decide", anyway);
    world.ledger_location("later", &secret);
    world.done("location_delete", json!({ "id": other }));
    let run = world.run(&secret).unwrap();
    let tests = run["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 3, "the key and both that were tried: {run}");
    assert!(tests.iter().all(|test| test["state"] != "waiting"), "{run}");
}
