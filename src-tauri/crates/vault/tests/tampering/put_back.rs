//! One record put back to an older state together with the entries since: every entry that is left is genuine, and the
//! record matches the newest of them. It is found before it is used, because the log is walked from its end.

use domain::audit::Action;
use testkit::acts::{self, ActError, new_value};
use testkit::{TempVault, now};
use vault::{ProblemKind, StoreError};

use crate::support::{Fixture, Records, created, is_integrity, open_anyhow, records, rotated};

/// The victim as it was before its rotation.
pub const OLDER_VICTIM: &str = "DELETE FROM version WHERE number = 2 AND secret_key = (SELECT key FROM secret WHERE name = 'victim'); \
     UPDATE version SET state = 'current' WHERE number = 1 AND secret_key = (SELECT key FROM secret WHERE name = 'victim'); \
     UPDATE secret SET revision = 1, current_version = 1, updated_at = created_at, rotated_at = created_at, made_at = created_at, \
     masks = (SELECT masks FROM version WHERE number = 1 AND secret_key = secret.key) WHERE name = 'victim'";

/// Where the victim's rotation stands in the log of [`rotated`].
pub const ROTATION: i64 = 7;

/// The positions after the rotation close the gap.
pub const CLOSE_THE_GAP: &str = "UPDATE audit SET position = -position WHERE position > 7; \
     UPDATE audit SET position = -position - 1 WHERE position < 0";

/// What becomes of the entry of the victim's rotation, and of the log around it.
pub fn ways() -> Vec<(&'static str, String)> {
    vec![
        (
            "a gap",
            format!("DELETE FROM audit WHERE position = {ROTATION}"),
        ),
        (
            "a closed gap",
            format!("DELETE FROM audit WHERE position = {ROTATION}; {CLOSE_THE_GAP}"),
        ),
        (
            "an entry that tells of another secret",
            format!("UPDATE audit SET resource_id = randomblob(16) WHERE position = {ROTATION}"),
        ),
        (
            "an entry that vouches for nothing",
            format!("UPDATE audit SET state_hash = NULL WHERE position = {ROTATION}"),
        ),
        (
            "an entry of a lower revision",
            format!("UPDATE audit SET revision = 0 WHERE position = {ROTATION}"),
        ),
        (
            "another entry in its place",
            format!(
                "DELETE FROM audit WHERE position = {ROTATION}; UPDATE audit SET position = {ROTATION} WHERE position = 8"
            ),
        ),
    ]
}

/// Nothing of the victim is used, whatever asks for it.
pub fn check_victim(temp: &TempVault, victim: domain::SecretId, how: &str) {
    let vault = open_anyhow(temp);
    let found = acts::secret(&vault, victim).expect("readable");
    assert_eq!(found.expect("there").secret().revision(), 1, "{how}");
    let refused = acts::value(&vault, victim, 1).expect_err(how);
    assert!(is_integrity(&refused), "{how}: {refused}");
    let used = vault.write(now(), |writer| {
        writer.record_use(victim, "value", Action::ValueInjected)
    });
    assert!(is_integrity(&used.expect_err(how)), "{how}");
    let refused = acts::update(&vault, now(), victim, new_value("third value"));
    assert!(
        matches!(
            refused,
            Err(ActError::Store(StoreError::Integrity { .. }) | ActError::Rejected(_))
        ),
        "{how}: {refused:?}"
    );
    let report = vault.check().expect("checked");
    let kinds: Vec<_> = report.problems.iter().map(|found| found.kind).collect();
    assert!(
        kinds.contains(&ProblemKind::Log),
        "{how}: {:?}",
        report.problems
    );
}

#[test]
fn audit_02_a_secret_put_back_with_its_entry_gives_nothing_away() {
    for (how, log) in ways() {
        let Fixture { temp, victim, .. } = rotated();
        temp.meddle(&format!("PRAGMA foreign_keys = OFF; {OLDER_VICTIM}; {log}"));
        check_victim(&temp, victim, how);
    }
}

#[test]
fn audit_02_a_secret_put_back_under_an_open_vault_gives_nothing_away() {
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    let vault = temp.open();
    assert_eq!(
        acts::value(&vault, victim, 2).expect("vouched for"),
        "second value of the victim"
    );
    temp.meddle(&format!(
        "PRAGMA foreign_keys = OFF; {OLDER_VICTIM}; DELETE FROM audit WHERE position = {ROTATION}"
    ));
    let refused = acts::value(&vault, victim, 1).expect_err("put back");
    assert!(is_integrity(&refused), "{refused}");
    assert_eq!(
        acts::value(&vault, other, 2).expect("its newest entry was read before"),
        "second value of the other"
    );
}

