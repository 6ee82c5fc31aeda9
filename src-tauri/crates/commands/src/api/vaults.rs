use domain::secret_text::SecretText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Required;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct VaultView {
    pub vault_id: String,
    pub name: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VaultList {
    pub vaults: Vec<VaultListed>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VaultListed {
    pub vault_id: String,
    pub name: String,
    /// The folder's name with its parents shortened, for telling vaults apart.
    pub folder: String,
    pub state: VaultState,
    /// What is wrong and what to do; empty when nothing is.
    pub message: String,
    pub last_opened_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    Ok,
    Damaged,
    NewerFormat,
    Missing,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct VaultCreate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub name: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub member_name: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
}

/// The new vault, unlocked, and the recovery code: shown until confirmed as saved (the one exception of OUT-01).
#[derive(Serialize, JsonSchema, TS)]
pub struct VaultCreated {
    pub vault: VaultView,
    pub recovery_code: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum VaultAdded {
    /// `folder` is as the list has it, which may have the same vault twice.
    Added {
        vault: VaultView,
        folder: String,
    },
    Cancelled {
        cancelled: bool,
    },
}

#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum SheetSaved {
    Saved { saved_as: String },
    Cancelled { cancelled: bool },
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VaultCheck {
    pub ok: bool,
    pub problems: Vec<CheckProblem>,
    pub checked: CheckedCounts,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CheckProblem {
    pub kind: String,
    pub message: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CheckedCounts {
    pub pages: u64,
    pub secrets: u64,
    pub versions: u64,
    pub entries: u64,
}
