//! Shared access signatures as keys: a new one is signed here with the account's key, and none can be taken back.

use ::http::Method;
use async_trait::async_trait;
use domain::{AuthMethod, Credentials, SecretText, Timestamp};

use super::blob::{BlobAccount, no_key};
use super::sas::{Question, Sas, Unfit, time_text};
use crate::clock::now;
use crate::error::{ErrorKind, ProviderError};
use crate::http::Http;
use crate::key_service::{
    Block, Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, KeyStatus, LastUse,
    Preflight, RemoteKey, RemoteKeyId, Style, Way,
};
use crate::offer::{NotManaged, ServiceRequest};

const VALID_DAYS: &str = "valid_days";
const VALID_DAYS_MAX: u32 = 3650;
const NEEDS: &str = "an account key of the same storage account";

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Management,
    style: Style::Overlap,
    keys_max: None,
    names_keys: false,
    disables: false,
    deletes: false,
    tells_last_use: false,
    warnings: &[
        "The new SAS gets the permissions, resources, protocol and addresses of the present one, and a new end. It is signed here with the account's key; Azure keeps no list of them.",
        "No SAS can be taken back: the old one works until it ends, or until the account key that signed it is made anew. So does a new one after undo.",
    ],
};

struct SasKeys {
    http: Http,
    /// For what the account's key signs itself.
    managing: Http,
    current: Sas,
    /// As it is kept, with its signature.
    url: SecretText,
    ends_at: Option<Timestamp>,
    account: String,
    account_key: SecretText,
    valid_days: u32,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let url = request.current.field("sas_url").ok_or(NotManaged::NoApi)?;
    let current = Sas::parse(url).ok_or(NotManaged::NoApi)?;
    let management = request.management;
    let management = management.ok_or(NotManaged::ManagementMissing { needs: NEEDS })?;
    let held = management.credentials();
    if held.method() != AuthMethod::AzureAccountKey {
        return Err(NotManaged::ManagementUnfit { needs: NEEDS });
    }
    let unfit = NotManaged::ManagementUnfit { needs: NEEDS };
    let name = held.field("account_name").ok_or(unfit.clone())?;
    let key = held.field("account_key").ok_or(unfit)?;
    let days = request.parameters.days(VALID_DAYS, VALID_DAYS_MAX)?;
    Ok(Box::new(SasKeys {
        http: http.clone(),
        managing: request.managing(http),
        current,
        url: SecretText::new(url.expose_text().to_owned()),
        ends_at: request.current.expires_at(),
        account: name.expose_text().to_owned(),
        account_key: SecretText::new(key.expose_text().to_owned()),
        valid_days: days.ok_or(NotManaged::ParametersMissing {
            names: vec![VALID_DAYS],
        })?,
    }))
}

impl SasKeys {
    fn signed_until(&self, end: Timestamp) -> Result<SecretText, ProviderError> {
        let signed = self
            .current
            .signed_until(&time_text(end), &self.account, &self.account_key);
        signed.ok_or_else(no_key)
    }

    /// Why it can't be signed anew: known without asking.
    fn block(&self) -> Option<Block> {
        if let Some(unfit) = self.current.unfit() {
            return Some(match unfit {
                Unfit::StoredPolicy => block(
                    "stored_policy",
                    "This SAS follows an access policy that is stored with its container, and signed anew it would be the same. Change or replace that policy in Azure.",
                ),
                Unfit::UserDelegation => block(
                    "user_delegation",
                    "This SAS was signed with a delegation key of Entra ID, not with the account's key. Make a new one where it is from.",
                ),
                Unfit::NoBlobs => block(
                    "no_blobs",
                    "This SAS is for no container, blob or account that can be signed for here. Make a new one where it is from.",
                ),
            });
        }
        let named = self.current.account.as_ref();
        named.filter(|named| **named != self.account).map(|named| {
            let message = format!(
                "The SAS is for the account {named}, and the management secret holds the key of {}.",
                self.account
            );
            block("other_account", &message)
        })
    }

    /// Nobody is given by a new signature what no signature gave before: the account's key signed what the present URL says,
    /// or the service takes it, whichever of the account's keys signed it.
    async fn stranger(&self) -> Result<Option<Block>, ProviderError> {
        let is_own = self.current.is_signed_by(&self.account, &self.account_key);
        if is_own || (self.current.is_clear() && self.service_knows().await?) {
            return Ok(None);
        }
        Ok(Some(block(
            "not_signed_by_this_key",
            "The account's key in the management secret did not sign this SAS, and the storage account doesn't take it: it was changed, has ended, or was signed by a key that is made anew by now. Make a new one where it is from.",
        )))
    }

    async fn service_knows(&self) -> Result<bool, ProviderError> {
        if self.ends_at.is_some_and(|at| at <= now()) {
            return Ok(false);
        }
        match self.ask(&self.url).await {
            Ok(()) => Ok(true),
            Err(error) if error.passes_with_time() => Err(error),
            Err(error) => Ok(is_about_its_permissions(&error)),
        }
    }

