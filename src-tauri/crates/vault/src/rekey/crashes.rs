//! A program that removes a member, and so re-keys the vault, is killed after each step. Whoever opens the vault then finds
//! one whole generation, with every edit that was acknowledged, and nothing left over.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use domain::SecretText;
use domain::create::CreateInput;
use domain::facts::{CreateFacts, RoomFacts};
use domain::ids::{MemberId, SecretId, VersionId};
use domain::member::{InviteInput, RemoveInput};
use domain::plan::Context;
use domain::request::FieldsInput;
use domain::text::{MemberName, SecretName, VaultName};
use domain::tier::Tier;
use domain::time::Timestamp;
use domain::version::VersionNumber;

use crate::announced::place;
use crate::device::Device;
use crate::entropy;
use crate::fault::KILL_AT;
use crate::folder::{OlderState, VaultFolder, create_vault};
use crate::identity::Identity;
use crate::kdf::KdfParams;
use crate::keys_file::KeysFile;
use crate::members::MemberDone;
use crate::password::NewPassword;
use crate::reader::Reader;
use crate::store::error::StoreError;
use crate::store::{connection, vault_row};
use crate::unlock_keys::{UnlockWith, unlock_keys};
use crate::unlocked::UnlockedVault;
use crate::writer::Writer;

/// Every step of a re-keying, in its order. From `SWITCH` on the new generation counts.
const STEPS: [&str; 15] = [
    "begun",
    "copying",
    "copied",
    "rewrapping",
    "rewrapped",
    "locked",
    "finished",
    "synced",
    "keys written",
    "keys linked",
    SWITCH,
    "keys copied",
    "switched",
    "superseded",
    "removed",
];
const SWITCH: &str = "keys renamed";

/// Who was invited, and is removed.
static MEMBER: LazyLock<MemberId> = LazyLock::new(|| MemberId::from_bytes([7; 16]));
const SIGKILL: i32 = 9;
const FOLDER: &str = "TURNSTONE_TEST_FOLDER";
/// Enough for several steps of copying and of wrapping.
const SECRETS: usize = 260;
const VALUE_BYTES: usize = 5_000;

static NOW: LazyLock<Timestamp> = LazyLock::new(|| Timestamp::from_millis(1_777_117_519_000));

/// A vault's folder and its device's, made once and copied.
static EXAMPLE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a temporary folder");
    let password = NewPassword::parse("plover dunlin sanderling knot", &[]).expect("strong");
    let (vault, code) = create_vault(
        &home.path().join("vault"),
        &VaultName::parse("Acme").expect("a name"),
        &MemberName::parse("Ada").expect("a name"),
        &password,
        KdfParams::FLOOR,
        &device(home.path()),
        *NOW,
    )
    .expect("a vault");
    let made = vault.write(*NOW, |writer| {
        for number in 0..SECRETS {
            let value = format!("{number} {}", "x".repeat(VALUE_BYTES));
            create_in(&vault, writer, &format!("secret {number}"), &value);
        }
        Ok::<_, StoreError>(())
    });
    made.expect("written");
    invite(&vault);
    vault.lock("made", *NOW).expect("locked");
    let keys = KeysFile::read(&home.path().join("vault")).expect("keys.json");
    let unlocked = unlock_keys(&keys, UnlockWith::Recovery(&code)).expect("the code opens it");
    let identity = *unlocked.identity.dangerous_expose_bytes();
    fs::write(home.path().join("identity"), identity).expect("written");
    home
});

#[test]
fn a_removal_killed_after_any_step_leaves_one_whole_generation_and_every_acknowledged_edit() {
    for (at, step) in STEPS.into_iter().enumerate() {
        let home = copy_of_example();
        let old = KeysFile::read(&home.path().join("vault")).expect("keys.json");
        let status = Command::new(std::env::current_exe().expect("this test"))
            .args([
                "--exact",
                "rekey::crashes::a_program_that_removes_a_member",
                "--ignored",
            ])
            .env(FOLDER, home.path())
            .env(KILL_AT, step)
            .output()
            .expect("a process of its own")
            .status;
        assert_eq!(status.signal(), Some(SIGKILL), "after {step}: {status}");
        let switch = STEPS
            .iter()
            .position(|step| *step == SWITCH)
            .expect("a step");
        let epoch = if at < switch { 1 } else { 2 };
        check(home.path(), &old, epoch, step);
    }
}

