//! A run as it is shown.

use domain::mask::display_text;
use domain::rotation::{
    Decision, Direction, KeyId, LastUse, Lease, Next, NoteOf, Question, Run, RunParts, Stage,
    Standing, Step, StepPhase, Style, TestResult, Told, Way,
};
use domain::verification::Found;
use domain::{Timestamp, Version, VersionId};
use vault::{LocationQuery, Reader, UnlockedVault};

use super::runs::{Awaited, Runs, Waits};
use crate::api::{
    LastUseView, OldKeyView, RotationChoice, RotationError, RotationQuestion, RotationStep,
    RotationTest, RotationView, RunState, WorkerView,
};
use crate::refusal::Answer;
use crate::view::Viewer;

/// Locations named in a view; a run tries all of them.
const TESTS_SHOWN_MAX: u32 = 200;

/// What a view needs beside the record.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub reader: &'a Reader<'a>,
    pub vault: &'a UnlockedVault,
    pub runs: &'a Runs,
    pub now: Timestamp,
}

impl Seen<'_> {
    pub fn run(self, viewer: &mut Viewer<'_>, run: &Run) -> Answer<RotationView> {
        let parts = run.parts();
        let kind = parts.method.secret_type();
        let secret_name = viewer.secret_name(parts.secret)?;
        let waits = self.runs.waits_of(run.id());
        Ok(RotationView {
            id: parts.id.to_string(),
            secret_id: parts.secret.to_string(),
            secret_name: secret_name.unwrap_or_else(|| parts.secret.to_string()),
            type_label: kind.label().to_owned(),
            mark: kind.mark().to_owned(),
            provider: kind.label().to_owned(),
            stage: parts.stage.as_str().to_owned(),
            state: self.state(run),
            way: way(parts.way).to_owned(),
            style: parts.style.as_str().to_owned(),
            started_at: parts.started_at.to_string(),
            started_by: viewer.member_name(parts.started_by)?,
            updated_at: parts.updated_at.to_string(),
            reason: parts.reason.as_ref().map(|text| text.as_str().to_owned()),
            revision: parts.revision,
            worker: self.worker(viewer, run)?,
            again_at: self.again_at(run, &waits).map(|at| at.to_string()),
            old_key_id: parts.old_key.as_ref().map(shown_key),
            new_key_id: parts.new_key.as_ref().map(shown_key),
            old_version: Some(parts.old_version.get()),
            new_version: parts.new_version.map(|number| number.get()),
            tests: self.tests(run, &waits)?,
            old_key: old_key(parts, viewer.member_name(parts.started_by)?),
            steps: steps(parts),
            error: error(parts).map(|told| RotationError {
                code: told.code.clone(),
                message: told.message.clone(),
            }),
            question: question(run, self.now),
            may_resume: matches!(self.state(run), RunState::Stopped),
            may_undo: self.may_undo(run)?,
        })
    }

    pub fn state(self, run: &Run) -> RunState {
        let is_at_work = self.runs.has(run.id()) || self.elsewhere(run).is_some();
        state(run, run.next(self.now), is_at_work)
    }

    /// A run that is over is looked at beside its secret only where it may lead back at all.
    fn may_undo(self, run: &Run) -> Answer<bool> {
        if run.is_open() || !run.may_go_back() {
            return Ok(run.may_go_back());
        }
        let newest = self.reader.newest_rotation_of(run.secret())?;
        let secret = self.reader.secret(run.secret())?;
        Ok(match (secret, newest) {
            (Some(secret), Some(newest)) => {
                !secret.secret().is_trashed() && run.can_go_back(&secret, newest)
            }
            _ => false,
        })
    }

    fn elsewhere(self, run: &Run) -> Option<Lease> {
        run.worker_elsewhere(self.now, self.vault.here(Some(run)))
    }

    /// When it goes on, where nothing but time is in the way.
    fn again_at(self, run: &Run, waits: &Waits) -> Option<Timestamp> {
        match run.next(self.now) {
            Next::Wait { until } => Some(until),
            _ => waits.values().min().copied(),
        }
    }

    fn worker(self, viewer: &mut Viewer<'_>, run: &Run) -> Answer<Option<WorkerView>> {
        if self.runs.has(run.id()) {
            let name = self.vault.actor().name.as_str().to_owned();
            return Ok(Some(WorkerView { name, here: true }));
        }
        let Some(lease) = self.elsewhere(run) else {
            return Ok(None);
        };
        let name = viewer.member_name(lease.member)?;
        Ok(Some(WorkerView { name, here: false }))
    }

    /// The key itself first, then the secret's locations.
    fn tests(self, run: &Run, waits: &Waits) -> Answer<Vec<RotationTest>> {
        let parts = run.parts();
        let is_trying = parts.stage == Stage::Testing && self.state(run) == RunState::Working;
        let pending = |awaited: Awaited| match waits.get(&awaited) {
            _ if !is_trying => Pending::WAITING,
            None => Pending::TRYING,
            Some(until) => Pending {
                state: "again",
                again_at: Some(*until),
            },
        };
        let mut tests = vec![of_key(parts, pending(Awaited::Provider))];
        let page = self.reader.locations(&LocationQuery {
            secret: Some(parts.secret),
            limit: TESTS_SHOWN_MAX,
            ..LocationQuery::default()
        })?;
        let tried = self.new_version(parts)?;
        for location in &page.locations {
            let result = parts.tests.iter().find(|one| one.location == location.id());
            let found = match (result, tried) {
                (Some(_), Some(version)) => self
                    .reader
                    .verification_of(location.id(), Some(version))?
                    .map(|tried| tried.parts().findings.clone()),
                _ => None,
            };
            let awaited = pending(Awaited::Location(location.id()));
            tests.push(RotationTest {
                location_id: Some(location.id().to_string()),
                name: location.name().as_str().to_owned(),
                ..of_location(result, &found.unwrap_or_default(), awaited)
            });
        }
        Ok(tests)
    }

    fn new_version(self, parts: &RunParts) -> Answer<Option<VersionId>> {
        let Some(number) = parts.new_version else {
            return Ok(None);
        };
        let secret = self.reader.secret(parts.secret)?;
        Ok(secret.and_then(|secret| secret.version(number).map(Version::id)))
    }
}

