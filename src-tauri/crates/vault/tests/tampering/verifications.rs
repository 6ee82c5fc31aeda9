//! What verifying came to, changed behind the log's back: nothing builds on it, and the check finds it.

use domain::LocationId;
use testkit::acts::{self, ActError, readable, verify_location};
use testkit::{TempVault, now};
use vault::{ProblemKind, StoreError, UnlockedVault};

use crate::support::{Records, records};

/// A verified location, the vault locked again.
fn verified() -> (TempVault, LocationId) {
    let Records { temp, location, .. } = records();
    let vault = temp.open();
    verify_location(&vault, now(), location, readable()).expect("noted");
    vault.lock("asked", now()).expect("locked");
    (temp, location)
}

fn read(vault: &UnlockedVault, place: LocationId) -> Result<bool, StoreError> {
    vault.read(|reader| {
        let secret = reader.location(place)?.and_then(|found| found.secret());
        let secret = reader.secret(secret.expect("linked"))?.expect("there");
        let version = secret.current().map(domain::Version::id);
        Ok(reader.checked_verification(place, version)?.is_some())
    })
}

#[test]
fn audit_02_an_untouched_verification_is_read_and_passes_the_check() {
    let (temp, place) = verified();
    let vault = temp.open();
    assert!(read(&vault, place).expect("vouched for"));
    let report = vault.check().expect("checked");
    assert_eq!(report.problems, []);
    assert_eq!(report.checked.verifications, 1);
}

#[test]
fn audit_02_an_edited_verification_is_not_believed() {
    for column in [
        "verdict = 'failed'",
        r#"findings = replace(findings, '"can_write":null', '"can_write":true')"#,
        "findings = '{}'",
        "location_revision = location_revision + 1",
        "secret_id = randomblob(16)",
        "revision = revision + 1",
        "verified_at = verified_at + 1",
        "verified_by = randomblob(16)",
    ] {
        let (temp, place) = verified();
        temp.meddle(&format!("UPDATE verification SET {column}"));
        let vault = temp.open();
        let refused = read(&vault, place);
        assert!(
            matches!(refused, Err(StoreError::Integrity { .. })),
            "{column}: {refused:?}"
        );
        let built_on = verify_location(&vault, now(), place, readable());
        assert!(
            matches!(
                built_on,
                Err(ActError::Store(
                    StoreError::Integrity { .. } | StoreError::Damaged { .. }
                ))
            ),
            "{column}"
        );
        let report = vault.check().expect("checked");
        let found = |kind| report.problems.iter().any(|problem| problem.kind == kind);
        assert!(found(ProblemKind::Record), "{column}");
    }
}

#[test]
fn audit_02_a_verification_put_in_or_taken_out_is_found() {
    let copied = "INSERT INTO verification SELECT randomblob(16), location_id, location_revision, secret_id, randomblob(16), \
         'verified', findings, revision, verified_at, verified_by FROM verification";
    for sql in [copied, "DELETE FROM verification"] {
        let (temp, place) = verified();
        temp.meddle(sql);
        let vault = temp.open();
        assert!(!vault.check().expect("checked").is_ok(), "{sql}");
        if sql != copied {
            // Nothing is known of the location any more, which is what a location begins with.
            assert!(!read(&vault, place).expect("nothing to vouch for"));
        }
    }
}

#[test]
fn audit_02_an_edited_verification_keeps_no_location_from_being_deleted() {
    let (temp, place) = verified();
    temp.meddle("UPDATE verification SET verdict = 'failed', findings = 'none'");
    let vault = temp.open();
    acts::delete_location(&vault, now(), place).expect("deleted");
}
