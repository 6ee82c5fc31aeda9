//! Keys of Cloudflare R2, which are API tokens: a key's id is its token's, its secret the SHA-256 of the token's value
//! (R2's own pages on authentication). A new one gets the policies of the present one, from a token that may make tokens.
//!
//! Tokens belong to an account or to a user; whose the present one is decides where the new one is made.
//!
//! Not tried at Cloudflare itself, and not in its documentation: whether a disabled token's key is refused by R2 at once,
//! whether requests to R2 count as its last use, and what is answered for one token too many. A use that is not told is
//! therefore not called "never", and an old key is deleted, not only disabled, where it has to be gone.

mod answers;
mod preflight;

use ::http::Method;
use async_trait::async_trait;
use domain::Credentials;

use self::answers::{Envelope, Token, Verified, refusal};
use crate::aws::AccessKey;
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::http::Http;
use crate::json_api::{JsonApi, Presented, parsed, token};
use crate::key_service::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, Preflight, RemoteKey,
    RemoteKeyId, Style, Way,
};
use crate::limits::{self, Gone};
use crate::offer::{NotManaged, ServiceRequest};
use crate::s3_door::Door;
use crate::stands;

const OWN_API: &str = "https://api.cloudflare.com/client/v4";
const REGION: &str = "auto";
const PAGE_TOKENS: usize = 50;
const PAGES_MAX: u32 = 20;
const NEEDS: &str = "A Cloudflare API token with “Account API Tokens Write” (or “API Tokens Write” for a key of a user)";

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Management,
    style: Style::Overlap,
    // 50 tokens a user and 500 an account, of whatever kind: more than those that are shown here.
    keys_max: None,
    names_keys: true,
    disables: true,
    deletes: true,
    tells_last_use: true,
    warnings: &[],
};

struct R2Keys {
    api: JsonApi,
    door: Door,
    account: String,
    current: AccessKey,
}

/// Whose tokens are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Account,
    User,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let current = AccessKey::of(request.current).ok_or(NotManaged::NoApi)?;
    let account = request.parameters.label("account_id")?;
    let own_s3 = format!("https://{account}.r2.cloudflarestorage.com");
    Ok(Box::new(R2Keys {
        api: JsonApi {
            http: request.managing(http),
            base: request.parameters.endpoint_or("api_endpoint", OWN_API)?,
            token: token(request.management, NEEDS)?,
            presented: Presented::Bearer,
            refusal,
        },
        door: Door {
            http: http.clone(),
            endpoint: request.parameters.endpoint_or("s3_endpoint", &own_s3)?,
            region: REGION.to_owned(),
        },
        account: account.to_owned(),
        current,
    }))
}

impl Owner {
    const ALL: [Owner; 2] = [Owner::Account, Owner::User];

    /// Cloudflare's own names.
    fn privilege(self) -> &'static str {
        match self {
            Owner::Account => "Account API Tokens Write",
            Owner::User => "API Tokens Write",
        }
    }
}

impl R2Keys {
    fn tokens(&self, owner: Owner) -> String {
        match owner {
            Owner::Account => format!("/accounts/{}/tokens", escape::part(&self.account)),
            Owner::User => "/user/tokens".to_owned(),
        }
    }

    fn token_path(&self, owner: Owner, id: &str) -> String {
        format!("{}/{}", self.tokens(owner), escape::part(id))
    }

    async fn token(&self, owner: Owner, id: &str) -> Result<Token, ProviderError> {
        let path = self.token_path(owner, id);
        let answer: Envelope<Token> = self.api.read(&path).await?;
        answer.into_result()
    }

    /// The token of the current key, and whose it is.
    async fn current(&self) -> Result<(Owner, Token), ProviderError> {
        self.find(&self.current.id).await
    }

    /// It is not there where one of the two lists that may be looked at does not have it.
    async fn find(&self, id: &str) -> Result<(Owner, Token), ProviderError> {
        let mut told = Vec::new();
        for owner in Owner::ALL {
            match self.token(owner, id).await {
                Ok(token) => return Ok((owner, token)),
                Err(error) if is_no(&error) || error.kind == ErrorKind::Refused => told.push(error),
                Err(error) => return Err(error),
            }
        }
        let is_absent = told.iter().any(|error| error.kind == ErrorKind::NotFound);
        match told.into_iter().next().filter(|_| !is_absent) {
            Some(error) => Err(error),
            None => Err(not_seen()),
        }
    }

