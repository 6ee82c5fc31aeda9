//! The trash, the way back, and the end: RULES.md, Delete.

use crate::audit::{Action, AuditDraft};
use crate::facts::{NameFacts, RoomFacts};
use crate::findings::Findings;
use crate::ids::LocationId;
use crate::plan::{Change, Context, Decision, Done, Outcome, Plan, PlanParts};
use crate::reject::{Dependant, Offer, Rejection};
use crate::role::{Permission, require};
use crate::rotation::{at_work, rotations};
use crate::secret::{Secret, SecretWithVersions};
use crate::text::Reason;
use crate::time::Timestamp;
use crate::version::{Version, VersionNumber};

/// The members of a request to delete, unchecked.
#[derive(Debug, Clone, Default)]
pub struct DeleteInput {
    /// Destroys every value at once instead of moving the secret to the trash.
    pub destroy: Option<bool>,
    /// Deletes although locations are linked, and unlinks them.
    pub force: Option<bool>,
    pub reason: Option<String>,
}

impl DeleteInput {
    /// `dependants`: the locations linked to the secret, rotations at work on it, and secrets whose keys it manages.
    pub fn decide(
        self,
        current: &SecretWithVersions,
        dependants: &[Dependant],
        context: &Context,
    ) -> Result<Decision, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let reason = parse_reason(self.reason)?;
        // Not even by force: a key at the provider would be left that only the run knows.
        let rotations = rotations(dependants);
        if !rotations.is_empty() {
            return Err(at_work(rotations));
        }
        require_not_asking(dependants)?;
        if !dependants.is_empty() && !self.force.unwrap_or(false) {
            return Err(in_use(dependants));
        }
        if self.destroy.unwrap_or(false) {
            let plan = purged(current, locations(dependants), reason, context);
            return Ok(Decision::Change(Box::new(plan)));
        }
        if current.secret().is_trashed() {
            return Ok(Decision::Unchanged(answer(
                current.secret(),
                Done::Unchanged,
                Vec::new(),
            )));
        }
        Ok(Decision::Change(Box::new(trashed(
            current,
            locations(dependants),
            reason,
            context,
        ))))
    }
}

/// Neither on nor back goes a rotation whose provider is asked with this secret's value.
fn require_not_asking(dependants: &[Dependant]) -> Result<(), Rejection> {
    let asks = |one: &&Dependant| {
        matches!(
            one,
            Dependant::Managed {
                is_rotating: true,
                ..
            }
        )
    };
    let asking: Vec<Dependant> = dependants.iter().filter(asks).cloned().collect();
    if asking.is_empty() {
        return Ok(());
    }
    let message = format!(
        "This secret's value is what the rotation of {} asks its provider with. Finish or undo that, or choose another secret in its policy first.",
        managed(&asking)
    );
    Err(Rejection::in_use(message, asking).with_offers(&[Offer::OpenSecrets]))
}

fn in_use(dependants: &[Dependant]) -> Rejection {
    let is_managed = |one: &Dependant| matches!(one, Dependant::Managed { .. });
    if !dependants.iter().any(is_managed) {
        let message = "This secret is in use. Relink what uses it, or delete it anyway with force.";
        return Rejection::in_use(message, dependants.to_vec())
            .with_offers(&[Offer::UnlinkLocations, Offer::Force]);
    }
    let message = format!(
        "This secret is in use: with its value the keys of {} are made and ended. Choose another one in their policies, or delete it anyway with force.",
        managed(dependants)
    );
    let offers: &[Offer] = if dependants.iter().all(is_managed) {
        &[Offer::OpenSecrets, Offer::Force]
    } else {
        &[Offer::UnlinkLocations, Offer::OpenSecrets, Offer::Force]
    };
    Rejection::in_use(message, dependants.to_vec()).with_offers(offers)
}

/// So many are named; the dependants have them all.
const NAMED_MAX: usize = 5;

fn managed(dependants: &[Dependant]) -> String {
    let names = dependants.iter().filter_map(|one| match one {
        Dependant::Managed { name, .. } => Some(format!("\"{name}\"")),
        Dependant::Location { .. } | Dependant::Rotation { .. } | Dependant::Secret { .. } => None,
    });
    let mut names: Vec<String> = names.collect();
    if names.len() > NAMED_MAX {
        names.truncate(NAMED_MAX);
        names.push("others".to_owned());
    }
    names.join(", ")
}

