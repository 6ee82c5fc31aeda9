use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;

use serde_json::{Value, json};
use testkit::onepux::zip_archive;

use crate::shell::{PROGRAM, Shell, answer, envelope, text};

fn refused(shell: &Shell) -> Value {
    envelope(&shell.run(&["call", "secret_list"]))
}

#[test]
fn wrong_empty_and_very_long_passwords_have_one_type() {
    let shell = Shell::new();
    for password in ["wrong", "", "\n", &"x".repeat(1025), &"x".repeat(60_000)] {
        fs::write(shell.password_file(), password).unwrap();
        assert_eq!(
            refused(&shell)["type"],
            "authentication_failed",
            "{} bytes",
            password.len()
        );
    }
    fs::write(shell.password_file(), vec![b'x'; 100_000]).unwrap();
    assert_eq!(
        refused(&shell)["details"][0]["loc"],
        json!(["password-file"])
    );
    fs::remove_file(shell.password_file()).unwrap();
    assert_eq!(refused(&shell)["type"], "validation_error");
}

#[test]
fn folders_that_are_no_whole_vault_are_told_apart() {
    let damage = |change: &dyn Fn(&Path)| {
        let shell = Shell::new();
        shell.generic("KEY", "plover-dunlin-knot");
        change(&shell.vault.folder());
        refused(&shell)
    };
    assert_eq!(
        damage(&|folder| fs::remove_dir_all(folder).unwrap())["type"],
        "not_found"
    );
    assert_eq!(
        damage(&|folder| fs::remove_file(folder.join("keys.json")).unwrap())["type"],
        "not_found"
    );
    assert_eq!(
        damage(&|folder| fs::remove_file(folder.join("vault.db")).unwrap())["details"][0]["type"],
        "damage"
    );
    assert_eq!(
        damage(&|folder| fs::write(folder.join("vault.db"), "").unwrap())["type"],
        "internal_error"
    );
    let newer = damage(&|folder| {
        for name in ["keys.json", "keys.json.bak"] {
            let keys = fs::read_to_string(folder.join(name)).unwrap();
            assert!(keys.contains("turnstone/1"));
            fs::write(
                folder.join(name),
                keys.replacen("turnstone/1", "turnstone/2", 1),
            )
            .unwrap();
        }
    });
    assert_eq!(
        (&newer["type"], &newer["status"]),
        (&json!("upgrade_required"), &json!(426))
    );
}

/// Either the vault says what is wrong, or what it answers is right.
#[test]
fn a_flipped_byte_anywhere_never_gives_wrong_data_or_a_panic() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    let folder = shell.vault.folder();
    let right = answer(&shell.run(&["call", "secret_list"]))["secrets"].clone();
    for name in ["keys.json", "vault.db"] {
        let whole = fs::read(folder.join(name)).unwrap();
        for step in 0..12 {
            let place = whole.len() * step / 12 + 7;
            let mut flipped = whole.clone();
            flipped[place] ^= 0x10;
            fs::write(folder.join(name), &flipped).unwrap();
            let output = shell.run(&["call", "secret_list"]);
            match output.status.code() {
                Some(0) => assert_eq!(answer(&output)["secrets"], right, "{name} at {place}"),
                _ => assert_ne!(envelope(&output)["message"], "", "{name} at {place}"),
            }
            fs::write(folder.join(name), &whole).unwrap();
            for log in ["vault.db-wal", "vault.db-shm"] {
                // There may be none.
                let _absent = fs::remove_file(folder.join(log));
            }
            for (file, bytes) in [
                ("keys.json", name == "keys.json"),
                ("keys.json.bak", name == "keys.json"),
            ] {
                if bytes {
                    fs::write(folder.join(file), &whole).unwrap();
                }
            }
        }
    }
}

