//! Who belongs to the vault: RULES.md, ROLE-05 and LOCK-06. What a member's keys open is `vault`'s part.

mod invite;
mod role_change;

pub use invite::{InviteDraft, InviteInput, require_joinable};
pub use role_change::{RemoveInput, RoleChangeDraft, RoleChangeInput, rekeys_on_renewal};

use crate::audit::AuditDraft;
use crate::ids::MemberId;
use crate::plan::{Context, Done, Outcome};
use crate::reject::{ErrorType, Rejection};
use crate::role::Role;
use crate::text::MemberName;
use crate::time::Timestamp;

/// Days after which an invitation opens nothing any more.
pub const INVITATION_DAYS: u32 = 14;
/// As many as one file of keys is laid out for.
pub const MEMBERS_MAX: u64 = 256;

/// What the rules know of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub name: MemberName,
    pub role: Role,
    pub status: MemberStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberStatus {
    /// Has a code and has not used it; after `until` it opens nothing.
    Invited {
        until: Timestamp,
    },
    Active,
}

/// The other members as an act on one of them must know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemberFacts {
    /// A member or invited person who has the name (folded) which the draft wants.
    pub same_name: Option<MemberId>,
    /// Members and invited persons together.
    pub members: u64,
    /// Owners who have joined.
    pub active_owners: u64,
}

/// What `vault` does about one member. Only the decisions make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPlan {
    parts: MemberPlanParts,
}

/// The plan taken apart by the vault that applies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPlanParts {
    /// The member as it is afterwards (where it is removed: as it was last).
    pub member: Member,
    pub change: MemberChange,
    pub rekey: Rekey,
    pub audit: AuditDraft,
    pub answer: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberChange {
    Invite,
    ChangeRole,
    Remove,
}

/// Whether the vault gets new keys with the act (LOCK-06). They protect what is written later; what
/// the person could read is to be rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rekey {
    Needed,
    NotNeeded,
}

/// The rule that acts on members never make one.
pub fn existing(found: Option<Member>) -> Result<Member, Rejection> {
    found.ok_or_else(|| {
        Rejection::new(
            ErrorType::NotFound,
            "There is no such member in this vault. It may have been removed meanwhile.",
        )
    })
}

impl Member {
    pub fn is_active(&self) -> bool {
        matches!(self.status, MemberStatus::Active)
    }

    fn answer(&self, done: Done, changed: Vec<&'static str>) -> Outcome {
        Outcome {
            name: self.name.as_str().to_owned(),
            done,
            changed,
            hints: Vec::new(),
        }
    }

    /// The last Owner stays one, or nobody could act on members again.
    fn require_not_last_owner(&self, facts: &MemberFacts) -> Result<(), Rejection> {
        if !self.is_active() || self.role != Role::Owner || facts.active_owners > 1 {
            return Ok(());
        }
        Err(Rejection::new(
            ErrorType::Conflict,
            "This is the vault's last owner. Make another member an owner first.",
        ))
    }

    /// Whoever is to lose keys is not the one who makes the new ones (LOCK-06), so an Owner acts on others only.
    fn require_other_than_actor(&self, context: &Context) -> Result<(), Rejection> {
        if self.id != context.actor.member {
            return Ok(());
        }
        Err(Rejection::new(
            ErrorType::Conflict,
            "Another owner must do this: nobody changes their own role or removes themself.",
        ))
    }
}

impl MemberPlan {
    fn decided(parts: MemberPlanParts) -> Self {
        Self { parts }
    }

    pub fn into_parts(self) -> MemberPlanParts {
        self.parts
    }

    pub fn member(&self) -> &Member {
        &self.parts.member
    }

    pub fn rekey(&self) -> Rekey {
        self.parts.rekey
    }

    pub fn answer(&self) -> &Outcome {
        &self.parts.answer
    }
}
