use std::collections::BTreeMap;

use domain::request::{FieldsInput, Patch};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Required, Whole};
use super::secret::HintView;

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ConnectionCreate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub name: Required<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub connection_type: Required<String>,
    /// May be left out where the type has one only.
    #[serde(default)]
    pub method: Option<String>,
    /// The fields of one of the type's methods: where the other vault is, and the token that opens it.
    #[schemars(with = "BTreeMap<String, String>")]
    #[ts(as = "BTreeMap<String, String>")]
    pub credentials: Required<FieldsInput>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// Absent stays as it is; `null` clears what can be empty.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ConnectionUpdate {
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
    /// Refused: it never changes.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub connection_type: Patch<String>,
    /// Refused: it never changes.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub method: Patch<String>,
    /// Refused: a token is changed by `connection_rotate_token`.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    #[ts(as = "Option<BTreeMap<String, String>>")]
    pub credentials: Patch<FieldsInput>,
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
#[ts(optional_fields = nullable)]
pub struct ConnectionRotateToken {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    /// The fields that come with a token: the secret ones, and an identifier where it is another.
    #[schemars(with = "BTreeMap<String, String>")]
    #[ts(as = "BTreeMap<String, String>")]
    pub credentials: Required<FieldsInput>,
    #[serde(default)]
    pub expected_revision: Option<Whole>,
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ConnectionRef {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct ConnectionDelete {
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
pub struct ConnectionList {
    #[serde(default, rename = "type")]
    pub connection_type: Option<String>,
    /// A part of the name.
    #[serde(default)]
    pub query: Option<String>,
    /// 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Connections by name.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ConnectionPage {
    pub connections: Vec<ConnectionView>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ConnectionAnswer {
    pub connection: ConnectionView,
}

/// Metadata and masks of a connection: all that anyone sees of it.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct ConnectionView {
    pub id: String,
    pub name: String,
    pub description: String,
    pub connection_type: String,
    pub type_label: String,
    pub mark: String,
    pub method: String,
    pub fields: Vec<ConnectionField>,
    /// How many secrets have their values there.
    pub used_by: u64,
    pub revision: u64,
    pub created_at: String,
    pub created_by: String,
    pub updated_at: String,
    /// When the token in use came to be in use.
    pub rotated_at: String,
}

/// A secret field has a mask, any other its text.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct ConnectionField {
    pub name: String,
    pub label: String,
    #[ts(type = r#""secret" | "text""#)]
    pub kind: String,
    /// Comes with a new token.
    pub comes_with_token: bool,
    pub mask: Option<String>,
    pub text: Option<String>,
}

/// What a change did. `created`, `updated` and `deleted` are true or null.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ConnectionMutation {
    pub connection_name: String,
    pub created: Option<bool>,
    pub updated: Option<bool>,
    pub deleted: Option<bool>,
    pub changed: Vec<String>,
    pub hints: Vec<HintView>,
    /// `null` when the connection is gone.
    pub connection: Option<ConnectionView>,
}
