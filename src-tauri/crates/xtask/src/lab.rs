//! `cargo xtask lab`: tests that are left out of every other run, because their server takes a quarter of an hour to compile.

use crate::machine::{self, Purpose};
use crate::process::{self, Failure};
use crate::report::{Counts, Report};
use crate::servers;
use crate::workspace::cargo;

/// Packages, each with the test program that has such tests. They are told by the server's name in theirs.
const TESTS: [(&str, &str); 2] = [
    ("turnstone-providers", "rigs"),
    ("turnstone-commands", "commands"),
];
const SERVER: &str = "garage";

pub fn run() -> Result<(), Failure> {
    machine::prepare(Purpose::Build)?;
    let mut report = Report::default();
    report.check("garage, compiled once", |_| servers::install(servers::LAB));
    for (package, program) in TESTS {
        report.check(package, |counts| {
            let mut tests = cargo(&["test", "--package", package, "--test", program, "--"]);
            tests.args(["--ignored", SERVER]);
            process::run_reading(&mut tests, |line| counts.read_cargo(line))?;
            require_some(counts)
        });
    }
    report.finish()
}

/// A renamed test is left out by its old name, and nothing has failed then.
fn require_some(counts: &Counts) -> Result<(), Failure> {
    if counts.passed == 0 {
        return Err(Failure("no test of the lab was run".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_in_which_no_test_ran_has_failed() {
        let mut counts = Counts::default();
        counts.read_cargo("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 31 filtered out; finished in 0.00s");
        assert!(require_some(&counts).is_err());
        counts.read_cargo("test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 31 filtered out; finished in 4.00s");
        assert!(require_some(&counts).is_ok());
    }
}
