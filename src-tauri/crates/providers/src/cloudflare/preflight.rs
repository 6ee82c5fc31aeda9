//! What stands in the way of a rotation at Cloudflare, found without changing anything.

use super::{Owner, R2Keys, is_no};
use crate::error::{ErrorKind, ProviderError};
use crate::key_service::{Block, Identity, Preflight, Privilege};
use crate::stands;

const WHOSE: &str = "The Cloudflare token";

pub(super) async fn of(service: &R2Keys) -> Result<Preflight, ProviderError> {
    let (own_owner, own) = service.own().await?;
    let mut blocks = Vec::new();
    if !own.is_active() {
        let message = format!(
            "The Cloudflare token is {}. Choose another secret.",
            own.status
        );
        blocks.push(stands::block("management_inactive", &message));
    }
    let (owner, keys) = match service.current().await {
        Ok((owner, current)) => (owner, service.alike(owner, &current).await?),
        Err(error) if is_no(&error) => {
            blocks.push(not_seen(own_owner, &error));
            (own_owner, Vec::new())
        }
        Err(error) => return Err(error),
    };
    // A token shows its own policies where it may look at tokens at all.
    let shown = service.token(own_owner, &own.id).await;
    let held = match shown {
        Ok(shown) => Some(shown.allows(owner.privilege())),
        Err(error) if error.kind == ErrorKind::Forbidden => Some(false),
        Err(error) if is_no(&error) => None,
        Err(error) => return Err(error),
    };
    let privilege = Privilege {
        name: owner.privilege(),
        held,
    };
    blocks.extend(stands::missing(&privilege, WHOSE));
    Ok(Preflight {
        identity: Identity {
            account: Some(service.account.clone()),
            user: None,
        },
        keys,
        privileges: vec![privilege],
        blocks,
    })
}

fn not_seen(own_owner: Owner, error: &ProviderError) -> Block {
    let whose = match own_owner {
        Owner::Account => "an account, which sees that account's tokens only",
        Owner::User => "a user, which sees that user's tokens and those of the account",
    };
    let message = format!(
        "The management token can't see the current key's token ({}). It belongs to {whose}. Check the account ID, and whether the key was deleted.",
        error.message.trim_end_matches('.')
    );
    stands::block("key_not_found", &message)
}
