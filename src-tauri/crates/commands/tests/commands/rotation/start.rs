//! What refuses the start of a rotation, in the order of ERR-06, and that none of it asks the provider.

use serde_json::{Value, json};

use crate::world::World;

fn refused(world: &World, secret: &str, revision: i64, old_key: Value) -> Value {
    let request = json!({ "secret_id": secret, "expected_revision": revision, "old_key": old_key });
    world.refused("rotation_start", request)["type"].clone()
}

#[test]
fn err_06_the_start_of_a_rotation_is_refused_in_one_order() {
    let world = World::unlocked();
    let wrong = json!({ "grace_hours": 1, "then": "burn" });
    let fine = json!({ "grace_hours": 1, "then": "delete" });
    let gone = "sec_01KB0000000000000000000000";
    assert_eq!(refused(&world, gone, 9, wrong.clone()), "not_found");

    // No way to make a key there, before what is wrong with the fields.
    let made = world.done(
        "secret_create",
        json!({ "name": "Hetzner", "secret_type": "hetzner",
            "credentials": { "access_key_id": "PLOVERDUNLINKNOT0001", "secret_access_key": "sanderling0000dunlin0000knot0000plover00" } }),
    );
    let manual = made["secret"]["id"].as_str().unwrap();
    assert_eq!(refused(&world, manual, 9, wrong.clone()), "invalid_request");

    // A rotation is open, the revision is not the present one, and a field is faulty: one after the other.
    let secret = world.ledger();
    world.start(&secret, "delete").unwrap();
    let calls = world.cloud.calls();
    assert_eq!(refused(&world, &secret, 999, wrong), "validation_error");
    assert_eq!(refused(&world, &secret, 999, fine.clone()), "conflict");
    let revision = world.revision(&secret).as_i64().unwrap();
    assert_eq!(refused(&world, &secret, revision, fine), "in_use");

    // What the provider cannot do is a fault of the field, known without asking it.
    world.cloud.state().capabilities.disables = false;
    let disable = json!({ "grace_hours": 1, "then": "disable" });
    assert_eq!(refused(&world, &secret, 999, disable), "validation_error");
    assert_eq!(world.cloud.calls(), calls);
}
