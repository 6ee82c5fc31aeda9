//! What Railway is asked about and what it answers, as far as it is used. Failures come as a success that lists errors.

use domain::SecretText;
use serde::de::IgnoredAny;
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
    data: Option<Data<T>>,
    #[serde(default)]
    errors: Vec<Fault>,
}

/// What was asked for, by whichever name.
#[derive(Deserialize)]
struct Data<T> {
    #[serde(
        rename = "bucketCredentialsReset",
        alias = "bucketS3Credentials",
        alias = "projectToken",
        default = "Option::default"
    )]
    asked: Option<T>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
    /// Where in what was asked for it went wrong.
    #[serde(default)]
    path: Option<Vec<IgnoredAny>>,
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
    #[serde(rename = "projectId")]
    _project: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Known {
    pub access_key_id: String,
    /// Where it was asked for, and is told.
    #[serde(default)]
    secret_access_key: Option<Zeroizing<String>>,
}

impl<T> Answered<T> {
    /// `token` is left out of what is told.
    pub fn into_data(self, token: &SecretText) -> Result<T, ProviderError> {
        let began = self.began();
        let asked = self.data.and_then(|data| data.asked);
        match self.errors.into_iter().next() {
            Some(fault) => Err(fault.into_error(began).without(token)),
            None => asked.ok_or_else(foreign),
        }
    }
}

impl<T> Answered<T> {
    /// Whether it was carried out, whatever failed after it.
    fn began(&self) -> bool {
        let is_there = self.data.as_ref().is_some_and(|data| data.asked.is_some());
        is_there || self.errors.iter().any(Fault::is_within)
    }
}

impl Known {
    /// `None` where its secret is not told.
    pub fn into_key(self) -> Option<CreatedKey> {
        CreatedKey::of_access_key(&self.access_key_id, &self.secret_access_key?)
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

    /// What was asked for was carried out, and a part of its answer failed (GraphQL, 7.1.6 “Errors”: a path).
    fn is_within(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.len() > 1)
    }

    fn into_error(self, began: bool) -> ProviderError {
        let kind = match began {
            true => ErrorKind::Unavailable,
            false => self.kind(),
        };
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
    let told: Option<Answered<IgnoredAny>> = serde_json::from_slice(&answer.body).ok();
    let began = told.as_ref().is_some_and(Answered::began);
    let first = told.and_then(|told| told.errors.into_iter().next());
    let kind = match began {
        true => ErrorKind::Unavailable,
        false => ErrorKind::of_status(answer.status),
    };
    fault_body::told(answer, kind, None, first.map(|fault| fault.message))
}
