use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use tempfile::TempDir;

use crate::shell::{Shell, answer, envelope, fed};

const STRONG: &str = "knot sanderling dunlin plover ruff";

#[test]
fn audit_02_the_log_is_verified_and_an_edit_in_it_is_named() {
    let shell = Shell::new();
    shell.call(
        "secret_create",
        &json!({ "name": "a", "secret_type": "generic", "credentials": { "value": "plover-dunlin" } }),
    );
    let verified = answer(&shell.run(&["audit", "verify"]));
    assert_eq!(
        (&verified["ok"], &verified["first_bad"]),
        (&json!(true), &json!(null))
    );

    shell
        .vault
        .meddle("UPDATE audit SET result = 'refused' WHERE action = 'secret_created'");
    let verified = answer(&shell.run(&["audit", "verify"]));
    assert_eq!(
        (&verified["ok"], &verified["first_bad"]["action"]),
        (&json!(false), &json!("secret_created"))
    );
}

#[test]
fn audit_03_the_log_is_written_to_a_new_file_and_to_no_other() {
    let shell = Shell::new();
    let file = shell.home().join("log.jsonl");
    let path = file.to_str().unwrap();
    let export = [
        "audit",
        "export",
        path,
        "--format",
        "json_lines",
        "--action",
        "vault_created",
    ];
    let exported = answer(&shell.run(&export));
    assert_eq!(
        (&exported["file_name"], &exported["entries"]),
        (&json!("log.jsonl"), &json!(1))
    );
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert_eq!(envelope(&shell.run(&export))["type"], "already_exists");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_vault_is_made_listed_checked_backed_up_and_put_back() {
    let shell = Shell::new();
    let (folder, code) = (shell.home().join("made"), shell.home().join("code"));
    let mut create = shell.bare();
    create
        .args(["vault", "create"])
        .arg(&folder)
        .args([
            "--name",
            "Turn Meadow",
            "--password-stdin",
            "--recovery-file",
        ])
        .arg(&code);
    let made = answer(&fed(create, &format!("{STRONG}\r\n")));
    assert!(
        made["vault_id"].as_str().unwrap().starts_with("vlt_"),
        "{made}"
    );
    assert_eq!(made.as_object().unwrap().len(), 1);
    assert_eq!(
        std::fs::metadata(&code).unwrap().permissions().mode() & 0o777,
        0o600
    );
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o077,
            0,
            "{:?}",
            entry.file_name()
        );
    }
    assert_eq!(
        answer(&shell.bare().args(["vault", "list"]).output().unwrap())["vaults"][0]["vault_id"],
        made["vault_id"]
    );

    let with_code = |arguments: &[&str]| {
        let mut command = shell.bare();
        command
            .arg("--vault")
            .arg(&folder)
            .arg("--recovery-code-file")
            .arg(&code)
            .args(arguments);
        answer(&command.output().unwrap())
    };
    assert_eq!(with_code(&["vault", "check"])["ok"], true);
    let backup = shell.home().join("b.turnstone");
    assert_eq!(
        with_code(&[
            "call",
            "backup_create",
            &json!({ "path": backup }).to_string()
        ])["secrets"],
        0
    );

    let restored = shell.home().join("restored");
    let mut restore = shell.bare();
    restore.args(["--password-stdin", "call", "backup_restore", "-"]);
    let request = json!({ "path": backup, "folder": restored });
    assert_eq!(
        answer(&fed(restore, &format!("{STRONG}\n{request}")))["vault"]["vault_id"],
        made["vault_id"]
    );

    let list = |folder: &std::path::Path, flags: &[&str]| {
        let mut command = shell.bare();
        command.arg("--vault").arg(folder);
        command.arg("--recovery-code-file").arg(&code).args(flags);
        command.args(["call", "secret_list"]).output().unwrap()
    };
    answer(&list(&restored, &["--accept-rollback"]));
    let refused = envelope(&list(&folder, &[]));
    let message = refused["message"].as_str().unwrap();
    assert_eq!(refused["details"][0]["type"], "rollback");
    for told in [
        "another copy of the same vault",
        "an older folder",
        "this device follows this copy",
        "--accept-rollback",
    ] {
        assert!(message.contains(told), "{message}");
    }
    answer(&list(&folder, &["--accept-rollback"]));
}

#[test]
fn a_weak_password_or_a_place_that_is_taken_makes_no_vault_and_no_code() {
    let shell = Shell::new();
    let code = shell.home().join("code");
    let create = |folder: &std::path::Path, password: &str| {
        let mut command = shell.bare();
        command
            .args(["vault", "create"])
            .arg(folder)
            .args(["--name", "A", "--password-stdin", "--recovery-file"])
            .arg(&code);
        envelope(&fed(command, password))
    };
    let new = shell.home().join("new");
    assert_eq!(create(&new, "password1\n")["type"], "validation_error");
    assert_eq!(create(&new, "\n")["type"], "validation_error");
    assert!(!new.exists() && !code.exists());
    assert_eq!(
        create(&shell.vault.folder(), STRONG)["type"],
        "already_exists"
    );
    assert!(!code.exists());

    std::fs::write(&code, "something of value").unwrap();
    assert_eq!(
        create(&new, STRONG)["details"][0]["loc"],
        json!(["recovery_file"])
    );
    assert_eq!(
        std::fs::read_to_string(&code).unwrap(),
        "something of value"
    );
}

#[test]
fn a_code_with_no_place_to_go_is_never_made() {
    let shell = Shell::new();
    let folder = TempDir::new().unwrap();
    let mut command = std::process::Command::new("setsid");
    command
        .arg("--wait")
        .arg(env!("CARGO_BIN_EXE_turnstone-cli"));
    command
        .args(["vault", "create"])
        .arg(folder.path().join("v"))
        .args(["--name", "A", "--password-stdin"]);
    command
        .env("HOME", shell.home())
        .env("XDG_STATE_HOME", shell.home().join("states"));
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    assert_eq!(
        envelope(&fed(command, STRONG))["details"][0]["loc"],
        json!(["recovery_file"])
    );
    assert!(!folder.path().join("v").exists());
}
