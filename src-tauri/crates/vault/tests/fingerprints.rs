//! Which values are the same, and where one is or was: kept, forgotten, carried to new keys, and hidden from Viewers.

use std::ops::ControlFlow;

use domain::create::CreateInput;
use domain::{HistoryInput, Role, SecretId, SecretText};
use testkit::acts::{self, create, fields, generic, new_value};
use testkit::team::{change_role, colleague};
use testkit::{TempVault, now};
use vault::{Held, OpenValueError, StoreError, UnlockedVault};

const MANY: usize = 100;

fn find(vault: &UnlockedVault, value: &str) -> Vec<(SecretId, u32, String)> {
    let value = SecretText::new(value.to_owned());
    let held = vault.read(|reader| reader.holders_of(&value, MANY));
    shown(held.expect("found"))
}

fn shown(held: Vec<Held>) -> Vec<(SecretId, u32, String)> {
    let each = held.into_iter();
    each.map(|held| (held.secret, held.version.get(), held.field))
        .collect()
}

/// The secrets of each group.
fn groups(vault: &UnlockedVault) -> Vec<Vec<SecretId>> {
    let groups = vault.read(|reader| reader.same_value_groups(MANY));
    let groups = groups.expect("groups").into_iter();
    groups
        .map(|group| group.fields.iter().map(|held| held.secret).collect())
        .collect()
}

fn shared_with(vault: &UnlockedVault, id: SecretId) -> Vec<SecretId> {
    let held = vault.read(|reader| reader.shares_value_with(id, MANY));
    held.expect("read").iter().map(|held| held.secret).collect()
}

fn value(id: SecretId, version: u32) -> (SecretId, u32, String) {
    (id, version, "value".to_owned())
}

fn keeping(name: &str, value: &str) -> CreateInput {
    CreateInput {
        history: Some(HistoryInput {
            keep: Some(5),
            grace_days: None,
        }),
        ..generic(name, value)
    }
}

fn rekeyed(vault: &UnlockedVault) -> UnlockedVault {
    let mut go_on = |_| ControlFlow::Continue(());
    let done = vault.rekey(now(), &mut go_on).expect("re-keyed");
    assert_eq!(done.unopened, 0);
    done.vault.expect("open under its new keys")
}

