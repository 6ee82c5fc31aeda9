//! Many rotations beside each other.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::old_key;
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
