use std::time::Duration;

use serde_json::{Value, json};

use crate::world::World;

const LEAKED: &str = "plover-dunlin-knot-sanderling";

fn names(page: &Value, list: &str, member: &str) -> Vec<String> {
    let each = page[list].as_array().unwrap().iter();
    each.map(|one| one[member].as_str().unwrap().to_owned())
        .collect()
}

fn keeping(world: &World, name: &str, value: &str) -> String {
    let request = json!({ "name": name, "secret_type": "generic", "credentials": { "value": value }, "history": { "keep": 5 } });
    let answer = world.done("secret_create", request);
    // Ids begin with a time, and what is listed goes by them.
    world.pass(Duration::from_secs(1));
    answer["secret"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_value_is_found_with_what_became_of_it_and_is_never_answered() {
    let world = World::unlocked();
    let first = keeping(&world, "first", LEAKED);
    let second = keeping(&world, "second", LEAKED);
    world.pass(Duration::from_secs(60));
    let next = json!({ "id": second, "credentials": { "value": "another value" } });
    world.done("secret_update", next);
    world.done("version_destroy", json!({ "id": second, "version": 1 }));
    world.done("secret_delete", json!({ "id": second }));
    world.events();

    let found = world.done("value_find", json!({ "value": LEAKED }));

    assert_eq!(names(&found, "holders", "secret_id"), [first, second]);
    assert_eq!(names(&found, "holders", "state"), ["current", "destroyed"]);
    let [now, before] = [&found["holders"][0], &found["holders"][1]];
    assert_eq!(
        (&now["field_label"], &now["version"]),
        (&json!("Value"), &json!(1))
    );
    assert_eq!(
        (&now["in_trash"], &now["replaced_at"]),
        (&json!(false), &json!(null))
    );
    assert_eq!(before["in_trash"], true);
    assert!(before["replaced_at"].as_str().unwrap() > before["created_at"].as_str().unwrap());
    assert_eq!(now["managed"], false);
    assert!(now["why_not_managed"].is_string());
    assert_eq!(
        (&found["more"], &found["parts"]),
        (&json!(false), &json!(1))
    );
    assert!(!found.to_string().contains("plover"));
    let entry = &world.done("audit_list", json!({}))["entries"][0];
    assert_eq!(entry["action"], "value_sought");
    assert_eq!(
        (&entry["changed"], &entry["reason"]),
        (&json!([]), &json!(null))
    );
}

#[test]
fn a_value_at_a_provider_is_found_with_a_plan_that_can_rotate_it() {
    let world = World::unlocked();
    let secret = world.ledger();
    let key = world.cloud.state().keys[0].secret.clone();
    let found = world.done("value_find", json!({ "value": key }));
    assert_eq!(names(&found, "holders", "secret_id"), [secret.as_str()]);
    assert_eq!(found["holders"][0]["managed"], true, "{found}");
    assert_eq!(found["holders"][0]["field_name"], "secret_access_key");
    let plans = world.done("rotation_bulk_plan", json!({ "secret_ids": [secret] }));
    assert_eq!(plans["plans"][0]["managed"], true);
}

/// Whoever looks for a leaked value has to know that it still opens something, though no secret has it any more.
#[test]
fn the_old_key_of_a_rotation_is_told_as_alive_until_it_is_gone() {
    let world = World::unlocked();
    let secret = world.ledger();
    let old = world.in_use(&secret).1;
    world.start(&secret, "disable").unwrap();
    let alive = |value: &str| {
        let found = world.done("value_find", json!({ "value": value }));
        found["holders"][0]["alive"].clone()
    };
    let run = world.run(&secret).unwrap();
    assert_eq!(
        alive(&old),
        json!({ "rotation_id": run["id"], "key": "old" })
    );
    assert_eq!(alive(&world.in_use(&secret).1), json!(null));
    world.pass_grace();
    assert_eq!(world.finish(&secret)["state"], "done");
    assert_eq!(alive(&old)["key"], "disabled");
}

/// However many had it earlier: what has it now is what has to be rotated.
#[test]
fn a_secret_that_has_the_value_now_comes_before_all_that_had_it() {
    let world = World::unlocked();
    let before = keeping(&world, "before", LEAKED);
    world.done(
        "secret_update",
        json!({ "id": before, "credentials": { "value": "another value" } }),
    );
    let now = keeping(&world, "now", LEAKED);
    let found = world.done("value_find", json!({ "value": LEAKED }));
    assert_eq!(names(&found, "holders", "secret_id"), [now, before]);
}

#[test]
fn a_value_is_found_in_what_it_was_pasted_with() {
    let world = World::unlocked();
    let id = keeping(&world, "token", LEAKED);
    for pasted in [
        format!("{LEAKED}\n"),
        format!("  {LEAKED}\r\n"),
        format!("export TOKEN=\"{LEAKED}\"\nREGION=eu-central-1\n"),
        format!("AccountName=reports;AccountKey={LEAKED};EndpointSuffix=core.windows.net"),
        json!({ "key": { "secret": LEAKED }, "region": "eu-central-1" }).to_string(),
    ] {
        let found = world.done("value_find", json!({ "value": pasted }));
        assert_eq!(
            names(&found, "holders", "secret_id"),
            [id.as_str()],
            "{pasted}"
        );
    }
    for other in [
        "plover-dunlin-knot-sanderlin",
        "Plover-dunlin-knot-sanderling",
        "nothing",
    ] {
        let found = world.done("value_find", json!({ "value": other }));
        assert_eq!(found["holders"], json!([]), "{other}");
    }
}

#[test]
fn a_value_that_is_none_is_refused_without_an_entry() {
    let world = World::unlocked();
    for (value, kind) in [
        (json!(null), "missing"),
        (json!(""), "empty"),
        (json!("x".repeat(65_537)), "too_long"),
    ] {
        let refused = world.refused("value_find", json!({ "value": value }));
        assert_eq!(refused["details"][0]["loc"], json!(["value"]));
        assert_eq!(refused["details"][0]["type"], kind);
    }
    assert_ne!(world.actions()[0], "value_sought");
    world.done("value_find", json!({ "value": "x".repeat(65_536) }));
    assert_eq!(world.actions()[0], "value_sought");
}

#[test]
fn secrets_with_the_same_value_are_told_in_groups_and_each_of_the_others() {
    let world = World::unlocked();
    let first = keeping(&world, "first", LEAKED);
    let alone = keeping(&world, "alone", "its own value");
    let second = keeping(&world, "second", LEAKED);
    let list = world.done("reuse_list", json!({}));
    assert_eq!(
        (&list["total"], &list["groups"][0]["total"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(
        names(&list["groups"][0], "secrets", "name"),
        ["first", "second"]
    );
    let shared = |id: &str| {
        let answer = world.done("secret_get", json!({ "id": id }));
        names(&answer, "shares_value_with", "id")
    };
    assert_eq!(shared(&first), [second.as_str()]);
    assert_eq!(shared(&second), [first.as_str()]);
    assert_eq!(shared(&alone), [""; 0]);
    let next = json!({ "id": second, "credentials": { "value": "another value" } });
    world.done("secret_update", next);
    assert_eq!(shared(&first), [""; 0]);
    assert_eq!(world.done("reuse_list", json!({}))["groups"], json!([]));
}

#[test]
fn role_03_a_viewer_finds_no_value_and_is_told_of_none_that_is_shared() {
    let world = World::unlocked();
    let first = keeping(&world, "first", LEAKED);
    let second = keeping(&world, "second", LEAKED);
    let (viewer, operator) = (
        world.joined("Vera", "viewer").world,
        world.joined("Otto", "operator").world,
    );
    for (command, request) in [
        ("value_find", json!({ "value": LEAKED })),
        ("reuse_list", json!({})),
        ("secret_list", json!({ "values": "shared" })),
    ] {
        assert_eq!(
            viewer.refused(command, request.clone())["type"],
            "access_forbidden"
        );
        operator.done(command, request);
    }
    let answer = viewer.done("secret_get", json!({ "id": first }));
    assert_eq!(answer["shares_value_with"], json!([]));
    let answer = operator.done("secret_get", json!({ "id": first }));
    assert_eq!(names(&answer, "shares_value_with", "id"), [second]);
}

#[test]
fn whose_key_it_is_stands_in_its_view_without_a_question_to_anyone() {
    let world = World::unlocked();
    let sas = "https://acme.blob.core.windows.net/c?sv=2024-11-04&sp=r&se=2030-01-01T00%3A00%3A00Z&sig=aGVsbG8gd29ybGQgb2YgYmlyZHMgYW5kIHN0b25lcw%3D%3D";
    let secrets = [
        (
            "s3",
            json!({ "access_key_id": "AKIAQNZGKIQY56JQ7WML", "secret_access_key": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00" }),
            "AWS account",
            "029608264753",
        ),
        (
            "azure_blob",
            json!({ "sas_url": sas }),
            "Storage account",
            "acme",
        ),
    ];
    for (kind, credentials, label, text) in secrets {
        let mut request = json!({ "name": kind, "secret_type": kind, "credentials": credentials });
        if kind == "azure_blob" {
            request["auth_method"] = json!("azure_sas_url");
        }
        let answer = world.done("secret_create", request);
        let identity = json!({ "label": label, "text": text });
        assert_eq!(answer["secret"]["identity"], identity);
        let listed = world.done("secret_list", json!({ "type": kind }));
        assert_eq!(listed["secrets"][0]["identity"], identity);
    }
}
