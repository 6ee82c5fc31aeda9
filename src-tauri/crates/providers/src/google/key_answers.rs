//! What Google's IAM and its Policy Analyzer answer, as far as it is used.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{SecretText, Timestamp};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::key_service::{CreatedKey, KeyStatus, LastUse, RemoteKey, RemoteKeyId};

#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    pub keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Key {
    /// `projects/…/serviceAccounts/…/keys/ID`.
    name: String,
    valid_after_time: Option<String>,
    valid_before_time: Option<String>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    name: String,
    valid_after_time: Option<String>,
    valid_before_time: Option<String>,
    /// The key file, in base64.
    private_key_data: Zeroizing<String>,
}

#[derive(Deserialize)]
pub(super) struct Held {
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// Of `activities:query`, type `serviceAccountKeyLastAuthentication`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activities {
    #[serde(default)]
    pub activities: Vec<Activity>,
    pub next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activity {
    full_resource_name: String,
    activity: LastAuthentication,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastAuthentication {
    last_authenticated_time: Option<String>,
}

impl Key {
    pub fn into_remote(self, ours: Option<&str>, now: Timestamp) -> RemoteKey {
        let expires_at = end(self.valid_before_time.as_deref());
        let id = id(&self.name);
        RemoteKey {
            is_ours: Some(id) == ours,
            id: RemoteKeyId::new(id),
            name: None,
            status: match expires_at {
                Some(at) if at <= now => KeyStatus::Expired,
                _ if self.disabled => KeyStatus::Inactive,
                _ => KeyStatus::Active,
            },
            created_at: time(self.valid_after_time.as_deref()),
            expires_at,
            last_used: LastUse::NotTold,
        }
    }
}

impl Created {
    /// The key file as it is, and what is known of the key.
    pub fn into_key(self) -> Option<CreatedKey> {
        let file = BASE64_STANDARD.decode(self.private_key_data.as_bytes());
        let file = String::from_utf8(file.ok()?).ok()?;
        Some(CreatedKey {
            id: RemoteKeyId::new(id(&self.name)),
            created_at: time(self.valid_after_time.as_deref()),
            expires_at: end(self.valid_before_time.as_deref()),
            fields: vec![("service_account_json".to_owned(), SecretText::new(file))],
        })
    }
}

impl Activity {
    pub fn is_of(&self, id: &RemoteKeyId) -> bool {
        let named = self.full_resource_name.rsplit_once("/keys/");
        named.is_some_and(|(_, key)| key == id.as_str())
    }

    pub fn last_use(&self) -> LastUse {
        match time(self.activity.last_authenticated_time.as_deref()) {
            None => LastUse::Never,
            Some(time) => LastUse::At {
                time,
                service: None,
                region: None,
            },
        }
    }
}

/// The last part of a key's resource name.
fn id(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// A key that never ends is said to end in the year 9999.
fn end(text: Option<&str>) -> Option<Timestamp> {
    time(text.filter(|text| !text.starts_with("9999-")))
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?).ok()
}
