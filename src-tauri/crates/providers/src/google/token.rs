//! A signed assertion exchanged for an access token (RFC 7523, Google's "Using OAuth 2.0 for Server to Server Applications").

use std::time::{SystemTime, UNIX_EPOCH};

use ::http::Request;
use ::http::header::CONTENT_TYPE;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::account::{ServiceAccount, unusable};
use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::{Answer, Http};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// An assertion is used at once; Google takes up to an hour.
const ASSERTION_SECONDS: u64 = 300;
/// Before now, for a clock that is ahead of Google's.
const EARLIER_SECONDS: u64 = 30;

/// For the `Authorization` header; wiped when dropped.
pub(crate) struct AccessToken(Zeroizing<String>);

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Zeroizing<String>,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Asks the account's own token server.
pub(crate) async fn access_token(
    http: &Http,
    account: &ServiceAccount,
    scope: &str,
) -> Result<AccessToken, ProviderError> {
    let assertion = assertion(account, scope)?;
    let form = format!(
        "grant_type={}&assertion={}",
        GRANT.replace(':', "%3A"),
        *assertion
    );
    let request = Request::post(&account.token_uri)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into_bytes())
        .map_err(|_| unusable())?;
    let answer = http.send(request).await?;
    if !answer.is_success() {
        return Err(refusal(&answer));
    }
    let token: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| {
        ProviderError::new(
            ErrorKind::Nonsense,
            "The token server's answer has no token.",
        )
    })?;
    Ok(AccessToken(token.access_token))
}

impl AccessToken {
    /// The value of the `Authorization` header.
    pub fn bearer(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Bearer {}", *self.0))
    }
}

fn assertion(account: &ServiceAccount, scope: &str) -> Result<Zeroizing<String>, ProviderError> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(account.private_key.as_bytes())
        .map_err(|_| unusable())?;
    let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| unusable())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now
        .map_or(0, |since| since.as_secs())
        .saturating_sub(EARLIER_SECONDS);
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": account.private_key_id });
    let claims = json!({
        "iss": account.client_email,
        "scope": scope,
        "aud": account.token_uri,
        "iat": now,
        "exp": now + EARLIER_SECONDS + ASSERTION_SECONDS,
    });
    let encoded = |part: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .map_err(|_| unusable())?;
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
    Ok(Zeroizing::new(format!("{signed}.{signature}")))
}

/// `invalid_grant` is said of an unknown, deleted, disabled or wrong key, and of a clock that is off.
fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<TokenRefusal> = serde_json::from_slice(&answer.body).ok();
    let kind = match told.as_ref().map(|told| told.error.as_str()) {
        Some("invalid_grant" | "invalid_client" | "unauthorized_client") => ErrorKind::Refused,
        _ => ErrorKind::of_status(answer.status),
    };
    let (code, message) = told
        .map(|told| (told.error, told.error_description))
        .unzip();
    fault_body::told(answer, kind, code, message)
}
