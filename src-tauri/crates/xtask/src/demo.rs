//! The demo vault: made-up secrets, and colleagues of each role with made-up passwords, so that every role can be tried.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};
use crate::workspace::{self, built};

/// Of vaults with made-up secrets only, so they may be known.
pub const MADE_UP_PASSWORD: &str = "quarry lantern mosaic thirteen";

/// Who has joined, as what, and with which password: it says whose the session is.
const COLLEAGUES: [(&str, &str, &str); 3] = [
    ("jonas@acme", "admin", "harbour violin pebble nineteen"),
    ("priya@acme", "operator", "saddle orchard copper eleven"),
    ("tomasz@acme", "viewer", "thimble glacier parade seventy"),
];
const INVITED: (&str, &str) = ("lena@acme", "operator");

/// Where the demo's files are.
struct Demo {
    home: PathBuf,
    vault: PathBuf,
    password: PathBuf,
}

/// A fresh demo vault each time, so that what someone tried out does not stay. Answers its home.
pub fn make() -> Result<PathBuf, Failure> {
    let home = workspace::target().join("demo");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::create_dir_all(&home)?;
    let demo = Demo {
        vault: home.join("data/turnstone/acme-storage"),
        password: home.join("password.txt"),
        home,
    };
    fs::write(&demo.password, MADE_UP_PASSWORD)?;
    demo.create()?;
    let mut fill = demo.cli(&demo.password);
    process::run(fill.arg("--vault").arg(&demo.vault).arg("demo"))?;
    for (name, role, password) in COLLEAGUES {
        demo.join(&demo.invite(name, role)?, password)?;
    }
    let (name, role) = INVITED;
    demo.invite(name, role)?;
    println!("The demo vault's master password: {MADE_UP_PASSWORD}");
    for (name, role, password) in COLLEAGUES {
        println!("That of {name} ({role}): {password}");
    }
    Ok(demo.home)
}

pub fn places_below(home: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("XDG_DATA_HOME", home.join("data")),
        ("XDG_CONFIG_HOME", home.join("config")),
        ("XDG_STATE_HOME", home.join("state")),
    ]
}

impl Demo {
    fn create(&self) -> Result<(), Failure> {
        let mut create = self.cli(&self.password);
        let names = ["--name", "Acme storage", "--member", "mara@acme"];
        create.args(["vault", "create"]).args(names);
        create.arg(&self.vault).arg("--recovery-file");
        process::run(create.arg(self.home.join("recovery.txt")))
    }

    /// Answers the invitation's code.
    fn invite(&self, name: &str, role: &str) -> Result<String, Failure> {
        let file = self.home.join("code.txt");
        let mut invite = self.cli(&self.password);
        invite.arg("--vault").arg(&self.vault);
        invite.args(["member", "invite", name, "--role", role]);
        process::run(invite.arg("--invitation-file").arg(&file))?;
        let code = fs::read_to_string(&file)?;
        fs::remove_file(file)?;
        Ok(code)
    }

    fn join(&self, code: &str, own: &str) -> Result<(), Failure> {
        let at = |name| self.home.join(name);
        let (invitation, recovery) = (at("invitation.txt"), at("colleague.txt"));
        let password = at("password-of-colleague.txt");
        fs::write(&invitation, code)?;
        fs::write(&password, own)?;
        let mut join = self.cli(&password);
        join.args(["vault", "join"]).arg(&self.vault);
        join.arg("--invitation-file").arg(&invitation);
        process::run(join.arg("--recovery-file").arg(&recovery))?;
        fs::remove_file(invitation)?;
        fs::remove_file(password)?;
        Ok(fs::remove_file(recovery)?)
    }

    fn cli(&self, password: &Path) -> Command {
        let mut cli = Command::new(built("turnstone-cli"));
        cli.envs(places_below(&self.home));
        cli.arg("--password-file").arg(password);
        cli
    }
}
