//! Which `op` is started: it gets the token, so not just any.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::error::{ConnectionError, ErrorCode};

const NAME: &str = if cfg!(windows) { "op.exe" } else { "op" };
/// Where packages put it. A window's own `PATH` lacks some of them on macOS.
const USUAL_FOLDERS: [&str; 4] = [
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/usr/bin",
    "/snap/bin",
];

/// On whose behalf the program asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// With a token: any program does.
    Token,
    /// By 1Password's app, which on Linux answers only a program with a group's right.
    Person,
}

/// 1Password's program, found and looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpProgram(PathBuf);

impl OpProgram {
    /// The first in `PATH`, then in the usual places, that nobody else could have put there; for the app the first it answers.
    pub fn find(asker: Asker) -> Result<OpProgram, ConnectionError> {
        let path = env::var_os("PATH").unwrap_or_default();
        OpProgram::find_in(&path, &USUAL_FOLDERS, asker)
    }

    /// The one a person named.
    pub fn at(path: &Path) -> Result<OpProgram, ConnectionError> {
        if !path.is_absolute() {
            return Err(not_it(
                "Name the program with its whole path, beginning at the root.",
            ));
        }
        match look_at(path) {
            Look::Fit => Ok(OpProgram(path.to_owned())),
            Look::Absent => Err(not_it("There is no program at this path.")),
            #[cfg(unix)]
            Look::Unsafe => Err(not_it(
                "Others on this machine can change this program or its folder, so it is not trusted with a token.",
            )),
        }
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    fn find_in(path: &OsStr, usual: &[&str], asker: Asker) -> Result<OpProgram, ConnectionError> {
        let folders = env::split_paths(path)
            .chain(usual.iter().map(PathBuf::from))
            // A folder named from where we happen to stand is not one that the person chose.
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(NAME));
        let mut fit = folders
            .filter(|program| matches!(look_at(program), Look::Fit))
            .map(OpProgram);
        let first = fit.next();
        let answered = match (&first, asker) {
            (Some(first), Asker::Person) if first.lacks_group() => fit.find(|it| !it.lacks_group()),
            _ => None,
        };
        answered.or(first).ok_or_else(|| {
            not_it("1Password's program op was not found. Install it (1password.com/downloads/command-line), or say where it is.")
        })
    }

    /// Whether 1Password's app will not answer it: on Linux it asks for a group's right.
    pub(super) fn lacks_group(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            use std::os::unix::fs::PermissionsExt;
            const SET_GROUP: u32 = 0o2000;
            std::fs::metadata(&self.0)
                .is_ok_and(|found| found.permissions().mode() & SET_GROUP == 0)
        }
        #[cfg(not(target_os = "linux"))]
        false
    }
}

enum Look {
    Fit,
    Absent,
    /// Others may write to it or replace it.
    #[cfg(unix)]
    Unsafe,
}

#[cfg(unix)]
fn look_at(path: &Path) -> Look {
    use std::os::unix::fs::PermissionsExt;
    const RUN: u32 = 0o111;
    let Ok(found) = std::fs::metadata(path) else {
        return Look::Absent;
    };
    if !found.is_file() || found.permissions().mode() & RUN == 0 {
        return Look::Absent;
    }
    // A link's target counts: whoever may write where it lies may put another there.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let all = path.ancestors().chain(real.ancestors());
    match all.filter(|at| !at.as_os_str().is_empty()).all(is_ours) {
        true => Look::Fit,
        false => Look::Unsafe,
    }
}

/// Whether only we and the machine's administrator can change what is at the path. Groups are trusted: many systems give each
/// person one of their own.
#[cfg(unix)]
fn is_ours(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let ourselves = rustix::process::geteuid().as_raw();
    std::fs::metadata(path).is_ok_and(|at| is_guarded(at.uid(), at.mode(), ourselves))
}

