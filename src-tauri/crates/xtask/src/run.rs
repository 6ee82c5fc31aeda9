//! `cargo xtask run`: from a fresh clone to the open window.

use std::fs;
use std::process::Command;

use crate::demo;
use crate::machine::{self, Purpose};
use crate::page;
use crate::process::{self, Failure};
use crate::workspace::{self, built, root};

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
        let home = demo::make()?;
        app.envs(demo::places_below(&home));
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
        walk.env("TURNSTONE_DEMO_HOME", demo::make()?);
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
        .env("TURNSTONE_DEMO_HOME", demo::make()?);
    process::run(camera.arg(root().join("docs/images/window.png")))
}