pub fn state(run: &Run, next: Next, is_at_work: bool) -> RunState {
    match next {
        Next::Finished => match run.stage() {
            Stage::Undone => RunState::Undone,
            Stage::Abandoned => RunState::Abandoned,
            _ => RunState::Done,
        },
        Next::Ask(_) => RunState::Asks,
        Next::Stopped => RunState::Stopped,
        Next::Do(_) | Next::Wait { .. } if is_at_work => RunState::Working,
        // Its time is over, or will be: the program goes on with it by itself.
        Next::Do(_) | Next::Wait { .. } if run.stage() == Stage::Grace => RunState::Waiting,
        Next::Do(_) | Next::Wait { .. } => RunState::Stopped,
    }
}

/// What a question says already is no error beside it.
fn error(parts: &RunParts) -> Option<&Told> {
    let is_asked = parts.standing == Standing::Asking(Question::OldKeyInUse);
    parts.last_error.as_ref().filter(|_| !is_asked)
}

/// What is to be said of a test without a result.
struct Pending {
    state: &'static str,
    again_at: Option<Timestamp>,
}

impl Pending {
    const WAITING: Self = Self::at_once("waiting");
    const TRYING: Self = Self::at_once("trying");

    const fn at_once(state: &'static str) -> Self {
        Self {
            state,
            again_at: None,
        }
    }
}

fn of_key(parts: &RunParts, pending: Pending) -> RotationTest {
    let has_failed = parts.stage == Stage::Testing && parts.standing == Standing::Failed;
    let is_asked = matches!(parts.standing, Standing::Asking(Question::TestsFailed));
    let is_through = parts
        .notes
        .iter()
        .any(|note| note.told == NoteOf::Step(Step::Test) && note.phase == StepPhase::Done);
    let shown = if has_failed {
        Pending::at_once("failed")
    } else if is_through || is_asked {
        Pending::at_once("ok")
    } else {
        pending
    };
    let error = parts.last_error.as_ref().filter(|_| has_failed);
    RotationTest {
        location_id: None,
        name: "The new key".to_owned(),
        state: shown.state.to_owned(),
        again_at: shown.again_at.map(|at| at.to_string()),
        can_list: None,
        can_read: None,
        can_write: None,
        can_delete: None,
        error_message: error.map(|told| told.message.clone()),
    }
}

