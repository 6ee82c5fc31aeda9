//! What a person sees before the click: what would happen, what is at the provider, what stands in the way.

use domain::location::Location;
use domain::policy::Policy;
use domain::rotation::{Style, Way};
use domain::secret::existing_live;
use domain::{Credentials, SecretId, SecretWithVersions};
use providers::{
    Block, Capabilities, KeyService, KeyStatus, NotManaged, Preflight, ProviderError, RemoteKey,
};
use vault::{LocationQuery, Reader, UnlockedVault};

use super::signed_by::SignedBy;
use super::{held, secret_member, signer, spare_key, told};
use crate::api::{
    KeyView, PlannedLocation, RotationBlock, RotationPlan, RotationPlanAsk, RotationPlanned,
    SecretNamed, WhyNotManaged,
};
use crate::app::App;
use crate::network::Providers;
use crate::refusal::Answer;
use crate::view::Viewer;

const LOCATIONS_SHOWN_MAX: u32 = 200;

pub fn plan(app: &App, vault: &UnlockedVault, request: RotationPlanAsk) -> Answer<RotationPlanned> {
    let id = secret_member(request.secret_id)?;
    let plan = plan_of(app, vault, id)?;
    app.require_open(vault)?;
    Ok(RotationPlanned { plan })
}

pub fn plan_of(app: &App, vault: &UnlockedVault, id: SecretId) -> Answer<RotationPlan> {
    let providers = app.network.providers()?;
    let mut plan = vault.read(|reader| {
        let current = existing_live(reader.secret(id)?)?;
        without_asking(app, &*providers, reader, &current)
    })?;
    if plan.why_not.is_some() {
        return Ok(plan);
    }
    let signing = signer::signing_for(app, vault, id)?;
    match signing.service_or_why(app)? {
        Err(why) => {
            plan.managed = false;
            plan.why_not = Some(why_not(&why));
        }
        Ok(service) => {
            let can = service.capabilities();
            let seen = ask(app, &*service, signing.current())?;
            if let Ok(seen) = &seen
                && let Some(revision) = told::keep(app, vault, (id, signing.number()), seen)
                && revision == plan.revision + 1
            {
                plan.revision = revision;
            }
            fill_in(&mut plan, can, signing.management(), seen)?;
            plan.warnings.extend(service.warnings());
            spare_key::mark(vault, &mut plan)?;
            held::mark(app, vault, &*service, (id, signing.current()), &mut plan)?;
            plan.warnings
                .extend(vault.read(|reader| SignedBy::default().warning(reader, id))?);
        }
    }
    Ok(plan)
}

/// One round of questions to the provider; a lock ends the wait. `current`: the secret's values in use.
pub fn ask(
    app: &App,
    service: &dyn KeyService,
    current: &Credentials,
) -> Answer<Result<Preflight, ProviderError>> {
    spare_key::until_locked(app, async {
        let mut seen = service.preflight().await?;
        let cuts_over = service.capabilities().style == Style::CutOver;
        if cuts_over && in_the_way(&seen).is_empty() {
            seen.blocks.extend(not_taken(service, current).await?);
        }
        Ok(seen)
    })
}

/// The old key stops with the making of the new one: if the one in use is not taken where it is used, the new one would not be either,
/// as where the endpoint is wrong, and there would be nothing to go back to.
async fn not_taken(
    service: &dyn KeyService,
    current: &Credentials,
) -> Result<Option<Block>, ProviderError> {
    match service.check(current).await {
        Ok(_) => Ok(None),
        Err(error) if error.passes_with_time() => Err(error),
        Err(error) => Ok(Some(Block {
            code: "current_key_refused",
            message: format!(
                "The key in use is not taken where it is used ({}). The new one would take its place at once: put that right first.",
                error.message
            ),
            key: None,
        })),
    }
}

/// Whose key asks: the service says what it can, the policy which of the two it is.
pub fn way(can: Capabilities, management: Option<SecretId>) -> Way {
    match (can.way, management) {
        (providers::Way::OwnKey, _) | (providers::Way::Either, None) => Way::OwnKey,
        (providers::Way::Management | providers::Way::Either, management) => {
            Way::Management(management)
        }
    }
}

/// All of a plan that the vault knows by itself.
fn without_asking(
    app: &App,
    providers: &dyn Providers,
    reader: &Reader<'_>,
    current: &SecretWithVersions,
) -> Answer<RotationPlan> {
    let secret = current.secret();
    let policy = reader.checked_policy(Some(secret.id()))?;
    let management = management_of(policy.as_ref());
    let can = providers.capabilities(secret.method());
    let page = reader.locations(&LocationQuery {
        secret: Some(secret.id()),
        limit: LOCATIONS_SHOWN_MAX,
        ..LocationQuery::default()
    })?;
    let mut viewer = Viewer::new(reader, app.clock.now());
    let locations = page.locations.iter();
    let locations = locations.map(|location| planned_location(&mut viewer, location));
    let locations = locations.collect::<Answer<_>>()?;
    let why_not = known_why_not(providers, reader, current)?;
    Ok(RotationPlan {
        secret_id: secret.id().to_string(),
        secret_name: secret.name().as_str().to_owned(),
        revision: secret.revision(),
        provider: secret.secret_type().label().to_owned(),
        managed: can.is_some() && !secret.is_external(),
        why_not,
        way: can
            .map_or("own_key", |can| super::shown::way(way(can, management)))
            .to_owned(),
        style: style(can).to_owned(),
        management_secret: match management {
            None => None,
            Some(id) => viewer.secret_name(id)?.map(|name| SecretNamed {
                id: id.to_string(),
                name,
            }),
        },
        account: None,
        keys: Vec::new(),
        keys_max: can.and_then(|can| can.keys_max),
        names_keys: can.is_some_and(|can| can.names_keys),
        disables: can.is_some_and(|can| can.disables),
        deletes: can.is_none_or(|can| can.deletes),
        tells_last_use: can.is_some_and(|can| can.tells_last_use),
        warnings: can.map_or_else(Vec::new, warnings),
        blocks: Vec::new(),
        locations,
        locations_total: page.total,
    })
}

