//! Where a storage credential leads, as far as the file names it.

use domain::ids::SecretId;
use domain::location::{LocationInput, LocationType, PlainHttp};

/// A location to be made beside its secret. Each part has passed the domain's rules by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedLocation {
    pub location_type: LocationType,
    /// A proposal: the bucket's name, or the item's.
    pub name: String,
    /// Without one there is no location; what is known then stands in the secret's notes.
    pub bucket_name: Option<String>,
    pub region: Option<String>,
    pub endpoint_url: Option<String>,
    pub prefix: Option<String>,
    /// Given by a person as the answer to a question, never by the file.
    pub plain_http: PlainHttp,
}

impl ParsedLocation {
    pub fn has_bucket(&self) -> bool {
        self.bucket_name.is_some()
    }

    pub fn into_input(self, secret: SecretId) -> LocationInput {
        LocationInput {
            name: Some(self.name),
            location_type: Some(self.location_type.as_str().to_owned()),
            secret_id: Some(secret.to_string()),
            bucket_name: self.bucket_name,
            region: self.region,
            endpoint_url: self.endpoint_url,
            http_allowed: (self.plain_http == PlainHttp::Allowed).then_some(true),
            prefix: self.prefix,
            ..LocationInput::default()
        }
    }
}
