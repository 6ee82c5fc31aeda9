use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Required;

/// The catalogue of types, methods and fields as `domain` has it: forms, labels and help come from here.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct Catalogue {
    pub types: Vec<CatalogueType>,
    pub location_types: Vec<CatalogueLocationType>,
    pub connection_types: Vec<CatalogueConnectionType>,
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
    pub rotation: CatalogueRotation,
}

/// How keys of a method are rotated.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueRotation {
    /// The provider can be asked for a new key.
    pub managed: bool,
    #[ts(type = r#""own_key" | "management" | "either" | null"#)]
    pub way: Option<String>,
    #[ts(type = r#""overlap" | "cut_over" | null"#)]
    pub style: Option<String>,
    /// Where the provider's own pages make keys.
    pub console_url: Option<String>,
    /// By hand, a sentence a step.
    pub guide: Vec<String>,
    /// What another secret has to be to make keys for this one.
    pub management_help: Option<String>,
    pub management_types: Vec<String>,
    pub parameters: Vec<CatalogueParameter>,
}

/// What the provider is told beside the credentials.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueParameter {
    pub name: String,
    pub label: String,
    pub help: String,
    pub example: String,
    pub required: bool,
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

/// A storage type, as the form of a location needs it.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueLocationType {
    #[serde(rename = "type")]
    pub location_type: String,
    pub label: String,
    pub mark: String,
    /// What the provider calls the place.
    pub bucket_label: String,
    #[ts(type = r#""required" | "offered" | "optional""#)]
    pub endpoint: String,
    pub offer_asks: CatalogueOfferAsks,
    /// Known regions; others are as good.
    pub regions: Vec<String>,
}

/// What an endpoint is offered from, beside the type.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueOfferAsks {
    pub region: bool,
    /// What the provider calls the account part.
    pub account: Option<String>,
}

/// A kind of external vault.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueConnectionType {
    #[serde(rename = "type")]
    pub connection_type: String,
    pub label: String,
    pub mark: String,
    pub help: String,
    pub reference: CatalogueReference,
    pub methods: Vec<CatalogueConnectionMethod>,
}

/// How a place in an external vault is written.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueReference {
    pub label: String,
    pub help: String,
    pub example: String,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueConnectionMethod {
    pub method: String,
    pub label: String,
    pub fields: Vec<CatalogueConnectionField>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct CatalogueConnectionField {
    pub name: String,
    pub label: String,
    pub help: String,
    #[ts(type = r#""text" | "path" | "url" | "identifier" | "secret""#)]
    pub kind: String,
    /// Taken where the field is left out.
    pub default: Option<String>,
    pub example: String,
    /// "Rotate token" takes the field.
    pub comes_with_token: bool,
}

/// The pages on which this method's provider makes keys.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ConsoleOpen {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub auth_method: Required<String>,
}