#[test]
fn audit_04_a_vault_that_cannot_be_written_is_listed_and_neither_used_nor_changed() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    let trace = shell.home().join("started");
    // The folder in which it was built may be nobody's to enter.
    let program = shell.home().join("turnstone-cli");
    fs::copy(PROGRAM, &program).unwrap();
    make_read_only(&shell);
    let call = |arguments: &[&str]| {
        let mut command = shell.on_vault_of(&program, arguments);
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap()
    };
    let listed = answer(&call(&["call", "secret_list"]));
    let id = listed["secrets"][0]["id"].as_str().unwrap();
    assert_eq!(
        answer(&call(&[
            "call",
            "secret_history",
            &json!({ "id": id }).to_string()
        ]))["versions"][0]["state"],
        "current"
    );

    let touch = format!("touch {}", trace.display());
    assert_eq!(
        envelope(&call(&["run", "--secret", "KEY", "--", "sh", "-c", &touch]))["type"],
        "access_forbidden"
    );
    assert!(!trace.exists());
    for command in ["secret_copy", "secret_delete"] {
        assert_eq!(
            envelope(&call(&["call", command, &json!({ "id": id }).to_string()]))["type"],
            "access_forbidden",
            "{command}"
        );
    }
}

#[test]
fn audit_04_a_vault_that_can_be_written_is_used() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    assert_eq!(
        shell
            .run(&["run", "--secret", "KEY", "--", "true"])
            .status
            .code(),
        Some(0)
    );
}

const NOBODY: u32 = 65_534;

/// Root may write anywhere, so for root the files go to somebody else who then runs the program.
fn make_read_only(shell: &Shell) {
    let root = rustix::process::geteuid().is_root();
    let give = |path: &Path| {
        if root {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    };
    fn walk(folder: &Path, act: &dyn Fn(&Path)) {
        act(folder);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, act)
            } else {
                act(&path)
            }
        }
    }
    walk(shell.home(), &give);
    walk(&shell.vault.folder(), &|path| {
        let mode = if path.is_dir() { 0o500 } else { 0o400 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    });
}

#[test]
fn names_and_values_of_every_script_are_kept_as_given() {
    let shell = Shell::new();
    for (name, value) in [
        ("🔑".repeat(255), "plover\ndunlin\r\nknot\t".to_owned()),
        (
            "مفتاح الإنتاج".to_owned(),
            "\u{202e}plover-dunlin".to_owned(),
        ),
        (
            "ключ — 鍵 — κλειδί".to_owned(),
            " spaces at both ends ".to_owned(),
        ),
    ] {
        let made = shell.call(
            "secret_create",
            &json!({ "name": name, "secret_type": "generic", "credentials": { "value": value } }),
        );
        assert_eq!(made["secret"]["name"], json!(name));
        let variable = format!("V={}", made["secret"]["id"].as_str().unwrap());
        let output = shell.run(&[
            "run",
            "--no-masking",
            "--env",
            &variable,
            "--",
            "sh",
            "-c",
            "printf %s \"$V\"",
        ]);
        assert_eq!(text(&output.stdout), value);
    }
    for name in [
        "🔑".repeat(256),
        "a\u{7}b".to_owned(),
        "a\nb".to_owned(),
        " ".to_owned(),
        String::new(),
    ] {
        let request =
            json!({ "name": name, "secret_type": "generic", "credentials": { "value": "plover" } });
        let refused =
            envelope(&shell.run_with(&["call", "secret_create", "-"], &request.to_string()));
        assert_eq!(refused["details"][0]["loc"], json!(["name"]));
    }
    let nul =
        json!({ "name": "a", "secret_type": "generic", "credentials": { "value": "a\u{0}b" } });
    assert_eq!(
        envelope(&shell.run_with(&["call", "secret_create", "-"], &nul.to_string()))["status"],
        422
    );
    let lines = json!({ "name": "a", "secret_type": "s3", "credentials": { "access_key_id": "AKIA7Q2MZX4LN3PWVT6K\n", "secret_access_key": "b" } });
    assert_eq!(
        envelope(&shell.run_with(&["call", "secret_create", "-"], &lines.to_string()))["details"]
            [0]["type"],
        "trailing_newline"
    );
}

#[test]
fn an_export_that_means_harm_is_one_error() {
    let shell = Shell::new();
    let path = shell.home().join("export.1pux");
    let bomb = vec![b'0'; 40 * 1024 * 1024];
    for bytes in [
        b"no zip".to_vec(),
        zip_archive(&[("export.data", &bomb), ("export.attributes", b"{}")]),
    ] {
        fs::write(&path, bytes).unwrap();
        let refused =
            envelope(&shell.run(&["call", "import_apply", &json!({ "path": path }).to_string()]));
        assert_eq!(refused["type"], "validation_error", "{refused}");
    }
}
