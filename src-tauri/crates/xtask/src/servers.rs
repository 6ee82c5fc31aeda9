//! Providers' servers, installed before the tests that start them, which would else wait for it one by one.

use crate::process::{self, Failure};
use crate::workspace::cargo;

/// Which of them, in the words of `testkit`'s program.
pub const EVERYDAY: &[&str] = &[];
pub const LAB: &[&str] = &["lab"];

pub fn install(which: &[&str]) -> Result<(), Failure> {
    let example = ["run", "--quiet", "--example", "prepare_rigs"];
    let without_vaults = ["--no-default-features", "--features", "rigs"];
    let mut prepare = cargo(&example);
    prepare
        .args(["--package", "turnstone-testkit"])
        .args(without_vaults);
    process::run(prepare.arg("--").args(which))
}