fn of_location(result: Option<&TestResult>, found: &Found, pending: Pending) -> RotationTest {
    let shown = match result {
        None => pending,
        Some(result) if result.passed => Pending::at_once("ok"),
        Some(_) => Pending::at_once("failed"),
    };
    RotationTest {
        location_id: None,
        name: String::new(),
        state: shown.state.to_owned(),
        again_at: shown.again_at.map(|at| at.to_string()),
        can_list: found.can_list,
        can_read: found.can_read,
        can_write: found.can_write,
        can_delete: found.can_delete,
        error_message: result.and_then(|result| result.code.clone()),
    }
}

fn old_key(parts: &RunParts, started_by: String) -> OldKeyView {
    let done_at = |step: Step| {
        let mut notes = parts.notes.iter().rev();
        let done =
            notes.find(|note| note.told == NoteOf::Step(step) && note.phase == StepPhase::Done);
        done.map(|note| note.at.to_string())
    };
    OldKeyView {
        last_used: match &parts.old_use {
            Some(seen) => last_use(&seen.last),
            None => LastUseView::NotTold,
        },
        grace_until: parts.grace_until.map(|at| at.to_string()),
        then: parts.retire.then.as_str().to_owned(),
        decided_by: Some(started_by),
        disabled_at: done_at(Step::DisableOld),
        deleted_at: done_at(Step::DeleteOld),
    }
}

pub fn last_use(last: &LastUse) -> LastUseView {
    match last {
        LastUse::NotTold => LastUseView::NotTold,
        LastUse::Never => LastUseView::Never,
        LastUse::At {
            time,
            service,
            region,
        } => LastUseView::At {
            time: time.to_string(),
            service: service.clone(),
            region: region.clone(),
        },
    }
}

fn steps(parts: &RunParts) -> Vec<RotationStep> {
    let last = parts.notes.len().saturating_sub(1);
    let shown = parts.notes.iter().enumerate().map(|(index, note)| {
        let is_why = index == last && note.phase == StepPhase::Failed;
        let told = parts.last_error.as_ref().filter(|_| is_why);
        RotationStep {
            step: note.told.as_str().to_owned(),
            phase: note.phase.as_str().to_owned(),
            at: note.at.to_string(),
            code: note.code.clone(),
            message: told.map(|told| told.message.clone()),
        }
    });
    shown.collect()
}

/// What a person can decide now: where the run asks, and beside that where it waits or has failed at the old or new key.
fn question(run: &Run, now: Timestamp) -> Option<RotationQuestion> {
    let parts = run.parts();
    let is_over = run.stage().is_final();
    match (&parts.standing, run.next(now)) {
        _ if is_over => None,
        (Standing::Asking(asked), _) => Some(asked_for(parts, asked)),
        (Standing::Failed, _) => ways_out(parts),
        (Standing::Going, Next::Wait { until }) if parts.stage == Stage::Grace => {
            Some(RotationQuestion {
                message: format!("The old key stays as it is until {until}."),
                choices: vec![stop_old("The grace ends now."), keep_old()],
            })
        }
        (Standing::Going, _) => None,
    }
}

fn asked_for(parts: &RunParts, asked: &Question) -> RotationQuestion {
    match asked {
        Question::WhoseKey(keys) if parts.style == Style::CutOver => whose_in_force(keys),
        Question::WhoseKey(keys) => whose_key(keys),
        Question::OldKeyInUse => old_key_in_use(parts),
        Question::TestsFailed => {
            let failed = parts.tests.iter().filter(|test| !test.passed).count();
            RotationQuestion {
                message: format!(
                    "The provider takes the new key, but {failed} of {} locations did not pass with it.",
                    parts.tests.len()
                ),
                choices: vec![
                    choice(
                        &Decision::TestAgain,
                        "Try again",
                        "As after a grant was put right at the provider.",
                        Danger::None,
                    ),
                    choice(
                        &Decision::PromoteAnyway,
                        "Use the new key anyway",
                        "Where these locations did not work with the old key either.",
                        Danger::Some,
                    ),
                ],
            }
        }
    }
}

/// By what the provider says of its last use, or because others in the vault have it.
fn old_key_in_use(parts: &RunParts) -> RotationQuestion {
    let last = parts.old_use.as_ref().map(|seen| &seen.last);
    let message = match (&parts.last_error, last) {
        (Some(held), _) => held.message.clone(),
        (None, Some(LastUse::At { time, .. })) => format!(
            "The old key was used at {time}, after the new one was put in use. Something still has it."
        ),
        (None, _) => {
            "The old key was used after the new one was put in use. Something still has it."
                .to_owned()
        }
    };
    let mut choices = vec![stop_old("What still uses it stops working."), keep_old()];
    if parts.stage == Stage::Grace {
        let wait = choice(
            &Decision::Wait,
            "Ask again tomorrow",
            "The old key goes on working until then.",
            Danger::None,
        );
        choices.insert(0, wait);
    }
    RotationQuestion { message, choices }
}

