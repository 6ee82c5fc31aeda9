//! The way back, and what a person decides.

use super::turn::over;
use super::{
    Decision, Direction, NoteOf, Question, RotationPlan, Run, RunContext, RunParts, Stage,
    Standing, StepPhase, Style, out_of_turn,
};
use crate::reject::{ErrorType, Rejection};
use crate::secret::SecretWithVersions;

/// Hours until the old key's last use is asked for again.
const ASK_AGAIN_HOURS: u32 = 24;

impl Run {
    /// Whether there is a way back: the old key is not gone, nor being deleted.
    pub fn can_go_back(&self) -> bool {
        let is_going = self.parts.stage == Stage::DeletingOld;
        self.is_open() && !is_going && !self.parts.old_stopped
    }

    pub fn undo(&self, ctx: &RunContext<'_>) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        if !self.is_open() {
            return Err(over());
        }
        if !self.can_go_back() {
            return Err(Rejection::new(
                ErrorType::Conflict,
                "The old key is gone or about to go, so there is no way back. Go on with the rotation.",
            ));
        }
        Ok(self.advanced(ctx, |after| {
            after.direction = Direction::Back;
            after.standing = Standing::Going;
            after.note(NoteOf::Undo, StepPhase::Done, None);
            if after.stage == Stage::Planned {
                after.stage = match after.unclear_create {
                    true => Stage::Creating,
                    // Nothing was made.
                    false => Stage::Abandoned,
                };
            }
        }))
    }

    /// `secret` is the run's, as it stands in the same transaction.
    pub fn decide(
        &self,
        secret: &SecretWithVersions,
        decision: Decision,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        if secret.secret().id() != self.secret() || !self.is_open() {
            return Err(out_of_turn());
        }
        let word = decision.to_text();
        let note = |after: &mut RunParts| {
            after.note(NoteOf::Decide, StepPhase::Done, Some(word));
        };
        let plan = match self.effect_of(decision).ok_or_else(out_of_turn)? {
            Effect::Finish => self.closed(secret, Stage::Done, ctx, note),
            Effect::FinishForward => self.closed(secret, Stage::Done, ctx, |after| {
                note(after);
                after.direction = Direction::Forward;
            }),
            Effect::EndBack => self.went_back(secret, ctx, note),
            Effect::GoOn(change) => self.advanced(ctx, |after| {
                note(after);
                after.standing = Standing::Going;
                change(after);
            }),
        };
        Ok(plan)
    }

    /// `None` where nothing of the kind was asked.
    fn effect_of(&self, decision: Decision) -> Option<Effect> {
        let (stage, standing) = (self.parts.stage, &self.parts.standing);
        let failed = *standing == Standing::Failed;
        let asked = match standing {
            Standing::Asking(question) => Some(question),
            Standing::Going | Standing::Failed => None,
        };
        let forward = self.parts.direction == Direction::Forward;
        match (decision, asked) {
            (Decision::Delete(key), Some(Question::WhoseKey(keys))) if keys.contains(&key) => {
                Some(Effect::go_on(|after| after.was_lost(key)))
            }
            (Decision::Leave, Some(Question::WhoseKey(keys))) => {
                // Asked for once more, a cut-over would end what somebody else has just made.
                if !forward || self.parts.style == Style::CutOver {
                    return Some(Effect::EndBack);
                }
                let keys = keys.clone();
                Some(Effect::go_on(|after| {
                    after.keys_before.extend(keys);
                    after.stage = Stage::Planned;
                }))
            }
            (Decision::GoOn, Some(Question::OldKeyInUse)) => {
                Some(Effect::go_on(|after| after.last_error = None))
            }
            (Decision::GoOn, None) if stage == Stage::Grace && forward && !failed => {
                Some(Effect::go_on(|after| {
                    after.grace_until = Some(after.updated_at)
                }))
            }
            // Later the old key is stopped already, or may be: there is nothing to wait for.
            (Decision::Wait, Some(Question::OldKeyInUse)) if stage == Stage::Grace => {
                Some(Effect::go_on(|after| {
                    after.last_error = None;
                    after.grace_until = Some(after.updated_at.plus_hours(ASK_AGAIN_HOURS));
                }))
            }
            (Decision::KeepOld, Some(Question::OldKeyInUse)) => Some(Effect::Finish),
            (Decision::KeepOld, None) if forward && (stage == Stage::Grace || failed) => {
                let at_old_key = [
                    Stage::Promoted,
                    Stage::Grace,
                    Stage::Disabling,
                    Stage::OldDisabled,
                    Stage::DeletingOld,
                ];
                at_old_key.contains(&stage).then_some(Effect::Finish)
            }
            (Decision::TestAgain, Some(Question::TestsFailed)) => Some(Effect::go_on(|_| {})),
            (Decision::PromoteAnyway, Some(Question::TestsFailed)) => {
                match self.parts.promoted_at {
                    Some(_) => Some(Effect::Finish),
                    None => Some(Effect::go_on(|after| after.stage = Stage::Tested)),
                }
            }
            (Decision::PromoteAnyway, None) if failed && forward && stage == Stage::Testing => {
                self.parts.promoted_at.map(|_| Effect::Finish)
            }
            (Decision::LeaveNew, None) if failed && self.parts.lost_its_cut_over() => {
                Some(Effect::EndBack)
            }
            (Decision::LeaveNew, None) if failed && !forward => {
                let at_new_key = [Stage::Creating, Stage::RemovingNew];
                at_new_key.contains(&stage).then_some(Effect::EndBack)
            }
            (Decision::KeepNew, None) if failed && !forward => {
                let before_the_old_is_back = [Stage::EnablingOld, Stage::OldEnabled];
                before_the_old_is_back
                    .contains(&stage)
                    .then_some(Effect::FinishForward)
            }
            _ => None,
        }
    }
}

/// What a decision does to the run.
enum Effect {
    GoOn(Box<dyn FnOnce(&mut RunParts)>),
    Finish,
    /// The way back is given up, and the new key stays in use.
    FinishForward,
    EndBack,
}

impl Effect {
    fn go_on(change: impl FnOnce(&mut RunParts) + 'static) -> Self {
        Self::GoOn(Box::new(change))
    }
}
