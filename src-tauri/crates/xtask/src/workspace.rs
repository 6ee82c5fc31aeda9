//! Where things are, and how cargo is called.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};

/// The app with its page built in, so that no development server is needed.
pub const WITH_PAGE: [&str; 2] = ["--features", "custom-protocol"];

pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(3)
        .map_or_else(|| here.to_path_buf(), Path::to_path_buf)
}

pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The built program of that name, debug build.
pub fn built(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    process::program(&cargo, arguments, &root())
}

pub fn npm(arguments: &[&str]) -> Command {
    process::program(
        if cfg!(windows) { "npm.cmd" } else { "npm" },
        arguments,
        &root().join("ui"),
    )
}

/// Builds the app and the command line, debug build with the page in it.
pub fn build_programs() -> Result<(), Failure> {
    let mut build = cargo(&[
        "build",
        "--package",
        "turnstone",
        "--package",
        "turnstone-cli",
        "--bins",
    ]);
    build.args(WITH_PAGE);
    process::run(&mut build)
}
