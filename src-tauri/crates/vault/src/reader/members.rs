//! Who belongs to the vault, as its log says.

use domain::ids::MemberId;
use domain::member::{Member, MemberFacts, MemberStatus as Standing};
use domain::role::Role;
use domain::text::MemberName;
use domain::time::Timestamp;

use super::Reader;
use crate::membership::{MemberState, MemberStatus};

/// A member with what only the log knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    pub member: Member,
    /// `None` for one who was only invited.
    pub joined_at: Option<Timestamp>,
    /// The member has said that someone may know their keys, and no Owner has re-keyed the vault since.
    pub rekey_wanted: bool,
}

impl Reader<'_> {
    /// Members and invited persons, by name.
    pub fn members(&self) -> Vec<MemberView> {
        let mut views: Vec<MemberView> = self
            .members
            .current()
            .map(|state| MemberView {
                member: to_member(state),
                joined_at: self.members.joined_at(state.id),
                rekey_wanted: self.members.wants_rekey(state.id, self.vault.key_epoch),
            })
            .collect();
        views.sort_by_cached_key(|view| (view.member.name.folded(), view.member.id));
        views
    }

    /// Those who were members or invited once, by name.
    pub fn former_members(&self) -> Vec<(MemberId, MemberName)> {
        let removed = |state: &&MemberState| state.status == MemberStatus::Removed;
        let mut former: Vec<(MemberId, MemberName)> = self
            .members
            .everyone()
            .filter(removed)
            .map(|state| (state.id, state.name.clone()))
            .collect();
        former.sort_by_cached_key(|(id, name)| (name.folded(), *id));
        former
    }

    pub fn member(&self, id: MemberId) -> Option<Member> {
        let state = self.members.newest(id)?;
        (state.status != MemberStatus::Removed).then(|| to_member(state))
    }

    /// What an act on a member must know of the others. `name`: the one that an invitation wants.
    pub fn member_facts(&self, name: Option<&MemberName>) -> MemberFacts {
        let wanted = name.map(MemberName::folded);
        let same_name = self
            .members
            .current()
            .find(|state| Some(state.name.folded()) == wanted);
        let owners = self
            .members
            .current()
            .filter(|state| state.is_active_owner());
        MemberFacts {
            same_name: same_name.map(|state| state.id),
            members: to_number(self.members.current().count()),
            active_owners: to_number(owners.count()),
        }
    }

    /// The role of whoever signed the entry at `position`, when it was written.
    pub fn role_at(&self, member: MemberId, position: i64) -> Option<Role> {
        let standing = self.members.role_and_key_at(member, position)?;
        Some(standing.role)
    }
}

pub(crate) fn to_member(state: &MemberState) -> Member {
    Member {
        id: state.id,
        name: state.name.clone(),
        role: state.role,
        status: match state.expires_at {
            Some(until) => Standing::Invited { until },
            None => Standing::Active,
        },
    }
}

fn to_number(count: usize) -> u64 {
    u64::try_from(count).expect("usize fits")
}
