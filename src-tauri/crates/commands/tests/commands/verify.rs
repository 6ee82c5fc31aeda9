//! Locations tried at their provider, through commands.

use std::sync::Arc;

use serde_json::{Value, json};
use turnstone_commands::Surface;
use turnstone_commands::api::Event;

use crate::cloud::{Fault, Pace, SLOW_BUCKET};
use crate::world::World;

fn verify(world: &World, location: &str) -> Value {
    world.done("location_verify", json!({ "location_id": location }))["location"]["verification"]
        .clone()
}

fn location_of(world: &World, secret: &str) -> String {
    let page = world.done("location_list", json!({ "secret_id": secret }));
    page["locations"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn loc_04_a_location_that_its_secret_opens_is_verified_everywhere_it_shows() {
    let world = World::unlocked();
    let secret = world.ledger();
    let location = location_of(&world, &secret);
    let shown = world.done("location_get", json!({ "id": location }))["location"].clone();
    assert_eq!(shown["verification"], Value::Null);

    let verified = verify(&world, &location);
    assert_eq!(
        (
            &verified["status"],
            &verified["can_read"],
            &verified["can_write"]
        ),
        (&json!("verified"), &json!(true), &Value::Null)
    );
    assert_eq!(
        (&verified["region"], &verified["version"]),
        (&json!("eu-north-1"), &json!(1))
    );
    let shown = world.done("secret_get", json!({ "id": secret }))["secret"]["verified"].clone();
    assert_eq!((&shown["ok"], &shown["unverified"]), (&json!(1), &json!(0)));
    assert_eq!(shown["at"], verified["at"]);
    let history = world.done("secret_history", json!({ "id": secret }));
    assert_eq!(history["versions"][0]["verification"]["ok"], 1);
    let actions = world.actions();
    assert_eq!(actions[..2], ["location_verified", "value_sent"]);
}

#[test]
fn loc_04_what_the_provider_says_of_a_failure_is_kept() {
    let world = World::unlocked();
    let secret = world.ledger();
    let location = world.ledger_location("ledgers-gone", &secret);
    let failed = verify(&world, &location);
    assert_eq!(
        (
            &failed["status"],
            &failed["error_code"],
            &failed["bucket_exists"]
        ),
        (&json!("failed"), &json!("NoSuchBucket"), &json!(false))
    );
    assert!(
        failed["error_message"]
            .as_str()
            .unwrap()
            .contains("does not exist")
    );
}

#[test]
fn update_08_a_change_of_the_secret_or_the_location_makes_it_unverified() {
    let world = World::unlocked();
    let secret = world.ledger();
    let location = location_of(&world, &secret);
    let status = |world: &World| {
        let shown = world.done("location_get", json!({ "id": location }));
        shown["location"]["verification"]["status"].clone()
    };
    verify(&world, &location);
    world.done("secret_update", json!({ "id": secret, "name": "renamed" }));
    assert_eq!(status(&world), "verified", "its values are the same");

    let (id, value) = world.cloud.old_key();
    let new = json!({ "access_key_id": id, "secret_access_key": value });
    world.done("secret_update", json!({ "id": secret, "credentials": new }));
    assert_eq!(status(&world), "unverified");
    assert_eq!(
        world.done("secret_get", json!({ "id": secret }))["secret"]["verified"]["unverified"],
        1
    );
    verify(&world, &location);
    assert_eq!(status(&world), "verified");
    world.done(
        "location_update",
        json!({ "id": location, "prefix": "2026/" }),
    );
    assert_eq!(status(&world), "unverified");
}

#[test]
fn many_locations_are_verified_with_their_problems_told() {
    let world = World::unlocked();
    let secret = world.ledger();
    for number in 0..40 {
        let bucket = if number % 4 == 0 { "gone" } else { "ledgers" };
        world.done(
            "location_create",
            json!({ "name": format!("n {number}"), "location_type": "s3", "secret_id": secret,
                "bucket_name": bucket }),
        );
    }
    world.events();
    let done = world.done("locations_verify", json!({}));
    assert_eq!(
        (
            &done["asked"],
            &done["verified"],
            &done["failed"],
            &done["cancelled"]
        ),
        (&json!(41), &json!(31), &json!(10), &json!(false))
    );
    assert_eq!(done["problems"].as_array().unwrap().len(), 10);
    assert_eq!(done["problems"][0]["error_code"], "NoSuchBucket");
    let told: Vec<_> = world
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Progress {
                job, done, total, ..
            } if job == "locations_verify" => Some((done, total)),
            _ => None,
        })
        .collect();
    assert_eq!(told.last(), Some(&(41, 41)));
    let of_secret = json!({ "secret_id": secret, "location_ids": null });
    assert_eq!(world.done("locations_verify", of_secret)["asked"], 41);
}

