//! Whether the log is as its writers left it, and every record as its newest entry left it (AUDIT-02).

use vault::{UnlockedVault, VerifyError, VerifyReport};

use super::place;
use crate::api::{AuditVerified, BadEntry, Empty};
use crate::app::App;
use crate::check::shown_problems;
use crate::jobs::JobKind;
use crate::refusal::Answer;

/// What is wrong is a line of the answer, not an error.
pub fn verify(app: &App, vault: &UnlockedVault, _request: Empty) -> Answer<AuditVerified> {
    let mut job = app.start_job(vault, JobKind::AuditVerify)?;
    // A short log is through before it tells anything of itself.
    if job.step("entries", 0, 0).is_break() {
        return Ok(AuditVerified::Cancelled { cancelled: true });
    }
    let mut log = vault.log_reader()?;
    let verified = log.verify(&mut |progress| job.step("entries", progress.done, progress.total));
    match verified {
        Ok(report) => Ok(told(report)),
        Err(VerifyError::Stopped) => Ok(AuditVerified::Cancelled { cancelled: true }),
        Err(VerifyError::Store(error)) => Err(error.into()),
    }
}

fn told(report: VerifyReport) -> AuditVerified {
    AuditVerified::Verified {
        ok: report.problems.is_empty(),
        checked: report.entries,
        first_bad: report.first_bad.map(bad_entry),
        problems: shown_problems(&report.problems),
    }
}

fn bad_entry(bad: vault::BadEntry) -> BadEntry {
    let says = bad.says.as_ref();
    BadEntry {
        position: place(bad.position),
        time: says.map(|says| says.time.to_string()),
        actor: says.and_then(|says| says.actor_name.clone()),
        action: says.map(|says| says.action.clone()),
        why: bad.why,
    }
}
