//! Members who go round the rules: with their own keys, a program of their own, and everything that lies in the folder.

use std::ops::ControlFlow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::create::CreateInput;
use domain::facts::{CreateFacts, NameFacts, RoomFacts};
use domain::{Role, SecretId, Tier, VersionNumber};
use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use testkit::acts::{self, context, create, generic};
use testkit::team::{self, Colleague, colleague};
use testkit::{TempVault, now};
use vault::identity::Identity;
use vault::keys_file::KeysFile;
use vault::signature::SigningPurpose;
use vault::unlock_keys::{UnlockKeysError, UnlockWith, unlock_keys};
use vault::{
    AuditQuery, ExportFormat, OlderState, OpenValueError, Problem, ProblemKind, StoreError,
    UnlockError, UnlockedVault,
};

/// The database, as any member's page key opens it to another program.
fn raw(temp: &TempVault, identity: Identity) -> Connection {
    let keys = KeysFile::read(&temp.folder()).expect("keys.json");
    let database = temp.folder().join(keys.database().as_str());
    let unlocked = unlock_keys(&keys, UnlockWith::Identity(identity)).expect("a member's");
    let connection = Connection::open(database).expect("the file");
    let open = format!(
        "PRAGMA key = \"x'{}'\"",
        unlocked.page_key.expose_hex().as_str()
    );
    connection.execute_batch(&open).expect("the key");
    connection
}

/// A `keys.json` as a member's own program writes it: signed by the member, and known to the database.
fn plant(temp: &TempVault, writer: &Colleague, edit: impl FnOnce(&mut Json)) {
    let database = raw(temp, writer.identity());
    let file = forge(temp, writer, edit);
    database
        .execute(
            "UPDATE vault SET keys_hash = ?1, keys_pending = NULL",
            [file.hash()],
        )
        .expect("known");
}

/// The same where the database knows nothing of it.
fn forge(temp: &TempVault, writer: &Colleague, edit: impl FnOnce(&mut Json)) -> KeysFile {
    let path = temp.folder().join("keys.json");
    let bytes = std::fs::read(&path).expect("keys.json");
    let mut json: Json = serde_json::from_slice(&bytes).expect("JSON");
    edit(&mut json);
    json["writer"] = Json::String(writer.id.to_string());
    json["signature"] = Json::String(String::new());
    let identity = writer.identity();
    let signature = identity.sign(SigningPurpose::KeysFile, &document(&json));
    json["signature"] = Json::String(STANDARD_NO_PAD.encode(signature.to_bytes()));
    let bytes = document(&json);
    let file = KeysFile::parse(&bytes).expect("the one encoding");
    std::fs::write(&path, &bytes).expect("written");
    file
}

/// The encoding of FORMAT.md §8.1.
fn document(json: &Json) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&Ordered(json)).expect("JSON");
    bytes.push(b'\n');
    bytes
}

/// JSON whose members stand in the order of FORMAT.md.
struct Ordered<'a>(&'a Json);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        const ORDER: &str = "format suite vault_id name generation epoch database genesis membership members writer \
            created_at owner member_id kind slot_id kdf algorithm memory_kib passes lanes salt verifying_key recipient_hash \
            recipient grant slots statement count hash log_hash signer sealed checksum signature";
        let rank = |name: &str| ORDER.split_whitespace().position(|other| other == name);
        match self.0 {
            Json::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| rank(name));
                to.collect_map(members.iter().map(|(name, value)| (name, Ordered(value))))
            }
            Json::Array(items) => to.collect_seq(items.iter().map(Ordered)),
            other => other.serialize(to),
        }
    }
}

fn member_of<'a>(json: &'a mut Json, id: &str) -> &'a mut Json {
    json["members"]
        .as_array_mut()
        .expect("a list")
        .iter_mut()
        .find(|member| member["member_id"] == id)
        .expect("a member")
}

