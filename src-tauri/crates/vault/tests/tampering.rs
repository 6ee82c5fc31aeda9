//! Changes made behind the log's back, by someone who has the page key: found before a value is used, before a change
//! builds on them, and by the check.

use domain::audit::Action;
use domain::{SecretId, VersionNumber};
use rusqlite::Connection;
use testkit::acts::{self, ActError, create, generic, new_value};
use testkit::{TempVault, now};
use vault::{OlderState, OpenValueError, ProblemKind, StoreError, UnlockError};

/// A second way into the database, as a Viewer's own program would have one.
fn raw(temp: &TempVault) -> Connection {
    let connection = Connection::open(temp.database()).expect("the file");
    let key = temp.page_key();
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"",
            key.expose_hex().as_str()
        ))
        .expect("the key");
    connection
}

fn change(temp: &TempVault, sql: &str) {
    raw(temp)
        .execute_batch(sql)
        .expect("a change that SQL allows");
}

struct Fixture {
    temp: TempVault,
    victim: SecretId,
    other: SecretId,
}

/// Two secrets with a history, the vault locked again.
fn fixture() -> Fixture {
    let temp = TempVault::new();
    let vault = temp.open();
    let victim = create(&vault, now(), generic("victim", "value of the victim")).expect("created");
    let other = create(&vault, now(), generic("other", "value of the other")).expect("created");
    acts::update(
        &vault,
        now(),
        victim,
        new_value("second value of the victim"),
    )
    .expect("rotated");
    acts::update(&vault, now(), other, new_value("second value of the other")).expect("rotated");
    vault.lock("asked", now()).expect("locked");
    Fixture {
        temp,
        victim,
        other,
    }
}

fn is_integrity(error: &OpenValueError) -> bool {
    matches!(error, OpenValueError::Store(StoreError::Integrity { .. }))
}

/// One change by SQL to the victim's record.
fn check_record_change(sql: &str) {
    let Fixture {
        temp,
        victim,
        other,
    } = fixture();
    change(&temp, sql);
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
    let Fixture { temp, victim, .. } = fixture();
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
        "hint_count = hint_count + 1",
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
        "state = 'retired'",
        "origin = 1",
    ] {
        check_record_change(&format!(
            "UPDATE version SET {column} WHERE number = 1 AND secret_key = {VICTIM}"
        ));
    }
    check_record_change(&format!(
        "DELETE FROM version WHERE number = 1 AND secret_key = {VICTIM}"
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
    let Fixture { temp, victim, .. } = fixture();
    let slot =
        |of: &str| format!("(SELECT key_slot FROM version WHERE number = 2 AND secret_key = {of})");
    change(
        &temp,
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
    } = fixture();
    raw(&temp)
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; {swap}"))
        .expect("a change that SQL allows");
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
         connection_id, NULL, keep_versions, grace_days, revision, created_at, created_by, updated_at, rotated_at, \
         expires_at, hint_count, trashed_at, sweep_at, import_source, masks, tags, allowed_domains, field_mappings, \
         description, notes FROM secret WHERE name = 'victim'";
    let remove = format!(
        "DELETE FROM version WHERE secret_key = {VICTIM}; DELETE FROM secret WHERE name = 'victim'"
    );
    for sql in [insert, &remove] {
        let Fixture { temp, .. } = fixture();
        change(&temp, sql);
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

/// A change of the log itself, with the first entry that the check must name.
fn check_log_change(sql: &str, named: i64) {
    let Fixture { temp, .. } = fixture();
    change(&temp, sql);
    // What this device remembers may stop the unlock already; accepting that state must not hide what the check finds.
    let vault = match temp.try_open(OlderState::Refuse, now()) {
        Ok(vault) => vault,
        Err(UnlockError::Rollback { .. }) => {
            temp.try_open(OlderState::Accept, now()).expect("accepted")
        }
        Err(error) => panic!("{sql}: {error}"),
    };
    let report = vault.check().expect("checked");
    let logged: Vec<_> = report
        .problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Log)
        .collect();
    assert_eq!(logged.len(), 1, "{sql}: {:?}", report.problems);
    assert!(
        logged[0].message.contains(&format!("Entry {named} ")),
        "{sql}: {}",
        logged[0].message
    );
}

#[test]
fn audit_02_edited_entries_are_found_and_named() {
    // Entries: 1 created, 2 founded, 3 locked, 4 unlocked, 5 and 6 created, 7 and 8 rotated, 9 locked.
    for column in [
        "time = time + 1",
        "actor = randomblob(16)",
        "action = 'secret_updated'",
        "resource_name = 'edited'",
        "resource_id = randomblob(16)",
        "revision = 9",
        "changed = '[]'",
        "result = 'refused'",
        "reason = 'edited'",
        "state_hash = randomblob(32)",
        "previous_hash = randomblob(32)",
        "hash = randomblob(32)",
        "signature = randomblob(64)",
        "log_hash = randomblob(32)",
        "device = randomblob(16)",
        "sequence = 99",
    ] {
        check_log_change(&format!("UPDATE audit SET {column} WHERE position = 7"), 7);
    }
}

#[test]
fn audit_02_dropped_moved_and_inserted_entries_are_found() {
    check_log_change("DELETE FROM audit WHERE position = 7", 8);
    check_log_change(
        "DELETE FROM audit WHERE position = 7; UPDATE audit SET position = -position WHERE position > 7; \
         UPDATE audit SET position = -position - 1 WHERE position < 0",
        7,
    );
    check_log_change(
        "UPDATE audit SET position = 99 WHERE position = 7; UPDATE audit SET position = 7 WHERE position = 8; \
         UPDATE audit SET position = 8 WHERE position = 99",
        7,
    );
    check_log_change(
        "INSERT INTO audit SELECT 10, device, 10, time, actor, action, resource_type, resource_id, resource_name, revision, \
         changed, result, reason, state_hash, hash, randomblob(32), signature, log_hash FROM audit WHERE position = 9",
        10,
    );
}

#[test]
fn audit_02_a_cut_end_is_found_by_the_head_that_this_device_remembers() {
    let Fixture { temp, .. } = fixture();
    change(&temp, "DELETE FROM audit WHERE position = 9");
    let refused = temp
        .try_open(OlderState::Refuse, now())
        .map(|_| ())
        .expect_err("the end is missing");
    assert!(matches!(refused, UnlockError::Rollback { .. }), "{refused}");
}

#[test]
fn audit_02_a_change_of_the_members_behind_the_logs_back_stops_the_unlock() {
    for sql in [
        "UPDATE member_state SET role = 'viewer'",
        "UPDATE member_state SET name = 'Grace'",
        "UPDATE member_state SET verifying_key = randomblob(32)",
        "UPDATE member_state SET recipient_hash = randomblob(32)",
        "DELETE FROM member_state",
        "UPDATE audit SET state_hash = randomblob(32) WHERE resource_type = 'member'",
        "UPDATE audit SET signature = randomblob(64) WHERE resource_type = 'member'",
        "DELETE FROM audit WHERE resource_type = 'member'",
    ] {
        let Fixture { temp, .. } = fixture();
        change(&temp, sql);
        let refused = temp
            .try_open(OlderState::Accept, now())
            .map(|_| ())
            .expect_err(sql);
        assert!(
            matches!(
                refused,
                UnlockError::Store(StoreError::Integrity { .. } | StoreError::Damaged { .. })
            ),
            "{sql}: {refused}"
        );
    }
}

#[test]
fn a_value_that_is_opened_is_never_that_of_another_version() {
    let Fixture { temp, victim, .. } = fixture();
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
