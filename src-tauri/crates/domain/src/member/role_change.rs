//! Another role, and the end of a membership.

use super::invite::parse_role;
use super::{Member, MemberChange, MemberFacts, MemberPlan, MemberPlanParts, Rekey};
use crate::audit::{Action, AuditDraft};
use crate::findings::Findings;
use crate::plan::{Context, Decision, Done};
use crate::reject::{ErrorType, Rejection};
use crate::role::{Permission, Role, require};

/// A request for another role, unchecked.
#[derive(Debug, Clone, Default)]
pub struct RoleChangeInput {
    pub role: Option<String>,
}

/// A request whose every member is right by itself.
#[derive(Debug)]
pub struct RoleChangeDraft {
    role: Role,
}

/// A request to remove a member or to take an invitation back.
#[derive(Debug, Clone, Copy, Default)]
pub struct RemoveInput;

impl RoleChangeInput {
    pub fn parse(self, context: &Context) -> Result<RoleChangeDraft, Rejection> {
        require(&context.actor, Permission::ManageMembers)?;
        let mut findings = Findings::default();
        let role = parse_role(self.role.as_deref(), &mut findings);
        findings.into_hints()?;
        Ok(RoleChangeDraft {
            role: role.expect("a role is missing only where a fault was found"),
        })
    }
}

impl RoleChangeDraft {
    pub fn decide(
        self,
        current: &Member,
        facts: &MemberFacts,
        context: &Context,
    ) -> Result<Decision<MemberPlan>, Rejection> {
        require(&context.actor, Permission::ManageMembers)?;
        if self.role == current.role {
            return Ok(Decision::Unchanged(
                current.answer(Done::Unchanged, Vec::new()),
            ));
        }
        if !current.is_active() {
            return Err(Rejection::new(
                ErrorType::Conflict,
                "This invitation was made for another role and has not been used. Take it back and invite again.",
            ));
        }
        let is_demotion = self.role < current.role;
        if is_demotion {
            current.require_not_last_owner(facts)?;
        }
        current.require_other_than_actor(context)?;
        let member = Member {
            role: self.role,
            ..current.clone()
        };
        let changed = vec!["role"];
        Ok(Decision::Change(Box::new(MemberPlan::decided(
            MemberPlanParts {
                answer: member.answer(Done::Updated, changed.clone()),
                member,
                change: MemberChange::ChangeRole,
                rekey: if is_demotion {
                    Rekey::Needed
                } else {
                    Rekey::NotNeeded
                },
                audit: AuditDraft {
                    action: Action::MemberRoleChanged,
                    changed,
                    reason: None,
                },
            },
        ))))
    }
}

impl RemoveInput {
    /// An invitation that is taken back re-keys too: its code may have been used to read the keys.
    pub fn decide(
        self,
        current: &Member,
        facts: &MemberFacts,
        context: &Context,
    ) -> Result<MemberPlan, Rejection> {
        require(&context.actor, Permission::ManageMembers)?;
        current.require_not_last_owner(facts)?;
        current.require_other_than_actor(context)?;
        Ok(MemberPlan::decided(MemberPlanParts {
            answer: current.answer(Done::Deleted, Vec::new()),
            member: current.clone(),
            change: MemberChange::Remove,
            rekey: Rekey::Needed,
            audit: AuditDraft {
                action: Action::MemberRemoved,
                changed: Vec::new(),
                reason: None,
            },
        }))
    }
}

/// Whether a member who renews their identity ("someone may know it") re-keys the vault at once:
/// only an Owner can; for another member it is left to an Owner (LOCK-06).
pub fn rekeys_on_renewal(role: Role) -> Rekey {
    if role == Role::Owner {
        Rekey::Needed
    } else {
        Rekey::NotNeeded
    }
}
