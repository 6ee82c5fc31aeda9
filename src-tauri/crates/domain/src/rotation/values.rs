//! What a run does to its secret: plans like any other, in the transaction of the run's own commit.

use super::{NewKey, Run, out_of_turn};
use crate::audit::{Action, AuditDraft};
use crate::credentials::Credentials;
use crate::history::{self, Previous, next_number, turn_over, without_values};
use crate::identity::Identity;
use crate::plan::{Change, Context, Decision, Done, NewVersion, Outcome, Plan, PlanParts};
use crate::reject::{ErrorType, Rejection};
use crate::secret::{Holding, Secret, SecretParts, SecretWithVersions};
use crate::shape;
use crate::told::end_is_lost;
use crate::version::{How, Version, VersionNumber, VersionParts, VersionState};

impl Run {
    /// The new key, sealed beside the one in use.
    pub(super) fn plan_pending(
        &self,
        secret: &SecretWithVersions,
        made: NewKey,
        context: &Context,
    ) -> Result<(Plan, VersionNumber), Rejection> {
        let NewKey { credentials, .. } = made;
        let before = secret.secret();
        if credentials.method() != self.parts.method || before.method() != self.parts.method {
            return Err(Rejection::new(
                ErrorType::InternalError,
                "The new key is not of the secret's auth method. Nothing was changed.",
            ));
        }
        if secret.pending().is_some() || before.current_version() != Some(self.parts.old_version) {
            return Err(out_of_turn());
        }
        let after = touched(before, context);
        let number = next_number(secret.versions());
        let version = Version::from_stored(VersionParts {
            id: context.new_version_id,
            secret: before.id(),
            number,
            method: self.parts.method,
            state: VersionState::Pending,
            created_at: after.updated_at,
            created_by: context.actor.member,
            how: How::Managed,
            reason: self.parts.reason.clone(),
            origin: None,
            masks: Some(credentials.masks()),
            made_at: made.made_at.map_or(context.now, |at| at.min(context.now)),
            expires_at: credentials.expires_at().or(made.expires_at),
        });
        let parts = PlanParts {
            earlier: Vec::new(),
            new_version: Some(NewVersion {
                version,
                credentials,
            }),
            ..plan_of(before, after, Action::SecretUpdated, "versions")
        };
        Ok((Plan::decided(parts), number))
    }

    /// The pending version in use; the one before stays for the way back, whatever the history policy says.
    pub(super) fn plan_promotion(
        &self,
        secret: &SecretWithVersions,
        values: &Credentials,
        context: &Context,
    ) -> Result<Plan, Rejection> {
        let before = secret.secret();
        let Some(pending) = secret.pending() else {
            return Err(out_of_turn());
        };
        let number = pending.number();
        if Some(number) != self.parts.new_version {
            return Err(out_of_turn());
        }
        if values.method() != before.method() || secret.held() != Some(self.parts.old_version) {
            return Err(out_of_turn());
        }
        let mut after = touched(before, context);
        let aftermath = turn_over(secret, before.history(), Previous::Keep, after.updated_at);
        after.holding = Holding::Direct { current: number };
        after.rotated_at = after.updated_at;
        after.made_at = pending.made_at();
        after.expires_at = pending.expires_at();
        after.identity = Identity::of(values);
        let hints = shape::hints(values);
        after.hint_count = u32::try_from(hints.len()).unwrap_or(u32::MAX);
        let mut states = aftermath.states;
        states.push((number, VersionState::Current));
        let loses_end = end_is_lost(before.expires_at(), after.expires_at);
        let mut parts = PlanParts {
            states,
            destroy: aftermath.destroy,
            ..plan_of(before, after, Action::SecretRotated, "credentials")
        };
        if loses_end {
            parts.audit.changed.push("expires_at");
        }
        parts.audit.reason.clone_from(&self.parts.reason);
        Ok(Plan::decided(parts))
    }

    /// The old key in use again.
    pub(super) fn plan_restoration(
        &self,
        secret: &SecretWithVersions,
        values: Credentials,
        context: &Context,
    ) -> Result<Plan, Rejection> {
        let before = secret.secret();
        let in_use = before.current_version();
        let version = secret.version(self.parts.old_version);
        let (Some(version), true) = (version, in_use == self.parts.new_version) else {
            return Err(out_of_turn());
        };
        let values = values
            .under_method(before.method())
            .map_err(|_| out_of_turn())?;
        let reason = self.parts.reason.clone();
        Ok(history::restored(secret, version, reason, values, context))
    }

    /// What a run that is over leaves to the history policy, and a pending version that never came into use.
    pub(super) fn plan_settling(
        &self,
        secret: &SecretWithVersions,
        context: &Context,
    ) -> Option<Box<Plan>> {
        let released = secret.clone().holding(None);
        let policy = secret.secret().history();
        let mut destroy = history::values_past_number(&released, policy);
        destroy.extend(secret.pending().map(Version::number));
        destroy.sort();
        match without_values(&released, destroy, Vec::new(), None, context) {
            Decision::Change(plan) => Some(plan),
            Decision::Unchanged(_) => None,
        }
    }
}

fn touched(before: &Secret, context: &Context) -> SecretParts {
    let mut after = before.to_parts();
    after.revision += 1;
    after.updated_at = context.now.max(before.updated_at());
    after
}

fn plan_of(
    before: &Secret,
    after: SecretParts,
    action: Action,
    changed: &'static str,
) -> PlanParts {
    PlanParts {
        answer: Outcome {
            name: after.name.as_str().to_owned(),
            done: Done::Updated,
            changed: vec![changed],
            hints: Vec::new(),
        },
        secret: Secret::from_stored(after),
        change: Change::Update,
        based_on: Some(before.revision()),
        new_version: None,
        earlier: Vec::new(),
        states: Vec::new(),
        told: None,
        destroy: Vec::new(),
        forget: Vec::new(),
        unlink: Vec::new(),
        audit: AuditDraft {
            action,
            changed: vec![changed],
            reason: None,
        },
    }
}
