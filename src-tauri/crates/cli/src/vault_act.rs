//! `vault …`: making vaults and looking after them.

use std::path::{Path, PathBuf};

use commands::NewVault;
use commands::api::{IdentityRenew, IdentityRenewed, Required};
use domain::SecretText;
use domain::reject::Detail;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::{RecoveryAct, VaultAct};
use crate::destination::{Code, Destination};
use crate::failure::{End, Failure};
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
        VaultAct::RenewIdentity {
            new_password_file,
            recovery_file,
        } => renew_identity(program, new_password_file.as_deref(), recovery_file),
    }
}

fn create(
    program: &Program,
    folder: &Path,
    name: &str,
    member: Option<String>,
    recovery_file: Option<PathBuf>,
) -> Result<End, Failure> {
    let destination = Destination::prepare(Code::Recovery, recovery_file)?;
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
    let destination = Destination::prepare(Code::Recovery, recovery_file)?;
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
    let destination = Destination::prepare(Code::Recovery, recovery_file)?;
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

fn renew_identity(
    program: &Program,
    new_password_file: Option<&Path>,
    recovery_file: Option<PathBuf>,
) -> Result<End, Failure> {
    let destination = Destination::prepare(Code::Recovery, recovery_file)?;
    let renewed = new_password(new_password_file).and_then(|new_password| {
        program.unlock()?;
        let request = IdentityRenew {
            current_password: Required(Some(program.password()?)),
            new_password: Required(Some(new_password)),
        };
        Ok(program.app.renew_identity(request)?)
    });
    match renewed {
        Ok(IdentityRenewed::Done {
            recovery_code,
            rekeyed,
            unopened,
        }) => {
            destination.write(&Zeroizing::new(recovery_code))?;
            output::document(&json!({ "rekeyed": rekeyed, "unopened": unopened }))
        }
        Ok(cancelled @ IdentityRenewed::Cancelled { .. }) => {
            let _nothing = destination.give_up(Failure::Unheard);
            output::document(&cancelled)
        }
        Err(failure) => Err(destination.give_up(failure)),
    }
}

/// From the file, or typed twice at the terminal.
fn new_password(file: Option<&Path>) -> Result<SecretText, Failure> {
    if let Some(path) = file {
        return Ok(input::secret_file(path, "new-password-file")?);
    }
    let typed = input::ask("New master password: ")?;
    let again = input::ask("The new one again: ")?;
    if typed.expose_text() == again.expose_text() {
        Ok(typed)
    } else {
        let message = "The two are not the same.";
        Err(Detail::at("new_password", "mismatch", message).into())
    }
}

fn login_name() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|name| !name.is_empty())
}
