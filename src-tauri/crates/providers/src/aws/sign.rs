//! Signature Version 4 over a request's headers and body.

use std::time::SystemTime;

use ::http::Request;
use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    self, PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use domain::{Credentials, SecretText};

use crate::error::{ErrorKind, ProviderError};

/// An access key's two halves; wiped when dropped.
pub(crate) struct AccessKey {
    pub id: String,
    pub secret: SecretText,
}

/// What a signature is good for.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub service: &'a str,
    pub region: &'a str,
}

impl AccessKey {
    /// A copy of the access key in these credentials, where their method has one under these names, which all S3 methods share.
    pub fn of(credentials: &Credentials) -> Option<AccessKey> {
        let (id, secret) = match credentials.field("application_key_id") {
            Some(id) => (id, credentials.field("application_key")?),
            None => (
                credentials.field("access_key_id")?,
                credentials.field("secret_access_key")?,
            ),
        };
        Some(AccessKey {
            id: id.expose_text().to_owned(),
            secret: SecretText::new(secret.expose_text().to_owned()),
        })
    }

    /// Credentials of STS, which end by themselves and have no key to rotate.
    pub fn is_temporary(&self) -> bool {
        self.id.starts_with("ASIA")
    }
}

/// Adds the headers of the signature. The path is signed as it stands, as S3 wants it.
pub(crate) fn sign(
    request: &mut Request<Vec<u8>>,
    key: &AccessKey,
    scope: Scope<'_>,
) -> Result<(), ProviderError> {
    let secret = key.secret.expose_text();
    let identity = SigningCredentials::new(key.id.as_str(), secret, None, None, "vault").into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .map_err(|_| unsigned())?
        .into();

    let url = request.uri().to_string();
    let headers: Vec<(&str, &str)> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), url, headers.into_iter(), body)
        .map_err(|_| unsigned())?;
    let (instructions, _) = http_request::sign(signable, &params)
        .map_err(|_| unsigned())?
        .into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}

fn unsigned() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "The request can't be signed: the address has characters that no request may have.",
    )
}
