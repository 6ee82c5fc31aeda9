//! The log as it is read: filtered, counted, exported, verified beside an open session; refusals told once a minute.

use std::ops::ControlFlow;

use domain::audit::Action;
use domain::{SecretId, Timestamp};
use rusqlite::Connection;
use testkit::acts::{self, create, generic, new_value};
use testkit::{TempVault, now};
use vault::{
    ActResult, AuditLine, AuditQuery, ExportError, ExportFormat, ResourceId, ResourceType,
    StoreError, UnlockedVault, VerifyError,
};

fn change(temp: &TempVault, sql: &str) {
    let connection = Connection::open(temp.database()).expect("the file");
    let key = temp.page_key();
    let unlock = format!("PRAGMA key = \"x'{}'\"", key.expose_hex().as_str());
    connection.execute_batch(&unlock).expect("the key");
    connection
        .execute_batch(sql)
        .expect("a change that SQL allows");
}

fn seconds(number: i64) -> Timestamp {
    now().plus_millis(number * 1000)
}

/// Entries: 1 created, 2 founded, 3 locked, 4 unlocked, 5 and 6 secrets created, 7 one rotated a minute later.
fn fixture() -> (TempVault, UnlockedVault, SecretId) {
    let temp = TempVault::new();
    let vault = temp.open();
    let first = create(&vault, now(), generic("first", "value")).expect("created");
    create(&vault, now(), generic("=cmd, \"second\"", "value")).expect("created");
    acts::update(&vault, seconds(60), first, new_value("second value")).expect("rotated");
    (temp, vault, first)
}

fn query() -> AuditQuery {
    AuditQuery {
        limit: 100,
        ..AuditQuery::default()
    }
}

fn positions(vault: &UnlockedVault, query: &AuditQuery) -> Vec<i64> {
    let (page, count) = vault
        .read(|reader| {
            Ok::<_, StoreError>((reader.audit_entries(query)?, reader.audit_count(query)?))
        })
        .expect("a log");
    if query.limit == 100 && query.offset == 0 && query.before.is_none() {
        assert_eq!(usize::try_from(count), Ok(page.lines.len()), "{query:?}");
    }
    page.lines.iter().map(AuditLine::position).collect()
}

