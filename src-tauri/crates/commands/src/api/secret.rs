use std::collections::BTreeMap;

use domain::request::{FieldsInput, Patch, TextList};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Object, Required, Whole};
use super::reuse::SharedValue;
use super::run::OpenRotation;
use super::verification::SecretVerified;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct SecretCreate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub name: Required<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub notes: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub tags: Option<TextList>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub secret_type: Required<String>,
    /// May be left out where the type has one only.
    #[serde(default)]
    pub auth_method: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    #[ts(as = "Option<BTreeMap<String, String>>")]
    pub credentials: Option<FieldsInput>,
    /// Makes the `value` of a generic secret in Rust, in place of `credentials`.
    #[serde(default)]
    #[schemars(with = "Option<Generate>")]
    #[ts(as = "Option<Generate>")]
    pub generate: Option<Object<Generate>>,
    #[serde(default)]
    pub vault_connection_id: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<FieldMapping>>")]
    #[ts(as = "Option<Vec<FieldMapping>>")]
    pub field_mappings: Option<Vec<Option<Object<FieldMapping>>>>,
    #[serde(default)]
    pub env_key: Option<String>,
    /// `[]` reads as unrestricted.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub allowed_domains: Option<TextList>,
    #[serde(default)]
    #[schemars(with = "Option<HistoryGiven>")]
    #[ts(as = "Option<HistoryGiven>")]
    pub history: Option<Object<HistoryGiven>>,
    /// Why it is made; the first line of its history.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Where an external secret has the value of one field.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct FieldMapping {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub field_name: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub reference: Required<String>,
}

/// Absent stays as it is; `null` clears what can be empty.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct SecretUpdate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub name: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub description: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub notes: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub tags: Patch<TextList>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub secret_type: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub auth_method: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    #[ts(as = "Option<BTreeMap<String, String>>")]
    pub credentials: Patch<FieldsInput>,
    #[serde(default)]
    #[schemars(with = "Option<Generate>")]
    #[ts(as = "Option<Generate>")]
    pub generate: Patch<Object<Generate>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub vault_connection_id: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<FieldMapping>>")]
    #[ts(as = "Option<Vec<FieldMapping>>")]
    pub field_mappings: Patch<Vec<Option<Object<FieldMapping>>>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub env_key: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub allowed_domains: Patch<TextList>,
    #[serde(default)]
    #[schemars(with = "Option<HistoryGiven>")]
    #[ts(as = "Option<HistoryGiven>")]
    pub history: Patch<Object<HistoryGiven>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub reason: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<i64>")]
    #[ts(as = "Option<Whole>")]
    pub expected_revision: Patch<Whole>,
    /// What becomes of the value that is replaced: `keep` (as the history policy says) or `destroy` now.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub previous: Patch<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct Generate {
    /// 40 when absent.
    #[serde(default)]
    pub length: Option<Whole>,
    /// `alphanumeric` (when absent), `hex`, `base64url`, `digits`, `symbols`, or the characters themselves.
    #[serde(default)]
    pub alphabet: Option<String>,
}

