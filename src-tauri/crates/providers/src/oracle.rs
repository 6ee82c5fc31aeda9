//! Oracle's customer secret keys, with which its S3 interface is used: made by a user's API signing key (IAM API reference,
//! CustomerSecretKey; API errors). A user has two at most, so that there is room for a new one only beside one.
//!
//! The provider's `opc-retry-token` is not sent: nothing is sent twice, and within a day it would refuse a second key of the
//! same run after the first one, whose secret was lost, was deleted.
//!
//! Not tried at Oracle itself, and not in its documentation: how long a new key is refused, and whether an old key whose id
//! is an OCID is listed by that id.

mod answers;
mod sign;

use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{Method, Request};
use async_trait::async_trait;
use domain::Credentials;
use serde_json::{Value, json};

use self::answers::{Created, SecretKey, refusal};
use self::sign::Signer;
use crate::aws::AccessKey;
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::http::{Answer, Http};
use crate::json_api::{foreign, parsed};
use crate::key_service::{
    Block, Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, Preflight, Privilege,
    RemoteKey, RemoteKeyId, Style, Way,
};
use crate::offer::{NotManaged, ServiceRequest};
use crate::retry;
use crate::s3_door::Door;
use crate::stands;

/// IAM, Working with Customer Secret Keys: whatever their state.
const KEYS_MAX: u32 = 2;
const MANAGES: &str = "the right to manage this user's customer secret keys";

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

struct SecretKeys {
    http: Http,
    /// Of the identity service in the home region.
    identity: String,
    signer: Signer,
    door: Door,
    tenancy: String,
    user: String,
    current: AccessKey,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let current = AccessKey::of(request.current).ok_or(NotManaged::NoApi)?;
    let parameters = request.parameters;
    let region = parameters.label("region")?;
    let namespace = parameters.label("namespace")?;
    // The commercial realm's; others have an endpoint of their own.
    let identity = format!("https://identity.{region}.oci.oraclecloud.com");
    let s3 = format!("https://{namespace}.compat.objectstorage.{region}.oraclecloud.com");
    Ok(Box::new(SecretKeys {
        http: request.managing(http),
        identity: parameters.endpoint_or("identity_endpoint", &identity)?,
        signer: Signer::of(request.management, parameters)?,
        door: Door {
            http: http.clone(),
            endpoint: parameters.endpoint_or("s3_endpoint", &s3)?,
            region: region.to_owned(),
        },
        tenancy: parameters.word("tenancy")?.to_owned(),
        user: parameters.word("user_ocid")?.to_owned(),
        current,
    }))
}

impl SecretKeys {
    fn path(&self, rest: &str) -> String {
        let user = escape::part(&self.user);
        format!("/20160918/users/{user}/customerSecretKeys/{rest}")
    }

    /// Sent once.
    async fn send(
        &self,
        method: Method,
        rest: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ProviderError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{}", self.identity, self.path(rest)))
            .header(ACCEPT, "application/json");
        let request = match body {
            Some(body) => request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string().into_bytes()),
            None => request.body(Vec::new()),
        };
        let mut request = request.map_err(|_| {
            ProviderError::new(ErrorKind::Rejected, "The endpoint or an id is no address.")
        })?;
        self.signer.sign(&mut request)?;
        let answer = self.http.send(request).await?;
        if answer.is_success() {
            return Ok(answer);
        }
        Err(refusal(&answer))
    }

    fn identity(&self) -> Identity {
        Identity {
            account: Some(self.tenancy.clone()),
            user: Some(self.user.clone()),
        }
    }

    fn no_room(&self, keys: &[RemoteKey]) -> Option<Block> {
        if keys.len() < usize::try_from(KEYS_MAX).unwrap_or(usize::MAX) {
            return None;
        }
        let other = keys.iter().find(|key| !key.is_ours)?;
        let message = format!(
            "A user has {KEYS_MAX} customer secret keys at most, and there are {}. One has to go first: {} is not the current one.",
            keys.len(),
            other.name.as_deref().unwrap_or(other.id.as_str())
        );
        Some(Block {
            key: Some(other.id.clone()),
            ..stands::block("key_limit", &message)
        })
    }
}

fn no_disabling() -> ProviderError {
    let message = "Oracle can't stop a customer secret key without deleting it.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("not_offered")
}

#[async_trait]
impl KeyService for SecretKeys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn hosts(&self) -> Hosts {
        Hosts::of([self.door.endpoint.as_str()], [self.identity.as_str()])
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        let listed = self.list().await;
        let (keys, may_list) = match listed {
            Ok(keys) => (keys, true),
            Err(error) if error.kind == ErrorKind::Forbidden => (Vec::new(), false),
            Err(error) => return Err(error),
        };
        let privilege = Privilege {
            name: MANAGES,
            // Who may list another's keys may still not make them; everybody may make their own.
            held: (!may_list || self.signer.is_of(&self.user)).then_some(may_list),
        };
        let mut blocks: Vec<_> = stands::missing(&privilege, "The API signing key")
            .into_iter()
            .collect();
        if may_list {
            blocks.extend(stands::not_listed(
                &keys,
                "The current key is not among the customer secret keys of this user. Check the user's OCID, and whether the key was deleted.",
            ));
        }
        blocks.extend(self.no_room(&keys));
        Ok(Preflight {
            identity: self.identity(),
            keys,
            privileges: vec![privilege],
            blocks,
        })
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let answer = retry::reading(async || self.send(Method::GET, "", None).await).await?;
        let keys: Vec<SecretKey> = parsed(&answer)?;
        let there = keys.into_iter().filter(SecretKey::is_there);
        Ok(there.map(|key| key.into_remote(&self.current.id)).collect())
    }

    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError> {
        let body = json!({ "displayName": name.as_str() });
        let answer = self.send(Method::POST, "", Some(&body)).await?;
        let created: Created = parsed(&answer)?;
        created.into_key().ok_or_else(foreign)
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        self.door.takes(credentials, self.list()).await?;
        Ok(self.identity())
    }

    async fn disable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(no_disabling())
    }

    async fn enable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(no_disabling())
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        let path = escape::part(id.as_str());
        let refused = match self.send(Method::DELETE, &path, None).await {
            Ok(_) => return Ok(()),
            Err(error) if error.kind == ErrorKind::Forbidden => error,
            Err(error) => return Err(error),
        };
        // One answer for what is gone and for what may not be touched: the list tells which.
        let keys = self.list().await?;
        match keys.iter().any(|key| key.id == *id) {
            true => Err(refused),
            false => stands::require_own_account(&keys),
        }
    }
}
