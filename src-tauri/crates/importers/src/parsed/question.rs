//! What a file leaves open, and the answers a person can give.

/// Asked in the preview. Until it is answered the first choice holds, which always keeps most as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The same whenever the file is read.
    pub id: String,
    pub text: String,
    pub choices: Vec<Choice>,
    /// The id of the choice that holds.
    pub chosen: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("The item has no such question.")]
    UnknownQuestion,
    #[error("The question has no such choice.")]
    UnknownChoice,
}
