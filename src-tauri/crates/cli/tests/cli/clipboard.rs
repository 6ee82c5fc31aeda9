//! The real clipboard of a virtual display.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::shell::{Shell, text};

/// A display of its own; gone when dropped.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn new() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "64x64x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed where the tests run");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        Self {
            server,
            name: format!(":{}", number.trim()),
        }
    }

    fn xclip(&self, arguments: &[&str]) -> String {
        let output = Command::new("xclip")
            .args(["-selection", "clipboard"])
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output()
            .unwrap();
        text(&output.stdout)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.server.kill();
        let _gone = self.server.wait();
    }
}

#[test]
fn out_02_a_copy_is_marked_as_a_password_and_gone_when_its_time_is_over() {
    let (shell, display) = (Shell::new(), Display::new());
    let settings = shell.home().join("config/turnstone");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(
        settings.join("settings.json"),
        r#"{"clipboard_seconds": 5}"#,
    )
    .unwrap();
    let id = shell.generic("KEY", "plover-dunlin-knot");

    let mut copy = shell.on_vault(&["call", "secret_copy", &json!({ "id": id }).to_string()]);
    let mut child = copy.env("DISPLAY", &display.name).spawn().unwrap();
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut answer)
        .unwrap();
    assert!(answer.contains("\"clears_in_ms\":5000"), "{answer}");

    assert_eq!(display.xclip(&["-o"]), "plover-dunlin-knot");
    assert!(
        display
            .xclip(&["-o", "-t", "TARGETS"])
            .contains("x-kde-passwordManagerHint")
    );
    assert!(child.wait().unwrap().success());
    assert_eq!(display.xclip(&["-o"]), "");
}

#[test]
fn without_a_clipboard_the_copy_is_refused() {
    let shell = Shell::new();
    let id = shell.generic("KEY", "plover-dunlin-knot");
    let refused = crate::shell::envelope(&shell.run(&[
        "call",
        "secret_copy",
        &json!({ "id": id }).to_string(),
    ]));
    assert_eq!(refused["type"], "internal_error");
}
