//! DigitalOcean's Spaces keys: made with the grants of the present one, by a token of the account (API reference, Spaces Keys).
//!
//! Not tried at DigitalOcean itself, and not in its documentation: what is answered where an account has all its keys,
//! and for how long a new key is refused.

mod answers;

use ::http::Method;
use async_trait::async_trait;
use domain::Credentials;
use serde_json::json;

use self::answers::{Created, Found, Listed, refusal};
use crate::aws::AccessKey;
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::http::{Http, host_of};
use crate::json_api::{JsonApi, Presented, foreign, parsed, token};
use crate::key_service::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, Preflight, Privilege,
    RemoteKey, RemoteKeyId, Style, Way,
};
use crate::limits::{self, Gone};
use crate::offer::{NotManaged, ServiceRequest};
use crate::s3_door::Door;
use crate::stands;

const OWN_API: &str = "https://api.digitalocean.com";
/// A key works in every region; one has to be asked.
const OWN_S3: &str = "https://nyc3.digitaloceanspaces.com";
const S3_HOSTS: &str = ".digitaloceanspaces.com";
/// Spaces Limits; support raises it for some, so that reaching it blocks nothing here.
const KEYS_MAX: u32 = 200;
const PAGE_KEYS: u32 = 200;
const PAGES_MAX: u32 = 20;
const NEEDS: &str = "A DigitalOcean API token with the scopes spaces_key:read, spaces_key:create_credentials and spaces_key:delete";
const READ: &str = "spaces_key:read";
/// Nothing tells whether a token has these but using them.
const CHANGES: [&str; 2] = ["spaces_key:create_credentials", "spaces_key:delete"];

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Management,
    style: Style::Overlap,
    keys_max: Some(KEYS_MAX),
    names_keys: true,
    disables: false,
    deletes: true,
    tells_last_use: false,
    warnings: &[],
};

struct SpacesKeys {
    api: JsonApi,
    door: Door,
    current: AccessKey,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let current = AccessKey::of(request.current).ok_or(NotManaged::NoApi)?;
    let base = request.parameters.endpoint_or("api_endpoint", OWN_API)?;
    let endpoint = request.parameters.endpoint_or("s3_endpoint", OWN_S3)?;
    Ok(Box::new(SpacesKeys {
        api: JsonApi {
            http: request.managing(http),
            base,
            token: token(request.management, NEEDS)?,
            presented: Presented::Bearer,
            refusal,
        },
        door: Door {
            http: http.clone(),
            region: region_of(&endpoint),
            endpoint,
        },
        current,
    }))
}

/// As it stands in their hosts.
fn region_of(endpoint: &str) -> String {
    let host = host_of(endpoint).unwrap_or_default();
    let region = host.strip_suffix(S3_HOSTS);
    region.unwrap_or("us-east-1").to_owned()
}

impl SpacesKeys {
    fn remote(&self, listed: Listed) -> impl Iterator<Item = RemoteKey> {
        listed
            .keys
            .into_iter()
            .map(|key| key.into_remote(&self.current.id))
    }

    async fn end(&self, id: &RemoteKeyId) -> Result<Gone, ProviderError> {
        let path = key_path(id.as_str());
        match self.api.send(Method::DELETE, &path, None).await {
            Ok(_) => Ok(Gone::Deleted),
            Err(error) if error.kind == ErrorKind::NotFound => {
                stands::require_own_account(&self.list().await?)?;
                Ok(Gone::NotFound)
            }
            Err(error) => Err(error),
        }
    }
}

fn key_path(id: &str) -> String {
    format!("/v2/spaces/keys/{}", escape::part(id))
}

fn no_disabling() -> ProviderError {
    let message = "DigitalOcean can't stop a key without deleting it.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("not_offered")
}

#[async_trait]
impl KeyService for SpacesKeys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn hosts(&self) -> Hosts {
        Hosts::of([self.door.endpoint.as_str()], [self.api.base.as_str()])
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        let (keys, may_read) = match self.list().await {
            Ok(keys) => (keys, true),
            Err(error) if error.kind == ErrorKind::Forbidden => (Vec::new(), false),
            Err(error) => return Err(error),
        };
        let mut privileges = vec![Privilege {
            name: READ,
            held: Some(may_read),
        }];
        privileges.extend(CHANGES.map(|name| Privilege { name, held: None }));
        let missing = privileges.iter();
        let mut blocks: Vec<_> = missing
            .filter_map(|one| stands::missing(one, "The DigitalOcean token"))
            .collect();
        if may_read {
            blocks.extend(stands::not_listed(
                &keys,
                "The current key is not among the Spaces keys of the token's account. Check whose token it is, and whether the key was deleted.",
            ));
        }
        Ok(Preflight {
            identity: Identity::default(),
            keys,
            privileges,
            blocks,
        })
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let mut keys = Vec::new();
        for page in 1..=PAGES_MAX {
            let path = format!("/v2/spaces/keys?per_page={PAGE_KEYS}&page={page}");
            let listed: Listed = self.api.read(&path).await?;
            let is_last = listed.is_last();
            keys.extend(self.remote(listed));
            if is_last {
                return Ok(keys);
            }
        }
        let message = "The list of keys has no end.";
        Err(ProviderError::new(ErrorKind::Nonsense, message))
    }

    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError> {
        let found: Result<Found, _> = self.api.read(&key_path(&self.current.id)).await;
        let current = found.map_err(ProviderError::before_the_change)?.key;
        let grants = current.next_grants()?;
        let body = json!({ "name": name.as_str(), "grants": grants });
        let answer = self
            .api
            .send(Method::POST, "/v2/spaces/keys", Some(&body))
            .await?;
        let created: Created = parsed(&answer)?;
        let is_like = created.has(grants);
        let created = created.into_key().ok_or_else(foreign)?;
        match is_like {
            true => Ok(created),
            false => Err(limits::not_kept("grants", self.end(&created.id).await)),
        }
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        self.door.takes(credentials, self.list()).await?;
        Ok(Identity::default())
    }

    async fn disable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(no_disabling())
    }

    async fn enable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(no_disabling())
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.end(id).await.map(|_gone| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_the_one_in_the_host() {
        assert_eq!(region_of(OWN_S3), "nyc3");
        assert_eq!(region_of("https://fra1.digitaloceanspaces.com"), "fra1");
        assert_eq!(region_of("http://127.0.0.1:5555"), "us-east-1");
    }
}
