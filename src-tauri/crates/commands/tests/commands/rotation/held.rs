//! An old key that is somebody's yet: nobody is left without a working key by a rotation.

use std::time::Duration;

use domain::rotation::Style;
use providers::Way;
use serde_json::{Value, json};

use crate::cloud::Fault;
use crate::world::World;

const TWIN: &str = "Backup bucket";

/// Two secrets with the same key.
fn twins() -> (World, String, String) {
    let world = World::unlocked();
    {
        let mut cloud = world.cloud.state();
        (cloud.keys_max, cloud.capabilities.keys_max) = (4, Some(4));
    }
    let secret = world.ledger();
    let twin = world.s3_with_key(TWIN, world.in_use(&secret));
    (world, secret, twin)
}

/// A secret whose keys are changed with another one's signature, so that nothing but a look tells that its own is refused.
fn managed() -> (World, String) {
    let world = World::unlocked();
    let secret = world.ledger();
    let admin = world.s3_with_key("Key admin", world.cloud.old_key());
    {
        let mut cloud = world.cloud.state();
        (cloud.keys_max, cloud.capabilities.keys_max) = (4, Some(4));
        cloud.capabilities.way = Way::Either;
    }
    let managed = json!({ "management_secret_id": admin, "parameters": {} });
    world.done(
        "policy_set",
        json!({ "secret_id": secret, "managed": managed }),
    );
    (world, secret)
}

fn after_its_grace(world: &World, secret: &str) -> Value {
    world.pass_grace();
    world.app.carry_on_due();
    world.run(secret).unwrap()
}

fn answer(world: &World, run: &Value, decision: &str) -> Value {
    let asked = json!({ "rotation_id": run["id"], "decision": decision });
    world.done("rotation_decide", asked)["rotation"].clone()
}

fn resume(world: &World, run: &Value) -> Value {
    let asked = json!({ "rotation_id": run["id"] });
    world.done("rotation_resume", asked)["rotation"].clone()
}

fn choices(run: &Value) -> Vec<&str> {
    let choices = run["question"]["choices"].as_array().unwrap();
    let words = choices.iter().map(|one| one["decision"].as_str().unwrap());
    words.collect()
}

#[track_caller]
fn check_rests(run: &Value, state: &str, stage: &str) {
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!(state), &json!(stage)),
        "{run}"
    );
}

#[test]
fn delete_04_an_old_key_that_another_secret_has_stays_until_a_person_has_heard_whose_it_is() {
    for then in ["disable", "delete"] {
        let (world, secret, twin) = twins();
        let plan = world.done("rotation_plan", json!({ "secret_id": secret }));
        assert!(
            plan["plan"]["warnings"].to_string().contains(TWIN),
            "{plan}"
        );
        world.start(&secret, then).unwrap();
        let run = after_its_grace(&world, &secret);
        check_rests(&run, "asks", "grace");
        assert!(
            run["question"]["message"].to_string().contains(TWIN),
            "{run}"
        );
        assert_eq!(run["error"], Value::Null);
        assert_eq!(choices(&run), ["wait", "go_on", "keep_old"]);
        world.require_working(&twin, then);

        // "Tomorrow" is no word for it, and the end of a grace is none either.
        let run = answer(&world, &run, "wait");
        check_rests(&run, "waiting", "grace");
        let run = answer(&world, &run, "go_on");
        check_rests(&run, "asks", "grace");
        world.require_working(&twin, then);

        let run = answer(&world, &run, "go_on");
        assert_eq!(run["state"], "done", "{run}");
        assert_eq!(world.cloud.active_ids(), [world.in_use(&secret).0]);
    }
}

#[test]
fn delete_04_an_old_key_that_another_secret_has_may_stay_for_good() {
    let (world, secret, twin) = twins();
    world.start(&secret, "delete").unwrap();
    let run = after_its_grace(&world, &secret);
    assert_eq!(answer(&world, &run, "keep_old")["state"], "done");
    world.require_working(&twin, "kept");
    world.require_working(&secret, "kept");
}

