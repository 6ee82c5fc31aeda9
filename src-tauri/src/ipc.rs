//! From a message of the page to the table of commands. Tauri has checked the permission before it comes here.

use std::sync::Arc;

use commands::{App, Surface};
use serde_json::Value;
use tauri::ipc::{Invoke, InvokeBody};
use tauri::{Manager, Runtime};

/// Every command takes one argument, `request`, and runs on a thread that may wait: for the disk, for the key derivation, for a chooser.
pub fn answer<R: Runtime>(invoke: Invoke<R>) -> bool {
    let Invoke {
        message, resolver, ..
    } = invoke;
    let app = Arc::clone(&message.webview_ref().state::<Arc<App>>());
    let name = message.command().to_owned();
    let request = match message.payload() {
        InvokeBody::Json(payload) => payload.get("request").cloned().unwrap_or(Value::Null),
        InvokeBody::Raw(_) => Value::Null,
    };
    tauri::async_runtime::spawn_blocking(move || match app.call(Surface::Window, &name, request) {
        Ok(answer) => resolver.resolve(answer),
        Err(rejection) => resolver.reject(rejection),
    });
    true
}
