use domain::request::TextList;
use domain::secret_text::SecretText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Required;
use super::settings::Settings;
use super::vaults::VaultView;

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AppStatus {
    pub state: SessionState,
    pub vault: Option<VaultView>,
    pub member: Option<MemberView>,
    /// Why the vault can only be read; `null` when it can be written.
    pub read_only: Option<String>,
    /// A recovery code was made and not yet confirmed as saved.
    pub recovery_unconfirmed: bool,
    pub settings: Settings,
    pub clipboard: Option<ClipboardStatus>,
    pub idle_lock_at: Option<String>,
    pub version: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    Locked,
    Unlocked,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct MemberView {
    pub id: String,
    pub name: String,
    #[ts(type = r#""owner" | "admin" | "operator" | "viewer""#)]
    pub role: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ClipboardStatus {
    pub label: String,
    pub remaining_ms: u64,
}

/// By the password or by the recovery code, one of them.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct VaultUnlock {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub vault_id: Required<String>,
    /// As `vault_list` shows it: tells a restored backup from the vault that it was made of.
    #[serde(default)]
    pub folder: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub password: Option<SecretText>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub recovery_code: Option<SecretText>,
    /// The person knows that the folder is older than what this device saw (a restored backup) and takes it.
    #[serde(default)]
    pub accept_rollback: Option<bool>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub current_password: Required<SecretText>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub new_password: Required<SecretText>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct PasswordStrengthAsk {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
    /// Words that make a poor password here, such as the vault's name.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub words: Option<TextList>,
}

#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct PasswordStrength {
    /// 0–4; 3 is asked for.
    pub score: u8,
    pub acceptable: bool,
    pub message: String,
    pub suggestions: Vec<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RecoveryRenew {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
}

/// A code made for a person to write down, shown until confirmed as saved (the one exception of OUT-01).
#[derive(Serialize, JsonSchema, TS)]
pub struct RecoveryRenewed {
    pub recovery_code: String,
}
