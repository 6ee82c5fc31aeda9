//! Two processes write to one vault at the same time.

use std::thread;

use serde_json::{Value, json};

use crate::shell::{Shell, answer, text};

const ROUNDS: usize = 40;

/// What a process that edits one secret again and again was told.
struct Told {
    /// Descriptions that were acknowledged, with the revision that they made.
    done: Vec<(u64, String)>,
    conflicts: usize,
}

/// Each edit builds on the revision that this process saw last, as a form does; within a batch it trusts that nobody comes between.
fn edit(shell: &Shell, who: &str, id: &str) -> Told {
    let mut told = Told {
        done: Vec::new(),
        conflicts: 0,
    };
    let mut seen = 1;
    for round in 0..ROUNDS / 4 {
        let lines = (0..4).map(|number| {
            let description = format!("{who}-{round}-{number}");
            let request =
                json!({ "id": id, "description": description, "expected_revision": seen + number });
            format!(
                "{}\n",
                json!({ "command": "secret_update", "request": request })
            )
        });
        let output = shell.run_with(&["batch", "-"], &lines.collect::<String>());
        for (number, line) in text(&output.stdout).lines().enumerate() {
            let line: Value = serde_json::from_str(line).unwrap();
            if line["ok"] == true {
                let secret = &line["answer"]["secret"];
                let revision = secret["revision"].as_u64().unwrap();
                told.done
                    .push((revision, format!("{who}-{round}-{number}")));
                seen = revision;
            } else {
                let envelope = &line["error"];
                assert_eq!(envelope["type"], "conflict", "{envelope}");
                told.conflicts += 1;
                seen = envelope["current_revision"].as_u64().unwrap_or(seen);
            }
        }
    }
    told
}

#[test]
fn update_15_of_two_programs_that_edit_one_secret_neither_loses_an_acknowledged_edit() {
    let shell = Shell::new();
    let id = shell.generic("KEY", "plover-dunlin-knot");
    let (one, two) = thread::scope(|scope| {
        let one = scope.spawn(|| edit(&shell, "ada", &id));
        let two = scope.spawn(|| edit(&shell, "ben", &id));
        (one.join().unwrap(), two.join().unwrap())
    });

    let mut done: Vec<(u64, String)> = one.done.into_iter().chain(two.done).collect();
    done.sort();
    let revisions: Vec<u64> = done.iter().map(|(revision, _)| *revision).collect();
    let last = revisions.last().copied().unwrap();
    assert_eq!(
        revisions,
        (2..=last).collect::<Vec<u64>>(),
        "each revision was made once"
    );
    assert!(one.conflicts + two.conflicts > 0, "they met");
    let secret =
        answer(&shell.run(&["call", "secret_get", &json!({ "id": id }).to_string()]))["secret"]
            .clone();
    assert_eq!(
        (&secret["revision"], &secret["description"]),
        (&json!(last), &json!(done.last().unwrap().1))
    );
    let log = answer(&shell.run(&[
        "call",
        "audit_list",
        &json!({ "action": "secret_updated", "limit": 1000 }).to_string(),
    ]));
    assert_eq!(log["entries"].as_array().unwrap().len(), done.len());
    assert_eq!(answer(&shell.run(&["audit", "verify"]))["ok"], true);
    assert_eq!(answer(&shell.run(&["vault", "check"]))["ok"], true);
}
