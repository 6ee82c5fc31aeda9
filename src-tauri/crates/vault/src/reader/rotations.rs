//! Rotations and policies: what can be asked of them.

use domain::ids::{RotationId, SecretId};
use domain::policy::Policy;
use domain::rotation::{Lease, Run};
use domain::time::Timestamp;

use super::Reader;
use crate::store::error::StoreError;
use crate::store::rotations::{RotationPage, RotationQuery, RotationRow};
use crate::store::{policies, rotations};

impl Reader<'_> {
    pub fn rotation(&self, id: RotationId) -> Result<Option<Run>, StoreError> {
        let row = rotations::by_id(self.connection, id)?;
        row.map(|row| row.to_run()).transpose()
    }

    /// The run, if it is as its newest entry left it.
    pub fn checked_rotation(&self, id: RotationId) -> Result<Option<Run>, StoreError> {
        let row = rotations::by_id(self.connection, id)?;
        self.checked_run(row)
    }

    /// The run that is at work on a secret, if it is as its newest entry left it. Where there is none, the last one must
    /// be over by its entry too.
    pub fn open_rotation_of(&self, secret: SecretId) -> Result<Option<Run>, StoreError> {
        match rotations::open_of(self.connection, secret)? {
            Some(row) => self.checked_run(Some(row)),
            None => {
                let last = rotations::newest_of(self.connection, secret)?;
                self.checked_run(last).map(|_over| None)
            }
        }
    }

    /// The run of a secret that was started last, whatever became of it.
    pub fn newest_rotation_of(&self, secret: SecretId) -> Result<Option<RotationId>, StoreError> {
        let row = rotations::newest_of(self.connection, secret)?;
        Ok(row.map(|row| row.id()))
    }

    /// As [`Reader::open_rotation_of`], for a list: that there is none is not checked, which would cost every row a signature.
    pub fn shown_rotation_of(&self, secret: SecretId) -> Result<Option<Run>, StoreError> {
        let row = rotations::open_of(self.connection, secret)?;
        self.checked_run(row)
    }

    fn checked_run(&self, row: Option<RotationRow>) -> Result<Option<Run>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        self.require_vouched_rotation(&row)?;
        row.to_run().map(Some)
    }

    /// The run at work on a secret as it is stored, for a view; a writer relies on it, so there it is checked.
    pub(super) fn run_at_work(&self, secret: SecretId) -> Result<Option<Run>, StoreError> {
        if self.own_after.is_some() {
            return self.open_rotation_of(secret);
        }
        let row = rotations::open_of(self.connection, secret)?;
        row.map(|row| row.to_run()).transpose()
    }

    /// Who works on a run, unless that program is known to have ended.
    pub fn worker_on(&self, run: &Run, now: Timestamp) -> Option<Lease> {
        run.worker(now, self.vault.here(Some(run)))
    }

    /// Runs, the newest first.
    pub fn rotations(&self, query: &RotationQuery) -> Result<RotationPage, StoreError> {
        rotations::page(self.connection, query)
    }

    /// The policy of a secret, or the vault's own.
    pub fn policy(&self, secret: Option<SecretId>) -> Result<Option<Policy>, StoreError> {
        let vault = self.vault.vault;
        let row = policies::of(self.connection, vault, secret)?;
        row.map(|row| row.to_policy(vault)).transpose()
    }

    /// As [`Reader::policy`], if it is as its newest entry left it; where there is none, if the log knows of none. Asked
    /// before anything is sent to an endpoint of it.
    pub fn checked_policy(&self, secret: Option<SecretId>) -> Result<Option<Policy>, StoreError> {
        let vault = self.vault.vault;
        let Some(row) = policies::of(self.connection, vault, secret)? else {
            self.require_no_policy(policies::id_of(vault, secret))?;
            return Ok(None);
        };
        self.require_vouched_policy(&row)?;
        row.to_policy(vault).map(Some)
    }
}
