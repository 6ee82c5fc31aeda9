//! New keys of one's own, for who thinks that someone may know the password (LOCK-06).

use vault::{MemberError, RekeyError, Rekeyed, UnlockedVault};

use crate::api::{IdentityRenew, IdentityRenewed};
use crate::app::App;
use crate::jobs::JobKind;
use crate::opened::required;
use crate::refusal::Answer;
use crate::rekey::{take_over, told};
use crate::session::{calibrated, confirm, new_password};

/// An Owner's renewal gives the vault new keys at once; another member's asks an owner to. The recovery code is answered also where
/// the session ended meanwhile: the one before opens nothing any more.
pub fn renew(app: &App, vault: &UnlockedVault, request: IdentityRenew) -> Answer<IdentityRenewed> {
    let current = required("current_password", request.current_password)?;
    let new = required("new_password", request.new_password)?;
    let name = vault.actor().name.as_str();
    let new = new_password(&new, "new_password", &[vault.name().as_str(), name])?;
    confirm(app, vault, &current, "current_password")?;
    let mut job = app.jobs.start(app, JobKind::Rekey)?;
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
    take_over(
        app,
        vault,
        Rekeyed {
            vault: renewed.vault,
            unopened: 0,
        },
    );
    let recovery_code = renewed.recovery_code.expose_text().to_string();
    if app.keep_recovery(renewed.recovery_code).is_err() {
        tracing::warn!("the session ended before the new recovery code was on a sheet");
    }
    Ok(IdentityRenewed::Done {
        recovery_code,
        rekeyed: renewed.rekeyed,
    })
}
