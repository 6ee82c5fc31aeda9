//! How a call to a provider fails: what a caller may do about it, and what the provider said.

use std::time::Duration;

use domain::SecretText;
use domain::mask::display_text;

/// Providers explain at length; a person reads a sentence or two.
pub const MESSAGE_CHARS_MAX: usize = 300;
/// No provider's error code is longer.
const CODE_CHARS_MAX: usize = 100;
/// What stands in a message where a provider sent a secret back.
const LEFT_OUT: &str = "••••";

/// A call that did not succeed. Its text may be shown and kept: it has no secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    pub kind: ErrorKind,
    /// The provider's own word for it: `SignatureDoesNotMatch`, `AuthenticationFailed`.
    pub code: Option<String>,
    pub message: String,
    /// As the provider asks.
    pub retry_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The key is not accepted. A new key may be refused so until the provider has spread it.
    Refused,
    /// The key is known and lacks a privilege.
    Forbidden,
    NotFound,
    /// As many keys as there may be.
    Limit,
    /// Not done: too many requests.
    Throttled,
    /// The provider failed at it; it may have been done all the same.
    Unavailable,
    /// No connection: certainly not done.
    Unreachable,
    /// The request went out and no answer came: it may have been done.
    NoAnswer,
    /// An answer that the provider's documentation does not have; it may have been done.
    Nonsense,
    /// The request itself is refused as wrong: other words are needed, not another try.
    Rejected,
}

impl ProviderError {
    /// `message` may be foreign: it is cut to its first line and to [`MESSAGE_CHARS_MAX`], and shows no control characters.
    pub fn new(kind: ErrorKind, message: &str) -> ProviderError {
        ProviderError {
            kind,
            code: None,
            message: shown(message, MESSAGE_CHARS_MAX),
            retry_after: None,
        }
    }

    pub fn with_code(mut self, code: &str) -> ProviderError {
        self.code = Some(shown(code, CODE_CHARS_MAX)).filter(|code| !code.is_empty());
        self
    }

    pub fn with_retry_after(mut self, wait: Option<Duration>) -> ProviderError {
        self.retry_after = wait;
        self
    }

    /// The same without `secret`, which a provider may have sent back in its message.
    pub fn without(mut self, secret: &SecretText) -> ProviderError {
        let secret = secret.expose_text();
        if !secret.is_empty() {
            self.message = self.message.replace(secret, LEFT_OUT);
            self.code = self.code.map(|code| code.replace(secret, LEFT_OUT));
        }
        self
    }

    /// The same, where what failed only prepared a request that changes something: that one was never sent.
    pub(crate) fn before_the_change(self) -> ProviderError {
        let kind = match self.may_have_been_done() {
            true => ErrorKind::Unreachable,
            false => self.kind,
        };
        ProviderError { kind, ..self }
    }

    /// Whether a request that changes something may have been carried out although it failed so.
    pub fn may_have_been_done(&self) -> bool {
        match self.kind {
            ErrorKind::Unavailable | ErrorKind::NoAnswer | ErrorKind::Nonsense => true,
            ErrorKind::Refused
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Limit
            | ErrorKind::Throttled
            | ErrorKind::Unreachable
            | ErrorKind::Rejected => false,
        }
    }

    /// Whether the same request may succeed later with nothing changed.
    pub fn passes_with_time(&self) -> bool {
        match self.kind {
            ErrorKind::Throttled
            | ErrorKind::Unavailable
            | ErrorKind::Unreachable
            | ErrorKind::NoAnswer => true,
            ErrorKind::Refused
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Limit
            | ErrorKind::Nonsense
            | ErrorKind::Rejected => false,
        }
    }

    /// Whether a key made a moment ago may still come to work: providers spread keys over their machines in seconds to minutes.
    pub fn may_be_too_early(&self) -> bool {
        self.passes_with_time() || matches!(self.kind, ErrorKind::Refused | ErrorKind::Forbidden)
    }
}

impl ErrorKind {
    /// By HTTP's own meaning of a status, for answers whose code says nothing better.
    pub fn of_status(status: http::StatusCode) -> ErrorKind {
        match status.as_u16() {
            401 => ErrorKind::Refused,
            403 => ErrorKind::Forbidden,
            404 | 410 => ErrorKind::NotFound,
            408 | 500..=599 => ErrorKind::Unavailable,
            429 => ErrorKind::Throttled,
            400..=499 => ErrorKind::Rejected,
            _ => ErrorKind::Nonsense,
        }
    }
}

/// Foreign text as a message: its first line that says something, without what could hide or reorder, cut.
fn shown(text: &str, chars_max: usize) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let line = display_text(line.unwrap_or_default());
    match line.char_indices().nth(chars_max) {
        Some((end, _)) => line
            .get(..end)
            .map(|cut| format!("{cut}…"))
            .unwrap_or_default(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_bounded_length_without_tricks() {
        let said = format!("\n  Wrong\u{202e} key{}\nRequestId: 7", "x".repeat(400));
        let error = ProviderError::new(ErrorKind::Refused, &said);
        assert!(error.message.starts_with("Wrong· keyx"));
        assert!(error.message.ends_with("x…"));
        assert_eq!(error.message.chars().count(), MESSAGE_CHARS_MAX + 1);
    }

    #[test]
    fn a_secret_that_a_provider_sends_back_is_left_out() {
        let error = ProviderError::new(ErrorKind::Refused, "token dop_v1_abc is wrong")
            .with_code("bad dop_v1_abc")
            .without(&SecretText::new("dop_v1_abc".to_owned()));
        assert_eq!(error.message, "token •••• is wrong");
        assert_eq!(error.code.as_deref(), Some("bad ••••"));
    }

    #[test]
    fn only_requests_that_went_out_may_have_been_done() {
        let done = |kind| ProviderError::new(kind, "").may_have_been_done();
        assert!(done(ErrorKind::NoAnswer));
        assert!(done(ErrorKind::Unavailable));
        assert!(done(ErrorKind::Nonsense));
        for kind in [
            ErrorKind::Unreachable,
            ErrorKind::Throttled,
            ErrorKind::Refused,
            ErrorKind::Limit,
            ErrorKind::Rejected,
        ] {
            assert!(!done(kind), "{kind:?}");
        }
    }

    #[test]
    fn what_was_only_prepared_was_certainly_not_done() {
        let prepared = |kind| ProviderError::new(kind, "").before_the_change();
        for kind in [
            ErrorKind::NoAnswer,
            ErrorKind::Unavailable,
            ErrorKind::Nonsense,
        ] {
            assert!(!prepared(kind).may_have_been_done(), "{kind:?}");
        }
        assert_eq!(prepared(ErrorKind::Refused).kind, ErrorKind::Refused);
        assert_eq!(prepared(ErrorKind::Throttled).kind, ErrorKind::Throttled);
    }
}