/// What the next session finds: one generation, whole, with nothing beside it, and able to get another.
fn check(home: &Path, old: &KeysFile, epoch: u32, step: &str) {
    let folder = home.join("vault");
    let vault = open(home);
    assert_eq!(vault.key_epoch, epoch, "{step}");
    let keys = KeysFile::read(&folder).expect("keys.json");
    let in_the_log = vault.read(|reader| Ok::<_, StoreError>(reader.member(*MEMBER).is_some()));
    let in_the_keys = keys.verifying_key(*MEMBER).is_some();
    assert_eq!(
        (in_the_log.expect("read"), in_the_keys),
        (epoch == 1, epoch == 1),
        "{step}"
    );
    let acknowledged = fs::read_to_string(home.join("acknowledged")).expect("its edits");
    let before_the_copy = step == STEPS[0];
    assert_eq!(
        acknowledged.lines().count(),
        if before_the_copy { 1 } else { 2 },
        "{step}"
    );
    for name in acknowledged.lines() {
        assert_eq!(value_of(&vault, name), format!("value of {name}"), "{step}");
    }
    assert_eq!(vault.check().expect("checked").problems, [], "{step}");
    assert_eq!(
        files(&folder),
        ["keys.json", "keys.json.bak", keys.database().as_str()],
        "{step}"
    );
    let copy = KeysFile::read_backup(&folder).expect("its copy");
    assert!(copy.hash() == keys.hash(), "{step}");
    if epoch > 1 {
        let identity = identity(home);
        let old = unlock_keys(old, UnlockWith::Identity(identity)).expect("the old keys");
        let opened = connection::open_reader(&vault.database, &old.page_key);
        assert!(
            opened.is_err(),
            "the old page key opens the new file: {step}"
        );
    }
    let again = vault.rekey(*NOW, &mut |_| ControlFlow::Continue(()));
    let vault = again.expect("re-keyed").vault.expect("open");
    assert_eq!(vault.key_epoch, epoch + 1, "{step}");
    assert_eq!(
        value_of(&vault, "secret 7"),
        format!("7 {}", "x".repeat(VALUE_BYTES))
    );
}

/// As a program does that announced a new password in the old generation, and was overtaken before it wrote the file.
#[test]
fn a_keys_json_of_the_old_generation_never_takes_the_place_of_the_new_one() {
    let home = copy_of_example();
    let folder = home.path().join("vault");
    let vault = open(home.path());
    let mut late = connection::open(&vault.database, &vault.page_key).expect("the old file");
    let old = KeysFile::read(&folder).expect("keys.json");
    let done = vault.rekey(*NOW, &mut |_| ControlFlow::Continue(()));
    let new = KeysFile::read(&folder).expect("keys.json");
    let _nothing_to_do = place(&mut late, &folder, &old);
    let there = KeysFile::read(&folder).expect("keys.json");
    assert_eq!(there.generation(), new.generation());
    let row = vault_row::read(&late).expect("the superseded row");
    assert_eq!((row.key_epoch, row.keys_hash), (2, new.hash()));
    let vault = done.expect("re-keyed").vault.expect("open");
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
#[ignore = "started by the test above as a process of its own, which is killed"]
fn a_program_that_removes_a_member() {
    let Some(home) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let (vault, elsewhere) = (open(&home), open(&home));
    edit_and_acknowledge(&home, &vault, "before");
    let mut written = false;
    let facts = |reader: &Reader<'_>| {
        let member = reader.member(*MEMBER).expect("a member");
        Ok::<_, StoreError>((member, reader.member_facts(None)))
    };
    let (member, facts) = vault.read(facts).expect("read");
    let plan = RemoveInput
        .decide(&member, &facts, &context(&vault))
        .expect("an owner's act");
    let done = vault.apply_member(plan, *NOW, &mut |_| {
        if !written {
            edit_and_acknowledge(&home, &elsewhere, "meanwhile");
            written = true;
        }
        ControlFlow::Continue(())
    });
    panic!("it should be dead: {:?}", done.map(|_| ()));
}

