use std::collections::BTreeMap;

use domain::request::Patch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Object, Whole};

/// The policy of a secret, or without one the vault's own.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct PolicyGet {
    #[serde(default)]
    pub secret_id: Option<String>,
}

/// Absent stays as it is; `null` turns off what it is about.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct PolicySet {
    #[serde(default)]
    pub secret_id: Option<String>,
    /// For a secret without days of its own the vault's hold.
    #[serde(default)]
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<Whole>")]
    pub every_days: Patch<Whole>,
    /// So long before it falls due it is told.
    #[serde(default)]
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<Whole>")]
    pub lead_days: Patch<Whole>,
    /// How the provider is asked; a secret's only.
    #[serde(default)]
    #[schemars(with = "Option<ManagedGiven>")]
    #[ts(as = "Option<ManagedGiven>")]
    pub managed: Patch<Object<ManagedGiven>>,
    #[serde(default)]
    pub expected_revision: Option<Whole>,
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ManagedGiven {
    /// Another secret of this vault, which may make and delete keys.
    #[serde(default)]
    pub management_secret_id: Option<String>,
    /// By the names that the catalogue has for the method.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    #[ts(as = "Option<BTreeMap<String, String>>")]
    pub parameters: Option<BTreeMap<String, Option<String>>>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct PolicyAnswer {
    pub every_days: Option<u32>,
    pub lead_days: Option<u32>,
    pub managed: Option<ManagedView>,
    /// 0: there is none yet.
    pub revision: u64,
    pub updated_at: Option<String>,
    pub updated_by: Option<String>,
    /// What holds where the secret has none of its own.
    pub vault: Interval,
    pub due_at: Option<String>,
    #[ts(type = r#""secret" | "vault" | "expiry" | null"#)]
    pub due_by: Option<String>,
    pub expires_at: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ManagedView {
    pub management_secret_id: Option<String>,
    pub management_secret_name: Option<String>,
    pub parameters: BTreeMap<String, String>,
}

#[derive(Debug, Default, Serialize, JsonSchema, TS)]
pub struct Interval {
    pub every_days: Option<u32>,
    pub lead_days: Option<u32>,
}