/// Out of the trash again, if the name and the env key are still free and the tier has room.
pub fn undelete(
    current: &SecretWithVersions,
    names: &NameFacts,
    room: &RoomFacts,
    reason: Option<String>,
    context: &Context,
) -> Result<Decision, Rejection> {
    require(&context.actor, Permission::ManageSecrets)?;
    let reason = parse_reason(reason)?;
    let before = current.secret();
    if !before.is_trashed() {
        return Ok(Decision::Unchanged(answer(
            before,
            Done::Unchanged,
            Vec::new(),
        )));
    }
    names.require_free(Some(before.name()), before.env_key())?;
    room.require_room_for_one()?;
    let mut after = before.to_parts();
    after.trashed_at = None;
    after.revision += 1;
    after.updated_at = context.now.max(before.updated_at());
    let changed = vec!["trashed_at"];
    let audit = AuditDraft {
        action: Action::SecretUndeleted,
        changed: changed.clone(),
        reason,
    };
    let answer = answer(before, Done::Updated, changed);
    let parts = plan_without_values(
        current,
        Secret::from_stored(after),
        Change::Undelete,
        audit,
        answer,
    );
    Ok(Decision::Change(Box::new(Plan::decided(parts))))
}

/// Destroys a secret that lies in the trash, as emptying the trash does with each.
pub fn empty_from_trash(
    current: &SecretWithVersions,
    context: &Context,
) -> Result<Decision, Rejection> {
    require(&context.actor, Permission::ManageSecrets)?;
    if !current.secret().is_trashed() {
        return Ok(Decision::Unchanged(answer(
            current.secret(),
            Done::Unchanged,
            Vec::new(),
        )));
    }
    Ok(Decision::Change(Box::new(purged(
        current,
        Vec::new(),
        None,
        context,
    ))))
}

/// Destroys a secret whose thirty days in the trash were over at `settled`, the time that the log vouches for. Asked at
/// unlock and from time to time.
pub fn sweep_from_trash(
    current: &SecretWithVersions,
    settled: Timestamp,
    context: &Context,
) -> Result<Decision, Rejection> {
    let is_due = current
        .secret()
        .trash_ends_at()
        .is_some_and(|end| end <= settled);
    if is_due {
        return empty_from_trash(current, context);
    }
    require(&context.actor, Permission::ManageSecrets)?;
    Ok(Decision::Unchanged(answer(
        current.secret(),
        Done::Unchanged,
        Vec::new(),
    )))
}

fn trashed(
    current: &SecretWithVersions,
    unlink: Vec<LocationId>,
    reason: Option<Reason>,
    context: &Context,
) -> Plan {
    let before = current.secret();
    let at = context.now.max(before.updated_at());
    let mut after = before.to_parts();
    after.trashed_at = Some(at);
    after.revision += 1;
    after.updated_at = at;
    let changed = vec!["trashed_at"];
    let audit = AuditDraft {
        action: Action::SecretTrashed,
        changed: changed.clone(),
        reason,
    };
    let answer = answer(before, Done::Deleted, changed);
    Plan::decided(PlanParts {
        unlink,
        ..plan_without_values(
            current,
            Secret::from_stored(after),
            Change::Trash,
            audit,
            answer,
        )
    })
}

fn purged(
    current: &SecretWithVersions,
    unlink: Vec<LocationId>,
    reason: Option<Reason>,
    context: &Context,
) -> Plan {
    let before = current.secret();
    let mut after = before.to_parts();
    after.revision += 1;
    after.updated_at = context.now.max(before.updated_at());
    let destroy: Vec<VersionNumber> = current
        .versions()
        .iter()
        .filter(|version| version.state().has_values())
        .map(Version::number)
        .collect();
    let audit = AuditDraft {
        action: Action::SecretDestroyed,
        changed: Vec::new(),
        reason,
    };
    let answer = answer(before, Done::Deleted, Vec::new());
    Plan::decided(PlanParts {
        destroy,
        unlink,
        ..plan_without_values(
            current,
            Secret::from_stored(after),
            Change::Purge,
            audit,
            answer,
        )
    })
}

/// A plan that touches no version and no location.
fn plan_without_values(
    current: &SecretWithVersions,
    after: Secret,
    change: Change,
    audit: AuditDraft,
    answer: Outcome,
) -> PlanParts {
    PlanParts {
        secret: after,
        change,
        based_on: Some(current.secret().revision()),
        new_version: None,
        earlier: Vec::new(),
        states: Vec::new(),
        told: None,
        destroy: Vec::new(),
        forget: Vec::new(),
        unlink: Vec::new(),
        audit,
        answer,
    }
}

fn locations(dependants: &[Dependant]) -> Vec<LocationId> {
    dependants
        .iter()
        .filter_map(|dependant| match dependant {
            Dependant::Location { id, .. } => Some(*id),
            Dependant::Rotation { .. } | Dependant::Secret { .. } | Dependant::Managed { .. } => {
                None
            }
        })
        .collect()
}

fn answer(secret: &Secret, done: Done, changed: Vec<&'static str>) -> Outcome {
    Outcome {
        name: secret.name().as_str().to_owned(),
        done,
        changed,
        hints: Vec::new(),
    }
}

pub(crate) fn parse_reason(text: Option<String>) -> Result<Option<Reason>, Rejection> {
    let mut findings = Findings::default();
    let reason = text.map(|text| findings.take("reason", Reason::parse(&text)));
    findings.into_hints()?;
    Ok(reason.flatten())
}
