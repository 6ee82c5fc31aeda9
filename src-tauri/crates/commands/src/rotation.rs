//! Rotations at providers: started, carried on, undone, decided and shown.
//!
//! A command that works on a run answers when the run pauses: over, waiting for the old key's grace, asking, or failed. The window
//! follows the events meanwhile.

mod engine;
mod making;
mod patience;
mod plan;
mod retiring;
pub(crate) mod runs;
pub(crate) mod shown;
mod signer;
mod trial;

use domain::reject::{Dependant, Detail, ErrorType, Rejection};
use domain::role::{self, Permission};
use domain::rotation::{
    Decision, KeyId, Naming, Next, OldKeyInput, ProviderFacts, RotationInput, RotationPlan, Run,
    RunContext, Stage, existing,
};
use domain::secret::existing_live;
use domain::{RotationId, SecretId, SecretWithVersions};
use providers::Preflight;
use vault::{Reader, RotationQuery, UnlockedVault};

use crate::api::{
    Object, OldKeyGiven, Required, RotationAnswer, RotationDecide, RotationList, RotationPage,
    RotationRef, RotationStart,
};
use crate::app::App;
use crate::jobs::JobKind;
use crate::listing::{limit, page_size, wrong_cursor};
use crate::opened::{Opened, context, random_bytes, required};
use crate::refusal::Answer;
use crate::view::Viewer;
use engine::{Engine, Halt};
use runs::AtWork;
use shown::Seen;

pub use plan::plan;
pub(crate) use plan::{style_word, warnings, why_not_yet};

/// More than these are looked at when the next ones are done.
const DUE_AT_ONCE_MAX: u32 = 100;

pub fn start(app: &App, vault: &UnlockedVault, request: RotationStart) -> Answer<RotationAnswer> {
    let (secret, input) = parse_start(request)?;
    let run = begin(app, vault, secret, input)?;
    let work = app.runs.begin(app, run.id())?;
    carry_on(app, vault, work, run)
}

/// Goes on after a failure or an interruption.
pub fn resume(app: &App, vault: &UnlockedVault, request: RotationRef) -> Answer<RotationAnswer> {
    let id = rotation_id(request.rotation_id)?;
    let run = read(vault, id)?;
    let work = app.runs.begin(app, id)?;
    let run = changed(app, vault, &run, |run, _secret, ctx| run.take_up(ctx))?;
    carry_on(app, vault, work, run)
}

/// Back to the old key.
pub fn undo(app: &App, vault: &UnlockedVault, request: RotationRef) -> Answer<RotationAnswer> {
    let id = rotation_id(request.rotation_id)?;
    read(vault, id)?;
    app.runs.stop_and_wait(id);
    let run = read(vault, id)?;
    let work = app.runs.begin(app, id)?;
    let run = changed(app, vault, &run, |run, _secret, ctx| run.undo(ctx))?;
    carry_on(app, vault, work, run)
}

pub fn decide(app: &App, vault: &UnlockedVault, request: RotationDecide) -> Answer<RotationAnswer> {
    let (id, decision) = parse_decision(request)?;
    let run = read(vault, id)?;
    let work = app.runs.begin(app, id)?;
    let run = changed(app, vault, &run, |run, secret, ctx| {
        run.decide(secret, decision, ctx)
    })?;
    carry_on(app, vault, work, run)
}

pub fn get(app: &App, opened: &mut Opened, request: RotationRef) -> Answer<RotationAnswer> {
    let id = rotation_id(request.rotation_id)?;
    let run = read(&opened.vault, id)?;
    show(app, &opened.vault, &run)
}

pub fn list(app: &App, opened: &mut Opened, request: RotationList) -> Answer<RotationPage> {
    let query = parse_list(request)?;
    let vault = &opened.vault;
    vault.read(|reader| {
        let now = app.clock.now();
        let page = reader.rotations(&query)?;
        let mut viewer = Viewer::new(reader, now);
        let seen = Seen {
            reader,
            vault,
            runs: &app.runs,
            now,
        };
        let rotations = page.rotations.iter().map(|run| seen.run(&mut viewer, run));
        Ok(RotationPage {
            rotations: rotations.collect::<Answer<_>>()?,
            next_cursor: page.next.map(|id| id.to_string()),
            total: page.total,
        })
    })
}

