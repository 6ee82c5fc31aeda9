//! Why a use case ends without an answer. The faults of `vault` become the envelope here and nowhere else.

use domain::reject::{Detail, ErrorType, Rejection};
use providers::{ErrorKind, ProviderError};
use vault::{OpenValueError, StoreError};

/// A [`Rejection`] that faults of other layers turn into by `?`.
#[derive(Debug)]
pub struct Refusal(pub Rejection);

const KEYS_CHANGED: &str = "keys_changed";

pub type Answer<T> = Result<T, Refusal>;

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl From<Vec<Detail>> for Refusal {
    fn from(details: Vec<Detail>) -> Self {
        Self(Rejection::validation(details))
    }
}

impl From<Detail> for Refusal {
    fn from(detail: Detail) -> Self {
        Self::from(vec![detail])
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::warn!(reason = error.kind(), "the store refused");
        Self(match error {
            StoreError::Busy => Rejection::new(
                ErrorType::Conflict,
                "Another program is writing to this vault. Try again in a moment.",
            ),
            StoreError::DiskFull => {
                internal("The disk is full; nothing was changed. Free some space, then try again.")
            }
            StoreError::ReadOnly { reason } => Rejection::new(
                ErrorType::AccessForbidden,
                format!("This vault can only be read: {reason}."),
            ),
            StoreError::NewerFormat => newer_format(),
            StoreError::Damaged { what } => damage(&what),
            StoreError::Integrity { what } => {
                let message = format!(
                    "{what} was changed by something other than Turnstone, so its value is not used. Run the vault's check, and restore a backup."
                );
                internal(&message).with_details(vec![Detail::new(
                    Vec::new(),
                    "integrity",
                    message.clone(),
                )])
            }
            StoreError::KeysChanged => keys_changed(),
            StoreError::Stale => Rejection::new(
                ErrorType::Conflict,
                "This was changed meanwhile. Look at the newer state, then decide again.",
            ),
            StoreError::NoValueKey => no_value_key(),
            StoreError::Entropy(_) => {
                internal("The system gave no random bytes; nothing was changed.")
            }
            StoreError::Io(error) => internal(&format!(
                "The vault's files could not be read or written ({}).",
                error.kind()
            )),
        })
    }
}

impl From<OpenValueError> for Refusal {
    fn from(error: OpenValueError) -> Self {
        Self(match error {
            OpenValueError::NotFound => Rejection::not_found("version"),
            OpenValueError::Destroyed => Rejection::invalid_request(
                "The values of this version are destroyed.",
                &["version"],
            ),
            OpenValueError::NoValueKey => no_value_key(),
            OpenValueError::Store(error) => return error.into(),
        })
    }
}

impl From<ProviderError> for Refusal {
    fn from(error: ProviderError) -> Self {
        let (kind, begin) = match error.kind {
            ErrorKind::Unreachable | ErrorKind::NoAnswer => {
                (ErrorType::GatewayTimeout, "The provider could not be asked")
            }
            _ => (ErrorType::BadGateway, "The provider refused"),
        };
        let message = match &error.code {
            Some(code) => format!("{begin}: {} ({code})", error.message),
            None => format!("{begin}: {}", error.message),
        };
        let rejection = Rejection::new(kind, message);
        Self(match error.retry_after {
            Some(wait) => {
                rejection.with_retry_after(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
            }
            None => rejection,
        })
    }
}

pub fn internal(message: &str) -> Rejection {
    Rejection::new(ErrorType::InternalError, message)
}

pub fn newer_format() -> Rejection {
    Rejection::new(
        ErrorType::UpgradeRequired,
        "This vault was written by a newer version of Turnstone. Install that version to open it.",
    )
}

/// Damage of a file, told by the detail type `damage`.
pub fn damage(what: &str) -> Rejection {
    let message = format!("The vault is damaged: {what}. Restore it from a backup.");
    internal(&message).with_details(vec![Detail::new(Vec::new(), "damage", message.clone())])
}

/// The session's keys are no longer the vault's, told by the detail type `keys_changed`.
fn keys_changed() -> Rejection {
    let message = "The keys of this vault were changed meanwhile. Unlock it again.";
    let details = vec![Detail::new(Vec::new(), KEYS_CHANGED, message)];
    Rejection::new(ErrorType::Conflict, message).with_details(details)
}

/// The same, where it is this session that changes them: it needs no new unlock.
pub fn keys_just_changed() -> Rejection {
    Rejection::new(
        ErrorType::Conflict,
        "The vault got new keys just now. Try again in a moment.",
    )
}

/// Whether a command was refused because of [`keys_changed`].
pub fn is_keys_changed(rejection: &Rejection) -> bool {
    let mut details = rejection.details().iter();
    details.any(|detail| detail.kind == KEYS_CHANGED)
}

fn no_value_key() -> Rejection {
    Rejection::new(
        ErrorType::AccessForbidden,
        "Your keys open no values in this vault. Ask an owner for the role operator.",
    )
}
