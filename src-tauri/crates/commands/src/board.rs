//! The Rotation board: how old secrets are, what falls due, and which runs there are.

use domain::Timestamp;
use domain::secret::existing;
use vault::{AgeWeek, Reader, RotationQuery, UnlockedVault};

use crate::api::{
    self, BoardVerified, DueDay, DueSecret, Empty, RotationBoard, RotationView, RunState,
};
use crate::app::App;
use crate::network::Providers;
use crate::opened::Opened;
use crate::policy::interval;
use crate::refusal::Answer;
use crate::rotation::shown::Seen;
use crate::rotation::why_not_yet;
use crate::view::Viewer;

const CALENDAR_DAYS: u32 = 13 * 7;
const DUE_SHOWN_MAX: u32 = 200;
const RUNS_SHOWN_MAX: u32 = 100;
/// As many as are begun at once: one that stopped is found among all those in their grace.
const OPEN_RUNS_READ_MAX: u32 = 1000;
/// Runs that are over stay on the board for so long.
const ENDED_DAYS: u32 = 30;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// 1970-01-01 was a Thursday.
const EPOCH_WEEKDAY: i64 = 3;

pub fn get(app: &App, opened: &mut Opened, _request: Empty) -> Answer<RotationBoard> {
    let now = app.clock.now();
    let providers = app.network.providers()?;
    let vault = &opened.vault;
    vault.read(|reader| {
        let ages = reader.ages(now)?;
        let sum = |of: fn(&AgeWeek) -> u64| ages.iter().map(of).sum();
        let due = reader.due_list(now, DUE_SHOWN_MAX)?;
        let verified = reader.verified_totals()?;
        let open = count(reader, None)?;
        let stopped = count(reader, Some(true))?;
        let mut viewer = Viewer::new(reader, now);
        let due_secrets = due.secrets.iter();
        let due_secrets = due_secrets
            .map(|(id, at)| due_secret(&*providers, reader, &mut viewer, *id, *at))
            .collect::<Answer<_>>()?;
        Ok(RotationBoard {
            secrets: reader.counts()?.live,
            policy: interval(reader.policy(None)?.as_ref()),
            overdue: sum(|week| week.overdue),
            due_soon: sum(|week| week.due_soon),
            in_flight: open,
            failed: stopped,
            verified: BoardVerified {
                ok: verified.verified,
                failed: verified.failed,
                unreachable: verified.unreachable,
                unverified: verified.unverified,
            },
            due: calendar(reader, now)?,
            ages: ages.iter().map(age).collect(),
            due_secrets,
            due_total: due.total,
            runs: runs((app, &*providers), vault, reader, &mut viewer, now)?,
        })
    })
}

fn age(week: &AgeWeek) -> api::AgeWeek {
    api::AgeWeek {
        weeks: week.weeks,
        count: week.count,
        due_soon: week.due_soon,
        overdue: week.overdue,
    }
}

fn calendar(reader: &Reader<'_>, now: Timestamp) -> Answer<Vec<DueDay>> {
    let days = reader.due_days(monday(now), CALENDAR_DAYS)?;
    let shown = days.iter().map(|day| DueDay {
        date: day.day.to_string().chars().take(DATE_CHARS).collect(),
        count: day.count,
    });
    Ok(shown.collect())
}

/// `2026-11-24` of an RFC 3339 time.
const DATE_CHARS: usize = 10;

/// The first moment of this week, in UTC.
fn monday(now: Timestamp) -> Timestamp {
    let days = now.as_millis().div_euclid(DAY_MILLIS);
    let weekday = (days + EPOCH_WEEKDAY).rem_euclid(7);
    Timestamp::from_millis((days - weekday) * DAY_MILLIS)
}

fn due_secret(
    providers: &dyn Providers,
    reader: &Reader<'_>,
    viewer: &mut Viewer<'_>,
    id: domain::SecretId,
    due_at: Timestamp,
) -> Answer<DueSecret> {
    let current = existing(reader.secret(id)?)?;
    let secret = current.secret();
    let policy = reader.policy(Some(id))?;
    Ok(DueSecret {
        id: id.to_string(),
        name: secret.name().as_str().to_owned(),
        mark: secret.secret_type().mark().to_owned(),
        type_label: secret.secret_type().label().to_owned(),
        due_at: due_at.to_string(),
        managed: why_not_yet(providers, reader, &current, policy.as_ref())?.is_none(),
        rotation: viewer.open_rotation(id)?,
    })
}

fn count(reader: &Reader<'_>, stopped: Option<bool>) -> Answer<u64> {
    let query = RotationQuery {
        open: Some(true),
        stopped,
        limit: 1,
        ..RotationQuery::default()
    };
    Ok(reader.rotations(&query)?.total)
}

/// Those that need a person, the other open ones, then what ended of late; the newest first of each.
fn runs(
    (app, providers): (&App, &dyn Providers),
    vault: &UnlockedVault,
    reader: &Reader<'_>,
    viewer: &mut Viewer<'_>,
    now: Timestamp,
) -> Answer<Vec<RotationView>> {
    let seen = Seen {
        reader,
        vault,
        runs: &app.runs,
        providers,
        now,
    };
    let of = |open, limit| RotationQuery {
        open: Some(open),
        limit,
        ..RotationQuery::default()
    };
    let mut runs = reader.rotations(&of(true, OPEN_RUNS_READ_MAX))?.rotations;
    runs.sort_by_key(|run| urgency(seen.state(run)));
    let ended = reader.rotations(&of(false, RUNS_SHOWN_MAX))?.rotations;
    runs.extend(
        ended
            .into_iter()
            .filter(|run| run.parts().updated_at.plus_days(ENDED_DAYS) > now),
    );
    let most = usize::try_from(RUNS_SHOWN_MAX).expect("u32 fits in usize");
    let shown = runs.iter().take(most).map(|run| seen.run(viewer, run));
    shown.collect()
}

fn urgency(state: RunState) -> u8 {
    match state {
        RunState::Asks | RunState::Stopped => 0,
        RunState::Working => 1,
        RunState::Waiting | RunState::Done | RunState::Undone | RunState::Abandoned => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_at_midnight() {
        for (now, begins) in [
            ("2026-11-21T20:00:00Z", "2026-11-16T00:00:00.000Z"),
            ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00.000Z"),
            ("2026-11-22T23:59:59Z", "2026-11-16T00:00:00.000Z"),
        ] {
            let now = Timestamp::parse(now).expect("a time");
            assert_eq!(monday(now).to_string(), begins);
        }
    }
}
