//! Another try for what only reads.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};

use crate::error::ProviderError;

const MORE_TRIES_MAX: usize = 2;
const FIRST_WAIT: Duration = Duration::from_millis(300);
/// Who asks for a longer wait than this is told about instead.
const ASKED_WAIT_MAX: Duration = Duration::from_secs(10);

/// Does it again where the failure passes with time; never for what changes something.
pub async fn reading<T, Act, Doing>(act: Act) -> Result<T, ProviderError>
where
    Act: FnMut() -> Doing,
    Doing: Future<Output = Result<T, ProviderError>>,
{
    let waits = ExponentialBuilder::default()
        .with_min_delay(FIRST_WAIT)
        .with_max_times(MORE_TRIES_MAX)
        .with_jitter();
    act.retry(waits)
        .when(ProviderError::passes_with_time)
        .adjust(|error, planned| {
            let asked = error.retry_after.unwrap_or_default();
            planned
                .filter(|_| asked <= ASKED_WAIT_MAX)
                .map(|planned| planned.max(asked))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::cell::Cell;

    async fn tries(kind: ErrorKind, retry_after: Option<Duration>) -> usize {
        let count = Cell::new(0);
        let failed: Result<(), _> = reading(async || {
            count.set(count.get() + 1);
            Err(ProviderError::new(kind, "").with_retry_after(retry_after))
        })
        .await;
        assert!(failed.is_err());
        count.get()
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_passes_with_time_is_tried_again() {
        assert_eq!(tries(ErrorKind::Unavailable, None).await, 3);
        assert_eq!(tries(ErrorKind::Refused, None).await, 1);
        assert_eq!(
            tries(ErrorKind::Throttled, Some(Duration::from_secs(9))).await,
            3
        );
        assert_eq!(
            tries(ErrorKind::Throttled, Some(Duration::from_secs(60))).await,
            1
        );
    }
}
