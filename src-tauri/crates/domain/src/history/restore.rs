//! An old value made current again, as a new version (HIST-04).

use crate::audit::{Action, AuditDraft};
use crate::credentials::Credentials;
use crate::fault::Hint;
use crate::findings::Findings;
use crate::history::{Previous, named_version, next_number, turn_over};
use crate::identity::Identity;
use crate::plan::{Change, Context, Decision, Done, NewVersion, Outcome, Plan, PlanParts};
use crate::reject::{ErrorType, Rejection};
use crate::role::{Permission, require};
use crate::rotation::at_work;
use crate::secret::{Holding, Secret, SecretWithVersions};
use crate::shape;
use crate::text::Reason;
use crate::told::end_is_lost;
use crate::version::{How, Version, VersionParts, VersionState};

/// The members of a request to restore, unchecked.
#[derive(Debug, Clone, Default)]
pub struct RestoreInput {
    pub version: Option<i64>,
    pub reason: Option<String>,
}

/// A version that may be restored; its values are to be opened next, and those in use beside them.
pub struct RestoreDraft<'a> {
    current: &'a SecretWithVersions,
    version: &'a Version,
    reason: Option<Reason>,
}

impl RestoreInput {
    pub fn parse<'a>(
        self,
        current: &'a SecretWithVersions,
        context: &Context,
    ) -> Result<RestoreDraft<'a>, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let version = named_version(current, self.version)?;
        if !version.state().has_values() {
            return Err(Rejection::invalid_request(
                "This version's value was destroyed, so it cannot be restored.",
                &["version"],
            ));
        }
        if current.held().is_some() {
            return Err(at_work(Vec::new()));
        }
        if version.state() == VersionState::Pending {
            return Err(Rejection::invalid_request(
                "A rotation is at work on this version. Finish or undo the rotation instead.",
                &["version"],
            ));
        }
        if !version
            .method()
            .has_same_fields_as(current.secret().method())
        {
            return Err(Rejection::invalid_request(
                "This version has the fields of another auth method than the secret has now, so it cannot be restored.",
                &["version"],
            ));
        }
        let mut findings = Findings::default();
        let reason = self
            .reason
            .map(|text| findings.take("reason", Reason::parse(&text)));
        findings.into_hints()?;
        Ok(RestoreDraft {
            current,
            version,
            reason: reason.flatten(),
        })
    }
}

impl RestoreDraft<'_> {
    /// The version whose values are to be opened.
    pub fn version(&self) -> &Version {
        self.version
    }

    /// `values` are those of [`RestoreDraft::version`], `in_use` those of the current version.
    pub fn decide(
        self,
        values: Credentials,
        in_use: &Credentials,
        context: &Context,
    ) -> Result<Decision, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let before = self.current.secret();
        if values.ct_eq(in_use) {
            return Ok(Decision::Unchanged(already_in_use(before)));
        }
        let credentials = values.under_method(before.method()).map_err(|_| {
            Rejection::new(
                ErrorType::InternalError,
                "The values that were opened are not those of this version. Nothing was changed.",
            )
        })?;
        let plan = restored(
            self.current,
            self.version,
            self.reason,
            credentials,
            context,
        );
        Ok(Decision::Change(Box::new(plan)))
    }
}

/// `credentials` are the values of `version`, in use again as a new one.
pub(crate) fn restored(
    current: &SecretWithVersions,
    version: &Version,
    reason: Option<Reason>,
    credentials: Credentials,
    context: &Context,
) -> Plan {
    let origin = version.number();
    let (made_at, expires_at) = (version.made_at(), version.expires_at());
    let before = current.secret();
    let at = context.now.max(before.updated_at());
    let aftermath = turn_over(current, before.history(), Previous::Keep, at);
    let number = next_number(current.versions());
    let hints = shape::hints(&credentials);
    let mut after = before.to_parts();
    after.holding = Holding::Direct { current: number };
    after.revision += 1;
    after.updated_at = at;
    after.rotated_at = at;
    after.made_at = made_at;
    after.expires_at = expires_at;
    after.identity = Identity::of(&credentials);
    after.hint_count = u32::try_from(hints.len()).unwrap_or(u32::MAX);
    let version = Version::from_stored(VersionParts {
        id: context.new_version_id,
        secret: before.id(),
        number,
        method: before.method(),
        state: VersionState::Current,
        created_at: at,
        created_by: context.actor.member,
        how: How::Restored,
        reason: reason.clone(),
        origin: Some(origin),
        masks: Some(credentials.masks()),
        made_at,
        expires_at,
    });
    let mut changed = vec!["credentials"];
    if end_is_lost(before.expires_at(), expires_at) {
        changed.push("expires_at");
    }
    Plan::decided(PlanParts {
        answer: Outcome {
            name: before.name().as_str().to_owned(),
            done: Done::Updated,
            changed: changed.clone(),
            hints,
        },
        secret: Secret::from_stored(after),
        change: Change::Update,
        based_on: Some(before.revision()),
        earlier: Vec::new(),
        new_version: Some(NewVersion {
            version,
            credentials,
        }),
        states: aftermath.states,
        told: None,
        destroy: aftermath.destroy,
        forget: Vec::new(),
        unlink: Vec::new(),
        audit: AuditDraft {
            action: Action::SecretRestored,
            changed,
            reason,
        },
    })
}

fn already_in_use(secret: &Secret) -> Outcome {
    let message = "This version has the value that is in use already.";
    Outcome {
        name: secret.name().as_str().to_owned(),
        done: Done::Unchanged,
        changed: Vec::new(),
        hints: vec![Hint::new(
            vec!["version".into()],
            "value_unchanged",
            message,
        )],
    }
}
