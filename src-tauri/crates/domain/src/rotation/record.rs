//! What a step came to.

use super::key::Found;
use super::{
    Direction, Failure, KeyId, LISTS_SETTLE_MILLIS, LastUse, NewKey, Next, NoteOf, OldKeyUse,
    Question, RotationPlan, Run, RunContext, RunParts, SeenKey, Stage, Standing, Step, StepOutcome,
    StepPhase, Style, Sure, TestResult, Then, Told, can_end, out_of_turn,
};
use crate::credentials::Credentials;
use crate::plan::Plan;
use crate::reject::{ErrorType, Rejection};
use crate::secret::SecretWithVersions;

/// The new key was not removed: it ends when it says so itself.
pub(super) const RUNS_OUT: &str = "runs_out";

impl Run {
    /// To be committed after `step`. `secret` is the run's, as it stands in the same transaction. A commit that comes too
    /// late is refused: somebody else has taken over, and a key just made is theirs to find, so delete it.
    pub fn record(
        &self,
        secret: &SecretWithVersions,
        step: Step,
        outcome: StepOutcome,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        self.require_own_lease(ctx)?;
        if secret.secret().id() != self.secret() || !self.is_at(step, ctx) {
            return Err(out_of_turn());
        }
        match (step, outcome) {
            (step, StepOutcome::Failed(failure)) => Ok(self.failed(step, failure, ctx)),
            (Step::Create, StepOutcome::Created(made)) => self.created(secret, step, made, ctx),
            (Step::FindCreated, StepOutcome::ToldAgain(made)) => self.told_again(secret, made, ctx),
            (Step::FindCreated, StepOutcome::Listed(keys)) => Ok(self.listed(secret, &keys, ctx)),
            (Step::DeleteOrphan, StepOutcome::Done) => Ok(self.done(step, ctx, |after| {
                after.orphan = None;
            })),
            (Step::Test, StepOutcome::Tested(results)) => Ok(self.tested(secret, results, ctx)),
            (Step::Promote, StepOutcome::Opened(values)) => self.promoted(secret, &values, ctx),
            (Step::Confirm, StepOutcome::Done) => Ok(self.confirmed(secret, None, ctx)),
            (Step::Confirm, StepOutcome::Seen(last)) => Ok(self.confirmed(secret, Some(last), ctx)),
            (Step::LookAtOld, StepOutcome::Seen(last)) => Ok(self.looked_at_old(last, ctx)),
            (Step::DisableOld, StepOutcome::Done) => Ok(self.disabled(secret, ctx)),
            (Step::DeleteOld, StepOutcome::Done) => Ok(self.finished(secret, step, ctx)),
            (Step::EnableOld, StepOutcome::Done) => Ok(self.done(step, ctx, |after| {
                after.stage = Stage::OldEnabled;
            })),
            (Step::RestoreOld, StepOutcome::Opened(values)) => self.restored(secret, values, ctx),
            (Step::RemoveNew, StepOutcome::Done) => Ok(self.went_back(secret, ctx, |after| {
                let code = (!can_end(after.method)).then(|| RUNS_OUT.to_owned());
                after.note(NoteOf::Step(step), StepPhase::Done, code);
            })),
            _ => Err(Rejection::new(
                ErrorType::InternalError,
                "The rotation's step cannot end like this. Nothing was changed.",
            )),
        }
    }

    pub(super) fn failed(
        &self,
        step: Step,
        failure: Failure,
        ctx: &RunContext<'_>,
    ) -> RotationPlan {
        self.advanced(ctx, |after| {
            let Failure { told, sure } = failure;
            after.note(NoteOf::Step(step), StepPhase::Failed, told.code.clone());
            let is_second = step == Step::Create && after.unclear_create;
            after.last_error = Some(match sure {
                Sure::MayBeDone if is_second => unclear_twice(after.style, &told),
                Sure::MayBeDone | Sure::NotDone => told,
            });
            match (step, sure) {
                // It may have been refused because an earlier one was done after all; and what is never answered clearly
                // is not asked for again and again by itself.
                (Step::Create, _) if after.unclear_create => after.standing = Standing::Failed,
                (Step::Create, Sure::NotDone) => {
                    after.stage = Stage::Planned;
                    after.create_intended_at = None;
                    after.standing = Standing::Failed;
                }
                // The old key is not taken any more: the way back leads to nothing that works, so the run goes on from where it was.
                (Step::RestoreOld, _) if after.stage != Stage::OldEnabled => {
                    after.direction = Direction::Forward;
                    after.standing = Standing::Failed;
                }
                // What it came to is found out next.
                (Step::Create, Sure::MayBeDone) => {}
                _ => after.standing = Standing::Failed,
            }
        })
    }

