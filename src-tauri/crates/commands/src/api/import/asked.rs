use std::path::PathBuf;

use domain::SecretText;
use domain::request::TextList;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::live::ImportLiveAll;
use crate::api::given::{Object, Required, Whole};

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FileOpen {
    /// `import`, `key_file` or `backup`.
    #[schemars(with = "String")]
    #[ts(type = r#""import" | "key_file" | "backup""#)]
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
pub struct ImportPaste {
    /// What was pasted: kept until it is imported, and for a quarter of an hour at most.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub text: Required<SecretText>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportPasted {
    pub file_id: String,
}

/// Reads the file where it was not read yet, or is to be read in another way; else shows what was read.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportFile {
    /// From `file_open` with the purpose `import`, or from `import_paste`.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
    /// Of a protected file.
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub password: Option<SecretText>,
    /// Of a KeePass database; from `file_open` with the purpose `key_file`.
    pub key_file_id: Option<String>,
    /// Reads it as this format, whatever it looks like.
    pub format: Option<String>,
    /// What each column of a table holds.
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub columns: Option<TextList>,
    /// What the first row of a table is: `names` of its columns, or `data`.
    pub first_row: Option<String>,
    /// Which items: `all`, `create`, `update`, `unchanged`, `skip`, `archived`, `trashed`, `duplicate`, `renamed`, `question`, `location`, `left_out`.
    pub show: Option<String>,
    /// In titles, vaults and folders.
    pub query: Option<String>,
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<u32>")]
    pub offset: Option<Whole>,
    /// 200 unless told, 500 at most.
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<u32>")]
    pub limit: Option<Whole>,
}

/// What the person decides about items of the file, by their ids, or about all that `show` and `query` show.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportChoose {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub items: Option<TextList>,
    pub show: Option<String>,
    pub query: Option<String>,
    /// Whether they are imported.
    pub take: Option<bool>,
    /// Whether the locations that the file names are made.
    pub locations: Option<bool>,
    /// The question that `choice` answers.
    pub question: Option<String>,
    pub choice: Option<String>,
}

/// A chosen file, or a text that was pasted.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ImportRef {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ImportReportSave {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
    /// `markdown` or `json`.
    #[schemars(with = "String")]
    #[ts(type = r#""markdown" | "json""#)]
    pub format: Required<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum ImportReportSaved {
    Saved { file_name: String, bytes: u64 },
    Cancelled { cancelled: bool },
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ImportFileDestroy {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
    /// That what the report lists as left out goes with the file.
    pub accept_left_out: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ImportFileDestroyed {
    pub file_name: String,
    /// What overwriting cannot promise.
    pub message: String,
}

/// Of the command line. It names a file by `path`, or items of 1Password by `live`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPath {
    #[schemars(with = "Option<String>")]
    pub path: Option<PathBuf>,
    #[schemars(with = "Option<ImportLiveAll>")]
    pub live: Option<Object<ImportLiveAll>>,
    /// The first line of this file is the password of a protected one.
    #[schemars(with = "Option<String>")]
    pub password_file: Option<PathBuf>,
    /// Of a KeePass database.
    #[schemars(with = "Option<String>")]
    pub key_file: Option<PathBuf>,
    pub format: Option<String>,
    #[schemars(with = "Option<Vec<String>>")]
    pub columns: Option<TextList>,
    /// What the first row of a table is: `names` of its columns, or `data`.
    pub first_row: Option<String>,
    /// The items to take; all that are not in the trash of their source when absent.
    #[schemars(with = "Option<Vec<String>>")]
    pub items: Option<TextList>,
    /// Whether the locations that the file names are made; they are when absent.
    pub locations: Option<bool>,
    #[schemars(with = "Option<Vec<ImportAnswer>>")]
    pub answers: Option<Vec<Option<Object<ImportAnswer>>>>,
    /// That questions to which `answers` has none refuse the import; else each is answered as the preview shows it.
    pub refuse_questions: Option<bool>,
    pub show: Option<String>,
    pub query: Option<String>,
    #[schemars(with = "Option<i64>")]
    pub offset: Option<Whole>,
    /// 200 unless told, 200,000 at most.
    #[schemars(with = "Option<i64>")]
    pub limit: Option<Whole>,
    /// Where the report goes, after applying: a file that is not there yet. As JSON where its name ends so, else as Markdown.
    #[schemars(with = "Option<String>")]
    pub report: Option<PathBuf>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportAnswer {
    #[schemars(with = "String")]
    pub item_id: Required<String>,
    #[schemars(with = "String")]
    pub question: Required<String>,
    #[schemars(with = "String")]
    pub choice: Required<String>,
}
