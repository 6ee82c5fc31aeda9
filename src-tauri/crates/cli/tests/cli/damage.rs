//! Damaged files and full disks, met by the program as a person runs it.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use serde_json::{Value, json};
use testkit::small_disk::{SmallDisk, copy_folder};

use crate::shell::{Shell, answer, envelope, fed, real_now, text};

const NAMES: [&str; 4] = ["FIRST", "SECOND", "THIRD", "FOURTH"];

/// A vault as a crash leaves it, with its newest changes in the log file, and what it answers when nothing is damaged.
struct Crashed {
    shell: Shell,
    log: Vec<u8>,
    database: Vec<u8>,
    listed: Value,
    values: String,
}

impl Crashed {
    fn new() -> Self {
        let shell = Shell::new();
        for name in NAMES {
            shell.generic(name, &format!("plover-dunlin-{name}"));
        }
        let (database, log) = leave_log(&shell, |shell| {
            let vault = shell.open();
            for name in &NAMES[..2] {
                let id = vault
                    .read(|reader| {
                        let name = domain::text::SecretName::parse(name).unwrap();
                        reader.secret_by_name(&name)
                    })
                    .unwrap()
                    .unwrap();
                let value = format!("knot-sanderling-{name}{}", "x".repeat(3000));
                testkit::acts::update(&vault, real_now(), id, testkit::acts::new_value(&value))
                    .unwrap();
            }
            vault
        });
        copy_folder(&state(&shell), &kept_state(&shell));
        let mut crashed = Self {
            shell,
            log,
            database,
            listed: Value::Null,
            values: String::new(),
        };
        crashed.put_back(&crashed.log);
        crashed.listed = answer(&crashed.list());
        crashed.put_back(&crashed.log);
        crashed.values = text(&crashed.values().stdout);
        assert!(crashed.values.contains("knot-sanderling-SECOND"));
        crashed
    }

    /// As it was after the crash, with this log file. The device's memory too: it would tell of what later rounds wrote.
    fn put_back(&self, log: &[u8]) {
        fs::remove_dir_all(state(&self.shell)).unwrap();
        copy_folder(&kept_state(&self.shell), &state(&self.shell));
        let folder = self.shell.vault.folder();
        fs::write(folder.join("vault.db"), &self.database).unwrap();
        fs::write(folder.join("vault.db-wal"), log).unwrap();
        // There may be none.
        let _absent = fs::remove_file(folder.join("vault.db-shm"));
    }

    fn list(&self) -> Output {
        self.shell.run(&["call", "secret_list"])
    }

    /// Every value, as a child gets it.
    fn values(&self) -> Output {
        let mut arguments = vec!["run", "--no-masking"];
        for name in NAMES {
            arguments.extend(["--secret", name]);
        }
        let print = NAMES
            .map(|name| format!("printf '%s\\n' \"${name}\"; "))
            .concat();
        arguments.extend(["--", "sh", "-c", &print]);
        self.shell.run(&arguments)
    }

    /// What is answered is right, or there is no answer but an envelope with words in it.
    fn check(&self, log: &[u8], what: &str) {
        self.put_back(log);
        let listed = self.list();
        match listed.status.code() {
            Some(0) => assert_eq!(answer(&listed), self.listed, "{what}"),
            _ => assert_ne!(envelope(&listed)["message"], "", "{what}"),
        }
        self.put_back(log);
        let values = self.values();
        match values.status.code() {
            Some(0) => assert_eq!(text(&values.stdout), self.values, "{what}"),
            _ => assert_ne!(envelope(&values)["message"], "", "{what}"),
        }
    }
}

fn state(shell: &Shell) -> PathBuf {
    shell.home().join("states/turnstone")
}

fn kept_state(shell: &Shell) -> PathBuf {
    shell.home().join("kept state")
}

/// Does something with the vault and copies its files before the log is moved into the database.
fn leave_log<T>(shell: &Shell, act: impl FnOnce(&Shell) -> T) -> (Vec<u8>, Vec<u8>) {
    let open = act(shell);
    let folder = shell.vault.folder();
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let files = (read("vault.db"), read("vault.db-wal"));
    drop(open);
    files
}

#[test]
fn a_flipped_byte_of_the_log_file_is_told_or_without_effect() {
    let crashed = Crashed::new();
    let header = 32;
    let frame = 24 + 4096;
    assert!(crashed.log.len() > header + 4 * frame, "several frames");
    // Of the header each field, of the first and the last frame the header's fields and the page, and some in between.
    let last = header + (crashed.log.len() - header) / frame * frame - frame;
    let fields = [0, 5, 9, 13, 17, 24];
    let places = fields
        .into_iter()
        .chain(
            [header, last]
                .into_iter()
                .flat_map(|start| [0, 5, 9, 17, 24, 24 + 2048].map(|field| start + field)),
        )
        .chain((0..8).map(|part| header + (last - header) * part / 8 + 99));
    for place in places {
        let mut flipped = crashed.log.clone();
        flipped[place] ^= 0x20;
        crashed.check(&flipped, &format!("byte {place} of the log"));
    }
}

