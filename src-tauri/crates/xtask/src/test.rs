//! `cargo xtask test`: every check in turn, all of them even when one fails, and one line at the end that says how it went.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::demo;
use crate::machine::{self, Purpose};
use crate::process::{self, Failure};
use crate::report::{Counts, Report};
use crate::servers;
use crate::workspace::{self, WITH_PAGE, built, cargo, npm, root};
use crate::{bindings, page};

/// As many as the list must scroll through.
const MANY_SECRETS: &str = "100000";

pub fn everything() -> Result<(), Failure> {
    machine::prepare(Purpose::BuildAndDrive)?;
    machine::require_rust_components()?;
    let mut report = Report::default();
    // The page comes first: the app's build takes it in.
    report.check("page: build", |_| page::build());
    static_checks(&mut report);
    report.check("generated files", |_| bindings::are_current());
    report.check("servers for tests", |_| servers::install(servers::EVERYDAY));
    report.check("Rust tests", |counts| {
        let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
        process::run_reading(tests.args(WITH_PAGE), |line| counts.read_cargo(line))
    });
    report.check("page: tests", |counts| {
        process::run_reading(
            npm(&["run", "--silent", "test"]).env("NO_COLOR", "1"),
            |line| counts.read_vitest(line),
        )
    });
    report.check("programs", |_| workspace::build_programs());
    report.check("window, end to end", |counts| end_to_end(counts, ""));
    report.finish()
}

/// What takes seconds once the dependencies are built.
pub fn fast_part() -> Result<(), Failure> {
    machine::prepare(Purpose::Build)?;
    machine::require_rust_components()?;
    page::install()?;
    let mut report = Report::default();
    static_checks(&mut report);
    report.check("generated files", |_| bindings::are_current());
    report.finish()
}

pub fn end_to_end_only(part: &str) -> Result<(), Failure> {
    machine::prepare(Purpose::BuildAndDrive)?;
    page::build()?;
    workspace::build_programs()?;
    let mut report = Report::default();
    report.check("servers for tests", |_| servers::install(servers::EVERYDAY));
    report.check("window, end to end", |counts| end_to_end(counts, part));
    report.finish()
}

fn static_checks(report: &mut Report) {
    report.check("formatting", |_| {
        process::run(&mut cargo(&["fmt", "--all", "--check"]))
    });
    report.check("lints", |_| {
        let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--quiet"]);
        process::run(clippy.args(["--", "--deny", "warnings"]))
    });
    report.check("page: formatting", |_| {
        process::run(&mut npm(&["run", "--silent", "lint"]))
    });
    report.check("page: types", |_| {
        process::run(&mut npm(&["run", "--silent", "check"]))
    });
}

fn end_to_end(counts: &mut Counts, part: &str) -> Result<(), Failure> {
    let folder = root().join("tests/e2e");
    let mut files: Vec<_> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.to_string_lossy().ends_with(".test.js") && path.to_string_lossy().contains(part)
        })
        .collect();
    files.sort();
    let mut node = process::program(
        "node",
        &["--test", "--test-concurrency=1", "--test-reporter=spec"],
        &folder,
    );
    if files.iter().any(|path| path.ends_with("many.test.js")) {
        node.env("TURNSTONE_MANY_HOME", many_secrets()?);
    }
    if files
        .iter()
        .any(|path| path.ends_with("import-live.test.js"))
    {
        node.env("TURNSTONE_ONEPASSWORD", made_up_one_password()?);
    }
    if env::var_os("TURNSTONE_RIGS").is_none() {
        node.env("TURNSTONE_RIGS", workspace::target().join("rigs"));
    }
    node.args(files)
        .env("TURNSTONE_APP", built("turnstone"))
        .env("TURNSTONE_CLI", built("turnstone-cli"));
    process::run_reading(
        node.env(
            "TURNSTONE_SCREENSHOTS",
            workspace::target().join("screenshots"),
        ),
        |line| counts.read_node(line),
    )
}

/// A vault with many secrets takes minutes to fill, so it is kept until what fills it is built anew.
fn many_secrets() -> Result<PathBuf, Failure> {
    const EXAMPLE: &str = "fill_vault";
    let build = ["build", "--package", "turnstone-testkit", "--example"];
    process::run(cargo(&build).arg(EXAMPLE))?;
    let program = built(&format!("examples/{EXAMPLE}"));
    let home = workspace::target().join("many-secrets");
    if machine::is_newer(&program, &home.join("names")) {
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        println!("Filling a vault with {MANY_SECRETS} secrets.");
        let mut fill = Command::new(program);
        process::run(fill.arg(&home).args([MANY_SECRETS, demo::MADE_UP_PASSWORD]))?;
    }
    Ok(home)
}

/// The program that stands in for 1Password: its Connect server and its `op`.
fn made_up_one_password() -> Result<PathBuf, Failure> {
    const EXAMPLE: &str = "fake_onepassword";
    let build = ["build", "--package", "turnstone-testkit", "--example"];
    let without_vaults = ["--no-default-features", "--features", "onepassword"];
    process::run(cargo(&build).arg(EXAMPLE).args(without_vaults))?;
    Ok(built(&format!("examples/{EXAMPLE}")))
}
