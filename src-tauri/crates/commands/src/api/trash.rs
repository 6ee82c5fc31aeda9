use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Required, Whole};

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct SecretDelete {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    /// Destroys every value now instead of moving the secret to the trash.
    #[serde(default)]
    pub destroy: Option<bool>,
    /// Unlinks the locations that use it.
    #[serde(default)]
    pub force: Option<bool>,
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct TrashList {
    /// 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
    #[serde(default)]
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct TrashEmptied {
    pub deleted: u64,
}