/// What the vault knows to stand in the way, without opening anything.
fn known_why_not(
    providers: &dyn Providers,
    reader: &Reader<'_>,
    current: &SecretWithVersions,
) -> Answer<Option<WhyNotManaged>> {
    let secret = current.secret();
    Ok(if secret.is_external() {
        let message = "The values of this secret are managed in its own vault. Rotate them there.";
        Some(named("external", message))
    } else if reader.open_rotation_of(secret.id())?.is_some() {
        let message = "A rotation of this secret is not over yet. Finish or undo it first.";
        Some(named("open_run", message))
    } else if providers.capabilities(secret.method()).is_none() {
        Some(why_not(&NotManaged::NoApi))
    } else {
        None
    })
}

/// As [`known_why_not`], with what the policy still lacks.
pub fn why_not_yet(
    providers: &dyn Providers,
    reader: &Reader<'_>,
    current: &SecretWithVersions,
    policy: Option<&Policy>,
) -> Answer<Option<String>> {
    if let Some(why) = known_why_not(providers, reader, current)? {
        return Ok(Some(why.message));
    }
    let method = current.secret().method();
    let can = providers.capabilities(method);
    let needs_management = can.is_some_and(|can| can.way == providers::Way::Management);
    let managed = policy.and_then(|policy| policy.parts().managed.clone());
    let given = managed
        .map(|managed| managed.parameters)
        .unwrap_or_default();
    let missing: Vec<&str> = given
        .missing_for(method)
        .iter()
        .map(|spec| spec.label)
        .collect();
    Ok(if needs_management && management_of(policy).is_none() {
        Some("The secret that may make keys is not chosen yet.".to_owned())
    } else if missing.is_empty() {
        None
    } else {
        Some(format!(
            "These have to be known first: {}.",
            missing.join(", ")
        ))
    })
}

fn planned_location(viewer: &mut Viewer<'_>, location: &Location) -> Answer<PlannedLocation> {
    let shown = viewer.location(location)?;
    Ok(PlannedLocation {
        id: shown.id,
        name: shown.name,
        probe_writes: shown.probe_writes,
        status: shown.verification.map_or_else(
            || "unverified".to_owned(),
            |verification| verification.status,
        ),
    })
}

/// What the provider said. Where it refuses the key itself, that is what stands in the way.
fn fill_in(
    plan: &mut RotationPlan,
    can: Capabilities,
    management: Option<SecretId>,
    seen: Result<Preflight, ProviderError>,
) -> Answer<()> {
    plan.way = super::shown::way(way(can, management)).to_owned();
    plan.style = style(Some(can)).to_owned();
    plan.keys_max = can.keys_max;
    plan.names_keys = can.names_keys;
    plan.disables = can.disables;
    plan.deletes = can.deletes;
    plan.tells_last_use = can.tells_last_use;
    plan.warnings = warnings(can);
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) if error.passes_with_time() => return Err(error.into()),
        Err(error) => {
            plan.blocks.push(RotationBlock {
                code: error.code.unwrap_or_else(|| "refused".to_owned()),
                message: error.message,
                key_id: None,
            });
            return Ok(());
        }
    };
    plan.account = account(&seen);
    for block in in_the_way(&seen) {
        plan.blocks.push(RotationBlock {
            code: block.code.to_owned(),
            message: block.message,
            key_id: block.key.map(|key| key.to_string()),
        });
    }
    plan.keys = seen.keys.iter().map(key).collect();
    Ok(())
}

/// With any of these a rotation would end in the middle.
pub fn in_the_way(seen: &Preflight) -> Vec<Block> {
    let missing = seen.missing().map(|name| Block {
        code: "missing_privilege",
        message: format!("The privilege {name} is missing."),
        key: None,
    });
    missing.chain(seen.blocks.iter().cloned()).collect()
}

fn account(seen: &Preflight) -> Option<String> {
    match (&seen.identity.account, &seen.identity.user) {
        (Some(account), Some(user)) => Some(format!("{user} in {account}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    }
}

pub fn key(key: &RemoteKey) -> KeyView {
    let time = |at: Option<domain::Timestamp>| at.map(|at| at.to_string());
    KeyView {
        id: key.id.to_string(),
        name: key.name.clone(),
        status: match key.status {
            KeyStatus::Active => "active",
            KeyStatus::Inactive => "inactive",
            KeyStatus::Expired => "expired",
            KeyStatus::Unknown => "unknown",
        }
        .to_owned(),
        created_at: time(key.created_at),
        expires_at: time(key.expires_at),
        last_used: super::shown::last_use(&key.last_used),
        is_current: key.is_ours,
        held_by: None,
        may_go: false,
    }
}

pub fn management_of(policy: Option<&Policy>) -> Option<SecretId> {
    let managed = policy.and_then(|policy| policy.parts().managed.as_ref());
    managed.and_then(|managed| managed.management)
}

fn why_not(why: &NotManaged) -> WhyNotManaged {
    named(why.code(), &why.to_string())
}

fn named(code: &str, message: &str) -> WhyNotManaged {
    WhyNotManaged {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

fn style(can: Option<Capabilities>) -> &'static str {
    can.map_or("overlap", style_word)
}

pub fn style_word(can: Capabilities) -> &'static str {
    can.style.as_str()
}

pub fn warnings(can: Capabilities) -> Vec<String> {
    can.warnings.iter().map(|&text| text.to_owned()).collect()
}
