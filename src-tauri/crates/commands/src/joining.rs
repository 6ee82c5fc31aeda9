//! From an invitation to a member: the code is used once, for a new identity with a password of its own.

use std::path::Path;

use domain::SecretText;
use domain::member::require_joinable;
use domain::reject::{Detail, Rejection};
use vault::invitation_code::InvitationCode;
use vault::{JoinError, VaultFolder};
use zeroize::Zeroizing;

use crate::api::{Changed, VaultCreated, VaultJoin, VaultView};
use crate::app::App;
use crate::opened::{Opened, required};
use crate::refusal::{Answer, Refusal, internal};
use crate::session::{calibrated, find_folder, new_password};

pub fn join(app: &App, request: VaultJoin) -> Answer<VaultCreated> {
    let vault_id = required("vault_id", request.vault_id);
    let code = required("invitation_code", request.invitation_code);
    let password = required("member_password", request.member_password);
    let (vault_id, code, password) = match (vault_id, code, password) {
        (Ok(vault_id), Ok(code), Ok(password)) => (vault_id, code, password),
        (vault_id, code, password) => {
            let faults = [vault_id.err(), code.err(), password.err()];
            return Err(faults.into_iter().flatten().collect::<Vec<_>>().into());
        }
    };
    let folder = find_folder(app, &vault_id, request.folder.as_deref())?;
    let (vault, code) = join_in(app, &folder, &code, &password)?;
    Ok(VaultCreated {
        vault,
        recovery_code: code.to_string(),
    })
}

impl App {
    /// Joins the vault in a folder, which is the open one afterwards. The recovery code is for a person to write down.
    pub fn join_vault(
        &self,
        folder: &Path,
        code: &SecretText,
        password: &SecretText,
    ) -> Result<(VaultView, Zeroizing<String>), Rejection> {
        join_in(self, folder, code, password).map_err(|refusal| refusal.0)
    }
}

fn join_in(
    app: &App,
    folder: &Path,
    code: &SecretText,
    password: &SecretText,
) -> Answer<(VaultView, Zeroizing<String>)> {
    let found = VaultFolder::open(folder)?;
    let code = InvitationCode::parse(code.expose_text())
        .map_err(|error| Detail::at("invitation_code", "malformed", error.to_string()));
    let words = [found.name().as_str()];
    let password = new_password(password, "member_password", &words);
    let (code, password) = match (code, password) {
        (Ok(code), Ok(password)) => (code, password),
        (code, password) => {
            let faults = [code.err(), password.err()];
            return Err(faults.into_iter().flatten().collect::<Vec<_>>().into());
        }
    };
    let now = app.clock.now();
    let invitation = found.open_invitation(&code, &app.device, now)?;
    if let Err(late) = require_joinable(invitation.member(), now) {
        invitation.give_up();
        return Err(late.into());
    }
    let (vault, code) = invitation.join(&password, calibrated()?, &app.device, now)?;
    let view = VaultView {
        vault_id: vault.vault_id().to_string(),
        name: vault.name().as_str().to_owned(),
    };
    app.known.note(folder, &found, Some(now.to_string()));
    let text = code.expose_text();
    let mut opened = Opened::new(vault);
    // Nothing that may fail comes between the code and whoever is to write it down.
    opened.recovery = Some(code);
    app.opened_now(opened);
    app.changed(&[Changed::Vaults]);
    Ok((view, text))
}

impl From<JoinError> for Refusal {
    fn from(error: JoinError) -> Self {
        let message = error.to_string();
        match error {
            JoinError::Keys(error) => error.into(),
            JoinError::Unlock(error) => error.into(),
            JoinError::Store(error) => error.into(),
            JoinError::Kdf(_) => internal(
                "There is not enough memory to derive the key. Close other programs, then try again.",
            )
            .into(),
            JoinError::Pending(error) => {
                tracing::warn!(%error, "keys.json could not be replaced");
                internal(&message).into()
            }
            JoinError::NotOpened(error) => {
                tracing::warn!(%error, "a vault was joined and could not be opened");
                internal(&message).into()
            }
        }
    }
}
