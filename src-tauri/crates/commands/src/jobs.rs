//! Long jobs: told by progress events, ended by `job_cancel` or by the lock.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::reject::{Detail, ErrorType, Rejection};

use crate::api::{Empty, Event, JobCancel};
use crate::app::{App, Asked};
use crate::opened::required;
use crate::refusal::Answer;
use crate::stops::Stop;

/// A window draws no faster.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Rotations are not one job; they are stopped by this name, each after its present step.
const RUNS: &str = "rotations";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    AuditVerify,
    AuditExport,
    Rekey,
    LocationsVerify,
    RotationBulk,
    Import,
}

/// The jobs at work, one of a kind.
#[derive(Default)]
pub struct Jobs {
    at_work: Mutex<BTreeMap<JobKind, Arc<Stop>>>,
}

/// A job at work; it is over when this is dropped.
pub struct Job<'a> {
    app: &'a App,
    kind: JobKind,
    stop: Arc<Stop>,
    told: Option<(String, Duration)>,
}

/// The job ends when it next tells its progress; where none is at work there is nothing to end.
pub fn cancel(app: &App, _asked: &Asked<'_>, request: JobCancel) -> Answer<Empty> {
    let name = required("job", request.job)?;
    if name == RUNS {
        app.runs.stop_all();
        return Ok(Empty {});
    }
    let kind = JobKind::parse(&name).ok_or_else(|| {
        let message = "The jobs are audit_verify, audit_export, rekey, locations_verify, rotation_bulk, import and rotations.";
        Detail::at("job", "unknown_value", message)
    })?;
    if let Some(stop) = app.jobs.at_work().get(&kind) {
        stop.ask();
    }
    Ok(Empty {})
}

impl Jobs {
    pub fn start<'a>(&self, app: &'a App, kind: JobKind) -> Answer<Job<'a>> {
        let stop = app.stops.give();
        let mut at_work = self.at_work();
        // Under the lock: a run is registered before it asks whether there is such a job.
        if kind == JobKind::Rekey && !app.runs.is_idle() {
            let message = "A rotation is at work, and with new keys for the vault it could not go on. Wait until it is done, or stop it.";
            return Err(Rejection::new(ErrorType::Conflict, message).into());
        }
        if at_work.contains_key(&kind) {
            let message = "This is at work already. Wait until it is done, or cancel it.";
            return Err(Rejection::new(ErrorType::Conflict, message).into());
        }
        at_work.insert(kind, Arc::clone(&stop));
        Ok(Job {
            app,
            kind,
            stop,
            told: None,
        })
    }

    pub fn is_at_work(&self, kind: JobKind) -> bool {
        self.at_work().contains_key(&kind)
    }

    fn at_work(&self) -> MutexGuard<'_, BTreeMap<JobKind, Arc<Stop>>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job<'_> {
    pub fn stop(&self) -> Arc<Stop> {
        Arc::clone(&self.stop)
    }

    /// Tells how far the job is, and hears whether it is to go on.
    pub fn step(&mut self, stage: &str, done: u64, total: u64) -> ControlFlow<()> {
        let now = self.app.clock.elapsed();
        let is_due = self.told.as_ref().is_none_or(|(told, at)| {
            told != stage || done == total || now.saturating_sub(*at) >= TELL_EVERY
        });
        if is_due {
            self.told = Some((stage.to_owned(), now));
            self.app.host.emit(&Event::Progress {
                job: self.kind.as_str().to_owned(),
                stage: stage.to_owned(),
                done,
                total,
            });
        }
        if self.stop.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        self.app.jobs.at_work().remove(&self.kind);
    }
}

impl JobKind {
    const ALL: [Self; 6] = [
        Self::AuditVerify,
        Self::AuditExport,
        Self::Rekey,
        Self::LocationsVerify,
        Self::RotationBulk,
        Self::Import,
    ];

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::AuditVerify => "audit_verify",
            Self::AuditExport => "audit_export",
            Self::Rekey => "rekey",
            Self::LocationsVerify => "locations_verify",
            Self::RotationBulk => "rotation_bulk",
            Self::Import => "import",
        }
    }
}
