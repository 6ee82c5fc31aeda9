use serde_json::json;

use crate::shell::{Shell, answer, envelope, fed, text};
use testkit::temp_vault::PASSWORD;

#[test]
fn a_secret_goes_through_its_whole_life() {
    let shell = Shell::new();
    let request = json!({ "name": "AWS", "description": "d", "secret_type": "s3", "auth_method": "s3_access_key",
        "credentials": { "access_key_id": "AKIA7Q2MZX4LN3PWVT6K", "secret_access_key": "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" } });
    let made = shell.call("secret_create", &request);
    let id = made["secret"]["id"].clone();
    assert_eq!(
        (&made["created"], &made["secret"]["mode"]),
        (&json!(true), &json!("direct"))
    );

    let update = json!({ "id": id, "description": "new", "expected_revision": 1, "reason": "tidy", "previous": "keep" });
    assert_eq!(
        shell.call("secret_update", &update)["changed"],
        json!(["description"])
    );
    let argument = json!({ "id": id }).to_string();
    assert_eq!(
        answer(&shell.run(&["call", "secret_get", &argument]))["secret"]["revision"],
        2
    );
    assert_eq!(answer(&shell.run(&["call", "secret_list"]))["total"], 1);
    assert_eq!(
        answer(&shell.run(&["call", "secret_history", &argument]))["versions"][0]["state"],
        "current"
    );
    let file = shell.home().join("request");
    std::fs::write(&file, &argument).unwrap();
    assert_eq!(
        answer(&shell.run(&["call", "secret_delete", &format!("@{}", file.display())]))["deleted"],
        true
    );
    assert_eq!(
        answer(&shell.run(&["call", "trash_list"]))["secrets"][0]["id"],
        id
    );
    assert_eq!(
        answer(&shell.run(&["call", "secret_undelete", &argument]))["secret"]["trashed_at"],
        json!(null)
    );
    shell.call("secret_delete", &json!({ "id": id, "destroy": true }));
    assert_eq!(
        envelope(&shell.run(&["call", "secret_get", &argument]))["type"],
        "not_found"
    );
}

#[test]
fn the_password_is_the_first_line_of_standard_input_and_the_request_the_rest() {
    let shell = Shell::new();
    let mut command = shell.bare();
    command.arg("--vault").arg(shell.vault.folder()).args([
        "--password-stdin",
        "call",
        "secret_create",
        "-",
    ]);
    let request = json!({ "name": "a", "secret_type": "generic", "credentials": { "value": "line one\nline two" } });
    assert_eq!(
        answer(&fed(command, &format!("{PASSWORD}\n{request:#}\n")))["created"],
        true
    );
}

#[test]
fn wrong_flags_end_with_2_and_never_repeat_what_was_given() {
    let shell = Shell::new();
    let leaked = r#"{"credentials": {"value": "plover-dunlin"}}"#;
    for arguments in [
        vec!["call"],
        vec!["call", "secret_create", leaked],
        vec!["call", "secret_get", "{}", leaked],
        vec!["call", "--value", "plover-dunlin"],
        vec!["--plover-dunlin"],
        vec!["plover-dunlin"],
        vec!["run", "--secret", "a"],
        vec!["batch", "plover-dunlin"],
        vec!["--password-stdin", "call", "secret_list"],
        vec![],
    ] {
        let output = shell.run(&arguments);
        assert_eq!(
            (output.status.code(), text(&output.stdout).as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(
            !text(&output.stderr).contains("plover"),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn what_is_refused_ends_with_1_and_an_envelope() {
    let shell = Shell::new();
    for (arguments, kind) in [
        (vec!["call", "nothing_such"], "not_found"),
        (vec!["call", "vault_unlock"], "not_found"),
        (vec!["call", "secret_list", "{"], "invalid_request"),
        (
            vec!["call", "secret_list", r#"{"limit": "many"}"#],
            "invalid_request",
        ),
        (
            vec!["call", "secret_list", r#"{"limit": 0}"#],
            "validation_error",
        ),
        (vec!["call", "secret_get", "@/nowhere"], "validation_error"),
    ] {
        assert_eq!(
            envelope(&shell.run(&arguments))["type"],
            kind,
            "{arguments:?}"
        );
    }
}

#[test]
fn what_is_wrong_in_form_is_said_before_a_password_is_asked_for() {
    let shell = Shell::new();
    let mut command = shell.bare();
    command
        .arg("--vault")
        .arg("/nowhere")
        .args(["call", "secret_get", r#"{"id": 1}"#]);
    assert_eq!(
        envelope(&command.output().unwrap())["type"],
        "invalid_request"
    );
}

#[test]
fn the_table_is_listed_with_schemas_and_without_a_vault() {
    let shell = Shell::new();
    let table = answer(&shell.bare().arg("commands").output().unwrap());
    let create = table
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "secret_create")
        .unwrap()
        .clone();
    assert_eq!(
        (&create["surface"], &create["holds_credentials"]),
        (&json!("both"), &json!(true))
    );
    assert!(create["request"]["properties"]["credentials"].is_object());
    assert!(create["answer"]["properties"]["secret"].is_object());
}

#[test]
fn the_demo_fills_a_vault_that_passes_the_check() {
    let shell = Shell::new();
    let created = answer(&shell.run(&["demo"]))["created"].as_u64().unwrap();
    assert!(created >= 36, "{created}");
    assert_eq!(answer(&shell.run(&["demo"]))["created"], 0);
    assert_eq!(answer(&shell.run(&["vault", "check"]))["ok"], true);
}

#[test]
fn a_call_without_a_subcommand_says_that_one_is_missing() {
    let output = Shell::new().bare().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("subcommand is missing"), "{told}");
}

#[test]
fn a_reader_that_has_enough_ends_the_program_in_silence() {
    let shell = Shell::new();
    let mut child = shell.bare().arg("commands").spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn a_file_that_is_not_there_is_said_not_to_be() {
    let shell = Shell::new();
    let told = crate::shell::envelope(&shell.run(&["call", "secret_list", "@nothing"]));
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains("There is no such file"),
        "{told}"
    );
}

#[test]
fn the_log_tells_of_no_lock_that_nobody_met() {
    let shell = Shell::new();
    shell.call("secret_list", &serde_json::json!({}));
    let log = shell.home().join("states/turnstone/turnstone.log");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.contains("secret_list") && !log.contains("vault_locked"),
        "{log}"
    );
}