/// Everybody may write to `/tmp`, but its sticky bit keeps each from replacing what is another's.
#[cfg(unix)]
fn is_guarded(owner: u32, mode: u32, ourselves: u32) -> bool {
    const ROOT: u32 = 0;
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let is_closed = mode & OTHERS_WRITE == 0 || mode & STICKY != 0;
    is_closed && (owner == ROOT || owner == ourselves)
}

/// Not looked at here: folders for all programs are writable by administrators only, and `PATH` is the person's.
#[cfg(not(unix))]
fn look_at(path: &Path) -> Look {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Look::Fit,
        _ => Look::Absent,
    }
}

fn not_it(message: &str) -> ConnectionError {
    ConnectionError::new(ErrorCode::NotInstalled, message)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    fn put(folder: &Path, mode: u32) -> PathBuf {
        let program = folder.join(NAME);
        fs::write(&program, "").expect("written");
        fs::set_permissions(&program, Permissions::from_mode(mode)).expect("set");
        program
    }

    #[test]
    fn a_program_must_be_named_from_the_root_and_be_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = put(folder.path(), 0o755);
        assert_eq!(OpProgram::at(&program).expect("fit").path(), program);
        for wrong in [Path::new("op"), folder.path(), &folder.path().join("none")] {
            let error = OpProgram::at(wrong).expect_err("refused");
            assert_eq!(error.code, ErrorCode::NotInstalled, "{}", wrong.display());
        }
        let no_program = put(folder.path(), 0o644);
        assert!(OpProgram::at(&no_program).is_err());
    }

    #[test]
    fn a_program_that_others_may_replace_is_not_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = put(folder.path(), 0o757);
        assert!(OpProgram::at(&program).is_err());
        put(folder.path(), 0o755);
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("set");
        let error = OpProgram::at(&program).expect_err("refused");
        assert!(error.message.contains("Others"), "{}", error.message);
    }

    #[test]
    fn what_others_own_or_may_change_is_not_ours() {
        for (owner, mode, is_fit) in [
            (0, 0o755, true),
            (7, 0o755, true),
            (8, 0o755, false),
            (7, 0o775, true),
            (7, 0o757, false),
            (0, 0o1777, true),
            (8, 0o1777, false),
        ] {
            assert_eq!(is_guarded(owner, mode, 7), is_fit, "{owner} {mode:o}");
        }
        let grandparent = tempfile::tempdir().expect("a folder");
        let folder = grandparent.path().join("bin");
        fs::create_dir(&folder).expect("a folder");
        let program = put(&folder, 0o755);
        assert!(OpProgram::at(&program).is_ok());
        fs::set_permissions(grandparent.path(), Permissions::from_mode(0o777)).expect("set");
        assert!(OpProgram::at(&program).is_err());
    }

    #[test]
    fn the_first_fit_program_of_the_path_is_taken() {
        let [open, fit, later] = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
        for folder in [&open, &fit, &later] {
            put(folder.path(), 0o755);
        }
        fs::set_permissions(open.path(), Permissions::from_mode(0o777)).expect("set");
        let path = env::join_paths([Path::new("."), open.path(), fit.path(), later.path()]);
        let found = OpProgram::find_in(&path.expect("a path"), &[], Asker::Token);
        assert_eq!(found.expect("found").path(), fit.path().join(NAME));
        for asker in [Asker::Token, Asker::Person] {
            assert!(OpProgram::find_in(OsStr::new(""), &[], asker).is_err());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn for_the_app_the_first_program_that_it_answers_is_taken() {
        let [early, right] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        put(early.path(), 0o755);
        put(right.path(), 0o2755);
        let path = env::join_paths([early.path(), right.path()]).expect("a path");
        for (asker, folder) in [(Asker::Token, &early), (Asker::Person, &right)] {
            let found = OpProgram::find_in(&path, &[], asker).expect("found");
            assert_eq!(found.path(), folder.path().join(NAME), "{asker:?}");
        }
        put(right.path(), 0o755);
        let found = OpProgram::find_in(&path, &[], Asker::Person).expect("found");
        assert_eq!(found.path(), early.path().join(NAME));
    }
}