/// Goes on with what only waited for its time: old keys whose grace is over. Runs that were interrupted wait for a person.
pub(crate) fn carry_on_due(app: &App, vault: &UnlockedVault) -> Answer<()> {
    if role::require(vault.actor(), Permission::ManageSecrets).is_err() {
        return Ok(());
    }
    let open = vault.read(|reader| {
        let query = RotationQuery {
            open: Some(true),
            limit: DUE_AT_ONCE_MAX,
            ..RotationQuery::default()
        };
        Answer::Ok(reader.rotations(&query)?.rotations)
    })?;
    let now = app.clock.now();
    let is_due = |run: &&Run| {
        run.stage() == Stage::Grace
            && matches!(run.next(now), Next::Do(_))
            && run.worker_elsewhere(now, vault.device()).is_none()
    };
    for run in open.iter().filter(is_due) {
        app.require_open(vault)?;
        // Somebody is at it already.
        let Ok(work) = app.runs.begin(app, run.id()) else {
            continue;
        };
        let taken = changed(app, vault, run, |run, _secret, ctx| run.take_up(ctx));
        if let Err(refusal) = taken.and_then(|run| carry_on(app, vault, work, run)) {
            tracing::warn!(
                reason = refusal.0.message(),
                "an old key could not be retired"
            );
        }
    }
    Ok(())
}

/// Asks the provider what is there, then writes the run down. Nothing is changed at the provider yet.
pub(crate) fn begin(
    app: &App,
    vault: &UnlockedVault,
    secret: SecretId,
    input: RotationInput,
) -> Answer<Run> {
    require_no_rekey(app)?;
    let first = context(app, vault);
    // What is wrong with the request is told before anything goes out, and what is found there is of the values as they are now.
    let revision = vault.read(|reader| {
        let current = existing_live(reader.secret(secret)?)?;
        let ctx = RunContext {
            context: &first,
            device: vault.device(),
        };
        input.clone().parse(&current, &ctx)?;
        match reader.open_rotation_of(secret)? {
            None => Answer::Ok(current.secret().revision()),
            Some(open) => Err(not_over(&open).into()),
        }
    })?;
    let revision = i64::try_from(revision).expect("counted up from 1");
    let input = RotationInput {
        expected_revision: input.expected_revision.or(Some(revision)),
        ..input
    };
    let signing = signer::signing_for(app, vault, secret)?;
    let service = signing.service(app)?;
    let seen = plan::ask(app, &*service)??;
    require_no_blocks(&seen)?;
    let facts = facts(service.capabilities(), signing.management(), &seen);
    let context = context(app, vault);
    let id = RotationId::from_parts(context.now, random_bytes());
    let run = vault.write(context.now, |writer| {
        let current = existing_live(writer.secret(secret)?)?;
        let ctx = RunContext {
            context: &context,
            device: vault.device(),
        };
        let open = writer.open_rotation_of(secret)?;
        let plan = input
            .parse(&current, &ctx)?
            .decide(facts, open.as_ref(), id, &ctx)?;
        Answer::Ok(writer.apply_rotation(plan)?)
    })?;
    engine::tell(app, &run);
    Ok(run)
}

/// Works on the run until it pauses.
pub(crate) fn carry_on(
    app: &App,
    vault: &UnlockedVault,
    work: AtWork<'_>,
    run: Run,
) -> Answer<RotationAnswer> {
    require_no_rekey(app)?;
    let engine = Engine::new(app, vault, &work, run);
    let run = app.network.wait(engine.carry_on())??;
    drop(work);
    // It is no longer shown as at work.
    engine::tell(app, &run);
    app.require_open(vault)?;
    show(app, vault, &run)
}

fn show(app: &App, vault: &UnlockedVault, run: &Run) -> Answer<RotationAnswer> {
    vault.read(|reader| {
        let now = app.clock.now();
        let seen = Seen {
            reader,
            vault,
            runs: &app.runs,
            now,
        };
        Ok(RotationAnswer {
            rotation: seen.run(&mut Viewer::new(reader, now), run)?,
        })
    })
}

pub(crate) fn named(reader: &Reader<'_>, id: SecretId) -> Answer<String> {
    let found = reader.secret(id)?;
    Ok(found.map_or_else(
        || id.to_string(),
        |found| found.secret().name().as_str().to_owned(),
    ))
}

fn read(vault: &UnlockedVault, id: RotationId) -> Answer<Run> {
    vault.read(|reader| Ok(existing(reader.checked_rotation(id)?)?))
}

