//! The way back to the old key.

use super::turn::over;
use super::{
    Direction, NoteOf, RotationPlan, Run, RunContext, Stage, Standing, Style, out_of_turn,
};
use crate::ids::RotationId;
use crate::reject::{ErrorType, Rejection};
use crate::secret::SecretWithVersions;

impl Run {
    /// Whether there is a way back: the old key is not gone, nor being deleted, and the run is not on its way back already. A run
    /// that is over goes back while what it did is what counts: it is its secret's `newest`, its version is in use, and the one
    /// before still has its values.
    pub fn can_go_back(&self, secret: &SecretWithVersions, newest: RotationId) -> bool {
        self.may_go_back() && (self.is_open() || self.is_what_counts(secret, newest))
    }

    /// As [`Run::can_go_back`], as far as the run alone knows.
    pub fn may_go_back(&self) -> bool {
        let parts = &self.parts;
        let from = parts.ended_from.unwrap_or(parts.stage);
        // Back at the beginning, nothing is left but to say so.
        let goes_forward = parts.direction == Direction::Forward || parts.stage == Stage::Planned;
        let is_going = from == Stage::DeletingOld;
        let leads_somewhere = match parts.stage {
            Stage::Done => parts.ended_from.is_some() && parts.style == Style::Overlap,
            Stage::Abandoned | Stage::Undone => false,
            _ => true,
        };
        goes_forward && leads_somewhere && !is_going && !parts.old_stopped
    }

    fn is_what_counts(&self, secret: &SecretWithVersions, newest: RotationId) -> bool {
        let in_use = secret.secret().current_version();
        let old = secret.version(self.parts.old_version);
        let is_kept = old.is_some_and(|old| old.state().has_values());
        newest == self.id() && in_use.is_some() && in_use == self.parts.new_version && is_kept
    }

    /// `secret` is the run's, and `newest` its last run, as they stand in the same transaction.
    pub fn undo(
        &self,
        secret: &SecretWithVersions,
        newest: RotationId,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        self.require_worker(ctx)?;
        if secret.secret().id() != self.secret() {
            return Err(out_of_turn());
        }
        if !self.can_go_back(secret, newest) {
            return Err(self.no_way_back());
        }
        Ok(self.advanced(ctx, |after| {
            after.direction = Direction::Back;
            after.standing = Standing::Going;
            after.note_word(NoteOf::Undo, ctx.context.actor.member, None);
            if after.stage == Stage::Planned {
                after.stage = match after.unclear_create {
                    true => Stage::Creating,
                    // Nothing was made.
                    false => Stage::Abandoned,
                };
            }
            if let Some(from) = after.ended_from.take() {
                after.last_error = None;
                after.stage = match from {
                    // If the old key is refused, the run goes on from where there is nothing more to be waited for.
                    Stage::Grace => Stage::Promoted,
                    other => other,
                };
            }
        }))
    }

    fn no_way_back(&self) -> Rejection {
        let message = match self.parts.stage {
            Stage::Abandoned | Stage::Undone => return over(),
            Stage::Done => {
                "This rotation is over, and there is no way back from it: the old key or its value is gone, or another change came after it."
            }
            _ if self.parts.direction == Direction::Back => {
                "This rotation is on its way back already. Resume it."
            }
            _ => {
                "The old key is gone or about to go, so there is no way back. Go on with the rotation."
            }
        };
        Rejection::new(ErrorType::Conflict, message)
    }
}
