//! New keys for the whole vault, and what a session does when its keys are no longer the vault's.

use std::ops::ControlFlow;

use vault::{Placed, RekeyError, RekeyProgress, RekeyStage, UnlockedVault};

use crate::api::{Changed, LockReason, MemberChanged, VaultRekey};
use crate::app::App;
use crate::jobs::{Job, JobKind};
use crate::opened::required;
use crate::refusal::{Answer, Refusal, internal};
use crate::session::confirm;

/// New keys without a change of members, as after a member said that someone may know their password.
pub fn rekey(app: &App, vault: &UnlockedVault, request: VaultRekey) -> Answer<MemberChanged> {
    let password = required("password", request.password)?;
    confirm(app, vault, &password, "password")?;
    let mut job = app.start_job(vault, JobKind::Rekey)?;
    let rekeyed = match vault.rekey(app.clock.now(), &mut |progress| told(&mut job, progress)) {
        Err(RekeyError::Cancelled) => return Ok(MemberChanged::Cancelled { cancelled: true }),
        other => other?,
    };
    let unopened = rekeyed.unopened;
    take_over(app, vault, rekeyed.vault);
    Ok(MemberChanged::Done {
        member_name: vault.actor().name.as_str().to_owned(),
        changed: Vec::new(),
        member: None,
        rekeyed: true,
        unopened,
        exposed: Vec::new(),
        exposed_total: 0,
    })
}

/// The switch is told too, but it cannot be stopped any more.
pub(crate) fn told(job: &mut Job<'_>, progress: RekeyProgress) -> ControlFlow<()> {
    let stage = match progress.stage {
        RekeyStage::Copy => "copy",
        RekeyStage::Switch => "switch",
    };
    job.step(stage, progress.done, progress.total)
}

/// The session goes on with the new keys; where they could not be opened it ends.
pub(crate) fn take_over(app: &App, before: &UnlockedVault, after: Option<UnlockedVault>) {
    match after {
        Some(vault) => app.replace_vault(before, vault),
        None => app.drop_session(
            before,
            LockReason::KeysChanged,
            "The vault has new keys. Unlock it again.",
        ),
    }
    // What others wrote before the switch was not looked for since.
    app.changed(&Changed::OF_THE_VAULT);
}

/// A change that is done, and whose `keys.json` waits. The session tries again when it rests and when it is locked.
pub(crate) fn note_placed(placed: &Placed) {
    if let Placed::Later(error) = placed {
        tracing::warn!(%error, "keys.json could not be replaced yet");
    }
}

impl From<RekeyError> for Refusal {
    fn from(error: RekeyError) -> Self {
        tracing::warn!("the vault got no new keys");
        let message = error.to_string();
        match error {
            RekeyError::Store(error) => error.into(),
            RekeyError::NotAllowed => {
                domain::Rejection::new(domain::ErrorType::AccessForbidden, message).into()
            }
            RekeyError::Cancelled | RekeyError::Read(_) | RekeyError::Keys(_) => internal(&format!(
                "The vault has the keys it had: {message}. Look at the disk and the folder's permissions."
            ))
            .into(),
        }
    }
}
