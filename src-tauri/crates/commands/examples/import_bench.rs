//! How long an import takes from the file to the vault, through the window's way: chosen, read once, previewed, applied.
//! `cargo run --release -p turnstone-commands --example import_bench -- 10000`.
//! One line of columns: what, items, milliseconds.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use testkit::TempVault;
use testkit::onepux::{OnePux, many};
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::Event;
use turnstone_commands::{App, Chooser, Host, Places, Surface};

/// A person who always chooses the same file.
struct ChoosesOne(PathBuf);

impl Host for ChoosesOne {
    fn emit(&self, _event: &Event) {}

    fn choose(&self, _what: Chooser<'_>) -> Option<PathBuf> {
        Some(self.0.clone())
    }

    fn print(&self) -> bool {
        false
    }
}

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
        Arc::new(ChoosesOne(path.clone())),
    )?;
    let call = |name: &str, request: Value| {
        app.call(Surface::Window, name, request)
            .map_err(|rejection| format!("{name}: {}", rejection.message()))
    };
    let id = vault::VaultFolder::open(&vault.folder())?.id().to_string();
    call(
        "vault_unlock",
        json!({ "vault_id": id, "password": PASSWORD }),
    )?;
    let chosen = call("file_open", json!({ "purpose": "import" }))?;
    let file = json!({ "file_id": chosen["file_id"] });

    let begin = Instant::now();
    call("import_preview", file.clone())?;
    let previewed = begin.elapsed();
    let report = call("import_apply", file)?;
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
