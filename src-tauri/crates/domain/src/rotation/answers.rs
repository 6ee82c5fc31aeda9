//! What only a person can decide.

use super::{KeyId, words};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// These keys were made since a new one was asked for, and nothing says by whom.
    WhoseKey(Vec<KeyId>),
    /// The provider says that the old key was used after the new one was put in use.
    OldKeyInUse,
    /// The new key is taken, but a location did not pass.
    TestsFailed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// To `WhoseKey`: it is the one whose secret was lost.
    Delete(KeyId),
    /// To `WhoseKey`: they are somebody else's.
    Leave,
    /// To `OldKeyInUse`: stop it all the same. Ends a grace time as well.
    GoOn,
    /// To `OldKeyInUse`: ask again in a day.
    Wait,
    /// The old key stays as it is, and the run is over.
    KeepOld,
    TestAgain,
    /// To `TestsFailed`: what did not pass is known. Ends a cut-over too, where the new key itself failed its test.
    PromoteAnyway,
    /// The new key cannot be removed: it stays at the provider, and the run is over.
    LeaveNew,
    /// The way back leads to an old key that is not to be had any more: the new one stays in use, and the run is over.
    KeepNew,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Leave,
    GoOn,
    Wait,
    KeepOld,
    TestAgain,
    PromoteAnyway,
    LeaveNew,
    KeepNew,
}

words!(Word {
    Leave => "leave",
    GoOn => "go_on",
    Wait => "wait",
    KeepOld => "keep_old",
    TestAgain => "test_again",
    PromoteAnyway => "promote_anyway",
    LeaveNew => "leave_new",
    KeepNew => "keep_new",
});

const DELETE: &str = "delete:";

impl Decision {
    /// `delete:` and a key's id, or one of the other words.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(id) = text.strip_prefix(DELETE) {
            return KeyId::parse(id).ok().map(Self::Delete);
        }
        Some(match Word::parse(text)? {
            Word::Leave => Self::Leave,
            Word::GoOn => Self::GoOn,
            Word::Wait => Self::Wait,
            Word::KeepOld => Self::KeepOld,
            Word::TestAgain => Self::TestAgain,
            Word::PromoteAnyway => Self::PromoteAnyway,
            Word::LeaveNew => Self::LeaveNew,
            Word::KeepNew => Self::KeepNew,
        })
    }

    pub fn to_text(&self) -> String {
        let word = match self {
            Self::Delete(key) => return format!("{DELETE}{}", key.as_str()),
            Self::Leave => Word::Leave,
            Self::GoOn => Word::GoOn,
            Self::Wait => Word::Wait,
            Self::KeepOld => Word::KeepOld,
            Self::TestAgain => Word::TestAgain,
            Self::PromoteAnyway => Word::PromoteAnyway,
            Self::LeaveNew => Word::LeaveNew,
            Self::KeepNew => Word::KeepNew,
        };
        word.as_str().to_owned()
    }
}
