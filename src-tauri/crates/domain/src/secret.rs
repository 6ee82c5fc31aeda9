//! A named credential: what is known about it, without its values.

use crate::allowed_domains::AllowedDomains;
use crate::catalogue::{AuthMethod, SecretType};
use crate::env_key::EnvKey;
use crate::external::FieldMappings;
use crate::identity::Identity;
use crate::ids::{ConnectionId, MemberId, SecretId};
use crate::reject::Rejection;
use crate::tags::Tags;
use crate::text::{Description, Notes, SecretName};
use crate::time::Timestamp;
use crate::version::{HistoryPolicy, Version, VersionNumber, VersionState};

/// Days that a deleted secret stays in the trash.
pub const TRASH_DAYS: u32 = 30;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    parts: SecretParts,
}

/// All that a secret's record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretParts {
    pub id: SecretId,
    pub name: SecretName,
    pub description: Description,
    pub notes: Notes,
    pub tags: Tags,
    pub method: AuthMethod,
    pub holding: Holding,
    pub env_key: Option<EnvKey>,
    pub allowed_domains: AllowedDomains,
    pub history: HistoryPolicy,
    pub revision: u64,
    pub created_at: Timestamp,
    pub created_by: MemberId,
    pub updated_at: Timestamp,
    /// When the values in use came to be in use.
    pub rotated_at: Timestamp,
    /// Since when they are around, as far as it is known ([`crate::version::VersionParts::made_at`]): the age that the list shows, and
    /// that a policy counts from.
    pub made_at: Timestamp,
    /// When the values in use end, as they say themselves, or their provider or file does.
    pub expires_at: Option<Timestamp>,
    /// How many hints the values gave when they were written.
    pub hint_count: u32,
    /// Whose the values in use are, where they say so.
    pub identity: Option<Identity>,
    pub trashed_at: Option<Timestamp>,
    pub import_source: Option<ImportSource>,
}

/// Where the values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// Sealed here; `current` is the version in use.
    Direct { current: VersionNumber },
    /// In another vault, to which the secret holds references.
    External {
        connection: ConnectionId,
        mappings: FieldMappings,
    },
}

/// What an item was called where it was imported from, so that a second import finds it again:
/// `1password:<item uuid>`, `1password:<item uuid>:<section>.<field>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportSource(String);

/// A secret with all its versions, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretWithVersions {
    secret: Secret,
    versions: Vec<Version>,
    held: Option<VersionNumber>,
}

/// A stored record whose parts contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("the versions are not numbered upwards, or belong to another secret")]
    Versions,
    #[error("the secret's current version is not among its versions as the only current one")]
    Current,
}

/// The rule that update, rotation and use never make a secret: what is not there, or lies in the
/// trash, is not found.
pub fn existing_live(found: Option<SecretWithVersions>) -> Result<SecretWithVersions, Rejection> {
    let found = existing(found)?;
    if found.secret.is_trashed() {
        return Err(Rejection::new(
            crate::reject::ErrorType::NotFound,
            "This secret is in the trash. Restore it from there first.",
        ));
    }
    Ok(found)
}

/// As [`existing_live`], for acts that reach into the trash too.
pub fn existing(found: Option<SecretWithVersions>) -> Result<SecretWithVersions, Rejection> {
    found.ok_or_else(|| Rejection::not_found("secret"))
}

impl Secret {
    /// Rebuilds a secret from its stored record.
    pub fn from_stored(parts: SecretParts) -> Self {
        Self { parts }
    }

    /// The parts, for the next state of the same secret.
    pub(crate) fn to_parts(&self) -> SecretParts {
        self.parts.clone()
    }

    pub fn id(&self) -> SecretId {
        self.parts.id
    }

    pub fn name(&self) -> &SecretName {
        &self.parts.name
    }

    pub fn description(&self) -> &Description {
        &self.parts.description
    }

    pub fn notes(&self) -> &Notes {
        &self.parts.notes
    }

    pub fn tags(&self) -> &Tags {
        &self.parts.tags
    }

