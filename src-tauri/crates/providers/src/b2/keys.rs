//! Application keys: a new one with all that limits the current one, and the old one deleted.

use async_trait::async_trait;
use domain::{Credentials, Timestamp};
use serde_json::{Value, json};

use super::answers::{Created, Key};
use super::api::{Api, Version};
use super::preflight;
use crate::aws::AccessKey;
use crate::clock::now;
use crate::error::{ErrorKind, ProviderError};
use crate::http::{Http, host_of};
use crate::key_service::{
    Capabilities, CreatedKey, Identity, KeyName, KeyService, Preflight, RemoteKey, RemoteKeyId,
    Style, Way,
};
use crate::offer::{NotManaged, ServiceRequest};

const OWN_ENDPOINT: &str = "https://api.backblazeb2.com";
/// `validDurationInSeconds` is less than 1000 days.
const VALID_DAYS_MAX: u32 = 999;
const NEEDS: &str =
    "an application key of the same account with listKeys, writeKeys and deleteKeys";

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Either,
    style: Style::Overlap,
    keys_max: None,
    names_keys: true,
    disables: false,
    deletes: true,
    tells_last_use: false,
    warnings: &[
        "The new key gets the capabilities, buckets and name prefix of the present one, and a name by which it can be found.",
        "Backblaze doesn't tell when a key was last used, and can't disable one: look yourself what still uses the old key before it is deleted.",
    ],
};

pub(super) struct B2Keys {
    pub api: Api,
    pub current: AccessKey,
    /// Asks instead of the current key.
    pub management: Option<AccessKey>,
    pub valid_days: Option<u32>,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let endpoint = request.parameters.endpoint("api_endpoint")?;
    let management = request.management.map(|management| {
        let held = management.credentials();
        let fits = held.field("application_key_id").is_some();
        let key = AccessKey::of(held).filter(|_| fits);
        key.ok_or(NotManaged::ManagementUnfit { needs: NEEDS })
    });
    Ok(Box::new(B2Keys {
        api: Api {
            http: http.clone(),
            endpoint: endpoint.unwrap_or_else(|| OWN_ENDPOINT.to_owned()),
        },
        current: AccessKey::of(request.current).ok_or(NotManaged::NoApi)?,
        management: management.transpose()?,
        valid_days: request.parameters.days("valid_days", VALID_DAYS_MAX)?,
    }))
}

impl B2Keys {
    pub fn signer(&self) -> &AccessKey {
        self.management.as_ref().unwrap_or(&self.current)
    }

    pub fn is_current(&self, key: &Key) -> bool {
        key.application_key_id == self.current.id
    }

    /// For how many seconds a key like `current` is good: as long as the parameters say, else until the same moment.
    fn valid_seconds(&self, current: &Key) -> Result<Option<i64>, ProviderError> {
        if let Some(days) = self.valid_days {
            let until = Timestamp::EARLIEST.plus_days(days);
            return Ok(Some(until.as_millis() / 1000));
        }
        let Some(ends_at) = current.ends_at() else {
            return Ok(None);
        };
        match (ends_at.as_millis() - now().as_millis()) / 1000 {
            left if left > 0 => Ok(Some(left)),
            _ => Err(ProviderError::new(
                ErrorKind::Rejected,
                "The present key has come to its end, and so would the new one. Say for how many days it is to be valid.",
            )
            .with_code("expired")),
        }
    }

    fn terms(&self, account: &str, name: &KeyName, current: &Key) -> Result<Value, ProviderError> {
        let mut terms = json!({
            "accountId": account,
            "keyName": name.as_str(),
            "capabilities": current.capabilities,
        });
        if let Some(seconds) = self.valid_seconds(current)? {
            terms["validDurationInSeconds"] = seconds.into();
        }
        if let Some(prefix) = &current.name_prefix {
            terms["namePrefix"] = prefix.as_str().into();
        }
        match (current.version, &current.bucket_id, &current.bucket_ids) {
            (Version::V3, Some(bucket), _) => terms["bucketId"] = bucket.as_str().into(),
            (Version::V4, _, Some(buckets)) => terms["bucketIds"] = json!(buckets),
            _ => {}
        }
        Ok(terms)
    }
}

#[async_trait]
impl KeyService for B2Keys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    /// The rest of the account's addresses is told by the first answer, and held to the same domains.
    fn hosts(&self) -> Vec<String> {
        host_of(&self.api.endpoint).into_iter().collect()
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        preflight::of(self).await
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let session = self.api.authorize(self.signer()).await?;
        let now = now();
        let keys = session.keys().await?.into_iter();
        Ok(keys
            .map(|key| key.into_remote(&self.current.id, now))
            .collect())
    }

    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError> {
        let session = self.api.authorize(self.signer()).await;
        let session = session.map_err(ProviderError::before_the_change)?;
        let keys = session.keys().await;
        let keys = keys.map_err(ProviderError::before_the_change)?;
        let current = keys.iter().find(|key| self.is_current(key));
        let current = current.ok_or_else(|| {
            let message = "The current key is not among the account's keys, so a new one can't be made like it.";
            ProviderError::new(ErrorKind::Rejected, message).with_code("key_not_found")
        })?;
        let terms = self.terms(&session.account, name, current)?;
        let made: Created = session
            .call(current.version, "b2_create_key", &terms)
            .await?;
        Ok(made.into_key())
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let key = AccessKey::of(credentials).ok_or_else(|| {
            let message = "These credentials have no application key.";
            ProviderError::new(ErrorKind::Rejected, message)
        })?;
        let session = self.api.authorize(&key).await?;
        Ok(Identity {
            account: Some(session.account),
            user: None,
        })
    }

    async fn disable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_disabled())
    }

    async fn enable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_disabled())
    }

    /// A list may lag behind, so it is not asked before which of the two versions the key is for.
    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        if id.as_str() == self.signer().id {
            let message = "A key is not deleted with its own signature.";
            return Err(ProviderError::new(ErrorKind::Rejected, message).with_code("signs_itself"));
        }
        let session = self.api.authorize(self.signer()).await?;
        let asked = json!({ "applicationKeyId": id.as_str() });
        let mut refused = None;
        for version in Version::ALL {
            let deleted: Result<Value, _> = session.call(version, "b2_delete_key", &asked).await;
            match deleted {
                Ok(_) => return Ok(()),
                Err(error) if is_about_the_key(&error) => refused = Some(error),
                Err(error) => return Err(error),
            }
        }
        let keys = session.keys().await?;
        let is_there = |key: &Key| key.application_key_id == id.as_str();
        match refused {
            Some(error) if keys.iter().any(is_there) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Of a key that is gone, and of one of the other version, is said the same: `bad_request`.
fn is_about_the_key(error: &ProviderError) -> bool {
    matches!(error.kind, ErrorKind::Rejected | ErrorKind::NotFound)
}

fn not_disabled() -> ProviderError {
    let message = "Backblaze can't disable a key, only delete it.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("cannot_disable")
}
