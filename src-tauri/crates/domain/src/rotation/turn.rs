//! Whose turn it is: the commits around a step.

use super::{
    Direction, Next, NoteOf, RotationPlan, Run, RunContext, RunParts, Stage, Standing, Step,
};
use super::{StepNote, StepPhase, out_of_turn};
use crate::ids::MemberId;
use crate::reject::{ErrorType, Rejection};

impl Run {
    /// To be committed before `step`, which must be the one that [`Run::next`] says. From then on it may have been done.
    pub fn intend(&self, step: Step, ctx: &RunContext<'_>) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        if self.next(ctx.context.now) != Next::Do(step) {
            return Err(out_of_turn());
        }
        Ok(self.advanced(ctx, |after| {
            if let Some(stage) = stage_while(step) {
                after.stage = stage;
            }
            if step == Step::Create {
                after.create_intended_at = Some(ctx.context.now);
                after.find_after = None;
            }
            after.note(NoteOf::Step(step), StepPhase::Intended, None);
        }))
    }

    /// To be committed before a new key is asked for once more, where the provider has said that it made none: if this
    /// request is not answered, it is its time from which lists settle, and not the first one's.
    pub fn intend_again(&self, ctx: &RunContext<'_>) -> Result<RotationPlan, Rejection> {
        self.require_own_lease(ctx)?;
        let forward = self.parts.direction == Direction::Forward;
        if !forward || !self.is_at(Step::Create, ctx) {
            return Err(out_of_turn());
        }
        Ok(self.advanced(ctx, |after| {
            after.create_intended_at = Some(ctx.context.now);
            after.note(NoteOf::Step(Step::Create), StepPhase::Intended, None);
        }))
    }

    /// Goes on after a failure, an interruption, or where the turn of another program is over.
    pub fn take_up(&self, ctx: &RunContext<'_>) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        if !self.is_open() {
            return Err(over());
        }
        Ok(self.advanced(ctx, |after| {
            if after.standing == Standing::Failed {
                after.standing = Standing::Going;
            }
            after.note(NoteOf::Resume, StepPhase::Done, None);
        }))
    }

    /// Lets another program go on at once, where this one stops for now.
    pub fn release(&self, ctx: &RunContext<'_>) -> Result<RotationPlan, Rejection> {
        self.require_own_lease(ctx)?;
        Ok(self.advanced(ctx, |after| after.lease = None))
    }

    /// What a worker writes down was done in its own turn.
    pub(super) fn require_own_lease(&self, ctx: &RunContext<'_>) -> Result<(), Rejection> {
        self.require_worker(ctx)?;
        match self.parts.lease {
            Some(lease) if lease.worker == ctx.here.worker => Ok(()),
            _ => Err(out_of_turn()),
        }
    }

    /// Whether `step` is under way, so that its outcome can be told.
    pub(super) fn is_at(&self, step: Step, ctx: &RunContext<'_>) -> bool {
        if self.parts.standing != Standing::Going {
            return false;
        }
        match step {
            // A resumed run asks what it came to; only the worker that made the key still says so itself.
            Step::Create => self.parts.stage == Stage::Creating && self.parts.orphan.is_none(),
            step => {
                let entered = stage_while(step).is_none_or(|stage| self.parts.stage == stage);
                entered && self.next(ctx.context.now) == Next::Do(step)
            }
        }
    }
}

impl RunParts {
    pub(super) fn note(&mut self, told: NoteOf, phase: StepPhase, code: Option<String>) {
        self.notes.push(StepNote {
            told,
            phase,
            at: self.updated_at,
            code,
            by: None,
        });
    }

    /// What a person said.
    pub(super) fn note_word(&mut self, told: NoteOf, by: MemberId, code: Option<String>) {
        self.note(told, StepPhase::Done, code);
        if let Some(said) = self.notes.last_mut() {
            said.by = Some(by);
        }
    }
}

pub(super) fn over() -> Rejection {
    Rejection::new(ErrorType::Conflict, "This rotation is over.")
}

/// The stage that an intent enters; the steps without one are commits of our own, or change nothing at the provider.
fn stage_while(step: Step) -> Option<Stage> {
    match step {
        Step::Create => Some(Stage::Creating),
        Step::Test => Some(Stage::Testing),
        Step::DisableOld => Some(Stage::Disabling),
        Step::DeleteOld => Some(Stage::DeletingOld),
        Step::EnableOld => Some(Stage::EnablingOld),
        Step::RemoveNew => Some(Stage::RemovingNew),
        Step::FindCreated
        | Step::DeleteOrphan
        | Step::Promote
        | Step::Confirm
        | Step::LookAtOld
        | Step::RestoreOld => None,
    }
}
