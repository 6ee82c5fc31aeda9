//! Members at the command line: joining from files, and two of them at work at the same time.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};
use testkit::temp_vault::PASSWORD;

use crate::shell::{Shell, answer, envelope, fed, text};

const THEIR_PASSWORD: &str = "nine dotterels drink at the spring tide";

struct Theirs {
    password: PathBuf,
    invitation: PathBuf,
    recovery: PathBuf,
}

fn invited(shell: &Shell, role: &str) -> (Theirs, Value) {
    let request = json!({ "name": "Ben", "role": role, "password": PASSWORD });
    let invited = shell.call("member_invite", &request);
    let at = |name: &str| shell.home().join(name);
    let theirs = Theirs {
        password: at("their password"),
        invitation: at("invitation"),
        recovery: at("their recovery code"),
    };
    std::fs::write(&theirs.password, format!("{THEIR_PASSWORD}\n")).unwrap();
    let code = invited["invitation_code"].as_str().unwrap();
    std::fs::write(&theirs.invitation, format!("{code}\r\n")).unwrap();
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