fn changed(
    app: &App,
    vault: &UnlockedVault,
    run: &Run,
    decide: impl FnOnce(&Run, &SecretWithVersions, &RunContext<'_>) -> Result<RotationPlan, Rejection>,
) -> Answer<Run> {
    let after = engine::commit(app, vault, run, decide).map_err(Halt::into_refusal)?;
    engine::tell(app, &after);
    Ok(after)
}

fn facts(
    can: providers::Capabilities,
    management: Option<SecretId>,
    seen: &Preflight,
) -> ProviderFacts {
    let id = |key: &providers::RemoteKey| KeyId::parse(key.id.as_str()).ok();
    let ours = seen.keys.iter().find(|key| key.is_ours);
    ProviderFacts {
        way: plan::way(can, management),
        style: can.style,
        naming: if can.names_keys {
            Naming::Named
        } else {
            Naming::Unnamed
        },
        can_disable: can.disables,
        old_key: ours.and_then(id),
        keys_before: seen.keys.iter().filter_map(id).collect(),
    }
}

/// With any of these a rotation would end in the middle.
fn require_no_blocks(seen: &Preflight) -> Result<(), Rejection> {
    let Some(first) = seen.blocks.first() else {
        return Ok(());
    };
    let details = seen.blocks.iter();
    let details = details.map(|block| Detail::new(Vec::new(), block.code, block.message.clone()));
    Err(Rejection::new(ErrorType::BadGateway, first.message.clone())
        .with_details(details.collect()))
}

pub(crate) fn not_over(open: &Run) -> Rejection {
    let started_at = open.parts().started_at;
    let message = "A rotation of this secret is not over yet. Finish or undo it first.";
    Rejection::in_use(message, vec![Dependant::Rotation { started_at }])
}

/// New keys for the vault end all that works with the old ones, and a key that is being made could not be sealed.
fn require_no_rekey(app: &App) -> Result<(), Rejection> {
    if app.jobs.is_at_work(JobKind::Rekey) {
        let message = "The vault is getting new keys. Wait until that is done.";
        return Err(Rejection::new(ErrorType::Conflict, message));
    }
    Ok(())
}

fn parse_start(request: RotationStart) -> Answer<(SecretId, RotationInput)> {
    let mut faults = Vec::new();
    let secret = secret_member(request.secret_id).map_err(|fault| faults.push(fault));
    let revision = required("expected_revision", request.expected_revision);
    let revision = revision.map_err(|fault| faults.push(fault));
    let old_key = required("old_key", request.old_key)
        .and_then(|Object(given)| old_key(given).map_err(|fault| fault.within("old_key")));
    let old_key = old_key.map_err(|fault| faults.push(fault));
    match (secret, revision, old_key) {
        (Ok(secret), Ok(revision), Ok(old_key)) => Ok((
            secret,
            RotationInput {
                expected_revision: Some(revision.or_out_of_range()),
                reason: request.reason,
                old_key,
            },
        )),
        _ => Err(faults.into()),
    }
}

pub(crate) fn old_key(given: OldKeyGiven) -> Result<OldKeyInput, Detail> {
    let hours = required("grace_hours", given.grace_hours)?;
    let then = required("then", given.then)?;
    Ok(OldKeyInput {
        grace_hours: Some(hours.or_out_of_range()),
        then: Some(then),
    })
}

fn parse_decision(request: RotationDecide) -> Answer<(RotationId, Decision)> {
    let id = parse_rotation_id(request.rotation_id);
    let decision = required("decision", request.decision).and_then(|text| {
        Decision::parse(&text).ok_or_else(|| {
            let message = "This is none of the choices of the rotation's question.";
            Detail::at("decision", "unknown_value", message)
        })
    });
    match (id, decision) {
        (Ok(id), Ok(decision)) => Ok((id, decision)),
        (id, decision) => {
            let faults = id.err().into_iter().chain(decision.err());
            Err(faults.collect::<Vec<_>>().into())
        }
    }
}

fn parse_list(request: RotationList) -> Answer<RotationQuery> {
    let mut faults = Vec::new();
    let secret = request.secret_id.as_deref().map(SecretId::parse);
    let secret = secret
        .transpose()
        .map_err(|error| faults.push(Detail::at("secret_id", error.kind(), error.to_string())));
    let limit = limit(request.limit).map_err(|fault| faults.push(fault));
    let after = request.cursor.as_deref().map(RotationId::parse);
    let after = after.transpose().map_err(|_| faults.push(wrong_cursor()));
    match (secret, limit, after) {
        (Ok(secret), Ok(limit), Ok(after)) => Ok(RotationQuery {
            secret,
            open: request.open,
            after,
            limit: page_size(limit),
            ..RotationQuery::default()
        }),
        _ => Err(faults.into()),
    }
}

fn rotation_id(given: Required<String>) -> Answer<RotationId> {
    Ok(parse_rotation_id(given)?)
}

fn parse_rotation_id(given: Required<String>) -> Result<RotationId, Detail> {
    let text = required("rotation_id", given)?;
    RotationId::parse(&text)
        .map_err(|error| Detail::at("rotation_id", error.kind(), error.to_string()))
}

pub(crate) fn secret_member(given: Required<String>) -> Result<SecretId, Detail> {
    let text = required("secret_id", given)?;
    SecretId::parse(&text).map_err(|error| Detail::at("secret_id", error.kind(), error.to_string()))
}
