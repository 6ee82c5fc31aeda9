use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::api::secret::HintView;

/// What was read, or what has to be given before it can be.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum ImportRead {
    Read(Box<ImportPreview>),
    Needs(ImportNeeds),
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportNeeds {
    #[ts(type = r#""password" | "columns""#)]
    pub needs: String,
    pub format: String,
    pub format_label: String,
    pub message: String,
    /// What was given was wrong.
    pub again: bool,
    /// The columns of a table, with what each seems to hold.
    pub columns: Vec<ImportColumn>,
    /// Of a table: whether its first row seems to be `names` of columns, or `data`.
    #[ts(type = r#""names" | "data" | null"#)]
    pub first_row: Option<String>,
    /// What a column can hold.
    pub uses: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportColumn {
    pub name: String,
    #[serde(rename = "use")]
    pub used_as: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportPreview {
    pub format: String,
    pub format_label: String,
    /// What else the file can be read as.
    pub other_formats: Vec<ImportFormat>,
    /// How the columns of a table were understood.
    pub columns: Vec<ImportColumn>,
    /// Of a table: what its first row was taken for.
    #[ts(type = r#""names" | "data" | null"#)]
    pub first_row: Option<String>,
    pub items: Vec<ImportItem>,
    /// The place of the first of `items` among those that match.
    pub offset: u64,
    /// How many items `show` and `query` show.
    pub matching: u64,
    pub counts: ImportCounts,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportFormat {
    pub format: String,
    pub label: String,
}

/// Counted in secrets: `found = create + update + unchanged + skip`. The others count items.
#[derive(Debug, Default, Clone, Serialize, JsonSchema, TS)]
pub struct ImportCounts {
    pub found: u64,
    pub create: u64,
    pub update: u64,
    pub unchanged: u64,
    pub skip: u64,
    pub items: u64,
    /// Items that bring something new as things are chosen now.
    pub taken: u64,
    pub archived: u64,
    pub trashed: u64,
    /// Items with a value that the vault or another item of the file has too.
    pub duplicate: u64,
    pub renamed: u64,
    pub question: u64,
    pub location: u64,
    pub left_out: u64,
    /// How many secrets the vault's tier still takes; none where it has no limit.
    pub room: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportItem {
    pub item_id: String,
    pub title: String,
    pub account: String,
    pub vault: String,
    pub folder: String,
    /// What it is where it comes from.
    pub kind: String,
    #[ts(type = r#""active" | "archived" | "trashed""#)]
    pub state: String,
    pub becomes: Vec<ImportBecomes>,
    /// Whether it is imported as things are chosen now.
    pub taken: bool,
    pub with_locations: bool,
    /// Of its secrets, what comes first: `create`, `update`, `unchanged`, `skip`.
    #[ts(type = r#""create" | "update" | "unchanged" | "skip""#)]
    pub action: String,
    /// Why it is skipped.
    pub reason: Option<String>,
    pub questions: Vec<ImportQuestion>,
    /// What moves to the notes, what changes, what is left out.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportQuestion {
    pub id: String,
    pub text: String,
    pub choices: Vec<ImportQuestionChoice>,
    pub chosen: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportQuestionChoice {
    pub id: String,
    pub label: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportBecomes {
    pub name: String,
    /// What it is called in the file, where that name is taken.
    pub renamed_from: Option<String>,
    pub secret_type: String,
    pub auth_method: String,
    /// What the value is.
    pub kind: String,
    pub file_name: Option<String>,
    pub env_key: Option<String>,
    /// Why it is taken for what it is.
    pub because: Option<String>,
    #[ts(type = r#""create" | "update" | "unchanged" | "skip""#)]
    pub action: String,
    pub fields: Vec<MaskedField>,
    pub hints: Vec<HintView>,
    /// How many earlier values it brings.
    pub earlier: u32,
    pub expires_at: Option<String>,
    pub locations: Vec<ImportLocation>,
    /// Where the same value is too.
    pub same_as: Vec<ImportSame>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportLocation {
    pub name: String,
    /// None: no location is made of it.
    pub bucket_name: Option<String>,
    pub region: Option<String>,
    pub endpoint_url: Option<String>,
    pub prefix: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportSame {
    /// Of the vault's secret, or of the file's item.
    pub name: String,
    /// The vault's secret; none for an item of the file.
    pub secret_id: Option<String>,
    /// That the vault's secret had it earlier, or has it in the trash.
    pub is_past: bool,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct MaskedField {
    pub name: String,
    pub mask: String,
    /// Where the value stays, where it is imported as a reference.
    pub reference: Option<String>,
}
