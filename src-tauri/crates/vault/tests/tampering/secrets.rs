//! Secrets and their versions changed behind the log's back: found before a value is used, before a change builds on them,
//! and by the check.

use domain::VersionNumber;
use domain::audit::Action;
use testkit::acts::{self, ActError, new_value};
use testkit::now;
use vault::{OpenValueError, ProblemKind, StoreError};

use crate::support::{Fixture, is_integrity, rotated};

/// One change by SQL to the victim's record.
fn check_record_change(sql: &str) {
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    temp.meddle(sql);
    let vault = temp.open();
    let refused = acts::value(&vault, victim, 2).expect_err(sql);
    assert!(is_integrity(&refused), "{sql}: {refused}");
    let refused = acts::update(&vault, now(), victim, new_value("third value")).expect_err(sql);
    assert!(
        matches!(
            refused,
            ActError::Store(StoreError::Integrity { .. } | StoreError::Damaged { .. })
                | ActError::Rejected(_)
        ),
        "{sql}: {refused:?}"
    );
    let refused = vault
        .write(now(), |writer| {
            writer.record_use(victim, "value", Action::ValueCopied)
        })
        .expect_err(sql);
    assert!(is_integrity(&refused), "{sql}: {refused}");
    assert_eq!(
        acts::value(&vault, other, 2).expect("untouched"),
        "second value of the other"
    );
    let report = vault.check().expect("checked");
    assert!(
        report
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Record),
        "{sql}: {:?}",
        report.problems
    );
}

const VICTIM: &str = "(SELECT key FROM secret WHERE name = 'victim')";
const OTHER: &str = "(SELECT key FROM secret WHERE name = 'other')";

#[test]
fn audit_02_an_untouched_vault_passes_every_check() {
    let Fixture { temp, victim, .. } = rotated();
    let vault = temp.open();
    let report = vault.check().expect("checked");
    assert_eq!(report.problems, []);
    assert_eq!((report.checked.secrets, report.checked.versions), (2, 4));
    assert_eq!(
        acts::value(&vault, victim, 2).expect("a value"),
        "second value of the victim"
    );
}

#[test]
fn audit_02_an_edited_secret_is_found_before_its_value_is_used() {
    for column in [
        "name = 'renamed', name_folded = 'renamed'",
        "description = 'edited'",
        "notes = 'edited'",
        "tags = '[\"edited\"]'",
        "env_key = 'EDITED'",
        "allowed_domains = '[\"evil.example\"]'",
        "masks = '[[\"value\",\"edited\"]]'",
        "current_version = 1",
        "keep_versions = 9",
        "revision = revision - 1",
        "revision = revision + 1",
        "rotated_at = rotated_at + 1",
        "made_at = made_at - 1",
        "expires_at = 5",
        "hint_count = hint_count + 1",
        "identity = 'aws_account 000000000000'",
        "import_source = 'edited'",
        "created_by = randomblob(16)",
    ] {
        // The tests name the victim by its first name.
        check_record_change(&format!("UPDATE secret SET {column} WHERE name = 'victim'"));
    }
}

#[test]
fn audit_02_an_edited_version_is_found_before_its_value_is_used() {
    for column in [
        "masks = '[[\"value\",\"edited\"]]'",
        "how = 'managed'",
        "reason = 'edited'",
        "created_at = 5",
        "made_at = 5",
        "expires_at = 5",
        "state = 'retired'",
        "origin = 1",
    ] {
        check_record_change(&format!(
            "UPDATE version SET {column} WHERE number = 1 AND secret_key = {VICTIM}"
        ));
    }
    check_record_change(&format!(
        "DELETE FROM fingerprint WHERE number = 1 AND secret_key = {VICTIM}; \
         DELETE FROM version WHERE number = 1 AND secret_key = {VICTIM}"
    ));
}

