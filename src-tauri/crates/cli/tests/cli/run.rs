use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use testkit::temp_vault::PASSWORD;

use crate::shell::{Shell, answer, envelope, fed, text};

const VALUE: &str = "plover+dunlin/knot \"sanderling\"\nsecond line of it";
const MASK: &str = "••••••••";

#[test]
fn the_child_gets_the_value_and_its_exit_code_is_ours() {
    let shell = Shell::new();
    shell.generic("STRIPE_KEY", "plover-dunlin-knot");
    let output = shell.run(&[
        "run",
        "--secret",
        "STRIPE_KEY",
        "--",
        "sh",
        "-c",
        "test \"$STRIPE_KEY\" = plover-dunlin-knot && exit 7",
    ]);
    assert_eq!(
        (output.status.code(), text(&output.stderr).as_str()),
        (Some(7), "")
    );
}

#[test]
fn what_the_child_prints_is_masked_in_every_form() {
    let shell = Shell::new();
    shell.generic("KEY", VALUE);
    let forms = [
        VALUE.to_owned(),
        "second line of it".to_owned(),
        json!({ "key": VALUE }).to_string(),
        "plover%2Bdunlin%2Fknot%20%22sanderling%22%0Asecond%20line%20of%20it".to_owned(),
        STANDARD.encode(VALUE),
        STANDARD.encode(format!("u:{VALUE}")),
        STANDARD.encode(format!("ab:c:{VALUE}")),
    ];
    for form in forms {
        let file = shell.home().join("form");
        std::fs::write(&file, &form).unwrap();
        let output = shell.run(&[
            "run",
            "--secret",
            "KEY",
            "--",
            "sh",
            "-c",
            &format!("cat {0}; cat {0} >&2", file.display()),
        ]);
        assert_eq!(output.status.code(), Some(0));
        for printed in [text(&output.stdout), text(&output.stderr)] {
            assert!(printed.contains(MASK), "{printed}");
            for piece in [
                "plover",
                "dunlin",
                "second line",
                "second%20line",
                "cGxvdmVy",
                "c2Vjb25kIGxpbmU",
                "x1bmxpb",
            ] {
                assert!(!printed.contains(piece), "{piece} in {printed}");
            }
        }
    }
    let output = shell.run(&[
        "run",
        "--secret",
        "KEY",
        "--no-masking",
        "--",
        "sh",
        "-c",
        "printf %s \"$KEY\"",
    ]);
    assert_eq!(text(&output.stdout), VALUE);
}

#[test]
fn base64_of_a_value_alone_leaves_no_digit_of_it() {
    let shell = Shell::new();
    for (name, length) in [("A", 31), ("B", 32), ("C", 33), ("D", 120)] {
        let value: String = "plover-dunlin-knot-sanderling-"
            .chars()
            .cycle()
            .take(length)
            .collect();
        shell.generic(name, &value);
        let script = format!(
            "printf %s \"${name}\" | base64; echo \"${name}\" | base64; printf %s \"${name}\" | base64 -w0"
        );
        let output = shell.run(&["run", "--secret", name, "--", "sh", "-c", &script]);
        assert!(
            text(&output.stdout).chars().all(|c| c == '•' || c == '\n'),
            "{length}: {}",
            text(&output.stdout)
        );
    }
}

#[test]
fn a_value_in_pieces_is_masked_and_a_prompt_is_not_held_back() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    let script = "printf 'Continue? '; read answer; printf 'plover-d'; sleep 0.02; printf 'unlin-knot %s\\n' \"$answer\"";
    let mut child = shell
        .on_vault(&["run", "--secret", "KEY", "--", "sh", "-c", script])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut prompt = [0; 10];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut prompt)
        .unwrap();
    assert_eq!(&prompt, b"Continue? ");
    child.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    assert_eq!(
        text(&child.wait_with_output().unwrap().stdout),
        format!("{MASK} yes\n")
    );
}

