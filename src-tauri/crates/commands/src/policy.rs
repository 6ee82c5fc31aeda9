//! How often secrets are to be rotated, and how their providers are asked.

use std::collections::BTreeMap;

use domain::policy::{Due, DueBy, DueState, ManagedInput, Policy, PolicyInput};
use domain::reject::Detail;
use domain::role::Permission;
use domain::secret::{existing, existing_live};
use domain::{Decision, PolicyId, Secret, SecretId};
use vault::Reader;

use crate::api::{
    Changed, Interval, ManagedGiven, ManagedView, Object, PolicyAnswer, PolicyGet, PolicySet, Whole,
};
use crate::app::{App, Asks};
use crate::inputs::each;
use crate::opened::Opened;
use crate::refusal::Answer;
use crate::rotation;
use crate::view::Viewer;

/// The vault's own policy is an Owner's to set; refused attempts are in the log as others are.
const VAULT_POLICY: Asks = Asks {
    permission: Permission::ManageVault,
    command: "policy_set",
};

pub fn get(app: &App, opened: &mut Opened, request: PolicyGet) -> Answer<PolicyAnswer> {
    let id = secret_id(request.secret_id.as_deref())?;
    opened.vault.read(|reader| {
        if let Some(id) = id {
            existing(reader.secret(id)?)?;
        }
        shown(app, reader, id)
    })
}

pub fn set(app: &App, opened: &mut Opened, request: PolicySet) -> Answer<PolicyAnswer> {
    let id = secret_id(request.secret_id.as_deref())?;
    if id.is_none() {
        app.require(&opened.vault, Some(VAULT_POLICY))?;
    }
    let context = opened.context(app);
    let input = PolicyInput {
        every_days: each(request.every_days, Whole::or_out_of_range),
        lead_days: each(request.lead_days, Whole::or_out_of_range),
        managed: each(request.managed, managed_input),
        expected_revision: request.expected_revision.map(Whole::or_out_of_range),
        reason: request.reason,
    };
    let vault_id = opened.vault.vault_id();
    let (answer, has_changed) = opened.vault.write(context.now, |writer| {
        let current = match id {
            Some(id) => Some(existing_live(writer.secret(id)?)?),
            None => None,
        };
        let secret = current.as_ref().map(|current| current.secret());
        let before = writer.checked_policy(id)?;
        let draft = input.parse(secret, before.as_ref(), &context)?;
        let management = match draft.management() {
            Some(id) => writer
                .secret(id)?
                .filter(|found| !found.secret().is_trashed()),
            None => None,
        };
        let new = id.map_or_else(|| PolicyId::of_vault(vault_id), PolicyId::of_secret);
        let management = management.as_ref().map(|found| found.secret());
        let only_replaces_management = draft.only_replaces_management();
        let has_changed = match draft.decide(management, new, &context)? {
            Decision::Unchanged(_) => false,
            Decision::Change(plan) => {
                // It says where the run's keys are, and with whose credentials they are changed; when they fall due, the
                // run does not ask.
                let open = id.filter(|_| plan.audit().changed.contains(&"managed"));
                let open = open.map(|id| writer.open_rotation_of(id)).transpose()?;
                if let Some(open) = open.flatten()
                    && !only_replaces_management
                {
                    return Err(rotation::not_over(&open).into());
                }
                writer.apply_policy(*plan)?;
                true
            }
        };
        Answer::Ok((shown(app, writer, id)?, has_changed))
    })?;
    if has_changed {
        app.changed(&[Changed::Rotations, Changed::Secrets, Changed::Audit]);
    }
    Ok(answer)
}

fn managed_input(Object(given): Object<ManagedGiven>) -> ManagedInput {
    ManagedInput {
        management_secret_id: given.management_secret_id,
        parameters: given.parameters.unwrap_or_default(),
    }
}

fn shown(app: &App, reader: &Reader<'_>, id: Option<SecretId>) -> Answer<PolicyAnswer> {
    let vault = reader.policy(None)?;
    let own = match id {
        Some(id) => reader.policy(Some(id))?,
        None => vault.clone(),
    };
    let current = match id {
        Some(id) => reader.secret(id)?,
        None => None,
    };
    let secret = current.as_ref().map(|current| current.secret());
    let due = secret.and_then(|secret| Due::of(secret, own.as_ref(), vault.as_ref()));
    let mut viewer = Viewer::new(reader, app.clock.now());
    let parts = own.as_ref().map(Policy::parts);
    Ok(PolicyAnswer {
        every_days: parts.and_then(|parts| parts.every_days).map(u32::from),
        lead_days: parts.and_then(|parts| parts.lead_days).map(u32::from),
        managed: match own.as_ref() {
            Some(own) => managed(&mut viewer, own)?,
            None => None,
        },
        revision: parts.map_or(0, |parts| parts.revision),
        updated_at: parts.map(|parts| parts.updated_at.to_string()),
        updated_by: match parts {
            Some(parts) => Some(viewer.member_name(parts.updated_by)?),
            None => None,
        },
        vault: interval(vault.as_ref()),
        due_at: due.map(|due| due.at.to_string()),
        due_by: due.map(|due| due_by(due.by).to_owned()),
        expires_at: secret.and_then(Secret::expires_at).map(|at| at.to_string()),
    })
}

pub fn interval(policy: Option<&Policy>) -> Interval {
    let parts = policy.map(Policy::parts);
    Interval {
        every_days: parts.and_then(|parts| parts.every_days).map(u32::from),
        lead_days: parts.and_then(|parts| parts.lead_days).map(u32::from),
    }
}

fn managed(viewer: &mut Viewer<'_>, policy: &Policy) -> Answer<Option<ManagedView>> {
    let Some(managed) = &policy.parts().managed else {
        return Ok(None);
    };
    let parameters = managed.parameters.iter();
    let parameters: BTreeMap<String, String> = parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(Some(ManagedView {
        management_secret_id: managed.management.map(|id| id.to_string()),
        management_secret_name: match managed.management {
            Some(id) => viewer.secret_name(id)?,
            None => None,
        },
        parameters,
    }))
}

fn due_by(by: DueBy) -> &'static str {
    match by {
        DueBy::Secret => "secret",
        DueBy::Vault => "vault",
        DueBy::Expiry => "expiry",
    }
}

pub fn due_state(state: DueState) -> &'static str {
    match state {
        DueState::Overdue => "overdue",
        DueState::Soon => "soon",
        DueState::Later => "later",
    }
}

fn secret_id(given: Option<&str>) -> Answer<Option<SecretId>> {
    let parsed = given.map(SecretId::parse).transpose();
    Ok(parsed.map_err(|error| Detail::at("secret_id", error.kind(), error.to_string()))?)
}
