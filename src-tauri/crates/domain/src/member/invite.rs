//! A new member: named and given a role by an Owner, there once the invited person has joined.

use super::{
    INVITATION_DAYS, MEMBERS_MAX, Member, MemberChange, MemberFacts, MemberPlan, MemberPlanParts,
    MemberStatus, Rekey,
};
use crate::audit::{Action, AuditDraft};
use crate::fault::Fault;
use crate::findings::Findings;
use crate::ids::MemberId;
use crate::mask::display_text;
use crate::plan::{Context, Done};
use crate::reject::{ErrorType, Rejection};
use crate::role::{Permission, Role, require};
use crate::text::MemberName;
use crate::time::Timestamp;

/// A request to invite, unchecked.
#[derive(Debug, Clone, Default)]
pub struct InviteInput {
    pub name: Option<String>,
    pub role: Option<String>,
}

/// A request whose every member is right by itself. Look up [`InviteDraft::name`] among the vault's members.
#[derive(Debug)]
pub struct InviteDraft {
    name: MemberName,
    role: Role,
}

impl InviteInput {
    pub fn parse(self, context: &Context) -> Result<InviteDraft, Rejection> {
        require(&context.actor, Permission::ManageMembers)?;
        let mut findings = Findings::default();
        let name = match self.name.as_deref() {
            Some(text) => findings.take("name", MemberName::parse(text)),
            None => {
                findings.fault("name", Fault::new("missing", "Give the member a name."));
                None
            }
        };
        let role = parse_role(self.role.as_deref(), &mut findings);
        findings.into_hints()?;
        let draft = || {
            Some(InviteDraft {
                name: name?,
                role: role?,
            })
        };
        Ok(draft().expect("a draft is missing only where a fault was found"))
    }
}

impl InviteDraft {
    pub fn name(&self) -> &MemberName {
        &self.name
    }

    pub fn decide(
        self,
        facts: &MemberFacts,
        id: MemberId,
        context: &Context,
    ) -> Result<MemberPlan, Rejection> {
        require(&context.actor, Permission::ManageMembers)?;
        if let Some(holder) = facts.same_name {
            let message = format!(
                "There is a member named \"{}\" already. Choose another name.",
                display_text(self.name.as_str())
            );
            return Err(Rejection::already_exists(message, holder, "name"));
        }
        if facts.members >= MEMBERS_MAX {
            return Err(Rejection::limit_reached(
                format!("A vault has at most {MEMBERS_MAX} members. Remove one first."),
                MEMBERS_MAX,
                facts.members,
            ));
        }
        let member = Member {
            id,
            name: self.name,
            role: self.role,
            status: MemberStatus::Invited {
                until: context.now.plus_days(INVITATION_DAYS),
            },
        };
        Ok(MemberPlan::decided(MemberPlanParts {
            answer: member.answer(Done::Created, Vec::new()),
            member,
            change: MemberChange::Invite,
            rekey: Rekey::NotNeeded,
            audit: AuditDraft {
                action: Action::MemberInvited,
                changed: Vec::new(),
                reason: None,
            },
        }))
    }
}

/// Whether an invitation still opens the vault. A code that was used or is too old is as good as a wrong one.
pub fn require_joinable(member: &Member, now: Timestamp) -> Result<(), Rejection> {
    let message = match member.status {
        MemberStatus::Invited { until } if now < until => return Ok(()),
        MemberStatus::Invited { .. } => "This invitation has expired. Ask for a new one.",
        MemberStatus::Active => "This invitation was used already. Unlock with the password.",
    };
    Err(Rejection::new(ErrorType::AuthenticationFailed, message))
}

pub(super) fn parse_role(text: Option<&str>, findings: &mut Findings) -> Option<Role> {
    let Some(text) = text else {
        findings.fault("role", Fault::new("missing", "Choose a role."));
        return None;
    };
    let known = Role::parse(text).ok_or_else(|| {
        let message = "This role is not known. The roles are viewer, operator, admin and owner.";
        Fault::new("unknown_value", message)
    });
    findings.take("role", known)
}
