//! Which service rotates which auth method's keys, and why some have none.

use domain::{AllowedDomains, AuthMethod, Credentials, SecretText};

use crate::aws;
use crate::azure;
use crate::b2;
use crate::cloudflare;
use crate::digital_ocean;
use crate::google;
use crate::http::Http;
use crate::key_service::{Capabilities, KeyService};
use crate::oracle;
use crate::parameters::Parameters;
use crate::railway;

/// What a service is made from.
pub struct ServiceRequest<'a> {
    pub method: AuthMethod,
    pub current: &'a Credentials,
    pub management: Option<ManagementCredentials<'a>>,
    pub parameters: &'a Parameters,
}

/// The secret that may make keys for another one.
#[derive(Clone, Copy)]
pub struct ManagementCredentials<'a> {
    credentials: &'a Credentials,
    /// `None`: wherever the secret itself may go.
    allowed: Option<&'a AllowedDomains>,
}

/// Why the keys of a secret can't be rotated from here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotManaged {
    #[error("This provider offers no way to make a key from here. Make one in its console.")]
    NoApi,
    #[error("{needs} is needed to make keys here: choose a secret of this vault that holds it.")]
    ManagementMissing { needs: &'static str },
    #[error("The chosen secret can't make keys here: {needs} is needed.")]
    ManagementUnfit { needs: &'static str },
    #[error("These have to be known first: {}.", names.join(", "))]
    ParametersMissing { names: Vec<&'static str> },
    #[error("{name} does not fit: {why}")]
    ParameterInvalid {
        name: &'static str,
        why: &'static str,
    },
}

/// The service for the keys of `request.current`. What is sent with them goes over `http`, and with the management credential as that
/// is bound.
pub fn key_service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    match request.method {
        AuthMethod::S3AccessKey | AuthMethod::WasabiAccessKey | AuthMethod::TigrisAccessKey => {
            aws::service(http, request)
        }
        AuthMethod::B2ApplicationKey => b2::service(http, request),
        AuthMethod::GcsServiceAccount => google::service(http, request),
        AuthMethod::AzureAccountKey => azure::account_keys(http, request),
        AuthMethod::AzureSasUrl => azure::sas(http, request),
        AuthMethod::DigitalOceanSpacesAccessKey => digital_ocean::service(http, request),
        AuthMethod::R2AccessKey => cloudflare::service(http, request),
        AuthMethod::OracleObjectStorageS3AccessKey => oracle::service(http, request),
        AuthMethod::RailwayAccessKey => railway::service(http, request),
        AuthMethod::HetznerAccessKey
        | AuthMethod::RabataAccessKey
        | AuthMethod::S3CompatibleAccessKey
        | AuthMethod::OpaqueValue => Err(NotManaged::NoApi),
    }
}

/// What [`key_service`] can do for a method, known without credentials; `None` where it has no service.
pub fn capabilities(method: AuthMethod) -> Option<Capabilities> {
    match method {
        AuthMethod::S3AccessKey | AuthMethod::WasabiAccessKey | AuthMethod::TigrisAccessKey => {
            aws::capabilities(method)
        }
        AuthMethod::B2ApplicationKey => Some(b2::CAPABILITIES),
        AuthMethod::GcsServiceAccount => Some(google::CAPABILITIES),
        AuthMethod::AzureAccountKey => Some(azure::ACCOUNT_KEYS),
        AuthMethod::AzureSasUrl => Some(azure::SAS),
        AuthMethod::DigitalOceanSpacesAccessKey => Some(digital_ocean::CAPABILITIES),
        AuthMethod::R2AccessKey => Some(cloudflare::CAPABILITIES),
        AuthMethod::OracleObjectStorageS3AccessKey => Some(oracle::CAPABILITIES),
        AuthMethod::RailwayAccessKey => Some(railway::CAPABILITIES),
        AuthMethod::HetznerAccessKey
        | AuthMethod::RabataAccessKey
        | AuthMethod::S3CompatibleAccessKey
        | AuthMethod::OpaqueValue => None,
    }
}

impl<'a> ManagementCredentials<'a> {
    pub fn new(credentials: &'a Credentials) -> ManagementCredentials<'a> {
        ManagementCredentials {
            credentials,
            allowed: None,
        }
    }

    /// Sent to none but these (OUT-02).
    pub fn bound_to(self, allowed: &'a AllowedDomains) -> ManagementCredentials<'a> {
        ManagementCredentials {
            allowed: Some(allowed),
            ..self
        }
    }

    pub fn credentials(&self) -> &'a Credentials {
        self.credentials
    }

    /// The value of a generic secret: an API token, a client secret, a private key.
    pub fn value(&self) -> Option<&'a SecretText> {
        self.credentials.field("value")
    }
}

impl ServiceRequest<'_> {
    /// The way out for what the management credential signs, beside that of the secret's own key.
    pub(crate) fn managing(&self, http: &Http) -> Http {
        let allowed = self.management.and_then(|management| management.allowed);
        allowed.map_or_else(|| http.clone(), |allowed| http.only(allowed))
    }
}

impl NotManaged {
    pub fn code(&self) -> &'static str {
        match self {
            NotManaged::NoApi => "no_api",
            NotManaged::ManagementMissing { .. } => "management_missing",
            NotManaged::ManagementUnfit { .. } => "management_unfit",
            NotManaged::ParametersMissing { .. } => "parameters_missing",
            NotManaged::ParameterInvalid { .. } => "parameter_invalid",
        }
    }
}
