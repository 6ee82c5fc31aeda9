//! Each error type of ERR-02 comes out of a command, with its status and what its caller needs.

use std::collections::BTreeMap;
use std::fs;

use domain::reject::ErrorType;
use serde_json::{Value, json};

use crate::world::World;

fn produced() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut note = |envelope: Value| {
        found.insert(envelope["type"].as_str().unwrap().to_owned(), envelope);
    };
    let world = World::unlocked();
    let secret = world.s3_secret("key");
    let id = world.generic("a", "plover-dunlin-knot");
    world.location("Nightly", &secret);
    let viewer = world.joined("Ben", "viewer").world;
    note(viewer.refused("secret_copy", json!({ "id": id })));
    note(world.refused("secret_list", json!({ "limt": 5 })));
    note(world.refused("secret_list", json!({ "limit": 0 })));
    note(world.refused(
        "secret_get",
        json!({ "id": "sec_01M7YRHSZEYN56VDBC8TX9XSK9" }),
    ));
    note(world.refused("secret_update", json!({ "id": id, "name": "key" })));
    note(world.refused(
        "secret_update",
        json!({ "id": id, "description": "b", "expected_revision": 9 }),
    ));
    note(world.refused("secret_delete", json!({ "id": secret })));
    world.done("tier_set", json!({ "tier": "free" }));
    for number in 0..3 {
        world.generic(&format!("n{number}"), "knot");
    }
    let sixth = json!({ "name": "n6", "secret_type": "generic", "credentials": { "value": "x" } });
    note(world.refused("secret_create", sixth));
    note(world.refused("vault_rekey", json!({ "password": "not this one" })));
    world.board.lock().unwrap().broken = true;
    note(world.refused("secret_copy", json!({ "id": id })));
    world.done("vault_lock", json!({}));
    note(world.refused("secret_list", json!({})));
    let attempt = || {
        let request = json!({ "vault_id": world.vault_id(), "password": "not this one" });
        world.refused("vault_unlock", request)
    };
    let attempts: Vec<Value> = (0..6).map(|_| attempt()).collect();
    note(attempts.into_iter().last().unwrap());

    let world = World::unlocked();
    world.done("vault_lock", json!({}));
    let vault_id = world.vault_id();
    for name in ["keys.json", "keys.json.bak"] {
        let path = world.vault.folder().join(name);
        let keys = fs::read_to_string(&path).unwrap();
        fs::write(&path, keys.replacen("turnstone/1", "turnstone/2", 1)).unwrap();
    }
    note(world.refused(
        "vault_unlock",
        json!({ "vault_id": vault_id, "password": "a" }),
    ));
    found
}

#[test]
fn err_02_each_type_but_those_of_the_outside_comes_out_of_a_command() {
    let found = produced();
    let outside = [ErrorType::BadGateway, ErrorType::GatewayTimeout];
    for kind in ErrorType::ALL
        .into_iter()
        .filter(|kind| !outside.contains(kind))
    {
        let envelope = found.get(kind.as_str());
        let envelope = envelope.unwrap_or_else(|| panic!("nothing answered {}", kind.as_str()));
        assert_eq!(envelope["status"], kind.status(), "{envelope}");
    }
    assert_eq!(found["limit_reached"]["limit"], 5);
    assert_eq!(found["limit_reached"]["current"], 5);
    assert!(found["rate_limited"]["retry_after_ms"].as_u64().unwrap() > 0);
    assert!(found["already_exists"]["existing_id"].is_string());
    assert_eq!(found["conflict"]["current_revision"], 1);
    assert_eq!(found["in_use"]["dependants"][0]["kind"], "location");
}
