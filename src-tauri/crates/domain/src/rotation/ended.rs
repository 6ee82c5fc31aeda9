//! What a run has come to, told from its record alone.

use super::again::SOMEBODY_ELSES;
use super::record::RUNS_OUT;
use super::{Decision, NoteOf, Run, RunParts, Stage, Step, StepNote, StepPhase, Style, words};
use crate::ids::MemberId;

/// How a run that is over has left things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub new_key: NewKeyEnd,
    pub in_use: KeyInUse,
    /// A person has left keys there that may have been made for this run.
    pub left_others: bool,
}

/// What became of the new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NewKeyEnd {
    InUse,
    Deleted,
    /// Nobody deleted it, or nobody knows that it is deleted.
    Left,
    /// It cannot be taken back.
    RunsOut,
    NeverMade,
    /// One may have been made, and nothing says which.
    Unknown,
}

/// Whether the key that the vault gives out works, as far as the run has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyInUse {
    Works,
    /// It has ended, and there is no other here: it has to be replaced.
    Stopped,
    /// The last that its provider said of it was a refusal, or whether it ended is not known.
    Unclear,
}

/// The old key at this moment, as far as the run has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OldKeyNow {
    Works,
    MaybeDisabled,
    Disabled,
    MaybeDeleted,
    Deleted,
    /// The making of the new one has stopped it.
    Stopped,
}

words!(NewKeyEnd {
    InUse => "in_use",
    Deleted => "deleted",
    Left => "left",
    RunsOut => "runs_out",
    NeverMade => "never_made",
    Unknown => "unknown",
});
words!(KeyInUse { Works => "works", Stopped => "stopped", Unclear => "unclear" });
words!(OldKeyNow {
    Works => "works",
    MaybeDisabled => "maybe_disabled",
    Disabled => "disabled",
    MaybeDeleted => "maybe_deleted",
    Deleted => "deleted",
    Stopped => "stopped",
});

impl Run {
    /// `None` while it is open.
    pub fn ended(&self) -> Option<Ended> {
        let parts = &self.parts;
        let (new_key, in_use) = match parts.stage {
            Stage::Done => (NewKeyEnd::InUse, parts.new_in_use()),
            Stage::Abandoned | Stage::Undone => (parts.new_key_after_back(), parts.old_in_use()),
            _ => return None,
        };
        Some(Ended {
            new_key,
            in_use,
            left_others: parts.has_said(&Decision::Leave),
        })
    }

    pub fn old_key_now(&self) -> OldKeyNow {
        let parts = &self.parts;
        if parts.style == Style::CutOver {
            let has_stopped = parts.old_stopped || parts.new_version.is_some();
            return match has_stopped {
                true => OldKeyNow::Stopped,
                false => OldKeyNow::Works,
            };
        }
        match parts.ended_from.unwrap_or(parts.stage) {
            Stage::Disabling if parts.is_done(Step::DisableOld) => OldKeyNow::Disabled,
            Stage::Disabling | Stage::EnablingOld => OldKeyNow::MaybeDisabled,
            Stage::OldDisabled => OldKeyNow::Disabled,
            Stage::DeletingOld if parts.is_done(Step::DeleteOld) => OldKeyNow::Deleted,
            Stage::DeletingOld => OldKeyNow::MaybeDeleted,
            _ => OldKeyNow::Works,
        }
    }

    /// Who has said last what becomes of the old key.
    pub fn old_key_decided_by(&self) -> MemberId {
        let about_old = [
            Decision::GoOn,
            Decision::Wait,
            Decision::KeepOld,
            Decision::KeepNew,
        ];
        let words = about_old.map(|decision| decision.to_text());
        let is_about_old = |note: &&StepNote| {
            let code = note.code.as_ref();
            note.told == NoteOf::Decide && code.is_some_and(|code| words.contains(code))
        };
        let said = self.parts.notes.iter().rev().find(is_about_old);
        said.and_then(|note| note.by)
            .unwrap_or(self.parts.started_by)
    }
}

impl RunParts {
    /// Whether the last that is told of `step` is that it was done.
    fn is_done(&self, step: Step) -> bool {
        let mut notes = self.notes.iter().rev();
        let last = notes.find(|note| note.told == NoteOf::Step(step));
        last.is_some_and(|note| note.phase == StepPhase::Done)
    }

    fn done_with(&self, step: Step, code: &str) -> bool {
        self.is_done(step)
            && self
                .notes
                .iter()
                .any(|note| note.told == NoteOf::Step(step) && note.code.as_deref() == Some(code))
    }

    fn has_said(&self, decision: &Decision) -> bool {
        let word = decision.to_text();
        self.notes
            .iter()
            .any(|note| note.told == NoteOf::Decide && note.code.as_ref() == Some(&word))
    }

    fn new_key_after_back(&self) -> NewKeyEnd {
        let is_known = self.new_key.is_some() || self.orphan.is_some();
        if self.has_said(&Decision::LeaveNew) {
            return match is_known {
                true => NewKeyEnd::Left,
                false => NewKeyEnd::Unknown,
            };
        }
        if [Step::RemoveNew, Step::DeleteOrphan]
            .iter()
            .any(|step| self.done_with(*step, RUNS_OUT))
        {
            return NewKeyEnd::RunsOut;
        }
        if self.is_done(Step::RemoveNew) {
            return NewKeyEnd::Deleted;
        }
        if self.done_with(Step::FindCreated, SOMEBODY_ELSES) || self.has_said(&Decision::Leave) {
            return NewKeyEnd::Unknown;
        }
        match self.is_done(Step::DeleteOrphan) {
            true => NewKeyEnd::Deleted,
            false => NewKeyEnd::NeverMade,
        }
    }

    fn old_in_use(&self) -> KeyInUse {
        match self.style {
            // It was never touched, or was taken when it was put back.
            Style::Overlap => KeyInUse::Works,
            Style::CutOver if self.old_stopped || self.has_said(&Decision::Leave) => {
                KeyInUse::Stopped
            }
            Style::CutOver if self.has_said(&Decision::LeaveNew) => KeyInUse::Unclear,
            Style::CutOver => KeyInUse::Works,
        }
    }

    /// The key in use is tried before each step that takes another away: where that is what went wrong last, it was refused.
    fn new_in_use(&self) -> KeyInUse {
        let is_step = |note: &&StepNote| matches!(note.told, NoteOf::Step(_));
        let mut steps = self.notes.iter().filter(is_step).rev();
        let (Some(last), before) = (steps.next(), steps.next()) else {
            return KeyInUse::Works;
        };
        let was_asked =
            before.is_some_and(|note| note.told == last.told && note.phase == StepPhase::Intended);
        let tries_it = match last.told {
            NoteOf::Step(Step::Test | Step::Confirm | Step::LookAtOld) => true,
            // Held back before it was asked for.
            NoteOf::Step(Step::DisableOld | Step::DeleteOld) => !was_asked,
            _ => false,
        };
        match last.phase == StepPhase::Failed && tries_it {
            true => KeyInUse::Unclear,
            false => KeyInUse::Works,
        }
    }
}
