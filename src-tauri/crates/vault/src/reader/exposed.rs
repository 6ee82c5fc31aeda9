//! What is worth turning over once somebody has lost a role: the values that they could read until then, and
//! the tokens behind which there are more.

use domain::ids::MemberId;
use domain::role::Permission;
use domain::text::MemberName;
use domain::time::Timestamp;

use super::Reader;
use crate::store::error::StoreError;
use crate::store::exposed::{self, ExposedItem};
use crate::store::unrotated;

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

/// What somebody who may use values no longer could read, as far as nobody has turned it over since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    pub member: MemberId,
    pub name: MemberName,
    /// When they lost it, by the clock of whoever took it.
    pub ended_at: Timestamp,
    /// Values and tokens that can be replaced in this vault.
    pub left: u64,
    /// Those of which this vault cannot tell whether they still work: kept elsewhere, or destroyed here as they were.
    pub elsewhere: u64,
    /// As many as were asked for: those that the member used first.
    pub secrets: Vec<ExposedSecret>,
}

impl Reader<'_> {
    /// Everyone who lost the use of values and could read something that is as it was; who lost it last comes first.
    pub fn exposures(&self, limit: usize) -> Result<Vec<Exposure>, StoreError> {
        let mut exposures = Vec::new();
        for (state, loss) in self.members.losses() {
            let left = unrotated::left(self.connection, loss)?;
            if left.here == 0 && left.elsewhere == 0 {
                continue;
            }
            let listed = unrotated::list(self.connection, loss, limit)?;
            let each = listed.into_iter();
            exposures.push(Exposure {
                member: loss.member,
                name: state.name.clone(),
                ended_at: loss.time,
                left: left.here,
                elsewhere: left.elsewhere,
                secrets: each
                    .map(|(item, name, copied)| ExposedSecret { item, name, copied })
                    .collect(),
            });
        }
        exposures.sort_by_key(|exposure| std::cmp::Reverse((exposure.ended_at, exposure.member)));
        Ok(exposures)
    }

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
