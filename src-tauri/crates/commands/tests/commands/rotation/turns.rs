//! Whose turn it is: two programs at one vault, on one device and on two, and one that was killed.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use turnstone_commands::api::Event;

use super::{is_stopped, quiet_stops};
use crate::cloud::Fault;
use crate::world::World;

/// Longer than a program is believed to be at work without a word.
const LEASE_IS_OVER: Duration = Duration::from_secs(6 * 60);

/// What happens when the provider is first asked such a thing; what comes of it.
fn when_first_asked(
    world: &World,
    call: &'static str,
    act: impl FnOnce() -> Result<Value, Value> + Send + 'static,
) -> Arc<Mutex<Option<Result<Value, Value>>>> {
    let outcome = Arc::new(Mutex::new(None));
    let (kept, act) = (Arc::clone(&outcome), Mutex::new(Some(act)));
    world.cloud.state().watch = Some(Box::new(move |asked| {
        if !asked.starts_with(call) {
            return;
        }
        let Some(act) = act.lock().unwrap().take() else {
            return;
        };
        // Another program has threads of its own.
        *kept.lock().unwrap() = Some(thread::spawn(act).join().unwrap());
    }));
    outcome
}

fn undo_of(
    world: &Arc<World>,
    run: &Value,
) -> impl FnOnce() -> Result<Value, Value> + Send + use<> {
    let (world, id) = (Arc::clone(world), json!({ "rotation_id": run["id"] }));
    move || {
        let undone = world.call("rotation_undo", id);
        undone.map_err(|refused| json!(refused))
    }
}

/// A run in its grace, and another program on the same device.
fn in_grace() -> (World, Arc<World>, String, Value) {
    let world = World::unlocked();
    let secret = world.ledger();
    let run = world.start(&secret, "disable").unwrap();
    let other = Arc::new(world.elsewhere());
    other.unlock();
    (world, other, secret, run)
}

/// The end of the grace, at which the old key is stopped; the provider is overloaded when it is first asked for that.
fn overloaded_at_the_end(world: &World) {
    world.pass_grace();
    // After a look at the old key comes another try of the one in use.
    world
        .cloud
        .fault_at(world.cloud.calls() + 3, Fault::Throttled);
}

fn disables(world: &World) -> usize {
    let state = world.cloud.state();
    let calls = state.calls.iter();
    calls.filter(|call| call.starts_with("disable")).count()
}

/// Undone by one, the new key is gone; stopped by the other, the old one is: none would be left.
#[test]
fn the_window_and_the_command_line_do_not_work_on_a_run_at_once() {
    let (world, other, secret, run) = in_grace();
    overloaded_at_the_end(&world);
    let undone = when_first_asked(&world, "disable", undo_of(&other, &run));
    world.app.carry_on_due();
    let undone = undone.lock().unwrap().take().unwrap();
    let refused = undone.unwrap_err();
    assert_eq!(refused["type"], "conflict", "{refused}");
    assert_eq!(disables(&world), 2);
    assert_eq!(world.run(&secret).unwrap()["state"], "done");
    world.require_working(&secret, "it was done once");
    other.require_working(&secret, "it was done once");
}

/// As after a machine was asleep: its word holds no longer, and what it meant to ask once more is not right any more.
#[test]
fn what_was_intended_before_somebody_took_over_is_not_asked_for_again() {
    let (world, other, secret, run) = in_grace();
    overloaded_at_the_end(&world);
    let now = *world.time.lock().unwrap();
    *other.time.lock().unwrap() = now + LEASE_IS_OVER;
    let undone = when_first_asked(&world, "disable", undo_of(&other, &run));
    world.app.carry_on_due();
    let undone = undone.lock().unwrap().take().unwrap();
    let undone = undone.unwrap()["rotation"].clone();
    assert_eq!(undone["state"], "undone", "{undone}");
    assert_eq!(disables(&world), 1);
    other.require_working(&secret, "undone");
    assert_eq!(world.cloud.active_ids().len(), 1);
}

/// What the list and the pane say of the run.
fn shown(world: &World, secret: &str) -> (Value, Value, Value) {
    let run = world.run(secret).unwrap();
    let secret = world.done("secret_get", json!({ "id": secret }));
    let in_list = secret["secret"]["rotation"]["state"].clone();
    (run["state"].clone(), in_list, run["worker"]["here"].clone())
}

#[test]
fn a_program_that_was_killed_is_not_said_to_be_at_work() {
    quiet_stops();
    let world = World::unlocked();
    let secret = world.ledger();
    let other = world.elsewhere();
    other.unlock();
    // The new key is tried for the first time.
    world.cloud.fault_at(2, Fault::StopBefore);
    assert!(is_stopped(&world.start(&secret, "disable").unwrap_err()));
    world.cloud.heal();
    let at_work = (json!("working"), json!("working"), json!(false));
    assert_eq!(shown(&other, &secret), at_work, "it runs yet");
    let id = json!({ "rotation_id": other.run(&secret).unwrap()["id"] });
    let refused = other.refused("rotation_resume", id.clone());
    assert_eq!(refused["type"], "conflict", "{refused}");

    drop(world);
    let stopped = (json!("stopped"), json!("stopped"), Value::Null);
    assert_eq!(shown(&other, &secret), stopped);
    assert_eq!(other.run(&secret).unwrap()["may_resume"], true);
    let run = other.done("rotation_resume", id);
    assert_eq!(run["rotation"]["state"], "waiting", "{run}");
}

/// Of a program on another device nothing is known but what it said last.
#[test]
fn a_program_on_another_device_is_believed_for_five_minutes() {
    quiet_stops();
    let world = World::unlocked();
    let secret = world.ledger();
    let other = world.on_device_of("the same person");
    other.unlock();
    world.cloud.fault_at(2, Fault::StopBefore);
    assert!(is_stopped(&world.start(&secret, "disable").unwrap_err()));
    world.cloud.heal();
    drop(world);
    let at_work = (json!("working"), json!("working"), json!(false));
    assert_eq!(shown(&other, &secret), at_work);
    *other.time.lock().unwrap() += LEASE_IS_OVER;
    let stopped = (json!("stopped"), json!("stopped"), Value::Null);
    assert_eq!(shown(&other, &secret), stopped);
}

#[test]
fn what_a_run_waits_for_is_shown_with_the_time_of_the_next_attempt() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().spreads_in = Duration::from_secs(30);
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (app, kept) = (Arc::clone(&world.app), Arc::clone(&seen));
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if let Event::RotationChanged { rotation_id, .. } = event {
            let asked = json!({ "rotation_id": rotation_id });
            let window = turnstone_commands::Surface::Window;
            let run = app.call(window, "rotation_get", asked).unwrap();
            kept.lock().unwrap().push(run["rotation"].clone());
        }
    }));
    let run = world.start(&secret, "disable").unwrap();
    assert_eq!(run["again_at"], run["old_key"]["grace_until"]);
    assert_ne!(run["again_at"], Value::Null);
    let seen = seen.lock().unwrap();
    let again: Vec<_> = seen
        .iter()
        .filter(|run| run["tests"][0]["state"] == "again")
        .collect();
    assert!(again.len() > 3, "{seen:?}");
    for run in again {
        assert_eq!(run["state"], "working", "{run}");
        assert_eq!(run["again_at"], run["tests"][0]["again_at"], "{run}");
        assert!(
            run["again_at"].as_str() > run["updated_at"].as_str(),
            "{run}"
        );
    }
    let at_once = |run: &&Value| run["state"] == "working" && run["again_at"].is_null();
    assert!(seen.iter().any(|run| at_once(&run)), "{seen:?}");
}
