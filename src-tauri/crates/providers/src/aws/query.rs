//! One call of the Query protocol: a signed form, an answer in XML.

use ::http::Request;
use ::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::sign::{AccessKey, Scope, sign};
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::fault_body;
use crate::http::{Answer, Http};
use crate::retry;

/// A service at one address: IAM or STS.
pub(super) struct Query {
    pub http: Http,
    pub endpoint: String,
    /// As the signature names it.
    pub service: &'static str,
    pub region: String,
    pub version: &'static str,
}

impl Query {
    /// An action that only reads; tried again where a failure passes with time.
    pub async fn read<T: DeserializeOwned>(
        &self,
        key: &AccessKey,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let answer = retry::reading(async || self.send(key, action, parameters).await).await?;
        parsed(&answer)
    }

    /// An action that changes something; sent once.
    pub async fn change(
        &self,
        key: &AccessKey,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        self.send(key, action, parameters).await
    }

    async fn send(
        &self,
        key: &AccessKey,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let mut form = format!("Action={action}&Version={}", self.version);
        for (name, value) in parameters {
            form.push_str(&format!("&{name}={}", escape::part(value)));
        }
        let mut request = Request::post(format!("{}/", self.endpoint))
            .header(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=utf-8",
            )
            .body(form.into_bytes())
            .map_err(|_| ProviderError::new(ErrorKind::Rejected, "The endpoint is no address."))?;
        let scope = Scope {
            service: self.service,
            region: &self.region,
        };
        sign(&mut request, key, scope)?;
        let answer = self.http.send(request).await?;
        if answer.is_success() {
            return Ok(answer);
        }
        Err(fault_body::of_amazon(&answer))
    }
}

pub(super) fn parsed<T: DeserializeOwned>(answer: &Answer) -> Result<T, ProviderError> {
    // The parser's own words would quote the answer, which may hold a new key.
    let foreign = || {
        let message = "The answer is not what the documentation of this service says.";
        ProviderError::new(ErrorKind::Nonsense, message)
    };
    let text = std::str::from_utf8(&answer.body).map_err(|_| foreign())?;
    quick_xml::de::from_str(text).map_err(|_| foreign())
}
