//! A run as it is shown.

use domain::rotation::{
    KeyId, LastUse, Lease, Next, NoteOf, OldKeyNow, Question, Run, RunParts, Stage, Standing, Step,
    StepPhase, Style, TestResult, Told, Way, removal,
};
use domain::verification::{Found, Verdict};
use domain::{LocationId, Timestamp, Version, VersionId};
use vault::{LocationQuery, Reader, UnlockedVault};

use super::question::question;
use super::runs::{Awaited, Runs, Waits};
use crate::api::{
    LastUseView, OldKeyView, RotationEnd, RotationError, RotationStep, RotationTest, RotationView,
    RunState, WorkerView,
};
use crate::network::Providers;
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
    pub providers: &'a dyn Providers,
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
            direction: parts.direction.as_str().to_owned(),
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
            old_key: self.old_key(viewer, run)?,
            steps: steps(viewer, parts)?,
            error: error(parts).map(|told| RotationError {
                code: told.code.clone(),
                message: told.message.clone(),
            }),
            question: question(run, self.now),
            may_resume: matches!(self.state(run), RunState::Stopped),
            may_undo: self.may_undo(run)?,
            removal: removal(parts.method).as_str().to_owned(),
            ended: ended(run),
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
        let tried = self.new_version(parts)?;
        for (location, name) in self.places(parts)? {
            let result = parts.tests.iter().find(|one| one.location == location);
            let found = match (result, tried) {
                (Some(_), Some(version)) => self
                    .reader
                    .verification_of(location, Some(version))?
                    .map(|tried| tried.parts().findings.clone()),
                _ => None,
            };
            let awaited = pending(Awaited::Location(location));
            tests.push(RotationTest {
                location_id: Some(location.to_string()),
                name,
                ..of_location(result, &found.unwrap_or_default(), awaited)
            });
        }
        Ok(tests)
    }

    /// Where it is tried; once that is through, where it was, whatever uses the secret since.
    fn places(self, parts: &RunParts) -> Answer<Vec<(LocationId, String)>> {
        let is_in_use = parts.promoted_at.is_some() && parts.style == Style::Overlap;
        if !is_in_use && !parts.stage.is_final() {
            let page = self.reader.locations(&LocationQuery {
                secret: Some(parts.secret),
                limit: TESTS_SHOWN_MAX,
                ..LocationQuery::default()
            })?;
            let places = page.locations.iter();
            let places = places.map(|one| (one.id(), one.name().as_str().to_owned()));
            return Ok(places.collect());
        }
        let most = usize::try_from(TESTS_SHOWN_MAX).expect("u32 fits in usize");
        let tried = parts.tests.iter().take(most).map(|test| {
            let location = self.reader.location(test.location)?;
            let name = location.map_or_else(
                || "A location that is gone".to_owned(),
                |location| location.name().as_str().to_owned(),
            );
            Ok((test.location, name))
        });
        tried.collect()
    }

    fn old_key(self, viewer: &mut Viewer<'_>, run: &Run) -> Answer<OldKeyView> {
        let parts = run.parts();
        let now = run.old_key_now();
        let done_at = |step: Step| {
            let mut notes = parts.notes.iter().rev();
            let done =
                notes.find(|note| note.told == NoteOf::Step(step) && note.phase == StepPhase::Done);
            done.map(|note| note.at.to_string())
        };
        let was_disabled = matches!(
            now,
            OldKeyNow::Disabled | OldKeyNow::MaybeDeleted | OldKeyNow::Deleted
        );
        let can = self.providers.capabilities(parts.method);
        let seen = parts.old_use.as_ref();
        Ok(OldKeyView {
            now: now.as_str().to_owned(),
            last_used: seen.map_or(LastUseView::NotTold, |seen| last_use(&seen.last)),
            seen_at: seen.map(|seen| seen.seen_at.to_string()),
            tells_last_use: can.is_some_and(|can| can.tells_last_use),
            grace_until: parts.grace_until.map(|at| at.to_string()),
            then: parts.retire.then.as_str().to_owned(),
            decided_by: Some(viewer.member_name(run.old_key_decided_by())?),
            disabled_at: was_disabled.then(|| done_at(Step::DisableOld)).flatten(),
            deleted_at: (now == OldKeyNow::Deleted)
                .then(|| done_at(Step::DeleteOld))
                .flatten(),
        })
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
        Some(result) if result.code.is_none() && found.is_unanswered() => {
            Pending::at_once("unreachable")
        }
        Some(_) => Pending::at_once("failed"),
    };
    // It may have been tried once more since, and passed.
    let told = found
        .error
        .as_ref()
        .filter(|_| found.verdict == Verdict::Failed);
    let failed = result.filter(|result| !result.passed);
    RotationTest {
        location_id: None,
        name: String::new(),
        state: shown.state.to_owned(),
        again_at: shown.again_at.map(|at| at.to_string()),
        can_list: found.can_list,
        can_read: found.can_read,
        can_write: found.can_write,
        can_delete: found.can_delete,
        error_message: failed.and_then(|result| match told {
            Some(told) => Some(told.message.clone()),
            None => result.code.clone(),
        }),
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

fn ended(run: &Run) -> Option<RotationEnd> {
    run.ended().map(|ended| RotationEnd {
        new_key: ended.new_key.as_str().to_owned(),
        in_use: ended.in_use.as_str().to_owned(),
        left_others: ended.left_others,
    })
}

fn steps(viewer: &mut Viewer<'_>, parts: &RunParts) -> Answer<Vec<RotationStep>> {
    let last = parts.notes.len().saturating_sub(1);
    let shown = parts.notes.iter().enumerate().map(|(index, note)| {
        let is_why = index == last && note.phase == StepPhase::Failed;
        let told = parts.last_error.as_ref().filter(|_| is_why);
        let by = note.by.map(|member| viewer.member_name(member));
        Ok(RotationStep {
            step: note.told.as_str().to_owned(),
            phase: note.phase.as_str().to_owned(),
            at: note.at.to_string(),
            code: note.code.clone(),
            message: told.map(|told| told.message.clone()),
            by: by.transpose()?,
        })
    });
    shown.collect()
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
