use domain::request::TextList;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Required;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct LocationVerify {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub location_id: Required<String>,
}

/// Those named, or those of a secret, or else all.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct LocationsVerify {
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub location_ids: Option<TextList>,
    #[serde(default)]
    pub secret_id: Option<String>,
}

/// What verifying many came to. What was tried before a cancel stays.
#[derive(Debug, Default, Serialize, JsonSchema, TS)]
pub struct LocationsVerified {
    pub cancelled: bool,
    pub asked: u64,
    pub verified: u64,
    pub failed: u64,
    /// Without a secret whose values are here.
    pub skipped: u64,
    /// The first 100 of those that failed.
    pub problems: Vec<VerifyProblem>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VerifyProblem {
    pub location_id: String,
    pub location_name: String,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
}

/// The newest try of a location, and whether it still says something about the present state.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct VerificationView {
    /// `unreachable`: nobody answered, which says nothing of the values. `unverified`: the secret or the location was changed
    /// since.
    #[ts(type = r#""verified" | "failed" | "unreachable" | "unverified""#)]
    pub status: String,
    pub at: String,
    pub by: String,
    /// Of the secret, as it was tried; `null` where its values are in another vault.
    pub version: Option<u32>,
    /// `null` here and below: not tried, or not told.
    pub bucket_exists: Option<bool>,
    pub can_list: Option<bool>,
    pub can_read: Option<bool>,
    pub can_write: Option<bool>,
    pub can_delete: Option<bool>,
    /// As the provider tells it.
    pub region: Option<String>,
    /// The provider's own.
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    /// Of the mapping that failed, where the values are in another vault.
    pub vault_type: Option<String>,
    pub vault_field_name: Option<String>,
    pub vault_reference: Option<String>,
}

/// The locations of a secret, by what verification says of them.
#[derive(Debug, Clone, Default, Serialize, JsonSchema, TS)]
pub struct SecretVerified {
    pub ok: u64,
    pub failed: u64,
    pub unreachable: u64,
    pub unverified: u64,
    /// The oldest of those that are ok.
    pub at: Option<String>,
}

/// What verification said of one version.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct VersionVerified {
    pub ok: u64,
    pub failed: u64,
    pub at: String,
}
