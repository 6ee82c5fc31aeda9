//! The page that the window shows: its packages and its build.

use crate::machine::is_newer;
use crate::process::{self, Failure};
use crate::workspace::{npm, root};

/// npm packages as the lock file names them, fetched again only when it changed.
pub fn install() -> Result<(), Failure> {
    let ui = root().join("ui");
    let installed = ui.join("node_modules/.package-lock.json");
    if is_newer(&ui.join("package-lock.json"), &installed) {
        process::run(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(())
}

pub fn build() -> Result<(), Failure> {
    install()?;
    process::run(&mut npm(&["run", "--silent", "build"]))
}
