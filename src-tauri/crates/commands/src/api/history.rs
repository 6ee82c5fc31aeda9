use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Required, Whole};
use super::verification::VersionVerified;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct SecretRestore {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    /// The number of a kept version.
    #[schemars(with = "Whole")]
    #[ts(as = "Whole")]
    pub version: Required<Whole>,
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct VersionDestroy {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    #[schemars(with = "Whole")]
    #[ts(as = "Whole")]
    pub version: Required<Whole>,
    /// Erases the mask too.
    #[serde(default)]
    pub forget: Option<bool>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// The rotation history, newest first.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct SecretHistory {
    pub versions: Vec<VersionView>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VersionView {
    pub number: u32,
    #[ts(type = r#""pending" | "current" | "previous" | "retired" | "destroying" | "destroyed""#)]
    pub state: String,
    pub created_at: String,
    pub created_by: String,
    #[ts(type = r#""created" | "manual" | "generated" | "managed" | "imported" | "restored""#)]
    pub how: String,
    pub reason: Option<String>,
    /// By field name; `null` when the version was destroyed and forgotten.
    pub masks: Option<BTreeMap<String, String>>,
    /// The version that this one restored.
    pub origin: Option<u32>,
    /// What verification against a provider said; `null` when none ran.
    pub verification: Option<VersionVerified>,
    pub auth_method: String,
    /// Since when its values are around, as far as it is known.
    pub made_at: String,
    pub expires_at: Option<String>,
    /// Whether `secret_restore` can make it current again.
    pub restorable: bool,
}
