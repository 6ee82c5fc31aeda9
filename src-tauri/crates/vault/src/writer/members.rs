//! A change of a member, with its entry.

use domain::audit::Action;

use super::Writer;
use crate::membership::{self, MemberState};
use crate::store::error::StoreError;

impl Writer<'_> {
    pub(crate) fn record_member(
        &mut self,
        action: Action,
        state: &MemberState,
    ) -> Result<(), StoreError> {
        self.record(&membership::draft(self.vault.vault, action, state))?;
        let end = self.log_end();
        let end = end.ok_or_else(|| StoreError::damaged("the log's end is missing"))?;
        membership::keep_state(self.connection, end, state)
    }
}
