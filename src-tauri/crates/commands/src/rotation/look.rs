//! Asking the provider about a run's keys while a person looks at it: the old one's last use within its grace, and what is known of
//! keys of which nobody knows whose they are.

use domain::Timestamp;
use domain::rotation::{KeyId, LastUse, Next, Question, Run};
use providers::RemoteKey;
use vault::UnlockedVault;

use super::{changed, existing_run, plan, rotation_id, show, signer, spare_key};
use crate::api::{RotationLooked, RotationRef};
use crate::app::App;
use crate::refusal::Answer;

/// Whoever opens a run again and again asks its provider no more often.
const LOOK_AGAIN_MILLIS: i64 = 60 * 1000;

/// What there is to be asked about.
enum About {
    OldKey(KeyId),
    Whose(Vec<KeyId>),
}

pub fn look(app: &App, vault: &UnlockedVault, request: RotationRef) -> Answer<RotationLooked> {
    let id = rotation_id(request.rotation_id)?;
    let run = existing_run(vault, id)?;
    let now = app.clock.now();
    // Whoever is at work on it asks by itself, and holds the run as it is.
    let about = about(&run, now).filter(|_| !app.runs.has(id));
    let about = about.filter(|_| app.runs.may_look(id, now, LOOK_AGAIN_MILLIS));
    let Some(about) = about else {
        return looked(app, vault, &run, Vec::new());
    };
    let service = signer::of_run(app, vault, &run)?;
    if matches!(about, About::OldKey(_)) && !service.capabilities().tells_last_use {
        return looked(app, vault, &run, Vec::new());
    }
    let keys = spare_key::until_locked(app, service.list())??;
    match about {
        About::Whose(asked) => {
            let is_asked =
                |key: &RemoteKey| asked.iter().any(|one| one.as_str() == key.id.as_str());
            let keys = keys.into_iter().filter(is_asked).collect();
            looked(app, vault, &run, keys)
        }
        About::OldKey(old) => {
            let run = match last_use_of(&old, keys) {
                None => run,
                // Somebody may have gone on with it meanwhile: then they have asked too.
                Some(last) => changed(app, vault, &run, |run, _secret, ctx| {
                    run.seen_meanwhile(last, ctx)
                })
                .or_else(|_overtaken| existing_run(vault, id))?,
            };
            looked(app, vault, &run, Vec::new())
        }
    }
}

fn about(run: &Run, now: Timestamp) -> Option<About> {
    match run.next(now) {
        Next::Ask(Question::WhoseKey(keys)) => Some(About::Whose(keys)),
        Next::Wait { .. } => {
            let parts = run.parts();
            parts.grace_until?;
            let seen = parts.old_use.as_ref().map(|seen| seen.seen_at);
            let is_old = seen.is_none_or(|at| at.plus_millis(LOOK_AGAIN_MILLIS) <= now);
            let old = parts.old_key.clone().filter(|_| is_old);
            old.map(About::OldKey)
        }
        _ => None,
    }
}

/// `None` where its provider has not said anything of it.
pub fn last_use_of(old: &KeyId, keys: Vec<RemoteKey>) -> Option<LastUse> {
    let mut keys = keys.into_iter();
    let found = keys.find(|key| key.id.as_str() == old.as_str());
    found
        .map(|key| key.last_used)
        .filter(|last| *last != LastUse::NotTold)
}

fn looked(
    app: &App,
    vault: &UnlockedVault,
    run: &Run,
    keys: Vec<RemoteKey>,
) -> Answer<RotationLooked> {
    Ok(RotationLooked {
        rotation: show(app, vault, run)?.rotation,
        keys: keys.iter().map(plan::key).collect(),
    })
}