#[test]
fn delete_04_a_twin_in_the_trash_or_with_another_key_by_then_keeps_nobody() {
    for gone in ["trashed", "rotated"] {
        let (world, secret, twin) = twins();
        world.start(&secret, "delete").unwrap();
        if gone == "trashed" {
            world.done("secret_delete", json!({ "id": twin }));
        } else {
            world.start(&twin, "keep").unwrap();
        }
        let run = after_its_grace(&world, &secret);
        assert_eq!(run["state"], "done", "{gone}: {run}");
    }
}

#[test]
fn delete_04_an_old_key_to_which_another_rotation_may_go_back_is_asked_about() {
    let (world, secret, twin) = twins();
    world.start(&secret, "delete").unwrap();
    let other = world.start(&twin, "delete").unwrap();
    let run = after_its_grace(&world, &secret);
    check_rests(&run, "asks", "grace");
    let message = run["question"]["message"].to_string();
    assert!(message.contains("the rotation of"), "{message}");
    assert!(message.contains(TWIN), "{message}");
    assert_eq!(answer(&world, &run, "go_on")["state"], "done");
    // The old key is gone already, and what is not there needs no stopping.
    let other = world.run(other["secret_id"].as_str().unwrap()).unwrap();
    assert_eq!(other["state"], "asks");
    assert_eq!(answer(&world, &other, "go_on")["state"], "done");
    world.require_working(&secret, "both over");
    world.require_working(&twin, "both over");
    assert_eq!(world.cloud.ids().len(), 2);
}

/// A run that failed at its last step, and weeks later nobody knows that the new key was deleted meanwhile.
#[test]
fn delete_04_nothing_is_retired_on_a_resume_while_the_key_in_use_is_refused() {
    for (then, step, stage) in [
        ("disable", "disable", "disabling"),
        ("delete", "delete", "deleting_old"),
    ] {
        let (world, secret) = managed();
        world.cloud.state().capabilities.disables = then == "disable";
        let before = world.in_use(&secret);
        world.start(&secret, then).unwrap();
        // The look at the old key is a try and a list, and then comes another try.
        let call = world.cloud.calls() + 3;
        world.cloud.fault_at(call, Fault::Forbidden);
        let run = after_its_grace(&world, &secret);
        check_rests(&run, "stopped", stage);
        let called = world.cloud.state().calls[call].clone();
        assert!(called.starts_with(step), "{called}");

        let (new, _) = world.in_use(&secret);
        let set_active = |active: bool| {
            let mut cloud = world.cloud.state();
            let mut keys = cloud.keys.iter_mut();
            keys.find(|key| key.id == new).unwrap().active = active;
        };
        set_active(false);
        let run = resume(&world, &run);
        check_rests(&run, "stopped", stage);
        assert_eq!(run["error"]["code"], "InvalidClientTokenId", "{run}");
        assert!(world.cloud.accepts(&before.0, &before.1));

        set_active(true);
        assert_eq!(resume(&world, &run)["state"], "done");
        assert!(!world.cloud.accepts(&before.0, &before.1));
    }
}

#[test]
fn delete_04_nothing_is_retired_by_a_persons_word_while_the_key_in_use_is_refused() {
    let (world, secret) = managed();
    let before = world.in_use(&secret);
    world.start(&secret, "delete").unwrap();
    let used = *world.time.lock().unwrap() + Duration::from_secs(3600);
    world.cloud.state().used_at = Some(used);
    let run = after_its_grace(&world, &secret);
    check_rests(&run, "asks", "grace");
    let (new, _) = world.in_use(&secret);
    world.cloud.state().keys.retain(|key| key.id != new);
    let run = answer(&world, &run, "go_on");
    check_rests(&run, "stopped", "grace");
    assert!(world.cloud.accepts(&before.0, &before.1));
    // Back to what still works.
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "undone", "{undone}");
    world.require_working(&secret, "undone");
}

#[test]
fn an_old_key_that_somebody_deleted_during_its_grace_is_retired() {
    for then in ["disable", "delete"] {
        let world = World::unlocked();
        let secret = world.ledger();
        let (old, _) = world.in_use(&secret);
        world.start(&secret, then).unwrap();
        world.cloud.state().keys.retain(|key| key.id != old);
        let run = after_its_grace(&world, &secret);
        assert_eq!(run["state"], "done", "{then}: {run}");
        world.require_working(&secret, then);
    }
}

