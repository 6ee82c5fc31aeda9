use domain::secret_text::SecretText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Required;

/// A value that somebody holds, or a file or line that has it in it.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ValueFind {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub value: Required<SecretText>,
}

/// Where it is or was; nothing of the value itself.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ValueFound {
    /// Those first that have it now; by secret, the newest version first.
    pub holders: Vec<ValueHolder>,
    /// There are more than are listed.
    pub more: bool,
    /// How many texts were looked for: what was given, and each part of it that may be a value.
    pub parts: u32,
}

/// One field of one version that has the value, or had it.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ValueHolder {
    pub secret_id: String,
    pub secret_name: String,
    pub mark: String,
    pub type_label: String,
    pub in_trash: bool,
    pub version: u32,
    #[ts(type = r#""pending" | "current" | "previous" | "retired" | "destroying" | "destroyed""#)]
    pub state: String,
    pub field_name: String,
    pub field_label: String,
    pub created_at: String,
    /// When a newer version took its place; `null` where none did.
    pub replaced_at: Option<String>,
    /// It is not in use, and may still open something at its provider.
    pub alive: Option<AliveKey>,
    /// The secret can be rotated at its provider, and a plan for several can do it.
    pub managed: bool,
    /// Why it cannot, where it cannot.
    pub why_not_managed: Option<String>,
}

/// A key that a rotation has not ended, or not yet.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AliveKey {
    pub rotation_id: String,
    /// `old` until its time is over, `kept` and `disabled` after a rotation that left it so, `new` where it is not in use yet.
    #[ts(type = r#""old" | "kept" | "disabled" | "new""#)]
    pub key: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ReuseList {
    pub groups: Vec<ReuseGroup>,
    /// How many groups there are, those that are not listed among them.
    pub total: u64,
}

/// Fields of different secrets that have the same value now.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct ReuseGroup {
    pub secrets: Vec<SharedValue>,
    /// How many fields there are, those that are not listed among them.
    pub total: u64,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct SharedValue {
    pub id: String,
    pub name: String,
    pub mark: String,
    pub type_label: String,
    pub field_name: String,
    pub field_label: String,
}
