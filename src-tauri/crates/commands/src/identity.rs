//! New keys of one's own, for who thinks that someone may know the password (LOCK-06).

use vault::{MemberError, RekeyError, Rekeyed, UnlockedVault};

use crate::api::{IdentityRenew, MemberChanged};
use crate::app::App;
use crate::jobs::JobKind;
use crate::opened::required;
use crate::refusal::Answer;
use crate::rekey::{take_over, told};
use crate::session::{calibrated, confirm, new_password};

/// An Owner's renewal gives the vault new keys at once; another member's asks an owner to.
pub fn renew(app: &App, vault: &UnlockedVault, request: IdentityRenew) -> Answer<MemberChanged> {
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
            return Ok(MemberChanged::Cancelled { cancelled: true });
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
    Ok(MemberChanged::Done {
        member_name: name.to_owned(),
        changed: vec!["identity".to_owned()],
        member: None,
        rekeyed: renewed.rekeyed,
        exposed: Vec::new(),
        exposed_total: 0,
    })
}
