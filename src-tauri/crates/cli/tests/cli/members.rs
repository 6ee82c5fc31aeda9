//! Members at the command line: joining from files, and two of them at work at the same time.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};

use crate::shell::{Shell, answer, envelope, fed, text};

const THEIR_PASSWORD: &str = "nine dotterels drink at the spring tide";

struct Theirs {
    password: PathBuf,
    invitation: PathBuf,
    recovery: PathBuf,
}

fn invited(shell: &Shell, role: &str) -> (Theirs, Value) {
    let at = |name: &str| shell.home().join(name);
    let code = at("code of the invitation");
    let mut invite = shell.on_vault(&["member", "invite", "Ben", "--role", role]);
    invite.arg("--invitation-file").arg(&code);
    let output = invite.output().unwrap();
    let code = std::fs::read_to_string(code).unwrap();
    assert!(!text(&output.stdout).contains(code.trim()));
    let invited = answer(&output);
    let theirs = Theirs {
        password: at("their password"),
        invitation: at("invitation"),
        recovery: at("their recovery code"),
    };
    std::fs::write(&theirs.password, format!("{THEIR_PASSWORD}\n")).unwrap();
    std::fs::write(&theirs.invitation, format!("{}\r\n", code.trim())).unwrap();
    (theirs, invited["member"].clone())
}

fn join(shell: &Shell, theirs: &Theirs) -> Command {
    let mut join = shell.bare();
    join.args(["vault", "join"])
        .arg(shell.vault.folder())
        .arg("--invitation-file")
        .arg(&theirs.invitation)
        .arg("--password-file")
        .arg(&theirs.password)
        .arg("--recovery-file")
        .arg(&theirs.recovery);
    join
}

fn as_member(shell: &Shell, password: &Path, arguments: &[&str]) -> Command {
    let mut command = shell.bare();
    command.arg("--vault").arg(shell.vault.folder());
    command.arg("--password-file").arg(password).args(arguments);
    command
}

#[test]
fn role_05_a_member_joins_from_files_and_can_what_the_role_can() {
    let shell = Shell::new();
    let id = shell.generic("KEY", "plover-dunlin-knot");
    let (theirs, member) = invited(&shell, "operator");

    let joined = answer(&join(&shell, &theirs).output().unwrap());

    assert_eq!(
        joined.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["vault_id"]
    );
    let mode = std::fs::metadata(&theirs.recovery)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let list = |password: &Path| {
        answer(
            &as_member(&shell, password, &["call", "member_list"])
                .output()
                .unwrap(),
        )
    };
    let you = |list: &Value| {
        let members = list["members"].as_array().unwrap();
        members.iter().find(|member| member["you"] == true).unwrap()["id"].clone()
    };
    assert_eq!(you(&list(&theirs.password)), member["id"]);
    assert_ne!(you(&list(&shell.password_file())), member["id"]);
    let run = [
        "run",
        "--secret",
        "KEY",
        "--no-masking",
        "--",
        "sh",
        "-c",
        "printf %s $KEY",
    ];
    let ran = as_member(&shell, &theirs.password, &run).output().unwrap();
    assert_eq!(text(&ran.stdout), "plover-dunlin-knot");
    let change = json!({ "id": id, "description": "mine" }).to_string();
    let update = as_member(&shell, &theirs.password, &["call", "secret_update", "-"]);
    let refused = envelope(&fed(update, &change));
    assert_eq!(refused["type"], "access_forbidden");
    let code = ["--recovery-code-file"];
    let mut by_code = shell.bare();
    by_code
        .arg("--vault")
        .arg(shell.vault.folder())
        .args(code)
        .arg(&theirs.recovery);
    answer(&by_code.args(["call", "secret_list"]).output().unwrap());
}

