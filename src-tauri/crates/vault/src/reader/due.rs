//! When secrets are due, all of them at once.

use domain::time::Timestamp;

use super::Reader;
use crate::store::due::{self, AgeWeek, Defaults, DueDay, DueList};
use crate::store::error::StoreError;

impl Reader<'_> {
    /// Live secrets with values here, by the weeks since these were last changed.
    pub fn ages(&self, now: Timestamp) -> Result<Vec<AgeWeek>, StoreError> {
        due::ages(self.connection, &self.due_defaults()?, now)
    }

    /// How many fall due on each of the days from `from` on, which is the first moment of one.
    pub fn due_days(&self, from: Timestamp, days: u32) -> Result<Vec<DueDay>, StoreError> {
        due::days(self.connection, &self.due_defaults()?, from, days)
    }

    /// What is overdue, or due within its lead time.
    pub fn due_list(&self, now: Timestamp, limit: u32) -> Result<DueList, StoreError> {
        due::list(self.connection, &self.due_defaults()?, now, limit)
    }

    fn due_defaults(&self) -> Result<Defaults, StoreError> {
        Ok(Defaults::of(self.policy(None)?.as_ref()))
    }
}
