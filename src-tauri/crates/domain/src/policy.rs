//! How often a secret is to be turned over, how early to say so, and with which means (DESIGN.md, Rotation). One for a
//! secret, and one of the vault for all that have none.

mod due;
mod parameters;
mod set;

pub use due::{Due, DueBy, DueState, LEAD_DAYS_DEFAULT};
pub use parameters::{ParameterKind, ParameterSpec, Parameters, parameters};
pub use set::{ManagedInput, PolicyDraft, PolicyInput};

use crate::ids::{MemberId, PolicyId, SecretId};
use crate::record_plan::RecordPlan;
use crate::time::Timestamp;

pub type PolicyPlan = RecordPlan<Policy>;

pub const EVERY_DAYS_MAX: u16 = 3650;
pub const LEAD_DAYS_MAX: u16 = 365;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    parts: PolicyParts,
}

/// All that a policy's record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyParts {
    pub id: PolicyId,
    /// `None`: the vault's own.
    pub secret: Option<SecretId>,
    /// Days for which values are around at most; `None`: as the vault's own says, and for that one not at all.
    pub every_days: Option<u16>,
    /// How long before the day it is told; `None` likewise.
    pub lead_days: Option<u16>,
    pub managed: Option<Managed>,
    pub revision: u64,
    pub updated_at: Timestamp,
    pub updated_by: MemberId,
}

/// What turning the key over at its provider takes beside the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managed {
    /// A secret of this vault with the credential that may make keys.
    pub management: Option<SecretId>,
    pub parameters: Parameters,
}

impl Policy {
    /// Rebuilds a policy from its stored record.
    pub fn from_stored(parts: PolicyParts) -> Self {
        Self { parts }
    }

    pub fn parts(&self) -> &PolicyParts {
        &self.parts
    }

    pub fn id(&self) -> PolicyId {
        self.parts.id
    }

    pub fn secret(&self) -> Option<SecretId> {
        self.parts.secret
    }

    pub fn revision(&self) -> u64 {
        self.parts.revision
    }
}
