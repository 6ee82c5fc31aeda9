use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// The catalogue of types, methods and fields as `domain` has it: forms, labels and help come from here.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct Catalogue {
    pub types: Vec<CatalogueType>,
    pub presets: Vec<PresetView>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueType {
    #[serde(rename = "type")]
    pub secret_type: String,
    pub label: String,
    /// Two letters for a tile.
    pub mark: String,
    pub help: String,
    pub methods: Vec<CatalogueMethod>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueMethod {
    pub method: String,
    pub label: String,
    pub fields: Vec<CatalogueField>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueField {
    pub name: String,
    pub label: String,
    pub help: String,
    #[ts(type = r#""identifier" | "secret" | "text" | "service_account_json" | "sas_url""#)]
    pub kind: String,
    pub env_name: Option<String>,
    /// Keeps its value when an update leaves it out.
    pub lasting: bool,
    pub chars_max: u64,
    pub example: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct PresetView {
    pub id: String,
    pub label: String,
    pub env_key: Option<String>,
    pub allowed_domains: Vec<String>,
    pub help: String,
    pub value_prefix: Option<String>,
}