#[test]
fn a_value_too_short_to_be_masked_is_said_to_be() {
    let shell = Shell::new();
    shell.generic("PIN", "7241");
    let output = shell.run(&["run", "--secret", "PIN", "--", "sh", "-c", "echo $PIN"]);
    assert_eq!(text(&output.stdout), "7241\n");
    assert!(
        text(&output.stderr).contains("PIN is shorter than 8 characters"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn names_of_the_catalogue_and_names_of_ones_own_are_taken() {
    let shell = Shell::new();
    let request = json!({ "name": "aws.prod", "secret_type": "s3",
        "credentials": { "access_key_id": "AKIA7Q2MZX4LN3PWVT6K", "secret_access_key": "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" } });
    let id = shell.call("secret_create", &request)["secret"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let test =
        "test $AWS_ACCESS_KEY_ID = AKIA7Q2MZX4LN3PWVT6K && test ${#AWS_SECRET_ACCESS_KEY} = 40";
    assert_eq!(
        shell
            .run(&["run", "--secret", "aws.prod", "--", "sh", "-c", test])
            .status
            .code(),
        Some(0)
    );
    let arguments = [
        "--env",
        "A=AWS.prod.access_key_id",
        "--env",
        "B=aws.prod",
        "--env",
    ];
    let by_id = format!("C={id}.access_key_id");
    let test = "test $A = AKIA7Q2MZX4LN3PWVT6K && test ${#B} = 40 && test $C = $A && test -z \"$AWS_ACCESS_KEY_ID\"";
    let mut all = vec!["run"];
    all.extend(arguments);
    all.extend([by_id.as_str(), "--", "sh", "-c", test]);
    assert_eq!(shell.run(&all).status.code(), Some(0));
}

#[test]
fn what_has_no_variable_or_is_not_there_starts_nothing() {
    let shell = Shell::new();
    shell.call("secret_create", &json!({ "name": "plain", "secret_type": "generic", "credentials": { "value": "plover-dunlin" } }));
    let trace = shell.home().join("started");
    let touch = format!("touch {}", trace.display());
    for (flags, kind) in [
        (["--secret", "plain"], "validation_error"),
        (["--env", "LD_PRELOAD=plain"], "validation_error"),
        (["--env", "A=plain.account_key"], "validation_error"),
        (["--env", "plain"], "validation_error"),
        (["--secret", "nothing"], "not_found"),
        (["--env", "A=nothing.value"], "not_found"),
    ] {
        let output = shell.run(&["run", flags[0], flags[1], "--", "sh", "-c", &touch]);
        assert_eq!(envelope(&output)["type"], kind, "{flags:?}");
    }
    assert!(!trace.exists());
    let output = shell.run(&[
        "run",
        "--env",
        "A=plain",
        "--secret",
        "plain",
        "--",
        "sh",
        "-c",
        "test $A = plover-dunlin",
    ]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        envelope(&shell.run(&["run", "--env", "A=plain", "--", "/nowhere/program"]))["type"],
        "not_found"
    );
}

#[test]
fn out_02_the_entry_is_committed_before_the_child_starts() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    let program = env!("CARGO_BIN_EXE_turnstone-cli");
    let ask = format!(
        "{program} --vault {} --password-file {} call audit_list",
        shell.vault.folder().display(),
        shell.password_file().display()
    );
    let log = answer(&shell.run(&["run", "--secret", "KEY", "--", "sh", "-c", &ask]));
    let injected = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["action"] == "value_injected")
        .unwrap()
        .clone();
    assert_eq!(
        (&injected["resource_name"], &injected["changed"]),
        (&json!("KEY"), &json!(["value"]))
    );
}

#[test]
fn signals_pass_through_both_ways() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    let output = shell.run(&["run", "--secret", "KEY", "--", "sh", "-c", "kill -TERM $$"]);
    assert_eq!(output.status.signal(), Some(15));

    let script = "trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = shell
        .on_vault(&["run", "--secret", "KEY", "--", "sh", "-c", script])
        .process_group(0)
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut ready)
        .unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(5), "told\n")
    );
}

#[test]
fn the_child_reads_what_follows_the_password_on_standard_input() {
    let shell = Shell::new();
    shell.generic("KEY", "plover-dunlin-knot");
    let mut command = shell.bare();
    command.arg("--vault").arg(shell.vault.folder()).args([
        "--password-stdin",
        "run",
        "--secret",
        "KEY",
        "--",
        "cat",
    ]);
    let output = fed(command, &format!("{PASSWORD}\nthe rest\nof it"));
    assert_eq!(text(&output.stdout), "the rest\nof it");
}

#[test]
fn a_secret_in_the_trash_is_said_to_be_there() {
    let shell = Shell::new();
    let id = shell.generic("KEY", "plover-dunlin-knot");
    shell.call("secret_delete", &serde_json::json!({ "id": id }));
    for named in ["key", id.as_str()] {
        let told = crate::shell::envelope(&shell.run(&["run", "--secret", named, "--", "true"]));
        assert_eq!(told["type"], "not_found");
        assert!(
            told["message"].as_str().unwrap().contains("trash"),
            "{told}"
        );
    }
}