fn assert_tampered(answer: Result<UnlockedVault, UnlockError>, what: &str) {
    match answer.map(drop) {
        Err(UnlockError::Keys(UnlockKeysError::Tampered(_))) => {}
        Err(other) => panic!("{what}: {other}"),
        Ok(()) => panic!("{what} was taken"),
    }
}

#[test]
fn role_03_nothing_that_a_viewer_can_read_holds_a_value() {
    const VALUE: &str = "a value that nobody else has";
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", VALUE)).expect("created");
    acts::update(
        &owner,
        now(),
        id,
        acts::new_value("another that nobody has"),
    )
    .expect("rotated");
    let doppler = acts::doppler("Doppler", "dp.st.prd.aTokenOfFortyCharactersOrSo");
    let connection = acts::create_connection(&owner, now(), doppler).expect("connected");
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let vault = grace.open(&temp);
    for version in [1, 2] {
        let number = VersionNumber::new(version).expect("from 1");
        let opened = vault.read(|reader| reader.open_values(id, number));
        assert!(matches!(opened.map(drop), Err(OpenValueError::NoValueKey)));
    }
    let token = vault.read(|reader| reader.open_token(connection));
    assert!(matches!(token.map(drop), Err(OpenValueError::NoValueKey)));

    // Every cell of every table, by her page key.
    let database = raw(&temp, grace.identity());
    let tables: Vec<String> = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .expect("tables")
        .query_map([], |row| row.get(0))
        .expect("read")
        .collect::<Result<_, _>>()
        .expect("names");
    assert!(tables.iter().any(|table| table == "sealed"));
    for table in tables {
        let Ok(mut rows) = database.prepare(&format!("SELECT * FROM \"{table}\"")) else {
            continue;
        };
        let columns = rows.column_count();
        let mut rows = rows.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for column in 0..columns {
                let bytes = match row.get::<_, Value>(column).expect("a cell") {
                    Value::Text(text) => text.into_bytes(),
                    Value::Blob(bytes) => bytes,
                    Value::Null | Value::Integer(_) | Value::Real(_) => continue,
                };
                for value in [VALUE, "another that nobody has"] {
                    let holds = bytes
                        .windows(value.len())
                        .any(|window| window == value.as_bytes());
                    assert!(!holds, "{table}, column {column}");
                }
            }
        }
    }
}

#[test]
fn audit_02_a_mutation_that_an_operator_signs_counts_for_nothing() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Operator);
    let vault = grace.open(&temp);
    // Decided as if by the Owner, which no rule would do for her, and applied under her own keys.
    let context = context(owner.actor(), now());
    let input: CreateInput = generic("planted", "a value of hers");
    let draft = input
        .parse(&context, None, &mut |_| {
            unreachable!("nothing is generated")
        })
        .expect("a good request");
    let facts = CreateFacts {
        names: NameFacts {
            same_name: None,
            same_env_key: None,
        },
        room: RoomFacts {
            tier: Tier::Unlimited,
            live_secrets: 0,
        },
    };
    let plan = draft.decide(&facts, &context).expect("decided");
    let id: SecretId = vault
        .write(now(), |writer| writer.apply(plan))
        .expect("nothing in the store stops her")
        .id();

    let opened = acts::value(&owner, id, 1);
    assert!(
        matches!(
            opened,
            Err(OpenValueError::Store(StoreError::Integrity { .. }))
        ),
        "before its value is used"
    );
    let report = owner.check().expect("checked");
    let named = report
        .problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::Log && problem.message.contains("role"));
    assert!(named, "{:?}", report.problems);
}

/// What a member's own program makes of the file.
type Attack<'a> = Box<dyn Fn(&mut Json) + 'a>;

