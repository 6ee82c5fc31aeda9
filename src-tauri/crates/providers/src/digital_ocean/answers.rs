//! What DigitalOcean answers, as far as it is used.

use domain::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::Answer;
use crate::key_service::{CreatedKey, KeyStatus, LastUse, RemoteKey, RemoteKeyId};
use crate::limits;

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
    /// As they are answered, so that nothing of them is lost on the way to the next key.
    pub grants: Vec<Value>,
    #[serde(default)]
    created_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Created {
    key: NewKey,
}

#[derive(Deserialize)]
struct NewKey {
    access_key: String,
    secret_key: Zeroizing<String>,
    /// Not every answer need show them.
    #[serde(default)]
    grants: Option<Vec<Value>>,
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

impl Key {
    /// The grants of a key that may do the same.
    pub fn next_grants(&self) -> Result<&[Value], ProviderError> {
        match self.grants.iter().all(Value::is_object) {
            true => Ok(&self.grants),
            false => Err(limits::unknown("a grant")),
        }
    }
}

impl Created {
    /// Whether it has what was asked for, as far as it is told.
    pub fn has(&self, asked: &[Value]) -> bool {
        let told = self.key.grants.as_ref();
        told.is_none_or(|told| limits::same(told, asked))
    }

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
