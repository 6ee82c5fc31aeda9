//! What the native API answers, as far as it is used.

use domain::{SecretText, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::api::Version;
use crate::key_service::{CreatedKey, KeyStatus, LastUse, RemoteKey, RemoteKeyId};
use crate::limits;

/// Of `b2_authorize_account`, version 4.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authorized {
    pub account_id: String,
    pub authorization_token: Zeroizing<String>,
    pub api_info: ApiInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiInfo {
    pub storage_api: StorageApi,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StorageApi {
    pub api_url: String,
    pub allowed: Allowed,
}

#[derive(Deserialize)]
pub(super) struct Allowed {
    pub capabilities: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    pub keys: Vec<Key>,
    pub next_application_key_id: Option<String>,
}

/// A key and what it is limited to.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct Key {
    pub application_key_id: String,
    pub key_name: String,
    pub capabilities: Vec<String>,
    /// Up to version 3.
    pub bucket_id: Option<String>,
    /// From version 4 on.
    pub bucket_ids: Option<Vec<String>>,
    pub name_prefix: Option<String>,
    /// Milliseconds since 1970.
    pub expiration_timestamp: Option<i64>,
    /// In whose list it stood: what is done to it is asked for in the same.
    #[serde(skip)]
    pub version: Version,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    application_key_id: String,
    application_key: Zeroizing<String>,
    /// These are answered with every key.
    capabilities: Vec<String>,
    bucket_id: Option<String>,
    bucket_ids: Option<Vec<String>>,
    name_prefix: Option<String>,
    expiration_timestamp: Option<i64>,
}

impl Key {
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.expiration_timestamp.map(Timestamp::from_millis)
    }

    pub fn into_remote(self, ours: &str, now: Timestamp) -> RemoteKey {
        let ends_at = self.ends_at();
        RemoteKey {
            is_ours: self.application_key_id == ours,
            id: RemoteKeyId::new(self.application_key_id),
            name: Some(self.key_name),
            status: match ends_at {
                Some(at) if at <= now => KeyStatus::Expired,
                _ => KeyStatus::Active,
            },
            created_at: None,
            expires_at: ends_at,
            last_used: LastUse::NotTold,
        }
    }
}

impl Created {
    /// What it is limited to in another way than `present`, which it was made to follow by `terms`.
    pub fn differs_in(&self, present: &Key, terms: &Value) -> Option<&'static str> {
        let more = |held: &String| !present.capabilities.contains(held);
        if self.capabilities.iter().any(more) {
            return Some("capabilities");
        }
        let own = buckets(&self.bucket_id, &self.bucket_ids);
        if !limits::same(&own, &buckets(&present.bucket_id, &present.bucket_ids)) {
            return Some("buckets");
        }
        if self.name_prefix != present.name_prefix {
            return Some("name prefixes");
        }
        let ends = terms.get("validDurationInSeconds").is_some();
        (self.expiration_timestamp.is_some() != ends).then_some("dates of its end")
    }

    pub fn into_key(mut self) -> CreatedKey {
        let key = std::mem::take(&mut *self.application_key);
        CreatedKey {
            id: RemoteKeyId::new(self.application_key_id.clone()),
            fields: vec![
                (
                    "application_key_id".to_owned(),
                    SecretText::new(self.application_key_id),
                ),
                ("application_key".to_owned(), SecretText::new(key)),
            ],
            created_at: None,
            expires_at: self.expiration_timestamp.map(Timestamp::from_millis),
        }
    }
}

/// Of either version; a key for all of them has none.
fn buckets<'a>(one: &'a Option<String>, several: &'a Option<Vec<String>>) -> Vec<&'a String> {
    one.iter().chain(several.iter().flatten()).collect()
}
