//! The one window.

use std::env;
use std::sync::Arc;

use commands::App;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, DragDropEvent, Manager, Runtime, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowEvent,
};

pub const LABEL: &str = "main";
const WIDTH_MIN_PX: f64 = 900.0;
const HEIGHT_MIN_PX: f64 = 600.0;
const WIDTH_PX: f64 = 1280.0;
const HEIGHT_PX: f64 = 820.0;

/// The page's address says the theme: asking for it would take longer than the first frame.
pub fn open<R: Runtime>(app: &AppHandle<R>, theme: &str) -> tauri::Result<WebviewWindow<R>> {
    let own_page = app.config().build.dev_url.clone();
    let page = WebviewUrl::App(format!("index.html?theme={theme}").into());
    WebviewWindowBuilder::new(app, LABEL, page)
        .title("Turnstone")
        .inner_size(WIDTH_PX, HEIGHT_PX)
        .min_inner_size(WIDTH_MIN_PX, HEIGHT_MIN_PX)
        .incognito(!driven_by_tests())
        .on_navigation(move |url| is_own_page(url, own_page.as_ref()))
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .build()
}

/// A dropped file's path goes to the use cases, and never to the page.
pub fn take_drops<R: Runtime>(window: &WebviewWindow<R>, app: Arc<App>) {
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event
            && let Some(path) = paths.first()
        {
            app.file_dropped(path.clone());
        }
    });
}

/// For a second start of the program: the first one's window comes to the front.
pub fn raise<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = step {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}

/// Loads the page anew, so that nothing shown or typed while the vault was open stays in its memory.
pub fn forget_page<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.reload() {
        tracing::warn!(%error, "the page could not be loaded anew after locking");
    }
}

fn is_own_page(url: &Url, dev_server: Option<&Url>) -> bool {
    let embedded = matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    );
    let served = cfg!(dev) && dev_server.is_some_and(|server| server.origin() == url.origin());
    embedded || served
}

/// WebKit keeps nothing on disk, except where a WebDriver session is asked for: it can't drive a private context.
fn driven_by_tests() -> bool {
    env::var("TAURI_WEBVIEW_AUTOMATION").is_ok_and(|value| value == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_no_page_but_its_own() {
        for own in [
            "tauri://localhost/",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
        ] {
            assert!(is_own_page(&Url::parse(own).expect("a URL"), None), "{own}");
        }
        for foreign in [
            "https://example.com/",
            "file:///etc/passwd",
            "tauri://elsewhere/",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(
                !is_own_page(&Url::parse(foreign).expect("a URL"), None),
                "{foreign}"
            );
        }
    }
}
