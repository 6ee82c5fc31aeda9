//! One location and the values that are tried on it.

use std::time::Duration;

use domain::allowed_domains::AllowedDomains;
use domain::audit::Action;
use domain::location::{Location, ProbeWrites, existing};
use domain::mask::display_text;
use domain::reject::{Detail, ErrorType};
use domain::rotation::Told;
use domain::secret::existing_live;
use domain::verification::{Found, Verdict};
use domain::{
    Credentials, LocationId, Rejection, Secret, SecretId, SecretWithVersions, Version, VersionId,
    VersionNumber,
};
use providers::{Probe, Target, Verified};
use vault::{Reader, Writer};

use super::all_of;
use crate::api::VerifyProblem;
use crate::app::App;
use crate::copy::secret_field;
use crate::network::Providers;
use crate::refusal::Answer;
use crate::stops::Stop;

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
    pub(super) location: Location,
    pub(super) version: VersionId,
    pub(super) findings: Found,
}

/// With the version in use of the location's secret. It is in the log that the values go out.
pub(super) fn of_location(writer: &mut Writer<'_>, id: LocationId) -> Answer<Trial> {
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
    pub fn location(&self) -> LocationId {
        self.location.id()
    }

    pub async fn run(&self, providers: &dyn Providers) -> Verified {
        providers
            .verify(&self.target, &self.values, self.probe, &self.allowed)
            .await
    }

    /// `None` where it was stopped before it was through. What writes a probe gets the time to remove it.
    pub(super) async fn run_until(
        self,
        app: &App,
        providers: &dyn Providers,
        stop: &Stop,
    ) -> Option<Tried> {
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

    pub(super) fn problem(&self) -> VerifyProblem {
        let error = self.error();
        VerifyProblem {
            location_id: self.location.id().to_string(),
            location_name: self.location.name().as_str().to_owned(),
            error_code: error.and_then(|told| told.code.clone()),
            error_message: error.map(|told| told.message.clone()),
        }
    }
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

pub(super) fn is_nothing_to_try(why: &Rejection) -> bool {
    let mut details = why.details().iter();
    details.any(|detail| detail.kind == NOTHING_TO_TRY)
}
