use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{GivenPath, Object, Required, Whole};
use super::vaults::CheckProblem;

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
    /// Entries before this position.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Random access for a window's scroll bar, in place of `cursor`.
    #[serde(default)]
    pub offset: Option<Whole>,
}

/// The audit log, newest first.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AuditPage {
    pub entries: Vec<AuditLine>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AuditLine {
    /// Its place in the one list of all devices' entries.
    pub position: u64,
    /// Its number in its device's chain.
    pub sequence: u64,
    pub device: String,
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
    /// What is wrong with the entry; its other members are as far as they can be read.
    pub fault: Option<String>,
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
    #[ts(type = r#""csv" | "json_lines""#)]
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

/// Where the export went, or that the person closed the chooser or cancelled the job.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum AuditExported {
    Exported {
        file_name: String,
        entries: u64,
        bytes: u64,
    },
    Cancelled {
        cancelled: bool,
    },
}

/// What the whole log says when every entry's hash, chain, signature and right is looked at; or that the job was cancelled.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum AuditVerified {
    Verified {
        ok: bool,
        /// Entries looked at.
        checked: u64,
        first_bad: Option<BadEntry>,
        /// All that is wrong, records that do not match their newest entry among it.
        problems: Vec<CheckProblem>,
    },
    Cancelled {
        cancelled: bool,
    },
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BadEntry {
    /// Its place in the log; where an entry is missing, the place it should have.
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
    #[ts(
        type = r#""audit_verify" | "audit_export" | "rekey" | "locations_verify" | "rotation_bulk" | "import" | "rotations""#
    )]
    pub job: Required<String>,
}
