//! Calls of an API that takes and gives JSON, by a token in a header.

use ::http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use ::http::{Method, Request};
use domain::SecretText;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};
use crate::http::{Answer, Http};
use crate::offer::{ManagementCredentials, NotManaged};
use crate::retry;

const JSON: &str = "application/json";

/// An API at one address.
pub(crate) struct JsonApi {
    pub http: Http,
    /// Without a `/` at its end.
    pub base: String,
    pub token: SecretText,
    pub presented: Presented,
    /// Reads an answer that is no success.
    pub refusal: fn(&Answer) -> ProviderError,
}

/// How a token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presented {
    Bearer,
    /// By itself, in a header of the service's own.
    Header(&'static str),
}

impl JsonApi {
    /// Asks for what is there; tried again where a failure passes with time.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, ProviderError> {
        let answer = retry::reading(async || self.send(Method::GET, path, None).await).await?;
        parsed(&answer)
    }

    /// Sent once.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ProviderError> {
        let (header, value) = self.presented()?;
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header, value)
            .header(ACCEPT, JSON);
        let request = match body {
            Some(body) => request
                .header(CONTENT_TYPE, JSON)
                .body(body.to_string().into_bytes()),
            None => request.body(Vec::new()),
        };
        let request = request.map_err(|_| {
            ProviderError::new(ErrorKind::Rejected, "The endpoint or an id is no address.")
        })?;
        let answer = self.http.send(request).await?;
        if answer.is_success() {
            return Ok(answer);
        }
        Err((self.refusal)(&answer).without(&self.token))
    }

    fn presented(&self) -> Result<(HeaderName, HeaderValue), ProviderError> {
        let token = self.token.expose_text();
        let (name, text) = match self.presented {
            Presented::Bearer => ("authorization", Zeroizing::new(format!("Bearer {token}"))),
            Presented::Header(name) => (name, Zeroizing::new(token.to_owned())),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            ProviderError::new(ErrorKind::Rejected, "The token can't be part of a request.")
        })?;
        value.set_sensitive(true);
        Ok((HeaderName::from_static(name), value))
    }
}

/// What an answer holds. The parser's own words would quote it, and it may hold a new key.
pub(crate) fn parsed<T: DeserializeOwned>(answer: &Answer) -> Result<T, ProviderError> {
    serde_json::from_slice(&answer.body).map_err(|_| foreign())
}

pub(crate) fn foreign() -> ProviderError {
    ProviderError::new(
        ErrorKind::Nonsense,
        "The answer is not what the documentation of this service says.",
    )
}

/// The token in the management secret, without the line break that comes along when copying.
pub(crate) fn token(
    management: Option<ManagementCredentials<'_>>,
    needs: &'static str,
) -> Result<SecretText, NotManaged> {
    let management = management.ok_or(NotManaged::ManagementMissing { needs })?;
    let text = management.value().map(|value| value.expose_text().trim());
    let plain = |text: &&str| !text.is_empty() && text.chars().all(|next| next.is_ascii_graphic());
    let text = text
        .filter(plain)
        .ok_or(NotManaged::ManagementUnfit { needs })?;
    Ok(SecretText::new(text.to_owned()))
}
