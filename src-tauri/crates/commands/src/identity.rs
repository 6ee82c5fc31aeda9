//! New keys of one's own, for who thinks that someone may know the password (LOCK-06).

use domain::Rejection;
use vault::{MemberError, Placed, RekeyError, UnlockedVault};

use crate::api::{IdentityRenew, IdentityRenewed, LockReason};
use crate::app::App;
use crate::jobs::JobKind;
use crate::refusal::Answer;
use crate::rekey::{note_placed, take_over, told};
use crate::session::{calibrated, confirm, own_passwords};

/// What the person is told where only the old password can put the new keys in place.
const NOT_IN_PLACE: &str = "Your new password is saved, but keys.json could not be replaced yet. Unlock with the password before once more, then with the new one.";

/// An Owner's renewal gives the vault new keys at once; another member's asks an owner to. The recovery code is answered also where
/// the session ended meanwhile: the one before opens nothing any more.
pub fn renew(app: &App, vault: &UnlockedVault, request: IdentityRenew) -> Answer<IdentityRenewed> {
    let (current, new) = own_passwords(vault, request.current_password, request.new_password)?;
    confirm(app, vault, &current, "current_password")?;
    let mut job = app.start_job(vault, JobKind::Rekey)?;
    let kdf = calibrated()?;
    let renewed = vault.renew_identity(&new, kdf, app.clock.now(), &mut |progress| {
        told(&mut job, progress)
    });
    let renewed = match renewed {
        Err(MemberError::Rekey(RekeyError::Cancelled)) => {
            return Ok(IdentityRenewed::Cancelled { cancelled: true });
        }
        other => other?,
    };
    let recovery_code = renewed.recovery_code.expose_text().to_string();
    // Before the session goes on with other keys: then it is not known by these any more.
    let kept = app.still_open(vault, |opened| {
        opened.recovery = Some(renewed.recovery_code);
        Ok(())
    });
    if kept.is_err() {
        tracing::warn!("the session ended before the new recovery code was on a sheet");
    }
    match renewed.placed {
        Placed::Now => take_over(app, vault, renewed.vault),
        Placed::Later(_) => {
            note_placed(&renewed.placed);
            app.drop_session(vault, LockReason::KeysChanged, NOT_IN_PLACE);
        }
    }
    Ok(IdentityRenewed::Done {
        recovery_code,
        rekeyed: renewed.rekeyed,
        unopened: renewed.unopened,
    })
}

impl App {
    /// As the window's command, for who writes the recovery code down themselves.
    pub fn renew_identity(&self, request: IdentityRenew) -> Result<IdentityRenewed, Rejection> {
        self.with_lent(None, |vault| renew(self, vault, request))
            .map_err(|refusal| refusal.0)
    }
}
