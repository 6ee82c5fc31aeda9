//! The end of a connection that no secret uses (CONN-04).

use super::{Connection, ConnectionPlan, ConnectionPlanParts};
use crate::audit::{Action, AuditDraft};
use crate::delete::parse_reason;
use crate::plan::{Context, Done};
use crate::record_plan::{RecordChange, require_revision};
use crate::reject::{Dependant, Offer, Rejection};
use crate::role::{Permission, require};

/// The members of a request to delete, unchecked.
#[derive(Debug, Clone, Default)]
pub struct ConnectionDeleteInput {
    pub expected_revision: Option<i64>,
    pub reason: Option<String>,
}

impl ConnectionDeleteInput {
    /// `used_by`: the secrets that hold references through the connection, those in the trash too.
    pub fn decide(
        self,
        current: &Connection,
        used_by: &[Dependant],
        context: &Context,
    ) -> Result<ConnectionPlan, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        let reason = parse_reason(self.reason)?;
        require_revision("connection", self.expected_revision, current.revision())?;
        if !used_by.is_empty() {
            let message =
                "Secrets hold references through this connection. Delete or destroy them first.";
            return Err(
                Rejection::in_use(message, used_by.to_vec()).with_offers(&[Offer::OpenSecrets])
            );
        }
        let mut after = current.parts().clone();
        after.revision += 1;
        after.updated_at = context.now.max(after.updated_at);
        Ok(ConnectionPlan::decided(ConnectionPlanParts {
            connection: Connection::from_stored(after),
            change: RecordChange::Delete,
            based_on: Some(current.revision()),
            credentials: None,
            audit: AuditDraft {
                action: Action::ConnectionDeleted,
                changed: Vec::new(),
                reason,
            },
            answer: current.answer(Done::Deleted, Vec::new()),
        }))
    }
}
