//! The beginning of a run.

use super::{
    Direction, KeyId, KeyName, Lease, Naming, NoteOf, Retire, RotationPlan, Run, RunContext,
    RunParts, Stage, Standing, StepPhase, Style, Then, Way, at_work, can_end,
};
use crate::audit::{Action, AuditDraft};
use crate::fault::Fault;
use crate::findings::Findings;
use crate::ids::RotationId;
use crate::plan::Done;
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts, require_revision};
use crate::reject::{Dependant, Rejection};
use crate::role::{Permission, require};
use crate::secret::SecretWithVersions;
use crate::text::Reason;
use crate::version::VersionNumber;

/// A day, in which most of what still uses the old key shows itself.
pub const GRACE_HOURS_DEFAULT: u16 = 24;
/// Ninety days.
pub const GRACE_HOURS_MAX: u16 = 2160;

/// The members of a request to rotate, unchecked.
#[derive(Debug, Clone, Default)]
pub struct RotationInput {
    pub expected_revision: Option<i64>,
    pub reason: Option<String>,
    pub old_key: OldKeyInput,
    pub unable: Unable,
}

/// What becomes of the old key where its provider cannot do to it what was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unable {
    /// Nothing is begun.
    #[default]
    Refuse,
    /// It is kept: one choice for many secrets is not one that each provider can follow.
    Keep,
}

/// What the request says of the old key; an absent member takes its default.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OldKeyInput {
    pub grace_hours: Option<i64>,
    pub then: Option<String>,
}

/// A request that is right by itself, for a secret that can be rotated.
#[derive(Debug)]
pub struct RotationDraft<'a> {
    current: &'a SecretWithVersions,
    old_version: VersionNumber,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
    grace_hours: u16,
    then: Option<Then>,
    unable: Unable,
}

/// What the provider said before anything was changed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderFacts {
    pub way: Way,
    pub style: Style,
    pub naming: Naming,
    pub can_disable: bool,
    pub old_key: Option<KeyId>,
    pub keys_before: Vec<KeyId>,
}

impl RotationInput {
    pub fn parse<'a>(
        self,
        current: &'a SecretWithVersions,
        ctx: &RunContext<'_>,
    ) -> Result<RotationDraft<'a>, Rejection> {
        require(&ctx.context.actor, Permission::ManageSecrets)?;
        let Some(old_version) = current.secret().current_version() else {
            return Err(Rejection::invalid_request(
                "The values of this secret are managed in its own vault. Rotate them there.",
                &["secret_id"],
            ));
        };
        let mut findings = Findings::default();
        let reason = self
            .reason
            .as_deref()
            .and_then(|text| findings.take("reason", Reason::parse(text)));
        let mut fault = |member: &'static str, kind, message: String| {
            let way = vec!["old_key".into(), member.into()];
            findings.detail(Fault::new(kind, message).at(way));
        };
        let grace_hours = match self.old_key.grace_hours {
            None => GRACE_HOURS_DEFAULT,
            Some(hours) => match u16::try_from(hours) {
                Ok(hours) if hours <= GRACE_HOURS_MAX => hours,
                _ => {
                    let message = format!("The grace time is 0 to {GRACE_HOURS_MAX} hours.");
                    fault("grace_hours", "out_of_range", message);
                    GRACE_HOURS_DEFAULT
                }
            },
        };
        let then = self.old_key.then.as_deref();
        let parsed = then.and_then(Then::parse);
        if then.is_some() && parsed.is_none() {
            let message = "The old key is kept, disabled or deleted: keep, disable or delete.";
            fault("then", "unknown_value", message.to_owned());
        }
        findings.into_hints()?;
        Ok(RotationDraft {
            current,
            old_version,
            expected_revision: self.expected_revision,
            reason,
            grace_hours,
            then: parsed,
            unable: self.unable,
        })
    }
}

/// What a provider can do with an old key, known without asking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldKeyMeans {
    pub style: Style,
    pub can_disable: bool,
}

impl ProviderFacts {
    fn old_key_means(&self) -> OldKeyMeans {
        OldKeyMeans {
            style: self.style,
            can_disable: self.can_disable,
        }
    }
}

