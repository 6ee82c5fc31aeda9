use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::shown::ImportCounts;

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportChosen {
    pub counts: ImportCounts,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum ImportApplied {
    Applied(Box<ImportReport>),
    /// Stopped before its end: nothing was imported.
    Cancelled {
        cancelled: bool,
    },
}

/// Counted in secrets: `found = imported + updated + unchanged + skipped`.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportReport {
    pub found: u64,
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    /// By place and kind, each adding up by itself.
    pub groups: Vec<ImportGroup>,
    pub fields: ImportFieldCounts,
    /// Earlier values that are old versions now.
    pub earlier: u64,
    pub locations: u64,
    /// Secrets that were skipped and fields that were left out, each with its reason; the first of them. The saved report has all.
    pub left_out: Vec<ImportLeftOut>,
    pub left_out_total: u64,
    /// That there is a file which can be destroyed now.
    pub can_destroy: bool,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct ImportGroup {
    pub account: String,
    pub vault: String,
    pub folder: String,
    pub kind: String,
    pub found: u64,
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
}

/// What was entered into the file's items: `found = kept + changed + left_out`.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema, TS)]
pub struct ImportFieldCounts {
    /// Counted in the file itself, before anything was made of it.
    pub found: u64,
    pub kept: u64,
    pub changed: u64,
    pub left_out: u64,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct ImportLeftOut {
    pub title: String,
    /// None: the whole secret.
    pub field: Option<String>,
    pub reason: String,
}
