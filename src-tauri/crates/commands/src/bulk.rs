//! Many rotations at once: planned, then run a few at a time.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use domain::rotation::{OldKeyInput, RotationInput, Unable, can_end};
use domain::secret::existing;
use domain::{Detail, SecretId, TextList};
use vault::{Reader, UnlockedVault};

use crate::api::{
    BulkPlan, BulkRefused, BulkStarted, Object, OldKeyGiven, Required, RotationAnswer,
    RotationBlock, RotationBulkAsk, RotationBulkPlan, RotationBulkStart, RotationBulkStarted,
    RunState,
};
use crate::app::App;
use crate::jobs::{Job, JobKind};
use crate::network::Providers;
use crate::opened::required;
use crate::refusal::{Answer, Refusal};
use crate::rotation::runs::RUNS_AT_ONCE_MAX;
use crate::rotation::{self, SignedBy};
use crate::stops::Stop;

/// Each is one run at its provider.
const SECRETS_MAX: usize = 1000;

/// So many providers are asked before anything is started; more would be a wait of minutes.
const ASKED_MAX: usize = 50;

pub fn plan(
    app: &App,
    vault: &UnlockedVault,
    request: RotationBulkAsk,
) -> Answer<RotationBulkPlan> {
    let ids = secret_ids(request.secret_ids)?;
    let providers = app.network.providers()?;
    let mut plans = vault.read(|reader| {
        let mut signed_by = SignedBy::default();
        let plans = ids.iter();
        let plans = plans.map(|id| known_of(&*providers, reader, &mut signed_by, *id));
        plans.collect::<Answer<Vec<_>>>()
    })?;
    if ids.len() <= ASKED_MAX {
        let left = Mutex::new(ids.into_iter().zip(&mut plans).collect::<VecDeque<_>>());
        thread::scope(|scope| {
            for _ in 0..RUNS_AT_ONCE_MAX {
                scope.spawn(|| {
                    while let Some((id, plan)) = pop(&left) {
                        ask(app, vault, id, plan);
                    }
                });
            }
        });
    }
    app.require_open(vault)?;
    Ok(RotationBulkPlan { plans })
}

fn pop<T>(left: &Mutex<VecDeque<T>>) -> Option<T> {
    let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
    left.pop_front()
}

/// What its provider says of one. That nothing was heard from it stands in the way of this one only.
fn ask(app: &App, vault: &UnlockedVault, id: SecretId, plan: &mut BulkPlan) {
    if !plan.managed || app.require_open(vault).is_err() {
        return;
    }
    match rotation::plan_of(app, vault, id) {
        Ok(seen) => {
            plan.asked = true;
            plan.managed = seen.managed && seen.why_not.is_none();
            plan.style = Some(seen.style);
            plan.why_not = seen.why_not.map(|why| why.message);
            plan.warnings = seen.warnings;
            plan.blocks = seen.blocks;
        }
        Err(Refusal(why)) => plan.blocks.push(RotationBlock {
            code: why.error_type().as_str().to_owned(),
            message: why.message().to_owned(),
            key_id: None,
        }),
    }
}

pub fn start(
    app: &App,
    vault: &UnlockedVault,
    request: RotationBulkStart,
) -> Answer<RotationBulkStarted> {
    let (ids, input) = parse_start(request)?;
    let mut job = app.start_job(vault, JobKind::RotationBulk)?;
    let stop = job.stop();
    let total = ids.len();
    let left = Mutex::new(ids.into_iter());
    let (tell, ended) = mpsc::channel();
    let answer = thread::scope(|scope| {
        for _ in 0..RUNS_AT_ONCE_MAX.min(total) {
            let tell = tell.clone();
            let (left, stop, input) = (&left, &stop, &input);
            scope.spawn(move || {
                while let Some(id) = next(left, stop) {
                    // Who would hear it is gone only with the job itself.
                    let _heard = tell.send(one(app, vault, id, input.clone(), stop));
                }
            });
        }
        drop(tell);
        gather(&mut job, total, ended.into_iter())
    });
    Ok(RotationBulkStarted {
        cancelled: stop.is_asked(),
        ..answer
    })
}

enum Ended {
    Started(BulkStarted),
    Refused(BulkRefused),
}

/// What was not begun when it is asked to stop is not begun.
fn next(left: &Mutex<std::vec::IntoIter<SecretId>>, stop: &Stop) -> Option<SecretId> {
    if stop.is_asked() {
        return None;
    }
    left.lock().unwrap_or_else(PoisonError::into_inner).next()
}

fn gather(
    job: &mut Job<'_>,
    total: usize,
    ended: impl Iterator<Item = Ended>,
) -> RotationBulkStarted {
    let mut answer = RotationBulkStarted::default();
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    for (done, one) in (1..).zip(ended) {
        match one {
            Ended::Started(one) => answer.started.push(one),
            Ended::Refused(one) => answer.refused.push(one),
        }
        // Who works on the rest hears of the stop by itself.
        let _asked_to_stop = job.step("rotate", done, total);
    }
    answer
}

