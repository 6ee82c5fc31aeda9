//! A decided change. Only the decisions of this crate make one, and a vault writes nothing else.

use crate::audit::AuditDraft;
use crate::credentials::Credentials;
use crate::fault::Hint;
use crate::ids::{LocationId, SecretId, VersionId};
use crate::role::Actor;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::version::{Version, VersionNumber, VersionState};

/// What a vault does in one transaction, with its one audit entry.
///
/// Nobody but the decisions can make one:
/// ```compile_fail
/// fn forge(parts: domain::plan::PlanParts) -> domain::Plan {
///     domain::Plan::decided(parts)
/// }
/// ```
/// It holds plaintext, so it has no `Serialize`, `Debug` or `Clone` (OUT-01):
/// ```compile_fail
/// fn answer<T: serde::Serialize>() {}
/// answer::<domain::Plan>();
/// ```
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::Plan>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::Plan>();
/// ```
/// ```
/// fn take(plan: domain::Plan) -> domain::plan::PlanParts {
///     plan.into_parts()
/// }
/// ```
pub struct Plan {
    parts: PlanParts,
}

/// The plan taken apart by the vault that applies it; no more printable than the plan.
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::plan::PlanParts>();
/// ```
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::plan::NewVersion>();
/// ```
pub struct PlanParts {
    /// The secret as it is afterwards (for a purge: as it was last).
    pub secret: Secret,
    pub change: Change,
    /// The revision that the decision was made on; `None` for a new secret.
    pub based_on: Option<u64>,
    pub new_version: Option<NewVersion>,
    /// Values from before the new one, oldest first; only a new secret that is imported brings some.
    pub earlier: Vec<NewVersion>,
    /// New states of versions that were there before, those in `destroy` not among them.
    pub states: Vec<(VersionNumber, VersionState)>,
    /// What was heard of a version that was there before.
    pub told: Option<ToldOfVersion>,
    /// Versions whose values are destroyed.
    pub destroy: Vec<VersionNumber>,
    /// Versions whose masks and reuse fingerprints are erased too.
    pub forget: Vec<VersionNumber>,
    /// Locations that lose their link to the secret.
    pub unlink: Vec<LocationId>,
    pub audit: AuditDraft,
    pub answer: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    Create,
    Update,
    Trash,
    Undelete,
    /// The secret leaves for good, with all its values; the audit log remains.
    Purge,
}

/// A version's times, as they are known now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldOfVersion {
    pub number: VersionNumber,
    pub made_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// A version to be stored, with the values to seal.
pub struct NewVersion {
    pub version: Version,
    pub credentials: Credentials,
}

/// What a decision comes to: for a secret a [`Plan`], for other records a plan of theirs.
pub enum Decision<P = Plan> {
    /// There is nothing to write.
    Unchanged(Outcome),
    Change(Box<P>),
}

/// What the person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Of the record that was asked for, as it is afterwards.
    pub name: String,
    pub done: Done,
    /// The fields that changed, in the order of the request's documentation.
    pub changed: Vec<&'static str>,
    pub hints: Vec<Hint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Done {
    Created,
    Updated,
    Deleted,
    Unchanged,
}

/// What a decision takes from the world: the clock, who asks, and fresh ids.
#[derive(Debug, Clone)]
pub struct Context {
    pub now: Timestamp,
    pub actor: Actor,
    pub new_secret_id: SecretId,
    pub new_version_id: VersionId,
}

impl Plan {
    pub(crate) fn decided(parts: PlanParts) -> Self {
        Self { parts }
    }

    pub fn into_parts(self) -> PlanParts {
        self.parts
    }

    pub fn secret(&self) -> &Secret {
        &self.parts.secret
    }

    pub fn change(&self) -> Change {
        self.parts.change
    }

    pub fn unlink(&self) -> &[LocationId] {
        &self.parts.unlink
    }

    pub fn audit(&self) -> &AuditDraft {
        &self.parts.audit
    }

    pub fn answer(&self) -> &Outcome {
        &self.parts.answer
    }
}
