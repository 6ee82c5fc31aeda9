//! What is worth turning over once somebody has lost a role: the values that they could read until then, and
//! the tokens behind which there are more.

use domain::ids::MemberId;
use domain::role::Permission;

use super::Reader;
use crate::store::error::StoreError;
use crate::store::exposed::{self, ExposedItem};

/// Secrets and tokens that a member can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exposed {
    pub total: u64,
    /// As many as were asked for: those that the member used first, each part by name.
    pub secrets: Vec<ExposedSecret>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExposedSecret {
    pub item: ExposedItem,
    pub name: String,
    /// The log says that the member copied it or gave it to a program.
    pub copied: bool,
}

impl Reader<'_> {
    /// What this member's keys open, as the log knows their role now; nothing for who is no member or may use no values.
    pub fn secrets_exposed_to(
        &self,
        member: MemberId,
        limit: usize,
    ) -> Result<Exposed, StoreError> {
        let role = self.members.newest(member).map(|state| state.role);
        if role.is_none_or(|role| role < Permission::UseValues.least_role()) {
            return Ok(Exposed::default());
        }
        let secret = |copied| move |(item, name)| ExposedSecret { item, name, copied };
        let used = exposed::used_by(self.connection, member, limit)?;
        let left = limit.saturating_sub(used.len());
        let unused = exposed::unused_by(self.connection, member, left)?;
        let used = used.into_iter().map(secret(true));
        Ok(Exposed {
            total: exposed::count(self.connection)?,
            secrets: used.chain(unused.into_iter().map(secret(false))).collect(),
        })
    }
}
