//! One sealed set of values of a direct secret, and how long old ones are kept.

use std::fmt;

use crate::catalogue::AuthMethod;
use crate::ids::{MemberId, SecretId, VersionId};
use crate::mask::Masks;
use crate::text::Reason;
use crate::time::Timestamp;

/// What is known about a version for good; its values are in the vault, sealed, until destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    parts: VersionParts,
}

/// All that a version's record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionParts {
    pub id: VersionId,
    pub secret: SecretId,
    pub number: VersionNumber,
    /// The method that the values were sealed under; the secret's own may have another name since.
    pub method: AuthMethod,
    pub state: VersionState,
    pub created_at: Timestamp,
    pub created_by: MemberId,
    pub how: How,
    pub reason: Option<Reason>,
    /// The version whose values a restored one brought back.
    pub origin: Option<VersionNumber>,
    /// `None` once forgotten.
    pub masks: Option<Masks>,
    /// Since when the values are around, as far as it is known: when they came here, or earlier where their provider or file says
    /// so. Values brought back are as old as they were.
    pub made_at: Timestamp,
    /// When the values end, as they say themselves, or their provider or file does.
    pub expires_at: Option<Timestamp>,
}

/// Counts a secret's versions from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber(u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionState {
    /// Stored, not yet in use: a rotation is at work on it.
    Pending,
    Current,
    /// The one before the current.
    Previous,
    /// Any older one.
    Retired,
    /// Its key is overwritten; a reader may still hold the page that had it.
    Destroying,
    Destroyed,
}

/// Where a version's values came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    Created,
    Manual,
    Generated,
    Managed,
    Imported,
    Restored,
}

/// How many old values are kept besides the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryPolicy {
    /// A new value replaces the old one at once.
    Overwrite,
    /// The `versions` newest old values, each for at most `grace_days` after it was replaced.
    Keep {
        versions: u8,
        grace_days: Option<u16>,
    },
}

impl Version {
    /// Rebuilds a version from its stored record.
    pub fn from_stored(parts: VersionParts) -> Self {
        Self { parts }
    }

    #[must_use]
    pub(crate) fn with_state(&self, state: VersionState) -> Self {
        let mut parts = self.parts.clone();
        parts.state = state;
        Self { parts }
    }

    #[must_use]
    pub(crate) fn ending(&self, expires_at: Option<Timestamp>) -> Self {
        let mut parts = self.parts.clone();
        parts.expires_at = expires_at;
        Self { parts }
    }

    pub fn id(&self) -> VersionId {
        self.parts.id
    }

    pub fn secret(&self) -> SecretId {
        self.parts.secret
    }

    pub fn number(&self) -> VersionNumber {
        self.parts.number
    }

    pub fn method(&self) -> AuthMethod {
        self.parts.method
    }

    pub fn state(&self) -> VersionState {
        self.parts.state
    }

    pub fn created_at(&self) -> Timestamp {
        self.parts.created_at
    }

    pub fn created_by(&self) -> MemberId {
        self.parts.created_by
    }

    pub fn how(&self) -> How {
        self.parts.how
    }

    pub fn reason(&self) -> Option<&Reason> {
        self.parts.reason.as_ref()
    }

    pub fn origin(&self) -> Option<VersionNumber> {
        self.parts.origin
    }

    pub fn masks(&self) -> Option<&Masks> {
        self.parts.masks.as_ref()
    }

    pub fn made_at(&self) -> Timestamp {
        self.parts.made_at
    }

    pub fn expires_at(&self) -> Option<Timestamp> {
        self.parts.expires_at
    }
}

impl VersionNumber {
    pub const FIRST: Self = Self(1);

    /// `None` for 0, which counts no version.
    pub fn new(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    pub fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn next(self) -> Self {
        Self(
            self.0
                .checked_add(1)
                .expect("a secret has fewer than 2^32 versions"),
        )
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl VersionState {
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Current,
        Self::Previous,
        Self::Retired,
        Self::Destroying,
        Self::Destroyed,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Retired => "retired",
            Self::Destroying => "destroying",
            Self::Destroyed => "destroyed",
        }
    }

    /// Whether the vault still has the version's values.
    pub fn has_values(self) -> bool {
        !matches!(self, Self::Destroying | Self::Destroyed)
    }
}

impl How {
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Manual,
        Self::Generated,
        Self::Managed,
        Self::Imported,
        Self::Restored,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Manual => "manual",
            Self::Generated => "generated",
            Self::Managed => "managed",
            Self::Imported => "imported",
            Self::Restored => "restored",
        }
    }
}

impl HistoryPolicy {
    pub const VERSIONS_MAX: u8 = 100;
    pub const GRACE_DAYS_MAX: u16 = 3650;
    pub const DEFAULT: Self = Self::Keep {
        versions: 3,
        grace_days: None,
    };

    /// How many old values are kept; 0 for `Overwrite`.
    pub fn keep(self) -> u8 {
        match self {
            Self::Overwrite => 0,
            Self::Keep { versions, .. } => versions,
        }
    }

    /// The policy, or one that keeps as many old values as there are already, so that none is lost at once.
    #[must_use]
    pub fn keeping(self, count: usize) -> Self {
        let count = u8::try_from(count)
            .unwrap_or(u8::MAX)
            .min(Self::VERSIONS_MAX);
        if count <= self.keep() {
            return self;
        }
        Self::Keep {
            versions: count,
            grace_days: self.grace_days(),
        }
    }

    pub fn grace_days(self) -> Option<u16> {
        match self {
            Self::Overwrite => None,
            Self::Keep { grace_days, .. } => grace_days,
        }
    }

    /// `None` where a number is out of range, or a grace time has nothing to limit.
    pub fn new(keep: u8, grace_days: Option<u16>) -> Option<Self> {
        match (keep, grace_days) {
            (0, None) => Some(Self::Overwrite),
            (1..=Self::VERSIONS_MAX, None | Some(1..=Self::GRACE_DAYS_MAX)) => Some(Self::Keep {
                versions: keep,
                grace_days,
            }),
            _ => None,
        }
    }
}