    /// Whether the account takes the management secret's key: by a question signed with it, and not by a SAS, which nobody could
    /// take back.
    async fn key_refused(&self) -> Result<Option<Block>, ProviderError> {
        let service = self.current.service.as_str();
        let account = BlobAccount::by_key(&self.account, &self.account_key, Some(service))?;
        let url = format!("{service}/?comp=list&maxresults=1");
        match account.ask(&self.managing, Method::GET, &url).await {
            Ok(()) => Ok(None),
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Forbidden) => {
                let message = format!(
                    "The storage account doesn't take what the management secret signs ({}). Look whether its key was made anew meanwhile.",
                    error.message
                );
                Ok(Some(block("account_key_refused", &message)))
            }
            Err(error) => Err(error),
        }
    }

    async fn require_taken(&self, url: &SecretText) -> Result<(), ProviderError> {
        match self.ask(url).await {
            Err(error) if !is_about_more_than_the_signature(&error) => Err(error),
            _ => Ok(()),
        }
    }

    async fn ask(&self, url: &SecretText) -> Result<(), ProviderError> {
        let sas = Sas::parse(url).ok_or_else(no_key)?;
        let account = BlobAccount::by_sas(url, None)?;
        match sas.question() {
            Question::Get(url) => account.ask(&self.http, Method::GET, &url).await,
            Question::Head(url) => account.ask(&self.http, Method::HEAD, &url).await,
        }
    }
}

/// Said only of a SAS whose signature and time are right: what it may, from where, and what is there.
fn is_about_more_than_the_signature(error: &ProviderError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    let limited = [
        "AuthorizationProtocolMismatch",
        "AuthorizationSourceIPMismatch",
    ];
    error.kind == ErrorKind::NotFound || limited.contains(&code) || is_about_its_permissions(error)
}

/// Said only once the signature was found right.
fn is_about_its_permissions(error: &ProviderError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    [
        "AuthorizationPermissionMismatch",
        "AuthorizationResourceTypeMismatch",
        "AuthorizationServiceMismatch",
    ]
    .contains(&code)
}

/// There is no id beside the end.
fn id(end: Option<&str>) -> RemoteKeyId {
    RemoteKeyId::new(end.map_or_else(|| "sas".to_owned(), |end| format!("sas-{end}")))
}

fn block(code: &'static str, message: &str) -> Block {
    Block {
        code,
        message: message.to_owned(),
        key: None,
    }
}

#[async_trait]
impl KeyService for SasKeys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn hosts(&self) -> Hosts {
        let service = self.current.service.as_str();
        Hosts::of([service], [service])
    }

    fn warnings(&self) -> Vec<String> {
        let made_for = self.current.days().map(|days| days.max(1));
        // A part of a day is no difference.
        let shorter = made_for.filter(|days| days + 1 < i64::from(self.valid_days));
        let warning = shorter.map(|days| {
            format!(
                "The new SAS works for {} days, and the present one was made for {days}: the rotation policy says for how long a new one is valid.",
                self.valid_days
            )
        });
        warning.into_iter().collect()
    }

    /// Nothing is signed that could be used.
    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        let mut blocks: Vec<Block> = self.block().into_iter().collect();
        if blocks.is_empty() {
            blocks.extend(self.key_refused().await?);
        }
        if blocks.is_empty() {
            blocks.extend(self.stranger().await?);
        }
        Ok(Preflight {
            identity: Identity {
                account: Some(self.account.clone()),
                user: None,
            },
            keys: self.list().await?,
            privileges: Vec::new(),
            blocks,
        })
    }

    /// Nobody keeps a list: the present one is all that is known.
    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let ended = self.ends_at.is_some_and(|at| at <= now());
        Ok(vec![RemoteKey {
            id: id(self.current.parameter("se")),
            name: None,
            status: if ended {
                KeyStatus::Expired
            } else {
                KeyStatus::Active
            },
            created_at: None,
            expires_at: self.ends_at,
            last_used: LastUse::NotTold,
            is_ours: true,
        }])
    }

    async fn create(&self, _: &KeyName) -> Result<CreatedKey, ProviderError> {
        let block = match self.block() {
            Some(block) => Some(block),
            None => self
                .stranger()
                .await
                .map_err(ProviderError::before_the_change)?,
        };
        if let Some(block) = block {
            let error = ProviderError::new(ErrorKind::Rejected, &block.message);
            return Err(error.with_code(block.code));
        }
        let end = now().plus_days(self.valid_days);
        let url = self.signed_until(end)?;
        Ok(CreatedKey {
            id: id(Some(&time_text(end))),
            fields: vec![("sas_url".to_owned(), url)],
            created_at: None,
            expires_at: Some(end),
        })
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let url = credentials.field("sas_url").ok_or_else(no_key)?;
        self.require_taken(url).await?;
        Ok(Identity {
            account: Some(self.account.clone()),
            user: None,
        })
    }

    async fn disable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_taken_back())
    }

    async fn enable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_taken_back())
    }

    async fn delete(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_taken_back())
    }
}

fn not_taken_back() -> ProviderError {
    let message = "A SAS can't be taken back: it works until it ends, or until the account key that signed it is made anew.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("cannot_delete")
}
