//! What is verified: a location, as far as requests to it need it.

use domain::Credentials;
use domain::location::{Endpoint, Location, LocationType, PlainHttp, Prefix, Region};
use domain::text::BucketName;

use super::{azure, google, place};
use crate::error::{ErrorKind, ProviderError};
use domain::SecretType;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub location_type: LocationType,
    pub bucket: BucketName,
    pub region: Option<Region>,
    /// `None`: the provider's own, for the region.
    pub endpoint: Option<Endpoint>,
    pub prefix: Option<Prefix>,
}

impl Target {
    pub fn of(location: &Location) -> Target {
        let parts = location.parts();
        Target {
            location_type: parts.location_type,
            bucket: parts.bucket_name.clone(),
            region: parts.region.clone(),
            endpoint: parts.endpoint.clone(),
            prefix: parts.prefix.clone(),
        }
    }

    /// Every host that [`verify`](super::verify) would call, so that a secret's allowed domains can refuse before anything leaves (OUT-02).
    pub fn hosts(&self, credentials: &Credentials) -> Result<Vec<String>, ProviderError> {
        match self.location_type.secret_type() {
            SecretType::AzureBlob => azure::hosts(self, credentials),
            SecretType::Gcs => google::hosts(self, credentials),
            _ => place::Place::of(self).map(|place| vec![place.host()]),
        }
    }

    pub(super) fn plain_http(&self) -> PlainHttp {
        self.endpoint
            .as_ref()
            .map(Endpoint::plain_http)
            .unwrap_or_default()
    }

    /// The bucket's name where it stands in an address as it is. No provider's names have other characters, and with them
    /// a request could go elsewhere.
    pub(super) fn bucket_in_address(&self) -> Result<&str, ProviderError> {
        let name = self.bucket.as_str();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.$:".contains(letter);
        if name.chars().all(plain) && !name.starts_with('.') {
            return Ok(name);
        }
        let message = "No provider has a bucket of this name: it holds other characters than letters, digits and -_.";
        Err(ProviderError::new(ErrorKind::Rejected, message).with_code("bucket_name"))
    }

    pub(super) fn prefix_text(&self) -> &str {
        self.prefix.as_ref().map_or("", Prefix::as_str)
    }
}

/// The host of an address that a request would go to.
pub(super) fn host_of(url: &str) -> Result<String, ProviderError> {
    crate::http::host_of(url).ok_or_else(no_address)
}

fn no_address() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "There is no address to ask: check the location's endpoint.",
    )
    .with_code("endpoint_invalid")
}
