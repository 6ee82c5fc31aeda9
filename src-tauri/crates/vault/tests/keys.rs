//! The keys of a vault from outside: making them, changing them, and where they lie on the disk.

use std::fs;
use std::path::Path;

use domain::role::Role;
use domain::text::{MemberName, VaultName};
use domain::time::Timestamp;
use vault::kdf::KdfParams;
use vault::keys_file::{KEYS_BACKUP_NAME, KEYS_FILE_NAME, KeysFile, ReadKeysError};
use vault::password::{NewPassword, Password};
use vault::recovery_code::RecoveryCode;
use vault::unlock_keys::{
    UnlockKeysError, UnlockWith, UnlockedKeys, change_password, renew_recovery_code, unlock_keys,
    verify_keys_file,
};
use vault::{Device, UnlockedVault, create_vault};

const PASSWORD: &str = "plover dunlin sanderling knot";
const NEXT_PASSWORD: &str = "turnstone oystercatcher curlew";

/// The keys of a vault that was just made.
struct CreatedKeys {
    file: KeysFile,
    unlocked: UnlockedKeys,
    recovery_code: RecoveryCode,
}

fn create() -> CreatedKeys {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (_vault, recovery_code) = create_in(home.path());
    let file = KeysFile::read(&home.path().join("vault")).expect("keys.json");
    let Ok(unlocked) = unlock_keys(&file, UnlockWith::Recovery(&recovery_code)) else {
        panic!("the code opens it")
    };
    CreatedKeys {
        file,
        unlocked,
        recovery_code,
    }
}

fn create_in(home: &Path) -> (UnlockedVault, RecoveryCode) {
    let now = Timestamp::from_millis(1_777_117_519_000);
    create_vault(
        &home.join("vault"),
        &VaultName::parse("Acme").expect("a name"),
        &MemberName::parse("Ada").expect("a name"),
        &new_password(PASSWORD),
        KdfParams::FLOOR,
        &Device::open(&home.join("state"), now).expect("a device"),
        now,
    )
    .expect("a vault")
}

fn new_password(text: &str) -> NewPassword {
    NewPassword::parse(text, &[]).expect("strong")
}

fn opens_by_password(file: &KeysFile, text: &str) -> bool {
    let password = Password::parse(text).expect("a password");
    match unlock_keys(file, UnlockWith::Password(&password)) {
        Ok(_) => true,
        Err(UnlockKeysError::WrongPassword) => false,
        Err(error) => panic!("{error}"),
    }
}

fn opens_by_code(file: &KeysFile, code: &RecoveryCode) -> bool {
    match unlock_keys(file, UnlockWith::Recovery(code)) {
        Ok(_) => true,
        Err(UnlockKeysError::WrongRecoveryCode) => false,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_new_vaults_owner_holds_every_key() {
    let CreatedKeys {
        file,
        unlocked,
        recovery_code,
    } = create();
    assert_eq!(unlocked.role, Role::Owner);
    assert!(unlocked.value_key.is_some());
    assert_eq!(
        (file.generation(), file.epoch(), file.database().as_str()),
        (1, 1, "vault.db")
    );
    assert_eq!(
        file.verifying_key(unlocked.identity.member_id()),
        Some(unlocked.identity.verifying_key())
    );
    assert_eq!(file.genesis_hash(), unlocked.identity.genesis_hash());
    assert!(opens_by_password(&file, PASSWORD));
    assert!(opens_by_code(&file, &recovery_code));
}

#[test]
fn two_vaults_of_one_person_share_nothing() {
    let (one, other) = (create(), create());
    assert_ne!(
        *one.unlocked.page_key.expose_hex(),
        *other.unlocked.page_key.expose_hex()
    );
    assert_ne!(one.file.vault_id(), other.file.vault_id());
    assert!(!opens_by_code(&one.file, &other.recovery_code));
}

#[test]
fn lock_06_a_changed_password_opens_the_next_generation() {
    let CreatedKeys {
        file,
        unlocked,
        recovery_code,
    } = create();
    let next = change_password(
        &file,
        &unlocked.identity,
        &new_password(NEXT_PASSWORD),
        KdfParams::FLOOR,
    )
    .expect("changed");
    assert_eq!(next.generation(), 2);
    assert!(opens_by_password(&next, NEXT_PASSWORD));
    assert!(opens_by_code(&next, &recovery_code), "the code stays");
}

#[test]
fn lock_06_the_old_password_does_not_open_the_next_generation() {
    let CreatedKeys { file, unlocked, .. } = create();
    let next = change_password(
        &file,
        &unlocked.identity,
        &new_password(NEXT_PASSWORD),
        KdfParams::FLOOR,
    )
    .expect("changed");
    assert!(!opens_by_password(&next, PASSWORD));
}

#[test]
fn lock_06_no_file_keeps_the_old_passwords_slot() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let CreatedKeys { file, unlocked, .. } = create();
    file.write_atomically(folder.path()).expect("written");
    let old_salt = salt(&file);
    let next = change_password(
        &file,
        &unlocked.identity,
        &new_password(NEXT_PASSWORD),
        KdfParams::FLOOR,
    )
    .expect("changed");
    next.write_atomically(folder.path()).expect("written");
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert!(
            !fs::read_to_string(&path).expect("text").contains(&old_salt),
            "{}",
            path.display()
        );
    }
}

fn salt(file: &KeysFile) -> String {
    let json: serde_json::Value = serde_json::from_slice(&file.to_bytes()).expect("JSON");
    let slots = json["members"][0]["slots"].as_array().expect("a list");
    let slot = slots
        .iter()
        .find(|slot| slot["kind"] == "password")
        .expect("a password slot");
    slot["salt"].as_str().expect("text").to_owned()
}

