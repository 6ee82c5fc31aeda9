//! Locations, connections and settings changed behind the log's back: nothing is sent to them, no change builds on them,
//! and the check finds them.

use domain::Patch;
use domain::connection::ConnectionUpdateInput;
use domain::location::LocationUpdateInput;
use testkit::acts::{self, ActError, doppler};
use testkit::{TempVault, now};
use vault::{ProblemKind, StoreError};

use crate::support::{Records, TOKEN, is_integrity, records};

fn is_refused<T>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Integrity { .. }))
}

fn is_act_refused(answer: Result<(), ActError>) -> bool {
    matches!(
        answer,
        Err(ActError::Store(
            StoreError::Integrity { .. } | StoreError::Damaged { .. }
        ))
    )
}

/// The check must find the record. A name that another record has as well is found, too.
fn is_found_by_the_check(temp: &TempVault) -> bool {
    let report = temp.open().check().expect("checked");
    let kinds = report.problems.iter().map(|problem| problem.kind);
    kinds.into_iter().any(|kind| kind == ProblemKind::Record)
}

#[test]
fn audit_02_untouched_records_are_used_and_pass_every_check() {
    let Records {
        temp,
        location,
        connection,
    } = records();
    let vault = temp.open();
    let found = vault.read(|reader| reader.checked_location(location));
    assert!(found.expect("vouched for").is_some());
    let found = vault.read(|reader| reader.checked_connection(connection));
    assert!(found.expect("vouched for").is_some());
    assert_eq!(acts::token(&vault, connection).expect("opens"), TOKEN);
    let settings = vault.read(|reader| reader.checked_settings());
    assert_eq!(settings.expect("vouched for").revision, 3);
    let report = vault.check().expect("checked");
    assert_eq!(report.problems, []);
    assert_eq!(
        (report.checked.locations, report.checked.connections),
        (1, 1)
    );
}

#[test]
fn audit_02_nothing_is_sent_to_a_location_that_was_edited() {
    for column in [
        "endpoint_url = 'https://evil.example'",
        "endpoint_url = NULL",
        "http_allowed = 1",
        "bucket_name = 'another'",
        "region = 'another'",
        "prefix = NULL",
        "probe_writes = 1",
        "secret_id = randomblob(16)",
        "secret_id = NULL",
        "location_type = 'r2'",
        "name = 'another', name_folded = 'another'",
        "name_folded = 'another'",
        "revision = revision + 1",
        "created_at = created_at - 1",
        "created_by = randomblob(16)",
        "updated_at = updated_at + 1",
        "id = randomblob(16)",
    ] {
        let Records { temp, location, .. } = records();
        temp.meddle(&format!("UPDATE location SET {column}"));
        let vault = temp.open();
        let found = vault.read(|reader| reader.checked_location(location));
        // Under another id it is another location, of which the log knows nothing.
        let is_gone = column.starts_with("id ") && matches!(found, Ok(None));
        assert!(is_gone || is_refused(found), "{column}");
        if !is_gone {
            let changed = LocationUpdateInput {
                region: Patch::Set("eu-west-1".to_owned()),
                ..LocationUpdateInput::default()
            };
            let refused = acts::update_location(&vault, now(), location, changed);
            assert!(is_act_refused(refused), "{column}");
            let refused = acts::delete_location(&vault, now(), location);
            assert!(is_act_refused(refused), "{column}");
        }
        drop(vault);
        assert!(is_found_by_the_check(&temp), "{column}");
    }
}

#[test]
fn audit_02_a_connection_that_was_edited_gets_no_token_and_gives_none() {
    for column in [
        r#"texts = '[["project","evil"],["config","prd"]]'"#,
        r#"masks = '[["service_token","edited"]]'"#,
        "method = 'infisical_universal_auth'",
        "description = 'edited'",
        "name = 'another', name_folded = 'another'",
        "name_folded = 'another'",
        "revision = revision + 1",
        "created_by = randomblob(16)",
        "updated_at = updated_at + 1",
        "rotated_at = rotated_at + 1",
        // The slot of the secret's value.
        "key_slot = (SELECT key_slot + 0 FROM version LIMIT 1)",
    ] {
        let Records {
            temp, connection, ..
        } = records();
        temp.meddle(&format!("UPDATE connection SET {column}"));
        let vault = temp.open();
        let found = vault.read(|reader| reader.checked_connection(connection));
        assert!(is_refused(found), "{column}");
        let refused = acts::token(&vault, connection).expect_err(column);
        assert!(is_integrity(&refused), "{column}: {refused}");
        let renamed = ConnectionUpdateInput {
            description: Patch::Set("another".to_owned()),
            ..ConnectionUpdateInput::default()
        };
        let refused = acts::update_connection(&vault, now(), connection, renamed);
        assert!(is_act_refused(refused), "{column}");
        let refused = acts::delete_connection(&vault, now(), connection);
        assert!(is_act_refused(refused), "{column}");
        drop(vault);
        assert!(is_found_by_the_check(&temp), "{column}");
    }
}

#[test]
fn audit_02_an_exchanged_token_or_key_opens_nothing() {
    let slot = "(SELECT key_slot FROM connection)";
    let of_a_version = "(SELECT key_slot FROM version LIMIT 1)";
    for sql in [
        format!(
            "UPDATE sealed SET bytes = (SELECT bytes FROM sealed WHERE key_slot = {of_a_version}) WHERE key_slot = {slot}"
        ),
        format!("UPDATE sealed SET bytes = CAST(bytes || x'00' AS BLOB) WHERE key_slot = {slot}"),
        format!("DELETE FROM sealed WHERE key_slot = {slot}"),
        format!(
            "UPDATE wrapped_key SET bytes = (SELECT bytes FROM wrapped_key WHERE slot = {of_a_version}) WHERE slot = {slot}"
        ),
    ] {
        let Records {
            temp, connection, ..
        } = records();
        temp.meddle(&sql);
        let vault = temp.open();
        let refused = acts::token(&vault, connection).expect_err(&sql);
        assert!(is_integrity(&refused), "{sql}: {refused}");
        assert!(!vault.check().expect("checked").is_ok(), "{sql}");
    }
}

#[test]
fn audit_02_a_tier_that_was_edited_lets_nothing_in() {
    for sql in [
        "UPDATE settings SET tier = 'unlimited'",
        "UPDATE settings SET revision = revision + 1",
        "UPDATE settings SET updated_by = randomblob(16)",
        "DELETE FROM settings",
    ] {
        let Records { temp, .. } = records();
        temp.meddle(sql);
        let vault = temp.open();
        let found = vault.read(|reader| reader.checked_settings());
        assert!(is_refused(found), "{sql}");
        let refused = acts::create_connection(&vault, now(), doppler("another", TOKEN));
        assert!(
            matches!(refused, Err(ActError::Store(StoreError::Integrity { .. }))),
            "{sql}"
        );
        drop(vault);
        assert!(is_found_by_the_check(&temp), "{sql}");
    }
}

#[test]
fn audit_02_records_inserted_or_removed_are_found_by_the_check() {
    let copied = "INSERT INTO location SELECT randomblob(16), 'copy', 'copy', location_type, secret_id, bucket_name, region, \
         'https://evil.example', http_allowed, prefix, probe_writes, revision, created_at, created_by, updated_at FROM location";
    for sql in [
        copied,
        "DELETE FROM location",
        "PRAGMA foreign_keys = OFF; DELETE FROM connection",
    ] {
        let Records { temp, .. } = records();
        temp.meddle(sql);
        assert!(is_found_by_the_check(&temp), "{sql}");
    }
}
