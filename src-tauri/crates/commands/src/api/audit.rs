use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Whole;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct AuditList {
    /// 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
    #[serde(default)]
    pub cursor: Option<String>,
}

/// The audit log, newest first.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AuditPage {
    pub entries: Vec<AuditLine>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AuditLine {
    pub sequence: u64,
    pub time: String,
    pub actor: String,
    pub action: String,
    pub resource_type: String,
    pub resource_id: Option<String>,
    pub resource_name: Option<String>,
    pub changed: Vec<String>,
    pub reason: Option<String>,
    pub result: String,
}
