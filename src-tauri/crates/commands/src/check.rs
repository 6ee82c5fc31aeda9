//! Checking a vault: pages, records, the log.

use vault::{CheckReport, UnlockedVault};

use crate::api::{CheckProblem, CheckedCounts, Empty, VaultCheck};
use crate::app::App;
use crate::refusal::Answer;

/// Damage is a line of the answer, not an error.
pub fn vault(_app: &App, vault: &UnlockedVault, _request: Empty) -> Answer<VaultCheck> {
    let report = vault.check()?;
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
