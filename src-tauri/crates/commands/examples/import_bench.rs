//! How long an import takes from the file to the vault: `cargo run --release -p turnstone-commands --example import_bench -- 10000`.
//! One line of columns: what, items, milliseconds.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use testkit::TempVault;
use testkit::onepux::{OnePux, many};
use testkit::temp_vault::PASSWORD;
use turnstone_commands::{App, NoWindow, Places, Surface};

fn main() -> Result<(), Box<dyn Error>> {
    let count = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 10_000,
    };
    let vault = TempVault::new();
    let path = vault.home().join("export.1pux");
    std::fs::write(
        &path,
        OnePux::new("Acme").vault("Ops", many(count)).into_bytes(),
    )?;
    let app = App::start(
        Places {
            data: vault.home().to_owned(),
            config: vault.home().join("config"),
            state: vault.state_folder(),
        },
        Arc::new(NoWindow),
    )?;
    let call = |surface: Surface, name: &str, request: Value| {
        app.call(surface, name, request)
            .map_err(|rejection| format!("{name}: {}", rejection.message()))
    };
    let id = vault::VaultFolder::open(&vault.folder())?.id().to_string();
    call(
        Surface::Window,
        "vault_unlock",
        json!({ "vault_id": id, "password": PASSWORD }),
    )?;

    let begin = Instant::now();
    call(Surface::Cli, "import_preview", json!({ "path": path }))?;
    let previewed = begin.elapsed();
    let report = call(Surface::Cli, "import_apply", json!({ "path": path }))?;
    let applied = begin.elapsed();
    if report["imported"] == json!(0) {
        return Err("nothing was imported".into());
    }
    let mut out = io::stdout().lock();
    for (what, time) in [
        ("import, preview", previewed),
        ("import, preview and apply", applied),
    ] {
        writeln!(out, "{what}\t{count}\t{:.3}", time.as_secs_f64() * 1000.0)?;
    }
    Ok(())
}
