//! The 15 auth methods.

use serde::{Deserialize, Serialize};

use super::SecretType;
use super::fields::{self, FieldSpec};

/// How a secret proves itself to its service: it decides which fields the credentials have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    S3AccessKey,
    R2AccessKey,
    WasabiAccessKey,
    RailwayAccessKey,
    #[serde(rename = "oracle_object_storage_s3_access_key")]
    OracleObjectStorageS3AccessKey,
    S3CompatibleAccessKey,
    TigrisAccessKey,
    #[serde(rename = "digitalocean_spaces_access_key")]
    DigitalOceanSpacesAccessKey,
    HetznerAccessKey,
    RabataAccessKey,
    AzureAccountKey,
    AzureSasUrl,
    GcsServiceAccount,
    B2ApplicationKey,
    OpaqueValue,
}

impl AuthMethod {
    pub const ALL: &'static [AuthMethod] = &[
        AuthMethod::S3AccessKey,
        AuthMethod::R2AccessKey,
        AuthMethod::WasabiAccessKey,
        AuthMethod::RailwayAccessKey,
        AuthMethod::OracleObjectStorageS3AccessKey,
        AuthMethod::S3CompatibleAccessKey,
        AuthMethod::TigrisAccessKey,
        AuthMethod::DigitalOceanSpacesAccessKey,
        AuthMethod::HetznerAccessKey,
        AuthMethod::RabataAccessKey,
        AuthMethod::AzureAccountKey,
        AuthMethod::AzureSasUrl,
        AuthMethod::GcsServiceAccount,
        AuthMethod::B2ApplicationKey,
        AuthMethod::OpaqueValue,
    ];

    /// Whether the values themselves always say when they end.
    pub fn tells_its_end(self) -> bool {
        self == AuthMethod::AzureSasUrl
    }

    /// Reads the name used in requests and storage; exact, lower case.
    pub fn parse(text: &str) -> Option<AuthMethod> {
        AuthMethod::ALL
            .iter()
            .copied()
            .find(|method| method.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            AuthMethod::S3AccessKey => "s3_access_key",
            AuthMethod::R2AccessKey => "r2_access_key",
            AuthMethod::WasabiAccessKey => "wasabi_access_key",
            AuthMethod::RailwayAccessKey => "railway_access_key",
            AuthMethod::OracleObjectStorageS3AccessKey => "oracle_object_storage_s3_access_key",
            AuthMethod::S3CompatibleAccessKey => "s3_compatible_access_key",
            AuthMethod::TigrisAccessKey => "tigris_access_key",
            AuthMethod::DigitalOceanSpacesAccessKey => "digitalocean_spaces_access_key",
            AuthMethod::HetznerAccessKey => "hetzner_access_key",
            AuthMethod::RabataAccessKey => "rabata_access_key",
            AuthMethod::AzureAccountKey => "azure_account_key",
            AuthMethod::AzureSasUrl => "azure_sas_url",
            AuthMethod::GcsServiceAccount => "gcs_service_account",
            AuthMethod::B2ApplicationKey => "b2_application_key",
            AuthMethod::OpaqueValue => "opaque_value",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            AuthMethod::AzureAccountKey => "Account key",
            AuthMethod::AzureSasUrl => "SAS URL",
            AuthMethod::GcsServiceAccount => "Service account",
            AuthMethod::B2ApplicationKey => "Application key",
            AuthMethod::OpaqueValue => "Value",
            AuthMethod::OracleObjectStorageS3AccessKey => "Customer secret key",
            _ => "Access key",
        }
    }

    /// The one type this method belongs to (CREATE-05).
    pub fn secret_type(self) -> SecretType {
        match self {
            AuthMethod::S3AccessKey => SecretType::S3,
            AuthMethod::R2AccessKey => SecretType::R2,
            AuthMethod::WasabiAccessKey => SecretType::Wasabi,
            AuthMethod::RailwayAccessKey => SecretType::Railway,
            AuthMethod::OracleObjectStorageS3AccessKey => SecretType::OracleObjectStorageS3,
            AuthMethod::S3CompatibleAccessKey => SecretType::S3Compatible,
            AuthMethod::TigrisAccessKey => SecretType::Tigris,
            AuthMethod::DigitalOceanSpacesAccessKey => SecretType::DigitalOceanSpaces,
            AuthMethod::HetznerAccessKey => SecretType::Hetzner,
            AuthMethod::RabataAccessKey => SecretType::Rabata,
            AuthMethod::AzureAccountKey | AuthMethod::AzureSasUrl => SecretType::AzureBlob,
            AuthMethod::GcsServiceAccount => SecretType::Gcs,
            AuthMethod::B2ApplicationKey => SecretType::B2,
            AuthMethod::OpaqueValue => SecretType::Generic,
        }
    }

    /// The fields of this method's credentials, in the order in which they are shown and sealed (CREATE-07).
    pub fn fields(self) -> &'static [FieldSpec] {
        match self {
            AuthMethod::S3AccessKey => fields::S3,
            AuthMethod::R2AccessKey => fields::R2,
            AuthMethod::WasabiAccessKey => fields::WASABI,
            AuthMethod::RailwayAccessKey => fields::RAILWAY,
            AuthMethod::OracleObjectStorageS3AccessKey => fields::ORACLE,
            AuthMethod::S3CompatibleAccessKey => fields::S3_COMPATIBLE,
            AuthMethod::TigrisAccessKey => fields::TIGRIS,
            AuthMethod::DigitalOceanSpacesAccessKey => fields::SPACES,
            AuthMethod::HetznerAccessKey => fields::HETZNER,
            AuthMethod::RabataAccessKey => fields::RABATA,
            AuthMethod::AzureAccountKey => fields::AZURE_ACCOUNT,
            AuthMethod::AzureSasUrl => fields::AZURE_SAS,
            AuthMethod::GcsServiceAccount => fields::GCS,
            AuthMethod::B2ApplicationKey => fields::B2,
            AuthMethod::OpaqueValue => fields::VALUE,
        }
    }

    pub fn field(self, name: &str) -> Option<&'static FieldSpec> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// Whether credentials of one method are complete for the other, so that values may stay as they are (UPDATE-08).
    pub fn has_same_fields_as(self, other: AuthMethod) -> bool {
        let names = |method: AuthMethod| method.fields().iter().map(|field| field.name);
        names(self).eq(names(other))
    }
}
