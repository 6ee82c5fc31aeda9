//! Checking a vault: pages, records, the log.

use std::ops::ControlFlow;

use vault::{CheckReport, UnlockedVault, VerifyError};

use crate::api::{CheckProblem, CheckedCounts, Empty, VaultCheck};
use crate::app::{App, vault_locked};
use crate::refusal::Answer;

/// Damage is a line of the answer, not an error. The lock waits for whoever holds the vault, so the check looks for it now and then.
pub fn vault(app: &App, vault: &UnlockedVault, _request: Empty) -> Answer<VaultCheck> {
    let checked = vault.check_while(&mut |_progress| {
        if app.look(|opened| opened.is_some_and(|opened| opened.is(vault))) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    let report = match checked {
        Ok(report) => report,
        Err(VerifyError::Stopped) => return Err(vault_locked().into()),
        Err(VerifyError::Store(error)) => return Err(error.into()),
    };
    let checked = report.checked;
    Ok(VaultCheck {
        ok: report.is_ok(),
        problems: problems(&report),
        checked: CheckedCounts {
            pages: checked.pages,
            secrets: checked.secrets,
            versions: checked.versions,
            entries: checked.entries,
        },
    })
}

pub(crate) fn problems(report: &CheckReport) -> Vec<CheckProblem> {
    shown_problems(&report.problems)
}

pub(crate) fn shown_problems(problems: &[vault::Problem]) -> Vec<CheckProblem> {
    let problem = |problem: &vault::Problem| CheckProblem {
        kind: problem.kind.as_str().to_owned(),
        message: problem.message.clone(),
    };
    problems.iter().map(problem).collect()
}
