//! Rotations and policies changed behind the log's back: no step is taken, nothing is sent to an endpoint, no change
//! builds on them, and the check finds them.

use domain::policy::{ManagedInput, PolicyInput};
use domain::rotation::Step;
use domain::{Patch, RotationId, SecretId};
use testkit::acts::{self, ActError, advance, rotation_step, set_policy, start_rotation};
use testkit::{TempVault, now};
use vault::{StoreError, UnlockedVault};

use crate::support::{Records, records};

struct Turning {
    temp: TempVault,
    secret: SecretId,
    run: RotationId,
}

/// A run with a pending version, a policy of its secret and one of the vault; the vault locked again.
fn turning() -> Turning {
    let Records { temp, location, .. } = records();
    let vault = temp.open();
    let found = vault.read(|reader| reader.location(location));
    let secret = found.expect("readable").and_then(|found| found.secret());
    let secret = secret.expect("linked");
    let run = start_rotation(&vault, now(), secret, "delete").expect("started");
    rotation_step(&vault, now(), run, Step::Create).expect("its turn");
    set_policy(
        &vault,
        now(),
        Some(secret),
        endpoint("https://iam.example.com"),
    )
    .expect("set");
    let yearly = PolicyInput {
        every_days: Patch::Set(365),
        ..PolicyInput::default()
    };
    set_policy(&vault, now(), None, yearly).expect("set");
    vault.lock("asked", now()).expect("locked");
    Turning { temp, secret, run }
}

fn endpoint(url: &str) -> PolicyInput {
    PolicyInput {
        managed: Patch::Set(ManagedInput {
            management_secret_id: None,
            parameters: [("iam_endpoint".to_owned(), Some(url.to_owned()))].into(),
        }),
        ..PolicyInput::default()
    }
}

fn is_refused<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Integrity { .. }))
}

fn is_act_refused<T>(answer: &Result<T, ActError>) -> bool {
    matches!(
        answer,
        Err(ActError::Store(
            StoreError::Integrity { .. } | StoreError::Damaged { .. }
        ))
    )
}

fn is_found(vault: &UnlockedVault) -> bool {
    !vault.check().expect("checked").is_ok()
}

#[test]
fn audit_02_an_untouched_rotation_and_its_policies_pass_every_check() {
    let Turning { temp, secret, run } = turning();
    let vault = temp.open();
    let report = vault.check().expect("checked");
    assert_eq!(report.problems, []);
    assert_eq!((report.checked.rotations, report.checked.policies), (1, 2));
    let policy = vault.read(|reader| reader.checked_policy(Some(secret)));
    assert!(policy.expect("vouched for").is_some());
    advance(&vault, now(), run, |run, _, ctx| {
        run.intend(Step::Test, ctx)
    })
    .expect("its turn");
}

#[test]
fn audit_02_no_step_is_taken_on_a_run_that_was_edited() {
    for column in [
        r#"record = replace(record, '"old_key":"AKIAIOSFODNN7EXAMPLE"', '"old_key":"AKIAVICTIMSOTHERKEY0"')"#,
        r#"record = replace(record, '"new_key":"AKIAI44QH8DHBEXAMPLE"', '"new_key":"AKIAVICTIMSOTHERKEY0"')"#,
        r#"record = replace(record, '"then":"delete"', '"then":"keep"')"#,
        r#"record = replace(record, '"grace_hours":24', '"grace_hours":0')"#,
        r#"record = replace(record, '"new_version":2', '"new_version":1')"#,
        r#"record = replace(record, '"lease":{', '"lease":null,"lost":{')"#,
        "record = '{}'",
        "stage = 'grace'",
        "stage = 'old_disabled'",
        "stage = 'another'",
        "revision = revision + 1",
        "started_at = started_at - 1",
        "updated_at = updated_at + 1",
        "is_stopped = 1",
    ] {
        let Turning { temp, secret, run } = turning();
        temp.meddle(&format!("UPDATE rotation SET {column}"));
        let vault = temp.open();
        let read = vault.read(|reader| reader.checked_rotation(run));
        assert!(is_refused(&read), "{column}");
        let open = vault.read(|reader| reader.open_rotation_of(secret));
        assert!(is_refused(&open), "{column}");
        let step = advance(&vault, now(), run, |run, _, ctx| {
            run.intend(Step::Test, ctx)
        });
        assert!(is_act_refused(&step), "{column}");
        assert!(is_found(&vault), "{column}");
    }
}

