//! Tiers through commands.

use serde_json::json;
use turnstone_commands::api::{Changed, Event};

use crate::connections::{doppler, external};
use crate::world::World;

#[test]
fn tier_01_a_new_vault_is_unlimited_and_an_owner_sets_its_tier() {
    let world = World::unlocked();
    let settings = world.done("vault_settings_get", json!({}));
    assert_eq!(
        (&settings["tier"], &settings["secrets"]),
        (&json!("unlimited"), &json!({ "count": 0, "max": null }))
    );
    world.events();

    let settings = world.done("tier_set", json!({ "tier": "free" }));

    assert_eq!(settings["connections"], json!({ "count": 0, "max": 1 }));
    assert_eq!(
        settings["tiers"][1],
        json!({ "tier": "pro", "secrets_max": 100, "connections_max": 10 })
    );
    assert_eq!(world.done("vault_settings_get", json!({})), settings);
    assert_eq!(
        world.events(),
        [Event::Changed {
            what: vec![Changed::VaultSettings, Changed::Audit]
        }]
    );
    assert_eq!(world.actions()[0], "tier_changed");
    world.done("tier_set", json!({ "tier": "free" }));
    assert_eq!(world.events(), [], "nothing changed");
    for tier in [json!("gold"), json!(null)] {
        assert_eq!(
            world.refused("tier_set", json!({ "tier": tier }))["details"][0]["loc"],
            json!(["tier"])
        );
    }
}

#[test]
fn tier_02_what_would_pass_the_tier_is_refused_with_the_limit() {
    let world = World::unlocked();
    world.done("tier_set", json!({ "tier": "free" }));
    for number in 0..5 {
        world.generic(&format!("n{number}"), &format!("plover-{number}"));
    }
    let one_more =
        json!({ "name": "n5", "secret_type": "generic", "credentials": { "value": "knot" } });
    let refused = world.refused("secret_create", one_more.clone());
    assert_eq!(
        (&refused["type"], &refused["limit"], &refused["current"]),
        (&json!("limit_reached"), &json!(5), &json!(5))
    );
    let id = world.doppler("one");
    let refused = world.refused("connection_create", doppler("two"));
    assert_eq!(
        (&refused["type"], &refused["limit"]),
        (&json!("limit_reached"), &json!(1))
    );
    assert_eq!(
        world.refused("secret_create", external("far", &id))["type"],
        "limit_reached"
    );
    world.done("tier_set", json!({ "tier": "pro" }));
    world.done("secret_create", one_more);
}

#[test]
fn tier_03_after_a_smaller_tier_all_but_creating_goes_on() {
    let world = World::unlocked();
    let ids: Vec<String> = (0..6)
        .map(|number| world.generic(&format!("n{number}"), &format!("plover-{number}")))
        .collect();
    world.done("tier_set", json!({ "tier": "free" }));
    let id = &ids[0];
    world.done(
        "secret_update",
        json!({ "id": id, "credentials": { "value": "knot" }, "name": "m" }),
    );
    world.done("secret_copy", json!({ "id": id }));
    world.done("secret_delete", json!({ "id": id }));
    assert_eq!(
        world.refused("secret_undelete", json!({ "id": id }))["type"],
        "limit_reached",
        "five are live already"
    );
    world.done("secret_delete", json!({ "id": ids[1] }));
    world.done("secret_undelete", json!({ "id": id }));
}

#[test]
fn tier_02_an_import_that_would_pass_the_tier_is_refused_whole() {
    use testkit::onepux::{Item, OnePux};
    let world = World::unlocked();
    world.done("tier_set", json!({ "tier": "free" }));
    let items = |count: usize| -> Vec<Item> {
        (0..count)
            .map(|number| {
                Item::api_credential(
                    &format!("i{number}"),
                    "acme",
                    &format!("plover-dunlin-{number}"),
                )
            })
            .collect()
    };
    let import = |count: usize| {
        let path = world.vault.home().join("export.1pux");
        std::fs::write(
            &path,
            OnePux::new("Acme")
                .vault("Shared", items(count))
                .into_bytes(),
        )
        .unwrap();
        world.on_cli("import_apply", json!({ "path": path }))
    };
    let room = || {
        let path = world.vault.home().join("export.1pux");
        let asked = json!({ "path": path });
        let preview = world.on_cli("import_preview", asked).unwrap();
        preview["counts"]["room"].clone()
    };
    let refused = json!(import(6).unwrap_err());
    assert_eq!(
        (&refused["type"], &refused["limit"], &refused["current"]),
        (&json!("limit_reached"), &json!(5), &json!(0))
    );
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
    // The preview says it before.
    assert_eq!(room(), 5);
    assert_eq!(import(5).unwrap()["imported"], 5);
    assert_eq!(room(), 0);
    // What is there takes no room, though there is none.
    assert_eq!(import(5).unwrap()["unchanged"], 5);
}
