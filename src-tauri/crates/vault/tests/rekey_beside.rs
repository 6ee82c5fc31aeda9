//! What others do while a vault gets new keys, and a disk that has no room for them.

#[path = "common/rekeyed.rs"]
mod rekeyed;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use domain::text::SecretName;
use rekeyed::{files, filled, found, go_on, named, rekeyed};
use testkit::acts::{self, ActError, create, generic, new_value};
use testkit::temp_vault::PASSWORD;
use testkit::{TempVault, after, now};
use vault::identity::Identity;
use vault::password::Password;
use vault::unlock_keys::UnlockWith;
use vault::{Device, OlderState, RekeyError, RekeyStage, StoreError, UnlockedVault, VaultFolder};

const HOME: &str = "TURNSTONE_TEST_HOME";

#[test]
fn the_session_that_had_the_old_keys_ends_and_the_new_one_goes_on() {
    let temp = TempVault::new();
    let (vault, elsewhere) = (temp.open(), temp.open());
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    let new = rekeyed(&vault);
    for old in [&vault, &elsewhere] {
        let read = acts::secret(old, id).expect_err("superseded");
        assert!(matches!(read, StoreError::KeysChanged), "{read:?}");
        let written = acts::update(old, now(), id, new_value("lost")).expect_err("superseded");
        assert!(
            matches!(written, ActError::Store(StoreError::KeysChanged)),
            "{written:?}"
        );
        assert!(matches!(old.check(), Err(StoreError::KeysChanged)));
        let again = old.rekey(now(), &mut go_on).map(|_| ());
        assert!(
            matches!(again, Err(RekeyError::Store(StoreError::KeysChanged))),
            "{again:?}"
        );
    }
    drop((vault, elsewhere));
    acts::update(&new, now(), id, new_value("second")).expect("rotated");
    let newer = rekeyed(&new);
    drop(new);
    assert_eq!(files(&temp), ["keys.json", "keys.json.bak", "vault-3.db"]);
    newer.lock("asked", now()).expect("locked");
    let vault = temp.open();
    assert_eq!(acts::value(&vault, id, 2).expect("there"), "second");
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_vault_looked_at_before_the_switch_unlocks_after_it() {
    let temp = TempVault::new();
    let folder = VaultFolder::open(&temp.folder()).expect("a vault");
    let id = {
        let vault = temp.open();
        let id = create(&vault, now(), generic("token", "value")).expect("created");
        rekeyed(&vault);
        id
    };
    let password = Password::parse(PASSWORD).expect("a password");
    let vault = folder
        .unlock(
            UnlockWith::Password(&password),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("the newer keys.json is read");
    assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
}

#[test]
fn an_unlock_at_any_moment_of_a_re_keying_opens_one_of_the_two_generations() {
    let temp = TempVault::new();
    let mut vault = temp.open();
    let id = create(&vault, now(), generic("token", "value")).expect("created");
    let done = AtomicBool::new(false);
    let unlocks = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let unlocking = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                temp.open();
                unlocks.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut rekeyings = 0;
        // However slow this machine is, more than one unlock has fallen into them.
        while rekeyings < 5 || (unlocks.load(Ordering::Relaxed) < 2 && !unlocking.is_finished()) {
            vault = rekeyed(&vault);
            rekeyings += 1;
        }
        done.store(true, Ordering::Relaxed);
        unlocking.join().expect("every unlock succeeds");
    });
    assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn what_others_write_while_it_is_copied_is_in_the_new_generation() {
    let temp = TempVault::new();
    let (vault, elsewhere) = (temp.open(), temp.open());
    let mut ids = filled(&vault);
    let mut written = 0;
    let done = vault.rekey(now(), &mut |progress| {
        if progress.stage == RekeyStage::Copy && written < 3 {
            let input = generic(&format!("while copying {written}"), "value");
            ids.push(create(&elsewhere, now(), input).expect("nobody has to wait"));
            let rotated = new_value(&format!("while copying {written}"));
            acts::update(&elsewhere, now(), ids[1], rotated).expect("nobody has to wait");
            acts::destroy_version(&elsewhere, now(), ids[1], written + 1, false)
                .expect("destroyed");
            written += 1;
        }
        ControlFlow::Continue(())
    });
    let done = done.expect("re-keyed");
    assert_eq!(written, 3, "it was copied again, and written to again");
    assert_eq!(done.unopened, 0);
    let vault = done.vault.expect("open");
    for &id in &ids[20..] {
        assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
    }
    let secret = acts::secret(&vault, ids[1])
        .expect("readable")
        .expect("there");
    assert_eq!(
        secret.versions().len(),
        usize::try_from(written).expect("few") + 2
    );
    assert_eq!(vault.check().expect("checked").problems, []);
    drop(vault);
    assert_eq!(temp.open().check().expect("checked").problems, []);
}

#[test]
fn a_file_that_another_program_is_writing_is_left_alone_and_one_of_a_dead_program_is_not() {
    let temp = TempVault::new();
    let folder = temp.folder();
    for (number, file) in [(2, "vault-2.db"), (3, "vault-3.db")] {
        fs::write(folder.join(file), b"a copy in the making").expect("written");
        fs::write(folder.join(format!("vault-{number}.db-lock")), b"").expect("written");
    }
    let lock = fs::File::open(folder.join("vault-2.db-lock")).expect("its lock");
    lock.lock().expect("locked");
    let vault = temp.open();
    assert_eq!(
        files(&temp),
        [
            "keys.json",
            "keys.json.bak",
            "vault-2.db",
            "vault-2.db-lock",
            "vault.db"
        ]
    );
    let vault = rekeyed(&vault);
    assert!(
        files(&temp).contains(&"vault-3.db".to_owned()),
        "the next free name"
    );
    drop(lock);
    drop(vault);
    temp.open();
    assert_eq!(files(&temp), ["keys.json", "keys.json.bak", "vault-3.db"]);
}

#[test]
fn of_two_that_re_key_at_once_one_does_and_the_other_finds_the_keys_changed() {
    let temp = TempVault::new();
    let (one, two) = (temp.open(), temp.open());
    let id = create(&one, now(), generic("token", "value")).expect("created");
    let mut second = None;
    let first = one.rekey(now(), &mut |progress| {
        if progress.stage == RekeyStage::Copy && second.is_none() {
            second = Some(
                two.rekey(now(), &mut go_on)
                    .expect("the second is first")
                    .vault,
            );
        }
        ControlFlow::Continue(())
    });
    assert!(matches!(
        first.map(|_| ()),
        Err(RekeyError::Store(StoreError::KeysChanged))
    ));
    let vault = second.flatten().expect("open under the second's keys");
    assert_eq!(acts::value(&vault, id, 1).expect("there"), "value");
    assert_eq!(files(&temp).len(), 3, "{:?}", files(&temp));
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn what_another_process_was_told_is_saved_is_in_the_new_generation() {
    for round in 0..3 {
        let temp = TempVault::new();
        let acknowledged = temp.home().join("acknowledged");
        fs::write(&acknowledged, "").expect("an empty list");
        fs::write(
            temp.home().join("identity"),
            *temp.identity().dangerous_expose_bytes(),
        )
        .expect("written");
        let vault = temp.open();
        filled(&vault);
        let lines = || -> Vec<String> {
            let text = fs::read_to_string(&acknowledged).expect("a list");
            text.lines().map(str::to_owned).collect()
        };
        let mut other = start_writing(temp.home());
        while lines().len() <= round * 10 {
            thread::sleep(Duration::from_millis(1));
            assert!(
                other.try_wait().expect("a process").is_none(),
                "it ended early"
            );
        }
        let vault = rekeyed(&vault);
        assert!(
            other.wait().expect("a process").success(),
            "it found its keys changed"
        );

        let names = lines();
        for name in &names {
            let name = SecretName::parse(name).expect("a name");
            let id = vault
                .read(|reader| reader.secret_by_name(&name))
                .expect("readable");
            let id = id.unwrap_or_else(|| panic!("{} was acknowledged", name.as_str()));
            assert_eq!(
                acts::value(&vault, id, 1).expect("it opens"),
                "written by another"
            );
        }
        let live = vault.read(|reader| reader.counts()).expect("counts").live;
        let known = u64::try_from(names.len()).expect("few") + 20;
        assert!(live == known || live == known + 1, "{live} of {known}");
        assert_eq!(vault.check().expect("checked").problems, []);
        assert_eq!(files(&temp), ["keys.json", "keys.json.bak", "vault-2.db"]);
    }
}

/// Another program that saves one secret after the other.
fn start_writing(home: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "a_program_that_writes_until_its_keys_change",
            "--ignored",
        ])
        .env(HOME, home)
        .stdout(Stdio::null())
        .spawn()
        .expect("a process")
}

