//! Why an external vault could not be asked.

use std::time::Duration;

use domain::SecretText;
use domain::mask::display_text;
use providers::{ErrorKind, ProviderError};

/// Programs and servers explain at length; a person reads a sentence or two.
const SAID_CHARS_MAX: usize = 300;
/// What stands where a text held something secret.
const LEFT_OUT: &str = "••••";
/// How 1Password's tokens begin: a service account's, and a Connect server's (a JWT).
const TOKEN_BEGINNINGS: [&str; 2] = ["ops_", "eyJ"];

/// A call that did not succeed. Its texts may be shown and kept: there is no secret in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConnectionError {
    pub code: ErrorCode,
    /// What happened and what to do about it.
    pub message: String,
    /// What the program or the server said itself.
    pub said: Option<String>,
    /// As it asks.
    pub retry_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Not signed in, or the token is not accepted.
    Auth,
    NotInstalled,
    TimedOut,
    Throttled,
    /// Known, and may not see this.
    Forbidden,
    NotFound,
    /// Refused as it was asked.
    Refused,
    /// An answer that its documentation does not have.
    Unreadable,
    Unreachable,
}

impl ConnectionError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> ConnectionError {
        ConnectionError {
            code,
            message: message.into(),
            said: None,
            retry_after: None,
        }
    }

    /// Foreign text: cleaned of `secret` and of whatever looks like a token, cut, and without control characters.
    pub(crate) fn said(mut self, text: &str, secret: Option<&SecretText>) -> ConnectionError {
        let mut text = text.trim().to_owned();
        if let Some(secret) = secret
            .map(SecretText::expose_text)
            .filter(|it| !it.is_empty())
        {
            text = text.replace(secret, LEFT_OUT);
        }
        for beginning in TOKEN_BEGINNINGS {
            text = without_words_from(&text, beginning);
        }
        let shown: String = display_text(&text).chars().take(SAID_CHARS_MAX).collect();
        self.said = Some(shown).filter(|shown| !shown.is_empty());
        self
    }

    /// Whether every other call would fail as well.
    pub fn stops_all(&self) -> bool {
        match self.code {
            ErrorCode::Auth
            | ErrorCode::NotInstalled
            | ErrorCode::TimedOut
            | ErrorCode::Throttled
            | ErrorCode::Unreachable => true,
            ErrorCode::Forbidden
            | ErrorCode::NotFound
            | ErrorCode::Refused
            | ErrorCode::Unreadable => false,
        }
    }
}

impl ErrorCode {
    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Auth => "auth",
            ErrorCode::NotInstalled => "not_installed",
            ErrorCode::TimedOut => "timed_out",
            ErrorCode::Throttled => "throttled",
            ErrorCode::Forbidden => "forbidden",
            ErrorCode::NotFound => "not_found",
            ErrorCode::Refused => "refused",
            ErrorCode::Unreadable => "unreadable",
            ErrorCode::Unreachable => "unreachable",
        }
    }
}

/// What the way out says of a request that got no answer, or of one that was not sent.
impl From<ProviderError> for ConnectionError {
    fn from(error: ProviderError) -> ConnectionError {
        let code = match error.kind {
            ErrorKind::Refused => ErrorCode::Auth,
            ErrorKind::Forbidden => ErrorCode::Forbidden,
            ErrorKind::NotFound => ErrorCode::NotFound,
            ErrorKind::Throttled => ErrorCode::Throttled,
            ErrorKind::Unavailable | ErrorKind::Unreachable => ErrorCode::Unreachable,
            ErrorKind::NoAnswer => ErrorCode::TimedOut,
            ErrorKind::Nonsense => ErrorCode::Unreadable,
            ErrorKind::Limit | ErrorKind::Rejected => ErrorCode::Refused,
        };
        ConnectionError {
            retry_after: error.retry_after,
            ..ConnectionError::new(code, error.message)
        }
    }
}

/// A token may stand in quotes or behind a colon, so it is looked for anywhere.
fn without_words_from(text: &str, beginning: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(beginning) {
        cleaned.push_str(before);
        cleaned.push_str(LEFT_OUT);
        let is_of_token = |next: char| next.is_ascii_alphanumeric() || "-_.=+/".contains(next);
        rest = after.trim_start_matches(is_of_token);
    }
    cleaned.push_str(rest);
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, secret: &str) -> String {
        let secret = SecretText::new(secret.to_owned());
        let error = ConnectionError::new(ErrorCode::Refused, "").said(text, Some(&secret));
        error.said.unwrap_or_default()
    }

    #[test]
    fn what_was_said_is_shown_without_tokens() {
        for (given, shown) in [
            (
                "bad token \"ops_abc-DEF.1=\", again",
                "bad token \"••••\", again",
            ),
            ("eyJhbGciOi.x.y and eyJhbGciOi", "•••• and ••••"),
            ("the word hunter2 leaks", "the word •••• leaks"),
            ("line\u{1b}[2J", "line·[2J"),
        ] {
            assert_eq!(said(given, "hunter2"), shown);
        }
        for length in [SAID_CHARS_MAX, SAID_CHARS_MAX + 1, 1_000] {
            assert_eq!(said(&"x".repeat(length), ""), "x".repeat(SAID_CHARS_MAX));
        }
    }
}
