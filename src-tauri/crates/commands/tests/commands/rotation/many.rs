//! Many rotations beside each other.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use turnstone_commands::Surface;
use turnstone_commands::api::Event;

use super::old_key;
use crate::cloud::Pace;
use crate::world::World;

/// More open runs than are read at one time.
const OPEN: usize = 101;

fn secrets(world: &World, count: usize) -> Vec<String> {
    world.cloud.state().keys_max = usize::MAX;
    let made = (0..count).map(|at| world.s3_with_key(&format!("key {at}"), world.cloud.old_key()));
    made.collect()
}

#[test]
fn undoing_one_of_many_leaves_the_others_at_work() {
    const TIME_TO_STOP: Duration = Duration::from_millis(300);
    let world = Arc::new(World::unlocked());
    let ids = secrets(&world, 6);
    let undoing: Arc<Mutex<Option<thread::JoinHandle<Value>>>> = Arc::default();
    let (window, started) = (Arc::clone(&world), Arc::clone(&undoing));
    // While the first is being tried, a person undoes it.
    world.cloud.state().watch = Some(Box::new(move |call| {
        let mut started = started.lock().unwrap();
        if !call.starts_with("check") || started.is_some() {
            return;
        }
        let runs = window.done("rotation_list", json!({}))["rotations"].clone();
        let mut runs = runs.as_array().unwrap().iter();
        let run = runs.find(|run| run["stage"] == "testing").unwrap();
        let request = json!({ "rotation_id": run["id"] });
        let beside = Arc::clone(&window);
        *started = Some(thread::spawn(move || beside.done("rotation_undo", request)));
        // It waits for this call to be over; by then it has asked the run to stop.
        thread::sleep(TIME_TO_STOP);
    }));
    let done = world.done(
        "rotation_bulk_start",
        json!({ "secret_ids": ids, "old_key": old_key("delete") }),
    );
    world.cloud.state().watch = None;
    let undone = undoing.lock().unwrap().take().unwrap().join().unwrap();
    let undone = &undone["rotation"];
    assert!(
        ["abandoned", "undone"].contains(&undone["state"].as_str().unwrap()),
        "{undone}"
    );
    assert_eq!(done["cancelled"], false, "{done}");
    assert_eq!(done["started"].as_array().unwrap().len(), ids.len());
    for id in &ids {
        let run = world.run(id).unwrap();
        let is_undone = run["id"] == undone["id"];
        assert!(is_undone || run["state"] == "waiting", "{run}");
        world.require_working(id, "one of many was undone");
    }
}

#[test]
fn an_old_key_whose_grace_is_over_is_retired_however_many_runs_are_open() {
    let world = World::unlocked();
    let ids = secrets(&world, OPEN);
    world.start(&ids[0], "disable").unwrap();
    let old = world.run(&ids[0]).unwrap()["old_key_id"].clone();
    world.pass_grace();
    // Newer ones, in their grace too.
    for id in &ids[1..] {
        world.start(id, "disable").unwrap();
    }
    world.app.carry_on_due();
    assert_eq!(world.run(&ids[0]).unwrap()["state"], "done");
    assert_eq!(world.run(&ids[1]).unwrap()["state"], "waiting");
    let active = world.cloud.active_ids();
    assert!(!active.contains(&old.as_str().unwrap().to_owned()));
}

fn begin(world: &World, ids: &[String], then: &str) -> Value {
    let request = json!({ "secret_ids": ids, "old_key": old_key(then) });
    world.done("rotation_bulk_start", request)
}

/// A SAS cannot be taken back, and many a provider cannot disable a key: the choice for all is followed where it can be.
#[test]
fn one_choice_for_many_keeps_the_old_key_where_its_provider_cannot_do_more() {
    let world = World::unlocked();
    world.cloud.state().capabilities.disables = false;
    let ids = secrets(&world, 1);
    let plans = world.done("rotation_bulk_plan", json!({ "secret_ids": ids }))["plans"].clone();
    assert_eq!(
        (&plans[0]["disables"], &plans[0]["deletes"]),
        (&json!(false), &json!(true))
    );
    let begun = begin(&world, &ids, "disable");
    assert_eq!(begun["started"][0]["state"], "done", "{begun}");
    let run = world.run(&ids[0]).unwrap();
    assert_eq!(run["old_key"]["then"], "keep", "{run}");
    assert_eq!(world.cloud.active_ids().len(), 2);
}

#[test]
fn many_end_with_what_became_of_each_and_those_that_need_a_person_come_first() {
    let world = World::unlocked();
    let ids = secrets(&world, 3);
    world.ledger_location("no-such-bucket", &ids[0]);
    let begun = begin(&world, &ids, "delete");
    let started = begun["started"].as_array().unwrap();
    for one in started {
        let asks = one["secret_id"] == json!(ids[0]);
        let state = if asks { "asks" } else { "waiting" };
        assert_eq!(one["state"], state, "{begun}");
        assert_eq!(one["message"].is_string(), asks, "{begun}");
    }
    assert_eq!(started.len(), ids.len());
    // It was begun before the two others.
    let board = world.done("rotation_board", json!({}));
    assert_eq!(board["runs"][0]["secret_id"], json!(ids[0]), "{board}");
}

#[test]
fn a_few_of_many_are_at_work_at_one_time() {
    const AT_ONCE: usize = 4;
    let world = World::unlocked();
    let ids = secrets(&world, 3 * AT_ONCE);
    for (at, id) in ids.iter().enumerate() {
        let bucket = format!("ledgers-{at}");
        world.cloud.state().buckets.insert(bucket.clone());
        world.ledger_location(&bucket, id);
    }
    let pace = Pace::gathering(AT_ONCE);
    world.cloud.state().pace = Some(pace.clone());
    let begun = begin(&world, &ids, "keep");
    assert_eq!(begun["started"].as_array().unwrap().len(), ids.len());
    assert_eq!(pace.most(), AT_ONCE);
}

#[test]
fn many_that_are_stopped_begin_no_more_and_lose_none_that_was_begun() {
    let world = Arc::new(World::unlocked());
    let ids = secrets(&world, 12);
    let other = Arc::clone(&world);
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if matches!(event, Event::Progress { job, .. } if job == "rotation_bulk") {
            let stop = json!({ "job": "rotation_bulk" });
            other.app.call(Surface::Window, "job_cancel", stop).unwrap();
        }
    }));
    let begun = begin(&world, &ids, "delete");
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(begun["cancelled"], true, "{begun}");
    let started = begun["started"].as_array().unwrap();
    assert!((1..ids.len()).contains(&started.len()), "{begun}");
    for one in started {
        let id = one["secret_id"].as_str().unwrap();
        world.require_working(id, "the many were stopped");
        if one["state"] != "waiting" {
            assert_eq!(one["state"], "stopped", "{one}");
            assert_eq!(world.finish(id)["state"], "done");
        }
    }
    let begun: Vec<_> = started.iter().map(|one| &one["secret_id"]).collect();
    for id in ids.iter().filter(|id| !begun.contains(&&json!(id))) {
        assert!(world.run(id).is_none(), "{id} was begun after the stop");
    }
}