#[test]
fn audit_02_exchanged_values_are_found() {
    let slot = |number: u32, of: &str| {
        format!("(SELECT key_slot FROM version WHERE number = {number} AND secret_key = {of})")
    };
    // Another secret's ciphertext, another version's, and one byte of one's own.
    check_record_change(&format!(
        "UPDATE sealed SET bytes = (SELECT bytes FROM sealed WHERE key_slot = {}) WHERE key_slot = {}",
        slot(2, OTHER),
        slot(2, VICTIM)
    ));
    check_record_change(&format!(
        "UPDATE sealed SET bytes = (SELECT bytes FROM sealed WHERE key_slot = {}) WHERE key_slot = {}",
        slot(1, VICTIM),
        slot(2, VICTIM)
    ));
    check_record_change(&format!(
        "UPDATE sealed SET bytes = CAST(bytes || x'00' AS BLOB) WHERE key_slot = {}",
        slot(2, VICTIM)
    ));
}

#[test]
fn audit_02_an_exchanged_key_opens_nothing() {
    let Fixture { temp, victim, .. } = rotated();
    let slot =
        |of: &str| format!("(SELECT key_slot FROM version WHERE number = 2 AND secret_key = {of})");
    temp.meddle(
        &format!(
            "UPDATE wrapped_key SET bytes = (SELECT bytes FROM wrapped_key WHERE slot = {}) WHERE slot = {}",
            slot(OTHER),
            slot(VICTIM)
        ),
    );
    let vault = temp.open();
    assert!(is_integrity(
        &acts::value(&vault, victim, 2).expect_err("not its key")
    ));
    let report = vault.check().expect("checked");
    assert!(
        report
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Value),
        "{:?}",
        report.problems
    );
}

#[test]
fn audit_02_rows_moved_between_secrets_are_found() {
    let swap = format!(
        "UPDATE version SET secret_key = -1 * secret_key WHERE number = 2; \
         UPDATE version SET secret_key = CASE -secret_key WHEN {VICTIM} THEN {OTHER} ELSE {VICTIM} END WHERE number = 2"
    );
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    temp.meddle(&format!("PRAGMA foreign_keys = OFF; {swap}"));
    let vault = temp.open();
    assert!(is_integrity(
        &acts::value(&vault, victim, 2).expect_err("moved")
    ));
    assert!(is_integrity(
        &acts::value(&vault, other, 2).expect_err("moved")
    ));
}

#[test]
fn audit_02_an_inserted_or_removed_secret_is_found_by_the_check() {
    let insert = "INSERT INTO secret SELECT NULL, randomblob(16), 'new', 'new', secret_type, auth_method, current_version, \
         connection_id, NULL, keep_versions, grace_days, revision, created_at, created_by, updated_at, rotated_at, made_at, \
         expires_at, hint_count, identity, trashed_at, sweep_at, import_source, masks, tags, allowed_domains, field_mappings, \
         description, notes FROM secret WHERE name = 'victim'";
    let remove = format!(
        "DELETE FROM fingerprint WHERE secret_key = {VICTIM}; DELETE FROM version WHERE secret_key = {VICTIM}; \
         DELETE FROM secret WHERE name = 'victim'"
    );
    for sql in [insert, &remove] {
        let Fixture { temp, .. } = rotated();
        temp.meddle(sql);
        let report = temp.open().check().expect("checked");
        assert!(
            report
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Record),
            "{sql}: {:?}",
            report.problems
        );
    }
}

#[test]
fn a_value_that_is_opened_is_never_that_of_another_version() {
    let Fixture { temp, victim, .. } = rotated();
    let vault = temp.open();
    assert_eq!(
        acts::value(&vault, victim, 1).expect("kept"),
        "value of the victim"
    );
    let missing = vault.read(|reader| {
        reader
            .open_values(victim, VersionNumber::new(9).expect("nine"))
            .map(|_| ())
    });
    assert!(matches!(missing, Err(OpenValueError::NotFound)));
}
