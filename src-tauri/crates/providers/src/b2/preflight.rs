//! What stands in the way of a new application key, found without changing anything.

use super::answers::Key;
use super::keys::B2Keys;
use crate::clock::now;
use crate::error::ProviderError;
use crate::key_service::{Block, Identity, Preflight, Privilege, RemoteKey};

const LIST: &str = "listKeys";
const NEEDED: [&str; 3] = [LIST, "writeKeys", "deleteKeys"];
/// The master key's id is the account's.
const MASTER_ID_CHARS: usize = 12;
/// A key that ends sooner is not worth making.
const LIFE_HOURS_MIN: u32 = 24;

pub(super) async fn of(service: &B2Keys) -> Result<Preflight, ProviderError> {
    let session = service.api.authorize(service.signer()).await?;
    let privileges = NEEDED.map(|name| Privilege {
        name,
        held: Some(session.capabilities.iter().any(|held| held == name)),
    });
    let mut blocks: Vec<Block> = privileges.iter().filter_map(missing).collect();
    let may_list = privileges
        .iter()
        .any(|one| one.name == LIST && one.held == Some(true));
    let keys = if may_list {
        session.keys().await?
    } else {
        Vec::new()
    };
    blocks.extend(about_current(service, &keys, may_list));
    let now = now();
    let keys: Vec<RemoteKey> = keys
        .into_iter()
        .map(|key| key.into_remote(&service.current.id, now))
        .collect();
    Ok(Preflight {
        identity: Identity {
            account: Some(session.account),
            user: None,
        },
        keys,
        privileges: privileges.into(),
        blocks,
    })
}

fn about_current(service: &B2Keys, keys: &[Key], may_list: bool) -> Option<Block> {
    if service.current.id.len() == MASTER_ID_CHARS {
        return Some(block(
            "master_key",
            "This is the account's master application key. A new one is made on Backblaze's pages only, and ends the old one at once.",
        ));
    }
    if !may_list {
        return None;
    }
    let Some(current) = keys.iter().find(|key| service.is_current(key)) else {
        return Some(block(
            "key_not_found",
            "The current key is not among the account's keys: it was deleted, came to its end, or is of another account.",
        ));
    };
    let ends_soon = current
        .ends_at()
        .filter(|at| *at < now().plus_hours(LIFE_HOURS_MIN));
    ends_soon.filter(|_| service.valid_days.is_none()).map(|at| {
        let message = format!(
            "The present key ends on {at}, and so would the new one. Say in the rotation policy for how many days it is to be valid."
        );
        block("ends_soon", &message)
    })
}

fn missing(privilege: &Privilege) -> Option<Block> {
    (privilege.held == Some(false)).then(|| {
        let message = format!(
            "The key that asks lacks the capability {}, and a key's capabilities never change. Choose a management secret with an application key that has it.",
            privilege.name
        );
        block("missing_privilege", &message)
    })
}

fn block(code: &'static str, message: &str) -> Block {
    Block {
        code,
        message: message.to_owned(),
        key: None,
    }
}
