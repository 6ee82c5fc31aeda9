//! An application's client secret exchanged for a token of Azure's management (OAuth 2.0, client credentials).

use ::http::Request;
use ::http::header::CONTENT_TYPE;
use domain::SecretText;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::fault_body;
use crate::http::{Answer, Http};
use crate::retry;

pub(super) struct Application {
    pub http: Http,
    pub endpoint: String,
    pub tenant: String,
    pub client_id: String,
    pub client_secret: SecretText,
}

/// For the `Authorization` header; wiped when dropped.
pub(super) struct Token(Zeroizing<String>);

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

impl Application {
    /// For the service at `resource`.
    pub async fn token(&self, resource: &str) -> Result<Token, ProviderError> {
        let told = retry::reading(async || self.ask(resource).await).await;
        told.map_err(|error| error.without(&self.client_secret))
    }

    async fn ask(&self, resource: &str) -> Result<Token, ProviderError> {
        let form = Zeroizing::new(format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
            escape::part(&self.client_id),
            escape::part(self.client_secret.expose_text()),
            escape::part(&format!("{resource}/.default"))
        ));
        let url = format!(
            "{}/{}/oauth2/v2.0/token",
            self.endpoint,
            escape::part(&self.tenant)
        );
        let request = Request::post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.as_bytes().to_vec())
            .map_err(|_| ProviderError::new(ErrorKind::Rejected, "The endpoint is no address."))?;
        let answer = self.http.send(request).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        let told: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| {
            let message = "The sign-in's answer has no token.";
            ProviderError::new(ErrorKind::Nonsense, message)
        })?;
        Ok(Token(told.access_token))
    }
}

impl Token {
    pub fn bearer(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Bearer {}", *self.0))
    }
}

/// A wrong secret, an application that is not in the tenant, a tenant that is not there: the management credential does not fit.
fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<TokenRefusal> = serde_json::from_slice(&answer.body).ok();
    let kind = match told.as_ref().map(|told| told.error.as_str()) {
        Some("invalid_client") => ErrorKind::Refused,
        Some("unauthorized_client" | "invalid_request" | "invalid_scope") => ErrorKind::Rejected,
        Some("temporarily_unavailable") => ErrorKind::Unavailable,
        _ => ErrorKind::of_status(answer.status),
    };
    let (code, message) = told
        .map(|told| (told.error, told.error_description))
        .unzip();
    fault_body::told(answer, kind, code, message)
}
