//! A service account's keys: made and retired by the account itself, or by another one.

use ::http::Method;
use async_trait::async_trait;
use domain::Credentials;

use super::account::{ServiceAccount, unusable};
use super::iam::Iam;
use super::key_answers::Created;
use super::preflight;
use super::token::{AccessToken, access_token};
use crate::clock;
use crate::error::{ErrorKind, ProviderError};
use crate::http::Http;
use crate::key_service::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, LastUse, Preflight, RemoteKey,
    RemoteKeyId, Style, Way,
};
use crate::offer::{NotManaged, ServiceRequest};
use crate::retry;

const OWN_UNIVERSE: &str = "googleapis.com";
const OWN_ENDPOINT: &str = "https://iam.googleapis.com";
const OWN_USAGE_ENDPOINT: &str = "https://policyanalyzer.googleapis.com";
/// Keys that people made, disabled ones counted; Google's own don't count (Quotas and limits of IAM).
pub(super) const KEYS_MAX: u32 = 10;
const NEEDS: &str = "a service account key with the role Service Account Key Admin";

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Either,
    style: Style::Overlap,
    keys_max: Some(KEYS_MAX),
    names_keys: false,
    disables: true,
    deletes: true,
    tells_last_use: true,
    warnings: &[
        "Google tells only the day on which a key was last used, some days late, and only where Policy Analyzer may be asked: a key that it shows no use of may be in use.",
    ],
};

pub(super) struct ServiceAccountKeys {
    pub iam: Iam,
    /// For the secret's own keys.
    http: Http,
    pub current: ServiceAccount,
    /// Asks instead of the current one.
    pub management: Option<ServiceAccount>,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let current = ServiceAccount::of(request.current).map_err(|_| NotManaged::NoApi)?;
    let management = request.management.map(|management| {
        let unfit = NotManaged::ManagementUnfit { needs: NEEDS };
        ServiceAccount::of(management.credentials()).map_err(|_| unfit)
    });
    let endpoint = request.parameters.endpoint("iam_endpoint")?;
    let universe = current.universe_domain.as_deref();
    if endpoint.is_none() && universe.is_some_and(|name| name != OWN_UNIVERSE) {
        return Err(NotManaged::ParametersMissing {
            names: vec!["iam_endpoint"],
        });
    }
    let usage = request.parameters.endpoint("usage_endpoint")?;
    Ok(Box::new(ServiceAccountKeys {
        http: http.clone(),
        iam: Iam {
            http: request.managing(http),
            endpoint: endpoint.unwrap_or_else(|| OWN_ENDPOINT.to_owned()),
            usage_endpoint: usage.unwrap_or_else(|| OWN_USAGE_ENDPOINT.to_owned()),
            // `-` stands for whichever project it is; then what is missing may be called forbidden.
            project: current.project_id.clone().unwrap_or_else(|| "-".to_owned()),
            email: current.client_email.clone(),
        },
        current,
        management: management.transpose()?,
    }))
}

impl ServiceAccountKeys {
    pub fn signer(&self) -> &ServiceAccount {
        self.management.as_ref().unwrap_or(&self.current)
    }

    pub async fn token(&self) -> Result<AccessToken, ProviderError> {
        token_of(&self.iam.http, self.signer()).await
    }

    pub async fn keys(&self, token: &AccessToken) -> Result<Vec<RemoteKey>, ProviderError> {
        let ours = self.current.private_key_id.as_deref();
        let now = clock::now();
        let listed = self.iam.keys(token).await?.keys.into_iter();
        Ok(listed.map(|key| key.into_remote(ours, now)).collect())
    }

    /// Whose last use is not told stays as it is.
    pub async fn tell_last_use(
        &self,
        token: &AccessToken,
        keys: &mut [RemoteKey],
    ) -> Result<(), ProviderError> {
        let told = self.iam.activities(token).await?;
        for key in keys {
            let about = told.iter().find(|activity| activity.is_of(&key.id));
            key.last_used = about.map_or(LastUse::NotTold, |activity| activity.last_use());
        }
        Ok(())
    }

    /// Never the key that signs: what comes after could not be asked for any more.
    fn require_other(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        if self.signer().private_key_id.as_deref() != Some(id.as_str()) {
            return Ok(());
        }
        let message = "A key is not disabled or deleted with its own signature.";
        Err(ProviderError::new(ErrorKind::Rejected, message).with_code("signs_itself"))
    }

    async fn change(
        &self,
        id: &RemoteKeyId,
        method: Method,
        rest: &str,
    ) -> Result<(), ProviderError> {
        self.require_other(id)?;
        let token = self.token().await?;
        let changed = self.iam.change_key(&token, method, id.as_str(), rest);
        changed.await.map(|_| ())
    }

    /// Google says "Precondition check failed" of an account that has all the keys it may, and of other things.
    async fn why_not(&self, token: &AccessToken, error: ProviderError) -> ProviderError {
        if error.code.as_deref() != Some("FAILED_PRECONDITION") {
            return error;
        }
        let most = usize::try_from(KEYS_MAX).unwrap_or(usize::MAX);
        match self.keys(token).await {
            Ok(keys) if keys.len() >= most => {
                let message = format!("This account has {KEYS_MAX} keys, and may have no more.");
                ProviderError::new(ErrorKind::Limit, &message).with_code("FAILED_PRECONDITION")
            }
            _ => error,
        }
    }
}

async fn token_of(http: &Http, account: &ServiceAccount) -> Result<AccessToken, ProviderError> {
    retry::reading(async || access_token(http, account, super::ALL_SCOPES).await).await
}

/// A lasting answer, and not a fault that passes.
pub(super) fn is_no_to_asking(error: &ProviderError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Rejected
    )
}

#[async_trait]
impl KeyService for ServiceAccountKeys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    /// Not the Policy Analyzer's: where it may not be asked, the last use is not told.
    fn hosts(&self) -> Hosts {
        let asks = [self.signer().token_uri.as_str(), &self.iam.endpoint];
        match self.management {
            None => Hosts::of(asks, []),
            Some(_) => Hosts::of([self.current.token_uri.as_str()], asks),
        }
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        preflight::of(self).await
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let token = self.token().await?;
        let mut keys = self.keys(&token).await?;
        match self.tell_last_use(&token, &mut keys).await {
            Ok(()) => Ok(keys),
            Err(error) if is_no_to_asking(&error) => Ok(keys),
            // Not knowing it for a moment must not pass for "no use seen".
            Err(error) => Err(error),
        }
    }

    async fn create(&self, _: &KeyName) -> Result<CreatedKey, ProviderError> {
        let token = self.token().await;
        let token = token.map_err(ProviderError::before_the_change)?;
        let created: Created = match self.iam.create(&token).await {
            Ok(created) => created,
            Err(error) => return Err(self.why_not(&token, error).await),
        };
        created.into_key().ok_or_else(|| {
            let message = "A key was made, and the answer does not hold it.";
            ProviderError::new(ErrorKind::Nonsense, message)
        })
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let account = ServiceAccount::of(credentials)?;
        // Which account it is was decided by the current one: another's key would be no rotation.
        if account.client_email != self.current.client_email {
            return Err(unusable());
        }
        token_of(&self.http, &account).await?;
        Ok(identity(&account))
    }

    async fn disable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.change(id, Method::POST, ":disable").await
    }

    async fn enable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.change(id, Method::POST, ":enable").await
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        match self.change(id, Method::DELETE, "").await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
            changed => changed,
        }
    }
}

pub(super) fn identity(account: &ServiceAccount) -> Identity {
    Identity {
        account: account.project_id.clone(),
        user: Some(account.client_email.clone()),
    }
}
