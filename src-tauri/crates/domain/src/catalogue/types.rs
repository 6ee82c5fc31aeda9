//! The 14 secret types.

use serde::{Deserialize, Serialize};

use super::AuthMethod;

/// What a secret is for: a storage provider, or `Generic` for a plain key or token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretType {
    S3,
    AzureBlob,
    Gcs,
    R2,
    B2,
    Wasabi,
    Railway,
    #[serde(rename = "oracle_object_storage_s3")]
    OracleObjectStorageS3,
    S3Compatible,
    Tigris,
    #[serde(rename = "digitalocean_spaces")]
    DigitalOceanSpaces,
    Hetzner,
    Rabata,
    Generic,
}

impl SecretType {
    /// Every type, in the order in which a form offers them.
    pub const ALL: &'static [SecretType] = &[
        SecretType::S3,
        SecretType::AzureBlob,
        SecretType::Gcs,
        SecretType::R2,
        SecretType::B2,
        SecretType::Wasabi,
        SecretType::Railway,
        SecretType::OracleObjectStorageS3,
        SecretType::S3Compatible,
        SecretType::Tigris,
        SecretType::DigitalOceanSpaces,
        SecretType::Hetzner,
        SecretType::Rabata,
        SecretType::Generic,
    ];

    /// Reads the name used in requests and storage; exact, lower case.
    pub fn parse(text: &str) -> Option<SecretType> {
        SecretType::ALL
            .iter()
            .copied()
            .find(|secret_type| secret_type.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            SecretType::S3 => "s3",
            SecretType::AzureBlob => "azure_blob",
            SecretType::Gcs => "gcs",
            SecretType::R2 => "r2",
            SecretType::B2 => "b2",
            SecretType::Wasabi => "wasabi",
            SecretType::Railway => "railway",
            SecretType::OracleObjectStorageS3 => "oracle_object_storage_s3",
            SecretType::S3Compatible => "s3_compatible",
            SecretType::Tigris => "tigris",
            SecretType::DigitalOceanSpaces => "digitalocean_spaces",
            SecretType::Hetzner => "hetzner",
            SecretType::Rabata => "rabata",
            SecretType::Generic => "generic",
        }
    }

    /// The provider's name as its own pages write it.
    pub fn label(self) -> &'static str {
        match self {
            SecretType::S3 => "Amazon S3",
            SecretType::AzureBlob => "Azure Blob Storage",
            SecretType::Gcs => "Google Cloud Storage",
            SecretType::R2 => "Cloudflare R2",
            SecretType::B2 => "Backblaze B2",
            SecretType::Wasabi => "Wasabi",
            SecretType::Railway => "Railway Buckets",
            SecretType::OracleObjectStorageS3 => "Oracle Object Storage",
            SecretType::S3Compatible => "S3-compatible",
            SecretType::Tigris => "Tigris",
            SecretType::DigitalOceanSpaces => "DigitalOcean Spaces",
            SecretType::Hetzner => "Hetzner Object Storage",
            SecretType::Rabata => "Rabata",
            SecretType::Generic => "API key or token",
        }
    }

    /// The letters on the type's tile.
    pub fn mark(self) -> &'static str {
        match self {
            SecretType::S3 => "S3",
            SecretType::AzureBlob => "Az",
            SecretType::Gcs => "GC",
            SecretType::R2 => "R2",
            SecretType::B2 => "B2",
            SecretType::Wasabi => "Wa",
            SecretType::Railway => "Ra",
            SecretType::OracleObjectStorageS3 => "Or",
            SecretType::S3Compatible => "S+",
            SecretType::Tigris => "Ti",
            SecretType::DigitalOceanSpaces => "DO",
            SecretType::Hetzner => "He",
            SecretType::Rabata => "Rb",
            SecretType::Generic => "••",
        }
    }

    /// One sentence beside the type's name: what it covers and where such a key is made.
    pub fn help(self) -> &'static str {
        match self {
            SecretType::S3 => {
                "An IAM user's access key. Made in the AWS console under IAM, Users, Security credentials."
            }
            SecretType::AzureBlob => {
                "A storage account's key, or a SAS URL. Both are in the Azure portal, in the storage account under Security + networking."
            }
            SecretType::Gcs => {
                "A service account's JSON key file. Made in the Google Cloud console under IAM & Admin, Service Accounts, Keys."
            }
            SecretType::R2 => {
                "An R2 API token's S3 credentials. Made in the Cloudflare dashboard under R2, Manage API tokens."
            }
            SecretType::B2 => {
                "An application key. Made in the Backblaze web console under Application Keys."
            }
            SecretType::Wasabi => {
                "An access key of a Wasabi user. Made in the Wasabi console under Access Keys."
            }
            SecretType::Railway => {
                "The credentials of a Railway bucket. They are on the bucket's Credentials tab."
            }
            SecretType::OracleObjectStorageS3 => {
                "A customer secret key for the S3 compatibility API. Made in the Oracle Cloud console under your profile, Customer secret keys."
            }
            SecretType::S3Compatible => {
                "Any other service that speaks S3: MinIO, Ceph, Garage, Scaleway, OVHcloud and the like."
            }
            SecretType::Tigris => {
                "An access key of Tigris. Made in the Tigris dashboard under Access Keys."
            }
            SecretType::DigitalOceanSpaces => {
                "A Spaces access key. Made in the DigitalOcean control panel under Spaces, Access Keys."
            }
            SecretType::Hetzner => {
                "S3 credentials of a Hetzner project. Made in the Hetzner Console under Security, S3 credentials."
            }
            SecretType::Rabata => {
                "An access key of Rabata. Made in the Rabata dashboard under Access Keys."
            }
            SecretType::Generic => {
                "One value: an API key, a token, a password, a certificate, anything up to 64 KiB of text."
            }
        }
    }

    /// The methods that are valid for this type (CREATE-05).
    pub fn methods(self) -> &'static [AuthMethod] {
        match self {
            SecretType::S3 => &[AuthMethod::S3AccessKey],
            SecretType::AzureBlob => &[AuthMethod::AzureAccountKey, AuthMethod::AzureSasUrl],
            SecretType::Gcs => &[AuthMethod::GcsServiceAccount],
            SecretType::R2 => &[AuthMethod::R2AccessKey],
            SecretType::B2 => &[AuthMethod::B2ApplicationKey],
            SecretType::Wasabi => &[AuthMethod::WasabiAccessKey],
            SecretType::Railway => &[AuthMethod::RailwayAccessKey],
            SecretType::OracleObjectStorageS3 => &[AuthMethod::OracleObjectStorageS3AccessKey],
            SecretType::S3Compatible => &[AuthMethod::S3CompatibleAccessKey],
            SecretType::Tigris => &[AuthMethod::TigrisAccessKey],
            SecretType::DigitalOceanSpaces => &[AuthMethod::DigitalOceanSpacesAccessKey],
            SecretType::Hetzner => &[AuthMethod::HetznerAccessKey],
            SecretType::Rabata => &[AuthMethod::RabataAccessKey],
            SecretType::Generic => &[AuthMethod::OpaqueValue],
        }
    }

    /// The method that a request may leave out: the only one of the type, if there is only one.
    pub fn only_method(self) -> Option<AuthMethod> {
        match self.methods() {
            [only] => Some(*only),
            _ => None,
        }
    }
}
