//! When a key was made and when it ends, as its provider says it.

use std::sync::Arc;

use domain::Timestamp;
use serde_json::{Value, json};

use crate::world::World;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn secret(world: &World, id: &str) -> Value {
    world.done("secret_get", json!({ "id": id }))["secret"].clone()
}

fn times(world: &World, id: &str) -> (String, Option<String>) {
    let shown = secret(world, id);
    (
        shown["made_at"].as_str().unwrap().to_owned(),
        shown["expires_at"].as_str().map(str::to_owned),
    )
}

/// A key of 2021 that came into the vault today, and ends in May.
fn old_ledger(world: &World) -> String {
    let id = world.ledger();
    let mut state = world.cloud.state();
    let key = state.keys.first_mut().unwrap();
    key.listed_as_made_at = Some(at("2021-03-04T05:06:07Z"));
    key.ends_at = Some(at("2026-05-20T00:00:00Z"));
    drop(state);
    id
}

fn updates(world: &World, id: &str) -> Vec<Value> {
    let filter = json!({ "resource_id": id, "action": "secret_updated" });
    let entries = world.done("audit_list", filter)["entries"].clone();
    let entries = entries.as_array().unwrap().iter();
    entries.map(|entry| entry["changed"].clone()).collect()
}

#[test]
fn what_the_plan_hears_of_the_key_in_use_is_kept_with_it_and_counts() {
    let world = World::unlocked();
    let id = old_ledger(&world);
    world.done("policy_set", json!({ "every_days": 90 }));
    assert_eq!(secret(&world, &id)["due_state"], "later");
    let plan = world.done("rotation_plan", json!({ "secret_id": id }))["plan"].clone();
    let end = "2026-05-20T00:00:00.000Z";
    assert_eq!(plan["keys"][0]["expires_at"], end);
    assert_eq!(
        times(&world, &id),
        ("2021-03-04T05:06:07.000Z".to_owned(), Some(end.to_owned()))
    );
    let shown = secret(&world, &id);
    assert_eq!(shown["due_state"], "overdue");
    assert_eq!(shown["due_at"], "2021-06-02T05:06:07.000Z");
    assert_eq!(shown["health"], "old");
    let board = world.done("rotation_board", json!({}));
    assert_eq!(board["overdue"], 1, "{board}");
    assert!(board["ages"][0]["weeks"].as_u64().unwrap() > 250, "{board}");

    // The plan is of the secret as it is now, and a second look brings nothing new.
    assert_eq!(plan["revision"], shown["revision"]);
    world.done("rotation_plan", json!({ "secret_id": id }));
    assert_eq!(updates(&world, &id), [json!(["made_at", "expires_at"])]);
}

#[test]
fn a_rotation_takes_the_end_of_its_key_and_an_undo_brings_the_old_ones_back() {
    let world = World::unlocked();
    let id = old_ledger(&world);
    let end = at("2026-09-01T00:00:00Z");
    world.cloud.state().new_keys_end_at = Some(end);
    let run = world.start(&id, "delete").unwrap();
    let (made_at, expires_at) = times(&world, &id);
    assert_eq!(expires_at, Some(end.to_string()));
    assert!(made_at.as_str() >= "2026", "{made_at}");
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "undone");
    // What was heard of the old key at the start has stayed with it.
    let end = "2026-05-20T00:00:00.000Z".to_owned();
    assert_eq!(
        times(&world, &id),
        ("2021-03-04T05:06:07.000Z".to_owned(), Some(end))
    );
}

/// While the provider is asked somebody puts another key in: what is said of the old one is not said of that.
#[test]
fn what_is_heard_of_a_value_that_was_replaced_meanwhile_is_not_kept_with_the_next() {
    let world = Arc::new(World::unlocked());
    let id = old_ledger(&world);
    let (other, changed) = (Arc::clone(&world), id.clone());
    let (key_id, secret_key) = world.cloud.old_key();
    world.cloud.state().watch = Some(Box::new(move |_| {
        let credentials = json!({ "access_key_id": key_id, "secret_access_key": secret_key });
        let request = json!({ "id": changed, "credentials": credentials });
        if world_version(&other, &changed) == 1 {
            other.done("secret_update", request);
        }
    }));
    world.done("rotation_plan", json!({ "secret_id": id }));
    world.cloud.state().watch = None;
    assert_eq!(world_version(&world, &id), 2);
    let (made_at, ends) = times(&world, &id);
    assert_ne!(made_at, "2021-03-04T05:06:07.000Z");
    assert_eq!(ends, None);
}

fn world_version(world: &World, id: &str) -> u64 {
    secret(world, id)["version"].as_u64().unwrap()
}
