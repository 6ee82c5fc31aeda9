//! What the window does for the use cases: events, choosers, printing.

use std::path::PathBuf;
use std::thread;

use commands::api::{Event, LockReason};
use commands::{Chooser, Host, Notice};
use notify_rust::Notification;
use tauri::{AppHandle, Emitter, EventTarget, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

use crate::window;

const APP_NAME: &str = "Turnstone";
/// The one event that the page listens to.
const EVENT: &str = "turnstone";

pub struct WindowHost<R: Runtime> {
    handle: AppHandle<R>,
}

impl<R: Runtime> WindowHost<R> {
    pub fn new(handle: AppHandle<R>) -> Self {
        Self { handle }
    }

    fn chooser(&self, title: &str) -> FileDialogBuilder<R> {
        let chooser = self.handle.dialog().file().set_title(title);
        match self.handle.get_webview_window(window::LABEL) {
            Some(window) => chooser.set_parent(&window),
            None => chooser,
        }
    }
}

impl<R: Runtime> Host for WindowHost<R> {
    fn emit(&self, event: &Event) {
        if let Err(error) =
            self.handle
                .emit_to(EventTarget::webview_window(window::LABEL), EVENT, event)
        {
            tracing::warn!(%error, "the window did not take an event");
        }
        match event {
            Event::Locked {
                reason: LockReason::Quit,
                ..
            } => {}
            Event::Locked { .. } => window::forget_page(&self.handle),
            Event::Changed { .. }
            | Event::Progress { .. }
            | Event::RotationChanged { .. }
            | Event::FileDropped { .. }
            | Event::Clipboard { .. } => {}
        }
    }

    /// The path stays in Rust: the page gets a name and an id.
    fn choose(&self, what: Chooser<'_>) -> Option<PathBuf> {
        let chosen = match what {
            Chooser::VaultFolder => self.chooser("Add a vault folder").blocking_pick_folder(),
            Chooser::ImportFile => self.chooser("Choose a file to import").blocking_pick_file(),
            Chooser::KeyFile => self.chooser("Choose the key file").blocking_pick_file(),
            Chooser::BackupFile => self
                .chooser("Choose a backup")
                .add_filter("Turnstone backup", &["turnstone"])
                .add_filter("All files", &["*"])
                .blocking_pick_file(),
            Chooser::SaveBackup { file_name } => self
                .chooser("Save the backup")
                .set_file_name(file_name)
                .blocking_save_file(),
            Chooser::SaveRecoverySheet { file_name } => self
                .chooser("Save the emergency sheet")
                .set_file_name(file_name)
                .blocking_save_file(),
            Chooser::SaveInvitationSheet { file_name } => self
                .chooser("Save the invitation")
                .set_file_name(file_name)
                .blocking_save_file(),
            Chooser::SaveImportReport { file_name } => self
                .chooser("Save the import report")
                .set_file_name(file_name)
                .blocking_save_file(),
            Chooser::SaveAuditLog { file_name } => self
                .chooser("Export the audit log")
                .set_file_name(file_name)
                .blocking_save_file(),
        };
        local_path(chosen?)
    }

    /// On a thread of its own: a desktop that does not answer keeps nothing waiting.
    fn notify(&self, notice: &Notice) {
        let Notice { title, body } = notice.clone();
        let show = move || {
            let mut shown = Notification::new();
            shown.appname(APP_NAME).summary(&title).body(&as_body(body));
            if let Err(error) = shown.show() {
                tracing::warn!(%error, "the desktop shows no notifications");
            }
        };
        let thread = thread::Builder::new().name("notification".to_owned());
        if let Err(error) = thread.spawn(show) {
            tracing::warn!(%error, "nothing could be shown outside the window");
        }
    }

    fn open_page(&self, address: &str) -> bool {
        open::that_detached(address)
            .inspect_err(|error| tracing::warn!(%error, "no browser could be started"))
            .is_ok()
    }

    fn print(&self) -> bool {
        self.handle
            .get_webview_window(window::LABEL)
            .is_some_and(|window| window.print().is_ok())
    }
}

/// Some desktops take the body for markup, and say so; a secret's name is text.
#[cfg(all(unix, not(target_os = "macos")))]
fn as_body(text: String) -> String {
    let takes_markup =
        notify_rust::get_capabilities().is_ok_and(|all| all.iter().any(|one| one == "body-markup"));
    match takes_markup {
        true => text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;"),
        false => text,
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn as_body(text: String) -> String {
    text
}

fn local_path(chosen: FilePath) -> Option<PathBuf> {
    match chosen.into_path() {
        Ok(path) => Some(path),
        Err(error) => {
            tracing::warn!(%error, "the chosen place is no local file");
            None
        }
    }
}
