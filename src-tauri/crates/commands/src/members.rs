//! Who belongs to the vault: listed, invited, given another role, removed. Each act asks for the own password again.

use domain::member::{
    InviteInput, MemberFacts, MemberPlan, MemberStatus, Rekey, RemoveInput, RoleChangeInput,
    existing,
};
use domain::reject::{Detail, ErrorType, Rejection};
use domain::role::Permission;
use domain::text::MemberName;
use domain::{Decision, MemberId, SecretText};
use vault::{Exposed, MemberDone, MemberError, MemberView, RekeyError, StoreError, UnlockedVault};

use crate::api::{
    Changed, Empty, FormerMember, Member, MemberChanged, MemberInvite, MemberInvited, MemberList,
    MemberRemove, MemberUpdate, Required,
};
use crate::app::{App, Asks};
use crate::exposed::shown_exposed;
use crate::jobs::{Job, JobKind};
use crate::opened::{Opened, UnconfirmedInvitation, context, random_bytes, required};
use crate::refusal::{Answer, Refusal, internal};
use crate::rekey::{note_placed, take_over, told};
use crate::session::confirm;

/// How many secrets and tokens are named to whoever removes a member.
const EXPOSED_MAX: usize = 1000;

/// What an act came to.
enum Applied {
    Cancelled,
    Invited(vault::invitation_code::InvitationCode),
    Changed,
    Rekeyed { unopened: u64 },
}

pub fn list(_app: &App, opened: &mut Opened, _request: Empty) -> Answer<MemberList> {
    let you = opened.vault.actor().member;
    opened.vault.read(|reader| {
        let members = reader.members();
        let former = reader.former_members();
        Ok(MemberList {
            members: members.iter().map(|member| shown(member, you)).collect(),
            former: former
                .into_iter()
                .map(|(id, name)| FormerMember {
                    id: id.to_string(),
                    name: name.as_str().to_owned(),
                })
                .collect(),
        })
    })
}

pub fn invite(app: &App, vault: &UnlockedVault, request: MemberInvite) -> Answer<MemberInvited> {
    let context = context(app, vault);
    let input = InviteInput {
        name: request.name.0,
        role: request.role.0,
    };
    let (draft, password) = with_password(input.parse(&context), request.password)?;
    confirm(app, vault, &password, "password")?;
    let facts = facts(vault, Some(draft.name()))?;
    let id = MemberId::from_parts(context.now, random_bytes());
    let plan = draft.decide(&facts, id, &context)?;
    let member = plan.member().clone();
    let mut job = app.start_job(vault, JobKind::Rekey)?;
    // The code is kept for its sheet with the member it is for: no lock comes between the two.
    let invitation_code = app.still_open(vault, |opened| {
        let Applied::Invited(code) = apply(app, vault, &mut job, plan)? else {
            return Err(internal("The invitation has no code.").into());
        };
        let text = code.expose_text().to_string();
        opened.invitation = Some(UnconfirmedInvitation {
            member: member.clone(),
            code,
        });
        Ok(text)
    })?;
    app.changed(&[Changed::Members, Changed::Audit]);
    let invited = MemberView {
        member,
        joined_at: None,
        rekey_wanted: false,
    };
    Ok(MemberInvited {
        member: shown(&invited, context.actor.member),
        invitation_code,
    })
}

impl App {
    /// Invites for who passes the code on themselves: it is in no answer of a command.
    pub fn invite_member(&self, request: MemberInvite) -> Result<MemberInvited, Rejection> {
        let asks = Asks {
            permission: Permission::ManageMembers,
            command: "member_invite",
        };
        self.with_lent(Some(asks), |vault| invite(self, vault, request))
            .map_err(|refusal| refusal.0)
    }
}

pub fn update(app: &App, vault: &UnlockedVault, request: MemberUpdate) -> Answer<MemberChanged> {
    let id = member_id(request.id)?;
    let context = context(app, vault);
    let before = found(vault, id)?;
    let input = RoleChangeInput {
        role: request.role.0,
    };
    let (draft, password) = with_password(input.parse(&context), request.password)?;
    confirm(app, vault, &password, "password")?;
    let facts = facts(vault, None)?;
    let you = context.actor.member;
    let plan = match draft.decide(&before.member, &facts, &context)? {
        Decision::Unchanged(outcome) => {
            return Ok(MemberChanged::Done {
                member_name: outcome.name,
                changed: Vec::new(),
                member: Some(Box::new(shown(&before, you))),
                rekeyed: false,
                unopened: 0,
                exposed: Vec::new(),
                exposed_total: 0,
            });
        }
        Decision::Change(plan) => *plan,
    };
    let after = MemberView {
        member: plan.member().clone(),
        ..before
    };
    carry_out(app, vault, plan, Some(shown(&after, you)))
}

/// Removes a member, or takes an invitation back.
pub fn remove(app: &App, vault: &UnlockedVault, request: MemberRemove) -> Answer<MemberChanged> {
    let id = member_id(request.id)?;
    let context = context(app, vault);
    let before = found(vault, id)?;
    let password = required("password", request.password)?;
    require_status(&before, request.expected_status.as_deref())?;
    confirm(app, vault, &password, "password")?;
    let facts = facts(vault, None)?;
    let plan = RemoveInput.decide(&before.member, &facts, &context)?;
    carry_out(app, vault, plan, None)
}