#[test]
fn audit_03_the_log_is_filtered_by_actor_action_resource_and_time() {
    let (_temp, vault, first) = fixture();
    let actor = vault.actor().member;
    let stranger = domain::MemberId::from_bytes([9; 16]);
    let cases: Vec<(AuditQuery, &[i64])> = vec![
        (query(), &[7, 6, 5, 4, 3, 2, 1]),
        (
            AuditQuery {
                actor: Some(actor),
                ..query()
            },
            &[7, 6, 5, 4, 3, 2, 1],
        ),
        (
            AuditQuery {
                actor: Some(stranger),
                ..query()
            },
            &[],
        ),
        (
            AuditQuery {
                action: Some(Action::SecretCreated),
                ..query()
            },
            &[6, 5],
        ),
        (
            AuditQuery {
                resource_id: Some(ResourceId::Secret(first)),
                ..query()
            },
            &[7, 5],
        ),
        (
            AuditQuery {
                resource_type: Some(ResourceType::Vault),
                ..query()
            },
            &[4, 3, 1],
        ),
        (
            AuditQuery {
                resource_type: Some(ResourceType::Secret),
                ..query()
            },
            &[7, 6, 5],
        ),
        (
            AuditQuery {
                since: Some(seconds(60)),
                ..query()
            },
            &[7],
        ),
        (
            AuditQuery {
                until: Some(seconds(60)),
                ..query()
            },
            &[6, 5, 4, 3, 2, 1],
        ),
        (
            AuditQuery {
                since: Some(now()),
                until: Some(now()),
                ..query()
            },
            &[],
        ),
        (
            AuditQuery {
                action: Some(Action::SecretCreated),
                actor: Some(actor),
                resource_type: Some(ResourceType::Secret),
                resource_id: Some(ResourceId::Secret(first)),
                since: Some(now()),
                until: Some(seconds(60)),
                ..query()
            },
            &[5],
        ),
        (
            AuditQuery {
                offset: 4,
                ..query()
            },
            &[3, 2, 1],
        ),
        (
            AuditQuery {
                offset: 9,
                ..query()
            },
            &[],
        ),
        (
            AuditQuery {
                offset: 1,
                action: Some(Action::SecretCreated),
                ..query()
            },
            &[5],
        ),
        (
            AuditQuery {
                before: Some(3),
                ..query()
            },
            &[2, 1],
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(positions(&vault, &query), expected, "{query:?}");
    }
}

#[test]
fn audit_03_a_clock_that_ran_backwards_hides_no_entry_from_a_filter_by_time() {
    let (_temp, vault, first) = fixture();
    acts::update(&vault, seconds(-3600), first, new_value("third value")).expect("rotated");
    let since = AuditQuery {
        since: Some(seconds(-7200)),
        until: Some(now()),
        ..query()
    };
    assert_eq!(positions(&vault, &since), [8]);
    let of_secret = AuditQuery {
        resource_id: Some(ResourceId::Secret(first)),
        ..since
    };
    assert_eq!(positions(&vault, &of_secret), [8]);
}

#[test]
fn audit_03_pages_follow_each_other_without_a_gap() {
    let (_temp, vault, _) = fixture();
    let mut query = AuditQuery {
        limit: 4,
        ..query()
    };
    let page = |query: &AuditQuery| {
        vault
            .read(|reader| reader.audit_entries(query))
            .expect("a log")
    };
    let first = page(&query);
    assert_eq!((first.lines.len(), first.next), (4, Some(4)));
    query.before = first.next;
    let second = page(&query);
    assert_eq!((second.lines.len(), second.next), (3, None));
}

#[test]
fn audit_02_rows_that_cannot_be_read_are_shown_as_such_and_hide_no_others() {
    let (temp, vault, _) = fixture();
    change(
        &temp,
        "PRAGMA ignore_check_constraints = ON; UPDATE audit SET action = 'conquered' WHERE position = 5; \
         UPDATE audit SET changed = 'no list' WHERE position = 6; UPDATE audit SET actor = x'00' WHERE position = 7",
    );
    let page = vault
        .read(|reader| reader.audit_entries(&query()))
        .expect("a log");
    let whys: Vec<_> = page
        .lines
        .iter()
        .map(|line| match line {
            AuditLine::Entry(_) => None,
            AuditLine::Unreadable(entry) => Some(entry.why.as_str()),
        })
        .collect();
    let expected = [
        Some("its actor cannot be read"),
        Some("its list of changes cannot be read"),
        Some("its action cannot be read"),
        None,
        None,
        None,
        None,
    ];
    assert_eq!(whys, expected);
    let AuditLine::Unreadable(entry) = &page.lines[2] else {
        panic!("readable")
    };
    let says = entry.says.as_ref().expect("most of it can be read");
    assert_eq!(says.action, "conquered");
}

fn exported(vault: &UnlockedVault, format: ExportFormat, query: &AuditQuery) -> String {
    let mut bytes = Vec::new();
    let mut reader = vault.log_reader().expect("a connection");
    let done = reader
        .export(
            query,
            format,
            &mut bytes,
            &mut |_| ControlFlow::Continue(()),
        )
        .expect("exported");
    assert_eq!(done.unreadable, 0);
    String::from_utf8(bytes).expect("text")
}

#[test]
fn audit_03_a_csv_has_a_header_lines_of_rfc_4180_and_no_formula() {
    let (_temp, vault, _) = fixture();
    let text = exported(&vault, ExportFormat::Csv, &query());
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 8);
    assert!(lines[0].starts_with("position,time,device,sequence,actor_id,actor,action,"));
    assert!(
        lines[6].contains(",\"'=cmd, \"\"second\"\"\","),
        "{}",
        lines[6]
    );
    assert!(!text.contains(",="), "{text}");
    assert!(text.ends_with("\r\n"));
}

#[test]
fn audit_03_json_lines_hold_each_entry_that_was_asked_for_oldest_first() {
    let (_temp, vault, first) = fixture();
    let asked = AuditQuery {
        resource_id: Some(ResourceId::Secret(first)),
        limit: 1,
        ..query()
    };
    let text = exported(&vault, ExportFormat::JsonLines, &asked);
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let actions: Vec<_> = lines.iter().map(|line| line["action"].as_str()).collect();
    assert_eq!(actions, [Some("secret_created"), Some("secret_rotated")]);
    assert_eq!(lines[0]["resource_id"], first.to_string());
    assert_eq!(lines[0]["actor"], "Ada");
    assert_eq!(lines[0]["time"], "2026-04-25T11:45:19.000Z");
}

