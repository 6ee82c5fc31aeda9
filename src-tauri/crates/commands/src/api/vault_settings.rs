use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Required;
use super::vaults::VaultView;

/// What holds for the vault and all of its members.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VaultSettings {
    pub vault: VaultView,
    #[ts(type = r#""free" | "pro" | "unlimited""#)]
    pub tier: String,
    pub secrets: Room,
    pub connections: Room,
    /// What there is to choose from.
    pub tiers: Vec<TierRoom>,
}

/// `null` for as many as one likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct TierRoom {
    #[ts(type = r#""free" | "pro" | "unlimited""#)]
    pub tier: &'static str,
    pub secrets_max: Option<u64>,
    pub connections_max: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Room {
    pub count: u64,
    /// `null` for as many as one likes.
    pub max: Option<u64>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct TierSet {
    #[schemars(with = "String")]
    #[ts(type = r#""free" | "pro" | "unlimited""#)]
    pub tier: Required<String>,
}
