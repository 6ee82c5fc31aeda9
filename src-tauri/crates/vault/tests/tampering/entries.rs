//! The log changed in SQL: found by the check, which names the first entry that is bad.

use testkit::now;
use vault::unlock_keys::UnlockKeysError;
use vault::{OlderState, ProblemKind, StoreError, UnlockError};

use crate::support::{Fixture, open_anyhow, rotated};

/// A change of the log itself, with the first entry that the check must name.
fn check_log_change(sql: &str, named: i64) {
    let Fixture { temp, .. } = rotated();
    temp.meddle(sql);
    // What this device remembers may stop the unlock already; accepting that state must not hide what the check finds.
    let vault = open_anyhow(&temp);
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
    let Fixture { temp, .. } = rotated();
    temp.meddle("DELETE FROM audit WHERE position = 9");
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
        let Fixture { temp, .. } = rotated();
        temp.meddle(sql);
        let refused = temp
            .try_open(OlderState::Accept, now())
            .map(|_| ())
            .expect_err(sql);
        assert!(
            matches!(
                refused,
                UnlockError::Store(StoreError::Integrity { .. } | StoreError::Damaged { .. })
                    // No member is left, where keys.json still has one.
                    | UnlockError::Keys(UnlockKeysError::Tampered(_))
            ),
            "{sql}: {refused}"
        );
    }
}
