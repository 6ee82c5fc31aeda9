//! What the rules must know about the rest of the vault, looked up in the transaction that writes.

use crate::env_key::EnvKey;
use crate::ids::SecretId;
use crate::mask::display_text;
use crate::reject::{Dependant, Rejection};
use crate::text::SecretName;
use crate::tier::Tier;

/// Other live secrets that have the name (folded) or the env key which the draft wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameFacts {
    pub same_name: Option<SecretId>,
    pub same_env_key: Option<SecretId>,
}

/// How full the vault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomFacts {
    pub tier: Tier,
    pub live_secrets: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateFacts {
    pub names: NameFacts,
    pub room: RoomFacts,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateFacts {
    pub names: NameFacts,
    /// Locations linked to the secret, and rotations at work on it.
    pub dependants: Vec<Dependant>,
}

impl NameFacts {
    /// The name is checked before the env key.
    pub(crate) fn require_free(
        &self,
        name: Option<&SecretName>,
        env_key: Option<&EnvKey>,
    ) -> Result<(), Rejection> {
        if let (Some(name), Some(holder)) = (name, self.same_name) {
            let message = format!(
                "There is a secret named \"{}\" already. Choose another name.",
                display_text(name.as_str())
            );
            return Err(Rejection::already_exists(message, holder, "name"));
        }
        if let (Some(env_key), Some(holder)) = (env_key, self.same_env_key) {
            let message =
                format!("Another secret has the env key {env_key} already. Choose another one.");
            return Err(Rejection::already_exists(message, holder, "env_key"));
        }
        Ok(())
    }
}

impl RoomFacts {
    pub(crate) fn require_room_for_one(&self) -> Result<(), Rejection> {
        self.tier.require_room_for_secrets(self.live_secrets, 1)
    }
}