#[test]
fn a_log_file_that_was_cut_or_deleted_is_told() {
    let crashed = Crashed::new();
    for part in [0, 1, 3] {
        let cut = &crashed.log[..crashed.log.len() * part / 4];
        crashed.put_back(cut);
        if part == 0 {
            fs::remove_file(crashed.shell.vault.log()).unwrap();
        }
        let refused = envelope(&crashed.list());
        assert_eq!(refused["details"][0]["type"], "rollback", "{part}/4");
    }
}

/// The vault on a disk of its own; `None` where none can be mounted.
fn on_small_disk(shell: &Shell, kib: u32) -> Option<SmallDisk> {
    let disk = SmallDisk::mount(shell.home().join("disk"), kib)?;
    copy_folder(&shell.vault.folder(), &disk.path().join("vault"));
    Some(disk)
}

fn on_disk(shell: &Shell, disk: &SmallDisk, arguments: &[&str]) -> std::process::Command {
    let mut command = shell.bare();
    command
        .arg("--vault")
        .arg(disk.path().join("vault"))
        .arg("--password-file")
        .arg(shell.password_file())
        .args(arguments);
    command
}

fn whole(shell: &Shell, disk: &SmallDisk) {
    let checked = answer(
        &on_disk(shell, disk, &["call", "vault_check"])
            .output()
            .unwrap(),
    );
    assert_eq!(checked["ok"], true, "{checked}");
}

#[test]
fn audit_04_a_disk_that_is_full_at_unlock_leaves_a_vault_to_look_at() {
    let shell = Shell::new();
    let id = shell.generic("KEY", "plover-dunlin-knot");
    let Some(disk) = on_small_disk(&shell, 4096) else {
        return;
    };
    let filling = disk.fill();
    let call = |arguments: &[&str]| on_disk(&shell, &disk, arguments).output().unwrap();
    let listed = answer(&call(&["call", "secret_list"]));
    assert_eq!(listed["secrets"][0]["id"], json!(id));
    let request = json!({ "id": id, "description": "never written" }).to_string();
    let update = || {
        fed(
            on_disk(&shell, &disk, &["call", "secret_update", "-"]),
            &request,
        )
    };
    let refused = envelope(&update());
    assert_eq!(refused["type"], "access_forbidden");
    let used = envelope(&call(&["run", "--secret", "KEY", "--", "true"]));
    assert_eq!(used["type"], "access_forbidden");

    fs::remove_file(filling).unwrap();
    assert_eq!(answer(&update())["secret"]["description"], "never written");
    assert_eq!(
        call(&["run", "--secret", "KEY", "--", "true"])
            .status
            .code(),
        Some(0)
    );
    whole(&shell, &disk);
}

#[test]
fn a_disk_that_fills_up_during_updates_refuses_one_with_words_and_keeps_those_before() {
    let shell = Shell::new();
    let request = json!({ "name": "KEY", "secret_type": "generic", "credentials": { "value": "1" }, "history": { "keep": 100 } });
    let created = shell.call("secret_create", &request);
    let id = &created["secret"]["id"];
    let Some(disk) = on_small_disk(&shell, 3072) else {
        return;
    };
    let line = |number: usize| {
        let request = json!({ "id": id, "reason": number.to_string(), "credentials": { "value": format!("{number} {}", "x".repeat(20_000)) } });
        json!({ "command": "secret_update", "request": request }).to_string() + "\n"
    };
    let input: String = (2..100).map(line).collect();
    let output = fed(on_disk(&shell, &disk, &["batch", "-"]), &input);
    let answers: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first_refused = answers.iter().position(|answer| answer["ok"] == false);
    let done = first_refused.expect("the disk never filled up");
    let refused = &answers[done]["error"];
    assert_eq!(refused["type"], "internal_error", "{refused}");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("disk is full"),
        "{refused}"
    );
    let acknowledged = answers.iter().filter(|answer| answer["ok"] == true).count();

    disk.remount("size=16m");
    let request = json!({ "id": id }).to_string();
    let history = answer(
        &on_disk(&shell, &disk, &["call", "secret_history", &request])
            .output()
            .unwrap(),
    );
    assert_eq!(
        history["versions"].as_array().unwrap().len(),
        acknowledged + 1
    );
    whole(&shell, &disk);
}