#[test]
fn role_05_a_viewer_who_writes_keys_json_raises_and_lowers_nobody() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let edsger = colleague(&temp, &owner, "Edsger", Role::Viewer);
    let before = std::fs::read(temp.folder().join("keys.json")).expect("keys.json");
    let before: Json = serde_json::from_slice(&before).expect("JSON");
    team::change_role(&owner, edsger.id, Role::Operator).expect("promoted");
    owner.lock("asked", now()).expect("locked");
    let whole = std::fs::read(temp.folder().join("keys.json")).expect("keys.json");
    let old_grant = |id: &str| {
        let mut before = before.clone();
        member_of(&mut before, id)["grant"].clone()
    };

    // A change that any member may make, such as a new password's, is taken.
    plant(&temp, &grace, |_unchanged| ());
    drop(edsger.open(&temp));

    let (edsger_id, grace_id) = (edsger.id.to_string(), grace.id.to_string());
    let attacks: [(&str, Attack); 5] = [
        (
            "Edsger's grant of before",
            Box::new(|json| member_of(json, &edsger_id)["grant"] = old_grant(&edsger_id)),
        ),
        (
            "Edsger's grant in her own place",
            Box::new(|json| {
                let grant = member_of(json, &edsger_id)["grant"].clone();
                member_of(json, &grace_id)["grant"] = grant;
            }),
        ),
        (
            "the list of members of before",
            Box::new(|json| json["membership"] = before["membership"].clone()),
        ),
        (
            "herself as the one who signed it",
            Box::new(|json| json["membership"]["signer"] = Json::String(grace_id.clone())),
        ),
        (
            "Edsger left out",
            Box::new(|json| {
                json["members"]
                    .as_array_mut()
                    .expect("a list")
                    .retain(|member| member["member_id"] != *edsger_id);
            }),
        ),
    ];
    for (what, attack) in attacks {
        std::fs::write(temp.folder().join("keys.json"), &whole).expect("put back");
        plant(&temp, &grace, attack);
        let state = std::fs::read(temp.database()).expect("the database");
        if what != "Edsger left out" {
            assert_tampered(edsger.try_open(&temp), what);
        }
        // A role is sealed into its grant: of all members only its own can tell.
        if what != "Edsger's grant of before" {
            assert_tampered(temp.try_open(OlderState::Refuse, now()), what);
        }
        assert_eq!(
            std::fs::read(temp.database()).expect("the database"),
            state,
            "{what}: nothing was written"
        );
    }
}

#[test]
fn audit_02_nothing_is_written_beside_a_later_keys_json_that_nobody_announced() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let path = temp.folder().join("keys.json");
    let whole = std::fs::read(&path).expect("keys.json");
    forge(&temp, &grace, |json| {
        let generation = json["generation"].as_u64().expect("a number");
        json["generation"] = (generation + 1).into();
    });

    let written = owner.write(now(), |_writer| Ok::<_, StoreError>(()));
    assert!(
        matches!(&written, Err(StoreError::Integrity { what }) if what == "keys.json"),
        "{written:?}"
    );
    // One who only reads may stand at the state before an announcement.
    owner
        .read(|_reader| Ok::<_, StoreError>(()))
        .expect("as it was");

    std::fs::write(&path, whole).expect("put back");
    create(&owner, now(), generic("token", "a value")).expect("all is well");
}

#[test]
fn audit_02_a_viewer_who_writes_the_list_of_members_is_found_at_the_unlock() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    owner.lock("asked", now()).expect("locked");
    let id = hex::encode(grace.id.to_bytes());
    let statements = [
        format!("UPDATE member_state SET role = 'owner' WHERE member = x'{id}'"),
        format!("DELETE FROM member_state WHERE member = x'{id}'"),
        format!(
            "INSERT INTO member_state SELECT position + 1, member, name, 'owner', status, verifying_key, recipient_hash, \
             key_epoch, expires_at FROM member_state WHERE member = x'{id}' ORDER BY position DESC LIMIT 1"
        ),
    ];
    for sql in statements {
        let folder = temp.home().join("a copy");
        copy_folder(&temp, &folder);
        raw(&temp, grace.identity())
            .execute_batch(&sql)
            .expect("a change that SQL allows");
        let answer = temp.try_open(OlderState::Refuse, now());
        let refused = match answer.map(drop) {
            Ok(()) => sql.starts_with("INSERT") && unharmed(&temp, &grace),
            Err(UnlockError::Store(StoreError::Integrity { .. }) | UnlockError::Keys(_)) => true,
            Err(other) => panic!("{sql}: {other}"),
        };
        assert!(refused, "{sql}");
        put_back(&temp, &folder);
    }
}

