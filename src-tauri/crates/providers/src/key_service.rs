//! A provider's keys: what can be asked of it, in the words that all of them share.
//!
//! What makes, changes or removes a key is sent once: after a lost answer only the caller, who has
//! the journal, knows whether to look or to ask again. What only reads is tried again here.

use std::fmt;

use async_trait::async_trait;
use domain::{Credentials, SecretText, Timestamp};

pub use domain::rotation::{LastUse, Style};

use crate::error::ProviderError;
use crate::http::host_of;

/// The keys that belong to one secret's user, account or project at its provider. It owns copies of
/// the credentials that it signs with, wiped when it is dropped.
#[async_trait]
pub trait KeyService: Send + Sync {
    fn capabilities(&self) -> Capabilities;

    /// Every host that its calls go to, so that the allowed domains of whoever sends can refuse before anything leaves (OUT-02).
    fn hosts(&self) -> Hosts;

    /// What a person has to know before of this very key, beside what [`Capabilities::warnings`] says of all. Asks nobody.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Who the caller is, which keys there are, what it may not do and what stands in the way. Changes nothing.
    async fn preflight(&self) -> Result<Preflight, ProviderError>;

    /// Every key there is, in the provider's order.
    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError>;

    /// Makes a key like the current one. Where a service doesn't name keys, `name` is unused.
    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError>;

    /// Whether its provider tells a key's secret again. Then nothing is lost with an answer, and whoever goes on with a rotation may
    /// have taken a key for its own that nobody else kept.
    fn tells_again(&self) -> bool {
        false
    }

    /// The new key after a lost answer, where a provider tells a key's secret again: one that was not there `before`.
    async fn made_since(
        &self,
        before: &[RemoteKeyId],
    ) -> Result<Option<CreatedKey>, ProviderError> {
        let _ = before;
        Ok(None)
    }

    /// Keys that stop working with the making of a new one, beside the current one. Of none where a new key takes nobody's place.
    async fn ended_by_create(&self) -> Result<Vec<EndedKey>, ProviderError> {
        Ok(Vec::new())
    }

    /// To be asked just before [`KeyService::create`]: refused where the key whose place a new one takes is not one of those that
    /// were there `before`.
    async fn require_place(&self, before: &[RemoteKeyId]) -> Result<(), ProviderError> {
        let _ = before;
        Ok(())
    }

    /// Whether these credentials are accepted now, and whose they are.
    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError>;

    /// Stops a key from working, to be undone by [`KeyService::enable`]; refused where [`Capabilities::disables`] is not set.
    async fn disable(&self, id: &RemoteKeyId) -> Result<(), ProviderError>;

    async fn enable(&self, id: &RemoteKeyId) -> Result<(), ProviderError>;

    /// Removes a key; success also where it is gone already.
    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError>;
}

/// Where each secret is sent: what one may not reach says nothing of the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hosts {
    /// With the secret's own key, or what it signs.
    pub own: Vec<String>,
    /// With the management credential.
    pub management: Vec<String>,
}

/// A key of which nobody but its provider is known to have the value; by that it is looked for in the vault. Plaintext, so it has
/// no `Debug`, `Clone` or `Serialize`.
pub struct EndedKey {
    pub id: RemoteKeyId,
    pub value: SecretText,
}

/// What a provider can do, known without asking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    pub way: Way,
    pub style: Style,
    /// How many keys there may be at once, inactive ones counted.
    pub keys_max: Option<u32>,
    /// Keys carry the name given to [`KeyService::create`], so that one whose answer was lost can be found by it.
    pub names_keys: bool,
    pub disables: bool,
    /// A key can be ended before its time. Whatever else is said, one that can't be is never asked to be deleted.
    pub deletes: bool,
    pub tells_last_use: bool,
    /// What a person has to know before, a sentence each.
    pub warnings: &'static [&'static str],
}

/// Whose credentials make the new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// The current key itself, where it may.
    OwnKey,
    /// Another secret of the vault.
    Management,
    Either,
}

/// A key's id as its provider gives it; not secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RemoteKeyId(String);

/// The name that a run gives to the key it makes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

/// Backblaze takes no longer one, which is the least of all.
pub const KEY_NAME_CHARS_MAX: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteKey {
    pub id: RemoteKeyId,
    pub name: Option<String>,
    pub status: KeyStatus,
    pub created_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub last_used: LastUse,
    /// It is the key of the current credentials.
    pub is_ours: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyStatus {
    Active,
    Inactive,
    Expired,
    Unknown,
}

/// A new key. It has no `Debug` and no `Clone`: its fields are shown by the provider this once.
pub struct CreatedKey {
    pub id: RemoteKeyId,
    /// By the names of the auth method's fields, as [`Credentials::parse`] takes them; fields that last (UPDATE-07) may be left out.
    pub fields: Vec<(String, SecretText)>,
    pub created_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

/// Whom a provider takes a key's holder for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Account, project or tenancy.
    pub account: Option<String>,
    pub user: Option<String>,
}

/// What was found before anything is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    pub identity: Identity,
    pub keys: Vec<RemoteKey>,
    pub privileges: Vec<Privilege>,
    /// With any of these a rotation would fail.
    pub blocks: Vec<Block>,
}

/// One thing that the caller has to be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    /// The provider's name for it: `iam:CreateAccessKey`.
    pub name: &'static str,
    /// `None`: it can't be known without doing it.
    pub held: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub code: &'static str,
    pub message: String,
    /// The key that would have to go.
    pub key: Option<RemoteKeyId>,
}

impl RemoteKeyId {
    pub fn new(id: impl Into<String>) -> RemoteKeyId {
        RemoteKeyId(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RemoteKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Hosts {
    /// By the addresses that are asked.
    pub(crate) fn of<'a>(
        own: impl IntoIterator<Item = &'a str>,
        management: impl IntoIterator<Item = &'a str>,
    ) -> Hosts {
        Hosts {
            own: own.into_iter().filter_map(host_of).collect(),
            management: management.into_iter().filter_map(host_of).collect(),
        }
    }
}

impl KeyName {
    /// `None` unless every provider takes it: letters, digits and `-`, at most [`KEY_NAME_CHARS_MAX`].
    pub fn new(name: &str) -> Option<KeyName> {
        let fits = (1..=KEY_NAME_CHARS_MAX).contains(&name.len());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        (fits && name.chars().all(plain)).then(|| KeyName(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CreatedKey {
    /// An S3 key, whose id is the provider's own; `None` where the answer lacks the half that is shown this once.
    pub(crate) fn of_access_key(id: &str, secret: &str) -> Option<CreatedKey> {
        if id.is_empty() || secret.is_empty() {
            return None;
        }
        let field = |name: &str, text: &str| (name.to_owned(), SecretText::new(text.to_owned()));
        Some(CreatedKey {
            id: RemoteKeyId::new(id),
            fields: vec![
                field("access_key_id", id),
                field("secret_access_key", secret),
            ],
            created_at: None,
            expires_at: None,
        })
    }
}

impl Preflight {
    /// Privileges that are known to be missing.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        let missing = self.privileges.iter().filter(|one| one.held == Some(false));
        missing.map(|one| one.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_name_is_one_that_every_provider_takes() {
        for name in ["turnstone-01jd", "a", &"x".repeat(KEY_NAME_CHARS_MAX)] {
            assert!(KeyName::new(name).is_some(), "{name}");
        }
        for name in [
            "",
            "with space",
            "näme",
            "a_b",
            &"x".repeat(KEY_NAME_CHARS_MAX + 1),
        ] {
            assert!(KeyName::new(name).is_none(), "{name}");
        }
    }
}
