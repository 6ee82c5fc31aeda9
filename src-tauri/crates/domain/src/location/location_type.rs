//! The types of locations: the storage types among those of secrets.

use serde::{Serialize, Serializer};

use crate::catalogue::SecretType;

/// A storage type: every [`SecretType`] but generic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocationType(SecretType);

/// What a location of a type does about its endpoint (LOC-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointNeed {
    /// Only a person knows it.
    Required,
    /// It is offered; from the region and the account as far as [`LocationType::offer_asks`] says.
    Offered,
    /// The provider's own is found without one; another may be given.
    Optional,
}

/// A type as a form needs it.
#[derive(Debug, Serialize)]
pub struct LocationTypeView {
    #[serde(rename = "type")]
    pub location_type: LocationType,
    pub label: &'static str,
    /// Two letters for a tile.
    pub mark: &'static str,
    pub bucket_label: &'static str,
    pub endpoint: EndpointNeed,
    pub offer_asks: OfferAsks,
    /// Regions known when this was written; others are as good.
    pub regions: &'static [&'static str],
}

/// What an offer is made from, beside the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OfferAsks {
    pub region: bool,
    /// What the provider calls the account part.
    pub account: Option<&'static str>,
}

/// Every type, in the order in which types of secrets are offered.
pub fn location_types() -> Vec<LocationTypeView> {
    LocationType::all()
        .map(|location_type| LocationTypeView {
            location_type,
            label: location_type.label(),
            mark: location_type.secret_type().mark(),
            bucket_label: location_type.bucket_label(),
            endpoint: location_type.endpoint_need(),
            offer_asks: location_type.offer_asks(),
            regions: location_type.known_regions(),
        })
        .collect()
}

impl LocationType {
    pub fn all() -> impl Iterator<Item = Self> {
        SecretType::ALL.iter().filter_map(|kind| Self::of(*kind))
    }

    /// `None` for what is no storage.
    pub fn of(secret_type: SecretType) -> Option<Self> {
        (secret_type != SecretType::Generic).then_some(Self(secret_type))
    }

    pub fn parse(text: &str) -> Option<Self> {
        SecretType::parse(text).and_then(Self::of)
    }

    pub fn secret_type(self) -> SecretType {
        self.0
    }

    pub fn as_str(self) -> &'static str {
        self.0.as_str()
    }

    pub fn label(self) -> &'static str {
        self.0.label()
    }

    /// What the provider calls the place.
    pub fn bucket_label(self) -> &'static str {
        match self.0 {
            SecretType::AzureBlob => "Container",
            _ => "Bucket",
        }
    }

    pub fn endpoint_need(self) -> EndpointNeed {
        match self.0 {
            SecretType::S3Compatible => EndpointNeed::Required,
            SecretType::S3 | SecretType::AzureBlob | SecretType::Gcs | SecretType::Generic => {
                EndpointNeed::Optional
            }
            SecretType::R2
            | SecretType::B2
            | SecretType::Wasabi
            | SecretType::Railway
            | SecretType::OracleObjectStorageS3
            | SecretType::Tigris
            | SecretType::DigitalOceanSpaces
            | SecretType::Hetzner
            | SecretType::Rabata => EndpointNeed::Offered,
        }
    }

    pub fn offer_asks(self) -> OfferAsks {
        let account = match self.0 {
            SecretType::R2 => Some("Account ID"),
            SecretType::OracleObjectStorageS3 => Some("Namespace"),
            _ => None,
        };
        let region = matches!(
            self.0,
            SecretType::B2
                | SecretType::Wasabi
                | SecretType::OracleObjectStorageS3
                | SecretType::DigitalOceanSpaces
                | SecretType::Hetzner
                | SecretType::Rabata
        );
        OfferAsks { region, account }
    }

    /// From the providers' own pages and rclone's list of them.
    pub fn known_regions(self) -> &'static [&'static str] {
        match self.0 {
            SecretType::S3 => &[
                "us-east-1",
                "us-east-2",
                "us-west-1",
                "us-west-2",
                "ca-central-1",
                "eu-central-1",
                "eu-north-1",
                "eu-south-1",
                "eu-west-1",
                "eu-west-2",
                "eu-west-3",
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-south-1",
                "ap-southeast-1",
                "ap-southeast-2",
                "sa-east-1",
            ],
            SecretType::R2 | SecretType::Tigris | SecretType::Railway => &["auto"],
            SecretType::B2 => &["us-west-002", "us-west-004", "us-east-005"],
            SecretType::Wasabi => &[
                "us-east-1",
                "us-east-2",
                "us-central-1",
                "us-west-1",
                "ca-central-1",
                "eu-central-1",
                "eu-central-2",
                "eu-west-1",
                "eu-west-2",
                "eu-south-1",
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-southeast-1",
                "ap-southeast-2",
            ],
            SecretType::OracleObjectStorageS3 => &[
                "us-ashburn-1",
                "us-phoenix-1",
                "eu-frankfurt-1",
                "uk-london-1",
            ],
            SecretType::DigitalOceanSpaces => &[
                "nyc3", "ams3", "sfo2", "sfo3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1",
            ],
            SecretType::Hetzner => &["fsn1", "nbg1", "hel1"],
            SecretType::Rabata => &["us-east-1", "eu-west-1", "eu-west-2"],
            SecretType::AzureBlob
            | SecretType::Gcs
            | SecretType::S3Compatible
            | SecretType::Generic => &[],
        }
    }
}

impl Serialize for LocationType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
