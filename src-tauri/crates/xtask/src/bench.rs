//! `cargo xtask bench`: the budgets of the design, measured in one run, with KeePassXC beside them where it is installed.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::machine::{self, Purpose};
use crate::process::{self, Failure};
use crate::workspace::{cargo, target};

const SIZES: [&str; 3] = ["1000", "100000", "1000000"];
/// KeePassXC takes minutes beyond this.
const KEEPASS_SIZES: [usize; 2] = [1_000, 100_000];
const KEEPASS: &str = "keepassxc-cli";
const KEEPASS_PASSWORD: &str = "measured, not kept";

pub fn run() -> Result<(), Failure> {
    machine::prepare(Purpose::Build)?;
    let store = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "turnstone-testkit",
        "--example",
        "store_bench",
        "--",
    ];
    process::run(cargo(&store).args(SIZES))?;
    if !process::succeeds(Command::new(KEEPASS).arg("--version")) {
        println!(
            "\nKeePassXC is not installed here, so there is nothing to compare with (Debian: keepassxc)."
        );
        return Ok(());
    }
    println!("\nKeePassXC, same machine, its own key derivation included");
    for size in KEEPASS_SIZES {
        measure_keepass(size)?;
    }
    Ok(())
}

fn measure_keepass(size: usize) -> Result<(), Failure> {
    let folder = target().join("bench");
    fs::create_dir_all(&folder)?;
    let (source, database) = (
        folder.join("keepass.xml"),
        folder.join(format!("keepass-{size}.kdbx")),
    );
    fs::write(&source, keepass_source(size))?;
    if database.exists() {
        fs::remove_file(&database)?;
    }
    keepass(&["import", "--set-password"], &[&source, &database], 2)?;
    let open = keepass(&["ls", "--quiet"], &[&database], 1)?;
    println!(
        "open and list, {size} entries {:>28.3} s",
        open.as_secs_f64()
    );
    let update = keepass(
        &["edit", "--quiet", "--notes", "changed"],
        &[&database, Path::new("Entry 1")],
        1,
    )?;
    println!(
        "open, change one and save, {size} entries {:>15.3} s",
        update.as_secs_f64()
    );
    let search = keepass(
        &["search", "--quiet"],
        &[&database, Path::new("Entry 99")],
        1,
    )?;
    println!(
        "open and search, {size} entries {:>26.3} s",
        search.as_secs_f64()
    );
    Ok(())
}

/// Runs it with the password typed that many times.
fn keepass(act: &[&str], paths: &[&Path], passwords: usize) -> Result<Duration, Failure> {
    let mut command = Command::new(KEEPASS);
    command
        .args(act)
        .args(paths)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(format!("{KEEPASS_PASSWORD}\n").repeat(passwords).as_bytes())?;
    }
    if child.wait()?.success() {
        Ok(start.elapsed())
    } else {
        Err(Failure(format!("{KEEPASS} {} failed", act.join(" "))))
    }
}

/// The XML that KeePass programs exchange.
fn keepass_source(size: usize) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><KeePassFile><Root><Group><UUID>PAAAAAAAAAAAAAAAAAAAAA==</UUID><Name>Root</Name>",
    );
    for number in 0..size {
        // 16 bytes in base64, told apart by its letters A to P standing for hexadecimal digits.
        let id: String = format!("{number:021x}")
            .chars()
            .filter_map(|digit| digit.to_digit(16))
            .filter_map(|digit| char::from_u32(65 + digit))
            .collect();
        let _infallible = write!(
            xml,
            "<Entry><UUID>{id}A==</UUID><String><Key>Title</Key><Value>Entry {number}</Value></String><String><Key>Password</Key><Value ProtectInMemory=\"True\">value-{number:032x}</Value></String></Entry>"
        );
    }
    xml.push_str("</Group></Root></KeePassFile>");
    xml
}
