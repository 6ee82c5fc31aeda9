//! What a run does next.

use super::{Direction, Question, Run, Stage, Standing, Step, Style, Then};
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Do(Step),
    /// Nothing before this moment.
    Wait {
        until: Timestamp,
    },
    /// A person decides.
    Ask(Question),
    /// The last step failed: go on or back.
    Stopped,
    Finished,
}

impl Run {
    pub fn next(&self, now: Timestamp) -> Next {
        if self.parts.stage.is_final() {
            return Next::Finished;
        }
        match &self.parts.standing {
            Standing::Failed => Next::Stopped,
            Standing::Asking(question) => Next::Ask(question.clone()),
            Standing::Going => match self.parts.direction {
                Direction::Forward => self.next_forward(now),
                Direction::Back => self.next_back(now),
            },
        }
    }

    fn next_forward(&self, now: Timestamp) -> Next {
        let cuts_over = self.parts.style == Style::CutOver;
        match self.parts.stage {
            Stage::Planned => Next::Do(Step::Create),
            Stage::Creating => self.next_of_lost_answer(now),
            // Whoever takes the value in use would else take one that has stopped working.
            Stage::Stored if cuts_over => Next::Do(Step::Promote),
            Stage::Stored | Stage::Testing => Next::Do(Step::Test),
            Stage::Tested => Next::Do(Step::Promote),
            Stage::Promoted if cuts_over => Next::Do(Step::Test),
            Stage::Promoted => Next::Do(Step::Confirm),
            Stage::Grace => self.next_in_grace(now),
            Stage::Disabling => Next::Do(Step::DisableOld),
            Stage::OldDisabled | Stage::DeletingOld => Next::Do(Step::DeleteOld),
            Stage::EnablingOld | Stage::OldEnabled | Stage::OldRestored | Stage::RemovingNew => {
                Next::Stopped
            }
            Stage::Done | Stage::Abandoned | Stage::Undone => Next::Finished,
        }
    }

    fn next_in_grace(&self, now: Timestamp) -> Next {
        let until = self.parts.grace_until.unwrap_or(now);
        if now < until {
            return Next::Wait { until };
        }
        let looked = self.parts.old_use.as_ref().map(|seen| seen.seen_at);
        if looked.is_none_or(|at| at < until) {
            return Next::Do(Step::LookAtOld);
        }
        match self.parts.retire.then {
            Then::Keep => Next::Stopped,
            Then::Delete if !self.parts.can_disable => Next::Do(Step::DeleteOld),
            Then::Disable | Then::Delete => Next::Do(Step::DisableOld),
        }
    }

    /// An attempt to make a key that was not answered: first is found out what it came to.
    fn next_of_lost_answer(&self, now: Timestamp) -> Next {
        if self.parts.orphan.is_some() {
            return Next::Do(Step::DeleteOrphan);
        }
        match self.parts.find_after {
            Some(until) if now < until => Next::Wait { until },
            _ => Next::Do(Step::FindCreated),
        }
    }

    fn next_back(&self, now: Timestamp) -> Next {
        match self.parts.stage {
            Stage::Creating => self.next_of_lost_answer(now),
            Stage::Stored | Stage::Testing | Stage::Tested => Next::Do(Step::RemoveNew),
            // It may be stopped already, whatever its last step was answered.
            Stage::Disabling | Stage::OldDisabled | Stage::EnablingOld => Next::Do(Step::EnableOld),
            Stage::Promoted | Stage::Grace | Stage::OldEnabled => Next::Do(Step::RestoreOld),
            Stage::OldRestored | Stage::RemovingNew => Next::Do(Step::RemoveNew),
            Stage::Planned | Stage::DeletingOld => Next::Stopped,
            Stage::Done | Stage::Abandoned | Stage::Undone => Next::Finished,
        }
    }
}
