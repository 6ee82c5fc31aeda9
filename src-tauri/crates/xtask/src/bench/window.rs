//! What only the real window can tell: how long it takes to start, and from a key press to the list.

use std::fs;
use std::path::{Path, PathBuf};

use crate::demo::MADE_UP_PASSWORD;
use crate::machine::is_newer;
use crate::page;
use crate::process::{self, Failure};
use crate::workspace::{WITH_PAGE, cargo, root, target};

use super::table::Measured;

const EMPTY_WINDOW: &str = "empty_window";
const FILL_VAULT: &str = "fill_vault";

/// With a vault of that many secrets below `folder`.
pub fn measure(size: usize, folder: &Path) -> Result<Vec<Measured>, Failure> {
    page::build()?;
    let build = ["build", "--release", "--package", "turnstone"];
    process::run(cargo(&build).args(["--bin", "turnstone"]).args(WITH_PAGE))?;
    process::run(
        cargo(&build)
            .args(["--example", EMPTY_WINDOW])
            .args(WITH_PAGE),
    )?;
    let home = filled(size, folder)?;
    let mut node = process::program("node", &["bench.js"], &root().join("tests/e2e"));
    node.env("TURNSTONE_APP", released("turnstone"))
        .env(
            "TURNSTONE_EMPTY_WINDOW",
            released(&format!("examples/{EMPTY_WINDOW}")),
        )
        .env("TURNSTONE_BENCH_HOME", home)
        .env("TURNSTONE_BENCH_SECRETS", size.to_string());
    let mut measured = Vec::new();
    process::run_reading(&mut node, |line| measured.extend(Measured::parse(line)))?;
    Ok(measured)
}

/// Kept until what fills it is built anew.
fn filled(size: usize, folder: &Path) -> Result<PathBuf, Failure> {
    let build = ["build", "--release", "--package", "turnstone-testkit"];
    process::run(cargo(&build).args(["--example", FILL_VAULT]))?;
    let program = released(&format!("examples/{FILL_VAULT}"));
    let home = folder.join(format!("window-{size}"));
    if is_newer(&program, &home.join("names")) {
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        let mut fill = process::program(&program.to_string_lossy(), &[], &root());
        fill.arg(&home).args([&size.to_string(), MADE_UP_PASSWORD]);
        process::run(&mut fill)?;
    }
    Ok(home)
}

fn released(name: &str) -> PathBuf {
    target()
        .join("release")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
