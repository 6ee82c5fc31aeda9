//! What a provider says of the key in use, beside what its values say themselves.

use crate::audit::{Action, AuditDraft};
use crate::plan::{Change, Context, Decision, Done, Outcome, Plan, PlanParts, ToldOfVersion};
use crate::reject::Rejection;
use crate::role::{Permission, require};
use crate::secret::{Secret, SecretWithVersions};
use crate::time::Timestamp;

/// An end that was known goes with the value that it was of, and nothing tells one of the value that follows: that is said.
pub(crate) fn end_is_lost(before: Option<Timestamp>, after: Option<Timestamp>) -> bool {
    before.is_some() && after.is_none()
}

/// As a provider's list has it. What it does not say changes nothing: not every provider lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyTimes {
    pub made_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

impl KeyTimes {
    /// To be kept with the version in use, of which it is said.
    pub fn decide(
        self,
        current: &SecretWithVersions,
        context: &Context,
    ) -> Result<Decision, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let before = current.secret();
        let mut after = before.to_parts();
        let mut changed = Vec::new();
        let version = current.current();
        if version.is_some() {
            // What came here later than it was made is as old as its provider says.
            after.made_at = self.made_at.unwrap_or(after.made_at).min(after.made_at);
            // Values that can say when they end are the ones to ask.
            if !before.method().tells_its_end() {
                after.expires_at = self.expires_at.or(after.expires_at);
            }
        }
        if after.made_at != before.made_at() {
            changed.push("made_at");
        }
        if after.expires_at != before.expires_at() {
            changed.push("expires_at");
        }
        let mut answer = Outcome {
            name: before.name().as_str().to_owned(),
            done: Done::Unchanged,
            changed: changed.clone(),
            hints: Vec::new(),
        };
        let (Some(version), false) = (version, changed.is_empty()) else {
            return Ok(Decision::Unchanged(answer));
        };
        let told = ToldOfVersion {
            number: version.number(),
            made_at: after.made_at,
            expires_at: after.expires_at,
        };
        answer.done = Done::Updated;
        after.revision += 1;
        after.updated_at = context.now.max(before.updated_at());
        Ok(Decision::Change(Box::new(Plan::decided(PlanParts {
            secret: Secret::from_stored(after),
            change: Change::Update,
            based_on: Some(before.revision()),
            new_version: None,
            earlier: Vec::new(),
            states: Vec::new(),
            told: Some(told),
            destroy: Vec::new(),
            forget: Vec::new(),
            unlink: Vec::new(),
            audit: AuditDraft {
                action: Action::SecretUpdated,
                changed,
                reason: None,
            },
            answer,
        }))))
    }
}
