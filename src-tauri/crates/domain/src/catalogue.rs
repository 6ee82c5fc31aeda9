//! The one catalogue of secret types, auth methods and their fields (CREATE-04, -05, -07).
//!
//! Validation, forms, masks, names of environment variables and documentation all read it from here.

use serde::Serialize;

mod fields;
mod methods;
mod types;

pub use fields::{FieldKind, FieldSpec};
pub use methods::AuthMethod;
pub use types::SecretType;

/// The longest text a key field takes. Services with keys of 129 characters exist; none is known beyond 512.
pub const KEY_CHARS_MAX: usize = 512;
/// The longest SAS URL taken.
pub const SAS_URL_CHARS_MAX: usize = 8_192;
/// The longest generic value and the longest service-account file taken, in bytes of UTF-8 (UPDATE-13).
pub const VALUE_BYTES_MAX: usize = 65_536;

/// The catalogue's own copy of a field's name, so that names read from storage or a request become `'static`.
pub fn field_name(name: &str) -> Option<&'static str> {
    AuthMethod::ALL
        .iter()
        .flat_map(|method| method.fields())
        .map(|field| field.name)
        .find(|known| *known == name)
}

/// A type as a form needs it.
#[derive(Serialize)]
pub struct TypeView {
    #[serde(rename = "type")]
    pub secret_type: SecretType,
    pub label: &'static str,
    pub mark: &'static str,
    pub help: &'static str,
    pub methods: Vec<MethodView>,
}

/// A method as a form needs it.
#[derive(Serialize)]
pub struct MethodView {
    pub method: AuthMethod,
    pub label: &'static str,
    pub fields: &'static [FieldSpec],
}

/// The whole catalogue, in the order in which types are offered.
pub fn catalogue() -> Vec<TypeView> {
    SecretType::ALL
        .iter()
        .map(|secret_type| TypeView {
            secret_type: *secret_type,
            label: secret_type.label(),
            mark: secret_type.mark(),
            help: secret_type.help(),
            methods: secret_type
                .methods()
                .iter()
                .map(|method| MethodView {
                    method: *method,
                    label: method.label(),
                    fields: method.fields(),
                })
                .collect(),
        })
        .collect()
}
