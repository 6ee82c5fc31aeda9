use domain::request::TextList;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::given::{Object, Required, Whole};

/// Asks 1Password anew which vaults may be seen.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportLiveVaults {
    /// The id of a connection to 1Password, or `desktop_app`: 1Password's app on this computer, by its `op` program.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub from: Required<String>,
    /// Which account of the app, where it has several: its address, email or id.
    pub account: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportLiveSource {
    /// What it is called: the connection's name, or the app's.
    pub name: String,
    /// Whether secrets can be made that refer to its items: a connection is needed for it.
    pub can_refer: bool,
    /// By name.
    pub vaults: Vec<ImportLiveVault>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportLiveVault {
    pub vault_id: String,
    pub name: String,
    /// How many items it has, where 1Password says so.
    pub items: Option<u64>,
}

/// The items of a vault, without their values. They are asked for once; `import_live_vaults` begins anew.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportLiveItems {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub from: Required<String>,
    pub account: Option<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub vault_id: Required<String>,
    /// In titles and tags.
    pub query: Option<String>,
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<u32>")]
    pub offset: Option<Whole>,
    /// 200 unless told, 1000 at most.
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<u32>")]
    pub limit: Option<Whole>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportLivePage {
    pub items: Vec<ImportLiveItem>,
    /// The place of the first of `items` among those that match.
    pub offset: u64,
    pub matching: u64,
    /// How many items the vault has.
    pub total: u64,
    /// Entries of 1Password's list that were not understood.
    pub unreadable: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportLiveItem {
    pub item_id: String,
    pub title: String,
    /// What it is there.
    pub kind: String,
    #[ts(type = r#""active" | "archived" | "trashed""#)]
    pub state: String,
    pub tags: Vec<String>,
    pub updated_at: Option<String>,
}

/// Reads the chosen items. What was read is held as a file's content is, by the id that is answered.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportLiveOpen {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub from: Required<String>,
    pub account: Option<String>,
    #[schemars(with = "Vec<ImportLiveChosen>")]
    #[ts(as = "Vec<ImportLiveChosen>")]
    pub chosen: Required<Vec<Option<Object<ImportLiveChosen>>>>,
    /// `copies`: the values are sealed in this vault. `references`: they stay in 1Password.
    #[serde(rename = "as")]
    #[schemars(with = "String")]
    #[ts(type = r#""copies" | "references""#)]
    pub held_as: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportLiveChosen {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub vault_id: Required<String>,
    /// All of the vault when absent.
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub items: Option<TextList>,
    /// All of the vault but these.
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub except: Option<TextList>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum ImportLiveOpened {
    Opened { file_id: String, name: String },
    Cancelled { cancelled: bool },
}

/// As a request of the command line says it: vaults by name or id, all that may be seen when absent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportLiveAll {
    #[schemars(with = "String")]
    pub from: Required<String>,
    pub account: Option<String>,
    #[schemars(with = "Option<Vec<String>>")]
    pub vaults: Option<TextList>,
    /// `copies` when absent, or `references`.
    #[serde(rename = "as")]
    pub held_as: Option<String>,
}
