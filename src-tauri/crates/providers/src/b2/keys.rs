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
use crate::http::Http;
use crate::key_service::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, Preflight, RemoteKey,
    RemoteKeyId, Style, Way,
};
use crate::limits::{self, Gone};
use crate::offer::{NotManaged, ServiceRequest};
use crate::stands;

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
    /// For whoever asks: the management credential, or the current key.
    pub api: Api,
    /// For the secret's own keys.
    own: Api,
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
    let endpoint = endpoint.unwrap_or_else(|| OWN_ENDPOINT.to_owned());
    let api = |http: Http| Api {
        http,
        endpoint: endpoint.clone(),
    };
    Ok(Box::new(B2Keys {
        api: api(request.managing(http)),
        own: api(http.clone()),
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
            (Version::V3, None, None) => {}
            (Version::V3, Some(bucket), None) => terms["bucketId"] = bucket.as_str().into(),
            (Version::V4, None, Some(buckets)) if !buckets.is_empty() => {
                terms["bucketIds"] = json!(buckets);
            }
            // A key without any would be one for all buckets.
            _ => return Err(limits::unknown("buckets")),
        }
        Ok(terms)
    }

    /// A list may lag behind, so it is not asked before which of the two versions the key is for.
    async fn end(&self, id: &RemoteKeyId) -> Result<Gone, ProviderError> {
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
                Ok(_) => return Ok(Gone::Deleted),
                Err(error) if is_about_the_key(&error) => refused = Some(error),
                Err(error) => return Err(error),
            }
        }
        let keys = session.keys().await?;
        let is_there = |key: &Key| key.application_key_id == id.as_str();
        match refused {
            Some(error) if keys.iter().any(is_there) => Err(error),
            _ if keys.iter().any(|key| self.is_current(key)) => Ok(Gone::NotFound),
            _ => Err(stands::other_account()),
        }
    }
}

#[async_trait]
impl KeyService for B2Keys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    /// The rest of the account's addresses is told by the first answer, and held to the same domains.
    fn hosts(&self) -> Hosts {
        let endpoint = self.api.endpoint.as_str();
        Hosts::of([endpoint], self.management.as_ref().map(|_| endpoint))
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
        let differs = made.differs_in(current, &terms);
        let made = made.into_key();
        match differs {
            None => Ok(made),
            Some(what) => Err(limits::not_kept(what, self.end(&made.id).await)),
        }
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let key = AccessKey::of(credentials).ok_or_else(|| {
            let message = "These credentials have no application key.";
            ProviderError::new(ErrorKind::Rejected, message)
        })?;
        let session = self.own.authorize(&key).await?;
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

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.end(id).await.map(|_gone| ())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::b2::answers::Listed;

    fn service() -> B2Keys {
        let secret = domain::SecretText::new("K005".to_owned());
        let id = "0051".to_owned();
        let api = || Api {
            http: Http::new().expect("a client"),
            endpoint: OWN_ENDPOINT.to_owned(),
        };
        B2Keys {
            api: api(),
            own: api(),
            current: AccessKey { id, secret },
            management: None,
            valid_days: None,
        }
    }

    fn listed(version: Version, limits: Value) -> Key {
        let mut key = json!({ "applicationKeyId": "0051", "keyName": "uploads",
            "capabilities": ["readFiles", "writeFiles"], "namePrefix": "in/" });
        let limits = limits.as_object().cloned().expect("limits");
        key.as_object_mut().expect("a key").extend(limits);
        let page = json!({ "keys": [key], "nextApplicationKeyId": null });
        let page: Listed = serde_json::from_value(page).expect("a page");
        let key = page.keys.into_iter().next().expect("a key");
        Key { version, ..key }
    }

    #[test]
    fn buckets_that_are_not_understood_make_no_key_for_all_of_them() {
        let name = KeyName::new("turnstone-1").expect("a name");
        let terms = |version, limits| service().terms("acct", &name, &listed(version, limits));
        for (version, limits) in [
            (Version::V4, json!({})),
            (Version::V4, json!({ "bucketIds": null })),
            (Version::V4, json!({ "bucketIds": [] })),
            (
                Version::V4,
                json!({ "bucketId": "b1", "bucketIds": ["b2"] }),
            ),
            (Version::V3, json!({ "bucketIds": ["b1"] })),
            (
                Version::V3,
                json!({ "bucketId": null, "bucketIds": ["b1", "b2"] }),
            ),
        ] {
            match terms(version, limits.clone()) {
                Err(error) => assert_eq!(error.code.as_deref(), Some("unknown_limits")),
                Ok(terms) => panic!("{version:?} {limits}: {terms}"),
            }
        }
        let of_one = terms(Version::V3, json!({ "bucketId": "b1" })).expect("terms");
        assert_eq!(of_one["bucketId"], "b1");
        let of_two = terms(Version::V4, json!({ "bucketIds": ["b1", "b2"] })).expect("terms");
        assert_eq!(of_two["bucketIds"], json!(["b1", "b2"]));
        let of_all = terms(Version::V3, json!({ "bucketId": null })).expect("terms");
        assert_eq!(of_all.get("bucketId"), None);
    }

    #[test]
    fn a_new_keys_other_limits_are_seen() {
        let old = listed(Version::V3, json!({ "bucketId": "b1" }));
        let ending = json!({ "validDurationInSeconds": 5 });
        let both = ["readFiles", "writeFiles"];
        for (capabilities, bucket, prefix, ends, terms, differs) in [
            (&both[..], "b1", "in/", None, json!({}), None),
            (&both[..1], "b1", "in/", Some(7), ending.clone(), None),
            (
                &["deleteFiles"][..],
                "b1",
                "in/",
                None,
                json!({}),
                Some("capabilities"),
            ),
            (&both[..], "b2", "in/", None, json!({}), Some("buckets")),
            (
                &both[..],
                "b1",
                "in",
                None,
                json!({}),
                Some("name prefixes"),
            ),
            (
                &both[..],
                "b1",
                "in/",
                None,
                ending,
                Some("dates of its end"),
            ),
            (
                &both[..],
                "b1",
                "in/",
                Some(7),
                json!({}),
                Some("dates of its end"),
            ),
        ] {
            let made = json!({ "applicationKeyId": "0052", "applicationKey": "K", "capabilities": capabilities,
                "bucketId": bucket, "namePrefix": prefix, "expirationTimestamp": ends });
            let made: Created = serde_json::from_value(made).expect("a key");
            assert_eq!(made.differs_in(&old, &terms), differs);
        }
    }
}