/// `{"keep": 0}` keeps no old value.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct HistoryGiven {
    #[serde(default)]
    pub keep: Option<Whole>,
    #[serde(default)]
    pub grace_days: Option<Whole>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SecretRef {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct SecretCopy {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    /// May be left out where the method has one secret field only.
    #[serde(default)]
    pub field: Option<String>,
}

/// What is on the clipboard now, and for how long.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct SecretCopied {
    pub label: String,
    pub clears_in_ms: u64,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct SecretList {
    #[serde(default)]
    pub query: Option<String>,
    #[serde(default, rename = "type")]
    pub secret_type: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub types: Option<TextList>,
    #[serde(default)]
    pub tag: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    #[ts(as = "Option<Vec<String>>")]
    pub tags: Option<TextList>,
    #[serde(default)]
    #[ts(optional, type = r#""any" | "over_90_days""#)]
    pub age: Option<String>,
    #[serde(default)]
    #[ts(optional, type = r#""fine" | "hint" | "old" | "expiring" | "expired""#)]
    pub health: Option<String>,
    /// External secrets whose values are reached through this connection.
    #[serde(default)]
    pub vault_connection_id: Option<String>,
    #[serde(default)]
    #[ts(optional, type = r#""direct" | "external""#)]
    pub mode: Option<String>,
    /// `soon`: within its lead time.
    #[serde(default)]
    #[ts(optional, type = r#""overdue" | "soon""#)]
    pub due: Option<String>,
    /// With a location that stands so; `verified`: with such locations only.
    #[serde(default)]
    #[ts(
        optional,
        type = r#""verified" | "failed" | "unreachable" | "unverified""#
    )]
    pub verification: Option<String>,
    /// `stopped`: it waits for a person.
    #[serde(default)]
    #[ts(optional, type = r#""open" | "stopped""#)]
    pub rotation: Option<String>,
    /// `shared`: another secret has one of its values now. Not for Viewers.
    #[serde(default)]
    #[ts(optional, type = r#""shared""#)]
    pub values: Option<String>,
    #[serde(default)]
    #[ts(
        optional,
        type = r#""name" | "-name" | "age" | "-age" | "type" | "-type" | "updated" | "-updated" | "env_key" | "-env_key" | "health" | "-health""#
    )]
    pub sort: Option<String>,
    /// 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
    #[serde(default)]
    pub cursor: Option<String>,
    /// Random access for a window's scroll bar, in place of `cursor`.
    #[serde(default)]
    pub offset: Option<Whole>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct SecretPage {
    pub secrets: Vec<SecretView>,
    pub next_cursor: Option<String>,
    /// `null` for a search that found more than it counts ("200+").
    pub total: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct SecretAnswer {
    pub secret: SecretView,
    /// Other secrets that have one of its values now; `[]` for who may not use values.
    pub shares_value_with: Vec<SharedValue>,
}

/// Metadata and masks of a secret: all that anyone sees of it.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct SecretView {
    pub id: String,
    pub name: String,
    pub description: String,
    pub notes: String,
    pub tags: Vec<String>,
    pub secret_type: String,
    pub type_label: String,
    pub mark: String,
    pub auth_method: String,
    #[ts(type = r#""direct" | "external""#)]
    pub mode: String,
    pub fields: Vec<SecretField>,
    /// Where an external secret has its values.
    pub vault_connection_id: Option<String>,
    pub vault_connection_name: Option<String>,
    /// For each field of an external secret, its place in the other vault.
    pub field_mappings: Vec<FieldMappingView>,
    /// How many locations use it.
    pub locations: u64,
    pub env_key: Option<String>,
    /// `[]` for unrestricted.
    pub allowed_domains: Vec<String>,
    pub history: HistoryView,
    pub revision: u64,
    /// The number of the current version; `null` where the values are in another vault.
    pub version: Option<u32>,
    pub created_at: String,
    pub created_by: String,
    pub updated_at: String,
    /// When the values in use came to be in use.
    pub rotated_at: String,
    /// Since when they are around, as far as it is known: their age.
    pub made_at: String,
    /// When they end, as they say themselves, or their provider or file does.
    pub expires_at: Option<String>,
    #[ts(type = r#""fine" | "hint" | "old" | "expiring" | "expired""#)]
    pub health: String,
    pub health_message: String,
    pub trashed_at: Option<String>,
    /// Its locations, by what verification says of them.
    pub verified: SecretVerified,
    /// When it is to be rotated, by its policy or the vault's, or because its values end.
    pub due_at: Option<String>,
    #[ts(type = r#""overdue" | "soon" | "later" | null"#)]
    pub due_state: Option<String>,
    /// The rotation that is not over.
    pub rotation: Option<OpenRotation>,
    /// Whom the provider knows the key as, as far as the key itself says.
    pub identity: Option<IdentityView>,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct IdentityView {
    /// `AWS account`, `Google Cloud project` or `Storage account`.
    pub label: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct SecretField {
    pub name: String,
    pub label: String,
    #[ts(type = r#""identifier" | "secret" | "text" | "service_account_json" | "sas_url""#)]
    pub kind: String,
    pub mask: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct FieldMappingView {
    pub field_name: String,
    pub reference: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct HistoryView {
    /// Old values kept besides the current one; 0 = overwritten at once.
    pub keep: u32,
    pub grace_days: Option<u32>,
}

/// What a change did. `created`, `updated` and `deleted` are true or null.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct Mutation {
    pub secret_name: String,
    pub created: Option<bool>,
    pub updated: Option<bool>,
    pub deleted: Option<bool>,
    pub changed: Vec<String>,
    pub hints: Vec<HintView>,
    /// `null` when the secret is gone for good.
    pub secret: Option<SecretView>,
}

/// A hint, or an error of one field: where, what, and a stable type.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct HintView {
    #[schemars(schema_with = "loc_schema")]
    #[ts(type = "(string | number)[]")]
    pub loc: Vec<domain::reject::LocStep>,
    pub message: String,
    #[serde(rename = "type")]
    pub kind: String,
}

fn loc_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": ["string", "integer"] } })
}

/// A create or an update as it stands in the form.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretHints {
    Create(
        #[schemars(with = "SecretCreate")]
        #[ts(as = "SecretCreate")]
        Box<Object<SecretCreate>>,
    ),
    Update(
        #[schemars(with = "SecretUpdate")]
        #[ts(as = "SecretUpdate")]
        Box<Object<SecretUpdate>>,
    ),
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct SecretHintsAnswer {
    pub details: Vec<HintView>,
    pub hints: Vec<HintView>,
    /// Hosts that `allowed_domains` would open.
    pub widened: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct TagList {
    pub tags: Vec<TagCount>,
    pub counts: VaultCounts,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct TagCount {
    pub tag: String,
    pub count: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VaultCounts {
    pub live: u64,
    pub trashed: u64,
    pub locations: u64,
    pub connections: u64,
    pub by_type: BTreeMap<String, u64>,
    pub by_health: BTreeMap<String, u64>,
    pub needs: VaultNeeds,
}

/// Secrets by what asks for a person, as the list can be filtered by; each is counted up to 1,000.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct VaultNeeds {
    pub overdue: u64,
    pub due_soon: u64,
    /// With a location that refuses the values in use.
    pub failed: u64,
    /// With a location that nobody answered at.
    pub unreachable: u64,
    pub rotating: u64,
    /// Of those, with a run that waits for a person.
    pub stopped: u64,
    pub external: u64,
}