    pub fn method(&self) -> AuthMethod {
        self.parts.method
    }

    pub fn secret_type(&self) -> SecretType {
        self.parts.method.secret_type()
    }

    pub fn holding(&self) -> &Holding {
        &self.parts.holding
    }

    pub fn is_external(&self) -> bool {
        matches!(self.parts.holding, Holding::External { .. })
    }

    /// The version in use; an external secret has none here.
    pub fn current_version(&self) -> Option<VersionNumber> {
        self.parts.holding.current()
    }

    pub fn env_key(&self) -> Option<&EnvKey> {
        self.parts.env_key.as_ref()
    }

    pub fn allowed_domains(&self) -> &AllowedDomains {
        &self.parts.allowed_domains
    }

    pub fn history(&self) -> HistoryPolicy {
        self.parts.history
    }

    pub fn revision(&self) -> u64 {
        self.parts.revision
    }

    pub fn created_at(&self) -> Timestamp {
        self.parts.created_at
    }

    pub fn created_by(&self) -> MemberId {
        self.parts.created_by
    }

    pub fn updated_at(&self) -> Timestamp {
        self.parts.updated_at
    }

    pub fn rotated_at(&self) -> Timestamp {
        self.parts.rotated_at
    }

    pub fn made_at(&self) -> Timestamp {
        self.parts.made_at
    }

    pub fn expires_at(&self) -> Option<Timestamp> {
        self.parts.expires_at
    }

    pub fn hint_count(&self) -> u32 {
        self.parts.hint_count
    }

    pub fn identity(&self) -> Option<&Identity> {
        self.parts.identity.as_ref()
    }

    pub fn trashed_at(&self) -> Option<Timestamp> {
        self.parts.trashed_at
    }

    pub fn is_trashed(&self) -> bool {
        self.parts.trashed_at.is_some()
    }

    /// When the trash lets go of it.
    pub fn trash_ends_at(&self) -> Option<Timestamp> {
        self.parts
            .trashed_at
            .map(|since| since.plus_days(TRASH_DAYS))
    }

    pub fn import_source(&self) -> Option<&ImportSource> {
        self.parts.import_source.as_ref()
    }
}

impl Holding {
    /// The version in use; what is kept elsewhere has none here.
    pub fn current(&self) -> Option<VersionNumber> {
        match self {
            Self::Direct { current } => Some(*current),
            Self::External { .. } => None,
        }
    }
}

impl ImportSource {
    pub const BYTES_MAX: usize = 1024;

    /// `None` where the text is empty, longer than [`Self::BYTES_MAX`] or has control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::BYTES_MAX;
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SecretWithVersions {
    pub fn new(secret: Secret, versions: Vec<Version>) -> Result<Self, RecordError> {
        let ascending = versions.is_sorted_by(|a, b| a.number() < b.number());
        if !ascending
            || versions
                .iter()
                .any(|version| version.secret() != secret.id())
        {
            return Err(RecordError::Versions);
        }
        let current: Vec<VersionNumber> = versions
            .iter()
            .filter(|version| version.state() == VersionState::Current)
            .map(Version::number)
            .collect();
        if current.as_slice() != secret.current_version().as_slice() {
            return Err(RecordError::Current);
        }
        Ok(Self {
            secret,
            versions,
            held: None,
        })
    }

    /// `held` is the version that an open rotation needs for its way back.
    #[must_use]
    pub fn holding(mut self, held: Option<VersionNumber>) -> Self {
        self.held = held;
        self
    }

    /// The version that the history policy does not touch for now.
    pub fn held(&self) -> Option<VersionNumber> {
        self.held
    }

    /// The version that a rotation is at work on.
    pub fn pending(&self) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.state() == VersionState::Pending)
    }

    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Oldest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    pub fn version(&self, number: VersionNumber) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number() == number)
    }

    /// The version in use; an external secret has none here.
    pub fn current(&self) -> Option<&Version> {
        self.secret
            .current_version()
            .and_then(|number| self.version(number))
    }
}
