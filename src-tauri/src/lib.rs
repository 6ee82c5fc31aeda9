//! The Tauri shell: puts the parts together, opens the one window and carries its commands to the use cases. It decides nothing.

mod host;
mod ipc;
mod renderer;
pub mod window;

use std::error::Error;
use std::sync::Arc;

use commands::{App, Places};
use tauri::{AppHandle, Builder, Manager, RunEvent, Runtime, Wry};

use crate::host::WindowHost;

/// Opens the window and returns when the person quits.
pub fn run() -> Result<(), Box<dyn Error>> {
    let hardening = commands::harden_process();
    renderer::avoid_broken_drivers()?;
    let places = Places::of_this_user()?;
    commands::log::to_file(&places.log_file())?;
    if let Err(error) = hardening {
        tracing::warn!(%error, "this process could not be closed to core dumps and debuggers");
    }

    let app = answering(Builder::<Wry>::new())
        // First, so that a second start ends before it has touched anything.
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| window::raise(app),
        ))
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_denylist(&[])
                .build(),
        )
        .setup(move |app| {
            let commands = start(app.handle(), places)?;
            let window = window::open(app.handle(), &commands.theme())?;
            window::take_drops(&window, commands);
            Ok(())
        })
        .build(context())?;
    app.run(|handle, event| {
        if let RunEvent::Exit = event {
            handle.state::<Arc<App>>().quit();
        }
    });
    Ok(())
}

/// Gives the window's messages to the table of commands.
pub fn answering<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.invoke_handler(ipc::answer)
}

/// The configuration, the page and the permissions, as they were at build time.
pub fn context<R: Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Starts the use cases and gives them to the window's commands.
pub fn start<R: Runtime>(
    handle: &AppHandle<R>,
    places: Places,
) -> Result<Arc<App>, Box<dyn Error>> {
    let app = Arc::new(App::start(
        places,
        Arc::new(WindowHost::new(handle.clone())),
    )?);
    app.keep_time()?;
    handle.manage(Arc::clone(&app));
    Ok(app)
}
