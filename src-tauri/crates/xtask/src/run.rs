//! `cargo xtask run`: from a fresh clone to the open window.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{self, Purpose};
use crate::page;
use crate::process::{self, Failure};
use crate::workspace::{self, built, root};

/// Of vaults with made-up secrets only, so it may be known.
pub const MADE_UP_PASSWORD: &str = "quarry lantern mosaic thirteen";

pub enum Vault {
    /// What the person has on this machine.
    Own,
    /// Made-up secrets in a folder of their own below `target`.
    Demo,
}

pub fn run(vault: Vault) -> Result<(), Failure> {
    let display = machine::has_display();
    machine::prepare(if display {
        Purpose::Build
    } else {
        Purpose::BuildAndDrive
    })?;
    page::build()?;
    workspace::build_programs()?;
    if !display {
        return walk(vault);
    }
    let mut app = Command::new(built("turnstone"));
    if let Vault::Demo = vault {
        let home = make_demo()?;
        app.envs(places_below(&home));
    }
    println!("Turnstone is open. This ends when its window is closed.");
    process::run(&mut app)
}

/// Opens the window on a virtual display and goes through the main job by WebDriver.
fn walk(vault: Vault) -> Result<(), Failure> {
    let folder = workspace::target().join("screenshots");
    // Pictures of an earlier walk would pass for this one's.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut walk = process::program("node", &["walk.js"], &root().join("tests/e2e"));
    walk.env("TURNSTONE_APP", built("turnstone"))
        .env("TURNSTONE_CLI", built("turnstone-cli"))
        .env("TURNSTONE_SCREENSHOTS", &folder);
    if let Vault::Demo = vault {
        walk.env("TURNSTONE_DEMO_HOME", make_demo()?);
    }
    println!("No display here, so the window opens on a virtual one.");
    process::run(&mut walk)?;
    println!(
        "\nThe main job was walked in the real window. The screenshots are in {}",
        folder.display()
    );
    Ok(())
}

/// The picture of the README: the real window with the demo vault.
pub fn screenshot() -> Result<(), Failure> {
    machine::prepare(Purpose::BuildAndDrive)?;
    page::build()?;
    workspace::build_programs()?;
    let mut camera = process::program("node", &["readme-screenshot.js"], &root().join("tests/e2e"));
    camera
        .env("TURNSTONE_APP", built("turnstone"))
        .env("TURNSTONE_DEMO_HOME", make_demo()?);
    process::run(camera.arg(root().join("docs/images/window.png")))
}

/// A fresh demo vault each time, so that what someone tried out does not stay.
fn make_demo() -> Result<PathBuf, Failure> {
    let home = workspace::target().join("demo");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::create_dir_all(&home)?;
    let [password, recovery] = ["password.txt", "recovery.txt"].map(|name| home.join(name));
    fs::write(&password, MADE_UP_PASSWORD)?;
    let vault = home.join("data/turnstone/acme-storage");
    let mut create = Command::new(built("turnstone-cli"));
    create.args(["vault", "create"]).arg(&vault).args([
        "--name",
        "Acme storage",
        "--member",
        "mara@acme",
    ]);
    create
        .arg("--password-file")
        .arg(&password)
        .arg("--recovery-file")
        .arg(recovery);
    process::run(create.envs(places_below(&home)))?;
    let mut demo = Command::new(built("turnstone-cli"));
    demo.arg("--vault")
        .arg(vault)
        .arg("--password-file")
        .arg(password)
        .arg("demo");
    process::run(demo.envs(places_below(&home)))?;
    println!("The demo vault's master password: {MADE_UP_PASSWORD}");
    Ok(home)
}

fn places_below(home: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("XDG_DATA_HOME", home.join("data")),
        ("XDG_CONFIG_HOME", home.join("config")),
        ("XDG_STATE_HOME", home.join("state")),
    ]
}
