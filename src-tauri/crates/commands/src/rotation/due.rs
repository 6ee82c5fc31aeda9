//! What only waited for its time: old keys whose grace is over. Runs that were interrupted wait for a person.

use domain::role::{self, Permission};
use domain::rotation::{Next, Run, Stage};
use vault::{RotationQuery, UnlockedVault};

use super::{carry_on, changed};
use crate::app::App;
use crate::refusal::Answer;

/// Runs that are read at one time.
const PAGE: u32 = 100;

/// Goes on with all of them, those first that have waited longest.
pub fn carry_on_due(app: &App, vault: &UnlockedVault) -> Answer<()> {
    if role::require(vault.actor(), Permission::ManageSecrets).is_err() {
        return Ok(());
    }
    for run in due(app, vault)? {
        app.require_open(vault)?;
        // Somebody is at it already.
        let Ok(work) = app.runs.begin(app, run.id()) else {
            continue;
        };
        let taken = changed(app, vault, &run, |run, _secret, ctx| run.take_up(ctx));
        if let Err(refusal) = taken.and_then(|run| carry_on(app, vault, work, run)) {
            tracing::warn!(
                reason = refusal.0.message(),
                "an old key could not be retired"
            );
        }
    }
    Ok(())
}

/// Of all open runs, page by page: the newest must not keep an older one from its turn.
fn due(app: &App, vault: &UnlockedVault) -> Answer<Vec<Run>> {
    let now = app.clock.now();
    let is_due = |run: &Run| {
        run.stage() == Stage::Grace
            && matches!(run.next(now), Next::Do(_))
            && run.worker_elsewhere(now, vault.here(Some(run))).is_none()
    };
    let mut query = RotationQuery {
        open: Some(true),
        limit: PAGE,
        ..RotationQuery::default()
    };
    let mut due = Vec::new();
    loop {
        let page = vault.read(|reader| Answer::Ok(reader.rotations(&query)?))?;
        due.extend(page.rotations.into_iter().filter(is_due));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    due.sort_by_key(|run| run.parts().grace_until);
    Ok(due)
}
