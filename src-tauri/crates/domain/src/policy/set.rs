//! A policy made or changed.

use std::collections::BTreeMap;

use super::{EVERY_DAYS_MAX, LEAD_DAYS_MAX, Managed, Parameters, Policy, PolicyParts, PolicyPlan};
use crate::audit::{Action, AuditDraft};
use crate::fault::Fault;
use crate::findings::Findings;
use crate::ids::{PolicyId, SecretId};
use crate::plan::{Context, Decision, Done, Outcome};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts, require_revision};
use crate::reject::Rejection;
use crate::request::Patch;
use crate::role::{Permission, require};
use crate::secret::Secret;
use crate::text::Reason;

/// The members of a request to set a policy, unchecked. An absent member stays as it is.
#[derive(Debug, Clone, Default)]
pub struct PolicyInput {
    pub every_days: Patch<i64>,
    pub lead_days: Patch<i64>,
    pub managed: Patch<ManagedInput>,
    pub expected_revision: Option<i64>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ManagedInput {
    pub management_secret_id: Option<String>,
    pub parameters: BTreeMap<String, Option<String>>,
}

/// A request whose every member is right by itself, laid over the policy as it is.
#[derive(Debug)]
pub struct PolicyDraft<'a> {
    before: Option<&'a Policy>,
    secret: Option<&'a Secret>,
    every_days: Option<u16>,
    lead_days: Option<u16>,
    managed: Option<Managed>,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
}

impl PolicyInput {
    /// `secret` is whose policy it is, live; `None` for the vault's own. `before` is the policy as it is.
    pub fn parse<'a>(
        self,
        secret: Option<&'a Secret>,
        before: Option<&'a Policy>,
        context: &Context,
    ) -> Result<PolicyDraft<'a>, Rejection> {
        require(&context.actor, permission(secret))?;
        if secret.is_none() && self.managed.is_set() {
            return Err(Rejection::invalid_request(
                "How a key is turned over is said for each secret by itself.",
                &["managed"],
            ));
        }
        let mut findings = Findings::default();
        let parts = before.map(Policy::parts);
        let every_days = days(
            &self.every_days,
            parts.and_then(|parts| parts.every_days),
            ("every_days", EVERY_DAYS_MAX),
            &mut findings,
        );
        let lead_days = days(
            &self.lead_days,
            parts.and_then(|parts| parts.lead_days),
            ("lead_days", LEAD_DAYS_MAX),
            &mut findings,
        );
        let managed = match (self.managed, secret) {
            (Patch::Set(input), Some(secret)) => parse_managed(&input, secret, &mut findings),
            (Patch::Absent, _) => parts.and_then(|parts| parts.managed.clone()),
            (Patch::Clear | Patch::Set(_), _) => None,
        };
        let reason = self
            .reason
            .as_deref()
            .and_then(|text| findings.take("reason", Reason::parse(text)));
        findings.into_hints()?;
        Ok(PolicyDraft {
            before,
            secret,
            every_days,
            lead_days,
            managed,
            expected_revision: self.expected_revision,
            reason,
        })
    }
}

