//! What the system shows of secrets that fall due.

use std::time::Duration;

use serde_json::json;

use crate::world::World;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A vault in which everything is due ten days after it was made.
fn with_policy(world: &World) {
    world.done("settings_update", json!({ "idle_lock_minutes": 240 }));
    let vault_policy = json!({ "every_days": 10, "lead_days": 1 });
    world.done("policy_set", vault_policy);
}

/// Lets time pass while somebody is at the keyboard.
fn work_for(world: &World, length: Duration) {
    let mut left = length;
    while !left.is_zero() {
        let step = left.min(HOUR);
        world.done("activity", json!({}));
        world.pass(step);
        left = left.saturating_sub(step);
    }
}

/// What was shown since this was last asked.
fn shown(world: &World) -> Vec<String> {
    let notices = std::mem::take(&mut *world.told.notices.lock().unwrap());
    let titles = notices
        .iter()
        .all(|notice| notice.title.starts_with("Turnstone: "));
    assert!(titles, "{notices:?}");
    notices.into_iter().map(|notice| notice.body).collect()
}

#[test]
fn what_falls_due_is_told_once_a_day_and_names_no_secret() {
    let world = World::unlocked();
    with_policy(&world);
    world.generic("Stripe", "plover-dunlin-knot");
    work_for(&world, 8 * DAY);
    assert_eq!(shown(&world), [""; 0]);

    work_for(&world, DAY + HOUR);
    assert_eq!(shown(&world), ["1 secret is due to be rotated."]);
    work_for(&world, 20 * HOUR);
    assert_eq!(shown(&world), [""; 0]);
    work_for(&world, 6 * HOUR);
    assert_eq!(shown(&world), ["1 secret is overdue to be rotated."]);
}

#[test]
fn another_secret_that_falls_due_is_news_and_one_that_was_rotated_is_none() {
    let world = World::unlocked();
    with_policy(&world);
    let first = world.generic("first", "plover-dunlin-knot");
    work_for(&world, 2 * HOUR);
    world.generic("second", "plover-dunlin-sanderling");
    work_for(&world, 9 * DAY - HOUR);
    assert_eq!(shown(&world), ["1 secret is due to be rotated."]);
    work_for(&world, 2 * HOUR);
    assert_eq!(shown(&world), ["2 secrets are due to be rotated."]);
    let next = json!({ "id": first, "credentials": { "value": "a newer value" } });
    world.done("secret_update", next);
    work_for(&world, 5 * HOUR);
    assert_eq!(shown(&world), [""; 0]);
}

#[test]
fn it_is_told_by_name_or_not_at_all_where_the_person_wants_that() {
    let world = World::unlocked();
    with_policy(&world);
    for name in ["Stripe", "Mistral", "Twilio", "Brevo", "Acme"] {
        world.generic(name, &format!("the value of {name}"));
        // They are told in the order in which they fall due.
        world.pass(Duration::from_secs(1));
    }
    assert_eq!(
        world.done("settings_get", json!({}))["due_notices"],
        "count"
    );
    world.done("settings_update", json!({ "due_notices": "off" }));
    work_for(&world, 11 * DAY);
    assert_eq!(shown(&world), [""; 0]);
    world.done("settings_update", json!({ "due_notices": "names" }));
    work_for(&world, HOUR);
    assert_eq!(
        shown(&world),
        ["Stripe, Mistral, Twilio and 2 others are due to be rotated, 5 of them overdue."]
    );
    let refused = world.refused("settings_update", json!({ "due_notices": "loud" }));
    assert_eq!(refused["details"][0]["loc"], json!(["due_notices"]));
}

#[test]
fn a_locked_vault_tells_nothing_and_the_next_start_not_again() {
    let world = World::unlocked();
    with_policy(&world);
    world.generic("Stripe", "plover-dunlin-knot");
    world.done("vault_lock", json!({}));
    world.pass(11 * DAY);
    assert_eq!(shown(&world), [""; 0]);
    world.unlock();
    world.pass(Duration::from_secs(1));
    assert_eq!(shown(&world).len(), 1);
    let world = world.restarted();
    world.unlock();
    world.pass(HOUR);
    assert_eq!(shown(&world), [""; 0]);
    let files = std::fs::read_to_string(world.vault.state_folder().join("due.json")).unwrap();
    assert!(
        !files.contains("Stripe") && !files.contains("sec_"),
        "{files}"
    );
}

#[test]
fn who_cannot_rotate_is_not_told() {
    let world = World::unlocked();
    with_policy(&world);
    world.generic("Stripe", "plover-dunlin-knot");
    let operator = world.joined("Otto", "operator").world;
    operator.pass(Duration::from_secs(1));
    *operator.time.lock().unwrap() += 11 * DAY;
    operator.done(
        "vault_unlock",
        json!({ "vault_id": operator.vault_id(), "password": crate::members::password_of("Otto") }),
    );
    operator.pass(Duration::from_secs(1));
    assert_eq!(shown(&operator), [""; 0]);
}
