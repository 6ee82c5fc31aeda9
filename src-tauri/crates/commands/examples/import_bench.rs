//! How long an import takes from the file to the vault, through the window's way: chosen, read once, previewed, applied.
//! `cargo run --release -p turnstone-commands --example import_bench -- 10000`.
//! One line of columns: what, items, milliseconds, or KiB of memory. The file is made by a process of its own, so that what is held in
//! memory is the import's alone.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use testkit::TempVault;
use testkit::bench::peak_kib;
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
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [] => measure(10_000),
        [count] => measure(count.parse()?),
        [path, count, ..] => make(Path::new(path), count.parse()?),
    }
}

fn make(path: &Path, count: usize) -> Result<(), Box<dyn Error>> {
    let export = OnePux::new("Acme").vault("Ops", many(count));
    Ok(std::fs::write(path, export.into_bytes())?)
}

fn measure(count: usize) -> Result<(), Box<dyn Error>> {
    let vault = TempVault::new();
    let path = vault.home().join("export.1pux");
    let mut maker = Command::new(std::env::current_exe()?);
    if !maker.arg(&path).arg(count.to_string()).status()?.success() {
        return Err("no file was made".into());
    }
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
    let (imported, peak) = peak_kib(|| {
        call("import_preview", file.clone())?;
        let previewed = begin.elapsed();
        Ok::<_, String>((previewed, call("import_apply", file)?))
    });
    let (previewed, report) = imported?;
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
    if let Some(kib) = peak {
        writeln!(out, "memory of an import\t{count}\t{kib}")?;
    }
    Ok(())
}
