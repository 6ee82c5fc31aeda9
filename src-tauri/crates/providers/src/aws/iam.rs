//! Access keys of a user: made, listed and retired by the user's own key or by another one of the account.

use async_trait::async_trait;
use domain::{AuthMethod, Credentials};

use super::family::Family;
use super::iam_answers::{Caller, CallerIdentity, Created, LastUsed, Listed};
use super::preflight;
use super::query::{Query, parsed};
use super::sign::AccessKey;
use crate::error::{ErrorKind, ProviderError};
use crate::http::Http;
use crate::key_service::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, LastUse, Preflight, RemoteKey,
    RemoteKeyId,
};
use crate::offer::{NotManaged, ServiceRequest};
use crate::stands;

const IAM_VERSION: &str = "2010-05-08";
const STS_VERSION: &str = "2011-06-15";
/// A user has two keys; Tigris lists those of a whole organization.
const PAGES_MAX: usize = 50;
const NEEDS: &str = "an access key of the same account that may manage this user's keys";

pub(super) struct IamKeys {
    pub family: Family,
    /// For whoever signs: the management credential, or the current key.
    pub iam: Query,
    pub sts: Option<Query>,
    /// For the secret's own keys.
    own_iam: Query,
    own_sts: Option<Query>,
    pub current: AccessKey,
    /// Signs instead of the current key.
    pub management: Option<AccessKey>,
    pub user_name: Option<String>,
}

pub(crate) fn capabilities(method: AuthMethod) -> Option<Capabilities> {
    Family::of(method).map(Family::capabilities)
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let family = Family::of(request.method).ok_or(NotManaged::NoApi)?;
    let endpoints = family.endpoints(request.parameters)?;
    let current = AccessKey::of(request.current).ok_or(NotManaged::NoApi)?;
    let management = request
        .management
        .map(|management| {
            let unfit = NotManaged::ManagementUnfit { needs: NEEDS };
            AccessKey::of(management.credentials()).ok_or(unfit)
        })
        .transpose()?;
    let managing = request.managing(http);
    let asked = |http: &Http, endpoint: &str, service, version| Query {
        http: http.clone(),
        endpoint: endpoint.to_owned(),
        service,
        region: endpoints.region.clone(),
        version,
    };
    let sts = endpoints.sts.as_deref();
    Ok(Box::new(IamKeys {
        family,
        iam: asked(&managing, &endpoints.iam, "iam", IAM_VERSION),
        own_iam: asked(http, &endpoints.iam, "iam", IAM_VERSION),
        sts: sts.map(|sts| asked(&managing, sts, "sts", STS_VERSION)),
        own_sts: sts.map(|sts| asked(http, sts, "sts", STS_VERSION)),
        current,
        management,
        user_name: request.parameters.get("user_name").map(str::to_owned),
    }))
}

impl IamKeys {
    pub fn signer(&self) -> &AccessKey {
        self.management.as_ref().unwrap_or(&self.current)
    }

    /// Whom STS takes the one that signs for; none where there is no STS.
    pub async fn signing_caller(&self) -> Result<Option<Caller>, ProviderError> {
        caller(self.sts.as_ref(), self.signer()).await
    }

    /// As [`IamKeys::signing_caller`], of one of the secret's own keys.
    pub async fn caller(&self, key: &AccessKey) -> Result<Option<Caller>, ProviderError> {
        caller(self.own_sts.as_ref(), key).await
    }

    /// The user whose keys these are, as far as requests have to say it: a key's own user is understood.
    pub async fn user(&self) -> Result<Option<String>, ProviderError> {
        if self.user_name.is_some() || self.management.is_none() {
            return Ok(self.user_name.clone());
        }
        let Some(caller) = self.caller(&self.current).await? else {
            return Ok(None);
        };
        match caller.user_name() {
            Some(name) => Ok(Some(name.to_owned())),
            // Without a name the management key's own user would be meant.
            None => Err(ProviderError::new(
                ErrorKind::Rejected,
                "This key belongs to no IAM user, so no other key can manage it. Rotate it with itself, or by hand.",
            )
            .with_code("no_user")),
        }
    }

