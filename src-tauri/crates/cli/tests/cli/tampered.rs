//! Somebody with the page key has changed the vault in SQL: the child is not started, and gets nothing.

use crate::shell::{Shell, envelope};

/// `run` is refused by name, and the child's file never appears.
fn check(sql: &str, secret: &str) {
    let shell = Shell::new();
    shell.generic("STRIPE_KEY", "plover-dunlin-knot");
    shell.generic("OTHER_KEY", "sanderling-turnstone");
    shell.vault.meddle(sql);
    let file = shell.home().join("the child was here");
    let script = format!("env > '{}'", file.display());
    let output = shell.run(&["run", "--secret", secret, "--", "sh", "-c", &script]);
    let refused = envelope(&output);
    assert_eq!(refused["type"], "internal_error", "{sql}: {refused}");
    assert_eq!(
        refused["details"][0]["type"], "integrity",
        "{sql}: {refused}"
    );
    assert!(!file.exists(), "{sql}");
    assert!(!refused.to_string().contains("plover"), "{sql}: {refused}");
}

#[test]
fn audit_02_a_child_gets_nothing_of_a_secret_that_was_edited() {
    for column in [
        "env_key = 'LD_AUDIT'",
        "env_key = 'EDITED'",
        "masks = '[[\"value\",\"edited\"]]'",
        "allowed_domains = '[\"*.evil.example\"]'",
        "description = 'edited'",
        "current_version = 1, revision = 2",
    ] {
        check(
            &format!("UPDATE secret SET {column} WHERE name = 'STRIPE_KEY'"),
            "STRIPE_KEY",
        );
    }
}

#[test]
fn audit_02_a_child_gets_nothing_of_a_secret_that_took_anothers_name() {
    check(
        "UPDATE secret SET name = 'x', name_folded = 'x' WHERE name = 'STRIPE_KEY'; \
         UPDATE secret SET name = 'STRIPE_KEY', name_folded = 'stripe_key' WHERE name = 'OTHER_KEY'",
        "STRIPE_KEY",
    );
}

#[test]
fn audit_02_a_child_gets_nothing_where_an_entry_since_is_missing() {
    check(
        "DELETE FROM audit WHERE action = 'secret_created' AND resource_name = 'OTHER_KEY'",
        "STRIPE_KEY",
    );
}

#[test]
fn the_name_of_a_record_that_was_edited_is_told_but_not_logged() {
    const NAME: &str = "CANARY_OF_A_NAME";
    let shell = Shell::new();
    shell.generic(NAME, "plover-dunlin-knot");
    let edit = format!("UPDATE secret SET description = 'edited' WHERE name = '{NAME}'");
    shell.vault.meddle(&edit);
    let refused = envelope(&shell.run(&["run", "--secret", NAME, "--", "true"]));
    assert!(refused.to_string().contains(NAME), "{refused}");
    let log = shell.home().join("states/turnstone/turnstone.log");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("integrity"), "{log}");
    assert!(!log.contains(NAME), "{log}");
}