    /// The management token itself.
    async fn own(&self) -> Result<(Owner, Verified), ProviderError> {
        let mut last_no = None;
        for owner in Owner::ALL {
            let path = format!("{}/verify", self.tokens(owner));
            let answer: Result<Envelope<Verified>, _> = self.api.read(&path).await;
            match answer {
                Ok(answer) => return Ok((owner, answer.into_result()?)),
                Err(error) if is_no(&error) || error.kind == ErrorKind::Refused => {
                    last_no = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        let code = last_no.and_then(|error| error.code).unwrap_or_default();
        let message = "Cloudflare does not take the management token, or it is of another account.";
        Err(ProviderError::new(ErrorKind::Refused, message).with_code(&code))
    }

    /// Those that may do something of what the current one may: others are none of this rotation's business.
    async fn alike(&self, owner: Owner, current: &Token) -> Result<Vec<RemoteKey>, ProviderError> {
        self.tokens_that(owner, |token| token.is_like(current))
            .await
    }

    async fn tokens_that(
        &self,
        owner: Owner,
        are_meant: impl Fn(&Token) -> bool,
    ) -> Result<Vec<RemoteKey>, ProviderError> {
        let mut keys = Vec::new();
        for page in 1..=PAGES_MAX {
            let path = format!("{}?per_page={PAGE_TOKENS}&page={page}", self.tokens(owner));
            let answer: Envelope<Vec<Token>> = self.api.read(&path).await?;
            let tokens = answer.into_result()?;
            let is_last = tokens.len() < PAGE_TOKENS;
            let meant = tokens.into_iter().filter(|token| are_meant(token));
            keys.extend(meant.map(|token| token.into_remote(&self.current.id)));
            if is_last {
                return Ok(keys);
            }
        }
        let message = "The list of tokens has no end.";
        Err(ProviderError::new(ErrorKind::Nonsense, message))
    }

    /// Where the current one is gone, and with it what it is compared to.
    async fn all_of_r2(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let mut keys = Vec::new();
        for owner in Owner::ALL {
            match self.tokens_that(owner, Token::is_of_r2).await {
                Ok(found) => keys.extend(found),
                Err(error) if is_no(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(keys)
    }

    /// Never the token that asks: what comes after could not be asked for any more.
    async fn require_other(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        let (_, own) = self.own().await?;
        if own.id != id.as_str() {
            return Ok(());
        }
        let message = "A token is not disabled or deleted by itself.";
        Err(ProviderError::new(ErrorKind::Rejected, message).with_code("signs_itself"))
    }

    /// A token that neither list has is gone if the current one's does have the current one.
    async fn require_gone(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        let owner = match self.current().await {
            Ok((owner, _)) => owner,
            Err(error) if error.kind == ErrorKind::NotFound => return Err(stands::other_account()),
            Err(error) => return Err(error),
        };
        match self.token(owner, id.as_str()).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(not_seen()),
        }
    }

    async fn end(&self, id: &RemoteKeyId) -> Result<Gone, ProviderError> {
        let look = async {
            self.require_other(id).await?;
            self.find(id.as_str()).await
        };
        let owner = match look.await {
            Ok((owner, _)) => owner,
            Err(error) if error.kind == ErrorKind::NotFound => {
                self.require_gone(id).await?;
                return Ok(Gone::NotFound);
            }
            Err(error) => return Err(error.before_the_change()),
        };
        let path = self.token_path(owner, id.as_str());
        match self.api.send(Method::DELETE, &path, None).await {
            Ok(_) => Ok(Gone::Deleted),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Gone::NotFound),
            Err(error) => Err(error),
        }
    }

    /// A token is replaced as a whole: what it has is read before.
    async fn set_status(&self, id: &RemoteKeyId, status: &str) -> Result<(), ProviderError> {
        let look = async {
            self.require_other(id).await?;
            self.find(id.as_str()).await
        };
        let (owner, token) = look.await.map_err(ProviderError::before_the_change)?;
        let path = self.token_path(owner, id.as_str());
        let body = token.with_status(status);
        let sent = self.api.send(Method::PUT, &path, Some(&body)).await;
        sent.map(|_| ())
    }
}

fn not_seen() -> ProviderError {
    let message = "No API token that the management token sees has this access key's id.";
    ProviderError::new(ErrorKind::NotFound, message).with_code("key_not_found")
}

/// A lasting answer, and not a fault that passes.
fn is_no(error: &ProviderError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Rejected
    )
}

#[async_trait]
impl KeyService for R2Keys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn hosts(&self) -> Hosts {
        Hosts::of([self.door.endpoint.as_str()], [self.api.base.as_str()])
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        preflight::of(self).await
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        match self.current().await {
            Ok((owner, current)) => self.alike(owner, &current).await,
            Err(error) if error.kind == ErrorKind::NotFound => self.all_of_r2().await,
            Err(error) => Err(error),
        }
    }

    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError> {
        let found = self.current().await;
        let (owner, current) = found.map_err(ProviderError::before_the_change)?;
        let body = current.successor(name.as_str())?;
        let path = self.tokens(owner);
        let answer = self.api.send(Method::POST, &path, Some(&body)).await?;
        let created: Envelope<Token> = parsed(&answer)?;
        let new = created.into_result()?;
        let differs = new.differs_in(&current, &body);
        let created = new.into_created()?;
        match differs {
            None => Ok(created),
            Some(what) => Err(limits::not_kept(what, self.end(&created.id).await)),
        }
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        self.door.takes(credentials, self.list()).await?;
        Ok(Identity {
            account: Some(self.account.clone()),
            user: None,
        })
    }

    async fn disable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.set_status(id, "disabled").await
    }

    async fn enable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.set_status(id, "active").await
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.end(id).await.map(|_gone| ())
    }
}
