use domain::secret_text::SecretText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{GivenPath, Required};
use super::vaults::{CheckProblem, VaultView};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupTo {
    #[schemars(with = "String")]
    pub path: GivenPath,
}

/// Where the backup went, or that the person closed the chooser.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum BackupCreated {
    Created {
        file_name: String,
        bytes: u64,
        secrets: u64,
    },
    Cancelled {
        cancelled: bool,
    },
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct BackupFile {
    /// From `file_open` with the purpose `backup`.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub file_id: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupPath {
    #[schemars(with = "String")]
    pub path: GivenPath,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupRestorePath {
    #[schemars(with = "String")]
    pub path: GivenPath,
    /// A folder that does not exist yet, or is empty.
    #[schemars(with = "String")]
    pub folder: GivenPath,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BackupCheck {
    pub ok: bool,
    pub vault: VaultView,
    pub created_at: String,
    pub secrets: u64,
    pub problems: Vec<CheckProblem>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BackupRestored {
    pub vault: VaultView,
}
