//! Where a run is, and what it has done to get there.

use super::{Question, words};
use crate::ids::MemberId;
use crate::mask::display_text;
use crate::time::Timestamp;

/// What has been reached. Those that name a doing are entered by a commit before the provider is asked; if one of them
/// is found with no word on how it ended, it may have been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Planned,
    Creating,
    /// The new key is sealed in a pending version.
    Stored,
    Testing,
    Tested,
    /// The new key is in use.
    Promoted,
    Grace,
    Disabling,
    OldDisabled,
    DeletingOld,
    Done,
    /// On the way back.
    EnablingOld,
    OldEnabled,
    /// The old key is in use again.
    OldRestored,
    RemovingNew,
    /// Over, and the new key was never in use.
    Abandoned,
    /// Over, and the old key is in use again.
    Undone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Forward,
    Back,
}

/// Whether a run may go on by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Going,
    /// The last step went wrong; a person says whether to go on or back.
    Failed,
    Asking(Question),
}

/// One thing to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Make a new key.
    Create,
    /// List the keys: what did the last attempt to make one come to?
    FindCreated,
    /// Delete the key whose secret was lost ([`super::RunParts::orphan`]).
    DeleteOrphan,
    /// Try the new key: who it is, and every location of the secret. New keys are told everywhere only after a while.
    Test,
    /// Put the new version in use.
    Promote,
    /// Read the version in use back and try it, before the old key is touched.
    Confirm,
    /// Ask when the old key was last used.
    LookAtOld,
    DisableOld,
    DeleteOld,
    /// Done only once the provider takes the old values again.
    EnableOld,
    /// Put the old values in use again.
    RestoreOld,
    RemoveNew,
}

/// One line of a run's story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepNote {
    pub told: NoteOf,
    pub phase: StepPhase,
    pub at: Timestamp,
    /// The provider's word for what went wrong, or what a person decided.
    pub code: Option<String>,
    /// Who said so, where a person did after the start.
    pub by: Option<MemberId>,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteOf {
    Start,
    Step(Step),
    Resume,
    Undo,
    Decide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepPhase {
    Intended,
    Done,
    Failed,
}

/// What a provider said of a failure, fit to be kept and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub code: Option<String>,
    pub message: String,
}

words!(Stage {
    Planned => "planned",
    Creating => "creating",
    Stored => "stored",
    Testing => "testing",
    Tested => "tested",
    Promoted => "promoted",
    Grace => "grace",
    Disabling => "disabling",
    OldDisabled => "old_disabled",
    DeletingOld => "deleting_old",
    Done => "done",
    EnablingOld => "enabling_old",
    OldEnabled => "old_enabled",
    OldRestored => "old_restored",
    RemovingNew => "removing_new",
    Abandoned => "abandoned",
    Undone => "undone",
});
words!(Direction { Forward => "forward", Back => "back" });
words!(Step {
    Create => "create",
    FindCreated => "find_created",
    DeleteOrphan => "delete_orphan",
    Test => "test",
    Promote => "promote",
    Confirm => "confirm",
    LookAtOld => "look_at_old",
    DisableOld => "disable_old",
    DeleteOld => "delete_old",
    EnableOld => "enable_old",
    RestoreOld => "restore_old",
    RemoveNew => "remove_new",
});
words!(StepPhase { Intended => "intended", Done => "done", Failed => "failed" });

impl Stage {
    /// Nothing is left to be done.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Abandoned | Self::Undone)
    }
}

impl NoteOf {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "start" => Some(Self::Start),
            "resume" => Some(Self::Resume),
            "undo" => Some(Self::Undo),
            "decide" => Some(Self::Decide),
            step => Step::parse(step).map(Self::Step),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Step(step) => step.as_str(),
            Self::Resume => "resume",
            Self::Undo => "undo",
            Self::Decide => "decide",
        }
    }
}

impl Told {
    pub const CODE_CHARS_MAX: usize = 100;
    pub const MESSAGE_CHARS_MAX: usize = 500;

    /// Foreign words: shortened, and without characters that disturb what stands beside them.
    pub fn new(code: Option<&str>, message: &str) -> Self {
        let cut = |text: &str, most: usize| display_text(text).chars().take(most).collect();
        Self {
            code: code.map(|code| cut(code, Self::CODE_CHARS_MAX)),
            message: cut(message, Self::MESSAGE_CHARS_MAX),
        }
    }
}
