//! What DigitalOcean answers, as far as it is used.

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::Answer;
use crate::key_service::{CreatedKey, KeyStatus, LastUse, RemoteKey, RemoteKeyId};

#[derive(Deserialize)]
pub(super) struct Listed {
    pub keys: Vec<Key>,
    #[serde(default)]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    #[serde(default)]
    pages: Pages,
}

#[derive(Default, Deserialize)]
struct Pages {
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Found {
    pub key: Key,
}

#[derive(Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    name: Option<String>,
    access_key: String,
    pub grants: Vec<Grant>,
    #[serde(default)]
    created_at: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Grant {
    bucket: String,
    permission: String,
}

#[derive(Deserialize)]
pub(super) struct Created {
    key: NewKey,
}

#[derive(Deserialize)]
struct NewKey {
    access_key: String,
    secret_key: Zeroizing<String>,
    #[serde(default)]
    created_at: Option<String>,
}

/// `id` is their word for what is wrong: `unauthorized`, `forbidden`, `not_found`, `too_many_requests`.
#[derive(Deserialize)]
struct Refusal {
    id: String,
    #[serde(default)]
    message: String,
}

impl Listed {
    pub fn is_last(&self) -> bool {
        self.links.pages.next.is_none()
    }
}

impl Key {
    pub fn into_remote(self, ours: &str) -> RemoteKey {
        RemoteKey {
            is_ours: self.access_key == ours,
            id: RemoteKeyId::new(self.access_key),
            name: self.name,
            // A key that is listed works: there are no others.
            status: KeyStatus::Active,
            created_at: time(self.created_at.as_deref()),
            expires_at: None,
            last_used: LastUse::NotTold,
        }
    }
}

impl Created {
    /// `None` where the half that is shown this once is missing.
    pub fn into_key(self) -> Option<CreatedKey> {
        let key = self.key;
        let created = CreatedKey::of_access_key(&key.access_key, &key.secret_key)?;
        Some(CreatedKey {
            created_at: time(key.created_at.as_deref()),
            ..created
        })
    }
}

pub(super) fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
    let kind = ErrorKind::of_status(answer.status);
    let (code, message) = told.map(|told| (told.id, told.message)).unzip();
    fault_body::told(answer, kind, code, message)
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?).ok()
}
