//! A service account's key file, as far as it is used.

use domain::Credentials;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};

/// No `Debug`: it holds the private key, wiped when dropped.
#[derive(Deserialize)]
pub(crate) struct ServiceAccount {
    #[serde(default)]
    pub private_key_id: Option<String>,
    #[serde(default)]
    pub project_id: Option<String>,
    /// Another one than Google's own has all its services elsewhere.
    #[serde(default)]
    pub universe_domain: Option<String>,
    pub client_email: String,
    pub token_uri: String,
    pub private_key: Zeroizing<String>,
}

impl ServiceAccount {
    pub fn of(credentials: &Credentials) -> Result<ServiceAccount, ProviderError> {
        let file = credentials.field("service_account_json");
        let file = file.ok_or_else(unusable)?.expose_text();
        // The text of serde's error could quote the file.
        serde_json::from_str(file).map_err(|_| unusable())
    }
}

pub(super) fn unusable() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "This secret's service account key can't be read: it needs client_email, token_uri and an RSA private_key in PKCS #8.",
    )
}