fn edit_and_acknowledge(home: &Path, vault: &UnlockedVault, name: &str) {
    let made = vault.write(*NOW, |writer| {
        create_in(vault, writer, name, &format!("value of {name}"));
        Ok::<_, StoreError>(())
    });
    made.expect("written");
    let path = home.join("acknowledged");
    let before = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, format!("{before}{name}\n")).expect("acknowledged");
}

fn invite(vault: &UnlockedVault) {
    let input = InviteInput {
        name: Some("Grace".to_owned()),
        role: Some("operator".to_owned()),
    };
    let context = context(vault);
    let draft = input.parse(&context).expect("a good invitation");
    let facts = vault.read(|reader| Ok::<_, StoreError>(reader.member_facts(Some(draft.name()))));
    let plan = draft
        .decide(&facts.expect("read"), *MEMBER, &context)
        .expect("an owner's act");
    let done = vault.apply_member(plan, *NOW, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(done, Ok(MemberDone::Invited(..))));
}

fn context(vault: &UnlockedVault) -> Context {
    let random = || entropy::generate_bytes().expect("entropy");
    Context {
        now: *NOW,
        actor: vault.actor().clone(),
        new_secret_id: SecretId::from_parts(*NOW, random()),
        new_version_id: VersionId::from_parts(*NOW, random()),
    }
}

fn create_in(vault: &UnlockedVault, writer: &mut Writer<'_>, name: &str, value: &str) {
    let context = context(vault);
    let value = SecretText::new(value.to_owned());
    let input = CreateInput {
        name: Some(name.to_owned()),
        secret_type: Some("generic".to_owned()),
        credentials: Some(FieldsInput::new(vec![("value".to_owned(), value)])),
        ..CreateInput::default()
    };
    let draft = input
        .parse(&context, None, &mut |_| {
            unreachable!("nothing is generated")
        })
        .expect("a good request");
    let facts = CreateFacts {
        names: writer
            .name_facts(Some(draft.name()), None, None)
            .expect("names"),
        room: RoomFacts {
            tier: Tier::Unlimited,
            live_secrets: 0,
        },
    };
    let plan = draft.decide(&facts, &context).expect("a good secret");
    writer.apply(plan).expect("written");
}

fn value_of(vault: &UnlockedVault, name: &str) -> String {
    let name = SecretName::parse(name).expect("a name");
    let opened = vault.read(|reader| {
        let id = reader
            .secret_by_name(&name)?
            .expect("a secret of this name");
        reader.open_values(id, VersionNumber::new(1).expect("from 1"))
    });
    let values = opened.expect("it opens");
    values
        .field("value")
        .expect("a generic secret")
        .expose_text()
        .to_owned()
}

fn open(home: &Path) -> UnlockedVault {
    VaultFolder::open(&home.join("vault"))
        .expect("a vault")
        .unlock(
            UnlockWith::Identity(identity(home)),
            &device(home),
            OlderState::Refuse,
            *NOW,
        )
        .expect("it opens")
}

fn device(home: &Path) -> Device {
    Device::open(&home.join("state"), *NOW).expect("a state folder")
}

fn identity(home: &Path) -> Identity {
    let bytes = fs::read(home.join("identity")).expect("an identity");
    Identity::dangerous_from_bytes(&bytes.try_into().expect("its length"))
}

fn copy_of_example() -> tempfile::TempDir {
    let example = &*EXAMPLE;
    let home = tempfile::tempdir().expect("a temporary folder");
    for part in ["vault", "state"] {
        fs::create_dir(home.path().join(part)).expect("a folder");
        for entry in fs::read_dir(example.path().join(part)).expect("a folder") {
            let entry = entry.expect("an entry");
            let to = home.path().join(part).join(entry.file_name());
            fs::copy(entry.path(), to).expect("copied");
        }
    }
    fs::copy(
        example.path().join("identity"),
        home.path().join("identity"),
    )
    .expect("copied");
    home
}

/// Names of files but those that SQLite keeps beside an open database.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    names.sort();
    names
}
