//! What stands in the way of making an account key anew, found without changing anything.

use super::account_keys::AccountKeys;
use super::arm::PermissionSet;
use crate::error::{ErrorKind, ProviderError};
use crate::key_service::{Block, Identity, Preflight, Privilege};

const LIST: &str = "Microsoft.Storage/storageAccounts/listKeys/action";
const REGENERATE: &str = "Microsoft.Storage/storageAccounts/regenerateKey/action";

pub(super) async fn of(service: &AccountKeys) -> Result<Preflight, ProviderError> {
    let token = service.arm.token().await?;
    let (keys, may_list) = match service.keys(&token).await {
        Ok(keys) => (keys, true),
        // A lock refuses everybody: that is no missing right.
        Err(error) if error.kind == ErrorKind::Forbidden && !is_lock(&error) => (Vec::new(), false),
        Err(error) => return Err(error),
    };
    // The role that is enough may not ask what it may.
    let told = service.arm.permissions(&token).await.ok();
    let may_regenerate = told.map(|told| told.value.iter().any(|set| allows(set, REGENERATE)));
    let privileges = vec![
        Privilege {
            name: LIST,
            held: Some(may_list),
        },
        Privilege {
            name: REGENERATE,
            held: may_regenerate,
        },
    ];
    let keys: Vec<_> = keys.iter().map(|key| service.remote(key)).collect();
    let mut blocks: Vec<Block> = privileges.iter().filter_map(missing).collect();
    if may_list && !keys.iter().any(|key| key.is_ours) {
        blocks.push(block(
            "key_not_found",
            "This secret's key is none of the account's two. Check the subscription and the resource group, and whether the key was made anew meanwhile.",
        ));
    }
    Ok(Preflight {
        identity: Identity {
            account: Some(service.arm.account.clone()),
            user: None,
        },
        keys,
        privileges,
        blocks,
    })
}

fn is_lock(error: &ProviderError) -> bool {
    error.code.as_deref() == Some("ScopeLocked")
}

fn allows(set: &PermissionSet, action: &str) -> bool {
    let covers = |pattern: &String| matches(pattern, action);
    set.actions.iter().any(covers) && !set.not_actions.iter().any(covers)
}

/// `*` in a pattern stands for anything; case doesn't count.
fn matches(pattern: &str, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let pattern = pattern.to_ascii_lowercase();
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == action;
    };
    let Some(mut left) = action.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = rest.split('*').collect();
    let Some((last, between)) = parts.split_last() else {
        return true;
    };
    for part in between {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

fn missing(privilege: &Privilege) -> Option<Block> {
    (privilege.held == Some(false)).then(|| {
        let message = format!(
            "The application lacks {} on the storage account. Give it the role Storage Account Key Operator there.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_as_azure_reads_them() {
        for (pattern, fits) in [
            ("*", true),
            ("Microsoft.Storage/*", true),
            (
                "microsoft.storage/storageaccounts/regeneratekey/action",
                true,
            ),
            ("Microsoft.Storage/*/regenerateKey/action", true),
            ("*/action", true),
            ("*/read", false),
            ("Microsoft.Storage/storageAccounts/listKeys/action", false),
            ("Microsoft.Storage/storageAccounts/regenerateKey", false),
            ("Microsoft.Compute/*", false),
            ("", false),
        ] {
            assert_eq!(matches(pattern, REGENERATE), fits, "{pattern}");
        }
        let contributor = PermissionSet {
            actions: vec!["*".to_owned()],
            not_actions: vec!["Microsoft.Storage/storageAccounts/regenerateKey/*".to_owned()],
        };
        assert!(!allows(&contributor, REGENERATE));
        assert!(allows(&contributor, LIST));
    }
}
