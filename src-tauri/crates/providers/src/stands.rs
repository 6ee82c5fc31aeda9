//! What stands in the way of a rotation, as the services with a management credential find it.

use crate::error::{ErrorKind, ProviderError};
use crate::key_service::{Block, Privilege, RemoteKey};

pub(crate) fn block(code: &'static str, message: &str) -> Block {
    Block {
        code,
        message: message.to_owned(),
        key: None,
    }
}

/// `whose`: what the management credential is called.
pub(crate) fn missing(privilege: &Privilege, whose: &str) -> Option<Block> {
    (privilege.held == Some(false)).then(|| {
        let message = format!(
            "{whose} lacks {}. Allow it, or choose a secret that has it.",
            privilege.name
        );
        block("missing_privilege", &message)
    })
}

/// What is said to be gone is gone only if this is the account of the key in use: of another one's keys none is ever there.
pub(crate) fn require_own_account(keys: &[RemoteKey]) -> Result<(), ProviderError> {
    match keys.iter().any(|key| key.is_ours) {
        true => Ok(()),
        false => Err(other_account()),
    }
}

pub(crate) fn other_account() -> ProviderError {
    let message = "The account that was asked has neither this key nor the one in use, so this key may still be there. Look whose the management secret is.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("key_not_found")
}

pub(crate) fn not_listed(keys: &[RemoteKey], message: &str) -> Option<Block> {
    let is_there = keys.iter().any(|key| key.is_ours);
    (!is_there).then(|| block("key_not_found", message))
}
