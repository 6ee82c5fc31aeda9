//! `cargo xtask bench`: the budgets of the design, measured in one run.

use crate::machine::{self, Purpose};
use crate::process::{self, Failure};
use crate::workspace::cargo;

pub fn run() -> Result<(), Failure> {
    machine::prepare(Purpose::Build)?;
    process::run(&mut cargo(&[
        "run",
        "--release",
        "--quiet",
        "--package",
        "turnstone-testkit",
        "--example",
        "bench",
    ]))
}
