//! How many secrets and connections a vault may have: RULES.md, Tiers.

use serde::{Deserialize, Serialize};

use crate::reject::Rejection;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    Free,
    Pro,
    Unlimited,
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Unlimited];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Unlimited => "unlimited",
        }
    }

    /// `None`: as many as one likes.
    pub fn secrets_max(self) -> Option<u64> {
        match self {
            Self::Free => Some(5),
            Self::Pro => Some(100),
            Self::Unlimited => None,
        }
    }

    /// `None`: as many as one likes.
    pub fn connections_max(self) -> Option<u64> {
        match self {
            Self::Free => Some(1),
            Self::Pro => Some(10),
            Self::Unlimited => None,
        }
    }

    /// Refuses to add `adding` secrets to the `live` ones where that would pass the tier. An
    /// import asks once, for all that it would create.
    pub fn require_room_for_secrets(self, live: u64, adding: u64) -> Result<(), Rejection> {
        self.require_room("secret", self.secrets_max(), live, adding)
    }

    pub fn require_room_for_connections(self, existing: u64, adding: u64) -> Result<(), Rejection> {
        self.require_room("connection", self.connections_max(), existing, adding)
    }

    fn require_room(
        self,
        one: &str,
        limit: Option<u64>,
        current: u64,
        adding: u64,
    ) -> Result<(), Rejection> {
        let Some(limit) = limit else {
            return Ok(());
        };
        if adding == 0 || current.saturating_add(adding) <= limit {
            return Ok(());
        }
        let tier = self.as_str();
        let plural = if limit == 1 { "" } else { "s" };
        Err(Rejection::limit_reached(
            format!(
                "The tier \"{tier}\" has room for {limit} {one}{plural} and the vault has {current}. Delete some, or ask an owner for a larger tier."
            ),
            limit,
            current,
        ))
    }
}
