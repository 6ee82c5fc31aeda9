//! What stands in the way of a new service account key, found without changing anything.

use super::keys::{KEYS_MAX, ServiceAccountKeys, identity, is_no_to_asking};
use super::token::AccessToken;
use crate::error::{ErrorKind, ProviderError};
use crate::key_service::{Block, KeyStatus, Preflight, Privilege, RemoteKey};

const LIST: &str = "iam.serviceAccountKeys.list";
const NEEDED: [&str; 5] = [
    LIST,
    "iam.serviceAccountKeys.create",
    "iam.serviceAccountKeys.disable",
    "iam.serviceAccountKeys.enable",
    "iam.serviceAccountKeys.delete",
];

pub(super) async fn of(service: &ServiceAccountKeys) -> Result<Preflight, ProviderError> {
    let token = service.token().await?;
    let (mut keys, may_list) = match service.keys(&token).await {
        Ok(keys) => (keys, true),
        Err(error) if error.kind == ErrorKind::Forbidden => (Vec::new(), false),
        Err(error) => return Err(error),
    };
    // Optional, and so no privilege that could be missing.
    if let Err(error) = service.tell_last_use(&token, &mut keys).await
        && !is_no_to_asking(&error)
    {
        return Err(error);
    }
    let privileges = privileges(service, &token, may_list).await;
    let mut blocks: Vec<Block> = privileges.iter().filter_map(missing).collect();
    blocks.extend(no_room(&keys));
    if may_list && !keys.iter().any(|key| key.is_ours) {
        blocks.push(block(
            "key_not_found",
            "The current key is not among the account's keys. Check whether it was deleted, and whether the file has its private_key_id.",
        ));
    }
    Ok(Preflight {
        identity: identity(&service.current),
        keys,
        privileges,
        blocks,
    })
}

/// Asks IAM; where it doesn't say, only the list was tried.
async fn privileges(
    service: &ServiceAccountKeys,
    token: &AccessToken,
    may_list: bool,
) -> Vec<Privilege> {
    let told = service.iam.held(token, &NEEDED).await.ok();
    let held = |name: &str| match &told {
        _ if name == LIST => Some(may_list),
        Some(told) => Some(told.permissions.iter().any(|held| held == name)),
        None => None,
    };
    let privileges = NEEDED.map(|name| Privilege {
        name,
        held: held(name),
    });
    privileges.into()
}

fn missing(privilege: &Privilege) -> Option<Block> {
    (privilege.held == Some(false)).then(|| {
        let message = format!(
            "The service account that asks lacks {}. Give it the role Service Account Key Admin on the account whose keys these are, or choose a management secret that has it.",
            privilege.name
        );
        block("missing_privilege", &message)
    })
}

/// The key that would have to go is none in use here: a disabled one first, then the oldest.
fn no_room(keys: &[RemoteKey]) -> Option<Block> {
    if keys.len() < usize::try_from(KEYS_MAX).unwrap_or(usize::MAX) {
        return None;
    }
    let others = keys.iter().filter(|key| !key.is_ours);
    let first = others.min_by_key(|key| (key.status == KeyStatus::Active, key.created_at))?;
    let message = format!(
        "There may be {KEYS_MAX} keys at once, and there are {}. One has to go first: {} is not the current one.",
        keys.len(),
        first.id
    );
    Some(Block {
        key: Some(first.id.clone()),
        ..block("key_limit", &message)
    })
}

fn block(code: &'static str, message: &str) -> Block {
    Block {
        code,
        message: message.to_owned(),
        key: None,
    }
}
