//! Calls of Google's IAM about one service account, and of the Policy Analyzer about its keys.

use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ::http::{Method, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::key_answers::{Activities, Activity, Held, Listed};
use super::token::AccessToken;
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::fault_body;
use crate::http::{Answer, Http};
use crate::retry;

const ACTIVITIES_PAGE_MAX: u32 = 1000;
/// Keys of a whole project: what is beyond is not told.
const ACTIVITIES_PAGES_MAX: usize = 5;

pub(super) struct Iam {
    pub http: Http,
    pub endpoint: String,
    /// Of the Policy Analyzer.
    pub usage_endpoint: String,
    /// Whose keys these are.
    pub project: String,
    pub email: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: Fault,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: String,
}

impl Iam {
    pub async fn keys(&self, token: &AccessToken) -> Result<Listed, ProviderError> {
        // Google's own keys of the account come and go by themselves.
        let url = self.account("/keys?keyTypes=USER_MANAGED");
        retry::reading(async || self.ask(token, Method::GET, &url, None).await).await
    }

    /// Which of these the caller holds on the account.
    pub async fn held(
        &self,
        token: &AccessToken,
        permissions: &[&str],
    ) -> Result<Held, ProviderError> {
        let url = self.account(":testIamPermissions");
        let asked = json!({ "permissions": permissions });
        retry::reading(async || self.ask(token, Method::POST, &url, Some(&asked)).await).await
    }

    /// When keys of the project were last used for a token; a day's worth at a time, some days late.
    pub async fn activities(&self, token: &AccessToken) -> Result<Vec<Activity>, ProviderError> {
        let mut found = Vec::new();
        let mut page_token: Option<String> = None;
        for _ in 0..ACTIVITIES_PAGES_MAX {
            let mut url = format!(
                "{}/v1/projects/{}/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query?pageSize={ACTIVITIES_PAGE_MAX}",
                self.usage_endpoint,
                escape::part(&self.project)
            );
            if let Some(next) = &page_token {
                url.push_str(&format!("&pageToken={}", escape::part(next)));
            }
            let page: Activities =
                retry::reading(async || self.ask(token, Method::GET, &url, None).await).await?;
            found.extend(page.activities);
            page_token = page.next_page_token.filter(|next| !next.is_empty());
            if page_token.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// About one key, sent once: `rest` is `:disable` and the like.
    pub async fn change_key(
        &self,
        token: &AccessToken,
        method: Method,
        id: &str,
        rest: &str,
    ) -> Result<Value, ProviderError> {
        let url = self.account(&format!("/keys/{}{rest}", escape::part(id)));
        let body = (method == Method::POST).then(|| json!({}));
        self.ask(token, method, &url, body.as_ref()).await
    }

    pub async fn create<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
    ) -> Result<T, ProviderError> {
        let asked = json!({
            "privateKeyType": "TYPE_GOOGLE_CREDENTIALS_FILE",
            "keyAlgorithm": "KEY_ALG_RSA_2048",
        });
        let url = self.account("/keys");
        self.ask(token, Method::POST, &url, Some(&asked)).await
    }

    fn account(&self, rest: &str) -> String {
        format!(
            "{}/v1/projects/{}/serviceAccounts/{}{rest}",
            self.endpoint,
            escape::part(&self.project),
            escape::part(&self.email)
        )
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        method: Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<T, ProviderError> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(AUTHORIZATION, token.bearer().as_str());
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map(|body| body.to_string().into_bytes());
        let request = request
            .body(body.unwrap_or_default())
            .map_err(|_| ProviderError::new(ErrorKind::Rejected, "The endpoint is no address."))?;
        let answer = self.http.send(request).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        // The parser's own words would quote the answer, which may hold a new key.
        serde_json::from_slice(&answer.body).map_err(|_| {
            let message = "The answer is not what Google's documentation says.";
            ProviderError::new(ErrorKind::Nonsense, message)
        })
    }
}

fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
    let told = told.map(|told| told.error);
    let kind = told.as_ref().and_then(kind);
    let kind = kind.unwrap_or_else(|| ErrorKind::of_status(answer.status));
    let (code, message) = told.map(|told| (told.status, told.message)).unzip();
    fault_body::told(answer, kind, code.filter(|code| !code.is_empty()), message)
}

/// By the canonical codes of Google's APIs.
fn kind(fault: &Fault) -> Option<ErrorKind> {
    Some(match fault.status.as_str() {
        "UNAUTHENTICATED" => ErrorKind::Refused,
        "PERMISSION_DENIED" => ErrorKind::Forbidden,
        "NOT_FOUND" => ErrorKind::NotFound,
        // Of quotas, too; of the keys it was said until 2021.
        "RESOURCE_EXHAUSTED" if fault.message.contains("number of keys") => ErrorKind::Limit,
        "RESOURCE_EXHAUSTED" | "ABORTED" => ErrorKind::Throttled,
        "UNAVAILABLE" | "INTERNAL" | "DEADLINE_EXCEEDED" => ErrorKind::Unavailable,
        "FAILED_PRECONDITION" | "INVALID_ARGUMENT" => ErrorKind::Rejected,
        _ => return None,
    })
}
