//! A decided change of a record that holds no values: a location, a connection's texts, the vault's settings.

use crate::audit::AuditDraft;
use crate::plan::Outcome;
use crate::reject::Rejection;

/// What a vault does with one record in one transaction, with its one audit entry.
///
/// Nobody but the decisions can make one:
/// ```compile_fail
/// fn forge<R>(parts: domain::record_plan::RecordPlanParts<R>) -> domain::RecordPlan<R> {
///     domain::RecordPlan::decided(parts)
/// }
/// ```
/// ```
/// fn take<R>(plan: domain::RecordPlan<R>) -> domain::record_plan::RecordPlanParts<R> {
///     plan.into_parts()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlan<R> {
    parts: RecordPlanParts<R>,
}

/// The plan taken apart by the vault that applies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlanParts<R> {
    /// The record as it is afterwards (where it is deleted: as it was last).
    pub record: R,
    pub change: RecordChange,
    /// The revision that the decision was made on; `None` for a new record.
    pub based_on: Option<u64>,
    pub audit: AuditDraft,
    pub answer: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordChange {
    Create,
    Update,
    /// The record leaves for good; the audit log remains.
    Delete,
}

impl<R> RecordPlan<R> {
    pub(crate) fn decided(parts: RecordPlanParts<R>) -> Self {
        Self { parts }
    }

    pub fn into_parts(self) -> RecordPlanParts<R> {
        self.parts
    }

    pub fn record(&self) -> &R {
        &self.parts.record
    }

    pub fn change(&self) -> RecordChange {
        self.parts.change
    }

    pub fn audit(&self) -> &AuditDraft {
        &self.parts.audit
    }

    pub fn answer(&self) -> &Outcome {
        &self.parts.answer
    }
}

/// The rule that an edit made on an older state is refused (UPDATE-15). `what` is the record in the window's words.
pub(crate) fn require_revision(
    what: &str,
    expected: Option<i64>,
    current: u64,
) -> Result<(), Rejection> {
    match expected {
        Some(expected) if u64::try_from(expected) != Ok(current) => {
            Err(Rejection::revision_conflict(what, current))
        }
        _ => Ok(()),
    }
}
