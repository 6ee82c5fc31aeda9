//! What stands in the way of a rotation, in words, as the services with a management credential find it.

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

pub(crate) fn not_listed(keys: &[RemoteKey], message: &str) -> Option<Block> {
    let is_there = keys.iter().any(|key| key.is_ours);
    (!is_there).then(|| block("key_not_found", message))
}
