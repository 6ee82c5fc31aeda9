//! Someone who holds the page key writes to the database with a program of their own: what they put there is neither
//! signed along, nor used, nor a way to shut the owner out.

use std::fs;

use domain::audit::Action;
use domain::text::SecretName;
use testkit::acts::{self, ActError, after, create, generic, new_value};
use testkit::now;
use vault::{
    Direction, Filter, ListQuery, OlderState, ProblemKind, ResourceId, Sort, SortKey, Start,
    StoreError, UnlockError, UnlockedVault,
};

use crate::support::{Fixture, created, is_integrity};

fn everything(key: SortKey) -> ListQuery {
    let sort = Sort {
        by: key,
        direction: Direction::Ascending,
    };
    ListQuery {
        filter: Filter::default(),
        sort,
        start: Start::First,
        limit: 100,
        now: now(),
    }
}

fn actions(vault: &UnlockedVault) -> Vec<Action> {
    acts::log(vault).iter().map(|entry| entry.action).collect()
}

#[test]
fn audit_02_a_planted_trigger_changes_nothing_that_the_owner_signs() {
    let Fixture { temp, victim, .. } = created();
    temp.meddle(
        "CREATE TRIGGER planted AFTER UPDATE OF revision ON secret BEGIN \
         UPDATE secret SET allowed_domains = '[\"*.evil.example\"]', notes = 'planted' WHERE key = NEW.key; END",
    );
    let vault = temp.open();
    acts::update(
        &vault,
        now(),
        victim,
        new_value("second value of the victim"),
    )
    .expect("rotated");
    let found = acts::secret(&vault, victim)
        .expect("readable")
        .expect("there");
    assert_eq!(found.secret().notes().as_str(), "");
    assert!(found.secret().allowed_domains().patterns().is_empty());
    let report = vault.check().expect("checked");
    assert!(
        report
            .problems
            .iter()
            .any(|problem| problem.message.contains("planted")),
        "{:?}",
        report.problems
    );
}

#[test]
fn audit_02_a_secret_that_answers_to_anothers_name_gives_nothing_away() {
    let Fixture { temp, other, .. } = created();
    temp.meddle(
        "UPDATE secret SET name_folded = 'x' WHERE name = 'victim'; UPDATE secret SET name_folded = 'victim' WHERE name = 'other'",
    );
    let vault = temp.open();
    let name = SecretName::parse("victim").expect("a name");
    let found = vault
        .read(|reader| reader.secret_by_name(&name))
        .expect("readable");
    assert_eq!(found, Some(other), "the index says so");
    assert!(is_integrity(
        &acts::value(&vault, other, 1).expect_err("another's name")
    ));
    let used = vault.write(now(), |writer| {
        writer.record_use(other, "value", Action::ValueInjected)
    });
    assert!(is_integrity(&used.expect_err("another's name")));
}

#[test]
fn audit_02_a_live_secret_marked_as_trashed_is_not_swept_away() {
    let Fixture { temp, victim, .. } = created();
    temp.meddle("UPDATE secret SET trashed_at = created_at WHERE name = 'victim'");
    // The first unlock past the date settles the time, the second would sweep.
    drop(temp.open_at(after(31)));
    let vault = temp.open_at(after(32));
    assert!(
        !actions(&vault).contains(&Action::SecretDestroyed),
        "{:?}",
        actions(&vault)
    );
    assert!(acts::secret(&vault, victim).expect("readable").is_some());
    let report = vault.check().expect("checked");
    assert!(
        report
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Record),
        "{:?}",
        report.problems
    );
}

