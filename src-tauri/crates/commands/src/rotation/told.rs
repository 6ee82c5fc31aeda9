//! What a provider's list says of the key in use is kept with it: when it was made, and when it ends.

use domain::role::{self, Permission};
use domain::secret::existing_live;
use domain::told::KeyTimes;
use domain::{Decision, SecretId, VersionNumber};
use providers::Preflight;
use vault::{UnlockedVault, Writer};

use crate::api::Changed;
use crate::app::App;
use crate::opened::context;
use crate::refusal::Answer;

/// Before a plan is shown. It is an answer to a question, so what cannot be written is left: the next look brings it again. Answers
/// the secret's revision where that has grown.
pub fn keep(
    app: &App,
    vault: &UnlockedVault,
    asked: (SecretId, VersionNumber),
    seen: &Preflight,
) -> Option<u64> {
    let times = of_key_in_use(seen)?;
    role::require(vault.actor(), Permission::ManageSecrets).ok()?;
    let (secret, number) = asked;
    match vault.write(app.clock.now(), |writer| {
        // Its provider was asked about a version that somebody may have replaced meanwhile.
        let current = existing_live(writer.secret(secret)?)?
            .secret()
            .current_version();
        if current != Some(number) {
            return Ok(None);
        }
        keep_in(app, vault, writer, secret, times)
    }) {
        Ok(Some(revision)) => {
            app.changed(&[Changed::Secrets, Changed::Rotations, Changed::Audit]);
            Some(revision)
        }
        Ok(None) => None,
        Err(refusal) => {
            tracing::warn!(
                reason = refusal.0.message(),
                "what a provider says of a key's times could not be kept"
            );
            None
        }
    }
}

/// In the transaction of something else about the secret. Answers the secret's revision where there was anything new.
pub fn keep_in(
    app: &App,
    vault: &UnlockedVault,
    writer: &mut Writer<'_>,
    secret: SecretId,
    times: KeyTimes,
) -> Answer<Option<u64>> {
    let current = existing_live(writer.secret(secret)?)?;
    match times.decide(&current, &context(app, vault))? {
        Decision::Unchanged(_) => Ok(None),
        Decision::Change(plan) => Ok(Some(writer.apply(*plan)?.revision())),
    }
}

/// Where the provider lists it and says when it was made or ends.
pub fn of_key_in_use(seen: &Preflight) -> Option<KeyTimes> {
    let key = seen.keys.iter().find(|key| key.is_ours)?;
    let times = KeyTimes {
        made_at: key.created_at,
        expires_at: key.expires_at,
    };
    (times != KeyTimes::default()).then_some(times)
}
