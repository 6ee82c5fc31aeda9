//! An account's two keys: the one that is not in use is made anew and takes over; the old one ends by being made anew itself.

use ::http::Method;
use async_trait::async_trait;
use domain::{Credentials, SecretText, Timestamp};
use ring::digest;

use super::arm::{Arm, StoredKey};
use super::blob::{BlobAccount, no_key};
use super::entra::{Application, Token};
use super::preflight;
use crate::error::{ErrorKind, ProviderError};
use crate::http::Http;
use crate::key_service::{
    Capabilities, CreatedKey, EndedKey, Hosts, Identity, KeyName, KeyService, KeyStatus, LastUse,
    Preflight, RemoteKey, RemoteKeyId, Style, Way,
};
use crate::offer::{NotManaged, ServiceRequest};
use crate::parameters::Parameters;

const OWN_ENDPOINT: &str = "https://management.azure.com";
const OWN_SIGN_IN: &str = "https://login.microsoftonline.com";
/// Others (`kerb1`, `kerb2`) are none of the Blob service.
const SLOTS: [&str; 2] = ["key1", "key2"];
const NEEDS: &str =
    "the client secret of an Entra application with the role Storage Account Key Operator";

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Management,
    style: Style::Overlap,
    // Always full, and always room for the next: it takes the slot that is not in use.
    keys_max: None,
    names_keys: false,
    disables: false,
    deletes: true,
    tells_last_use: false,
    warnings: &[
        "The account has two keys. The one that this secret doesn't hold is made anew at once: whatever uses that one stops working, and so does every SAS that it signed.",
        "To delete the old key means to make it anew, and every SAS that it signed stops working then. Until that, undo leads back to it.",
        "Azure doesn't tell when a key was last used.",
    ],
};

pub(super) struct AccountKeys {
    pub arm: Arm,
    /// For what the account's own keys sign.
    http: Http,
    /// Its value, without which it can't be told which of the two is in use.
    current: SecretText,
    /// Where the Blob service is, if not at Azure's own address.
    blob_endpoint: Option<String>,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let name = request.current.field("account_name");
    let key = request.current.field("account_key");
    let (Some(name), Some(key)) = (name, key) else {
        return Err(NotManaged::NoApi);
    };
    let management = request.management;
    let management = management.ok_or(NotManaged::ManagementMissing { needs: NEEDS })?;
    let client_secret = management.value();
    let client_secret = client_secret.ok_or(NotManaged::ManagementUnfit { needs: NEEDS })?;
    let parameters = request.parameters;
    let names = ["subscription", "resource_group", "tenant", "client_id"];
    let [subscription, resource_group, tenant, client_id] = required(parameters, names)?;
    let at = |name, own: &str| {
        let named = parameters.endpoint(name)?;
        Ok(named.unwrap_or_else(|| own.to_owned()))
    };
    Ok(Box::new(AccountKeys {
        arm: Arm {
            http: request.managing(http),
            endpoint: at("management_endpoint", OWN_ENDPOINT)?,
            application: Application {
                http: request.managing(http),
                endpoint: at("login_endpoint", OWN_SIGN_IN)?,
                tenant,
                client_id,
                client_secret: copy(client_secret),
            },
            subscription,
            resource_group,
            account: name.expose_text().to_owned(),
        },
        http: http.clone(),
        current: copy(key),
        blob_endpoint: parameters.get("blob_endpoint").map(str::to_owned),
    }))
}

/// All of them, or the names of those that are missing.
fn required<const COUNT: usize>(
    parameters: &Parameters,
    names: [&'static str; COUNT],
) -> Result<[String; COUNT], NotManaged> {
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| parameters.get(name).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(NotManaged::ParametersMissing { names: missing });
    }
    Ok(names.map(|name| parameters.get(name).unwrap_or_default().to_owned()))
}

fn copy(secret: &SecretText) -> SecretText {
    SecretText::new(secret.expose_text().to_owned())
}

impl AccountKeys {
    pub async fn keys(&self, token: &Token) -> Result<Vec<StoredKey>, ProviderError> {
        let listed = self.arm.keys(token).await?.keys.into_iter();
        Ok(listed.filter(is_of_blobs).collect())
    }

    pub fn remote(&self, key: &StoredKey) -> RemoteKey {
        RemoteKey {
            id: id(key),
            name: Some(key.key_name.clone()),
            status: KeyStatus::Active,
            created_at: made_at(key),
            expires_at: None,
            last_used: LastUse::NotTold,
            is_ours: self.is_current(key),
        }
    }

    fn is_current(&self, key: &StoredKey) -> bool {
        is_value(key, &self.current)
    }

    /// The slot that the secret doesn't hold.
    fn other<'a>(&self, keys: &'a [StoredKey]) -> Result<&'a StoredKey, ProviderError> {
        if !keys.iter().any(|key| self.is_current(key)) {
            let message = "This secret's key is none of the account's two: it was made anew meanwhile. Nothing was changed.";
            return Err(ProviderError::new(ErrorKind::Rejected, message).with_code("key_not_found"));
        }
        let mut others = keys.iter().filter(|key| !self.is_current(key));
        others.next().ok_or_else(|| {
            let message = "Azure lists no second key of this account.";
            ProviderError::new(ErrorKind::Nonsense, message).before_the_change()
        })
    }

    async fn regenerated(
        &self,
        token: &Token,
        slot: &str,
        before: &RemoteKeyId,
    ) -> Result<StoredKey, ProviderError> {
        let answered = self.arm.regenerate(token, slot).await?;
        let mut keys = answered.keys.into_iter();
        let made = keys.find(|key| key.key_name == slot && id(key) != *before);
        made.ok_or_else(|| {
            let message = "The key was made anew, and the answer does not hold it.";
            ProviderError::new(ErrorKind::Nonsense, message)
        })
    }

    /// Whether the Blob service takes it. Where the account's network rules keep this machine out, Azure's list has to do.
    async fn require_taken(&self, key: &SecretText) -> Result<(), ProviderError> {
        let service = self.blob_endpoint.as_deref();
        let blobs = BlobAccount::by_key(&self.arm.account, key, service)?;
        let url = format!("{}/?comp=list&maxresults=1", blobs.service);
        match blobs.ask(&self.http, Method::GET, &url).await {
            Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::Unreachable) => {
                Ok(())
            }
            asked => asked,
        }
    }
}

