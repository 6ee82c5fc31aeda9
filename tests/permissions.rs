//! What the page may ask for, with the configuration and permissions that are built into the app.

use commands::Places;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

const OWN_PAGE: &str = "tauri://localhost";

struct Opened {
    window: WebviewWindow<MockRuntime>,
    _app: App<MockRuntime>,
    _home: TempDir,
}

#[test]
fn a_command_of_the_table_is_answered() {
    let opened = open("main");
    let status = opened
        .ask_with(OWN_PAGE, "app_status", json!({}))
        .expect("an answer");
    assert_eq!(status["state"], "locked");
}

#[test]
fn every_command_of_the_table_that_is_the_windows_passes_the_permissions() {
    let opened = open("main");
    for row in commands::commands()
        .into_iter()
        .filter(|row| row.surface != "cli")
    {
        let answer = opened.ask(OWN_PAGE, row.name);
        let refused = answer.expect_err("a member that no request has");
        assert_eq!(refused["type"], "invalid_request", "{}", row.name);
    }
}

#[test]
fn a_command_that_is_not_listed_is_denied() {
    let opened = open("main");
    for unlisted in ["vault_open_sesame", "secret_reveal", "batch"] {
        assert!(is_denied(&opened.ask(OWN_PAGE, unlisted)), "{unlisted}");
    }
}

#[test]
fn the_plugins_commands_are_denied_but_for_hearing_events() {
    let opened = open("main");
    for foreign in [
        "plugin:dialog|open",
        "plugin:dialog|save",
        "plugin:event|emit",
        "plugin:window|close",
        "plugin:webview|print",
        "plugin:fs|read_file",
        "plugin:path|resolve_directory",
    ] {
        assert!(is_denied(&opened.ask(OWN_PAGE, foreign)), "{foreign}");
    }
}

#[test]
fn a_page_from_elsewhere_may_ask_nothing() {
    let opened = open("main");
    for origin in [
        "https://example.com",
        "http://localhost:9999",
        "tauri://elsewhere",
    ] {
        assert!(is_denied(&opened.ask(origin, "app_status")), "{origin}");
    }
}

#[test]
fn another_window_may_ask_nothing() {
    let opened = open("second");
    assert!(is_denied(&opened.ask(OWN_PAGE, "app_status")));
}

/// The app without a desktop: the use cases on folders of its own, and one window of that name.
fn open(label: &str) -> Opened {
    let home = TempDir::new().expect("a folder");
    let app = turnstone_app::answering(mock_builder())
        .build(turnstone_app::context())
        .expect("an app");
    turnstone_app::start(app.handle(), Places::under(home.path())).expect("the use cases");
    let window = WebviewWindowBuilder::new(&app, label, WebviewUrl::default())
        .build()
        .expect("a window");
    Opened {
        window,
        _app: app,
        _home: home,
    }
}

impl Opened {
    /// With a request that every command refuses at once, so that nothing is carried out.
    fn ask(&self, origin: &str, command: &str) -> Result<Value, Value> {
        self.ask_with(origin, command, json!({ "unheard_of": true }))
    }

    fn ask_with(&self, origin: &str, command: &str, request: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: origin.parse().expect("a URL"),
            body: InvokeBody::Json(json!({ "request": request })),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().expect("JSON"))
    }
}

fn is_denied(answer: &Result<Value, Value>) -> bool {
    matches!(answer, Err(Value::String(message)) if message.contains("not allowed"))
}
