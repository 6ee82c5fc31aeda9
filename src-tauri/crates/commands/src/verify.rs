//! Whether a secret really opens its locations (LOC-04): requests to the provider, one location or many.

use std::sync::Arc;
use std::time::Duration;

use domain::allowed_domains::AllowedDomains;
use domain::audit::Action;
use domain::location::{Location, ProbeWrites, existing};
use domain::mask::display_text;
use domain::reject::{Detail, ErrorType};
use domain::rotation::Told;
use domain::secret::existing_live;
use domain::verification::{Found, Verdict, verified};
use domain::{
    Credentials, LocationId, Rejection, Secret, SecretId, SecretWithVersions, VerificationId,
    Version, VersionId, VersionNumber,
};
use futures_util::{StreamExt, stream};
use providers::{Probe, Target, Verified};
use vault::{LocationQuery, Reader, UnlockedVault, Writer};

use crate::api::{
    Changed, LocationAnswer, LocationVerify, LocationsVerified, LocationsVerify, VerifyProblem,
};
use crate::app::App;
use crate::copy::secret_field;
use crate::jobs::{Job, JobKind};
use crate::network::Providers;
use crate::opened::{context, random_bytes, required};
use crate::refusal::{Answer, Refusal, is_keys_changed};
use crate::stops::Stop;
use crate::view::Viewer;

/// Requests to providers at one time.
pub const VERIFIED_AT_ONCE_MAX: usize = 16;
const PROBLEMS_SHOWN_MAX: usize = 100;
/// Locations of a page of the list.
const PAGE: u32 = 1000;
/// What came back is written down together, this much at most.
const KEPT_TOGETHER_MAX: usize = 64;
/// A window draws no faster.
const TELL_EVERY: Duration = Duration::from_millis(300);
/// For removing a probe that was written, when the vault is being locked.
const CLEAN_UP_TIME: Duration = Duration::from_secs(10);

/// A location and the values to try on it. It holds plaintext, so it has no `Debug`, `Clone` or `Serialize`.
pub struct Trial {
    location: Location,
    version: VersionId,
    target: Target,
    probe: Probe,
    values: Credentials,
    allowed: AllowedDomains,
}

/// What a trial came to, not yet written down.
pub struct Tried {
    location: Location,
    version: VersionId,
    findings: Found,
}

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

pub fn one(app: &App, vault: &UnlockedVault, request: LocationVerify) -> Answer<LocationAnswer> {
    let text = required("location_id", request.location_id)?;
    let id = LocationId::parse(&text)
        .map_err(|error| Detail::at("location_id", error.kind(), error.to_string()))?;
    let providers = app.network.providers()?;
    let stop = app.stops.give();
    let trial = vault.write(app.clock.now(), |writer| trial_of_location(writer, id))?;
    app.changed(&[Changed::Audit]);
    let tried = app.network.wait(trial.run_until(app, &*providers, &stop))?;
    let tried = tried.ok_or_else(crate::app::vault_locked)?;
    keep(app, vault, &[tried])?;
    vault.read(|reader| {
        let found = existing(reader.location(id)?)?;
        Ok(LocationAnswer {
            location: Viewer::new(reader, app.clock.now()).location(&found)?,
        })
    })
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

fn all_of(reader: &Reader<'_>, secret: Option<SecretId>) -> Answer<Vec<LocationId>> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = reader.locations(&LocationQuery {
            secret,
            after,
            limit: PAGE,
            ..LocationQuery::default()
        })?;
        ids.extend(page.locations.iter().map(Location::id));
        after = page.next;
        if after.is_none() {
            return Ok(ids);
        }
    }
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
    let trial = vault.write(app.clock.now(), |writer| trial_of_location(writer, id));
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

/// With the version in use of the location's secret. It is in the log that the values go out.
fn trial_of_location(writer: &mut Writer<'_>, id: LocationId) -> Answer<Trial> {
    let location = existing(writer.checked_location(id)?)?;
    let secret = location.secret().ok_or_else(nothing_to_try)?;
    let current = existing_live(writer.secret(secret)?)?;
    let number = current
        .secret()
        .current_version()
        .ok_or_else(nothing_to_try)?;
    let trial = trial(writer, location, &current, number)?;
    let field = secret_field(current.secret().method());
    writer.record_use(secret, field, Action::ValueSent)?;
    Ok(trial)
}

/// A version of a secret, in use or not yet, with every location of the secret.
pub fn trials_of_secret(
    writer: &mut Writer<'_>,
    secret: SecretId,
    number: VersionNumber,
) -> Answer<Vec<Trial>> {
    let current = existing_live(writer.secret(secret)?)?;
    let mut trials = Vec::new();
    for id in all_of(writer, Some(secret))? {
        let location = existing(writer.checked_location(id)?)?;
        trials.push(trial(writer, location, &current, number)?);
    }
    if !trials.is_empty() {
        let field = secret_field(current.secret().method());
        writer.record_use(secret, field, Action::ValueSent)?;
    }
    Ok(trials)
}

