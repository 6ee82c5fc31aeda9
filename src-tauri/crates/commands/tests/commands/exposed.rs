//! What former members could read, as a command tells it: until it is replaced, and whoever asks.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::temp_vault::PASSWORD;

use crate::world::World;

fn told(world: &World) -> Vec<Value> {
    let answer = world.done("member_exposed", json!({}));
    answer["exposures"].as_array().unwrap().clone()
}

#[test]
fn lock_06_what_a_former_member_could_read_is_told_after_the_next_unlock_too_until_it_is_rotated() {
    let world = World::unlocked();
    let [used, other, gone] =
        ["used", "other", "gone"].map(|name| world.generic(name, "plover-dunlin-knot"));
    let connection = world.doppler("doppler");
    let external = world.external("outside", &connection);
    let ben = world.joined("Ben", "operator");
    ben.world.done("secret_copy", json!({ "id": used }));
    assert_eq!(told(&world), Vec::<Value>::new());
    world.done(
        "member_remove",
        json!({ "id": ben.id, "password": PASSWORD }),
    );
    world.done("secret_delete", json!({ "id": gone, "destroy": true }));
    world.done("vault_lock", json!({}));
    world.unlock();

    let [exposure] = told(&world).try_into().unwrap();
    assert_eq!(
        (&exposure["member_id"], &exposure["member_name"]),
        (&json!(ben.id), &json!("Ben"))
    );
    assert!(exposure["ended_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        (&exposure["left"], &exposure["elsewhere"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(
        exposure["secrets"],
        json!([
            { "kind": "secret", "id": used, "name": "used", "copied": true },
            { "kind": "connection", "id": connection, "name": "doppler", "copied": false },
            { "kind": "secret", "id": other, "name": "other", "copied": false },
            { "kind": "external", "id": external, "name": "outside", "copied": false },
            { "kind": "gone", "id": gone, "name": "gone", "copied": false },
        ])
    );
    let one = world.done("member_exposed", json!({ "limit": 1 }));
    assert_eq!(one["exposures"][0]["secrets"].as_array().unwrap().len(), 1);
    assert_eq!(one["exposures"][0]["left"], 3);

    world.pass(Duration::from_secs(1));
    world.done(
        "secret_update",
        json!({ "id": used, "credentials": { "value": "godwit-ruff" } }),
    );
    let [exposure] = told(&world).try_into().unwrap();
    assert_eq!(
        (&exposure["left"], &exposure["secrets"][0]["name"]),
        (&json!(2), &json!("doppler"))
    );
}

#[test]
fn what_former_members_could_read_is_named_in_pages_of_one_to_a_thousand() {
    let world = World::unlocked();
    for limit in [json!(0), json!(1001), json!("ten")] {
        let refused = world.refused("member_exposed", json!({ "limit": limit }));
        assert_eq!(refused["status"].as_u64().unwrap() / 100, 4, "{refused}");
    }
    for limit in [1, 1000] {
        world.done("member_exposed", json!({ "limit": limit }));
    }
}