#[test]
fn audit_02_a_live_secret_marked_as_trashed_is_not_destroyed_with_the_trash() {
    let Fixture {
        temp,
        victim,
        other,
    } = created();
    let vault = temp.open();
    acts::trash(&vault, now(), other).expect("trashed");
    vault.lock("asked", now()).expect("locked");
    temp.meddle("UPDATE secret SET trashed_at = created_at WHERE name = 'victim'");
    let vault = temp.open();
    let refused = acts::purge(&vault, now(), victim).expect_err("not in the trash");
    assert!(
        matches!(&refused, ActError::Store(StoreError::Integrity { what }) if what.contains("victim")),
        "{refused:?}"
    );
    let emptied = vault
        .empty_trash::<ActError>(&acts::context(vault.actor(), now()))
        .expect("emptied");
    assert_eq!(
        (emptied.purged, emptied.refused),
        (1, vec!["victim".to_owned()])
    );
    assert!(acts::secret(&vault, victim).expect("readable").is_some());
    assert!(acts::secret(&vault, other).expect("readable").is_none());
    let tells = |id| {
        acts::log(&vault)
            .iter()
            .filter(|entry| entry.action == Action::SecretDestroyed)
            .any(|entry| entry.resource_id == Some(ResourceId::Secret(id)))
    };
    assert!(tells(other) && !tells(victim));
}

#[test]
fn a_name_that_hides_what_stands_beside_it_is_shown_as_it_is() {
    let Fixture { temp, victim, .. } = created();
    temp.meddle(
        "UPDATE secret SET name = 'a' || char(8238) || char(10) || 'b' WHERE name = 'victim'",
    );
    let vault = temp.open();
    let refused = acts::value(&vault, victim, 1).expect_err("renamed");
    assert!(refused.to_string().contains("a··b"), "{refused}");
    let report = vault.check().expect("checked");
    let shown: Vec<&str> = report
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(
        shown.iter().any(|message| message.contains("a··b")),
        "{shown:?}"
    );
    assert!(
        !shown.iter().any(|message| message.contains('\u{202E}')),
        "{shown:?}"
    );
}

