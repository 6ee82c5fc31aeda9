//! Kept values destroyed one by one, or because their time is over (HIST-02, HIST-03).

use crate::audit::{Action, AuditDraft};
use crate::findings::Findings;
use crate::history::{named_version, values_past_keeping};
use crate::plan::{Change, Context, Decision, Done, Outcome, Plan, PlanParts};
use crate::reject::Rejection;
use crate::role::{Permission, require};
use crate::secret::{Secret, SecretWithVersions};
use crate::text::Reason;
use crate::time::Timestamp;
use crate::version::{VersionNumber, VersionState};

/// The members of a request to destroy one kept value, unchecked.
#[derive(Debug, Clone, Default)]
pub struct DestroyInput {
    pub version: Option<i64>,
    /// Erases the version's mask and reuse fingerprint as well.
    pub forget: Option<bool>,
    pub reason: Option<String>,
}

impl DestroyInput {
    pub fn decide(
        self,
        current: &SecretWithVersions,
        context: &Context,
    ) -> Result<Decision, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let version = named_version(current, self.version)?;
        match version.state() {
            VersionState::Current => {
                return Err(Rejection::invalid_request(
                    "This is the version in use. Rotate the secret and destroy the previous value, or delete the secret.",
                    &["version"],
                ));
            }
            VersionState::Pending => {
                return Err(Rejection::invalid_request(
                    "A rotation is at work on this version. Undo the rotation instead.",
                    &["version"],
                ));
            }
            VersionState::Previous
            | VersionState::Retired
            | VersionState::Destroying
            | VersionState::Destroyed => {}
        }
        if current.held() == Some(version.number()) {
            return Err(Rejection::invalid_request(
                "A rotation needs this value for its way back. Finish or undo the rotation first.",
                &["version"],
            ));
        }
        let mut findings = Findings::default();
        let reason = self
            .reason
            .map(|text| findings.take("reason", Reason::parse(&text)));
        findings.into_hints()?;
        let only = |wanted: bool| {
            if wanted {
                vec![version.number()]
            } else {
                Vec::new()
            }
        };
        let destroy = only(version.state().has_values());
        let forget = only(self.forget.unwrap_or(false) && version.masks().is_some());
        Ok(without_values(
            current,
            destroy,
            forget,
            reason.flatten(),
            context,
        ))
    }
}

/// Destroys the values that the secret's history policy no longer keeps, because their grace time
/// was over at `settled`, the time that the log vouches for. Asked at unlock and from time to time.
pub fn sweep(
    current: &SecretWithVersions,
    settled: Timestamp,
    context: &Context,
) -> Result<Decision, Rejection> {
    require(&context.actor, Permission::ManageSecrets)?;
    let due = values_past_keeping(current, current.secret().history(), settled);
    Ok(without_values(current, due, Vec::new(), None, context))
}

pub(crate) fn without_values(
    current: &SecretWithVersions,
    destroy: Vec<VersionNumber>,
    forget: Vec<VersionNumber>,
    reason: Option<Reason>,
    context: &Context,
) -> Decision {
    let before = current.secret();
    let changed = if destroy.is_empty() && forget.is_empty() {
        Vec::new()
    } else {
        vec!["versions"]
    };
    let answer = Outcome {
        name: before.name().as_str().to_owned(),
        done: if changed.is_empty() {
            Done::Unchanged
        } else {
            Done::Updated
        },
        changed: changed.clone(),
        hints: Vec::new(),
    };
    if changed.is_empty() {
        return Decision::Unchanged(answer);
    }
    let mut after = before.to_parts();
    after.revision += 1;
    after.updated_at = context.now.max(before.updated_at());
    Decision::Change(Box::new(Plan::decided(PlanParts {
        secret: Secret::from_stored(after),
        change: Change::Update,
        based_on: Some(before.revision()),
        new_version: None,
        earlier: Vec::new(),
        states: Vec::new(),
        told: None,
        destroy,
        forget,
        unlink: Vec::new(),
        audit: AuditDraft {
            action: Action::VersionDestroyed,
            changed,
            reason,
        },
        answer,
    })))
}
