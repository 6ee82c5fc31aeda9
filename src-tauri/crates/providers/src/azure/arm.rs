//! Calls of Azure's Resource Manager about one storage account.

use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ::http::{Method, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::entra::{Application, Token};
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::fault_body;
use crate::http::{Answer, Http};
use crate::retry;

/// Of Microsoft.Storage.
const STORAGE_VERSION: &str = "2023-05-01";
/// Of Microsoft.Authorization.
const PERMISSIONS_VERSION: &str = "2022-04-01";

pub(super) struct Arm {
    pub http: Http,
    pub endpoint: String,
    pub application: Application,
    pub subscription: String,
    pub resource_group: String,
    pub account: String,
}

/// Both keys of the account, as `listKeys` and `regenerateKey` answer them.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub keys: Vec<StoredKey>,
}

/// No `Debug`: the value is the key itself, wiped when dropped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredKey {
    /// `key1` or `key2`.
    pub key_name: String,
    pub value: Zeroizing<String>,
    /// Not told of keys that were made before Azure kept it.
    pub creation_time: Option<String>,
}

/// What the caller may do with the account, a set for each of its roles.
#[derive(Deserialize)]
pub(super) struct Permissions {
    pub value: Vec<PermissionSet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PermissionSet {
    #[serde(default)]
    pub actions: Vec<String>,
    #[serde(default)]
    pub not_actions: Vec<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: Fault,
}

#[derive(Deserialize)]
struct Fault {
    code: String,
    #[serde(default)]
    message: String,
}

impl Arm {
    pub async fn token(&self) -> Result<Token, ProviderError> {
        self.application.token(&self.endpoint).await
    }

    pub async fn keys(&self, token: &Token) -> Result<Listed, ProviderError> {
        let url = self.url("/listKeys", STORAGE_VERSION);
        retry::reading(async || self.ask(token, Method::POST, &url, None).await).await
    }

    /// Ends the key in that slot and answers all as they are then; sent once.
    pub async fn regenerate(&self, token: &Token, slot: &str) -> Result<Listed, ProviderError> {
        let url = self.url("/regenerateKey", STORAGE_VERSION);
        let asked = json!({ "keyName": slot });
        self.ask(token, Method::POST, &url, Some(&asked)).await
    }

    pub async fn permissions(&self, token: &Token) -> Result<Permissions, ProviderError> {
        let rest = "/providers/Microsoft.Authorization/permissions";
        let url = self.url(rest, PERMISSIONS_VERSION);
        retry::reading(async || self.ask(token, Method::GET, &url, None).await).await
    }

    fn url(&self, rest: &str, version: &str) -> String {
        format!(
            "{}/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Storage/storageAccounts/{}{rest}?api-version={version}",
            self.endpoint,
            escape::part(&self.subscription),
            escape::part(&self.resource_group),
            escape::part(&self.account)
        )
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        token: &Token,
        method: Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<T, ProviderError> {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header(AUTHORIZATION, token.bearer().as_str())
            .header(CONTENT_TYPE, "application/json");
        let body = body.map(|body| body.to_string().into_bytes());
        let request = request
            .body(body.unwrap_or_default())
            .map_err(|_| ProviderError::new(ErrorKind::Rejected, "The endpoint is no address."))?;
        let answer = self.http.send(request).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        // The parser's own words would quote the answer, which holds keys.
        serde_json::from_slice(&answer.body).map_err(|_| {
            let message = "The answer is not what Azure's documentation says.";
            ProviderError::new(ErrorKind::Nonsense, message)
        })
    }
}

fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
    let told = told.map(|told| told.error);
    let kind = told.as_ref().and_then(|told| kind(&told.code));
    let kind = kind.unwrap_or_else(|| ErrorKind::of_status(answer.status));
    let (code, message) = told.map(|told| (told.code, told.message)).unzip();
    fault_body::told(answer, kind, code, message)
}

/// By Microsoft's "Common Azure Resource Manager errors"; what is not here goes by its status.
fn kind(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "AuthenticationFailed"
        | "InvalidAuthenticationToken"
        | "ExpiredAuthenticationToken"
        | "InvalidAuthenticationTokenTenant" => ErrorKind::Refused,
        // A lock of the account is no fault of the request, and no other try helps.
        "AuthorizationFailed"
        | "LinkedAuthorizationFailed"
        | "RequestDisallowedByPolicy"
        | "ScopeLocked" => ErrorKind::Forbidden,
        "TooManyRequests" | "StorageAccountOperationInProgress" | "ConcurrentOperation" => {
            ErrorKind::Throttled
        }
        _ => return None,
    })
}
