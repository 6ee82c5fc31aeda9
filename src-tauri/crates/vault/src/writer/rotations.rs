//! Rotations and policies, with the entries that vouch for them.

use domain::policy::{Policy, PolicyPlan};
use domain::record_plan::RecordChange;
use domain::rotation::{RotationPlan, Run};

use super::Writer;
use super::records::{gone, require_base};
use crate::audit_log::Resource;
use crate::store::error::StoreError;
use crate::store::{policies, rotations, secrets, state_hash};

impl Writer<'_> {
    /// As [`Writer::apply`], for a rotation and for what it does to its secret, both or neither. A plan that was decided
    /// on another state of either is stale: somebody else was first.
    pub fn apply_rotation(&mut self, plan: RotationPlan) -> Result<Run, StoreError> {
        let plan = plan.into_parts();
        let parts = plan.run.into_parts();
        let run = parts.record;
        let before = rotations::by_id(self.connection, run.id())?;
        require_base(before.as_ref().map(|row| row.revision), parts.based_on)?;
        if let Some(row) = &before {
            self.require_vouched_rotation(row)?;
        }
        let open = rotations::open_of(self.connection, run.secret())?;
        if open.is_some_and(|open| open.id() != run.id()) {
            return Err(StoreError::Stale);
        }
        if let Some(secret) = plan.secret {
            self.apply(*secret)?;
        }
        let secret = secrets::by_id(self.connection, run.secret())?;
        let secret = secret.filter(|row| row.trashed_at.is_none());
        let secret = secret.ok_or(StoreError::Stale)?;
        self.require_vouched(&secret)?;
        // Before it can be read: whoever does may ask whether this program still runs.
        if run.parts().lease.is_some() {
            self.vault.workers.keep_own();
        }
        match parts.change {
            RecordChange::Create => rotations::insert(self.connection, &run)?,
            RecordChange::Update => rotations::update(self.connection, &run)?,
            RecordChange::Delete => return Err(StoreError::Stale),
        }
        let row = rotations::by_id(self.connection, run.id())?.ok_or_else(gone)?;
        let state = state_hash::of_rotation(self.vault.vault, &row);
        let resource = Resource::Rotation {
            id: run.id(),
            name: &secret.name,
        };
        self.record_state(resource, run.revision(), &parts.audit, state)?;
        Ok(run)
    }

    /// As [`Writer::apply`], for a secret's policy or the vault's own.
    pub fn apply_policy(&mut self, plan: PolicyPlan) -> Result<Policy, StoreError> {
        let parts = plan.into_parts();
        let policy = parts.record;
        let vault = self.vault.vault;
        let before = policies::of(self.connection, vault, policy.secret())?;
        require_base(before.as_ref().map(|row| row.revision), parts.based_on)?;
        let id = policies::id_of(vault, policy.secret());
        if policy.id() != id {
            return Err(StoreError::damaged("a policy's id is not of what it is of"));
        }
        match &before {
            Some(row) => self.require_vouched_policy(row)?,
            None => self.require_no_policy(id)?,
        }
        let mut name = String::new();
        if let Some(secret) = policy.secret() {
            let row = secrets::by_id(self.connection, secret)?.ok_or(StoreError::Stale)?;
            self.require_vouched(&row)?;
            name = row.name;
        }
        let state = match parts.change {
            RecordChange::Create | RecordChange::Update => {
                match before {
                    None => policies::insert(self.connection, vault, &policy)?,
                    Some(_) => policies::update(self.connection, vault, &policy)?,
                }
                let row = policies::by_id(self.connection, policy.id())?.ok_or_else(gone)?;
                state_hash::of_policy(vault, &row)
            }
            RecordChange::Delete => {
                policies::delete(self.connection, policy.id())?;
                state_hash::of_purged(vault, policy.id().to_bytes())
            }
        };
        let resource = Resource::Policy {
            id: policy.id(),
            name: &name,
        };
        self.record_state(resource, policy.revision(), &parts.audit, state)?;
        Ok(policy)
    }

    /// The policy of a secret that is gone for good. It is not looked at again: whatever it says, it goes.
    pub(super) fn drop_policy_of(
        &mut self,
        secret: domain::SecretId,
        name: &str,
    ) -> Result<(), StoreError> {
        let vault = self.vault.vault;
        let Some(row) = policies::of(self.connection, vault, Some(secret))? else {
            return Ok(());
        };
        let id = row.id();
        policies::delete(self.connection, id)?;
        let Ok(policy) = row.to_policy(vault) else {
            return Ok(());
        };
        let parts = policy.dropped().into_parts();
        let state = state_hash::of_purged(vault, id.to_bytes());
        let resource = Resource::Policy { id, name };
        self.record_state(resource, parts.record.revision(), &parts.audit, state)
    }
}