/// They take the time of the slowest few: none waits for one that is not its own, but for its turn among sixty-four.
#[test]
fn two_hundred_locations_are_tried_sixty_four_at_once_and_a_slow_one_holds_nobody_up() {
    const QUICK: usize = 197;
    let world = World::unlocked();
    let secret = world.ledger();
    for number in 1..200 {
        let bucket = if number < 4 { SLOW_BUCKET } else { "ledgers" };
        world.done(
            "location_create",
            json!({ "name": format!("n {number}"), "location_type": "s3", "secret_id": secret,
                "bucket_name": bucket }),
        );
    }
    let pace = Pace::new(QUICK);
    {
        let mut cloud = world.cloud.state();
        cloud.buckets.insert(SLOW_BUCKET.to_owned());
        cloud.pace = Some(pace.clone());
    }
    let done = world.done("locations_verify", json!({}));
    assert_eq!(done["verified"], 200, "{done}");
    assert_eq!(pace.most(), 64);
}

#[test]
fn of_many_locations_those_named_are_verified_and_no_others() {
    let world = World::unlocked();
    let secret = world.ledger();
    let named = world.ledger_location("ledgers-2025", &secret);
    let twice = json!({ "location_ids": [named, named] });
    let done = world.done("locations_verify", twice);
    assert_eq!(done["asked"], 1, "{done}");
    let none = world.done("locations_verify", json!({ "location_ids": [] }));
    assert_eq!(none["asked"], 0, "{none}");
}

#[test]
fn a_cancelled_verification_keeps_what_was_tried() {
    let world = Arc::new(World::unlocked());
    let secret = world.ledger();
    for number in 0..100 {
        world.done(
            "location_create",
            json!({ "name": format!("n {number}"), "location_type": "s3", "secret_id": secret,
                "bucket_name": "ledgers" }),
        );
    }
    let other = Arc::clone(&world);
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        if let Event::Progress { job, .. } = event {
            let stop = json!({ "job": job });
            other.app.call(Surface::Window, "job_cancel", stop).unwrap();
        }
    }));
    let done = world.done("locations_verify", json!({}));
    *world.told.when_told.lock().unwrap() = None;
    assert_eq!(done["cancelled"], true);
    let kept = done["verified"].as_u64().unwrap();
    assert!((1..101).contains(&kept), "{done}");
    let shown = world.done("secret_get", json!({ "id": secret }))["secret"]["verified"].clone();
    assert_eq!(shown["ok"], kept);
}

#[test]
fn a_location_without_a_secret_is_skipped_and_by_itself_refused() {
    let world = World::unlocked();
    let secret = world.ledger();
    let location = location_of(&world, &secret);
    world.done("secret_delete", json!({ "id": secret, "force": true }));
    let done = world.done("locations_verify", json!({}));
    assert_eq!((&done["asked"], &done["skipped"]), (&json!(1), &json!(1)));
    let refused = world.refused("location_verify", json!({ "location_id": location }));
    assert_eq!(refused["type"], "invalid_request");
    assert_eq!(world.cloud.calls(), 0);
}

/// Somebody with the page key has changed the vault in SQL.
#[test]
fn audit_02_a_provider_gets_nothing_where_the_way_to_it_was_edited() {
    for sql in [
        "UPDATE location SET endpoint_url = 'https://s3.evil.example'",
        "UPDATE location SET bucket_name = 'evil'",
        "UPDATE location SET http_allowed = 1",
        "UPDATE secret SET allowed_domains = '[\"*.evil.example\"]'",
        "UPDATE secret SET name = 'edited', name_folded = 'edited'",
    ] {
        let world = World::unlocked();
        let secret = world.ledger();
        let location = location_of(&world, &secret);
        world.vault.meddle(sql);
        let refused = world.refused("location_verify", json!({ "location_id": location }));
        assert_eq!(refused["type"], "internal_error", "{sql}: {refused}");
        assert_eq!(refused["details"][0]["type"], "integrity", "{sql}");
        let many = world.done("locations_verify", json!({}));
        assert_eq!(
            (&many["asked"], &many["failed"]),
            (&json!(1), &json!(1)),
            "{sql}: {many}"
        );
        assert_eq!(world.cloud.calls(), 0, "{sql}");
    }
}

#[test]
fn a_value_sent_to_a_location_is_in_the_log_before() {
    let world = World::unlocked();
    let secret = world.ledger();
    let location = location_of(&world, &secret);
    let other = world.elsewhere();
    other.unlock();
    let other = Arc::new(other);
    let looker = Arc::clone(&other);
    world.cloud.state().watch = Some(Box::new(move |_| {
        assert_eq!(looker.actions()[0], "value_sent");
    }));
    verify(&world, &location);
    world.cloud.state().watch = None;
    world.cloud.fault_at(world.cloud.calls(), Fault::AnswerLost);
    assert_eq!(verify(&world, &location)["status"], "unreachable");
}
