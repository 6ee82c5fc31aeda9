use domain::request::TextList;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{GivenPath, Required};
use super::secret::HintView;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FileOpen {
    /// `import` or `backup`.
    #[schemars(with = "String")]
    #[ts(type = r#""import" | "backup""#)]
    pub purpose: Required<String>,
}

/// The file the person chose, by an id that lasts until the window closes, or that none was chosen.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum FileOpened {
    Opened {
        file_id: String,
        file_name: String,
        bytes: u64,
    },
    Cancelled {
        cancelled: bool,
    },
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportFile {
    /// From `file_open` with the purpose `import`.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
    /// The items to take; the preview's defaults when absent.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub items: Option<TextList>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPath {
    #[schemars(with = "String")]
    pub path: GivenPath,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub items: Option<TextList>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportPreview {
    pub format: String,
    pub items: Vec<ImportItem>,
    pub counts: ImportCounts,
}

/// Counted in secrets: `found = create + update + unchanged + skip`.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportCounts {
    pub found: u64,
    pub create: u64,
    pub update: u64,
    pub unchanged: u64,
    pub skip: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportItem {
    pub item_id: String,
    pub title: String,
    pub vault: String,
    pub archived: bool,
    pub becomes: Vec<ImportBecomes>,
    #[ts(type = r#""create" | "update" | "unchanged" | "skip""#)]
    pub action: String,
    /// Why it is skipped.
    pub reason: Option<String>,
    /// What moves to the notes.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportBecomes {
    pub name: String,
    pub secret_type: String,
    pub auth_method: String,
    pub fields: Vec<MaskedField>,
    pub hints: Vec<HintView>,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct MaskedField {
    pub name: String,
    pub mask: String,
}

/// Counted in secrets: `found = imported + updated + unchanged + skipped.length`.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportReport {
    pub found: u64,
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: Vec<ImportSkipped>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportSkipped {
    pub title: String,
    pub reason: String,
}