fn no_problems(vault: &UnlockedVault) {
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_value_is_found_in_every_version_that_holds_or_held_it() {
    let temp = TempVault::new();
    let vault = temp.open();
    let first = create(&vault, now(), keeping("first", "leaked")).expect("made");
    let second = create(&vault, now(), keeping("second", "other")).expect("made");
    acts::update(&vault, now(), second, new_value("leaked")).expect("rotated");
    acts::update(&vault, now(), second, new_value("third")).expect("rotated");
    acts::restore(&vault, now(), second, 2).expect("restored");
    let expected = [value(first, 1), value(second, 2), value(second, 4)];
    assert_eq!(find(&vault, "leaked"), expected);
    for near in ["leake", "Leaked", "leaked\n", "leaked ", ""] {
        assert_eq!(find(&vault, near), [], "{near:?}");
    }
    no_problems(&vault);
}

#[test]
fn a_value_is_found_in_whatever_secret_field_it_stands_and_an_identifier_is_none() {
    let temp = TempVault::new();
    let vault = temp.open();
    let key = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00";
    let s3 = CreateInput {
        name: Some("archive".to_owned()),
        secret_type: Some("s3".to_owned()),
        credentials: Some(fields(&[
            ("access_key_id", "AKIAIOSFODNN7EXAMPLE"),
            ("secret_access_key", key),
        ])),
        ..CreateInput::default()
    };
    let s3 = create(&vault, now(), s3).expect("made");
    let copy = create(&vault, now(), generic("a copy", key)).expect("made");
    let expected = [(s3, 1, "secret_access_key".to_owned()), value(copy, 1)];
    assert_eq!(find(&vault, key), expected);
    assert_eq!(find(&vault, "AKIAIOSFODNN7EXAMPLE"), []);
    assert_eq!(groups(&vault), [vec![s3, copy]]);
    assert_eq!(shared_with(&vault, s3), [copy]);
}

#[test]
fn hist_03_a_destroyed_value_is_still_found_until_it_is_forgotten() {
    let temp = TempVault::new();
    let vault = temp.open();
    let kept = create(&vault, now(), keeping("kept", "leaked")).expect("made");
    let forgotten = create(&vault, now(), keeping("forgotten", "leaked")).expect("made");
    for id in [kept, forgotten] {
        acts::update(&vault, now(), id, new_value("next")).expect("rotated");
    }
    acts::destroy_version(&vault, now(), kept, 1, false).expect("destroyed");
    acts::destroy_version(&vault, now(), forgotten, 1, true).expect("forgotten");
    assert_eq!(find(&vault, "leaked"), [value(kept, 1)]);
    // Forgotten later than it was destroyed.
    acts::destroy_version(&vault, now(), kept, 1, true).expect("forgotten");
    assert_eq!(find(&vault, "leaked"), []);
    no_problems(&vault);
}

#[test]
fn what_is_in_the_trash_is_found_and_shares_nothing_and_what_is_purged_is_gone() {
    let temp = TempVault::new();
    let vault = temp.open();
    let stays = create(&vault, now(), generic("stays", "same")).expect("made");
    let goes = create(&vault, now(), generic("goes", "same")).expect("made");
    assert_eq!(groups(&vault), [vec![stays, goes]]);
    acts::trash(&vault, now(), goes).expect("in the trash");
    assert_eq!(find(&vault, "same"), [value(stays, 1), value(goes, 1)]);
    assert_eq!(groups(&vault), Vec::<Vec<SecretId>>::new());
    assert_eq!(shared_with(&vault, stays), []);
    acts::purge(&vault, now(), goes).expect("purged");
    assert_eq!(find(&vault, "same"), [value(stays, 1)]);
    no_problems(&vault);
}

#[test]
fn only_what_secrets_hold_now_is_shared() {
    let temp = TempVault::new();
    let vault = temp.open();
    let first = create(&vault, now(), keeping("first", "same")).expect("made");
    let second = create(&vault, now(), keeping("second", "same")).expect("made");
    assert_eq!(shared_with(&vault, first), [second]);
    acts::update(&vault, now(), second, new_value("its own")).expect("rotated");
    assert_eq!(shared_with(&vault, first), []);
    assert_eq!(groups(&vault), Vec::<Vec<SecretId>>::new());
    // The same value twice in one history is no sharing either.
    acts::update(&vault, now(), first, new_value("between")).expect("rotated");
    acts::restore(&vault, now(), first, 1).expect("restored");
    acts::update(&vault, now(), second, new_value("another")).expect("rotated");
    assert_eq!(groups(&vault), Vec::<Vec<SecretId>>::new());
}

#[test]
fn role_03_a_viewer_is_told_of_no_same_values_and_an_operator_of_all() {
    let temp = TempVault::new();
    let owner = temp.open();
    let first = create(&owner, now(), generic("first", "same")).expect("made");
    let second = create(&owner, now(), generic("second", "same")).expect("made");
    let viewer = colleague(&temp, &owner, "Vera", Role::Viewer);
    let operator = colleague(&temp, &owner, "Otto", Role::Operator);
    drop(owner);
    let viewer = viewer.open(&temp);
    let value = SecretText::new("same".to_owned());
    let found = viewer.read(|reader| reader.holders_of(&value, MANY));
    assert!(matches!(found, Err(OpenValueError::NoValueKey)));
    let found = viewer.read(|reader| reader.same_value_groups(MANY));
    assert!(matches!(found, Err(OpenValueError::NoValueKey)));
    assert_eq!(shared_with(&viewer, first), []);
    drop(viewer);
    let operator = operator.open(&temp);
    assert_eq!(find(&operator, "same").len(), 2);
    assert_eq!(shared_with(&operator, first), [second]);
}

#[test]
fn new_keys_make_fingerprints_anew_where_values_open_and_keep_those_of_destroyed_ones() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), keeping("token", "first")).expect("made");
    acts::update(&vault, now(), id, new_value("second")).expect("rotated");
    acts::destroy_version(&vault, now(), id, 1, false).expect("destroyed");
    let before = stored(&temp);
    let vault = rekeyed(&vault);
    let after = stored(&temp);
    assert_eq!(before.len(), 2);
    assert_eq!(after.len(), 2);
    assert_eq!(after[0], before[0], "the destroyed one");
    assert_ne!(after[1], before[1], "the one that opens");
    // Found under either key, after a second generation too.
    let vault = rekeyed(&vault);
    assert_eq!(find(&vault, "first"), [value(id, 1)]);
    assert_eq!(find(&vault, "second"), [value(id, 2)]);
    let same = create(&vault, now(), generic("the same", "second")).expect("made");
    assert_eq!(groups(&vault), [vec![id, same]]);
    no_problems(&vault);
}

#[test]
fn an_operator_who_becomes_a_viewer_knows_no_key_of_fingerprints_made_since() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "guessable")).expect("made");
    let member = colleague(&temp, &owner, "Otto", Role::Operator);
    let before = stored(&temp);
    let owner = change_role(&owner, member.id, Role::Viewer).expect("changed");
    let owner = owner.expect("new keys");
    let after = stored(&temp);
    assert_ne!(after, before, "with the old key a guess is seen no more");
    assert_eq!(find(&owner, "guessable"), [value(id, 1)]);
}

