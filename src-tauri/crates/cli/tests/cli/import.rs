//! Files that need something said about them, where nobody can be asked.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::shell::{Shell, answer, envelope};

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
