//! `vault …`: making vaults and looking after them.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use commands::NewVault;
use domain::reject::{Detail, ErrorType, Rejection};
use serde_json::json;

use crate::args::{RecoveryAct, VaultAct};
use crate::failure::{End, Failure, reason};
use crate::input;
use crate::output;
use crate::program::Program;

pub fn carry_out(program: &Program, act: VaultAct) -> Result<End, Failure> {
    match act {
        VaultAct::Create {
            folder,
            name,
            member,
            recovery_file,
        } => create(program, &folder, &name, member, recovery_file),
        VaultAct::Join {
            folder,
            invitation_file,
            recovery_file,
        } => join(program, &folder, &invitation_file, recovery_file),
        VaultAct::List => output::document(&program.call("vault_list", "{}")?),
        VaultAct::Check => output::document(&program.call("vault_check", "{}")?),
        VaultAct::Recovery(RecoveryAct::Renew { recovery_file }) => renew(program, recovery_file),
    }
}

fn create(
    program: &Program,
    folder: &Path,
    name: &str,
    member: Option<String>,
    recovery_file: Option<PathBuf>,
) -> Result<End, Failure> {
    let destination = Destination::prepare(recovery_file)?;
    let password = match program.password() {
        Ok(password) => password,
        Err(rejection) => return Err(destination.give_up(rejection.into())),
    };
    let member = member
        .or_else(login_name)
        .unwrap_or_else(|| "Owner".to_owned());
    let new = NewVault {
        folder,
        name,
        member_name: &member,
        password: &password,
    };
    match program.app.create_vault(&new) {
        Ok((vault, code)) => {
            destination.write(&code)?;
            output::document(&json!({ "vault_id": vault.vault_id }))
        }
        Err(rejection) => Err(destination.give_up(rejection.into())),
    }
}

/// The password is the new member's own.
fn join(
    program: &Program,
    folder: &Path,
    invitation_file: &Path,
    recovery_file: Option<PathBuf>,
) -> Result<End, Failure> {
    let destination = Destination::prepare(recovery_file)?;
    let joined = input::secret_file(invitation_file, "invitation-file").and_then(|code| {
        let password = program.password()?;
        program.app.join_vault(folder, &code, &password)
    });
    match joined {
        Ok((vault, code)) => {
            destination.write(&code)?;
            output::document(&json!({ "vault_id": vault.vault_id }))
        }
        Err(rejection) => Err(destination.give_up(rejection.into())),
    }
}

fn renew(program: &Program, recovery_file: Option<PathBuf>) -> Result<End, Failure> {
    let destination = Destination::prepare(recovery_file)?;
    let renewed = program
        .unlock()
        .and_then(|()| Ok(program.app.renew_recovery(&program.password()?)?));
    match renewed {
        Ok(code) => {
            destination.write(&code)?;
            output::document(&json!({}))
        }
        Err(failure) => Err(destination.give_up(failure)),
    }
}

fn login_name() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|name| !name.is_empty())
}

/// Where a recovery code goes: known to be writable before there is a code, and never standard output.
enum Destination {
    File(PathBuf, File),
    Terminal(File),
}

impl Destination {
    fn prepare(recovery_file: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(path) = recovery_file {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            return match options.open(&path) {
                Ok(file) => Ok(Self::File(path, file)),
                Err(error) => {
                    let message = format!(
                        "The recovery file could not be made ({}). Name a new file.",
                        reason(&error)
                    );
                    Err(Detail::at("recovery_file", "unwritable", message).into())
                }
            };
        }
        File::options().write(true).open("/dev/tty").map(Self::Terminal).map_err(|_| {
            let message = "The recovery code needs a place: name a new file with --recovery-file, or run this in a terminal.";
            Detail::at("recovery_file", "missing", message).into()
        })
    }

    fn write(self, code: &str) -> Result<(), Failure> {
        let written = match self {
            Self::File(_, mut file) => file
                .write_all(format!("{code}\n").as_bytes())
                .and_then(|()| file.sync_all()),
            Self::Terminal(mut terminal) => terminal.write_all(
                format!("Recovery code: {code}\nWrite it down now; it is not shown again.\n")
                    .as_bytes(),
            ),
        };
        written.map_err(|error| {
            let message = format!(
                "The recovery code could not be written ({}). The vault is fine; renew the code.",
                error.kind()
            );
            Rejection::new(ErrorType::InternalError, message).into()
        })
    }

    /// Takes the prepared file away again.
    fn give_up(self, failure: Failure) -> Failure {
        if let Self::File(path, file) = self {
            drop(file);
            if let Err(error) = std::fs::remove_file(path) {
                tracing::warn!(%error, "the empty recovery file could not be removed");
            }
        }
        failure
    }
}
