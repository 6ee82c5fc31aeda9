//! A window with one word in it: what the web view takes to start by itself. `cargo xtask bench` measures the app's start
//! beside it.

use tauri::http::Response;
use tauri::{Builder, WebviewUrl, WebviewWindowBuilder};

const SCHEME: &str = "empty";
const PAGE: &[u8] = b"<!doctype html><title>Empty</title><p>Empty";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Builder::default()
        .register_uri_scheme_protocol(SCHEME, |_context, _request| {
            let mut page = Response::new(PAGE.to_vec());
            let html = tauri::http::HeaderValue::from_static("text/html");
            page.headers_mut().insert("content-type", html);
            page
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol(format!("{SCHEME}://localhost/").parse()?);
            WebviewWindowBuilder::new(app, SCHEME, page)
                .title("Empty")
                .inner_size(1280.0, 820.0)
                .build()?;
            Ok(())
        })
        .run(turnstone_app::context())?;
    Ok(())
}