    pub(super) fn created(
        &self,
        secret: &SecretWithVersions,
        step: Step,
        made: NewKey,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        let key = made.key.clone();
        if self.parts.direction == Direction::Back && self.parts.style == Style::Overlap {
            return Ok(self.done(step, ctx, |after| after.orphan = Some(key)));
        }
        let (plan, number) = self.plan_pending(secret, made, ctx.context)?;
        let advanced = self.done(step, ctx, |after| {
            after.own_key_was_made();
            after.stage = Stage::Stored;
            after.find_after = None;
            after.new_key = Some(key);
            after.new_version = Some(number);
        });
        Ok(advanced.with(Some(Box::new(plan))))
    }

    fn listed(
        &self,
        secret: &SecretWithVersions,
        keys: &[SeenKey],
        ctx: &RunContext<'_>,
    ) -> RotationPlan {
        let found = self.parts.found_in(keys);
        let nothing_made = found == Found::Nothing && self.lists_have_settled(ctx);
        if nothing_made && self.parts.direction == Direction::Back {
            return self.went_back(secret, ctx, |after| {
                after.note(NoteOf::Step(Step::FindCreated), StepPhase::Done, None);
            });
        }
        self.done(Step::FindCreated, ctx, |after| match found {
            Found::Ours(key) => after.was_lost(key),
            Found::Strangers(keys) => {
                after.standing = Standing::Asking(Question::WhoseKey(keys));
            }
            Found::Nothing if nothing_made => {
                after.stage = Stage::Planned;
                after.unclear_create = true;
                after.find_after = None;
            }
            Found::Nothing => after.find_after = Some(self.lists_settle_at()),
        })
    }

    fn lists_settle_at(&self) -> crate::time::Timestamp {
        let intended = self.parts.create_intended_at;
        intended
            .unwrap_or(self.parts.updated_at)
            .plus_millis(LISTS_SETTLE_MILLIS)
    }

    fn lists_have_settled(&self, ctx: &RunContext<'_>) -> bool {
        ctx.context.now >= self.lists_settle_at()
    }

    fn tested(
        &self,
        secret: &SecretWithVersions,
        results: Vec<TestResult>,
        ctx: &RunContext<'_>,
    ) -> RotationPlan {
        let passed = results.iter().all(|result| result.passed);
        let keep = |after: &mut RunParts| after.tests = results;
        if !passed {
            return self.done(Step::Test, ctx, |after| {
                keep(after);
                after.standing = Standing::Asking(Question::TestsFailed);
            });
        }
        if self.parts.promoted_at.is_some() {
            return self.closed(secret, Stage::Done, ctx, |after| {
                after.note(NoteOf::Step(Step::Test), StepPhase::Done, None);
                keep(after);
            });
        }
        self.done(Step::Test, ctx, |after| {
            keep(after);
            after.stage = Stage::Tested;
        })
    }

    fn promoted(
        &self,
        secret: &SecretWithVersions,
        values: &Credentials,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        let plan = self.plan_promotion(secret, values, ctx.context)?;
        let advanced = self.done(Step::Promote, ctx, |after| {
            after.stage = Stage::Promoted;
            after.promoted_at = Some(after.updated_at);
        });
        Ok(advanced.with(Some(Box::new(plan))))
    }

    /// `last`: what the provider says of the old key at this moment, for whoever decides about it in its grace.
    fn confirmed(
        &self,
        secret: &SecretWithVersions,
        last: Option<LastUse>,
        ctx: &RunContext<'_>,
    ) -> RotationPlan {
        let step = Step::Confirm;
        if self.parts.retire.then == Then::Keep {
            return self.closed(secret, Stage::Done, ctx, |after| {
                after.note(NoteOf::Step(step), StepPhase::Done, None);
                after.last_error = None;
                after.was_seen(last);
            });
        }
        self.done(step, ctx, |after| {
            let since = after.promoted_at.unwrap_or(after.updated_at);
            let until = since.plus_hours(after.retire.grace_hours.into());
            after.stage = Stage::Grace;
            after.grace_until = Some(until);
            // Where there is no grace, it is asked for good in a moment.
            if after.updated_at < until {
                after.was_seen(last);
            }
        })
    }

    /// To be committed when the provider was asked about the old key within its grace, only to be shown: at the end it is asked
    /// for good.
    pub fn seen_meanwhile(
        &self,
        last: LastUse,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        let waits = matches!(self.next(ctx.context.now), Next::Wait { .. });
        if !waits || self.parts.stage != Stage::Grace {
            return Err(out_of_turn());
        }
        let lease = self.parts.lease;
        Ok(self.advanced(ctx, |after| {
            after.lease = lease;
            after.was_seen(Some(last));
        }))
    }