#[test]
fn a_join_that_fails_leaves_no_recovery_file() {
    let shell = Shell::new();
    let (theirs, _) = invited(&shell, "viewer");
    answer(&join(&shell, &theirs).output().unwrap());
    std::fs::remove_file(&theirs.recovery).unwrap();
    let refused = envelope(&join(&shell, &theirs).output().unwrap());
    assert_eq!(refused["type"], "authentication_failed", "{refused}");
    assert!(!theirs.recovery.exists());

    std::fs::write(&theirs.invitation, "no code at all").unwrap();
    let refused = envelope(&join(&shell, &theirs).output().unwrap());
    assert_eq!(
        (&refused["type"], &refused["details"][0]["loc"]),
        (&json!("validation_error"), &json!(["invitation_code"]))
    );
    std::fs::remove_file(&theirs.invitation).unwrap();
    let refused = envelope(&join(&shell, &theirs).output().unwrap());
    assert_eq!(refused["details"][0]["loc"], json!(["invitation-file"]));
    assert!(!theirs.recovery.exists());
    let wrong = shell.bare().args(["vault", "join"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

/// Each makes secrets of their own while the other does too; nothing is lost, and the log tells who did what.
#[test]
fn audit_02_two_members_write_from_two_processes_at_once() {
    const EACH: usize = 25;
    let shell = Shell::new();
    let (theirs, _) = invited(&shell, "admin");
    answer(&join(&shell, &theirs).output().unwrap());
    let work = |password: &Path, who: &str| {
        let lines = (0..EACH).map(|number| {
            let request = json!({ "name": format!("{who} {number}"), "secret_type": "generic", "credentials": { "value": "knot" } });
            format!("{}\n", json!({ "command": "secret_create", "request": request }))
        });
        let batch = as_member(&shell, password, &["batch", "-"]);
        let output = fed(batch, &lines.collect::<String>());
        text(&output.stdout)
            .lines()
            .filter(|line| line.contains("\"ok\":true"))
            .count()
    };
    let own = shell.password_file();
    let done = thread::scope(|scope| {
        let ada = scope.spawn(|| work(&own, "ada"));
        let ben = scope.spawn(|| work(&theirs.password, "ben"));
        (ada.join().unwrap(), ben.join().unwrap())
    });
    assert_eq!(done, (EACH, EACH));
    let request = json!({ "action": "secret_created", "limit": 1000 }).to_string();
    let log = answer(&shell.run(&["call", "audit_list", &request]));
    let by = |name: &str| {
        let entries = log["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["actor"] == name).count()
    };
    assert_eq!((by("Ada"), by("Ben")), (EACH, EACH));
    assert_eq!(answer(&shell.run(&["audit", "verify"]))["ok"], true);
    assert_eq!(answer(&shell.run(&["vault", "check"]))["ok"], true);
}

#[test]
fn out_01_codes_made_at_the_command_line_go_to_a_new_file_and_nowhere_else() {
    let shell = Shell::new();
    let at = |name: &str| shell.home().join(name);
    for command in ["member_invite", "identity_renew"] {
        let refused = envelope(&shell.run_with(&["call", command, "-"], "{}"));
        assert_eq!(refused["type"], "not_found", "{command}");
    }
    std::fs::write(at("taken"), "theirs").unwrap();
    let mut invite = shell.on_vault(&["member", "invite", "Ben", "--role", "viewer"]);
    let refused = envelope(
        &invite
            .arg("--invitation-file")
            .arg(at("taken"))
            .output()
            .unwrap(),
    );
    assert_eq!(refused["details"][0]["loc"], json!(["invitation_file"]));
    assert_eq!(std::fs::read_to_string(at("taken")).unwrap(), "theirs");
    let mut invite = shell.on_vault(&["member", "invite", "Ben", "--role", "boss"]);
    envelope(
        &invite
            .arg("--invitation-file")
            .arg(at("code"))
            .output()
            .unwrap(),
    );
    assert!(!at("code").exists(), "nobody was invited");

    std::fs::write(at("new"), "eleven whimbrels walk on wet sand").unwrap();
    let mut renew = shell.on_vault(&["vault", "renew-identity"]);
    renew.arg("--new-password-file").arg(at("new"));
    let output = renew
        .arg("--recovery-file")
        .arg(at("code"))
        .output()
        .unwrap();
    assert_eq!(answer(&output), json!({ "rekeyed": true, "unopened": 0 }));
    let mode = std::fs::metadata(at("code")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        envelope(&shell.run(&["call", "secret_list"]))["type"],
        "authentication_failed",
        "the old password opens nothing any more"
    );
    answer(
        &as_member(&shell, &at("new"), &["call", "secret_list"])
            .output()
            .unwrap(),
    );
    let mut by_code = shell.bare();
    by_code.arg("--vault").arg(shell.vault.folder());
    by_code.arg("--recovery-code-file").arg(at("code"));
    answer(&by_code.args(["call", "secret_list"]).output().unwrap());
}

#[test]
fn role_05_an_owner_changes_and_removes_members_at_the_command_line() {
    let shell = Shell::new();
    let (theirs, member) = invited(&shell, "viewer");
    answer(&join(&shell, &theirs).output().unwrap());
    let id = member["id"].as_str().unwrap();
    let run = |arguments: &[&str]| answer(&shell.run(arguments));
    let list = run(&["member", "list"]);
    assert_eq!(list["members"].as_array().unwrap().len(), 2);
    let changed = run(&["member", "update", id, "--role", "operator"]);
    assert_eq!(changed["member"]["role"], "operator");
    let theirs = as_member(&shell, &theirs.password, &["member", "remove", id]);
    assert_eq!(
        envelope(&{ theirs }.output().unwrap())["type"],
        "access_forbidden"
    );
    assert_eq!(run(&["member", "remove", id])["rekeyed"], true);
    assert_eq!(run(&["member", "list"])["former"][0]["id"], id);
}
