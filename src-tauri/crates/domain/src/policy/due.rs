//! When a secret's values are due to be turned over.

use serde::Serialize;

use super::Policy;
use crate::secret::Secret;
use crate::time::Timestamp;

/// How early it is told where no policy says.
pub const LEAD_DAYS_DEFAULT: u16 = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    pub by: DueBy,
    lead_days: u16,
}

/// What says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueBy {
    /// The secret's own policy.
    Secret,
    /// The vault's.
    Vault,
    /// The values end by themselves before that.
    Expiry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueState {
    Overdue,
    /// Within the lead time.
    Soon,
    Later,
}

impl Due {
    /// Nothing is due that is kept elsewhere: when it changed there is not known here.
    pub fn of(secret: &Secret, own: Option<&Policy>, vault: Option<&Policy>) -> Option<Self> {
        if secret.is_external() {
            return None;
        }
        let days = |policy: Option<&Policy>| policy.and_then(|policy| policy.parts.every_days);
        let lead = |policy: Option<&Policy>| policy.and_then(|policy| policy.parts.lead_days);
        let by_age = match (days(own), days(vault)) {
            (Some(days), _) => Some((days, DueBy::Secret)),
            (None, Some(days)) => Some((days, DueBy::Vault)),
            (None, None) => None,
        };
        let by_age = by_age.map(|(days, by)| (secret.made_at().plus_days(days.into()), by));
        let by_expiry = secret.expires_at().map(|at| (at, DueBy::Expiry));
        let (at, by) = match (by_age, by_expiry) {
            (Some(age), Some(expiry)) if expiry.0 < age.0 => expiry,
            (Some(age), _) => age,
            (None, expiry) => expiry?,
        };
        Some(Self {
            at,
            by,
            lead_days: lead(own).or(lead(vault)).unwrap_or(LEAD_DAYS_DEFAULT),
        })
    }

    /// From when on it is told.
    pub fn told_from(&self) -> Timestamp {
        let lead = i64::from(self.lead_days) * crate::time::DAY_MILLIS;
        self.at.plus_millis(-lead)
    }

    pub fn state(&self, now: Timestamp) -> DueState {
        if self.at <= now {
            DueState::Overdue
        } else if self.told_from() <= now {
            DueState::Soon
        } else {
            DueState::Later
        }
    }
}
