use domain::request::Patch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Required, Whole};
use super::secret::HintView;
use super::verification::VerificationView;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct LocationCreate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub name: Required<String>,
    /// A storage type; it never changes.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub location_type: Required<String>,
    /// A secret of the same type.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub secret_id: Required<String>,
    /// Of the bucket or container.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub bucket_name: Required<String>,
    #[serde(default)]
    pub region: Option<String>,
    #[serde(default)]
    pub endpoint_url: Option<String>,
    /// The consent to an endpoint without encryption that is not on this machine.
    #[serde(default)]
    pub http_allowed: Option<bool>,
    #[serde(default)]
    pub prefix: Option<String>,
    /// Lets verification write an object of ours and remove it.
    #[serde(default)]
    pub probe_writes: Option<bool>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// Absent stays as it is; `null` clears what can be empty.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct LocationUpdate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub name: Patch<String>,
    /// Refused: it never changes.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub location_type: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub secret_id: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub bucket_name: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub region: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub endpoint_url: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    #[ts(as = "Option<bool>")]
    pub http_allowed: Patch<bool>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub prefix: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    #[ts(as = "Option<bool>")]
    pub probe_writes: Patch<bool>,
    #[serde(default)]
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<Whole>")]
    pub expected_revision: Patch<Whole>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub reason: Patch<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct LocationRef {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct LocationDelete {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    #[serde(default)]
    pub expected_revision: Option<Whole>,
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct LocationList {
    /// Where one secret is used.
    #[serde(default)]
    pub secret_id: Option<String>,
    #[serde(default, rename = "type")]
    pub location_type: Option<String>,
    /// A part of the name, the bucket or the endpoint.
    #[serde(default)]
    pub query: Option<String>,
    /// 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Locations by name.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct LocationPage {
    pub locations: Vec<LocationView>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct LocationAnswer {
    pub location: LocationView,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct LocationView {
    pub id: String,
    pub name: String,
    pub location_type: String,
    pub type_label: String,
    pub mark: String,
    /// `null` when it was unlinked from its secret.
    pub secret_id: Option<String>,
    pub secret_name: Option<String>,
    pub bucket_name: String,
    pub region: Option<String>,
    pub endpoint_url: Option<String>,
    /// Its endpoint is not encrypted, with consent.
    pub http_allowed: bool,
    pub prefix: Option<String>,
    pub revision: u64,
    pub created_at: String,
    pub created_by: String,
    pub updated_at: String,
    /// Verifying writes an object of ours and removes it.
    pub probe_writes: bool,
    /// What verification against the provider said; `null` when none ran.
    pub verification: Option<VerificationView>,
}

/// What a change did. `created`, `updated` and `deleted` are true or null.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct LocationMutation {
    pub location_name: String,
    pub created: Option<bool>,
    pub updated: Option<bool>,
    pub deleted: Option<bool>,
    pub changed: Vec<String>,
    pub hints: Vec<HintView>,
    /// `null` when the location is gone.
    pub location: Option<LocationView>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct EndpointOffer {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub location_type: Required<String>,
    #[serde(default)]
    pub region: Option<String>,
    /// What some providers put into the endpoint beside or instead of a region, such as R2's account id.
    #[serde(default)]
    pub account: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct EndpointOffered {
    /// `null` where the provider's endpoint does not follow from what was given.
    pub endpoint_url: Option<String>,
}