#[test]
#[ignore = "started by the test above as a process of its own"]
fn a_program_that_writes_until_its_keys_change() {
    let Some(home) = std::env::var_os(HOME).map(PathBuf::from) else {
        return;
    };
    let bytes = fs::read(home.join("identity")).expect("an identity");
    let identity = Identity::dangerous_from_bytes(&bytes.try_into().expect("its length"));
    let device = Device::open(&home.join("state"), now()).expect("a state folder");
    let vault = VaultFolder::open(&home.join("vault"))
        .expect("a vault")
        .unlock(
            UnlockWith::Identity(identity),
            &device,
            OlderState::Refuse,
            now(),
        )
        .expect("it opens");
    let mut acknowledged = OpenOptions::new()
        .append(true)
        .open(home.join("acknowledged"))
        .expect("a list");
    for number in 0.. {
        let name = format!("written {number}");
        // On another day, so that its ids are its own.
        match create(&vault, after(1), generic(&name, "written by another")) {
            Ok(_) => writeln!(acknowledged, "{name}").expect("acknowledged"),
            Err(ActError::Store(StoreError::KeysChanged)) => return,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// With more room each time, until there is enough: whatever the step at which the disk is full, the old generation
/// stays as it was.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_without_room_for_the_new_generation_leaves_the_old_one() {
    const STEP_KIB: u32 = 24;
    let temp = TempVault::new();
    let Some(disk) = testkit::small_disk::SmallDisk::mount(temp.home().join("disk"), 16_000) else {
        return;
    };
    let vault = temp.open();
    let ids = filled(&vault);
    vault.lock("asked", now()).expect("locked");
    let folder = disk.path().join("vault");
    fs::create_dir(&folder).expect("a folder");
    for name in ["keys.json", "keys.json.bak", "vault.db"] {
        fs::copy(temp.folder().join(name), folder.join(name)).expect("copied");
    }
    let vault = open(&temp, &folder);
    let before = found(&vault, &ids);
    let used: u64 = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").metadata().expect("a file").len())
        .sum();
    let mut room = u32::try_from(used / 1024).expect("a small vault") + STEP_KIB;
    let mut refused = 0;
    let vault = loop {
        disk.remount(&format!("size={room}k"));
        match vault.rekey(now(), &mut go_on) {
            Ok(done) => break done.vault,
            Err(RekeyError::Store(StoreError::DiskFull)) => refused += 1,
            Err(error) => panic!("{room} KiB: {error:?}"),
        }
        assert_eq!(found(&vault, &ids), before, "{room} KiB");
        assert_eq!(
            named(&folder),
            ["keys.json", "keys.json.bak", "vault.db"],
            "{room} KiB"
        );
        room += STEP_KIB;
        assert!(room < 16_000, "it never has room enough");
    };
    assert!(refused > 5, "only {refused} sizes were too small");
    disk.remount("size=16000k");
    drop(vault);
    let vault = open(&temp, &folder);
    let after = found(&vault, &ids);
    assert_eq!(after.values, before.values);
    assert_eq!(after.log[..before.log.len()], before.log);
    assert_eq!(vault.check().expect("checked").problems, []);
    assert_eq!(named(&folder), ["keys.json", "keys.json.bak", "vault-2.db"]);
}

#[cfg(target_os = "linux")]
fn open(temp: &TempVault, folder: &Path) -> UnlockedVault {
    VaultFolder::open(folder)
        .expect("a vault")
        .unlock(
            UnlockWith::Identity(temp.identity()),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("it opens")
}
