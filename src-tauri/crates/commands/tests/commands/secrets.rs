use std::time::Duration;

use serde_json::json;
use turnstone_commands::api::{Changed, Event};

use crate::world::World;

#[test]
fn a_new_secret_is_answered_listed_and_told() {
    let world = World::unlocked();
    world.events();
    let answer = world.done(
        "secret_create",
        json!({ "name": "  Stripe ", "secret_type": "generic", "credentials": { "value": "plover-dunlin-knot-7" },
            "env_key": "STRIPE_KEY", "allowed_domains": ["*.Example.com"], "notes": "n", "tags": ["b", "a"] }),
    );

    assert_eq!(answer["created"], true);
    assert_eq!(answer["updated"], json!(null));
    let secret = &answer["secret"];
    assert_eq!(
        (&secret["name"], &secret["revision"], &secret["version"]),
        (&json!("Stripe"), &json!(1), &json!(1))
    );
    assert_eq!(secret["allowed_domains"], json!(["*.example.com"]));
    assert_eq!(secret["tags"], json!(["a", "b"]));
    assert_eq!(secret["fields"][0]["mask"], "plov••••7");
    assert_eq!(secret["created_by"], "Ada");
    assert_eq!(
        world.events(),
        [Event::Changed {
            what: vec![Changed::Secrets, Changed::Audit]
        }]
    );
    assert_eq!(world.done("secret_list", json!({}))["secrets"][0], *secret);
    assert_eq!(
        world.done("secret_get", json!({ "id": secret["id"] }))["secret"],
        *secret
    );
}

#[test]
fn an_update_that_changes_nothing_says_so_and_tells_nobody() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    world.events();

    let answer = world.done(
        "secret_update",
        json!({ "id": id, "name": "a", "credentials": { "value": "plover-dunlin" } }),
    );

    assert_eq!(
        (&answer["updated"], &answer["changed"]),
        (&json!(null), &json!([]))
    );
    assert_eq!(answer["secret"]["revision"], 1);
    assert_eq!(world.events(), []);
}

#[test]
fn a_value_is_generated_in_rust() {
    let world = World::unlocked();
    let request = json!({ "name": "a", "secret_type": "generic", "generate": { "length": 32, "alphabet": "hex" } });
    let id = world.done("secret_create", request)["secret"]["id"].clone();
    world.done("secret_copy", json!({ "id": id }));
    let value = world.on_clipboard().unwrap();
    assert!(
        value.len() == 32 && value.chars().all(|c| c.is_ascii_hexdigit()),
        "{value}"
    );

    world.done(
        "secret_update",
        json!({ "id": id, "generate": { "length": 12 } }),
    );
    world.done("secret_copy", json!({ "id": id }));
    assert_eq!(world.on_clipboard().unwrap().len(), 12);
}