#[test]
fn audit_02_versions_planted_for_the_next_secret_are_not_signed_along() {
    let Fixture { temp, .. } = created();
    temp.meddle(
        "PRAGMA foreign_keys = OFF; INSERT INTO version SELECT (SELECT max(key) + 1 FROM secret), 7, randomblob(16), auth_method, \
         'previous', created_at, created_by, how, origin, 999, masks, reason, made_at, expires_at FROM version LIMIT 1",
    );
    let vault = temp.open();
    let refused = create(&vault, now(), generic("next", "value")).expect_err("planted");
    assert!(
        matches!(refused, ActError::Store(StoreError::Integrity { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_record_that_cannot_be_read_does_not_shut_the_vault() {
    for column in [
        "tags = 'no list'",
        "auth_method = 'unheard of'",
        "name = ''",
    ] {
        let Fixture { temp, other, .. } = created();
        temp.meddle(&format!(
            "UPDATE secret SET {column}, trashed_at = created_at WHERE name = 'victim'"
        ));
        drop(temp.try_open(OlderState::Refuse, after(31)).expect(column));
        let vault = temp.try_open(OlderState::Refuse, after(32)).expect(column);
        assert_eq!(
            acts::value(&vault, other, 1).expect("untouched"),
            "value of the other"
        );
    }
}

#[test]
fn audit_02_a_log_cut_under_an_open_vault_is_not_written_on() {
    let Fixture { temp, victim, .. } = created();
    let vault = temp.open();
    acts::update(
        &vault,
        now(),
        victim,
        new_value("second value of the victim"),
    )
    .expect("rotated");
    // The newest entry is cut; what follows it would else hide the cut for good.
    temp.meddle("DELETE FROM audit WHERE position = (SELECT max(position) FROM audit)");
    let refused = vault.write(now(), |writer| {
        writer.record_act(Action::ImportApplied, &[], None)
    });
    assert!(
        matches!(refused, Err(StoreError::Integrity { .. })),
        "{refused:?}"
    );
    drop(vault);
    let refused = temp
        .try_open(OlderState::Refuse, now())
        .map(|_| ())
        .expect_err("the end is missing");
    assert!(matches!(refused, UnlockError::Rollback { .. }), "{refused}");
}

#[test]
fn two_sessions_write_on_one_log() {
    let Fixture {
        temp,
        victim,
        other,
    } = created();
    let (one, two) = (temp.open(), temp.open());
    for _ in 0..3 {
        acts::update(
            &one,
            now(),
            victim,
            new_value(&format!("{:?}", std::time::Instant::now())),
        )
        .expect("by one");
        acts::update(
            &two,
            now(),
            other,
            new_value(&format!("{:?}", std::time::Instant::now())),
        )
        .expect("by the other");
    }
    assert_eq!(one.check().expect("checked").problems, []);
}

#[test]
fn a_log_numbered_to_the_end_of_numbers_is_damage_and_no_panic() {
    for column in [
        "position = 9223372036854775807",
        "sequence = 9223372036854775807",
    ] {
        let Fixture { temp, .. } = created();
        temp.meddle(&format!(
            "UPDATE audit SET {column} WHERE position = (SELECT max(position) FROM audit)"
        ));
        for older in [OlderState::Refuse, OlderState::Accept] {
            let refused = temp.try_open(older, now()).map(|_| ()).expect_err(column);
            assert!(
                matches!(
                    refused,
                    UnlockError::Rollback { .. } | UnlockError::Store(_)
                ),
                "{refused}"
            );
        }
    }
}

#[test]
fn numbers_that_nobody_would_write_are_no_panic() {
    for column in [
        "created_at",
        "updated_at",
        "rotated_at",
        "made_at",
        "expires_at",
        "trashed_at",
        "sweep_at",
        "hint_count",
        "current_version",
        "keep_versions",
        "grace_days",
        "revision",
    ] {
        for number in [
            "-9223372036854775808",
            "-1",
            "0",
            "255",
            "4294967296",
            "9223372036854775807",
        ] {
            let Fixture { temp, victim, .. } = created();
            let sql = format!(
                "PRAGMA ignore_check_constraints = ON; UPDATE secret SET {column} = {number} WHERE name = 'victim'"
            );
            temp.meddle(&sql);
            let Ok(vault) = temp.try_open(OlderState::Refuse, now()) else {
                panic!("{sql}: shut out")
            };
            for key in [
                SortKey::Name,
                SortKey::Age,
                SortKey::Type,
                SortKey::Updated,
                SortKey::EnvKey,
                SortKey::Health,
            ] {
                let _ = vault.read(|reader| reader.list(&everything(key)));
            }
            let _ = vault.read(|reader| reader.trash());
            let _ = vault.read(|reader| reader.counts_by_health(now()));
            let _ = acts::secret(&vault, victim);
            let _ = acts::update(&vault, now(), victim, new_value("x"));
            vault.check().expect("checked");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_keys_json_is_refused_and_not_waited_for() {
    let Fixture { temp, .. } = created();
    let keys = temp.folder().join("keys.json");
    fs::remove_file(&keys).expect("removed");
    let made = std::process::Command::new("mkfifo")
        .arg(&keys)
        .status()
        .expect("mkfifo");
    assert!(made.success());
    let refused = vault::VaultFolder::open(&temp.folder())
        .map(|_| ())
        .expect_err("a pipe");
    assert!(matches!(refused, vault::OpenError::Io(_)), "{refused}");
}

#[test]
fn only_databases_of_ours_are_tidied_away() {
    let Fixture { temp, other, .. } = created();
    let folder = temp.folder();
    for name in ["vault-2.db", "vault-2.db-wal"] {
        fs::write(folder.join(name), b"left behind").expect("written");
    }
    for name in ["vault (copy).db", "vault-backup.db", "notes.txt"] {
        fs::write(folder.join(name), b"a person's own").expect("written");
    }
    fs::create_dir(folder.join("vault-3.db")).expect("a folder in the way");
    let vault = temp.open();
    assert_eq!(
        acts::value(&vault, other, 1).expect("open"),
        "value of the other"
    );
    for (name, stays) in [
        ("vault-2.db", false),
        ("vault-2.db-wal", false),
        ("vault (copy).db", true),
        ("vault-backup.db", true),
        ("notes.txt", true),
    ] {
        assert_eq!(folder.join(name).exists(), stays, "{name}");
    }
}

#[test]
fn a_database_that_was_emptied_is_damage_and_stays_as_it_is() {
    let Fixture { temp, .. } = created();
    fs::write(temp.database(), b"").expect("emptied");
    let refused = temp
        .try_open(OlderState::Accept, now())
        .map(|_| ())
        .expect_err("empty");
    assert!(
        matches!(refused, UnlockError::Store(StoreError::Damaged { .. })),
        "{refused}"
    );
    assert_eq!(
        temp.database().metadata().expect("there").len(),
        0,
        "nothing was written into it"
    );
}