#[test]
fn audit_02_rows_that_a_viewer_adds_for_herself_stop_no_change_and_name_nobody() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    owner.lock("asked", now()).expect("locked");
    let id = hex::encode(grace.id.to_bytes());
    let sound = temp.open().check().expect("checked").problems;
    assert!(sound.is_empty(), "{sound:?}");

    // At an entry that is about no member, and at the next ones that the log will come to.
    let planted = format!(
        "WITH RECURSIVE to_come(at) AS (SELECT max(position) - 1 FROM audit UNION SELECT at + 1 FROM to_come LIMIT 60) \
         INSERT INTO member_state SELECT at, m.member, 'Ada', 'owner', m.status, m.verifying_key, m.recipient_hash, \
         m.key_epoch, m.expires_at FROM to_come, member_state m WHERE m.position = \
         (SELECT max(position) FROM member_state WHERE member = x'{id}')"
    );
    let database = raw(&temp, grace.identity());
    let forged = database.execute(&planted, []).expect("what SQL allows");
    assert_eq!(forged, 60);
    let first: i64 = database
        .query_row(
            "SELECT min(position) FROM member_state WHERE name = 'Ada' AND member = ?1",
            [grace.id.to_bytes()],
            |row| row.get(0),
        )
        .expect("the first of them");
    drop(database);

    let owner = temp.open();
    let row = format!("Row {first} of the list of members");
    let tells = |problems: &[Problem]| {
        problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Record && problem.message.starts_with(&row))
    };
    let problems = owner.check().expect("checked").problems;
    assert!(tells(&problems), "{problems:?}");
    let mut go_on = |_| ControlFlow::Continue(());
    let mut log = owner.log_reader().expect("a reader");
    let problems = log.verify(&mut go_on).expect("verified").problems;
    assert!(tells(&problems), "{problems:?}");

    // Her entries are hers by the name that the log vouches for.
    let query = AuditQuery {
        actor: Some(grace.id),
        limit: 100,
        ..AuditQuery::default()
    };
    let page = owner
        .read(|reader| reader.audit_entries(&query))
        .expect("a page");
    let names: Vec<_> = page.lines.iter().map(|line| line.entry()).collect();
    assert!(!names.is_empty());
    for entry in names {
        let name = entry.and_then(|entry| entry.actor_name.as_deref());
        assert_eq!(name, Some("Grace"));
    }
    let mut exported = Vec::new();
    log.export(&query, ExportFormat::Csv, &mut exported, &mut go_on)
        .expect("exported");
    let exported = String::from_utf8(exported).expect("text");
    assert!(
        exported.contains("Grace") && !exported.contains("Ada"),
        "{exported}"
    );
    drop(log);

    team::invite(&owner, "Edsger", Role::Viewer);
    let owner = team::remove(&owner, grace.id).expect("removed");
    let present = owner.read(|reader| Ok::<_, StoreError>(reader.member(grace.id)));
    assert_eq!(present.expect("read"), None);
    let problems = owner.check().expect("checked").problems;
    assert!(problems.is_empty(), "{problems:?}");
}

/// A row without an entry vouches for nothing.
fn unharmed(temp: &TempVault, grace: &Colleague) -> bool {
    let opened = grace.try_open(temp);
    opened.is_ok_and(|vault| vault.actor().role == Role::Viewer)
}

fn copy_folder(temp: &TempVault, to: &std::path::Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(temp.folder()).expect("the folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

fn put_back(temp: &TempVault, from: &std::path::Path) {
    std::fs::remove_dir_all(temp.folder()).expect("removed");
    std::fs::rename(from, temp.folder()).expect("put back");
    let _ = std::fs::remove_dir_all(temp.state_folder());
}