#[test]
fn a_renewed_code_replaces_the_old_one() {
    let CreatedKeys {
        file,
        unlocked,
        recovery_code,
    } = create();
    let (next, next_code) = renew_recovery_code(&file, &unlocked.identity).expect("renewed");
    assert_eq!(next.generation(), 2);
    assert!(opens_by_code(&next, &next_code));
    assert!(!opens_by_code(&next, &recovery_code));
    assert!(opens_by_password(&next, PASSWORD), "the password stays");
}

#[test]
fn a_person_with_the_code_alone_can_set_a_new_password() {
    let CreatedKeys {
        file,
        recovery_code,
        ..
    } = create();
    let Ok(unlocked) = unlock_keys(&file, UnlockWith::Recovery(&recovery_code)) else {
        panic!("no keys")
    };
    let next = change_password(
        &file,
        &unlocked.identity,
        &new_password(NEXT_PASSWORD),
        KdfParams::FLOOR,
    );
    assert!(opens_by_password(&next.expect("changed"), NEXT_PASSWORD));
}

#[test]
fn a_change_of_a_file_that_is_not_this_vaults_is_refused() {
    let (one, other) = (create(), create());
    assert!(verify_keys_file(&one.file, &other.unlocked.identity).is_err());
    assert!(renew_recovery_code(&one.file, &other.unlocked.identity).is_err());
    let password = new_password(NEXT_PASSWORD);
    assert!(
        change_password(
            &one.file,
            &other.unlocked.identity,
            &password,
            KdfParams::FLOOR
        )
        .is_err()
    );
}

#[test]
fn a_written_file_reads_back_from_both_its_places() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = create().file;
    file.write_atomically(folder.path()).expect("written");
    assert_eq!(
        KeysFile::read(folder.path()).expect("readable").hash(),
        file.hash()
    );
    assert_eq!(
        KeysFile::read_backup(folder.path())
            .expect("readable")
            .hash(),
        file.hash()
    );
    assert_eq!(names(folder.path()), [KEYS_FILE_NAME, KEYS_BACKUP_NAME]);
}

#[test]
fn what_a_crash_left_does_not_stop_the_next_writing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let CreatedKeys { file, unlocked, .. } = create();
    file.write_atomically(folder.path()).expect("written");
    fs::write(folder.path().join("keys.json.tmp"), "half a fi").expect("written");
    let (next, _code) = renew_recovery_code(&file, &unlocked.identity).expect("renewed");
    next.write_atomically(folder.path()).expect("written");
    assert_eq!(
        KeysFile::read(folder.path())
            .expect("readable")
            .generation(),
        2
    );
    assert_eq!(names(folder.path()), [KEYS_FILE_NAME, KEYS_BACKUP_NAME]);
}

#[test]
fn a_writing_that_fails_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let CreatedKeys { file, unlocked, .. } = create();
    file.write_atomically(folder.path()).expect("written");
    fs::create_dir(folder.path().join("keys.json.tmp")).expect("a folder in the way");
    let (next, _code) = renew_recovery_code(&file, &unlocked.identity).expect("renewed");
    assert!(next.write_atomically(folder.path()).is_err());
    assert_eq!(
        KeysFile::read(folder.path()).expect("readable").hash(),
        file.hash()
    );
}

#[test]
fn a_file_that_cannot_be_read_does_not_take_the_place_of_its_whole_copy() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let CreatedKeys { file, unlocked, .. } = create();
    file.write_atomically(folder.path()).expect("written");
    // Stands for damage, and makes the writing fail where a crash would end it.
    fs::remove_file(folder.path().join(KEYS_FILE_NAME)).expect("removed");
    fs::create_dir(folder.path().join(KEYS_FILE_NAME)).expect("a folder in the way");
    let (next, _code) = renew_recovery_code(&file, &unlocked.identity).expect("renewed");
    assert!(next.write_atomically(folder.path()).is_err());
    let copy = KeysFile::read_backup(folder.path()).expect("still there");
    assert_eq!(copy.hash(), file.hash());
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file_and_its_backup() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    create()
        .file
        .write_atomically(folder.path())
        .expect("written");
    for name in [KEYS_FILE_NAME, KEYS_BACKUP_NAME] {
        let mode = fs::metadata(folder.path().join(name))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_new_vaults_folder_and_files_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("a temporary folder");
    let _open = create_in(home.path());
    let folder = home.path().join("vault");

    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let names = names(&folder);
    assert!(names.contains(&"vault.db".to_owned()) && names.contains(&"vault.db-wal".to_owned()));
    for name in names {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_missing_file_and_a_folder_in_its_place_are_told_apart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(matches!(
        KeysFile::read(folder.path()),
        Err(ReadKeysError::Missing(_))
    ));
    fs::create_dir(folder.path().join(KEYS_FILE_NAME)).expect("a folder");
    assert!(matches!(
        KeysFile::read(folder.path()),
        Err(ReadKeysError::Io(_))
    ));
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]

    /// Reading never panics, and takes nothing that it would not write in the same bytes.
    #[test]
    fn any_splice_of_a_file_is_refused_or_is_the_file(
        at in 0..8_000_usize,
        removed in 0..40_usize,
        inserted in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40),
    ) {
        let original = include_bytes!("vectors/keys-1.json");
        let mut bytes = original.to_vec();
        bytes.splice(at..at + removed, inserted);
        if let Ok(file) = KeysFile::parse(&bytes) {
            proptest::prop_assert_eq!(file.to_bytes(), bytes);
        }
    }
}