    pub async fn keys_of(&self, user: Option<&str>) -> Result<Vec<RemoteKey>, ProviderError> {
        let mut keys = Vec::new();
        let mut marker: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut parameters = named(user);
            parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
            let page: Listed = self
                .iam
                .read(self.signer(), "ListAccessKeys", &parameters)
                .await?;
            let next = page.result.marker().map(str::to_owned);
            keys.extend(page.result.into_keys(&self.current));
            match next {
                Some(next) => marker = Some(next),
                None => return Ok(keys),
            }
        }
        let message = "The list of keys has no end.";
        Err(ProviderError::new(ErrorKind::Nonsense, message))
    }

    pub async fn last_use(&self, id: &RemoteKeyId) -> Result<LastUse, ProviderError> {
        let parameters = [("AccessKeyId", id.as_str())];
        let answer: LastUsed = self
            .iam
            .read(self.signer(), "GetAccessKeyLastUsed", &parameters)
            .await?;
        Ok(answer.into_last_use())
    }

    /// Never the key that signs: what comes after could not be asked for any more.
    fn require_other(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        if id.as_str() != self.signer().id {
            return Ok(());
        }
        let message = "A key is not disabled or deleted with its own signature.";
        Err(ProviderError::new(ErrorKind::Rejected, message).with_code("signs_itself"))
    }

    async fn set_status(&self, id: &RemoteKeyId, status: &str) -> Result<(), ProviderError> {
        self.require_other(id)?;
        let user = self.user().await?;
        let mut parameters = named(user.as_deref());
        parameters.extend([("AccessKeyId", id.as_str()), ("Status", status)]);
        let changed = self
            .iam
            .change(self.signer(), "UpdateAccessKey", &parameters);
        changed.await.map(|_| ())
    }
}

async fn caller(sts: Option<&Query>, key: &AccessKey) -> Result<Option<Caller>, ProviderError> {
    let Some(sts) = sts else {
        return Ok(None);
    };
    let answer: CallerIdentity = sts.read(key, "GetCallerIdentity", &[]).await?;
    Ok(Some(answer.result))
}

fn named(user: Option<&str>) -> Vec<(&'static str, &str)> {
    user.map(|user| ("UserName", user)).into_iter().collect()
}

/// A lasting answer, and not a fault that passes.
fn is_no_to_asking(error: &ProviderError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Rejected
    )
}

#[async_trait]
impl KeyService for IamKeys {
    fn capabilities(&self) -> Capabilities {
        self.family.capabilities()
    }

    /// Where there is an STS, it is what is asked with a managed key.
    fn hosts(&self) -> Hosts {
        let iam = self.iam.endpoint.as_str();
        let sts = self.sts.as_ref().map(|sts| sts.endpoint.as_str());
        let both = std::iter::once(iam).chain(sts);
        match self.management {
            None => Hosts::of(both, []),
            Some(_) => Hosts::of([sts.unwrap_or(iam)], both),
        }
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        preflight::of(self).await
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let user = self.user().await?;
        let mut keys = self.keys_of(user.as_deref()).await?;
        if self.family.capabilities().tells_last_use {
            for key in &mut keys {
                key.last_used = match self.last_use(&key.id).await {
                    Ok(last) => last,
                    // A caller that may list may still not be told this.
                    Err(error) if is_no_to_asking(&error) => LastUse::NotTold,
                    // Not knowing it for a moment must not pass for "no use seen".
                    Err(error) => return Err(error),
                };
            }
        }
        Ok(keys)
    }

    async fn create(&self, _: &KeyName) -> Result<CreatedKey, ProviderError> {
        let user = self.user().await;
        let user = user.map_err(ProviderError::before_the_change)?;
        let parameters = named(user.as_deref());
        let answer = self
            .iam
            .change(self.signer(), "CreateAccessKey", &parameters)
            .await?;
        let created: Created = parsed(&answer)?;
        created.into_key().ok_or_else(|| {
            let message = "A key was made, and the answer does not hold it.";
            ProviderError::new(ErrorKind::Nonsense, message)
        })
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let key = AccessKey::of(credentials).ok_or_else(|| {
            ProviderError::new(ErrorKind::Rejected, "These credentials have no access key.")
        })?;
        if let Some(caller) = self.caller(&key).await? {
            return Ok(caller.identity());
        }
        let listed: Result<Listed, _> = self.own_iam.read(&key, "ListAccessKeys", &[]).await;
        match listed {
            // Being told that it may not list, a key is known.
            Ok(_) => Ok(Identity::default()),
            Err(error) if error.kind == ErrorKind::Forbidden => Ok(Identity::default()),
            Err(error) => Err(error),
        }
    }

    async fn disable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.set_status(id, "Inactive").await
    }

    async fn enable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.set_status(id, "Active").await
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.require_other(id)?;
        let user = self.user().await?;
        let mut parameters = named(user.as_deref());
        parameters.push(("AccessKeyId", id.as_str()));
        match self
            .iam
            .change(self.signer(), "DeleteAccessKey", &parameters)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if error.kind == ErrorKind::NotFound => {
                stands::require_own_account(&self.keys_of(user.as_deref()).await?)
            }
            Err(error) => Err(error),
        }
    }
}
