//! Google Cloud Storage through its JSON interface.

use ::http::header::{AUTHORIZATION, CONTENT_TYPE, RANGE};
use ::http::{HeaderName, Method, Request};
use async_trait::async_trait;
use domain::Credentials;
use domain::location::{Endpoint, PlainHttp};
use serde::Deserialize;

use super::objects::{self, Bucket, LISTED_MAX, PROBE_CONTENT, Seen};
use super::target::host_of;
use super::{Probe, Target, Verified};
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::fault_body;
use crate::google::{ALL_SCOPES, AccessToken, ServiceAccount, access_token};
use crate::http::{Answer, Http};

const OWN_ENDPOINT: &str = "https://storage.googleapis.com";
const LIST: &str = "storage.objects.list";
const READ: &str = "storage.objects.get";
const WRITE: &str = "storage.objects.create";
const DELETE: &str = "storage.objects.delete";
const LOOK_AT_BUCKET: &str = "storage.buckets.get";

/// One bucket, and the token of one account.
struct Opened {
    http: Http,
    plain_http: PlainHttp,
    endpoint: String,
    /// Escaped for an address.
    name: String,
    token: AccessToken,
}

pub(super) fn hosts(
    target: &Target,
    credentials: &Credentials,
) -> Result<Vec<String>, ProviderError> {
    let account = ServiceAccount::of(credentials)?;
    Ok(vec![
        host_of(&account.token_uri)?,
        host_of(endpoint(target))?,
    ])
}

fn endpoint(target: &Target) -> &str {
    target
        .endpoint
        .as_ref()
        .map_or(OWN_ENDPOINT, Endpoint::as_str)
}

pub(super) async fn verify(
    http: &Http,
    target: &Target,
    credentials: &Credentials,
    probe: Probe,
    found: &mut Verified,
) -> Result<(), ProviderError> {
    let account = ServiceAccount::of(credentials)?;
    let bucket = Opened {
        token: access_token(http, &account, ALL_SCOPES).await?,
        http: http.clone(),
        plain_http: target.plain_http(),
        endpoint: endpoint(target).to_owned(),
        name: escape::part(target.bucket.as_str()),
    };
    let held = match bucket.permissions().await {
        Ok(held) => held,
        Err(error) => {
            let missing = error.kind == ErrorKind::NotFound;
            found.bucket_exists = missing.then_some(false);
            return Err(error);
        }
    };
    found.bucket_exists = Some(true);
    let holds = |permission: &str| held.iter().any(|one| one == permission);
    if holds(LOOK_AT_BUCKET) {
        found.region = bucket.region().await?;
    }
    // What is held for the bucket is held for its objects. The reverse is not so: a condition can limit a role to a prefix.
    found.can_write = holds(WRITE).then_some(true);
    found.can_delete = holds(DELETE).then_some(true);
    objects::try_objects(Box::new(bucket), target.prefix_text(), probe, found).await;
    Ok(())
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    permissions: Vec<String>,
}

#[derive(Deserialize)]
struct About {
    location: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
    /// A number in quotes.
    size: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: RefusalBody,
}

#[derive(Deserialize)]
struct RefusalBody {
    message: String,
    #[serde(default)]
    errors: Vec<RefusalReason>,
}

#[derive(Deserialize)]
struct RefusalReason {
    reason: String,
}

impl Opened {
    fn bucket_url(&self) -> String {
        format!("{}/storage/v1/b/{}", self.endpoint, self.name)
    }

    fn object_url(&self, key: &str) -> String {
        format!("{}/o/{}", self.bucket_url(), escape::part(key))
    }

    /// Which of the five the account has on the bucket; needs none itself.
    async fn permissions(&self) -> Result<Vec<String>, ProviderError> {
        let asked =
            [LIST, READ, WRITE, DELETE, LOOK_AT_BUCKET].map(|one| format!("permissions={one}"));
        let url = format!(
            "{}/iam/testPermissions?{}",
            self.bucket_url(),
            asked.join("&")
        );
        let answer = self.ask(Method::GET, &url, &[], Vec::new()).await?;
        Ok(parsed::<Permissions>(&answer)?.permissions)
    }

    async fn region(&self) -> Result<Option<String>, ProviderError> {
        let url = format!("{}?fields=location", self.bucket_url());
        let answer = self.ask(Method::GET, &url, &[], Vec::new()).await?;
        Ok(Some(parsed::<About>(&answer)?.location.to_lowercase()))
    }

    async fn ask(
        &self,
        method: Method,
        url: &str,
        headers: &[(HeaderName, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, ProviderError> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(AUTHORIZATION, self.token.bearer().as_str());
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(body).map_err(|_| {
            ProviderError::new(
                ErrorKind::Rejected,
                "The bucket's name can't be part of an address.",
            )
        })?;
        let answer = self.http.send_to_location(request, self.plain_http).await?;
        if answer.is_success() {
            return Ok(answer);
        }
        Err(read_error(&answer))
    }
}

#[async_trait]
impl Bucket for Opened {
    async fn list(&self, prefix: &str) -> Result<Vec<Seen>, ProviderError> {
        let url = format!(
            "{}/o?maxResults={LISTED_MAX}&fields=items(name,size)&prefix={}",
            self.bucket_url(),
            escape::part(prefix)
        );
        let answer = self.ask(Method::GET, &url, &[], Vec::new()).await?;
        let items = parsed::<Page>(&answer)?.items.into_iter();
        let seen = items.map(|item| Seen {
            size: item.size.parse().unwrap_or(0),
            key: item.name,
        });
        Ok(seen.collect())
    }

    async fn read(&self, object: &Seen) -> Result<(), ProviderError> {
        let url = format!("{}?alt=media", self.object_url(&object.key));
        let one_byte = [(RANGE, "bytes=0-0")];
        let headers = if object.size > 0 { &one_byte[..] } else { &[] };
        self.ask(Method::GET, &url, headers, Vec::new())
            .await
            .map(|_| ())
    }

    async fn write(&self, key: &str) -> Result<(), ProviderError> {
        let url = format!(
            "{}/upload/storage/v1/b/{}/o?uploadType=media&name={}",
            self.endpoint,
            self.name,
            escape::part(key)
        );
        let headers = [(CONTENT_TYPE, "text/plain")];
        let body = PROBE_CONTENT.as_bytes().to_vec();
        self.ask(Method::POST, &url, &headers, body)
            .await
            .map(|_| ())
    }

    async fn remove(&self, key: &str) -> Result<(), ProviderError> {
        let url = self.object_url(key);
        self.ask(Method::DELETE, &url, &[], Vec::new())
            .await
            .map(|_| ())
    }
}

fn parsed<'a, T: Deserialize<'a>>(answer: &'a Answer) -> Result<T, ProviderError> {
    serde_json::from_slice(&answer.body).map_err(|_| {
        ProviderError::new(
            ErrorKind::Nonsense,
            "The answer is not what Google's documentation says.",
        )
    })
}

fn read_error(answer: &Answer) -> ProviderError {
    let told: Option<RefusalBody> = serde_json::from_slice(&answer.body)
        .map(|refusal: Refusal| refusal.error)
        .ok();
    let reason = told.as_ref().and_then(|told| told.errors.first());
    let code = reason.map(|one| one.reason.clone());
    let kind = match code.as_deref() {
        Some("rateLimitExceeded" | "userRateLimitExceeded") => ErrorKind::Throttled,
        _ => ErrorKind::of_status(answer.status),
    };
    fault_body::told(answer, kind, code, told.map(|told| told.message))
}