/// A list without the key in use may be another account's.
#[test]
fn an_old_key_is_not_taken_for_gone_by_a_list_without_the_key_in_use() {
    let world = World::unlocked();
    let secret = world.ledger();
    let (old, _) = world.in_use(&secret);
    world.start(&secret, "disable").unwrap();
    {
        let mut cloud = world.cloud.state();
        cloud.keys.retain(|key| key.id != old);
        cloud.lists_in = Duration::from_secs(90 * 24 * 3600);
    }
    let calls = world.cloud.calls();
    let run = after_its_grace(&world, &secret);
    check_rests(&run, "stopped", "grace");
    assert_eq!(run["error"]["code"], "key_not_found");
    let asked = world.cloud.state().calls.split_off(calls);
    let lists = asked.iter().filter(|call| *call == "list").count();
    assert_eq!(lists, 1, "the new key is a day old, and waited for no more");
}

/// Lists lag behind, and an old key without a grace is looked at while the new one is seconds old.
#[test]
fn a_list_that_does_not_have_the_new_key_yet_accuses_nobody() {
    for then in ["disable", "delete"] {
        let world = World::unlocked();
        let secret = world.ledger();
        world.cloud.state().lists_in = Duration::from_secs(20);
        let request = json!({ "secret_id": secret, "expected_revision": world.revision(&secret),
            "reason": "leaked", "old_key": { "grace_hours": 0, "then": then } });
        let run = world.done("rotation_start", request)["rotation"].clone();
        assert_eq!(run["state"], "done", "{run}");
        world.require_working(&secret, then);
        assert_eq!(world.cloud.active_ids().len(), 1);
    }
}

#[test]
fn a_way_back_to_a_key_that_is_gone_is_given_up_by_a_persons_word() {
    let (world, secret) = managed();
    let (old, _) = world.in_use(&secret);
    world.start(&secret, "disable").unwrap();
    world
        .cloud
        .fault_at(world.cloud.calls() + 3, Fault::Forbidden);
    let run = after_its_grace(&world, &secret);
    check_rests(&run, "stopped", "disabling");
    let after = world.in_use(&secret);
    world.cloud.state().keys.retain(|key| key.id != old);
    let undo = json!({ "rotation_id": run["id"] });
    let run = world.done("rotation_undo", undo)["rotation"].clone();
    check_rests(&run, "stopped", "enabling_old");
    check_rests(&resume(&world, &run), "stopped", "enabling_old");
    assert_eq!(choices(&run), ["keep_new"]);
    let run = answer(&world, &run, "keep_new");
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(world.in_use(&secret), after);
    world.require_working(&secret, "the old key is gone");
    world.start(&secret, "delete").unwrap();
}

/// The old credentials ended with the making of the new ones: a test that never passes must not hold the secret for ever.
#[test]
fn a_cut_over_whose_key_never_passes_its_test_is_finished_by_a_persons_word() {
    let world = World::unlocked();
    let secret = world.ledger();
    {
        let mut cloud = world.cloud.state();
        cloud.capabilities.style = Style::CutOver;
        cloud.spreads_in = Duration::from_secs(3600);
    }
    let run = world.start(&secret, "keep").unwrap();
    check_rests(&run, "stopped", "testing");
    check_rests(&resume(&world, &run), "stopped", "testing");
    assert_eq!(choices(&run), ["promote_anyway"]);
    let run = answer(&world, &run, "promote_anyway");
    assert_eq!(run["state"], "done", "{run}");
    let elsewhere = json!({ "parameters": { "iam_endpoint": "https://iam.example.org" } });
    let other = json!({ "secret_id": secret, "every_days": 30, "managed": elsewhere });
    assert_eq!(world.done("policy_set", other)["every_days"], 30);
}

/// Before a new key is in use there is a way back, and no such word.
#[test]
fn an_overlap_whose_key_fails_its_test_is_not_finished_by_a_word() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().spreads_in = Duration::from_secs(3600);
    let run = world.start(&secret, "keep").unwrap();
    check_rests(&run, "stopped", "testing");
    assert_eq!(run["question"], Value::Null);
    let asked = json!({ "rotation_id": run["id"], "decision": "promote_anyway" });
    let refused = world.refused("rotation_decide", asked);
    assert_eq!(refused["type"], "conflict", "{refused}");
}