fn is_of_blobs(key: &StoredKey) -> bool {
    SLOTS.contains(&key.key_name.as_str())
}

fn is_value(key: &StoredKey, value: &SecretText) -> bool {
    SecretText::new(key.value.to_string()).ct_eq(value)
}

/// The slot and a trace of the value in it, so that a key made anew is another one: what is deleted is never somebody's newer
/// key. Four bytes of a hash tell nothing of sixty-four random ones.
fn id(key: &StoredKey) -> RemoteKeyId {
    let hash = digest::digest(&digest::SHA256, key.value.as_bytes());
    let trace: String = hash.as_ref().iter().take(4).map(hex).collect();
    RemoteKeyId::new(format!("{}-{trace}", key.key_name))
}

fn hex(byte: &u8) -> String {
    format!("{byte:02x}")
}

fn made_at(key: &StoredKey) -> Option<Timestamp> {
    Timestamp::parse(key.creation_time.as_deref()?).ok()
}

fn as_created(key: &StoredKey) -> CreatedKey {
    CreatedKey {
        id: id(key),
        fields: vec![(
            "account_key".to_owned(),
            SecretText::new(key.value.to_string()),
        )],
        created_at: made_at(key),
        expires_at: None,
    }
}

#[async_trait]
impl KeyService for AccountKeys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn hosts(&self) -> Hosts {
        let own = format!("https://{}.blob.core.windows.net", self.arm.account);
        let blobs = self.blob_endpoint.as_deref().unwrap_or(&own);
        let sign_in = self.arm.application.endpoint.as_str();
        Hosts::of([blobs], [sign_in, &self.arm.endpoint])
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        preflight::of(self).await
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let token = self.arm.token().await?;
        let keys = self.keys(&token).await?;
        Ok(keys.iter().map(|key| self.remote(key)).collect())
    }

    async fn create(&self, _: &KeyName) -> Result<CreatedKey, ProviderError> {
        let token = self.arm.token().await;
        let token = token.map_err(ProviderError::before_the_change)?;
        let keys = self.keys(&token).await;
        let keys = keys.map_err(ProviderError::before_the_change)?;
        let other = self.other(&keys)?;
        let made = self
            .regenerated(&token, &other.key_name, &id(other))
            .await?;
        Ok(as_created(&made))
    }

    fn tells_again(&self) -> bool {
        true
    }

    /// The other slot, if it holds another key than it did.
    async fn made_since(
        &self,
        before: &[RemoteKeyId],
    ) -> Result<Option<CreatedKey>, ProviderError> {
        let token = self.arm.token().await?;
        let keys = self.keys(&token).await?;
        let other = self.other(&keys)?;
        Ok((!before.contains(&id(other))).then(|| as_created(other)))
    }

    async fn ended_by_create(&self) -> Result<Vec<EndedKey>, ProviderError> {
        let token = self.arm.token().await?;
        let keys = self.keys(&token).await?;
        let other = self.other(&keys)?;
        Ok(vec![EndedKey {
            id: id(other),
            value: SecretText::new(other.value.to_string()),
        }])
    }

    async fn require_place(&self, before: &[RemoteKeyId]) -> Result<(), ProviderError> {
        let token = self.arm.token().await;
        let token = token.map_err(ProviderError::before_the_change)?;
        let keys = self.keys(&token).await;
        let keys = keys.map_err(ProviderError::before_the_change)?;
        let other = self.other(&keys)?;
        if before.contains(&id(other)) {
            return Ok(());
        }
        let message = format!(
            "The account's {} was made anew after this rotation began, so somebody may use it. Nothing was changed. Undo this rotation and start another one.",
            other.key_name
        );
        Err(ProviderError::new(ErrorKind::Rejected, &message).with_code("other_key_changed"))
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let key = credentials.field("account_key").ok_or_else(no_key)?;
        let token = self.arm.token().await?;
        let keys = self.keys(&token).await?;
        if !keys.iter().any(|stored| is_value(stored, key)) {
            let message = "This is none of the account's two keys any more.";
            return Err(ProviderError::new(ErrorKind::Refused, message).with_code("key_not_found"));
        }
        self.require_taken(key).await?;
        Ok(Identity {
            account: Some(self.arm.account.clone()),
            user: None,
        })
    }

    async fn disable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_disabled())
    }

    async fn enable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(not_disabled())
    }

    /// Gone is a key whose slot holds another one by now.
    async fn delete(&self, wanted: &RemoteKeyId) -> Result<(), ProviderError> {
        let token = self.arm.token().await?;
        let keys = self.keys(&token).await?;
        let Some(found) = keys.iter().find(|key| id(key) == *wanted) else {
            return Ok(());
        };
        if self.is_current(found) {
            let message = "This key is in use. Nothing was changed.";
            return Err(ProviderError::new(ErrorKind::Rejected, message).with_code("in_use"));
        }
        let made = self.regenerated(&token, &found.key_name, wanted).await;
        made.map(drop)
    }
}

fn not_disabled() -> ProviderError {
    let message = "Azure can't disable a key, only make it anew.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("cannot_disable")
}