/// Whoever takes an invitation back has not said yes to the removal of a member, and the other way round.
fn require_status(view: &MemberView, expected: Option<&str>) -> Answer<()> {
    let name = view.member.name.as_str();
    let now = status_text(view.member.status);
    match expected {
        None => Ok(()),
        Some(expected) if expected == now => Ok(()),
        Some("invited") => Err(Rejection::new(
            ErrorType::Conflict,
            format!("{name} has joined meanwhile. Nothing was changed; look again, then decide."),
        )
        .into()),
        Some(_) => Err(Detail::at(
            "expected_status",
            "unknown_value",
            format!("{name} is {now}; this asks for another status."),
        )
        .into()),
    }
}

fn status_text(status: MemberStatus) -> &'static str {
    match status {
        MemberStatus::Invited { .. } => "invited",
        MemberStatus::Active => "active",
    }
}

/// What the member could read is asked before the vault gets new keys, with the keys that this session still has.
fn carry_out(
    app: &App,
    vault: &UnlockedVault,
    plan: MemberPlan,
    member: Option<Member>,
) -> Answer<MemberChanged> {
    let exposed = match plan.rekey() {
        Rekey::Needed => {
            let id = plan.member().id;
            vault.read(|reader| reader.secrets_exposed_to(id, EXPOSED_MAX))?
        }
        Rekey::NotNeeded => Exposed::default(),
    };
    let outcome = plan.answer().clone();
    let mut job = app.start_job(vault, JobKind::Rekey)?;
    let (rekeyed, unopened) = match apply(app, vault, &mut job, plan)? {
        Applied::Cancelled => return Ok(MemberChanged::Cancelled { cancelled: true }),
        Applied::Rekeyed { unopened } => (true, unopened),
        Applied::Changed | Applied::Invited(_) => (false, 0),
    };
    app.changed(&[Changed::Members, Changed::Audit]);
    let changed = outcome.changed.iter().map(|&field| field.to_owned());
    Ok(MemberChanged::Done {
        member_name: outcome.name,
        changed: changed.collect(),
        member: member.map(Box::new),
        rekeyed,
        unopened,
        exposed_total: exposed.total,
        exposed: exposed.secrets.into_iter().map(shown_exposed).collect(),
    })
}

/// One act on the vault's keys at a time.
fn apply(app: &App, vault: &UnlockedVault, job: &mut Job<'_>, plan: MemberPlan) -> Answer<Applied> {
    let done = vault.apply_member(plan, app.clock.now(), &mut |progress| told(job, progress));
    Ok(match done {
        Ok(MemberDone::Invited(code, placed)) => {
            note_placed(&placed);
            Applied::Invited(code)
        }
        Ok(MemberDone::Changed) => Applied::Changed,
        Ok(MemberDone::Rekeyed(rekeyed)) => {
            let unopened = rekeyed.unopened;
            take_over(app, vault, rekeyed.vault);
            Applied::Rekeyed { unopened }
        }
        Err(MemberError::Rekey(RekeyError::Cancelled)) => Applied::Cancelled,
        Err(error) => return Err(error.into()),
    })
}

impl From<MemberError> for Refusal {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Rekey(error) => error.into(),
            MemberError::Change(error) => error.into(),
            MemberError::Store(error) => error.into(),
        }
    }
}

fn found(vault: &UnlockedVault, id: MemberId) -> Answer<MemberView> {
    let members: Result<_, StoreError> = vault.read(|reader| Ok(reader.members()));
    let view = members?.into_iter().find(|view| view.member.id == id);
    match view {
        Some(view) => Ok(view),
        None => Err(existing(None).expect_err("nobody was found").into()),
    }
}

fn facts(vault: &UnlockedVault, name: Option<&MemberName>) -> Answer<MemberFacts> {
    vault.read(|reader| Ok(reader.member_facts(name)))
}

/// The faults of the fields and of the password are told together.
fn with_password<T>(
    parsed: Result<T, Rejection>,
    password: Required<SecretText>,
) -> Answer<(T, SecretText)> {
    match (parsed, required("password", password)) {
        (Ok(parsed), Ok(password)) => Ok((parsed, password)),
        (Err(rejection), Err(fault)) if rejection.error_type() == ErrorType::ValidationError => {
            let mut faults = rejection.into_details();
            faults.push(fault);
            Err(faults.into())
        }
        (Err(rejection), _) => Err(rejection.into()),
        (Ok(_), Err(fault)) => Err(fault.into()),
    }
}

fn shown(view: &MemberView, you: MemberId) -> Member {
    let member = &view.member;
    let invited_until = match member.status {
        MemberStatus::Invited { until } => Some(until.to_string()),
        MemberStatus::Active => None,
    };
    Member {
        id: member.id.to_string(),
        name: member.name.as_str().to_owned(),
        role: member.role.as_str().to_owned(),
        status: status_text(member.status).to_owned(),
        you: member.id == you,
        invited_until,
        joined_at: view.joined_at.map(|at| at.to_string()),
        rekey_wanted: view.rekey_wanted,
    }
}

fn member_id(given: Required<String>) -> Answer<MemberId> {
    let text = required("id", given)?;
    Ok(
        MemberId::parse(&text)
            .map_err(|error| Detail::at("id", error.kind(), error.to_string()))?,
    )
}