impl PolicyDraft<'_> {
    /// The secret to look up before [`PolicyDraft::decide`], if the policy names one that makes keys.
    pub fn management(&self) -> Option<SecretId> {
        self.managed.as_ref().and_then(|managed| managed.management)
    }

    /// Whether of how keys are made only the secret that manages them changes: a run may need that, as where its token was taken away.
    pub fn only_replaces_management(&self) -> bool {
        let before = self.before.map(Policy::parts);
        let was = before.and_then(|before| before.managed.as_ref());
        let (Some(was), Some(is)) = (was, self.managed.as_ref()) else {
            return false;
        };
        was.parameters == is.parameters && was.management.is_some() && is.management.is_some()
    }

    /// `management` is the live secret of [`PolicyDraft::management`], where this vault has it.
    pub fn decide(
        self,
        management: Option<&Secret>,
        id: PolicyId,
        context: &Context,
    ) -> Result<Decision<PolicyPlan>, Rejection> {
        require(&context.actor, permission(self.secret))?;
        let revision = self.before.map_or(0, Policy::revision);
        require_revision("policy", self.expected_revision, revision)?;
        if self.management() != management.map(Secret::id) {
            return Err(Rejection::not_found("secret"));
        }
        let before = self.before.map(Policy::parts);
        let changed: Vec<&'static str> = [
            (
                "every_days",
                before.and_then(|parts| parts.every_days) != self.every_days,
            ),
            (
                "lead_days",
                before.and_then(|parts| parts.lead_days) != self.lead_days,
            ),
            (
                "managed",
                before.and_then(|parts| parts.managed.as_ref()) != self.managed.as_ref(),
            ),
        ]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| field)
        .collect();
        let answer = |done| Outcome {
            name: self
                .secret
                .map_or_else(String::new, |secret| secret.name().as_str().to_owned()),
            done,
            changed: changed.clone(),
            hints: Vec::new(),
        };
        if changed.is_empty() {
            return Ok(Decision::Unchanged(answer(Done::Unchanged)));
        }
        let answer = answer(match self.before {
            Some(_) => Done::Updated,
            None => Done::Created,
        });
        let record = Policy::from_stored(PolicyParts {
            id: self.before.map_or(id, Policy::id),
            secret: self.secret.map(Secret::id),
            every_days: self.every_days,
            lead_days: self.lead_days,
            managed: self.managed,
            revision: revision + 1,
            updated_at: before.map_or(context.now, |parts| context.now.max(parts.updated_at)),
            updated_by: context.actor.member,
        });
        Ok(Decision::Change(Box::new(RecordPlan::decided(
            RecordPlanParts {
                record,
                change: match self.before {
                    Some(_) => RecordChange::Update,
                    None => RecordChange::Create,
                },
                based_on: self.before.map(Policy::revision),
                audit: AuditDraft {
                    action: Policy::action_of(self.secret.map(Secret::id)),
                    changed,
                    reason: self.reason,
                },
                answer,
            },
        ))))
    }
}

impl Policy {
    /// Its secret is gone for good, and this with it.
    pub fn dropped(&self) -> PolicyPlan {
        let mut after = self.parts.clone();
        after.revision += 1;
        RecordPlan::decided(RecordPlanParts {
            record: Self::from_stored(after),
            change: RecordChange::Delete,
            based_on: Some(self.revision()),
            audit: AuditDraft {
                action: Self::action_of(self.secret()),
                changed: Vec::new(),
                reason: None,
            },
            answer: Outcome {
                name: String::new(),
                done: Done::Deleted,
                changed: Vec::new(),
                hints: Vec::new(),
            },
        })
    }

    /// The one act that vouches for such a policy: the vault's own is an Owner's.
    pub fn action_of(secret: Option<SecretId>) -> Action {
        match secret {
            Some(_) => Action::PolicyChanged,
            None => Action::PolicyDefaultChanged,
        }
    }
}

fn permission(secret: Option<&Secret>) -> Permission {
    match secret {
        Some(_) => Permission::ManageSecrets,
        None => Permission::ManageVault,
    }
}

fn days(
    patch: &Patch<i64>,
    before: Option<u16>,
    (member, most): (&'static str, u16),
    findings: &mut Findings,
) -> Option<u16> {
    match patch {
        Patch::Absent => before,
        Patch::Clear => None,
        Patch::Set(number) => {
            let parsed = u16::try_from(*number)
                .ok()
                .filter(|days| (1..=most).contains(days));
            if parsed.is_none() {
                let message = format!("This is 1 to {most} days, or nothing.");
                findings.fault(member, Fault::new("out_of_range", message));
            }
            parsed
        }
    }
}

fn parse_managed(
    input: &ManagedInput,
    secret: &Secret,
    findings: &mut Findings,
) -> Option<Managed> {
    let mut management = None;
    if let Some(text) = input.management_secret_id.as_deref() {
        let at = |fault: Fault| fault.at(vec!["managed".into(), "management_secret_id".into()]);
        match SecretId::parse(text) {
            Ok(id) if id == secret.id() => {
                let message = "A secret cannot be its own management credential.";
                findings.detail(at(Fault::new("same_secret", message)));
            }
            Ok(id) => management = Some(id),
            Err(error) => findings.detail(at(Fault::new(error.kind(), error.to_string()))),
        }
    }
    let parsed = Parameters::parse(secret.method(), &input.parameters);
    let parameters = findings.take_listed(parsed)?;
    Some(Managed {
        management,
        parameters,
    })
}
