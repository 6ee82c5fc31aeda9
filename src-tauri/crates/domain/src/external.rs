//! References to values that stay in another vault.

mod op_reference;

pub use op_reference::part as op_reference_part;

use serde::{Deserialize, Serialize};

use crate::catalogue::AuthMethod;
use crate::fault::Fault;
use crate::reject::{Detail, LocStep};

pub const REFERENCE_CHARS_MAX: usize = 1024;

/// Which product a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    OnePassword,
    Doppler,
    Infisical,
}

/// For each field of an auth method, in the catalogue's order, where its value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMappings(Vec<FieldMapping>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMapping {
    pub field_name: &'static str,
    pub reference: Reference,
}

/// A place in another vault, as the person wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

/// What a form says beside a reference into one provider's vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReferenceView {
    pub label: &'static str,
    pub help: &'static str,
    pub example: &'static str,
}

/// One mapping of a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MappingInput {
    pub field_name: Option<String>,
    pub reference: Option<String>,
}

impl FieldMappings {
    /// All faults at once. Without a `provider` (its connection is not known) the references'
    /// form is left unchecked; the caller refuses the request for the connection then.
    pub(crate) fn parse(
        given: &[MappingInput],
        method: AuthMethod,
        provider: Option<Provider>,
    ) -> Result<Self, Vec<Detail>> {
        let mut faults = Vec::new();
        let mut mappings: Vec<FieldMapping> = Vec::new();
        for (index, mapping) in given.iter().enumerate() {
            let at = |member: &'static str| -> Vec<LocStep> {
                vec!["field_mappings".into(), index.into(), member.into()]
            };
            let field = match mapped_field(mapping, method, &mappings) {
                Ok(name) => Some(name),
                Err(fault) => {
                    faults.push(fault.at(at("field_name")));
                    None
                }
            };
            match Reference::parse(mapping.reference.as_deref().unwrap_or_default(), provider) {
                Ok(reference) => mappings.extend(field.map(|field_name| FieldMapping {
                    field_name,
                    reference,
                })),
                Err(fault) => faults.push(fault.at(at("reference"))),
            }
        }
        let named = |name: &str| {
            given
                .iter()
                .any(|mapping| mapping.field_name.as_deref() == Some(name))
        };
        for field in method.fields().iter().filter(|field| !named(field.name)) {
            let message = format!("The field \"{}\" has no reference. Map it too.", field.name);
            faults.push(Fault::new("missing", message).at_member("field_mappings"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let place = |mapping: &FieldMapping| {
            method
                .fields()
                .iter()
                .position(|field| field.name == mapping.field_name)
        };
        mappings.sort_by_key(place);
        Ok(Self(mappings))
    }

    /// Rebuilds mappings from their stored record.
    pub fn from_stored(mappings: Vec<FieldMapping>) -> Self {
        Self(mappings)
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldMapping> {
        self.0.iter()
    }
}

/// The catalogue's name of the field that a mapping is for, each only once.
fn mapped_field(
    mapping: &MappingInput,
    method: AuthMethod,
    before: &[FieldMapping],
) -> Result<&'static str, Fault> {
    let name = mapping
        .field_name
        .as_deref()
        .ok_or_else(|| Fault::new("missing", "Say which field this reference is for."))?;
    let field = method.field(name).ok_or_else(|| {
        Fault::new(
            "unknown_field",
            format!("{} has no field of this name.", method.label()),
        )
    })?;
    if before
        .iter()
        .any(|mapping| mapping.field_name == field.name)
    {
        return Err(Fault::new(
            "duplicate",
            format!("The field \"{name}\" is mapped twice."),
        ));
    }
    Ok(field.name)
}

impl Reference {
    fn parse(text: &str, provider: Option<Provider>) -> Result<Self, Fault> {
        if text.is_empty() {
            return Err(Fault::new("empty", "The reference is empty."));
        }
        if text.chars().count() > REFERENCE_CHARS_MAX {
            return Err(Fault::new(
                "too_long",
                format!("A reference has at most {REFERENCE_CHARS_MAX} characters."),
            ));
        }
        match provider {
            Some(Provider::OnePassword) => op_reference::check(text)?,
            Some(Provider::Doppler | Provider::Infisical) => check_secret_name(text)?,
            None => {}
        }
        Ok(Self(text.to_owned()))
    }

    /// Rebuilds a reference from its stored record.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Doppler and Infisical name their secrets as environment variables are named.
fn check_secret_name(text: &str) -> Result<(), Fault> {
    let mut chars = text.chars();
    let begins = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if begins && chars.all(|next| next.is_ascii_alphanumeric() || next == '_') {
        return Ok(());
    }
    Err(Fault::new(
        "reference",
        "This vault names a secret with letters, digits and underscores, such as AWS_ACCESS_KEY_ID.",
    ))
}

impl Provider {
    pub const ALL: [Self; 3] = [Self::OnePassword, Self::Doppler, Self::Infisical];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnePassword => "onepassword",
            Self::Doppler => "doppler",
            Self::Infisical => "infisical",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::OnePassword => "1Password",
            Self::Doppler => "Doppler",
            Self::Infisical => "Infisical",
        }
    }

    /// The letters on the type's tile.
    pub fn mark(self) -> &'static str {
        match self {
            Self::OnePassword => "1P",
            Self::Doppler => "Do",
            Self::Infisical => "In",
        }
    }

    /// How a place in this vault is written (CREATE-09).
    pub fn reference(self) -> ReferenceView {
        match self {
            Self::OnePassword => ReferenceView {
                label: "Secret reference",
                help: "In 1Password, open the field's menu and choose Copy Secret Reference.",
                example: "op://Production/AWS/access_key_id",
            },
            Self::Doppler => ReferenceView {
                label: "Secret name",
                help: "The secret's name in the connection's config.",
                example: "AWS_ACCESS_KEY_ID",
            },
            Self::Infisical => ReferenceView {
                label: "Secret name",
                help: "The secret's key in the connection's environment and folder.",
                example: "AWS_ACCESS_KEY_ID",
            },
        }
    }

    /// One sentence beside the name: what a connection to it reads.
    pub fn help(self) -> &'static str {
        match self {
            Self::OnePassword => {
                "Reads items of the vaults that a service account or a Connect server may see."
            }
            Self::Doppler => "Reads the secrets of one config of one project.",
            Self::Infisical => "Reads the secrets of one folder of one environment.",
        }
    }
}
