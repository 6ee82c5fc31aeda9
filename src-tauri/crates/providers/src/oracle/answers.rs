//! What Oracle's identity service answers, as far as it is used (IAM API, CustomerSecretKey; API errors).

use domain::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::Answer;
use crate::key_service::{CreatedKey, KeyStatus, LastUse, RemoteKey, RemoteKeyId};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecretKey {
    id: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    lifecycle_state: String,
    #[serde(default)]
    time_created: Option<String>,
    #[serde(default)]
    time_expires: Option<String>,
}

/// The only answer that has the secret half.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    id: String,
    key: Zeroizing<String>,
    #[serde(default)]
    time_created: Option<String>,
    #[serde(default)]
    time_expires: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    #[serde(default)]
    message: String,
}

impl SecretKey {
    /// Deleted ones stay in the list for a while.
    pub fn is_there(&self) -> bool {
        !["DELETING", "DELETED"].contains(&self.lifecycle_state.as_str())
    }

    pub fn into_remote(self, ours: &str) -> RemoteKey {
        RemoteKey {
            is_ours: self.id == ours,
            id: RemoteKeyId::new(self.id),
            name: self.display_name,
            status: match self.lifecycle_state.as_str() {
                "ACTIVE" => KeyStatus::Active,
                "INACTIVE" => KeyStatus::Inactive,
                _ => KeyStatus::Unknown,
            },
            created_at: time(self.time_created.as_deref()),
            expires_at: time(self.time_expires.as_deref()),
            last_used: LastUse::NotTold,
        }
    }
}

impl Created {
    /// `None` where the half that is shown this once is missing.
    pub fn into_key(self) -> Option<CreatedKey> {
        let created = CreatedKey::of_access_key(&self.id, &self.key)?;
        Some(CreatedKey {
            created_at: time(self.time_created.as_deref()),
            expires_at: time(self.time_expires.as_deref()),
            ..created
        })
    }
}

pub(super) fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
    let kind = match told.as_ref().map(|told| told.code.as_str()) {
        // Said also of what is not there: which of the two it is stays open.
        Some("NotAuthorizedOrNotFound") => ErrorKind::Forbidden,
        Some("LimitExceeded" | "QuotaExceeded") => ErrorKind::Limit,
        _ => ErrorKind::of_status(answer.status),
    };
    let (code, message) = told.map(|told| (told.code, told.message)).unzip();
    fault_body::told(answer, kind, code, message)
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?).ok()
}