#[test]
fn audit_02_records_changed_after_the_bad_entry_stay_usable_and_older_ones_do_not() {
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    // The other's rotation is entry 8; what was changed before entry 7 can not be told from something put back.
    let vault = temp.open();
    let older = acts::create(
        &vault,
        now(),
        acts::generic("older than the victim's rotation", "value"),
    );
    let newer = older.expect("created");
    vault.lock("asked", now()).expect("locked");
    temp.meddle(&format!(
        "UPDATE audit SET time = time + 1 WHERE position = {ROTATION}"
    ));
    let vault = temp.open();
    assert_eq!(acts::value(&vault, newer, 1).expect("after it"), "value");
    assert_eq!(
        acts::value(&vault, other, 2).expect("right after it"),
        "second value of the other"
    );
    let refused = acts::value(&vault, victim, 2).expect_err("the bad entry is its own");
    assert!(is_integrity(&refused), "{refused}");

    let Fixture { temp, other, .. } = created();
    temp.meddle("UPDATE audit SET time = time + 1 WHERE position = 7");
    let vault = temp.open();
    let refused = acts::value(&vault, other, 1).expect_err("before it");
    assert!(refused.to_string().contains("entry 7"), "{refused}");
}

#[test]
fn audit_02_a_location_a_connection_and_a_tier_put_back_are_not_used() {
    let older = "UPDATE location SET endpoint_url = 'https://s3.example.com', revision = 1";
    let Records { temp, location, .. } = records();
    temp.meddle(&format!(
        "{older}; DELETE FROM audit WHERE action = 'location_updated'"
    ));
    let vault = temp.open();
    let refused = vault.read(|reader| reader.checked_location(location));
    assert!(matches!(refused, Err(StoreError::Integrity { .. })));

    let Records {
        temp, connection, ..
    } = records();
    // The older token is gone for good, so the newer one is hidden by what the log says of it alone.
    temp.meddle("DELETE FROM audit WHERE action = 'connection_token_rotated'");
    let refused = acts::token(&temp.open(), connection).expect_err("an entry is missing");
    assert!(is_integrity(&refused), "{refused}");

    let Records { temp, .. } = records();
    temp.meddle(
        "UPDATE settings SET tier = 'pro', revision = 2; \
         DELETE FROM audit WHERE action = 'tier_changed' AND revision = 3",
    );
    let refused = temp.open().read(|reader| reader.checked_settings());
    assert!(matches!(refused, Err(StoreError::Integrity { .. })));
}

#[test]
fn entries_of_another_session_are_walked_when_they_come() {
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    let (one, two) = (temp.open(), temp.open());
    assert!(acts::value(&one, victim, 2).is_ok());
    acts::update(&two, now(), victim, new_value("third value")).expect("rotated");
    acts::update(&one, now(), other, new_value("third value too")).expect("rotated");
    assert_eq!(
        acts::value(&one, victim, 3).expect("vouched for"),
        "third value"
    );
    assert_eq!(
        acts::value(&two, other, 3).expect("vouched for"),
        "third value too"
    );
}

#[test]
fn a_reader_of_an_older_state_is_told_to_try_again() {
    let Fixture {
        temp,
        victim,
        other,
    } = rotated();
    let vault = temp.open();
    let answer = vault.read(|reader| {
        assert!(reader.secret(victim)?.is_some(), "the state is fixed now");
        acts::update(&vault, now(), victim, new_value("third value")).expect("rotated");
        // This walks the log to the entry of that rotation.
        acts::update(&vault, now(), other, new_value("third value")).expect("rotated");
        let second = domain::VersionNumber::new(2).expect("two");
        Ok::<_, vault::OpenValueError>(reader.open_values(victim, second).map(|_| ()))
    });
    let refused = answer.expect("readable").expect_err("an older state");
    assert!(
        matches!(refused, vault::OpenValueError::Store(StoreError::Busy)),
        "{refused}"
    );
    assert!(acts::value(&vault, victim, 3).is_ok());
}

#[test]
fn changes_in_one_transaction_follow_each_other() {
    let Fixture { temp, victim, .. } = rotated();
    let vault = temp.open();
    let both = vault.write(now(), |writer| {
        for value in ["third value", "fourth value"] {
            acts::update_in(writer, vault.actor(), now(), victim, new_value(value))?;
        }
        let fourth = domain::VersionNumber::new(4).expect("four");
        let opened = writer
            .open_values(victim, fourth)
            .map_err(ActError::Value)?;
        assert!(opened.field("value").is_some());
        Ok::<_, ActError>(())
    });
    both.expect("both");
    assert_eq!(
        acts::value(&vault, victim, 4).expect("vouched for"),
        "fourth value"
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}
