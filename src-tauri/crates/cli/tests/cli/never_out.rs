use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use crate::shell::{Shell, fed, text};

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if !path.ends_with("password") {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn out_01_no_value_is_printed_logged_kept_readable_or_in_an_argument() {
    let shell = Shell::new();
    let canary = "Zq7vK2mX9bT4nW8cY1sH5dPfGjUoEaRi";
    let piece = &canary[4..18];
    let mut printed = String::new();
    let request = json!({ "name": "KEY", "secret_type": "generic", "credentials": { "value": canary }, "env_key": "KEY" }).to_string();
    for (arguments, input) in [
        (vec!["call", "secret_create", "-"], request.clone()),
        (vec!["call", "secret_create", "-"], request.clone()),
        (
            vec!["call", "secret_create", "-"],
            request[..request.len() - 20].to_owned(),
        ),
        (vec!["call", canary, "-"], String::new()),
        (vec!["call", "secret_create", &request], String::new()),
        (
            vec!["batch", "-"],
            format!(
                "{}\n",
                json!({ "command": "secret_update", "request": { "id": canary, "credentials": canary } })
            ),
        ),
        (vec!["call", "secret_list"], String::new()),
        (vec!["call", "audit_list"], String::new()),
    ] {
        let output = fed(shell.on_vault(&arguments), &input);
        printed += &text(&output.stdout);
        printed += &text(&output.stderr);
    }
    let mut child = shell
        .on_vault(&[
            "run",
            "--secret",
            "KEY",
            "--",
            "sh",
            "-c",
            "echo $KEY; read wait",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut mask = [0; 24];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut mask)
        .unwrap();
    printed += &text(&mask);
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        // Processes come and go.
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let ours =
            String::from_utf8_lossy(&arguments).contains(&shell.home().display().to_string());
        assert!(!ours || !String::from_utf8_lossy(&arguments).contains(piece));
    }
    drop(child.stdin.take());
    child.wait().unwrap();

    assert!(!printed.contains(piece), "{printed}");
    let mut found = Vec::new();
    files(shell.home(), &mut found);
    assert!(
        found
            .iter()
            .any(|(path, _)| path.ends_with("turnstone.log")),
        "the log is among them"
    );
    for (path, bytes) in found {
        assert!(
            !bytes
                .windows(piece.len())
                .any(|window| window == piece.as_bytes()),
            "{path}"
        );
    }
}
