//! Everything that is generated from the table of commands and committed.

use std::fs;
use std::path::PathBuf;

use crate::permissions;
use crate::process::{self, Failure};
use crate::workspace::{cargo, root};

pub fn write() -> Result<(), Failure> {
    permissions::write()?;
    export_types()
}

/// Fails on a difference, and leaves the new file in place for the person to look at.
pub fn are_current() -> Result<(), Failure> {
    permissions::are_current()?;
    let before = fs::read_to_string(types_path())?;
    export_types()?;
    if fs::read_to_string(types_path())? == before {
        return Ok(());
    }
    Err(Failure(format!(
        "{} differed from the table of commands; it is written anew now",
        types_path().display()
    )))
}

fn types_path() -> PathBuf {
    root().join("ui/src/ipc/bindings.ts")
}

fn export_types() -> Result<(), Failure> {
    process::run(&mut cargo(&[
        "run",
        "--quiet",
        "--package",
        "turnstone-commands",
        "--example",
        "export_bindings",
    ]))
}
