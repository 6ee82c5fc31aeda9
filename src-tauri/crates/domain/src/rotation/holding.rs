//! The old key left alone, though its turn has come.

use super::answers::Decision;
use super::{
    HeldBack, Next, NoteOf, Question, RotationPlan, Run, RunContext, Standing, Step, StepPhase,
    out_of_turn,
};
use crate::reject::Rejection;

/// In the note of the look at the old key: others have it too.
const HELD_ELSEWHERE: &str = "held_elsewhere";

impl Run {
    /// To be committed in place of the intent of `step`, which takes the old key away: nothing was asked of the provider, and
    /// the ways that were open stay open.
    pub fn hold_back(
        &self,
        step: Step,
        why: HeldBack,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        let takes_away = matches!(step, Step::DisableOld | Step::DeleteOld);
        if !takes_away || self.next(ctx.context.now) != Next::Do(step) {
            return Err(out_of_turn());
        }
        Ok(self.advanced(ctx, |after| match why {
            HeldBack::NotTaken(told) => {
                after.note(NoteOf::Step(step), StepPhase::Failed, told.code.clone());
                after.last_error = Some(told);
                after.standing = Standing::Failed;
            }
            HeldBack::HeldElsewhere(told) => {
                let looked = NoteOf::Step(Step::LookAtOld);
                after.note(looked, StepPhase::Done, Some(HELD_ELSEWHERE.to_owned()));
                after.last_error = Some(told);
                after.standing = Standing::Asking(Question::OldKeyInUse);
            }
        }))
    }

    /// A person was told last who else has the old key, and said that it goes all the same.
    pub fn goes_all_the_same(&self) -> bool {
        let notes = &self.parts.notes;
        let told = |code: &Option<String>| code.as_deref() == Some(HELD_ELSEWHERE);
        let Some(asked) = notes.iter().rposition(|note| told(&note.code)) else {
            return false;
        };
        let mut since = notes.iter().skip(asked);
        let answer = since.find(|note| note.told == NoteOf::Decide);
        let word = Decision::GoOn.to_text();
        answer.is_some_and(|note| note.code.as_deref() == Some(word.as_str()))
    }
}