#[test]
fn fingerprints_changed_dropped_or_added_behind_the_logs_back_are_told_by_the_check() {
    for meddling in [
        "UPDATE fingerprint SET hmac = randomblob(16) WHERE number = 2",
        "DELETE FROM fingerprint WHERE number = 2",
        "INSERT INTO fingerprint (secret_key, number, field, hmac) VALUES (1, 2, 'other', randomblob(16))",
        "INSERT INTO fingerprint (secret_key, number, field, hmac) VALUES (1, 1, 'other', randomblob(16))",
        "INSERT INTO fingerprint (secret_key, number, field, hmac) VALUES (1, 3, 'value', randomblob(16))",
        "UPDATE wrapped_key SET bytes = randomblob(60) WHERE slot = (SELECT key_slot FROM fingerprint_key)",
        "DELETE FROM fingerprint_key",
    ] {
        let temp = TempVault::new();
        let vault = temp.open();
        let id = create(&vault, now(), keeping("token", "first")).expect("made");
        for value in ["second", "third", "fourth"] {
            acts::update(&vault, now(), id, new_value(value)).expect("rotated");
        }
        acts::destroy_version(&vault, now(), id, 1, false).expect("destroyed");
        acts::destroy_version(&vault, now(), id, 3, true).expect("forgotten");
        no_problems(&vault);
        temp.meddle(meddling);
        assert_ne!(vault.check().expect("checked").problems, [], "{meddling}");
    }
}

#[test]
fn without_its_key_nothing_is_stored_that_could_not_be_found() {
    for meddling in [
        "UPDATE wrapped_key SET bytes = randomblob(60) WHERE slot = (SELECT key_slot FROM fingerprint_key)",
        "DELETE FROM fingerprint_key",
        "UPDATE fingerprint_key SET made_in = 2",
    ] {
        let temp = TempVault::new();
        let vault = temp.open();
        temp.meddle(meddling);
        let refused = create(&vault, now(), generic("token", "value"));
        let Err(acts::ActError::Store(StoreError::Integrity { .. })) = refused else {
            panic!("{meddling}: {:?}", refused.map(|_| ()));
        };
        // New keys are the way out.
        let vault = vault
            .rekey(now(), &mut |_| ControlFlow::Continue(()))
            .expect("re-keyed");
        let vault = vault.vault.expect("open");
        create(&vault, now(), generic("token", "value")).expect("made");
        assert_eq!(find(&vault, "value").len(), 1, "{meddling}");
    }
}

/// The fingerprints as they lie in the database, by version.
fn stored(temp: &TempVault) -> Vec<Vec<u8>> {
    let connection = rusqlite::Connection::open(temp.database()).expect("the file");
    let key = temp.page_key();
    let key = format!("PRAGMA key = \"x'{}'\"", key.expose_hex().as_str());
    connection.execute_batch(&key).expect("a key");
    let mut statement = connection
        .prepare("SELECT hmac FROM fingerprint ORDER BY secret_key, number")
        .expect("the table");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("rows")
}

#[test]
fn many_values_are_looked_for_with_keys_that_are_opened_once() {
    let temp = TempVault::new();
    let vault = temp.open();
    let first = create(&vault, now(), keeping("first", "leaked")).expect("made");
    acts::update(&vault, now(), first, new_value("newer")).expect("rotated");
    let vault = rekeyed(&vault);
    let second = create(&vault, now(), keeping("second", "leaked")).expect("made");
    let of = |value: &str| {
        let given = vec![("value".to_owned(), SecretText::new(value.to_owned()))];
        let method = domain::catalogue::AuthMethod::OpaqueValue;
        let parsed = domain::credentials::Credentials::parse(method, given, None);
        parsed.expect("taken").0
    };
    let found: Result<_, OpenValueError> = vault.read(|reader| {
        let finder = reader.value_finder()?;
        assert!(finder.marks(&of("leaked")) == finder.marks(&of("leaked")));
        assert!(finder.marks(&of("leaked")) != finder.marks(&of("Leaked")));
        assert_eq!(finder.holders(&of("leaked"), 1)?.len(), 1);
        assert_eq!(finder.holders(&of("none"), MANY)?, []);
        finder.holders(&of("leaked"), MANY)
    });
    let mut found = shown(found.expect("found"));
    found.sort();
    assert_eq!(found, [value(first, 1), value(second, 1)]);
}
