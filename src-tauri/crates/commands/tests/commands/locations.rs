//! Locations through commands: made, relinked, listed, and what they keep a secret from.

use serde_json::{Value, json};
use turnstone_commands::api::{Changed, Event};

use crate::world::World;

impl World {
    pub fn s3_secret(&self, name: &str) -> String {
        let request = json!({ "name": name, "secret_type": "s3", "credentials": access_key(name) });
        self.id_of(self.done("secret_create", request), "secret")
    }

    pub fn location(&self, name: &str, secret: &str) -> String {
        let request = json!({ "name": name, "location_type": "s3", "secret_id": secret, "bucket_name": "backups" });
        self.id_of(self.done("location_create", request), "location")
    }

    pub fn id_of(&self, answer: Value, what: &str) -> String {
        answer[what]["id"].as_str().unwrap().to_owned()
    }
}

fn access_key(seed: &str) -> Value {
    let number = seed.bytes().fold(7u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    json!({ "access_key_id": format!("AKIA{number:016X}"), "secret_access_key": format!("{number:040x}") })
}

#[test]
fn a_new_location_is_answered_listed_and_shown_at_its_secret() {
    let world = World::unlocked();
    let secret = world.s3_secret("Backups key");
    world.events();
    let answer = world.done(
        "location_create",
        json!({ "name": " Nightly ", "location_type": "s3", "secret_id": secret, "bucket_name": "acme-nightly",
            "region": "eu-central-1", "prefix": "db/", "reason": "new" }),
    );

    assert_eq!(
        (&answer["created"], &answer["location_name"]),
        (&json!(true), &json!("Nightly"))
    );
    let location = &answer["location"];
    assert_eq!(
        (
            &location["secret_name"],
            &location["revision"],
            &location["http_allowed"],
            &location["verification"]
        ),
        (
            &json!("Backups key"),
            &json!(1),
            &json!(false),
            &json!(null)
        )
    );
    assert!(world.events().contains(&Event::Changed {
        what: vec![Changed::Locations, Changed::Secrets, Changed::Audit]
    }));
    assert_eq!(
        world.done("location_list", json!({ "secret_id": secret }))["locations"][0],
        *location
    );
    assert_eq!(
        world.done("location_get", json!({ "id": location["id"] }))["location"],
        *location
    );
    assert_eq!(
        world.done("secret_get", json!({ "id": secret }))["secret"]["locations"],
        1
    );
    assert_eq!(world.done("tag_list", json!({}))["counts"]["locations"], 1);
    assert_eq!(world.actions()[0], "location_created");
}

#[test]
fn loc_01_every_fault_of_a_location_is_told_at_once() {
    let world = World::unlocked();
    let envelope = world.refused(
        "location_create",
        json!({ "name": "", "location_type": "generic", "secret_id": "loc_01M7YRHSZEYN56VDBC8TX9XSK9",
            "bucket_name": "", "endpoint_url": "ftp://x" }),
    );
    assert_eq!(envelope["type"], "validation_error");
    let ways: Vec<&Value> = envelope["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["loc"][0])
        .collect();
    assert_eq!(
        ways,
        [
            "name",
            "location_type",
            "secret_id",
            "bucket_name",
            "endpoint_url"
        ]
    );
}

#[test]
fn loc_01_a_location_takes_a_live_secret_of_its_type_only() {
    let world = World::unlocked();
    let generic = world.generic("token", "plover-dunlin");
    let trashed = world.s3_secret("old");
    world.done("secret_delete", json!({ "id": trashed }));
    let make = |secret: &str| json!({ "name": "n", "location_type": "s3", "secret_id": secret, "bucket_name": "b" });
    let refused = world.refused("location_create", make(&generic));
    assert_eq!(refused["details"][0]["type"], "secret_of_other_type");
    for absent in [trashed.as_str(), "sec_01M7YRHSZEYN56VDBC8TX9XSK9"] {
        assert_eq!(
            world.refused("location_create", make(absent))["type"],
            "not_found"
        );
    }
    let secret = world.s3_secret("new");
    world.done("location_create", make(&secret));
    assert_eq!(
        world.refused("location_create", make(&secret))["type"],
        "already_exists"
    );
}

#[test]
fn loc_03_a_location_is_relinked_within_its_type_and_unlinked_by_null() {
    let world = World::unlocked();
    let (first, second) = (world.s3_secret("first"), world.s3_secret("second"));
    let generic = world.generic("token", "plover-dunlin");
    let id = world.location("n", &first);

    let refused = world.refused("location_update", json!({ "id": id, "secret_id": generic }));
    assert_eq!(refused["details"][0]["type"], "secret_of_other_type");
    let answer = world.done(
        "location_update",
        json!({ "id": id, "secret_id": second, "expected_revision": 1 }),
    );
    assert_eq!(
        (&answer["changed"], &answer["location"]["secret_name"]),
        (&json!(["secret_id"]), &json!("second"))
    );
    let stale = world.refused(
        "location_update",
        json!({ "id": id, "name": "m", "expected_revision": 1 }),
    );
    assert_eq!(
        (&stale["type"], &stale["current_revision"]),
        (&json!("conflict"), &json!(2))
    );
    let answer = world.done("location_update", json!({ "id": id, "secret_id": null }));
    assert_eq!(answer["location"]["secret_id"], json!(null));
    assert_eq!(
        world.refused(
            "location_update",
            json!({ "id": id, "location_type": "r2" })
        )["type"],
        "invalid_request"
    );
    let same = world.done("location_update", json!({ "id": id, "name": "n" }));
    assert_eq!(
        (&same["updated"], &same["changed"]),
        (&json!(null), &json!([]))
    );
}

#[test]
fn update_05_the_type_of_a_secret_that_locations_use_stays() {
    let world = World::unlocked();
    let secret = world.s3_secret("key");
    let id = world.location("Nightly", &secret);
    let other = json!({ "id": secret, "secret_type": "r2", "credentials": access_key("r2") });

    let refused = world.refused("secret_update", other.clone());

    assert_eq!(refused["type"], "in_use");
    assert_eq!(
        refused["dependants"],
        json!([{ "kind": "location", "id": id, "name": "Nightly" }])
    );
    assert!(
        refused["offers"]
            .as_array()
            .unwrap()
            .contains(&json!("unlink_locations")),
        "{refused}"
    );
    world.done("location_update", json!({ "id": id, "secret_id": null }));
    assert_eq!(
        world.done("secret_update", other)["secret"]["secret_type"],
        "r2"
    );
}

#[test]
fn delete_01_a_secret_in_use_goes_by_force_only_and_its_locations_stay_unlinked() {
    let world = World::unlocked();
    let secret = world.s3_secret("key");
    let (one, two) = (world.location("a", &secret), world.location("b", &secret));

    let refused = world.refused("secret_delete", json!({ "id": secret }));
    assert_eq!(
        (
            &refused["type"],
            refused["dependants"].as_array().unwrap().len()
        ),
        (&json!("in_use"), 2)
    );
    world.events();
    world.done(
        "secret_delete",
        json!({ "id": secret, "force": true, "reason": "leaked" }),
    );

    for id in [&one, &two] {
        let location = world.done("location_get", json!({ "id": id }))["location"].clone();
        assert_eq!(
            (&location["secret_id"], &location["revision"]),
            (&json!(null), &json!(2))
        );
    }
    assert_eq!(
        world.actions()[..3],
        ["location_updated", "location_updated", "secret_trashed"]
    );
    assert!(
        matches!(&world.events()[0], Event::Changed { what } if what.contains(&Changed::Locations))
    );
    assert_eq!(world.done("vault_check", json!({}))["ok"], true);
}

#[test]
fn a_location_is_deleted_and_its_name_is_free_again() {
    let world = World::unlocked();
    let secret = world.s3_secret("key");
    let id = world.location("n", &secret);
    let answer = world.done("location_delete", json!({ "id": id, "reason": "gone" }));
    assert_eq!(
        (&answer["deleted"], &answer["location"]),
        (&json!(true), &json!(null))
    );
    for command in ["location_get", "location_delete", "location_update"] {
        assert_eq!(
            world.refused(command, json!({ "id": id }))["type"],
            "not_found"
        );
    }
    world.location("N", &secret);
    world.done("secret_delete", json!({ "id": world.s3_secret("unused") }));
}

#[test]
fn loc_02_plain_http_asks_for_consent_and_shows_it() {
    let world = World::unlocked();
    let secret = world.s3_secret("key");
    let id = world.location("n", &secret);
    let plain = json!({ "id": id, "endpoint_url": "http://storage.example.com" });
    assert_eq!(
        world.refused("location_update", plain)["details"][0]["type"],
        "plain_http"
    );
    let allowed =
        json!({ "id": id, "endpoint_url": "http://storage.example.com", "http_allowed": true });
    assert_eq!(
        world.done("location_update", allowed)["location"]["http_allowed"],
        true
    );
    let own = json!({ "id": id, "endpoint_url": "http://127.0.0.1:9000" });
    assert_eq!(
        world.done("location_update", own)["location"]["http_allowed"],
        false
    );
}

#[test]
fn loc_02_endpoints_are_offered_from_region_and_account() {
    let world = World::unlocked();
    for (given, offered) in [
        (
            json!({ "location_type": "wasabi", "region": "eu-central-1" }),
            json!("https://s3.eu-central-1.wasabisys.com"),
        ),
        (json!({ "location_type": "r2" }), json!(null)),
        (
            json!({ "location_type": "r2", "account": "abc123" }),
            json!("https://abc123.r2.cloudflarestorage.com"),
        ),
    ] {
        assert_eq!(world.done("endpoint_offer", given)["endpoint_url"], offered);
    }
    let refused = world.refused(
        "endpoint_offer",
        json!({ "location_type": "wasabi", "region": "a b", "account": "c/d" }),
    );
    assert_eq!(refused["type"], "validation_error");
}

#[test]
fn locations_are_listed_by_name_in_pages_and_found_by_bucket() {
    let world = World::unlocked();
    let secret = world.s3_secret("key");
    for name in ["c", "A", "b"] {
        world.location(name, &secret);
    }
    let mut seen = Vec::new();
    let mut cursor = json!(null);
    loop {
        let page = world.done(
            "location_list",
            json!({ "limit": 2, "cursor": cursor, "query": "BACK" }),
        );
        assert_eq!(page["total"], 3);
        seen.extend(
            page["locations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["name"].clone()),
        );
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, ["A", "b", "c"]);
    let refused = world.refused(
        "location_list",
        json!({ "limit": 0, "type": "generic", "secret_id": "x" }),
    );
    assert_eq!(refused["details"].as_array().unwrap().len(), 3, "{refused}");
}
