//! In what ways the rotations of other programs fail their users, each met here.

use std::time::Duration;

use serde_json::{Value, json};

use super::old_key;
use crate::cloud::Fault;
use crate::world::World;

fn plan(world: &World, secret: &str) -> Value {
    world.done("rotation_plan", json!({ "secret_id": secret }))["plan"].clone()
}

fn steps(run: &Value) -> Vec<(&str, &str)> {
    let steps = run["steps"].as_array().unwrap().iter();
    steps
        .map(|step| {
            (
                step["step"].as_str().unwrap(),
                step["phase"].as_str().unwrap(),
            )
        })
        .collect()
}

/// Infisical 2402: the button did nothing, and nobody was told.
#[test]
fn a_rotation_shows_its_steps_and_ends_verified_or_failed() {
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "disable").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    let done: Vec<&str> = steps(&run)
        .into_iter()
        .filter(|(_, phase)| *phase == "done")
        .map(|(step, _)| step)
        .collect();
    assert_eq!(done, ["start", "create", "test", "promote", "confirm"]);
    assert_eq!(run["tests"][0]["state"], "ok");
    assert_eq!(run["tests"][1]["state"], "ok");
    // What it may do there, not only that it opens.
    assert_eq!(run["tests"][1]["can_list"], true);
    assert_eq!(run["tests"][1]["can_write"], Value::Null);

    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().buckets.clear();
    let run = world.start(&secret, "disable").unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("asks"), &json!("testing"))
    );
    assert_eq!(run["tests"][1]["state"], "failed");
    world.require_working(&secret, "the tests failed");
}

/// Infisical 2043: a toast, then nothing.
#[test]
fn what_cannot_be_rotated_is_said_before_with_its_reason() {
    let world = World::unlocked();
    let made = world.done(
        "secret_create",
        json!({ "name": "Hetzner", "secret_type": "hetzner",
            "credentials": { "access_key_id": "PLOVERDUNLINKNOT0001", "secret_access_key": "sanderling0000dunlin0000knot0000plover00" } }),
    );
    let id = made["secret"]["id"].as_str().unwrap();
    let plan = plan(&world, id);
    assert_eq!(
        (&plan["managed"], &plan["why_not"]["code"]),
        (&json!(false), &json!("no_api"))
    );
    assert_eq!(world.cloud.calls(), 0);
    let refused = world.start(id, "disable").unwrap_err();
    assert_eq!(refused["type"], "invalid_request");
    assert!(world.run(id).is_none());
}

/// Vault 27477 and 18165: nobody knew how old a key was, and how many there were.
#[test]
fn both_keys_and_their_ages_at_the_provider_are_shown() {
    let world = World::unlocked();
    let secret = world.ledger();
    let seen = plan(&world, &secret);
    assert_eq!(seen["keys"].as_array().unwrap().len(), 1);
    assert_eq!(seen["keys"][0]["is_current"], true);
    assert_eq!(seen["keys"][0]["created_at"], testkit::now().to_string());

    let run = world.start(&secret, "disable").unwrap();
    assert_ne!(run["old_key_id"], run["new_key_id"]);
    world.finish(&secret);
    let seen = plan(&world, &secret);
    let keys = seen["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(
        (&keys[0]["status"], &keys[0]["is_current"]),
        (&json!("inactive"), &json!(false))
    );
    assert_eq!(
        (&keys[1]["status"], &keys[1]["is_current"]),
        (&json!("active"), &json!(true))
    );
}

/// Vault 27294: cron jobs with a stored root credential. Here what is due goes on by itself while the vault is open, with no other key
/// than the secret's own.
#[test]
fn what_is_due_goes_on_by_itself_while_the_vault_is_open() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.start(&secret, "disable").unwrap();
    world.app.carry_on_due();
    assert_eq!(
        world.run(&secret).unwrap()["state"],
        "waiting",
        "its grace is not over"
    );
    world.pass_grace();
    world.app.carry_on_due();
    let run = world.run(&secret).unwrap();
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(world.cloud.active_ids().len(), 1);
}

/// Vault 12214: it printed a new key and kept the old one.
#[test]
fn what_is_in_use_is_read_back_and_tried_before_the_old_key_is_touched() {
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "delete").unwrap();
    let (id, _) = world.in_use(&secret);
    assert_eq!(run["new_key_id"], id);
    world.finish(&secret);
    let calls = world.cloud.state().calls.clone();
    let place = |text: &str| {
        calls
            .iter()
            .rposition(|call| call.starts_with(text))
            .unwrap()
    };
    let read_back = format!("check {id}");
    for step in ["disable", "delete"] {
        let at = place(step);
        assert!(place("verify") < at - 1, "{calls:?}");
        assert_eq!(calls[at - 1], read_back, "{step}: {calls:?}");
    }

    let world = World::unlocked();
    let secret = world.ledger();
    let before = world.cloud.ids();
    // The check of what is in use, after the new key passed its tests.
    let calls = world.cloud.calls() + 4;
    world.cloud.state().faults = (calls..calls + 40)
        .map(|at| (at, Fault::Forbidden))
        .collect();
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("promoted")),
        "{run}"
    );
    assert_eq!(world.cloud.active_ids().len(), 2);
    assert!(world.cloud.active_ids().contains(&before[0]));
}

