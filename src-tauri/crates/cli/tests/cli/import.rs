//! Files that need something said about them, where nobody can be asked.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use testkit::onepassword::{Account, FakeOp};

use crate::shell::{Shell, answer, envelope, text};

fn written(shell: &Shell, name: &str, text: &str) -> PathBuf {
    let path = shell.home().join(name);
    fs::write(&path, text).unwrap();
    path
}

fn refused(shell: &Shell, command: &str, request: &Value) -> Value {
    envelope(&shell.run(&["call", command, &request.to_string()]))
}

fn names(shell: &Shell) -> Vec<String> {
    let listed = answer(&shell.run(&["call", "secret_list"]))["secrets"].clone();
    let secrets = listed.as_array().unwrap().iter();
    secrets
        .map(|secret| secret["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_protected_file_is_read_with_the_password_of_a_file() {
    let shell = Shell::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/import");
    let path = fixtures.join("bitwarden-pbkdf2.json");
    let without = json!({ "path": path });
    assert_eq!(shell.call("import_preview", &without)["needs"], "password");
    let kind =
        |request: &Value| refused(&shell, "import_apply", request)["details"][0]["type"].clone();
    assert_eq!(kind(&without), "import_password_needed");
    let wrong = written(&shell, "wrong", "wrong\n");
    let wrong = json!({ "path": path, "password_file": wrong });
    assert_eq!(kind(&wrong), "import_wrong_password");
    let missing = json!({ "path": path, "password_file": "/nowhere" });
    assert_eq!(kind(&missing), "import_io");
    assert_eq!(names(&shell), Vec::<String>::new());

    let right = written(&shell, "right", "correct horse 🪶\nnot this line\n");
    let request = json!({ "path": path, "password_file": right });
    let preview = shell.call("import_preview", &request);
    let report = shell.call("import_apply", &request);
    assert_eq!(report["imported"], preview["counts"]["create"]);
    assert!(!names(&shell).is_empty(), "{report}");
}

#[test]
fn a_tables_columns_are_what_the_request_says() {
    let shell = Shell::new();
    let path = written(
        &shell,
        "table.csv",
        "title,password\nplover-dunlin-knot-1,root\n",
    );
    for columns in [json!(["password"]), json!(["password", "x"])] {
        let request = json!({ "path": path, "columns": columns });
        let refused = refused(&shell, "import_apply", &request);
        assert_eq!(refused["type"], "validation_error", "{columns}");
    }
    let request = json!({ "path": path, "columns": ["password", "title"] });
    let preview = shell.call("import_preview", &request);
    assert_eq!(preview["items"][0]["title"], "root");
    shell.call("import_apply", &request);
    assert_eq!(names(&shell), ["root"]);
}

#[test]
fn an_answer_of_the_request_decides_what_an_item_becomes() {
    let shell = Shell::new();
    let text =
        "UNSPLASH_ACCESS_KEY=abcdefghijklmnopqrst\nUNSPLASH_SECRET_KEY=tsrqponmlkjihgfedcba\n";
    let path = written(&shell, ".env", text);
    let preview = shell.call("import_preview", &json!({ "path": path }));
    let item = &preview["items"][0];
    let question = &item["questions"][0];
    let before = &item["becomes"][0]["auth_method"];
    let mut choices = question["choices"].as_array().unwrap().iter();
    let other = choices
        .find(|choice| choice["id"] != question["chosen"])
        .unwrap();
    let request = |choice: &Value| {
        let answer =
            json!({ "item_id": item["item_id"], "question": question["id"], "choice": choice });
        json!({ "path": path, "answers": [answer] })
    };
    let unknown = refused(&shell, "import_apply", &request(&json!("nothing")));
    assert_eq!(
        (&unknown["type"], &unknown["details"][0]["type"]),
        (&json!("validation_error"), &json!("unknown_value"))
    );
    let answered = shell.call("import_preview", &request(&other["id"]));
    let becomes = &answered["items"][0]["becomes"][0];
    assert_ne!(&becomes["auth_method"], before, "{becomes}");
    shell.call("import_apply", &request(&other["id"]));
    let listed = answer(&shell.run(&["call", "secret_list"]))["secrets"][0].clone();
    assert_eq!(listed["secret_type"], becomes["secret_type"]);
}

const ENV: &str =
    "UNSPLASH_ACCESS_KEY=abcdefghijklmnopqrst\nUNSPLASH_SECRET_KEY=tsrqponmlkjihgfedcba\n";

fn import(shell: &Shell, arguments: &[&str]) -> Output {
    shell.run(&[&["import"], arguments].concat())
}

#[test]
fn import_prints_a_plan_and_writes_nothing_until_it_is_told_to() {
    let shell = Shell::new();
    let path = written(
        &shell,
        "table.csv",
        "title,password\nroot,plover-dunlin-knot-1\n",
    );
    let (path, report) = (path.to_str().unwrap(), shell.home().join("report.json"));
    let output = import(&shell, &[path]);
    let plan = answer(&output);
    assert_eq!(
        (&plan["applied"], &plan["counts"]["create"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(plan["items"][0]["becomes"][0]["name"], "root");
    assert!(
        !text(&output.stdout).contains("plove"),
        "no mask either: {plan}"
    );
    assert_eq!(names(&shell), Vec::<String>::new());

    let done = answer(&import(
        &shell,
        &[path, "--apply", "--report", report.to_str().unwrap()],
    ));
    assert_eq!(
        (&done["imported"], names(&shell)),
        (&json!(1), vec!["root".to_owned()])
    );
    assert!(
        fs::read_to_string(&report)
            .unwrap()
            .contains("\"imported\"")
    );
    let again = envelope(&import(
        &shell,
        &[path, "--apply", "--report", report.to_str().unwrap()],
    ));
    assert_eq!(again["details"][0]["type"], "already_exists");
}

#[test]
fn a_question_nobody_answered_stops_an_import_and_is_told_with_its_choices() {
    let shell = Shell::new();
    let path = written(&shell, ".env", ENV);
    let path = path.to_str().unwrap();
    let plan = answer(&import(&shell, &[path]));
    let item = &plan["items"][0];
    let question = &item["questions"][0];
    let refused = envelope(&import(&shell, &[path, "--apply"]));
    let told = refused["details"][0]["message"].as_str().unwrap();
    assert_eq!(refused["details"][0]["type"], "import_question");
    for part in [
        &item["item_id"],
        &question["id"],
        &question["choices"][1]["id"],
        &json!("--answer"),
    ] {
        assert!(told.contains(part.as_str().unwrap()), "{told}");
    }
    assert_eq!(names(&shell), Vec::<String>::new());

    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let given = [
        id(&item["item_id"]),
        id(&question["id"]),
        id(&question["choices"][1]["id"]),
    ];
    let given: Vec<&str> = ["--answer"]
        .into_iter()
        .chain(given.iter().map(String::as_str))
        .collect();
    let answered = answer(&import(&shell, &[&[path], given.as_slice()].concat()));
    assert_eq!(
        answered["items"][0]["questions"][0]["chosen"],
        question["choices"][1]["id"]
    );
    answer(&import(&shell, &[path, "--apply", "--as-proposed"]));
    assert!(!names(&shell).is_empty());
}

#[test]
fn what_a_protected_file_needs_is_named_by_its_flag() {
    let shell = Shell::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/import");
    let path = fixtures.join("bitwarden-pbkdf2.json");
    let path = path.to_str().unwrap();
    for arguments in [vec![path], vec![path, "--apply"]] {
        let refused = envelope(&import(&shell, &arguments));
        let told = refused["details"][0]["message"].as_str().unwrap();
        assert!(told.contains("--file-password FILE"), "{told}");
    }
    let password = written(&shell, "right", "correct horse 🪶\n");
    let plan = answer(&import(
        &shell,
        &[path, "--file-password", password.to_str().unwrap()],
    ));
    assert!(plan["counts"]["create"].as_u64().unwrap() > 0);
}

#[test]
fn the_flags_of_import_that_do_not_go_together_are_refused() {
    let shell = Shell::new();
    for arguments in [
        vec![],
        vec!["a.csv", "--from-1password", "Ops"],
        vec!["--from-1password", "Ops", "--from-1password-app"],
        vec!["a.csv", "--references"],
        vec!["a.csv", "--report", "b.md"],
        vec!["--from-1password", "Ops", "--format", "csv"],
    ] {
        let output = import(&shell, &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    let unknown = envelope(&import(&shell, &["--from-1password", "Ops"]));
    assert_eq!(unknown["details"][0]["type"], "unknown_value");
}

/// A program that answers as 1Password's `op` does, first among those that are found.
#[cfg(unix)]
#[test]
fn items_of_1password_are_imported_by_a_connection_of_the_vault() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::new();
    let (vault, item) = ("aaaaaaaaaaaaaaaaaaaaaaaaaa", "cccccccccccccccccccccccccc");
    let program = format!(
        r#"#!/bin/sh
case "$1 $2" in
  "vault list") echo '[{{"id":"{vault}","name":"Ops","items":1}}]' ;;
  "item list") echo '[{{"id":"{item}","title":"Stripe","category":"API_CREDENTIAL","vault":{{"id":"{vault}","name":"Ops"}}}}]' ;;
  *) echo '{{"id":"{item}","title":"Stripe","vault":{{"id":"{vault}","name":"Ops"}},"category":"API_CREDENTIAL","fields":[{{"id":"credential","type":"CONCEALED","label":"credential","value":"plover-dunlin-knot-1"}}]}}' ;;
esac
"#
    );
    let bin = shell.home().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("op"), program).unwrap();
    fs::set_permissions(bin.join("op"), fs::Permissions::from_mode(0o755)).unwrap();
    let import = |arguments: &[&str]| {
        let mut command = shell.on_vault(&[&["import"], arguments].concat());
        command.env("PATH", &bin).output().unwrap()
    };
    shell.call(
        "connection_create",
        &json!({ "name": "Ops team", "connection_type": "onepassword", "method": "onepassword_service_account",
            "credentials": { "service_account_token": "ops_eyJplover0dunlin0knot0sanderling0turnstone0" } }),
    );
    let by = ["--from-1password", "Ops team", "--op-vault", "Ops"];
    let plan = answer(&import(&by));
    assert_eq!(
        (&plan["format"], &plan["counts"]["create"]),
        (&json!("1password_live"), &json!(1))
    );
    let done = answer(&import(
        &[by.as_slice(), &["--references", "--apply"]].concat(),
    ));
    assert_eq!(done["imported"], 1, "{done}");
    let listed = answer(&shell.run(&["call", "secret_list"]))["secrets"][0].clone();
    assert_eq!(
        (&listed["name"], &listed["mode"]),
        (&json!("Stripe"), &json!("external"))
    );
    let app = answer(&import(&["--from-1password-app"]));
    assert_eq!(
        app["counts"]["skip"], 1,
        "it is referred to, and no copy: {app}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_import_that_is_ended_leaves_1passwords_program_not_behind() {
    let shell = Shell::new();
    let op = FakeOp::install(&Account::default());
    op.hang();
    let usual = std::env::var_os("PATH").unwrap();
    let path = std::iter::once(op.folder().to_owned()).chain(std::env::split_paths(&usual));
    let mut child = shell
        .on_vault(&["import", "--from-1password-app"])
        .env("PATH", std::env::join_paths(path).unwrap())
        .spawn()
        .unwrap();
    let before_long = |is_so: &dyn Fn() -> bool| {
        let end = Instant::now() + Duration::from_secs(60);
        while !is_so() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50));
        }
        is_so()
    };
    assert!(before_long(&|| op.hanging().len() == 2), "it started");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(2));
    let started = op.hanging();
    let runs = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    };
    assert!(before_long(&|| !started.iter().any(runs)), "{started:?}");
}
