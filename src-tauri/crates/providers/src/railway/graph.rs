//! What Railway is asked about and what it answers, as far as it is used. Failures come as a success that lists errors.

use domain::SecretText;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::Answer;
use crate::json_api::foreign;
use crate::key_service::CreatedKey;

/// The variables of every question.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bucket {
    pub project_id: String,
    pub environment_id: String,
    pub bucket_id: String,
}

#[derive(Deserialize)]
pub(super) struct Answered<T> {
    #[serde(default = "Option::default")]
    data: Option<T>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
    #[serde(default)]
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    #[serde(default)]
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProjectToken {
    #[serde(rename = "projectToken")]
    _of: Scope,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scope {
    #[serde(rename = "projectId")]
    _project: String,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(rename = "bucketS3Credentials")]
    credentials: Vec<Known>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    access_key_id: String,
}

#[derive(Deserialize)]
pub(super) struct Reset {
    #[serde(rename = "bucketCredentialsReset")]
    credentials: New,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
}

impl<T> Answered<T> {
    /// `token` is left out of what is told.
    pub fn into_data(self, token: &SecretText) -> Result<T, ProviderError> {
        match self.errors.into_iter().next() {
            Some(fault) => Err(fault.into_error().without(token)),
            None => self.data.ok_or_else(foreign),
        }
    }
}

impl Listed {
    pub fn into_ids(self) -> Vec<String> {
        let ids = self
            .credentials
            .into_iter()
            .map(|known| known.access_key_id);
        ids.collect()
    }
}

impl Reset {
    pub fn into_key(self) -> Option<CreatedKey> {
        CreatedKey::of_access_key(
            &self.credentials.access_key_id,
            &self.credentials.secret_access_key,
        )
    }
}

impl Fault {
    /// Refusals have no code of their own; their message is what Railway's own command line goes by.
    fn kind(&self) -> ErrorKind {
        let code = self
            .extensions
            .as_ref()
            .and_then(|told| told.code.as_deref());
        let message = self.message.to_ascii_lowercase();
        if message.contains("not authorized") || message.contains("two factor") {
            return ErrorKind::Forbidden;
        }
        match code {
            Some("GRAPHQL_VALIDATION_FAILED" | "GRAPHQL_PARSE_FAILED" | "BAD_USER_INPUT") => {
                ErrorKind::Rejected
            }
            // Whatever else went wrong may have gone wrong after it was done.
            _ => ErrorKind::Unavailable,
        }
    }

    fn into_error(self) -> ProviderError {
        let kind = self.kind();
        let code = self.extensions.and_then(|told| told.code);
        let code = match kind {
            ErrorKind::Forbidden => "not_authorized".to_owned(),
            _ => code.unwrap_or_else(|| "graphql".to_owned()),
        };
        ProviderError::new(kind, &self.message).with_code(&code)
    }
}

/// Where the answer is none of GraphQL's own successes.
pub(super) fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<Answered<serde_json::Value>> = serde_json::from_slice(&answer.body).ok();
    let first = told.and_then(|told| told.errors.into_iter().next());
    let kind = ErrorKind::of_status(answer.status);
    fault_body::told(answer, kind, None, first.map(|fault| fault.message))
}