    fn looked_at_old(&self, last: LastUse, ctx: &RunContext<'_>) -> RotationPlan {
        self.done(Step::LookAtOld, ctx, |after| {
            let used_since = match (&last, after.promoted_at) {
                (LastUse::At { time, .. }, Some(promoted)) => *time > promoted,
                _ => false,
            };
            after.was_seen(Some(last));
            if used_since {
                after.standing = Standing::Asking(Question::OldKeyInUse);
            }
        })
    }

    fn disabled(&self, secret: &SecretWithVersions, ctx: &RunContext<'_>) -> RotationPlan {
        if self.parts.retire.then == Then::Delete {
            return self.done(Step::DisableOld, ctx, |after| {
                after.stage = Stage::OldDisabled;
            });
        }
        self.finished(secret, Step::DisableOld, ctx)
    }

    fn restored(
        &self,
        secret: &SecretWithVersions,
        values: Credentials,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        let plan = self.plan_restoration(secret, values, ctx.context)?;
        let advanced = self.done(Step::RestoreOld, ctx, |after| {
            after.stage = Stage::OldRestored;
        });
        Ok(advanced.with(Some(Box::new(plan))))
    }

    fn done(
        &self,
        step: Step,
        ctx: &RunContext<'_>,
        change: impl FnOnce(&mut RunParts),
    ) -> RotationPlan {
        self.advanced(ctx, |after| {
            after.note(NoteOf::Step(step), StepPhase::Done, None);
            after.last_error = None;
            change(after);
        })
    }

    fn finished(
        &self,
        secret: &SecretWithVersions,
        step: Step,
        ctx: &RunContext<'_>,
    ) -> RotationPlan {
        self.closed(secret, Stage::Done, ctx, |after| {
            after.note(NoteOf::Step(step), StepPhase::Done, None);
            after.last_error = None;
        })
    }

    /// The end of the way back.
    pub(super) fn went_back(
        &self,
        secret: &SecretWithVersions,
        ctx: &RunContext<'_>,
        change: impl FnOnce(&mut RunParts),
    ) -> RotationPlan {
        let stage = match self.parts.promoted_at {
            Some(_) => Stage::Undone,
            None => Stage::Abandoned,
        };
        self.closed(secret, stage, ctx, change)
    }

    /// The run is over, and what it held back from the secret's history policy is let go.
    pub(super) fn closed(
        &self,
        secret: &SecretWithVersions,
        stage: Stage,
        ctx: &RunContext<'_>,
        change: impl FnOnce(&mut RunParts),
    ) -> RotationPlan {
        let settled: Option<Box<Plan>> = self.plan_settling(secret, ctx.context);
        self.advanced(ctx, |after| {
            change(after);
            after.ended_from = (stage == Stage::Done).then_some(after.stage);
            after.standing = Standing::Going;
            after.stage = stage;
        })
        .with(settled)
    }
}

fn unclear_twice(style: Style, last: &Told) -> Told {
    let ways = match style {
        Style::Overlap => {
            "Resume looks for what it made, deletes that and asks once more; Undo looks for it, deletes it and leaves the old key in use."
        }
        Style::CutOver => {
            "Resume looks for what it made, and asks once more only if its secret is not told."
        }
    };
    let message = format!(
        "The provider has not said clearly a second time whether it made a key. {ways} The last answer: {}",
        last.message
    );
    Told::new(last.code.as_deref(), &message)
}

impl RunParts {
    fn was_seen(&mut self, last: Option<LastUse>) {
        if let Some(last) = last {
            let seen_at = self.updated_at;
            self.old_use = Some(OldKeyUse { last, seen_at });
        }
    }

    /// One of our keys was made, and its secret is not known. Where the next key ends it, there is nothing to delete, and a
    /// provider that ends keys by making others would make one that nobody gets.
    pub(super) fn was_lost(&mut self, key: KeyId) {
        self.own_key_was_made();
        match self.style {
            Style::Overlap => self.orphan = Some(key),
            Style::CutOver => {
                if !self.keys_before.contains(&key) {
                    self.keys_before.push(key);
                }
                self.stage = Stage::Planned;
                self.unclear_create = true;
                self.find_after = None;
            }
        }
    }

    /// Neither the old key works, nor is there a new one here.
    pub fn lost_its_cut_over(&self) -> bool {
        self.old_stopped && matches!(self.stage, Stage::Planned | Stage::Creating)
    }

    /// One of our keys was made. Where that stops the old one, back is not where a working key is.
    pub(super) fn own_key_was_made(&mut self) {
        if self.style == Style::CutOver {
            self.direction = Direction::Forward;
            self.old_stopped = true;
        }
    }
}
