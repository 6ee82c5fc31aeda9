//! What a person decides.

use super::{
    Decision, Direction, NoteOf, Question, RotationPlan, Run, RunContext, RunParts, Stage,
    Standing, Style, Then, out_of_turn,
};
use crate::reject::Rejection;
use crate::secret::SecretWithVersions;

/// Hours until the old key's last use is asked for again.
const ASK_AGAIN_HOURS: u32 = 24;

impl Run {
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
        let by = ctx.context.actor.member;
        let note = |after: &mut RunParts| after.note_word(NoteOf::Decide, by, Some(word));
        let plan = match self.effect_of(decision).ok_or_else(out_of_turn)? {
            Effect::Finish => self.closed(secret, Stage::Done, ctx, note),
            Effect::FinishWithOld => self.closed(secret, Stage::Done, ctx, |after| {
                note(after);
                after.leaves_old();
            }),
            Effect::FinishForward => self.closed(secret, Stage::Done, ctx, |after| {
                note(after);
                after.direction = Direction::Forward;
                after.leaves_old();
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
                    after.grace_until = Some(after.updated_at);
                    // Whatever was said within the grace: it is asked once more before the key is stopped.
                    after.old_use = None;
                }))
            }
            // Later the old key is stopped already, or may be: there is nothing to wait for.
            (Decision::Wait, Some(Question::OldKeyInUse)) if stage == Stage::Grace => {
                Some(Effect::go_on(|after| {
                    after.last_error = None;
                    after.grace_until = Some(after.updated_at.plus_hours(ASK_AGAIN_HOURS));
                }))
            }
            (Decision::KeepOld, Some(Question::OldKeyInUse)) => Some(Effect::FinishWithOld),
            (Decision::KeepOld, None) if forward && (stage == Stage::Grace || failed) => {
                let at_old_key = [
                    Stage::Promoted,
                    Stage::Grace,
                    Stage::Disabling,
                    Stage::OldDisabled,
                    Stage::DeletingOld,
                ];
                at_old_key.contains(&stage).then_some(Effect::FinishWithOld)
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
    /// The old key is left as it is.
    FinishWithOld,
    /// The way back is given up, and the new key stays in use.
    FinishForward,
    EndBack,
}

impl RunParts {
    /// A person has decided otherwise than the start did.
    fn leaves_old(&mut self) {
        self.retire.then = Then::Keep;
        self.grace_until = None;
    }
}

impl Effect {
    fn go_on(change: impl FnOnce(&mut RunParts) + 'static) -> Self {
        Self::GoOn(Box::new(change))
    }
}
