//! What is told before the click, for one secret and for many.

use std::sync::Arc;
use std::time::Duration;

use domain::rotation::Style;
use serde_json::{Value, json};

use super::old_key;
use crate::cloud::Fault;
use crate::wire::Wire;
use crate::world::World;

const TWIN: &str = "Backup bucket";

fn plan(world: &World, secret: &str) -> Value {
    world.done("rotation_plan", json!({ "secret_id": secret }))["plan"].clone()
}

fn plans(world: &World, secrets: &[&str]) -> Value {
    world.done("rotation_bulk_plan", json!({ "secret_ids": secrets }))["plans"].clone()
}

/// Both plans of one secret say the same.
fn check_alike(world: &World, secret: &str) -> Value {
    let (one, many) = (plan(world, secret), plans(world, &[secret]));
    assert_eq!(one["warnings"], many[0]["warnings"]);
    assert_eq!(one["blocks"], many[0]["blocks"]);
    assert_eq!(many[0]["asked"], true, "{many}");
    one
}

#[test]
fn a_plan_of_many_says_of_each_what_its_own_plan_says() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.s3_with_key(TWIN, world.in_use(&secret));
    world.cloud.state().missing = vec!["iam:DeleteAccessKey"];
    let seen = check_alike(&world, &secret);
    assert!(seen["warnings"].to_string().contains(TWIN), "{seen}");
    assert_eq!(seen["blocks"][0]["code"], "missing_privilege", "{seen}");
}

#[test]
fn a_provider_that_is_not_heard_stands_in_the_way_of_its_own_secret_only() {
    let world = World::unlocked();
    let (first, second) = (
        world.ledger(),
        world.s3_with_key(TWIN, world.cloud.old_key()),
    );
    world.cloud.state().keys_max = 9;
    world.cloud.fault_at(world.cloud.calls(), Fault::TimedOut);
    let plans = plans(&world, &[&first, &second]);
    let blocked = plans.as_array().unwrap().iter();
    let blocked = blocked.filter(|plan| plan["blocks"] != json!([]));
    let blocked: Vec<_> = blocked.collect();
    assert_eq!(blocked.len(), 1, "{plans}");
    assert_eq!(blocked[0]["asked"], false);
    assert_eq!(blocked[0]["managed"], true);
}

#[test]
fn of_very_many_secrets_no_provider_is_asked_before_the_start() {
    const MANY: usize = 51;
    let world = World::unlocked();
    world.cloud.state().keys_max = usize::MAX;
    let first = world.s3_with_key("Ledger bucket", world.cloud.old_key());
    world.s3_with_key(TWIN, world.in_use(&first));
    let more = (1..MANY).map(|at| world.s3_with_key(&format!("key {at}"), world.cloud.old_key()));
    let ids: Vec<String> = std::iter::once(first).chain(more).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let plans = plans(&world, &ids);
    assert_eq!(world.cloud.calls(), 0);
    assert_eq!(plans[0]["asked"], false);
    assert!(plans[0]["warnings"].to_string().contains(TWIN), "{plans}");
    assert_eq!(plans[1]["warnings"], json!([]));
}

/// As where the endpoint or the region is wrong: after a cut-over there is nothing to go back to.
#[test]
fn nothing_is_cut_over_while_the_key_in_use_is_refused_where_it_is_used() {
    let world = World::unlocked();
    let secret = world.ledger();
    world.cloud.state().capabilities.style = Style::CutOver;
    assert_eq!(check_alike(&world, &secret)["blocks"], json!([]));
    // Preflight, then the try.
    let refuse = || {
        world
            .cloud
            .fault_at(world.cloud.calls() + 1, Fault::Forbidden)
    };
    refuse();
    let seen = plan(&world, &secret);
    assert_eq!(seen["blocks"][0]["code"], "current_key_refused", "{seen}");
    refuse();
    let refused = world.start(&secret, "keep").unwrap_err();
    assert_eq!(
        refused["details"][0]["type"], "current_key_refused",
        "{refused}"
    );
    refuse();
    let many = json!({ "secret_ids": [secret], "old_key": old_key("keep") });
    let many = world.done("rotation_bulk_start", many);
    assert_eq!(many["started"], json!([]), "{many}");
    assert!(world.run(&secret).is_none());
    assert_eq!(world.cloud.creates(), 0);
    world.cloud.heal();
    assert_eq!(world.start(&secret, "keep").unwrap()["state"], "done");
}

/// Each account key ends the SAS that it signed: those of the vault are read once, however many keys are planned.
#[cfg(target_os = "linux")]
#[test]
fn a_plan_of_many_account_keys_takes_no_look_at_all_sas_for_each() {
    use rustix::time::{ClockId, clock_gettime};
    const KEYS: usize = 40;
    const SIGNED: usize = 200;
    let world = World::at(Arc::new(Wire::new()));
    let made = |name: String, method: &str, credentials: Value| {
        let made = world.done(
            "secret_create",
            json!({ "name": name, "secret_type": "azure_blob", "auth_method": method, "credentials": credentials }),
        );
        made["secret"]["id"].clone()
    };
    let keys: Vec<Value> = (0..KEYS)
        .map(|at| {
            let key = format!("{at:0>4}{}QQ==", "QUFB".repeat(20));
            let key = json!({ "account_name": format!("acme{at}"), "account_key": key });
            made(format!("key {at}"), "azure_account_key", key)
        })
        .collect();
    for at in 0..SIGNED {
        let url = format!(
            "https://acme{at}.blob.core.windows.net/in?sv=2022-11-02&sr=c&sp=r&se=2099-01-01T00%3A00%3A00Z&sig={at:0>43}%3D"
        );
        made(
            format!("SAS {at}"),
            "azure_sas_url",
            json!({ "sas_url": url }),
        );
    }
    let plan = |ids: &[Value]| {
        let begun = clock_gettime(ClockId::ThreadCPUTime);
        let plans = world.done("rotation_bulk_plan", json!({ "secret_ids": ids }))["plans"].clone();
        let time = Duration::try_from(clock_gettime(ClockId::ThreadCPUTime) - begun).unwrap();
        (plans, time)
    };
    let (plans, of_all) = plan(&keys);
    for (at, plan) in plans.as_array().unwrap().iter().enumerate() {
        let named = format!("of the account acme{at}: \"SAS {at}\".");
        let warnings = plan["warnings"].as_array().unwrap();
        let says = |warning: &Value| warning.as_str().unwrap().contains(&named);
        assert!(warnings.iter().any(says), "{plan}");
    }
    let (_, of_one) = plan(&keys[..1]);
    assert!(
        of_all < of_one * 10,
        "{of_all:?} for {KEYS}, {of_one:?} for one"
    );
}
