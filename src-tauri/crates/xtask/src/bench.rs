//! `cargo xtask bench`: the budgets of the design, measured in one run, with KeePassXC beside them where it is installed.

mod keepass;
mod table;
mod window;

use std::fs;
use std::path::Path;

use crate::machine::{self, Purpose};
use crate::process::{self, Failure};
use crate::workspace::{cargo, target};

use table::{Measured, Table, WINDOW_SIZE};

/// The largest takes most of the time: filling it alone about ten minutes.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// KeePassXC takes minutes beyond this.
const KEEPASS_SIZE_MAX: usize = 100_000;
/// The design's, and ten times as many, which take ten times as long.
const IMPORT_ITEMS: [&str; 2] = ["10000", "100000"];

/// At these numbers of secrets, or at all of the design's where none are named.
pub fn run(sizes: &[&str]) -> Result<(), Failure> {
    let sizes = parse_sizes(sizes)?;
    let drives = cfg!(target_os = "linux") && sizes.contains(&WINDOW_SIZE);
    machine::prepare(if drives {
        Purpose::BuildAndDrive
    } else {
        Purpose::Build
    })?;
    let folder = target().join("bench");
    fs::create_dir_all(&folder)?;
    let load = load_average();
    let texts: Vec<String> = sizes.iter().map(usize::to_string).collect();
    let arguments: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut measured = example("turnstone-testkit", "store_bench", &arguments, &folder)?;
    for items in IMPORT_ITEMS {
        let import = example("turnstone-commands", "import_bench", &[items], &folder)?;
        measured.extend(import);
    }
    measured.extend(example(
        "turnstone-commands",
        "rotation_bench",
        &[],
        &folder,
    )?);
    if drives {
        measured.extend(window::measure(WINDOW_SIZE, &folder)?);
    }
    let mut table = Table::new(&measured, &sizes);
    if keepass::is_installed() {
        for size in sizes.iter().filter(|size| **size <= KEEPASS_SIZE_MAX) {
            table.set_beside(*size, &keepass::measure(*size, &folder)?);
        }
    } else {
        println!(
            "KeePassXC is not installed here, so there is nothing to compare with (Debian: keepassxc)."
        );
    }
    println!("\n{table}");
    println!("Load average before: {load}; after: {}", load_average());
    println!("The disk is that of {}.", folder.display());
    Ok(())
}

fn parse_sizes(words: &[&str]) -> Result<Vec<usize>, Failure> {
    if words.is_empty() {
        return Ok(SIZES.to_vec());
    }
    words
        .iter()
        .map(|word| match word.parse() {
            Ok(size) if size >= 1000 => Ok(size),
            _ => Err(Failure(format!(
                "{word} is no number of secrets to measure at: give numbers from 1000 on."
            ))),
        })
        .collect()
}

/// Runs an example and reads the lines of columns that it prints. Its vaults lie below `folder`: the system's folder for
/// temporary files may be memory, where a sync costs nothing.
fn example(
    package: &str,
    name: &str,
    arguments: &[&str],
    folder: &Path,
) -> Result<Vec<Measured>, Failure> {
    let mut run = cargo(&["run", "--release", "--quiet", "--package", package]);
    run.args(["--example", name, "--"])
        .args(arguments)
        .env("TMPDIR", folder);
    let mut measured = Vec::new();
    process::run_reading(&mut run, |line| measured.extend(Measured::parse(line)))?;
    Ok(measured)
}

/// What else the machine did; without it the numbers mean little.
fn load_average() -> String {
    fs::read_to_string("/proc/loadavg").map_or_else(
        |_| "not told by this system".to_owned(),
        |text| text.split(' ').take(3).collect::<Vec<_>>().join(" "),
    )
}
