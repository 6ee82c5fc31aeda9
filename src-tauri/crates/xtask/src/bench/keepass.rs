//! What KeePassXC's command line takes for the same, its own key derivation included.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{self, Failure};

const KEEPASS: &str = "keepassxc-cli";
const PASSWORD: &str = "measured, not kept";

pub struct Took {
    pub open: Duration,
    pub update: Duration,
    pub search: Duration,
}

pub fn is_installed() -> bool {
    process::succeeds(Command::new(KEEPASS).arg("--version"))
}

pub fn measure(size: usize, folder: &Path) -> Result<Took, Failure> {
    let (source, database) = (
        folder.join("keepass.xml"),
        folder.join(format!("keepass-{size}.kdbx")),
    );
    fs::write(&source, keepass_source(size))?;
    if database.exists() {
        fs::remove_file(&database)?;
    }
    keepass(&["import", "--set-password"], &[&source, &database], 2)?;
    let took = Took {
        open: keepass(&["ls", "--quiet"], &[&database], 1)?,
        update: keepass(
            &["edit", "--quiet", "--notes", "changed"],
            &[&database, Path::new("Entry 1")],
            1,
        )?,
        search: keepass(
            &["search", "--quiet"],
            &[&database, Path::new("Entry 99")],
            1,
        )?,
    };
    fs::remove_file(&source)?;
    fs::remove_file(&database)?;
    Ok(took)
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
        input.write_all(format!("{PASSWORD}\n").repeat(passwords).as_bytes())?;
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
