//! A change of a member, with its entry.

use domain::audit::Action;

use super::Writer;
use crate::audit_log::{ActResult, Draft, Resource};
use crate::membership::MemberState;
use crate::store::error::StoreError;
use crate::store::members;

impl Writer<'_> {
    pub(crate) fn record_member(
        &mut self,
        action: Action,
        state: &MemberState,
    ) -> Result<(), StoreError> {
        self.record(&Draft {
            action,
            resource: Resource::Member {
                id: state.id,
                name: state.name.as_str(),
            },
            revision: None,
            changed: Vec::new(),
            reason: None,
            result: ActResult::Done,
            state_hash: Some(state.hash(self.vault.vault)),
        })?;
        let written = self.log_end().map(|end| i64::try_from(end.position));
        let Some(Ok(position)) = written else {
            return Err(StoreError::damaged("the log's numbering is broken"));
        };
        members::insert(self.connection, &state.to_row(position))
    }
}
