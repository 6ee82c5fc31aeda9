use std::collections::BTreeSet;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::shell::{Shell, answer, envelope, text};

fn lines(output: &std::process::Output) -> Vec<Value> {
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn each_line_is_answered_in_its_order_and_a_bad_one_stops_nothing() {
    let shell = Shell::new();
    let input = [
        json!({ "command": "secret_create", "request": { "name": "a", "secret_type": "generic", "credentials": { "value": "plover-dunlin" } } }).to_string(),
        json!({ "command": "secret_create", "request": { "name": "A", "secret_type": "generic", "credentials": { "value": "plover-knot" } } }).to_string(),
        "not json".to_owned(),
        String::new(),
        json!({ "command": "nothing_such", "request": {} }).to_string(),
        json!({ "command": "secret_list" }).to_string(),
        json!({ "command": "secret_list", "request": {}, "more": 1 }).to_string(),
    ];
    let output = shell.run_with(&["batch", "-"], &input.join("\n"));
    assert_eq!(
        (output.status.code(), text(&output.stderr).as_str()),
        (Some(0), "")
    );
    let lines = lines(&output);
    let told: Vec<_> = lines
        .iter()
        .map(|line| line["error"]["type"].as_str().unwrap_or("ok"))
        .collect();
    assert_eq!(
        told,
        [
            "ok",
            "already_exists",
            "invalid_request",
            "not_found",
            "ok",
            "invalid_request"
        ]
    );
    assert!(
        lines
            .iter()
            .all(|line| line["ok"] == json!(line.get("answer").is_some()))
    );
    assert_eq!(lines[4]["answer"]["total"], 1);
}

#[test]
fn a_batch_that_cannot_unlock_answers_nothing() {
    let shell = Shell::new();
    std::fs::write(shell.password_file(), "wrong").unwrap();
    assert_eq!(
        envelope(&shell.run_with(&["batch", "-"], "{}\n"))["type"],
        "authentication_failed"
    );
}

#[test]
fn two_programs_write_at_once_and_nothing_is_lost() {
    let shell = Shell::new();
    const EACH: usize = 40;
    let start = |who: &str| {
        let mut child = shell
            .on_vault(&["batch", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let requests: String = (0..EACH)
            .map(|number| {
                let request = json!({ "name": format!("{who} {number}"), "secret_type": "generic", "credentials": { "value": format!("plover-{who}-{number}") } });
                format!("{}\n", json!({ "command": "secret_create", "request": request }))
            })
            .collect();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(requests.as_bytes())
            .unwrap();
        child
    };
    let (one, two) = (start("one"), start("two"));
    for child in [one, two] {
        let lines = lines(&child.wait_with_output().unwrap());
        assert_eq!(lines.len(), EACH);
        assert!(
            lines.iter().all(|line| line["ok"] == json!(true)),
            "{lines:?}"
        );
    }
    let listed = answer(&shell.run(&["call", "secret_list", r#"{"limit": 1000}"#]));
    let names: BTreeSet<_> = listed["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|secret| secret["name"].to_string())
        .collect();
    assert_eq!(names.len(), 2 * EACH);
    assert_eq!(answer(&shell.run(&["vault", "check"]))["ok"], true);
}

#[test]
fn a_line_that_is_no_object_is_refused() {
    let shell = Shell::new();
    let input =
        "[\"secret_list\", {}]\n\"secret_list\"\nnull\n  {\"command\": \"secret_list\"}\r\n";
    let told: Vec<_> = lines(&shell.run_with(&["batch", "-"], input))
        .iter()
        .map(|line| line["error"]["type"].as_str().unwrap_or("ok").to_owned())
        .collect();
    let refused = "invalid_request";
    assert_eq!(told, [refused, refused, refused, "ok"]);
}

#[test]
fn a_batch_whose_answers_nobody_reads_is_no_success() {
    let shell = Shell::new();
    let mut child = shell
        .on_vault(&["batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    for name in ["a", "b"] {
        let request =
            json!({ "name": name, "secret_type": "generic", "credentials": { "value": "knot" } });
        let line = json!({ "command": "secret_create", "request": request });
        // It may have ended by the second one.
        let _ended = writeln!(input, "{line}");
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(envelope(&output)["type"], "invalid_request");
    let made = answer(&shell.run(&["call", "secret_list"]));
    assert_eq!(made["total"], 1, "it stopped at the first");
}
