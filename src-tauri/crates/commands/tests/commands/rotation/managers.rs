//! The secret with whose value the keys of another one are made and ended.

use providers::Way;
use serde_json::{Value, json};

use crate::cloud::Fault;
use crate::world::World;

const MANAGED: &str = "Ledger bucket";

/// A secret, and the one that manages its keys.
fn managed() -> (World, String, String) {
    let world = World::unlocked();
    {
        let mut cloud = world.cloud.state();
        (cloud.keys_max, cloud.capabilities.keys_max) = (9, Some(9));
        cloud.capabilities.way = Way::Management;
    }
    let secret = world.ledger();
    let admin = world.s3_with_key("Key admin", world.cloud.old_key());
    manage_with(&world, &secret, &admin);
    (world, secret, admin)
}

fn manage_with(world: &World, secret: &str, admin: &str) {
    world.done("policy_set", with(secret, admin));
}

fn with(secret: &str, admin: &str) -> Value {
    let managed = json!({ "management_secret_id": admin, "parameters": {} });
    json!({ "secret_id": secret, "managed": managed })
}

/// Its location does not pass, so that the run neither goes on nor back by itself.
fn asking(world: &World, secret: &str) -> Value {
    world.cloud.state().buckets.clear();
    let run = world.start(secret, "delete").unwrap();
    assert_eq!(run["state"], "asks", "{run}");
    run
}

#[test]
fn delete_01_a_secret_with_which_a_rotation_asks_its_provider_stays_even_by_force() {
    let (world, secret, admin) = managed();
    let run = asking(&world, &secret);
    for destroy in [false, true] {
        let request = json!({ "id": admin, "destroy": destroy, "force": true });
        let refused = world.refused("secret_delete", request);
        assert_eq!(refused["type"], "in_use", "{refused}");
        let dependant =
            json!({ "kind": "managed", "id": secret, "name": MANAGED, "is_rotating": true });
        assert_eq!(refused["dependants"], json!([dependant]));
        assert!(refused["message"].to_string().contains(MANAGED));
    }
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "abandoned", "{undone}");
    world.done("secret_delete", json!({ "id": admin, "force": true }));
}

#[test]
fn delete_01_a_secret_that_manages_keys_goes_by_force_only_and_that_is_told_later() {
    let (world, secret, admin) = managed();
    for destroy in [false, true] {
        let refused = world.refused("secret_delete", json!({ "id": admin, "destroy": destroy }));
        assert_eq!(refused["type"], "in_use", "{refused}");
        assert_eq!(refused["dependants"][0]["is_rotating"], false, "{refused}");
        assert_eq!(refused["offers"], json!(["open_secrets", "force"]));
        assert!(refused["message"].to_string().contains(MANAGED));
    }
    // Of no use to anybody once what it managed is gone.
    let (other, second, its_admin) = managed();
    other.done(
        "secret_delete",
        json!({ "id": second, "destroy": true, "force": true }),
    );
    other.done("secret_delete", json!({ "id": its_admin, "destroy": true }));

    world.done(
        "secret_delete",
        json!({ "id": admin, "destroy": true, "force": true }),
    );
    let refused = world.start(&secret, "delete").unwrap_err();
    assert_eq!(refused["type"], "conflict", "{refused}");
    assert!(
        refused["message"].to_string().contains("policy"),
        "{refused}"
    );
}

#[test]
fn another_secret_may_manage_the_keys_during_a_run_and_nothing_else_of_how_keys_are_made_changes() {
    let (world, secret, admin) = managed();
    let run = asking(&world, &secret);
    let other = world.s3_with_key("Next key admin", world.cloud.old_key());
    let mut elsewhere = with(&secret, &other);
    elsewhere["managed"]["parameters"] = json!({ "iam_endpoint": "https://iam.example.org" });
    let own = json!({ "secret_id": secret, "managed": { "management_secret_id": null, "parameters": {} } });
    let none = json!({ "secret_id": secret, "managed": null });
    for request in [elsewhere, own, none] {
        let refused = world.refused("policy_set", request);
        assert_eq!(refused["type"], "in_use", "{refused}");
    }
    // When it falls due is no matter of the run.
    let mut later = with(&secret, &admin);
    later["every_days"] = 90.into();
    assert_eq!(world.done("policy_set", later)["every_days"], 90);
    // Somebody took the first one's key away.
    let (admin_key, _) = world.in_use(&admin);
    world.cloud.state().keys.retain(|key| key.id != admin_key);
    let id = json!({ "rotation_id": run["id"] });
    let stuck = world.done("rotation_undo", id.clone());
    assert_eq!(stuck["rotation"]["state"], "stopped", "{stuck}");
    manage_with(&world, &secret, &other);
    let run = world.done("rotation_resume", id);
    assert_eq!(run["rotation"]["state"], "abandoned", "{run}");
    world.done("secret_delete", json!({ "id": admin }));
}

/// Its deletion was refused, and while the run rested somebody ended the key that was in use again: the new one is all there is.
#[test]
fn the_new_key_stays_where_the_old_one_has_ended_on_the_way_back() {
    let (world, secret, _admin) = managed();
    let (old, _) = world.in_use(&secret);
    let run = world.start(&secret, "keep").unwrap();
    let new = world.in_use(&secret);
    world
        .cloud
        .fault_at(world.cloud.calls() + 2, Fault::Forbidden);
    let id = json!({ "rotation_id": run["id"] });
    let undone = world.done("rotation_undo", id.clone())["rotation"].clone();
    assert_eq!(
        (&undone["state"], &undone["stage"]),
        (&json!("stopped"), &json!("removing_new")),
        "{undone}"
    );
    world.cloud.heal();
    world.cloud.state().keys.retain(|key| key.id != old);
    let resumed = world.done("rotation_resume", id.clone())["rotation"].clone();
    assert_eq!(resumed["state"], "stopped", "{resumed}");
    assert!(
        world.cloud.accepts(&new.0, &new.1),
        "the only key was deleted"
    );
    let leave = json!({ "rotation_id": run["id"], "decision": "leave_new" });
    let left = world.done("rotation_decide", leave)["rotation"].clone();
    assert_eq!(left["state"], "undone", "{left}");
    assert!(world.cloud.accepts(&new.0, &new.1));
}