#[test]
fn pages_follow_each_other_by_cursor_and_start_anywhere_by_offset() {
    let world = World::unlocked();
    for number in 0..7 {
        world.generic(&format!("secret {number}"), "plover-dunlin");
    }
    let names = |page: &serde_json::Value| -> Vec<String> {
        page["secrets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|secret| secret["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = world.done("secret_list", json!({ "limit": 3, "sort": "-name" }));
    assert_eq!(names(&first), ["secret 6", "secret 5", "secret 4"]);
    assert_eq!(first["total"], 7);
    let second = world.done(
        "secret_list",
        json!({ "limit": 3, "sort": "-name", "cursor": first["next_cursor"] }),
    );
    assert_eq!(names(&second), ["secret 3", "secret 2", "secret 1"]);
    let last = world.done(
        "secret_list",
        json!({ "limit": 3, "sort": "-name", "cursor": second["next_cursor"] }),
    );
    assert_eq!(
        (names(&last), &last["next_cursor"]),
        (vec!["secret 0".to_owned()], &json!(null))
    );
    assert_eq!(
        names(&world.done("secret_list", json!({ "offset": 5 }))),
        ["secret 5", "secret 6"]
    );
    assert_eq!(
        world.refused("secret_list", json!({ "cursor": "x" }))["type"],
        "validation_error"
    );
    assert_eq!(
        world.refused("secret_list", json!({ "offset": -1 }))["type"],
        "validation_error"
    );
}

#[test]
fn a_search_finds_what_is_typed_and_a_filter_what_is_chosen() {
    let world = World::unlocked();
    world.generic("Payments live", "plover-dunlin");
    world.done(
        "secret_create",
        json!({ "name": "Backups", "secret_type": "b2", "tags": ["offsite"],
            "credentials": { "application_key_id": "0055a1b2c3d4e5f0000000007", "application_key": "K005zXcVbNmAsDfGhJkLqWeRtYuIoP1" } }),
    );
    let found = |request| {
        world.done("secret_list", request)["secrets"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(found(json!({ "query": "paym" })), 1);
    assert_eq!(found(json!({ "query": "zzz" })), 0);
    assert_eq!(found(json!({ "type": "b2" })), 1);
    assert_eq!(found(json!({ "tag": "offsite" })), 1);
    assert_eq!(found(json!({ "types": ["generic", "b2"] })), 2);
    assert_eq!(found(json!({ "query": "paym", "offset": 0 })), 1);
    assert_eq!(found(json!({ "query": "paym", "offset": 1 })), 0);
    assert_eq!(
        world.refused("secret_list", json!({ "query": "a", "offset": -1 }))["details"][0]["loc"],
        json!(["offset"])
    );
    assert_eq!(found(json!({ "age": "over_90_days" })), 0);
    let tags = world.done("tag_list", json!({}));
    assert_eq!(tags["tags"], json!([{ "tag": "offsite", "count": 1 }]));
    assert_eq!(tags["counts"]["live"], 2);
}

#[test]
fn within_a_minute_too_a_filter_shows_as_many_as_its_number_says() {
    let world = World::unlocked();
    world.done("policy_set", json!({ "every_days": 1, "lead_days": 1 }));
    world.pass(Duration::from_secs(7));
    world.generic("due as soon as it is made", "plover-dunlin");
    let both = || {
        let found = world.done("secret_list", json!({ "due": "soon" }));
        let counted = world.done("tag_list", json!({}));
        (
            found["total"].clone(),
            counted["counts"]["needs"]["due_soon"].clone(),
        )
    };
    let (found, counted) = both();
    assert_eq!(found, counted);
    world.pass(Duration::from_secs(60));
    assert_eq!(both(), (json!(1), json!(1)));
}

#[test]
fn a_list_of_what_asks_for_a_person_is_as_long_as_it_is_counted() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.generic("one", "plover-dunlin");
    world.pass(Duration::from_secs(1));
    world.generic("other", "plover-dunlin");
    world.ledger_location("ledgers-gone", &secret);
    world.done("locations_verify", json!({ "secret_id": secret }));
    world.done("policy_set", json!({ "every_days": 10, "lead_days": 3 }));
    let days = |days: u64| {
        world.pass(Duration::from_secs(days * 24 * 60 * 60));
        world.unlock();
    };
    days(8);
    let found = |request: serde_json::Value| world.done("secret_list", request)["total"].clone();
    let needs = || world.done("tag_list", json!({}))["counts"]["needs"].clone();
    assert_eq!(
        (
            found(json!({ "due": "soon" })),
            found(json!({ "due": "overdue" }))
        ),
        (json!(3), json!(0))
    );
    assert_eq!(
        (&needs()["due_soon"], &needs()["overdue"]),
        (&json!(3), &json!(0))
    );
    days(3);
    assert_eq!(found(json!({ "due": "overdue", "type": "generic" })), 2);
    assert_eq!(
        (&needs()["due_soon"], &needs()["overdue"]),
        (&json!(0), &json!(3))
    );
    for (status, total) in [
        ("verified", 0),
        ("failed", 1),
        ("unreachable", 0),
        ("unverified", 0),
    ] {
        assert_eq!(found(json!({ "verification": status })), total, "{status}");
    }
    assert_eq!(needs()["failed"], 1);
    assert_eq!(
        (
            found(json!({ "values": "shared" })),
            found(json!({ "rotation": "open" }))
        ),
        (json!(2), json!(0))
    );
    assert_eq!(
        (
            found(json!({ "mode": "direct" })),
            found(json!({ "mode": "external" }))
        ),
        (json!(3), json!(0))
    );
    assert_eq!(found(json!({ "values": "shared", "query": "other" })), 1);
    for (member, wrong) in [
        ("mode", "elsewhere"),
        ("due", "later"),
        ("verification", "tried"),
        ("rotation", "any"),
        ("values", "alike"),
    ] {
        let refused = world.refused("secret_list", json!({ member: wrong }));
        let detail = &refused["details"][0];
        assert_eq!(
            (&detail["loc"], &detail["type"]),
            (&json!([member]), &json!("unknown_value"))
        );
    }
}

#[test]
fn hints_are_told_while_typing_and_nothing_is_written() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin");
    let create = json!({ "create": { "name": "", "secret_type": "generic", "credentials": { "value": " plover" } } });
    let told = world.done("secret_hints", create);
    assert_eq!(told["details"][0]["loc"], json!(["name"]));
    assert_eq!(told["hints"][0]["loc"], json!(["credentials", "value"]));

    world.done(
        "secret_update",
        json!({ "id": id, "allowed_domains": ["a.example.com"] }),
    );
    let update =
        json!({ "update": { "id": id, "allowed_domains": ["a.example.com", "b.example.com"] } });
    assert_eq!(
        world.done("secret_hints", update)["widened"],
        json!(["b.example.com"])
    );
    assert_eq!(
        world.done("secret_get", json!({ "id": id }))["secret"]["allowed_domains"],
        json!(["a.example.com"])
    );
}

#[test]
fn what_another_program_writes_is_told_and_what_we_write_is_told_once() {
    let world = World::unlocked();
    let other = world.vault.open_at(testkit::now().plus_days(1));
    world.pass(Duration::from_secs(1));
    world.events();
    testkit::acts::create(
        &other,
        testkit::now().plus_days(1),
        testkit::acts::generic("theirs", "plover-dunlin"),
    )
    .unwrap();
    world.pass(Duration::from_secs(1));
    let everything = Event::Changed {
        what: Changed::OF_THE_VAULT.to_vec(),
    };
    assert_eq!(world.events(), [everything]);

    world.generic("ours", "plover-knot");
    assert_eq!(world.events().len(), 1);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.events(), []);
}

#[test]
fn the_catalogue_has_fourteen_types_and_fifteen_methods() {
    let catalogue = World::new().done("catalogue_get", json!({}));
    let types = catalogue["types"].as_array().unwrap();
    assert_eq!(types.len(), 14);
    assert_eq!(
        types
            .iter()
            .map(|kind| kind["methods"].as_array().unwrap().len())
            .sum::<usize>(),
        15
    );
}