fn trial(
    reader: &Reader<'_>,
    location: Location,
    secret: &SecretWithVersions,
    number: VersionNumber,
) -> Answer<Trial> {
    let version = secret.version(number).map(Version::id);
    let version = version.ok_or_else(|| Rejection::not_found("version"))?;
    let probe = match location.parts().probe_writes {
        ProbeWrites::Off => Probe::ReadOnly,
        ProbeWrites::On => Probe::Writes,
    };
    let values = reader.open_values(secret.secret().id(), number)?;
    let target = Target::of(&location);
    require_allowed(secret.secret(), &target.hosts(&values)?)?;
    Ok(Trial {
        location,
        version,
        target,
        probe,
        values,
        allowed: secret.secret().allowed_domains().clone(),
    })
}

impl Trial {
    pub async fn run(&self, providers: &dyn Providers) -> Verified {
        providers
            .verify(&self.target, &self.values, self.probe, &self.allowed)
            .await
    }

    /// `None` where it was stopped before it was through. What writes a probe gets the time to remove it.
    async fn run_until(self, app: &App, providers: &dyn Providers, stop: &Stop) -> Option<Tried> {
        let leave = async {
            stop.asked().await;
            if self.probe == Probe::Writes {
                app.clock.sleep(CLEAN_UP_TIME).await;
            }
        };
        tokio::select! {
            verified = self.run(providers) => Some(self.tried(verified)),
            () = leave => None,
        }
    }

    pub fn tried(self, verified: Verified) -> Tried {
        let Verified {
            verified,
            bucket_exists,
            can_list,
            can_read,
            can_write,
            can_delete,
            region,
            error,
        } = verified;
        let verdict = if verified {
            Verdict::Verified
        } else {
            Verdict::Failed
        };
        Tried {
            location: self.location,
            version: self.version,
            findings: Found {
                verdict,
                bucket_exists,
                can_list,
                can_read,
                can_write,
                can_delete,
                region,
                error: error.map(|error| Told::new(error.code.as_deref(), &error.message)),
                mapping: None,
            },
        }
    }
}

impl Tried {
    pub fn location(&self) -> LocationId {
        self.location.id()
    }

    pub fn passed(&self) -> bool {
        self.findings.verdict == Verdict::Verified
    }

    pub fn error(&self) -> Option<&Told> {
        self.findings.error.as_ref()
    }

    fn problem(&self) -> VerifyProblem {
        let error = self.error();
        VerifyProblem {
            location_id: self.location.id().to_string(),
            location_name: self.location.name().as_str().to_owned(),
            error_code: error.and_then(|told| told.code.clone()),
            error_message: error.map(|told| told.message.clone()),
        }
    }
}

impl LocationsVerified {
    fn note(&mut self, problem: VerifyProblem) {
        if self.problems.len() < PROBLEMS_SHOWN_MAX {
            self.problems.push(problem);
        }
    }
}

pub fn keep(app: &App, vault: &UnlockedVault, tried: &[Tried]) -> Answer<()> {
    write_down(app, vault, tried)?;
    tell(app);
    Ok(())
}

fn write_down(app: &App, vault: &UnlockedVault, tried: &[Tried]) -> Answer<()> {
    if tried.is_empty() {
        return Ok(());
    }
    let context = context(app, vault);
    vault.write(context.now, |writer| {
        for one in tried {
            // What was tried may be another now, or gone.
            let now = writer.location(one.location())?;
            if now.is_none_or(|now| now.revision() != one.location.revision()) {
                continue;
            }
            let before = writer.verification_of(one.location(), Some(one.version))?;
            let id = VerificationId::from_parts(context.now, random_bytes());
            let plan = verified(
                &one.location,
                Some(one.version),
                one.findings.clone(),
                before.as_ref(),
                id,
                &context,
            )?;
            writer.apply_verification(plan)?;
        }
        Ok(())
    })
}

fn tell(app: &App) {
    app.changed(&[Changed::Locations, Changed::Secrets, Changed::Audit]);
}

/// The secret's own rule on where its values may go holds for our requests too (OUT-02).
pub fn require_allowed(secret: &Secret, hosts: &[String]) -> Result<(), Rejection> {
    let mut hosts = hosts.iter();
    let Some(host) = hosts.find(|host| !secret.allowed_domains().matches(host)) else {
        return Ok(());
    };
    let message = format!(
        "\"{}\" may not be sent to {}. Change its allowed domains, or the location's endpoint.",
        display_text(secret.name().as_str()),
        display_text(host)
    );
    Err(Rejection::new(ErrorType::AccessForbidden, message))
}

const NOTHING_TO_TRY: &str = "nothing_to_try";

fn nothing_to_try() -> Rejection {
    let message =
        "This location has no secret whose values are in this vault. Link one, then verify.";
    let details = vec![Detail::at("location_id", NOTHING_TO_TRY, message)];
    Rejection::new(ErrorType::InvalidRequest, message).with_details(details)
}

fn is_nothing_to_try(why: &Rejection) -> bool {
    let mut details = why.details().iter();
    details.any(|detail| detail.kind == NOTHING_TO_TRY)
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