/// What one comes to is told of that one; the others go on.
fn one(
    app: &App,
    vault: &UnlockedVault,
    id: SecretId,
    input: RotationInput,
    stop: &Arc<Stop>,
) -> Ended {
    let secret_name = vault
        .read(|reader| rotation::named(reader, id))
        .unwrap_or_else(|_unreadable| id.to_string());
    let asked = rotation::ask(app, vault, id, input);
    let started = asked.and_then(|asked| {
        let run = asked.id();
        let work = app.runs.begin_under(app, run, Arc::clone(stop))?;
        let begun = rotation::begin(app, vault, &work, asked)?;
        let (state, message) = came_to(rotation::carry_on_begun(app, vault, work, begun));
        Ok(BulkStarted {
            rotation_id: run.to_string(),
            secret_id: id.to_string(),
            secret_name: secret_name.clone(),
            state,
            message,
        })
    });
    match started {
        Ok(started) => Ended::Started(started),
        Err(Refusal(why)) => Ended::Refused(BulkRefused {
            secret_id: id.to_string(),
            secret_name,
            message: why.message().to_owned(),
        }),
    }
}

/// Where a run came to rest, and what it has to say.
fn came_to(paused: Answer<RotationAnswer>) -> (RunState, Option<String>) {
    match paused {
        Ok(RotationAnswer { rotation }) => {
            let asked = rotation.question.map(|question| question.message);
            let told = rotation.error.map(|error| error.message);
            let is_waiting = rotation.state == RunState::Waiting;
            (rotation.state, told.or(asked).filter(|_| !is_waiting))
        }
        // It was begun, so it is on the board, to be resumed.
        Err(Refusal(why)) => (RunState::Stopped, Some(why.message().to_owned())),
    }
}

/// What the vault knows by itself.
fn known_of(
    providers: &dyn Providers,
    reader: &Reader<'_>,
    signed_by: &mut SignedBy,
    id: SecretId,
) -> Answer<BulkPlan> {
    let current = existing(reader.secret(id)?)?;
    let secret = current.secret();
    let policy = reader.policy(Some(id))?;
    let can = providers.capabilities(secret.method());
    let why_not = rotation::why_not_yet(providers, reader, &current, policy.as_ref())?;
    Ok(BulkPlan {
        secret_id: id.to_string(),
        secret_name: secret.name().as_str().to_owned(),
        mark: secret.secret_type().mark().to_owned(),
        type_label: secret.secret_type().label().to_owned(),
        managed: why_not.is_none(),
        style: can.map(|can| rotation::style_word(can).to_owned()),
        disables: can.is_some_and(|can| can.disables),
        deletes: can.is_none_or(|can| can.deletes) && can_end(secret.method()),
        why_not,
        warnings: match can {
            None => Vec::new(),
            Some(can) => {
                let mut warnings = rotation::warnings(can);
                warnings.extend(rotation::shared(reader, id)?);
                warnings.extend(signed_by.warning(reader, id)?);
                warnings
            }
        },
        blocks: Vec::new(),
        asked: false,
        locations: reader.location_count_of(id)?,
    })
}

fn parse_start(request: RotationBulkStart) -> Answer<(Vec<SecretId>, RotationInput)> {
    let ids = secret_ids(request.secret_ids);
    let old_key = old_key(request.old_key);
    match (ids, old_key) {
        (Ok(ids), Ok(old_key)) => Ok((
            ids,
            RotationInput {
                expected_revision: None,
                reason: request.reason,
                old_key,
                unable: Unable::Keep,
            },
        )),
        (ids, old_key) => {
            let mut faults = ids.err().unwrap_or_default();
            faults.extend(old_key.err());
            Err(faults.into())
        }
    }
}

fn old_key(given: Required<Object<OldKeyGiven>>) -> Result<OldKeyInput, Detail> {
    let Object(given) = required("old_key", given)?;
    rotation::old_key(given).map_err(|fault| fault.within("old_key"))
}

/// Each once.
fn secret_ids(given: Required<TextList>) -> Result<Vec<SecretId>, Vec<Detail>> {
    let texts = required("secret_ids", given).map_err(|fault| vec![fault])?;
    let texts = texts.into_texts("secret_ids")?;
    if texts.is_empty() || texts.len() > SECRETS_MAX {
        let message = format!("Name 1 to {SECRETS_MAX} secrets.");
        return Err(vec![Detail::at("secret_ids", "out_of_range", message)]);
    }
    let mut ids = Vec::new();
    let mut faults = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match SecretId::parse(text) {
            Ok(id) if ids.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(error) => {
                let way = vec!["secret_ids".into(), index.into()];
                faults.push(Detail::new(way, error.kind(), error.to_string()));
            }
        }
    }
    if faults.is_empty() {
        Ok(ids)
    } else {
        Err(faults)
    }
}
