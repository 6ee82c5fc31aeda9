use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Object, Required, Whole};

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RotationPlanAsk {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub secret_id: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct RotationStart {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub secret_id: Required<String>,
    /// That of the plan which the person saw.
    #[schemars(with = "i64")]
    #[ts(as = "Whole")]
    pub expected_revision: Required<Whole>,
    #[serde(default)]
    pub reason: Option<String>,
    #[schemars(with = "OldKeyGiven")]
    #[ts(as = "OldKeyGiven")]
    pub old_key: Required<Object<OldKeyGiven>>,
}

/// What becomes of the old key. A provider that cannot disable deletes, or keeps.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct OldKeyGiven {
    /// How long it goes on working after the new one is current.
    #[schemars(with = "i64")]
    #[ts(as = "Whole")]
    pub grace_hours: Required<Whole>,
    #[schemars(with = "String")]
    #[ts(type = r#""disable" | "delete" | "keep""#)]
    pub then: Required<String>,
}

/// One of a plan's keys that may go.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RotationKeyDelete {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub secret_id: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub key_id: Required<String>,
    /// A disabled key still counts as one of those that the provider allows.
    #[schemars(with = "String")]
    #[ts(type = r#""disable" | "delete""#)]
    pub then: Required<String>,
    /// It is in the log.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub reason: Required<String>,
}

/// What the provider has done.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationKeyDeleted {
    pub key_id: String,
    #[ts(type = r#""disable" | "delete""#)]
    pub then: String,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RotationRef {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub rotation_id: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RotationDecide {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub rotation_id: Required<String>,
    /// One of the choices of the run's question.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub decision: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct RotationList {
    #[serde(default)]
    pub secret_id: Option<String>,
    /// Only those that are not over, or only those that are.
    #[serde(default)]
    pub open: Option<bool>,
    /// 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
    #[serde(default)]
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationPlanned {
    pub plan: RotationPlan,
}

/// What a person sees before the click.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationPlan {
    pub secret_id: String,
    pub secret_name: String,
    pub revision: u64,
    /// The type's label.
    pub provider: String,
    pub managed: bool,
    /// Why it is not managed; then nothing was asked of the provider.
    pub why_not: Option<WhyNotManaged>,
    #[ts(type = r#""own_key" | "management""#)]
    pub way: String,
    #[ts(type = r#""overlap" | "cut_over""#)]
    pub style: String,
    pub management_secret: Option<SecretNamed>,
    /// Who the provider says that the key belongs to.
    pub account: Option<String>,
    pub keys: Vec<KeyView>,
    pub keys_max: Option<u32>,
    pub names_keys: bool,
    pub disables: bool,
    /// Otherwise the old key works until it ends by itself.
    pub deletes: bool,
    pub tells_last_use: bool,
    pub warnings: Vec<String>,
    /// What has to be put right before a start is of use.
    pub blocks: Vec<RotationBlock>,
    /// The first 200 of those that the new key is tried on.
    pub locations: Vec<PlannedLocation>,
    pub locations_total: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct WhyNotManaged {
    #[ts(
        type = r#""no_api" | "management_missing" | "parameters_missing" | "external" | "open_run""#
    )]
    pub code: String,
    pub message: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct SecretNamed {
    pub id: String,
    pub name: String,
}

/// A key as the provider tells of it.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct KeyView {
    pub id: String,
    pub name: Option<String>,
    #[ts(type = r#""active" | "inactive" | "expired" | "unknown""#)]
    pub status: String,
    pub created_at: Option<String>,
    pub expires_at: Option<String>,
    pub last_used: LastUseView,
    /// The one that the secret holds now.
    pub is_current: bool,
    /// Another secret of the vault that uses it.
    pub held_by: Option<String>,
    /// The provider has no room for another key, and a person may say that this one goes.
    pub may_go: bool,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LastUseView {
    Never,
    At {
        time: String,
        service: Option<String>,
        region: Option<String>,
    },
    NotTold,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationBlock {
    pub code: String,
    pub message: String,
    /// The key that would have to go.
    pub key_id: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct PlannedLocation {
    pub id: String,
    pub name: String,
    pub probe_writes: bool,
    #[ts(type = r#""verified" | "failed" | "unreachable" | "unverified""#)]
    pub status: String,
}
