//! What may still work at a provider beside the key in use: whoever looks for a value that leaked has to know.

use super::{NoteOf, Run, Stage, Step, StepPhase, can_end};
use crate::version::VersionNumber;

/// A key that a rotation has not ended, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyLeft {
    /// The run is to stop it, and has not yet.
    Old,
    /// The run is over and left it as it was.
    Kept,
    /// It was stopped, and can be enabled again.
    Disabled,
    /// The run made it, and it is not in use or no longer.
    New,
}

impl KeyLeft {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::Kept => "kept",
            Self::Disabled => "disabled",
            Self::New => "new",
        }
    }
}

impl Run {
    /// What is left at the provider of a version that is not the one in use. `None` where this run has ended its key, or
    /// has nothing to do with it.
    pub fn key_left_of(&self, version: VersionNumber) -> Option<KeyLeft> {
        if version == self.parts().old_version {
            self.old_key_left()
        } else if Some(version) == self.parts().new_version {
            self.new_key_left()
        } else {
            None
        }
    }

    fn old_key_left(&self) -> Option<KeyLeft> {
        let parts = self.parts();
        if parts.old_stopped || self.last_done(&[Step::DeleteOld]).is_some() {
            return None;
        }
        let is_disabled =
            self.last_done(&[Step::DisableOld, Step::EnableOld]) == Some(Step::DisableOld);
        match parts.stage {
            Stage::Undone | Stage::Abandoned => None,
            _ if is_disabled => Some(KeyLeft::Disabled),
            Stage::Done => Some(KeyLeft::Kept),
            _ => Some(KeyLeft::Old),
        }
    }

    fn new_key_left(&self) -> Option<KeyLeft> {
        let parts = self.parts();
        let is_gone = match parts.stage {
            // It came into use; what became of it since is told by a later run.
            Stage::Done => true,
            Stage::Undone | Stage::Abandoned => {
                can_end(parts.method) && self.last_done(&[Step::RemoveNew]).is_some()
            }
            _ => false,
        };
        (!is_gone).then_some(KeyLeft::New)
    }

    /// Which of these steps was done last.
    fn last_done(&self, steps: &[Step]) -> Option<Step> {
        let mut notes = self.parts().notes.iter().rev();
        notes.find_map(|note| match note.told {
            NoteOf::Step(step) if note.phase == StepPhase::Done && steps.contains(&step) => {
                Some(step)
            }
            _ => None,
        })
    }
}
