//! Calls of the native API: a key is exchanged for a token, and the answer says where to go on.

use ::http::Request;
use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::answers::{Authorized, Key, Listed};
use crate::aws::AccessKey;
use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::{Answer, Http};
use crate::retry;

/// A key's description is up to a kilobyte, and an answer at most `BODY_BYTES_MAX`.
const PAGE_KEYS_MAX: u32 = 500;
const PAGES_MAX: usize = 20;

/// Each lists and changes keys that the other does not: up to 3 those for all buckets or one, from 4 on those for several
/// (Backblaze, `b2_list_keys`, API Versions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Version {
    #[default]
    V3,
    V4,
}

pub(super) struct Api {
    pub http: Http,
    /// Where keys are authorized.
    pub endpoint: String,
}

/// What an authorized key may, and where. Good for a day; wiped when dropped.
pub(super) struct Session<'a> {
    http: &'a Http,
    token: Zeroizing<String>,
    url: String,
    pub account: String,
    pub capabilities: Vec<String>,
}

#[derive(Deserialize)]
struct Fault {
    code: String,
    #[serde(default)]
    message: String,
}

/// Whose fault a 401 is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum During {
    Authorizing,
    Asking,
}

impl Version {
    pub const ALL: [Version; 2] = [Version::V3, Version::V4];

    fn as_str(self) -> &'static str {
        match self {
            Version::V3 => "v3",
            Version::V4 => "v4",
        }
    }
}

impl Api {
    pub async fn authorize(&self, key: &AccessKey) -> Result<Session<'_>, ProviderError> {
        let authorized = retry::reading(async || self.ask_for_session(key).await).await;
        let authorized = authorized.map_err(|error| error.without(&key.secret))?;
        Ok(Session {
            http: &self.http,
            token: authorized.authorization_token,
            url: authorized.api_info.storage_api.api_url,
            account: authorized.account_id,
            capabilities: authorized.api_info.storage_api.allowed.capabilities,
        })
    }

    /// By version 4, which takes every kind of key.
    async fn ask_for_session(&self, key: &AccessKey) -> Result<Authorized, ProviderError> {
        let pair = Zeroizing::new(format!("{}:{}", key.id, key.secret.expose_text()));
        let basic = Zeroizing::new(format!("Basic {}", BASE64_STANDARD.encode(pair.as_bytes())));
        let url = format!("{}/b2api/v4/b2_authorize_account", self.endpoint);
        let request = Request::get(url)
            .header(AUTHORIZATION, basic.as_str())
            .body(Vec::new())
            .map_err(|_| no_request())?;
        let answer = self.http.send(request).await?;
        read(&answer, During::Authorizing)
    }
}

impl Session<'_> {
    /// All keys of the account, one for one; those that came to an end are gone by themselves.
    pub async fn keys(&self) -> Result<Vec<Key>, ProviderError> {
        let mut keys: Vec<Key> = Vec::new();
        for version in Version::ALL {
            for key in self.keys_in(version).await? {
                let known = |one: &Key| one.application_key_id == key.application_key_id;
                if !keys.iter().any(known) {
                    keys.push(key);
                }
            }
        }
        Ok(keys)
    }

    async fn keys_in(&self, version: Version) -> Result<Vec<Key>, ProviderError> {
        let mut keys = Vec::new();
        let mut start: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let asked = json!({
                "accountId": self.account,
                "maxKeyCount": PAGE_KEYS_MAX,
                "startApplicationKeyId": start,
            });
            let page: Listed =
                retry::reading(async || self.call(version, "b2_list_keys", &asked).await).await?;
            keys.extend(page.keys.into_iter().map(|key| Key { version, ..key }));
            match page.next_application_key_id {
                Some(next) => start = Some(next),
                None => return Ok(keys),
            }
        }
        let message = "This account has more keys than are looked at.";
        Err(ProviderError::new(ErrorKind::Nonsense, message))
    }

    /// Sent once.
    pub async fn call<T: DeserializeOwned>(
        &self,
        version: Version,
        name: &str,
        asked: &Value,
    ) -> Result<T, ProviderError> {
        let url = format!("{}/b2api/{}/{name}", self.url, version.as_str());
        let request = Request::post(url)
            .header(AUTHORIZATION, self.token.as_str())
            .header(CONTENT_TYPE, "application/json")
            .body(asked.to_string().into_bytes())
            .map_err(|_| no_request())?;
        let answer = self.http.send(request).await?;
        read(&answer, During::Asking)
    }
}

fn read<T: DeserializeOwned>(answer: &Answer, during: During) -> Result<T, ProviderError> {
    if !answer.is_success() {
        return Err(refusal(answer, during));
    }
    // The parser's own words would quote the answer, which may hold a new key.
    serde_json::from_slice(&answer.body).map_err(|_| {
        let message = "The answer is not what Backblaze's documentation says.";
        ProviderError::new(ErrorKind::Nonsense, message)
    })
}

/// `unauthorized` is said of a wrong key, and of a right one that lacks a capability.
fn refusal(answer: &Answer, during: During) -> ProviderError {
    let told: Option<Fault> = serde_json::from_slice(&answer.body).ok();
    let kind = match told.as_ref().map(|told| told.code.as_str()) {
        Some("unauthorized") if during == During::Asking => ErrorKind::Forbidden,
        Some("unauthorized" | "bad_auth_token" | "expired_auth_token") => ErrorKind::Refused,
        _ => ErrorKind::of_status(answer.status),
    };
    let (code, message) = told.map(|told| (told.code, told.message)).unzip();
    fault_body::told(answer, kind, code, message)
}

fn no_request() -> ProviderError {
    let message = "The address or the key has characters that no request may have.";
    ProviderError::new(ErrorKind::Rejected, message)
}
