//! What has to be installed on the machine, and installing it.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::process::{self, Failure};

/// To build the app on Debian and what is made from it.
const TO_BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libgtk-3-dev",
    "libwebkit2gtk-4.1-dev",
    "libssl-dev",
];
/// To open its window on a virtual display and drive it.
const TO_DRIVE: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "openbox",
    "xdotool",
    "xclip",
    "dbus",
    "poppler-utils",
    "zip",
    // A daemon that shows notifications, and prints what it showed.
    "dunst",
    // Another program to drag a file from.
    "python3-gi",
    "gir1.2-gtk-3.0",
];
/// To install the providers' servers that tests start.
const TO_SERVE: &[&str] = &["python3", "python3-venv"];
/// Major and minor: what the page is built with refuses older ones.
const NODE_MIN: (u32, u32) = (20, 19);

#[derive(Clone, Copy)]
pub enum Purpose {
    Build,
    BuildAndDrive,
}

/// Installs what is missing, or says what to install where it can't.
pub fn prepare(purpose: Purpose) -> Result<(), Failure> {
    require_node()?;
    if !cfg!(target_os = "linux") {
        return match purpose {
            Purpose::Build => Ok(()),
            Purpose::BuildAndDrive => Err(Failure(
                "The window is driven by WebDriver on Linux only.".to_owned(),
            )),
        };
    }
    let mut needed = TO_BUILD.to_vec();
    if let Purpose::BuildAndDrive = purpose {
        needed.extend(TO_DRIVE);
        needed.extend(TO_SERVE);
    }
    install_packages(&needed)
}

fn install_packages(needed: &[&str]) -> Result<(), Failure> {
    if !process::succeeds(Command::new("dpkg-query").arg("--version")) {
        println!(
            "No Debian packages here: please see to it that the counterparts of these are installed: {}",
            needed.join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = needed
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing the Debian packages {}", missing.join(" "));
    // A machine that never asked has no lists, and lists grow stale; either way one update helps.
    if install(&missing).is_err() {
        process::run(as_root("apt-get").args(["update", "-qq"]))?;
        install(&missing).map_err(|failure| {
            Failure(format!(
                "{failure}\nInstall these by hand and try again: {}",
                missing.join(" ")
            ))
        })?;
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    let mut apt = as_root("apt-get");
    apt.args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    process::run(apt.env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_installed(package: &str) -> bool {
    process::output(Command::new("dpkg-query").args([
        "--show",
        "--showformat=${db:Status-Status}",
        package,
    ]))
    .is_ok_and(|status| status == "installed")
}

fn as_root(program: &str) -> Command {
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.arg(program);
    sudo
}

fn require_node() -> Result<(), Failure> {
    let (major_min, minor_min) = NODE_MIN;
    let advice = format!(
        "Node.js {major_min}.{minor_min} or newer is needed to build the page; see https://nodejs.org"
    );
    let printed = process::output(Command::new("node").arg("--version"))
        .map_err(|_| Failure(advice.clone()))?;
    let version = printed.trim().trim_start_matches('v');
    let mut numbers = version.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= NODE_MIN => Ok(()),
        _ => Err(Failure(format!("{advice} (found {version})"))),
    }
}

/// Formatting and lints come with rustup, but not with its minimal profile.
pub fn require_rust_components() -> Result<(), Failure> {
    for (component, binary) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !process::succeeds(Command::new("cargo").args([binary, "--version"])) {
            process::run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

pub fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Newer than the other, or the other is missing.
pub fn is_newer(path: &Path, than: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    match (time(path), time(than)) {
        (Ok(path), Ok(than)) => path > than,
        _ => true,
    }
}
