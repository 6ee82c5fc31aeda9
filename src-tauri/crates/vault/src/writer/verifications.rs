//! What verifying locations came to, with the entries that vouch for it.

use domain::record_plan::RecordChange;
use domain::verification::{Verification, VerificationPlan};

use super::Writer;
use super::records::{gone, require_base};
use crate::audit_log::Resource;
use crate::store::error::StoreError;
use crate::store::verifications::VerificationRow;
use crate::store::{locations, state_hash, verifications};

impl Writer<'_> {
    /// As [`Writer::apply`], for a verification. It is about the location as it is: one that was changed while it was
    /// being tried is stale.
    pub fn apply_verification(
        &mut self,
        plan: VerificationPlan,
    ) -> Result<Verification, StoreError> {
        let parts = plan.into_parts();
        let record = parts.record;
        let before = verifications::by_id(self.connection, record.id())?;
        require_base(before.as_ref().map(|row| row.revision), parts.based_on)?;
        if let Some(row) = &before {
            self.require_vouched_verification(row)?;
        }
        let tried = record.parts();
        let location = locations::by_id(self.connection, tried.location)?;
        let location = location.ok_or(StoreError::Stale)?;
        self.require_vouched_location(&location)?;
        if u64::try_from(location.revision) != Ok(tried.location_revision) {
            return Err(StoreError::Stale);
        }
        match parts.change {
            RecordChange::Create => verifications::insert(self.connection, &record)?,
            RecordChange::Update => verifications::update(self.connection, &record)?,
            RecordChange::Delete => verifications::delete(self.connection, record.id())?,
        }
        let vault = self.vault.vault;
        let state = match parts.change {
            RecordChange::Create | RecordChange::Update => {
                let row = verifications::by_id(self.connection, record.id())?.ok_or_else(gone)?;
                state_hash::of_verification(vault, &row)
            }
            RecordChange::Delete => state_hash::of_purged(vault, record.id().to_bytes()),
        };
        let resource = Resource::Verification {
            id: record.id(),
            name: &location.name,
        };
        self.record_state(resource, record.revision(), &parts.audit, state)?;
        Ok(record)
    }

    /// What is known of a location or secret that goes for good. It is not looked at again: whatever it says, it goes.
    pub(super) fn drop_verifications(
        &mut self,
        rows: &[VerificationRow],
        name: &str,
    ) -> Result<(), StoreError> {
        for row in rows {
            let id = row.id();
            verifications::delete(self.connection, id)?;
            let Ok(known) = row.to_verification() else {
                continue;
            };
            let parts = known.dropped().into_parts();
            let state = state_hash::of_purged(self.vault.vault, id.to_bytes());
            let resource = Resource::Verification { id, name };
            self.record_state(resource, parts.record.revision(), &parts.audit, state)?;
        }
        Ok(())
    }
}
