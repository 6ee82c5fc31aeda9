//! How often and how long a provider is asked again: for a key that is not known everywhere yet, and where it is overloaded.

use std::time::Duration;

use providers::{ErrorKind, ProviderError};

/// New keys are told to all of a provider's machines in seconds, seldom more than a minute.
const PATIENCE: Duration = Duration::from_secs(90);
const WAIT_MIN: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(10);

/// What a refused call may be repeated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It makes something: only where it was certainly not done.
    NotDone,
    /// Done twice is as good as done once.
    MayPass,
    /// It tries a key that was made a moment ago.
    TooEarly,
}

/// Counts down over the attempts at one thing.
pub struct Patience {
    started: Duration,
    next_wait: Duration,
}

impl Patience {
    /// `now` on the steady clock.
    pub fn begun_at(now: Duration) -> Self {
        Self {
            started: now,
            next_wait: WAIT_MIN,
        }
    }

    /// How long to wait before another attempt; `None` where there is to be none.
    pub fn wait(&mut self, error: &ProviderError, again: Again, now: Duration) -> Option<Duration> {
        match again.after(error) {
            true => self.next(error.retry_after, now),
            false => None,
        }
    }

    /// As [`Patience::wait`], for an answer that is right and may be another one soon.
    pub fn wait_for_another(&mut self, now: Duration) -> Option<Duration> {
        self.next(None, now)
    }

    fn next(&mut self, asked: Option<Duration>, now: Duration) -> Option<Duration> {
        let left = PATIENCE.checked_sub(now.saturating_sub(self.started))?;
        if left.is_zero() {
            return None;
        }
        let own = self.next_wait;
        self.next_wait = (own * 2).min(WAIT_MAX);
        let wait = asked.map_or(own, |asked| asked.max(own));
        // The last attempt comes when the patience ends, not before.
        (wait <= left || asked.is_none()).then(|| wait.min(left))
    }
}

impl Again {
    fn after(self, error: &ProviderError) -> bool {
        match self {
            // A key that was changed a moment ago is refused for a while, and then nothing was made.
            Self::NotDone => matches!(error.kind, ErrorKind::Throttled | ErrorKind::Refused),
            Self::MayPass => error.passes_with_time() || error.kind == ErrorKind::Refused,
            Self::TooEarly => error.may_be_too_early(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(again: Again, error: &ProviderError) -> Vec<u64> {
        let mut patience = Patience::begun_at(Duration::ZERO);
        let mut now = Duration::ZERO;
        let mut waits = Vec::new();
        while let Some(wait) = patience.wait(error, again, now) {
            now += wait;
            waits.push(wait.as_secs());
        }
        waits
    }

    #[test]
    fn a_new_key_is_tried_for_ninety_seconds_ever_more_seldom() {
        let refused = ProviderError::new(ErrorKind::Refused, "");
        let waits = waits(Again::TooEarly, &refused);
        assert_eq!(waits.iter().sum::<u64>(), 90);
        assert_eq!(waits.first_chunk(), Some(&[1, 2, 4, 8, 10]));
    }

    #[test]
    fn a_provider_s_own_wait_is_kept_where_there_is_time_for_it() {
        let throttled = |seconds| {
            ProviderError::new(ErrorKind::Throttled, "")
                .with_retry_after(Some(Duration::from_secs(seconds)))
        };
        assert_eq!(waits(Again::NotDone, &throttled(40)), [40, 40]);
        assert!(waits(Again::NotDone, &throttled(300)).is_empty());
    }

    #[test]
    fn what_may_have_been_made_is_not_made_again() {
        for kind in [
            ErrorKind::NoAnswer,
            ErrorKind::Unavailable,
            ErrorKind::Nonsense,
        ] {
            let error = ProviderError::new(kind, "");
            assert!(waits(Again::NotDone, &error).is_empty(), "{kind:?}");
        }
        let lost = ProviderError::new(ErrorKind::NoAnswer, "");
        assert!(!waits(Again::MayPass, &lost).is_empty());
    }
}