/// Vault 7131: each of three nodes made a key.
#[test]
fn two_programs_at_one_vault_make_one_key() {
    let world = World::unlocked();
    let secret = world.ledger();
    let other = world.elsewhere();
    other.unlock();
    world.cloud.state().buckets.clear();
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(run["state"], "asks");
    let refused = other.start(&secret, "delete").unwrap_err();
    assert_eq!(refused["type"], "in_use", "{refused}");
    assert_eq!(refused["dependants"][0]["kind"], "rotation");
    assert_eq!(world.cloud.ids().len(), 2);
}

/// Vault 12735: calls fail for seconds after a rotation.
#[test]
fn a_new_key_refused_for_thirty_seconds_is_not_called_failed() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().spreads_in = Duration::from_secs(30);
    let run = world.start(&secret, "disable").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    // At once again, with a key that is young.
    let run = world.done(
        "rotation_decide",
        json!({ "rotation_id": run["id"], "decision": "go_on" }),
    );
    assert_eq!(run["rotation"]["state"], "done", "{run}");
    world.cloud.state().keys.retain(|key| key.active);
    let run = world.start(&secret, "disable").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
}

#[test]
fn a_key_that_is_refused_for_ninety_seconds_is_failed_and_can_go_back() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().spreads_in = Duration::from_secs(3600);
    let run = world.start(&secret, "disable").unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("testing"))
    );
    assert_eq!(run["error"]["code"], "InvalidClientTokenId");
    world.require_working(&secret, "the new key is refused");
    world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(world.run(&secret).unwrap()["state"], "abandoned");
    assert_eq!(world.cloud.ids().len(), 1);
}

/// aws-vault 132: a missing privilege was found in the middle.
#[test]
fn missing_privileges_are_named_before_the_start() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().missing = vec!["iam:DeleteAccessKey"];
    let plan = plan(&world, &secret);
    let block = &plan["blocks"][0];
    assert_eq!(block["code"], "missing_privilege");
    assert!(
        block["message"]
            .as_str()
            .unwrap()
            .contains("iam:DeleteAccessKey")
    );
    // Whoever does not look at the plan is told the same.
    let refused = world.start(&secret, "disable").unwrap_err();
    assert_eq!(
        refused["details"][0]["type"], "missing_privilege",
        "{refused}"
    );
    assert!(world.run(&secret).is_none());
    assert_eq!(world.cloud.creates(), 0);
}

/// aws-vault 190 and 60: whether the old key is stopped or deleted was the program's choice, and a stopped rotation could not be gone on with.
#[test]
fn a_person_says_what_becomes_of_the_old_key_and_each_step_can_be_gone_on_with() {
    for (then, left, active) in [("keep", 2, 2), ("disable", 2, 1), ("delete", 1, 1)] {
        let world = World::unlocked();
        let secret = world.ledger();
        world.start(&secret, then).unwrap();
        assert_eq!(world.finish(&secret)["state"], "done");
        assert_eq!(world.cloud.ids().len(), left, "{then}");
        assert_eq!(world.cloud.active_ids().len(), active, "{then}");
    }
    let world = World::unlocked();
    let secret = world.ledger();
    world.start(&secret, "delete").unwrap();
    world.pass_grace();
    // After a try of the key in use, the list, another try and the stop, and one more try.
    let deletion = world.cloud.calls() + 5;
    world.cloud.fault_at(deletion, Fault::Forbidden);
    world.app.carry_on_due();
    let run = world.run(&secret).unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("deleting_old")),
        "{run}"
    );
    assert_eq!(world.cloud.active_ids().len(), 1, "stopped, not deleted");
    world.cloud.heal();
    assert_eq!(world.finish(&secret)["state"], "done");
    assert_eq!(world.cloud.ids().len(), 1);
}

/// granted 388, aws-rotate-iam-keys 20, s3-credentials 60: the two-key limit comes as a surprise.
#[test]
fn a_full_set_of_keys_is_told_before_the_start_with_the_key_that_could_go() {
    let world = World::unlocked();
    let secret = world.ledger();
    let (other, _) = world.cloud.old_key();
    let seen = plan(&world, &secret);
    assert_eq!(
        (&seen["blocks"][0]["code"], &seen["blocks"][0]["key_id"]),
        (&json!("keys_max"), &json!(other))
    );
    let words = seen["blocks"][0]["message"].as_str().unwrap();
    assert!(words.contains("two keys"), "{words}");
    assert_eq!(seen["keys_max"], 2);
    assert_eq!(seen["keys"][1]["last_used"]["kind"], "at");
    let refused = world.start(&secret, "disable").unwrap_err();
    assert_eq!(refused["type"], "bad_gateway", "{refused}");
    assert_eq!(refused["details"][0]["type"], "keys_max");
    assert!(world.run(&secret).is_none());
    assert_eq!(world.cloud.ids().len(), 2);
}

/// vault-plugin-secrets-azure 64: the second rotation right after the first fails.
#[test]
fn a_rotation_whose_old_key_is_deleted_leaves_room_for_the_next() {
    let world = World::unlocked();
    let secret = world.ledger();
    for _ in 0..3 {
        world.start(&secret, "delete").unwrap();
        assert_eq!(world.finish(&secret)["state"], "done");
        assert_eq!(world.cloud.ids().len(), 1);
        world.require_working(&secret, "after a rotation");
    }
    let history = world.done("secret_history", json!({ "id": secret }));
    assert_eq!(history["versions"].as_array().unwrap().len(), 4);
    assert_eq!(history["versions"][0]["how"], "managed");
    let _ = old_key("keep");
}
