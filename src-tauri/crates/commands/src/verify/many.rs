//! Many locations at once, bounded, with progress and cancel.

use std::sync::Arc;
use std::time::Duration;

use domain::reject::Detail;
use domain::{LocationId, Rejection, SecretId};
use futures_util::{StreamExt, stream};
use vault::UnlockedVault;

use super::trial::{self, Tried, is_nothing_to_try};
use super::{VERIFIED_AT_ONCE_MAX, all_of, tell, write_down};
use crate::api::{LocationsVerified, LocationsVerify, VerifyProblem};
use crate::app::App;
use crate::jobs::{Job, JobKind};
use crate::network::Providers;
use crate::refusal::{Answer, Refusal, is_keys_changed};
use crate::stops::Stop;

const PROBLEMS_SHOWN_MAX: usize = 100;
/// What came back is written down together, this much at most.
const KEPT_TOGETHER_MAX: usize = 64;
/// A window draws no faster.
const TELL_EVERY: Duration = Duration::from_millis(300);

/// One of many, on its way.
enum Step {
    Tried(Box<Tried>),
    /// There is nothing to try on it, or what there is must not be used.
    NotTried {
        location: LocationId,
        why: Rejection,
    },
    Stopped,
}

pub fn many(
    app: &App,
    vault: &UnlockedVault,
    request: LocationsVerify,
) -> Answer<LocationsVerified> {
    let wanted = wanted(vault, request)?;
    let mut job = app.start_job(vault, JobKind::LocationsVerify)?;
    let providers = app.network.providers()?;
    app.network
        .wait(try_all(app, vault, &mut job, providers, wanted))?
}

/// Those named, each once; or those of a secret, or all.
fn wanted(vault: &UnlockedVault, request: LocationsVerify) -> Answer<Vec<LocationId>> {
    let mut faults = Vec::new();
    let are_named = request.location_ids.is_some();
    let named = request
        .location_ids
        .map(|list| list.into_texts("location_ids"));
    let named = named.transpose().map_err(|nulls| faults.extend(nulls));
    let secret = request.secret_id.as_deref().map(SecretId::parse);
    let secret = secret
        .transpose()
        .map_err(|error| faults.push(Detail::at("secret_id", error.kind(), error.to_string())));
    let mut ids = Vec::new();
    for (index, text) in named.ok().flatten().iter().flatten().enumerate() {
        match LocationId::parse(text) {
            Ok(id) if !ids.contains(&id) => ids.push(id),
            Ok(_) => {}
            Err(error) => {
                let way = vec!["location_ids".into(), index.into()];
                faults.push(Detail::new(way, error.kind(), error.to_string()));
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    if are_named {
        return Ok(ids);
    }
    vault.read(|reader| all_of(reader, secret.ok().flatten()))
}

async fn try_all(
    app: &App,
    vault: &UnlockedVault,
    job: &mut Job<'_>,
    providers: Arc<dyn Providers>,
    wanted: Vec<LocationId>,
) -> Answer<LocationsVerified> {
    let total = count(wanted.len());
    let stop = job.stop();
    let mut answer = LocationsVerified {
        asked: total,
        ..LocationsVerified::default()
    };
    let mut steps = stream::iter(wanted)
        .map(|id| try_one(app, vault, &*providers, &stop, id))
        .buffer_unordered(VERIFIED_AT_ONCE_MAX)
        .ready_chunks(KEPT_TOGETHER_MAX);
    let mut done = 0;
    let mut told = app.clock.elapsed();
    while let Some(ended) = steps.next().await {
        done += count(ended.len());
        let ended = ended.into_iter().collect::<Answer<Vec<Step>>>()?;
        let tried = sort_out(vault, ended, &mut answer)?;
        write_down(app, vault, &tried)?;
        let now = app.clock.elapsed();
        if done == total || now.saturating_sub(told) >= TELL_EVERY {
            told = now;
            tell(app);
        }
        // Who works on the rest hears of the stop by itself.
        let _asked_to_stop = job.step("verify", done, total);
    }
    Ok(answer)
}

async fn try_one(
    app: &App,
    vault: &UnlockedVault,
    providers: &dyn Providers,
    stop: &Stop,
    id: LocationId,
) -> Answer<Step> {
    if stop.is_asked() {
        return Ok(Step::Stopped);
    }
    let trial = vault.write(app.clock.now(), |writer| trial::of_location(writer, id));
    let trial = match trial {
        Ok(trial) => trial,
        Err(Refusal(rejection)) if is_keys_changed(&rejection) => return Err(rejection.into()),
        Err(Refusal(why)) => return Ok(Step::NotTried { location: id, why }),
    };
    let tried = trial.run_until(app, providers, stop).await;
    Ok(tried.map_or(Step::Stopped, |tried| Step::Tried(Box::new(tried))))
}

/// Counts how each ended; answers those that are to be written down.
fn sort_out(
    vault: &UnlockedVault,
    ended: Vec<Step>,
    answer: &mut LocationsVerified,
) -> Answer<Vec<Tried>> {
    let mut tried = Vec::new();
    for step in ended {
        match step {
            Step::Stopped => answer.cancelled = true,
            Step::Tried(one) => {
                if one.passed() {
                    answer.verified += 1;
                } else {
                    answer.failed += 1;
                    answer.note(one.problem());
                }
                tried.push(*one);
            }
            Step::NotTried { why, .. } if is_nothing_to_try(&why) => answer.skipped += 1,
            Step::NotTried { location, why } => {
                answer.failed += 1;
                answer.note(VerifyProblem {
                    location_id: location.to_string(),
                    location_name: name_of(vault, location)?,
                    error_code: Some(why.error_type().as_str().to_owned()),
                    error_message: Some(why.message().to_owned()),
                });
            }
        }
    }
    Ok(tried)
}

impl LocationsVerified {
    fn note(&mut self, problem: VerifyProblem) {
        if self.problems.len() < PROBLEMS_SHOWN_MAX {
            self.problems.push(problem);
        }
    }
}

fn name_of(vault: &UnlockedVault, id: LocationId) -> Answer<String> {
    vault.read(|reader| {
        let found = reader.location(id)?;
        Ok(found.map_or_else(|| id.to_string(), |found| found.name().as_str().to_owned()))
    })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
