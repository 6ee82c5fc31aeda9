//! A key after a lost answer, at a provider that tells its secret again.

use super::{
    Direction, Failure, LISTS_SETTLE_MILLIS, NewKey, NoteOf, RotationPlan, Run, RunContext, Step,
    StepPhase, Style, Sure, Told,
};
use crate::reject::Rejection;
use crate::secret::SecretWithVersions;
use crate::time::Timestamp;

pub(super) const SOMEBODY_ELSES: &str = "other_key_changed";

impl Run {
    /// Taken for this run's own only where that costs nobody else a key: a step that takes it back would make it anew.
    pub(super) fn told_again(
        &self,
        secret: &SecretWithVersions,
        made: NewKey,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        let step = Step::FindCreated;
        // The old one has stopped with its making, whoever it was: no other is left to use.
        if self.parts.style == Style::CutOver {
            return self.created(secret, step, made, ctx);
        }
        if self.parts.direction == Direction::Back {
            let message = format!(
                "{} was made anew since this rotation began, by it or by somebody else. It stays as it is.",
                made.key.as_str()
            );
            return Ok(self.went_back(secret, ctx, |after| {
                after.note(
                    NoteOf::Step(step),
                    StepPhase::Done,
                    Some(SOMEBODY_ELSES.to_owned()),
                );
                after.last_error = Some(Told::new(Some(SOMEBODY_ELSES), &message));
            }));
        }
        if made.made_at.is_some_and(|at| self.asked_for_about(at)) {
            return self.created(secret, step, made, ctx);
        }
        let message = format!(
            "{} was made anew since this rotation began, and not when it asked for a key: somebody else may use it. Nothing was changed. Undo this rotation and start another one.",
            made.key.as_str()
        );
        let told = Told::new(Some(SOMEBODY_ELSES), &message);
        let sure = Sure::NotDone;
        Ok(self.failed(step, Failure { told, sure }, ctx))
    }

    fn asked_for_about(&self, made_at: Timestamp) -> bool {
        self.parts.create_intended_at.is_some_and(|intended| {
            made_at >= intended.plus_millis(-LISTS_SETTLE_MILLIS)
                && made_at <= intended.plus_millis(LISTS_SETTLE_MILLIS)
        })
    }
}
