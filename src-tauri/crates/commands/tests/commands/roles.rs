//! Every command of the table to every role: refused below its permission and written into the log, carried out at it (ROLE-01 to -05).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use turnstone_commands::{CommandInfo, Surface, Wanted, commands};

use crate::members::password_of;
use crate::world::World;

const ROLES: [&str; 4] = ["viewer", "operator", "admin", "owner"];

/// The rules' table, written down here once more.
fn least_role(permission: &str) -> &'static str {
    match permission {
        "read_metadata" | "change_own_access" => "viewer",
        "use_values" | "verify" => "operator",
        "manage_secrets" | "manage_locations" | "manage_connections" => "admin",
        "manage_members" | "manage_vault" => "owner",
        other => panic!("no rule knows {other}"),
    }
}

fn rank(role: &str) -> usize {
    ROLES.iter().position(|known| *known == role).unwrap()
}

/// Its answer, or its envelope, to a request without members: the role is asked before any field.
fn asked(world: &World, row: &CommandInfo) -> Value {
    let surface = if row.surface == "cli" {
        Surface::Cli
    } else {
        Surface::Window
    };
    let answer = world.app.call(surface, row.name, json!({}));
    answer.unwrap_or_else(|rejection| json!(rejection))
}

fn check(owner: &World, world: &World, member: &str, role: &str, password: &str) {
    let mut refused = BTreeSet::new();
    for row in commands().iter().filter(|row| row.needs_unlocked) {
        let answer = asked(world, row);
        // Asked without a secret, it is about the vault's own policy.
        let permission = match row.name {
            "policy_set" => "manage_vault",
            _ => row.permission,
        };
        let is_allowed = rank(role) >= rank(least_role(permission));
        let is_refused = answer["type"] == "access_forbidden";
        assert_eq!(is_refused, !is_allowed, "{role} {}: {answer}", row.name);
        if is_refused {
            refused.insert(row.name.to_owned());
        }
        if row.name == "vault_lock" {
            world.unlock_with(password).unwrap();
        }
    }
    let run = Wanted {
        secrets: vec!["a".to_owned()],
        variables: Vec::new(),
    };
    if role == "viewer" {
        let forbidden = json!(world.app.values_for_child(&run).err().unwrap());
        assert_eq!(forbidden["type"], "access_forbidden");
        refused.insert("run".to_owned());
    } else {
        assert!(world.app.values_for_child(&run).is_ok());
    }
    let request = json!({ "actor": member, "action": "access_refused", "limit": 1000 });
    let log = owner.done("audit_list", request);
    let told = log["entries"].as_array().unwrap().iter().map(|entry| {
        assert_eq!(entry["result"], "refused", "{entry}");
        entry["changed"][0].as_str().unwrap().to_owned()
    });
    let told: Vec<String> = told.collect();
    assert_eq!(told.len(), refused.len(), "each once: {told:?}");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), refused, "{role}");
}

#[test]
fn role_01_each_role_is_refused_what_is_above_it_and_the_log_says_so() {
    let owner = World::unlocked();
    let secret = json!({ "name": "a", "secret_type": "generic", "credentials": { "value": "plover" }, "env_key": "A" });
    owner.done("secret_create", secret);
    for role in ["viewer", "operator", "admin"] {
        let joined = owner.joined(role, role);
        check(&owner, &joined.world, &joined.id, role, &password_of(role));
    }
    let other = owner.joined("other", "owner");
    check(
        &owner,
        &other.world,
        &other.id,
        "owner",
        &password_of("other"),
    );
    assert_eq!(owner.done("audit_verify", json!({}))["ok"], true);
}
