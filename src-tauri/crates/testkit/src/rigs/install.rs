//! Installing the servers, each in a folder of its own, once.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Its newer versions want a newer compiler than this workspace.
const S3S_VERSION: &str = "0.14.1";
const GARAGE_VERSION: &str = "2.5.0";

/// One installed set of programs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    Moto,
    Google,
    Backblaze,
    Mitmproxy,
    S3s,
    Azurite,
    Garage,
}

impl Installed {
    /// What the tests start that run every time.
    pub const EVERYDAY: &'static [Installed] = &[
        Installed::Moto,
        Installed::Google,
        Installed::Backblaze,
        Installed::Mitmproxy,
        Installed::S3s,
        Installed::Azurite,
    ];
    /// What takes so long to install that only `cargo xtask lab` does.
    pub const LAB: &'static [Installed] = &[Installed::Garage];

    /// One of its programs, after installing it where it isn't yet.
    pub fn program(self, name: &str) -> PathBuf {
        let folder = self.prepare();
        match self {
            Installed::Azurite => folder.join("node_modules/.bin").join(name),
            _ => folder.join("bin").join(name),
        }
    }

    /// Installs it unless what is there was made from the same list; the folder.
    pub fn prepare(self) -> PathBuf {
        let folder = folder().join(self.name());
        fs::create_dir_all(&folder).expect("a folder for it");
        let wanted = self.wanted();
        let stamp = folder.join("installed-from");
        // Tests run side by side, and more than one may be the first.
        let lock = File::create(folder.join("lock")).expect("a lock file");
        lock.lock().expect("the lock of one installation");
        if fs::read_to_string(&stamp).is_ok_and(|was| was == wanted) {
            return folder;
        }
        match self {
            Installed::S3s => compile(&folder, "s3s-fs", S3S_VERSION, "binary"),
            Installed::Garage => compile(&folder, "garage", GARAGE_VERSION, "bundled-libs,sqlite"),
            Installed::Azurite => install_azurite(&folder),
            Installed::Moto | Installed::Google | Installed::Backblaze | Installed::Mitmproxy => {
                install_python(&folder, &self.list())
            }
        }
        fs::write(&stamp, wanted).expect("a note of what was installed");
        folder
    }

    fn name(self) -> &'static str {
        match self {
            Installed::Moto => "moto",
            Installed::Google => "google",
            Installed::Backblaze => "backblaze",
            Installed::Mitmproxy => "mitmproxy",
            Installed::S3s => "s3s-fs",
            Installed::Azurite => "azurite",
            Installed::Garage => "garage",
        }
    }

    /// The file that pins its versions.
    fn list(self) -> PathBuf {
        match self {
            Installed::Azurite => scripts().join("azurite/package-lock.json"),
            _ => scripts().join(format!("{}.txt", self.name())),
        }
    }

    fn wanted(self) -> String {
        match self {
            Installed::S3s => S3S_VERSION.to_owned(),
            Installed::Garage => GARAGE_VERSION.to_owned(),
            _ => fs::read_to_string(self.list()).expect("the list of versions"),
        }
    }
}

/// `tests/rigs`.
pub fn scripts() -> PathBuf {
    root().join("tests/rigs")
}

/// `TURNSTONE_RIGS`, so that several work trees can share one; else below the target folder.
fn folder() -> PathBuf {
    if let Some(shared) = env::var_os("TURNSTONE_RIGS") {
        return PathBuf::from(shared);
    }
    let target = env::var_os("CARGO_TARGET_DIR");
    target
        .map_or_else(|| root().join("target"), |target| root().join(target))
        .join("rigs")
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here
        .ancestors()
        .nth(3)
        .expect("this crate is three folders deep");
    root.to_path_buf()
}

fn install_python(folder: &Path, list: &Path) {
    run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    let mut pip = Command::new(folder.join("bin/python"));
    run(pip
        .args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(list));
}

fn install_azurite(folder: &Path) {
    for name in ["package.json", "package-lock.json"] {
        let from = scripts().join("azurite").join(name);
        fs::copy(from, folder.join(name)).expect("a copy of the list");
    }
    let mut npm = Command::new("npm");
    npm.args([
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
    ]);
    run(npm.current_dir(folder));
}

/// A program from the registry, with these of its features and no others.
fn compile(folder: &Path, name: &str, version: &str, features: &str) {
    let building = folder.join("building");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["install", "--locked", "--quiet", "--force", name])
        .args(["--version", version])
        .args(["--no-default-features", "--features", features])
        .args(["--profile", "dev", "--root"])
        .arg(folder)
        // Nobody looks for faults in it.
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    // A target folder of its own: the one of the tests is locked while they are built. Beside the workspace's settings, too.
    run(cargo.env("CARGO_TARGET_DIR", &building).current_dir(folder));
    fs::remove_dir_all(&building).expect("what was just built");
}

/// Quiet when all is well.
fn run(command: &mut Command) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
