//! What stands in the way of a rotation in IAM, found without changing anything.

use super::iam::IamKeys;
use super::iam_answers::{Caller, Simulated};
use crate::error::{ErrorKind, ProviderError};
use crate::key_service::{Block, Identity, LastUse, Preflight, Privilege, RemoteKey};

const LIST: &str = "iam:ListAccessKeys";
const LAST_USED: &str = "iam:GetAccessKeyLastUsed";
/// What a rotation does to keys, none of which can be tried without doing it.
const CHANGES: [&str; 3] = [
    "iam:CreateAccessKey",
    "iam:UpdateAccessKey",
    "iam:DeleteAccessKey",
];

pub(super) async fn of(service: &IamKeys) -> Result<Preflight, ProviderError> {
    let caller = service.signing_caller().await?;
    // With a management key the two are different holders; whose keys are shown is the current key's.
    let holder = match &service.management {
        Some(_) => service.caller(&service.current).await.unwrap_or_default(),
        None => caller.clone(),
    };
    let mut blocks = Vec::new();
    if service.current.is_temporary() {
        blocks.push(block(
            "temporary_key",
            "This is a temporary key of STS. It ends by itself and has no key that could be rotated.",
        ));
    }
    blocks.extend(other_account(caller.as_ref(), holder.as_ref()));
    let (keys, mut privileges) = look(service).await?;
    privileges.extend(changes(service, caller.as_ref(), holder.as_ref()).await);
    blocks.extend(privileges.iter().filter_map(missing));
    blocks.extend(no_room(service, &keys));
    let may_list = privileges
        .iter()
        .any(|one| one.name == LIST && one.held == Some(true));
    if may_list && !keys.iter().any(|key| key.is_ours) {
        blocks.push(block(
            "key_not_found",
            "The current key is not among this user's keys. Check the user name of the rotation, and whether the key was deleted.",
        ));
    }
    let holder = holder.or(caller);
    Ok(Preflight {
        identity: holder.map_or_else(Identity::default, |holder| holder.identity()),
        keys,
        privileges,
        blocks,
    })
}

/// The keys, and the two privileges that looking at them shows.
async fn look(service: &IamKeys) -> Result<(Vec<RemoteKey>, Vec<Privilege>), ProviderError> {
    let user = service.user().await?;
    let mut keys = match service.keys_of(user.as_deref()).await {
        Ok(keys) => keys,
        Err(error) if error.kind == ErrorKind::Forbidden => {
            return Ok((Vec::new(), vec![privilege(LIST, Some(false))]));
        }
        Err(error) => return Err(error),
    };
    let mut privileges = vec![privilege(LIST, Some(true))];
    if service.family.capabilities().tells_last_use {
        let mut held = None;
        for key in &mut keys {
            let told = service.last_use(&key.id).await;
            held = match &told {
                Ok(_) => Some(true),
                Err(error) if error.kind == ErrorKind::Forbidden => Some(false),
                Err(_) => held,
            };
            key.last_used = told.unwrap_or(LastUse::NotTold);
        }
        privileges.push(privilege(LAST_USED, held));
    }
    Ok((keys, privileges))
}

/// Asks IAM what its policies say; a caller that may not ask leaves it open.
async fn changes(
    service: &IamKeys,
    caller: Option<&Caller>,
    holder: Option<&Caller>,
) -> Vec<Privilege> {
    if caller.is_some_and(Caller::is_root) {
        return CHANGES.map(|name| privilege(name, Some(true))).into();
    }
    let simulated = match (caller, holder) {
        (Some(caller), Some(holder)) if service.family.simulates_policies() => {
            simulate(service, &caller.arn, &holder.arn).await.ok()
        }
        _ => None,
    };
    let held = |name: &str| simulated.as_ref().and_then(|told| told.allows(name));
    CHANGES.map(|name| privilege(name, held(name))).into()
}

async fn simulate(
    service: &IamKeys,
    caller: &str,
    holder: &str,
) -> Result<Simulated, ProviderError> {
    let [create, update, delete] = CHANGES;
    let parameters = [
        ("PolicySourceArn", caller),
        ("ActionNames.member.1", create),
        ("ActionNames.member.2", update),
        ("ActionNames.member.3", delete),
        ("ResourceArns.member.1", holder),
    ];
    let signer = service.signer();
    service
        .iam
        .read(signer, "SimulatePrincipalPolicy", &parameters)
        .await
}

fn other_account(caller: Option<&Caller>, holder: Option<&Caller>) -> Option<Block> {
    let (caller, holder) = (caller?, holder?);
    (caller.account != holder.account).then(|| {
        let message = format!(
            "The key that manages is of the account {}, and the key to rotate of {}.",
            caller.account, holder.account
        );
        block("other_account", &message)
    })
}

/// Not being told the last use only means that it can't be shown.
fn missing(privilege: &Privilege) -> Option<Block> {
    let needed = privilege.held == Some(false) && privilege.name != LAST_USED;
    needed.then(|| {
        let message = format!(
            "The key that signs may not {}. Allow it, or choose a secret that may.",
            privilege.name
        );
        block("missing_privilege", &message)
    })
}

/// The key that would have to go is the other one: an inactive one first, then the oldest.
fn no_room(service: &IamKeys, keys: &[RemoteKey]) -> Option<Block> {
    let keys_max = service.family.capabilities().keys_max?;
    if keys.len() < usize::try_from(keys_max).unwrap_or(usize::MAX) {
        return None;
    }
    let others = keys.iter().filter(|key| !key.is_ours);
    let first = others.min_by_key(|key| {
        let active = key.status == crate::key_service::KeyStatus::Active;
        (active, key.created_at)
    })?;
    let message = format!(
        "There may be {keys_max} keys at once, and there are {}. One has to go first: {} is not the current one.",
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

fn privilege(name: &'static str, held: Option<bool>) -> Privilege {
    Privilege { name, held }
}
