use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{GivenPath, Object, Required, Whole};

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct AuditList {
    /// A member's id.
    #[serde(default)]
    pub actor: Option<String>,
    #[serde(default)]
    #[ts(optional = nullable, type = "AuditAction")]
    pub action: Option<String>,
    #[serde(default)]
    #[ts(optional = nullable, type = "AuditResource")]
    pub resource_type: Option<String>,
    #[serde(default)]
    pub resource_id: Option<String>,
    /// The first moment, RFC 3339.
    #[serde(default)]
    pub since: Option<String>,
    /// The moment before which it ends, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
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
    pub actor_id: String,
    pub action: String,
    pub resource_type: String,
    pub resource_id: Option<String>,
    pub resource_name: Option<String>,
    pub changed: Vec<String>,
    pub reason: Option<String>,
    pub result: String,
}

/// Which entries an export takes; all when absent.
#[derive(Default, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct AuditFilters {
    #[serde(default)]
    pub actor: Option<String>,
    #[serde(default)]
    #[ts(optional = nullable, type = "AuditAction")]
    pub action: Option<String>,
    #[serde(default)]
    #[ts(optional = nullable, type = "AuditResource")]
    pub resource_type: Option<String>,
    #[serde(default)]
    pub resource_id: Option<String>,
    #[serde(default)]
    pub since: Option<String>,
    #[serde(default)]
    pub until: Option<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct AuditExport {
    #[schemars(with = "String")]
    #[ts(type = r#""csv" | "jsonl""#)]
    pub format: Required<String>,
    #[serde(default)]
    #[schemars(with = "Option<AuditFilters>")]
    #[ts(as = "Option<AuditFilters>")]
    pub filters: Option<Object<AuditFilters>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditExportTo {
    /// A file that does not exist yet.
    #[schemars(with = "String")]
    pub path: GivenPath,
    #[schemars(with = "String")]
    pub format: Required<String>,
    #[serde(default)]
    #[schemars(with = "Option<AuditFilters>")]
    pub filters: Option<Object<AuditFilters>>,
}

/// Where the export went, or that the person closed the chooser.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum AuditExported {
    Exported { file_name: String, entries: u64 },
    Cancelled { cancelled: bool },
}

/// What the whole log says when every entry's hash, chain, signature and right is looked at.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AuditVerified {
    pub ok: bool,
    /// Entries looked at.
    pub checked: u64,
    pub first_bad: Option<BadEntry>,
    /// All that is wrong, in sentences; records that do not match their newest entry among them.
    pub problems: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BadEntry {
    /// Its place in the log, as `sequence` in the list; where an entry is missing, the place it should have.
    pub position: u64,
    pub time: Option<String>,
    pub actor: Option<String>,
    pub action: Option<String>,
    pub why: String,
}

/// Ends a long job before it is through.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct JobCancel {
    /// As the job's progress events name it.
    #[schemars(with = "String")]
    #[ts(type = r#""audit_verify" | "audit_export" | "rekey""#)]
    pub job: Required<String>,
}
