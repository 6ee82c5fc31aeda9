//! What IAM and STS answer, as far as it is used (their API references, version 2010-05-08 and 2011-06-15).

use domain::{SecretText, Timestamp};
use serde::Deserialize;

use super::sign::AccessKey;
use crate::key_service::{CreatedKey, Identity, KeyStatus, LastUse, RemoteKey, RemoteKeyId};

/// Said instead of a service or region for a key that was never used.
const NOT_APPLICABLE: &str = "N/A";

#[derive(Deserialize)]
pub(super) struct Created {
    #[serde(rename = "CreateAccessKeyResult")]
    result: CreatedResult,
}

#[derive(Deserialize)]
struct CreatedResult {
    #[serde(rename = "AccessKey")]
    key: NewKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewKey {
    access_key_id: String,
    secret_access_key: String,
    #[serde(default)]
    create_date: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(rename = "ListAccessKeysResult")]
    pub result: ListedResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedResult {
    #[serde(default)]
    access_key_metadata: Members<KeyMetadata>,
    #[serde(default)]
    is_truncated: bool,
    #[serde(default)]
    marker: Option<String>,
}

#[derive(Deserialize)]
struct Members<T> {
    #[serde(default = "Vec::new")]
    member: Vec<T>,
}

impl<T> Default for Members<T> {
    fn default() -> Members<T> {
        Members { member: Vec::new() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyMetadata {
    access_key_id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    create_date: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct LastUsed {
    #[serde(rename = "GetAccessKeyLastUsedResult")]
    result: LastUsedResult,
}

#[derive(Deserialize)]
struct LastUsedResult {
    #[serde(rename = "AccessKeyLastUsed")]
    used: Used,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Used {
    #[serde(default)]
    last_used_date: Option<String>,
    #[serde(default)]
    service_name: Option<String>,
    #[serde(default)]
    region: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CallerIdentity {
    #[serde(rename = "GetCallerIdentityResult")]
    pub result: Caller,
}

/// Who signed.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Caller {
    pub arn: String,
    pub account: String,
}

#[derive(Deserialize)]
pub(super) struct Simulated {
    #[serde(rename = "SimulatePrincipalPolicyResult")]
    result: SimulatedResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SimulatedResult {
    evaluation_results: Members<Evaluation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Evaluation {
    eval_action_name: String,
    eval_decision: String,
}

impl Created {
    /// `None` where the half that is shown this once is missing.
    pub fn into_key(self) -> Option<CreatedKey> {
        let key = self.result.key;
        let secret = SecretText::new(key.secret_access_key);
        if key.access_key_id.is_empty() || secret.expose_text().is_empty() {
            return None;
        }
        Some(CreatedKey {
            id: RemoteKeyId::new(key.access_key_id.clone()),
            fields: vec![
                (
                    "access_key_id".to_owned(),
                    SecretText::new(key.access_key_id),
                ),
                ("secret_access_key".to_owned(), secret),
            ],
            created_at: time(key.create_date.as_deref()),
            expires_at: None,
        })
    }
}

impl ListedResult {
    /// Where to go on, if this was not all.
    pub fn marker(&self) -> Option<&str> {
        self.marker.as_deref().filter(|_| self.is_truncated)
    }

    pub fn into_keys(self, ours: &AccessKey) -> impl Iterator<Item = RemoteKey> {
        self.access_key_metadata
            .member
            .into_iter()
            .map(|key| RemoteKey {
                is_ours: key.access_key_id == ours.id,
                id: RemoteKeyId::new(key.access_key_id),
                name: None,
                status: match key.status.as_str() {
                    "Active" => KeyStatus::Active,
                    "Inactive" => KeyStatus::Inactive,
                    "Expired" => KeyStatus::Expired,
                    _ => KeyStatus::Unknown,
                },
                created_at: time(key.create_date.as_deref()),
                expires_at: None,
                last_used: LastUse::NotTold,
            })
    }
}

impl LastUsed {
    pub fn into_last_use(self) -> LastUse {
        let used = self.result.used;
        let named = |text: Option<String>| text.filter(|text| text != NOT_APPLICABLE);
        match time(used.last_used_date.as_deref()) {
            None => LastUse::Never,
            Some(time) => LastUse::At {
                time,
                service: named(used.service_name),
                region: named(used.region),
            },
        }
    }
}

impl Caller {
    /// The name at the end of `arn:aws:iam::123456789012:user/path/name`; none for anything but a user.
    pub fn user_name(&self) -> Option<&str> {
        let (_, resource) = self.arn.split_once(":user/")?;
        resource.rsplit('/').next().filter(|name| !name.is_empty())
    }

    pub fn is_root(&self) -> bool {
        self.arn.ends_with(":root")
    }

    pub fn identity(&self) -> Identity {
        let resource = self.arn.rsplit(':').next().unwrap_or(&self.arn);
        Identity {
            account: Some(self.account.clone()),
            user: Some(self.user_name().unwrap_or(resource).to_owned()),
        }
    }
}

impl Simulated {
    pub fn allows(&self, action: &str) -> Option<bool> {
        let results = &self.result.evaluation_results.member;
        let found = results.iter().find(|one| one.eval_action_name == action)?;
        Some(found.eval_decision == "allowed")
    }
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?).ok()
}