fn whose_key(keys: &[KeyId]) -> RotationQuestion {
    let mut choices: Vec<RotationChoice> = keys
        .iter()
        .map(|key| {
            choice(
                &Decision::Delete(key.clone()),
                &format!("Delete {}", display_text(key.as_str())),
                "It is this rotation's: its secret was lost on the way, so nobody can use it.",
                Danger::Some,
            )
        })
        .collect();
    choices.push(choice(
        &Decision::Leave,
        "Leave what is there",
        "Somebody else made it. A new key is asked for again.",
        Danger::None,
    ));
    RotationQuestion {
        message: "The provider's answer to the request for a new key was lost, and there is a key that was not there before. Whose is it?".to_owned(),
        choices,
    }
}

/// Where a new key ends the old one: nothing is deleted, and to ask for another ends what there is.
fn whose_in_force(keys: &[KeyId]) -> RotationQuestion {
    let mut choices: Vec<RotationChoice> = keys
        .iter()
        .map(|key| {
            choice(
                &Decision::Delete(key.clone()),
                &format!("Replace {}", display_text(key.as_str())),
                "It is this rotation's: its secret was lost on the way, so nobody can use it. It ends when another key is made, now.",
                Danger::Some,
            )
        })
        .collect();
    choices.push(choice(
        &Decision::Leave,
        "Leave what is there",
        "Somebody else made it. The rotation is over, and nothing more is made. The key in this vault no longer works: get the new one from whoever made it, and enter it here.",
        Danger::None,
    ));
    RotationQuestion {
        message: "The provider's answer to the request for a new key was lost. There is a key now that was not there before, and with it the old one ended. Whose is it?".to_owned(),
        choices,
    }
}

fn ways_out(parts: &RunParts) -> Option<RotationQuestion> {
    let choice = match parts.stage {
        _ if parts.lost_its_cut_over() => choice(
            &Decision::LeaveNew,
            "End the rotation",
            "The key in this vault no longer works. Make one in the provider's console, and enter it here.",
            Danger::Some,
        ),
        Stage::Promoted if parts.direction == Direction::Forward => keep_old(),
        Stage::Grace | Stage::Disabling | Stage::OldDisabled | Stage::DeletingOld => keep_old(),
        Stage::RemovingNew | Stage::Creating if parts.direction == Direction::Back => choice(
            &Decision::LeaveNew,
            "Leave the new key there",
            "The rotation is over, and the new key stays at the provider.",
            Danger::Some,
        ),
        Stage::EnablingOld | Stage::OldEnabled if parts.direction == Direction::Back => choice(
            &Decision::KeepNew,
            "Stay with the new key",
            "The rotation is over. The new key stays in use, and what is left of the old one stays as it is.",
            Danger::None,
        ),
        // The old one stopped when the new one was made: there is nothing to go back to.
        Stage::Testing if parts.promoted_at.is_some() => choice(
            &Decision::PromoteAnyway,
            "Finish with the new key",
            "The rotation is over, and the new key stays in use although its test failed.",
            Danger::Some,
        ),
        _ => return None,
    };
    let told = parts.last_error.as_ref();
    Some(RotationQuestion {
        message: told.map_or_else(String::new, |told| told.message.clone()),
        choices: vec![choice],
    })
}

enum Danger {
    None,
    Some,
}

fn stop_old(help: &str) -> RotationChoice {
    choice(&Decision::GoOn, "Stop the old key now", help, Danger::Some)
}

fn keep_old() -> RotationChoice {
    choice(
        &Decision::KeepOld,
        "Keep the old key",
        "The rotation is over, and the old key stays at the provider as it is.",
        Danger::None,
    )
}

fn choice(decision: &Decision, label: &str, help: &str, danger: Danger) -> RotationChoice {
    RotationChoice {
        decision: decision.to_text(),
        label: label.to_owned(),
        help: help.to_owned(),
        danger: matches!(danger, Danger::Some),
    }
}

pub fn way(way: Way) -> &'static str {
    match way {
        Way::OwnKey => "own_key",
        Way::Management(_) => "management",
    }
}

fn shown_key(key: &KeyId) -> String {
    key.as_str().to_owned()
}
