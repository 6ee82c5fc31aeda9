//! The end of a location, and of its link to a secret that is deleted with force.

use super::{Location, LocationPlan};
use crate::audit::{Action, AuditDraft};
use crate::delete::parse_reason;
use crate::plan::{Context, Done, Plan};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts, require_revision};
use crate::reject::Rejection;
use crate::role::{Permission, require};

/// The members of a request to delete, unchecked.
#[derive(Debug, Clone, Default)]
pub struct LocationDeleteInput {
    pub expected_revision: Option<i64>,
    pub reason: Option<String>,
}

impl LocationDeleteInput {
    pub fn decide(self, current: &Location, context: &Context) -> Result<LocationPlan, Rejection> {
        require(&context.actor, Permission::ManageLocations)?;
        let reason = parse_reason(self.reason)?;
        require_revision("location", self.expected_revision, current.revision())?;
        let mut after = current.parts().clone();
        after.revision += 1;
        after.updated_at = context.now.max(current.updated_at());
        Ok(RecordPlan::decided(RecordPlanParts {
            record: Location::from_stored(after),
            change: RecordChange::Delete,
            based_on: Some(current.revision()),
            audit: AuditDraft {
                action: Action::LocationDeleted,
                changed: Vec::new(),
                reason,
            },
            answer: current.answer(Done::Deleted, Vec::new()),
        }))
    }
}

impl Plan {
    /// What the plan does to a location that it unlinks; `None` for any other.
    pub fn unlinked(&self, location: &Location) -> Option<LocationPlan> {
        if !self.unlink().contains(&location.id()) {
            return None;
        }
        let mut after = location.parts().clone();
        after.secret = None;
        after.revision += 1;
        after.updated_at = self.secret().updated_at().max(location.updated_at());
        let changed = vec!["secret_id"];
        Some(RecordPlan::decided(RecordPlanParts {
            record: Location::from_stored(after),
            change: RecordChange::Update,
            based_on: Some(location.revision()),
            audit: AuditDraft {
                action: Action::LocationUpdated,
                changed: changed.clone(),
                reason: self.audit().reason.clone(),
            },
            answer: location.answer(Done::Updated, changed),
        }))
    }
}