#[test]
fn audit_02_a_run_closed_or_opened_by_hand_changes_nothing_unnoticed() {
    for sql in [
        "UPDATE rotation SET is_open = 0",
        "UPDATE rotation SET secret_id = randomblob(16)",
        "DELETE FROM rotation",
        "INSERT INTO rotation SELECT randomblob(16), randomblob(16), stage, is_open, is_stopped, revision, started_at, updated_at, record FROM rotation",
    ] {
        let Turning { temp, .. } = turning();
        temp.meddle(sql);
        assert!(is_found(&temp.open()), "{sql}");
    }
    let Turning { temp, run, .. } = turning();
    temp.meddle("UPDATE rotation SET is_open = 0");
    let vault = temp.open();
    let read = vault.read(|reader| reader.checked_rotation(run));
    assert!(is_refused(&read), "what it is found by is not what it says");
}

#[test]
fn audit_02_an_open_run_that_was_closed_by_hand_is_noticed_when_the_next_begins() {
    for sql in [
        "UPDATE rotation SET is_open = 0",
        "UPDATE rotation SET is_open = 0, is_stopped = 0, stage = 'done'",
    ] {
        let Turning { temp, secret, .. } = turning();
        temp.meddle(sql);
        let vault = temp.open();
        let open = vault.read(|reader| reader.open_rotation_of(secret));
        assert!(is_refused(&open), "{sql}");
        let next = start_rotation(&vault, now(), secret, "delete");
        assert!(is_act_refused(&next), "{sql}");
        let deleted = acts::trash_with_force(&vault, now(), secret);
        assert!(is_act_refused(&deleted), "{sql}");
    }
}

#[test]
fn audit_02_a_policy_that_was_deleted_by_hand_is_not_taken_for_none() {
    let Turning { temp, secret, .. } = turning();
    temp.meddle("DELETE FROM policy");
    let vault = temp.open();
    for whose in [Some(secret), None] {
        let read = vault.read(|reader| reader.checked_policy(whose));
        assert!(is_refused(&read), "{whose:?}");
    }
    let built_on = set_policy(
        &vault,
        now(),
        Some(secret),
        endpoint("https://iam.example.org"),
    );
    assert!(is_act_refused(&built_on));
    // What was never set is no fault.
    let Records { temp, .. } = records();
    let read = temp.open().read(|reader| reader.checked_policy(None));
    assert_eq!(read.expect("the log knows of none"), None);
}

#[test]
fn audit_02_nothing_is_sent_to_an_endpoint_that_was_edited() {
    for column in [
        r#"parameters = '{"iam_endpoint":"https://evil.example"}'"#,
        "parameters = '{}'",
        "management_id = randomblob(16)",
        "every_days = 3650",
        "lead_days = 1",
        "revision = revision + 1",
        "updated_at = updated_at + 1",
        "updated_by = randomblob(16)",
    ] {
        let Turning { temp, secret, .. } = turning();
        temp.meddle(&format!(
            "UPDATE policy SET {column} WHERE parameters IS NOT NULL"
        ));
        let vault = temp.open();
        let read = vault.read(|reader| reader.checked_policy(Some(secret)));
        assert!(is_refused(&read), "{column}");
        let built_on = set_policy(
            &vault,
            now(),
            Some(secret),
            endpoint("https://iam.example.org"),
        );
        assert!(is_act_refused(&built_on), "{column}");
        assert!(is_found(&vault), "{column}");
    }
}

#[test]
fn audit_02_a_secrets_policy_is_not_passed_off_as_the_vaults_or_another_secrets() {
    for sql in [
        "DELETE FROM policy WHERE parameters IS NULL; \
         UPDATE policy SET subject_id = (SELECT vault_id FROM vault)",
        "DELETE FROM policy WHERE parameters IS NOT NULL",
        "DELETE FROM policy WHERE parameters IS NULL",
    ] {
        let Turning { temp, .. } = turning();
        temp.meddle(sql);
        let vault = temp.open();
        let own = vault.read(|reader| reader.checked_policy(None));
        assert!(
            !matches!(own, Ok(Some(policy)) if policy.parts().managed.is_some()),
            "{sql}"
        );
        assert!(is_found(&vault), "{sql}");
    }
}

#[test]
fn audit_02_a_made_up_run_stops_no_change_silently() {
    let Turning { temp, secret, .. } = turning();
    temp.meddle("UPDATE rotation SET stage = 'grace'");
    let vault = temp.open();
    let deleted = acts::trash_with_force(&vault, now(), secret);
    assert!(is_act_refused(&deleted), "it is told, not obeyed");
}