#[test]
fn err_05_an_export_holds_no_value() {
    let (_temp, vault, _) = fixture();
    for format in [ExportFormat::Csv, ExportFormat::JsonLines] {
        assert!(!exported(&vault, format, &query()).contains("second value"));
    }
}

#[test]
fn audit_02_verification_passes_a_whole_log_and_names_the_first_bad_entry() {
    let (temp, vault, _) = fixture();
    let mut go_on = |_| ControlFlow::Continue(());
    let verify = |go_on: &mut dyn FnMut(_) -> _| {
        vault
            .log_reader()
            .expect("a connection")
            .verify(go_on)
            .expect("read")
    };
    let report = verify(&mut go_on);
    assert_eq!((report.entries, report.records), (7, 2));
    assert_eq!((report.first_bad, report.problems), (None, vec![]));
    change(
        &temp,
        "UPDATE audit SET reason = 'edited' WHERE position IN (5, 7)",
    );
    let bad = verify(&mut go_on).first_bad.expect("an edited entry");
    let says = bad.says.expect("readable");
    assert_eq!(
        (bad.position, says.sequence, says.device),
        (5, 2, temp.device().id())
    );
    assert_eq!(bad.why, "its content does not match its hash");
}

#[test]
fn audit_02_verification_names_a_row_that_cannot_be_read() {
    let (temp, vault, _) = fixture();
    change(
        &temp,
        "PRAGMA ignore_check_constraints = ON; UPDATE audit SET hash = x'00' WHERE position = 5",
    );
    let mut reader = vault.log_reader().expect("a connection");
    let report = reader
        .verify(&mut |_| ControlFlow::Continue(()))
        .expect("read");
    let bad = report.first_bad.expect("a broken row");
    assert_eq!(
        (bad.position, bad.why.as_str()),
        (5, "its hash cannot be read")
    );
}

#[test]
fn audit_02_an_end_cut_under_an_open_session_is_found_by_its_verification() {
    let (temp, vault, _) = fixture();
    change(&temp, "DELETE FROM audit WHERE position = 7");
    let mut reader = vault.log_reader().expect("a connection");
    let report = reader
        .verify(&mut |_| ControlFlow::Continue(()))
        .expect("read");
    assert!(
        report
            .problems
            .iter()
            .any(|problem| problem.message.contains("its end was cut")),
        "{:?}",
        report.problems
    );
}

#[test]
fn verification_and_export_can_be_stopped() {
    let (_temp, vault, _) = fixture();
    vault
        .write(now(), |writer| {
            for _ in 0..300 {
                writer.record_act(Action::ImportApplied, &[], None)?;
            }
            Ok::<_, StoreError>(())
        })
        .expect("written");
    let mut reader = vault.log_reader().expect("a connection");
    let stopped = reader.verify(&mut |progress| {
        assert_eq!((progress.done, progress.total), (256, 309));
        ControlFlow::Break(())
    });
    assert!(matches!(stopped, Err(VerifyError::Stopped)));
    let mut sink = Vec::new();
    let stopped = reader.export(&query(), ExportFormat::Csv, &mut sink, &mut |_| {
        ControlFlow::Break(())
    });
    assert!(matches!(stopped, Err(ExportError::Stopped)));
}

#[test]
fn audit_01_refusals_of_the_same_thing_within_a_minute_make_one_entry() {
    let (_temp, vault, _) = fixture();
    let refuse = |at: Timestamp, what: &str| {
        vault
            .write(at, |writer| writer.record_refusal(what))
            .expect("written");
    };
    for second in [0, 1, 59] {
        refuse(seconds(second), "secret_create");
    }
    refuse(seconds(2), "secret_delete");
    refuse(seconds(60), "secret_create");
    let told: Vec<_> = acts::log(&vault)
        .into_iter()
        .filter(|entry| entry.result == ActResult::Refused)
        .map(|entry| (entry.changed.concat(), entry.time))
        .collect();
    let expected = [
        ("secret_create".to_owned(), seconds(0)),
        ("secret_delete".to_owned(), seconds(2)),
        ("secret_create".to_owned(), seconds(60)),
    ];
    assert_eq!(told, expected);
}
