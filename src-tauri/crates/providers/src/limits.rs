//! What a key is limited to: carried over to the next one whole, or no next one is made.

use crate::error::{ErrorKind, ProviderError};

/// `what` the present key has in a form that no documentation has, so that a key without it could do more, or live longer.
pub(crate) fn unknown(what: &str) -> ProviderError {
    let message = format!(
        "The present key has {what} that can't be carried over, so a new one could do more than it. Make one in the provider's console."
    );
    ProviderError::new(ErrorKind::Rejected, &message).with_code("unknown_limits")
}

/// How it is known that a key is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gone {
    /// Its provider said that it was deleted now.
    Deleted,
    /// It was not found. Of a key made a moment ago that may be said too early.
    NotFound,
}

/// The new key differs from the present one by `what`; `deleted` is what became of it.
pub(crate) fn not_kept(what: &str, deleted: Result<Gone, ProviderError>) -> ProviderError {
    let (kind, end) = match deleted {
        Ok(Gone::Deleted) => (ErrorKind::Rejected, "It was deleted again.".to_owned()),
        // It is there, or may be, and its caller looks for it.
        Ok(Gone::NotFound) => (
            ErrorKind::Nonsense,
            "It was not found again to be deleted, and may be there.".to_owned(),
        ),
        Err(error) => (
            ErrorKind::Nonsense,
            format!("It could not be deleted: {}", error.message),
        ),
    };
    let message = format!("The new key has other {what} than the present one. {end}");
    ProviderError::new(kind, &message).with_code("other_limits")
}

/// Whether two lists have the same in them, in whatever order.
pub(crate) fn same<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    let all_in = |some: &[T], others: &[T]| some.iter().all(|item| others.contains(item));
    all_in(one, other) && all_in(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_not_deleted_again_may_be_there() {
        let kept = |deleted| not_kept("grants", deleted);
        assert!(!kept(Ok(Gone::Deleted)).may_have_been_done());
        assert!(kept(Ok(Gone::NotFound)).may_have_been_done());
        let error = kept(Err(ProviderError::new(ErrorKind::Forbidden, "no")));
        assert!(error.may_have_been_done() && error.message.contains("no"));
    }

    #[test]
    fn an_order_is_no_difference_and_a_part_is_one() {
        assert!(same(&[1, 2], &[2, 1]));
        assert!(!same(&[1], &[1, 2]) && !same(&[1, 2], &[1]) && !same(&[1], &[]));
    }
}