impl RotationDraft<'_> {
    /// What is known to stand in the way before the provider is asked, in the order of ERR-06. `open` is the run that is
    /// under way for the secret.
    pub fn require_beginning(
        &self,
        means: OldKeyMeans,
        open: Option<&Run>,
    ) -> Result<Retire, Rejection> {
        let retire = self.retire(means)?;
        let revision = self.current.secret().revision();
        require_revision("secret", self.expected_revision, revision)?;
        match open {
            None => Ok(retire),
            Some(open) => {
                let started_at = open.parts().started_at;
                Err(at_work(vec![Dependant::Rotation { started_at }]))
            }
        }
    }

    /// `open` is the run that is under way for the secret.
    pub fn decide(
        self,
        provider: ProviderFacts,
        open: Option<&Run>,
        id: RotationId,
        ctx: &RunContext<'_>,
    ) -> Result<RotationPlan, Rejection> {
        require(&ctx.context.actor, Permission::ManageSecrets)?;
        let secret = self.current.secret();
        let retire = self.require_beginning(provider.old_key_means(), open)?;
        let now = ctx.context.now;
        let member = ctx.context.actor.member;
        let mut parts = RunParts {
            id,
            secret: secret.id(),
            method: secret.method(),
            way: provider.way,
            style: provider.style,
            naming: provider.naming,
            can_disable: provider.can_disable,
            stage: Stage::Planned,
            direction: Direction::Forward,
            standing: Standing::Going,
            ended_from: None,
            lease: Some(Lease::taken(ctx)),
            revision: 1,
            started_at: now,
            started_by: member,
            updated_at: now,
            reason: self.reason.clone(),
            old_version: self.old_version,
            old_key: provider.old_key,
            keys_before: provider.keys_before,
            key_name: KeyName::of(id),
            create_intended_at: None,
            unclear_create: false,
            find_after: None,
            orphan: None,
            old_stopped: false,
            new_key: None,
            new_version: None,
            tests: Vec::new(),
            promoted_at: None,
            retire,
            grace_until: None,
            old_use: None,
            last_error: None,
            notes: Vec::new(),
        };
        parts.note(NoteOf::Start, StepPhase::Done, None);
        Ok(RotationPlan::of(RecordPlan::decided(RecordPlanParts {
            answer: parts.answer(Done::Created),
            record: Run::from_stored(parts),
            change: RecordChange::Create,
            based_on: None,
            audit: AuditDraft {
                action: Action::RotationStarted,
                changed: Vec::new(),
                reason: self.reason,
            },
        })))
    }

    /// What was asked for, or the most careful that the provider can.
    fn retire(&self, provider: OldKeyMeans) -> Result<Retire, Rejection> {
        let then = match (self.then, provider.style) {
            // It is gone already.
            (_, Style::CutOver) => Then::Keep,
            (Some(then), Style::Overlap) => match (self.why_unable(then, provider), self.unable) {
                (None, _) => then,
                (Some(_), Unable::Keep) => Then::Keep,
                (Some(why), Unable::Refuse) => {
                    let way = vec!["old_key".into(), "then".into()];
                    return Err(Rejection::validation(vec![why.at(way)]));
                }
            },
            (None, Style::Overlap) if provider.can_disable => Then::Disable,
            (None, Style::Overlap) => Then::Keep,
        };
        Ok(Retire {
            grace_hours: self.grace_hours,
            then,
        })
    }

    fn why_unable(&self, then: Then, provider: OldKeyMeans) -> Option<Fault> {
        match then {
            Then::Disable if !provider.can_disable => {
                let message = "This provider cannot disable a key. Choose to keep or to delete it.";
                Some(Fault::new("cannot_disable", message))
            }
            Then::Delete if !can_end(self.current.secret().method()) => {
                let message = "A SAS cannot be taken back: it works until it ends, or until the account key that signed it is made anew. Choose to keep it.";
                Some(Fault::new("cannot_delete", message))
            }
            Then::Keep | Then::Disable | Then::Delete => None,
        }
    }
}
