//! A new key that was asked for and never clearly answered, beside the keys of others.

use std::time::Duration;

use serde_json::{Value, json};

use super::quiet_stops;
use crate::cloud::Fault;
use crate::world::World;

/// A provider that lists the keys of everybody, none of them named.
fn crowded() -> World {
    quiet_stops();
    let world = World::unlocked();
    let mut state = world.cloud.state();
    state.keys_max = usize::MAX;
    state.capabilities.keys_max = None;
    drop(state);
    world
}

/// A run that was stopped when its key was made and before that was heard.
fn orphaned(world: World) -> (World, String, String) {
    let secret = world.ledger();
    world.cloud.state().when_created = Some(Fault::StopAfter);
    let _stopped = world.start(&secret, "delete");
    let orphan = world.cloud.ids().pop().unwrap();
    world.cloud.heal();
    let world = world.restarted();
    world.unlock();
    (world, secret, orphan)
}

fn resume(world: &World, secret: &str) -> Value {
    let run = world.run(secret).unwrap();
    world.done("rotation_resume", json!({ "rotation_id": run["id"] }))["rotation"].clone()
}

fn offered(run: &Value) -> Vec<&str> {
    let choices = run["question"]["choices"].as_array().unwrap().iter();
    choices
        .map(|choice| choice["decision"].as_str().unwrap())
        .collect()
}

#[test]
fn a_key_that_the_vault_has_elsewhere_is_not_offered_for_deletion() {
    let (world, secret, orphan) = orphaned(crowded());
    // Made since the run began, all of them: by a person, and by another run, which keeps its old key.
    let saved = world.s3_with_key("saved by hand", world.cloud.young_key());
    let turned = world.s3_with_key("turned over", world.cloud.young_key());
    assert_eq!(world.start(&turned, "keep").unwrap()["state"], "done");
    let trashed = world.s3_with_key("in the trash", world.cloud.young_key());
    world.done("secret_delete", json!({ "id": trashed }));
    let stranger = world.cloud.young_key().0;

    let run = resume(&world, &secret);
    assert_eq!(run["state"], "asks", "{run}");
    let wanted = [orphan.clone(), stranger.clone()].map(|id| format!("delete:{id}"));
    assert_eq!(offered(&run), [&*wanted[0], &*wanted[1], "leave"]);
    let decision = json!({ "rotation_id": run["id"], "decision": wanted[0] });
    world.done("rotation_decide", decision);
    world.finish(&secret);
    assert!(!world.cloud.ids().contains(&orphan));
    for other in [&secret, &saved, &turned] {
        world.require_working(other, "after the orphan was deleted");
    }
}

#[test]
fn a_key_that_came_into_the_vault_after_the_question_is_not_deleted() {
    let (world, secret, orphan) = orphaned(crowded());
    let (id, value) = world.cloud.young_key();
    let run = resume(&world, &secret);
    assert!(offered(&run).contains(&&*format!("delete:{id}")));
    let saved = world.s3_with_key("saved by hand", (id.clone(), value));
    let decide = |decision: String| json!({ "rotation_id": run["id"], "decision": decision });
    let refused = world.refused("rotation_decide", decide(format!("delete:{id}")));
    assert_eq!(refused["type"], "conflict", "{refused}");
    world.require_working(&saved, "it was not this rotation's");
    world.done("rotation_decide", decide(format!("delete:{orphan}")));
    assert_eq!(world.finish(&secret)["state"], "done");
    world.require_working(&saved, "the orphan was another one");
}

#[test]
fn lists_settle_from_the_last_request_for_a_key_and_not_from_the_first() {
    let world = crowded();
    let secret = world.ledger();
    // The request that is done comes fifteen seconds after the first; lists show its key fifty-five seconds later.
    world.cloud.state().lists_in = Duration::from_secs(55);
    let create = world.cloud.calls() + 1;
    let mut faults: Vec<_> = (create..create + 4)
        .map(|at| (at, Fault::Throttled))
        .collect();
    faults.push((create + 4, Fault::AnswerLost));
    world.cloud.state().faults = faults;
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(run["state"], "asks", "the lost key was not seen: {run}");
    assert_eq!(world.cloud.creates(), 5);
    world.finish(&secret);
    let (id, _) = world.in_use(&secret);
    assert_eq!(world.cloud.ids(), [id]);
}

/// The provider makes a key, or none, and its answer never comes.
#[test]
fn a_request_that_is_never_answered_is_not_repeated_for_ever() {
    for (fault, names_keys) in [
        (Fault::TimedOut, false),
        (Fault::TimedOut, true),
        (Fault::AnswerLost, true),
        (Fault::FailedAfter, true),
    ] {
        let world = crowded();
        world.cloud.state().capabilities.names_keys = names_keys;
        let secret = world.ledger();
        world.cloud.state().when_created = Some(fault);
        let run = world.start(&secret, "delete").unwrap();
        let when = format!("{fault:?}, {names_keys}: {run}");
        assert_eq!(
            (&run["state"], &run["stage"]),
            (&json!("stopped"), &json!("creating")),
            "{when}"
        );
        assert_eq!(
            (&run["may_resume"], &run["may_undo"], &run["question"]),
            (&json!(true), &json!(true), &Value::Null),
            "{when}"
        );
        let why = run["error"]["message"].as_str().unwrap();
        assert!(why.contains("a second time"), "{when}");
        assert_eq!(world.cloud.creates(), 2, "{when}");
        world.require_working(&secret, &when);

        // Once more for each click.
        let run = resume(&world, &secret);
        assert_eq!(
            (&run["state"], world.cloud.creates()),
            (&json!("stopped"), 3),
            "{when}"
        );
        world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
        assert_eq!(world.run(&secret).unwrap()["state"], "abandoned", "{when}");
        assert_eq!(world.cloud.ids().len(), 1, "{when}");

        world.cloud.heal();
        world.start(&secret, "delete").unwrap();
        assert_eq!(world.finish(&secret)["state"], "done", "{when}");
    }
}
