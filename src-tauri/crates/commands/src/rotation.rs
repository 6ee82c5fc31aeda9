//! Rotations at providers: started, carried on, undone, decided and shown.
//!
//! A command that works on a run answers when the run pauses: over, waiting for the old key's grace, asking, or failed. The window
//! follows the events meanwhile.

mod beginning;
mod due;
mod engine;
mod held;
mod look;
mod making;
mod patience;
mod plan;
mod question;
mod ready;
mod retiring;
pub(crate) mod runs;
pub(crate) mod shown;
mod signed_by;
mod signer;
mod spare_key;
mod told;
mod trial;
mod turn;

use domain::reject::{Detail, ErrorType, Rejection};
use domain::rotation::{
    Decision, Direction, KeyId, OldKeyInput, RotationInput, RotationPlan, Run, RunContext, Stage,
    existing,
};
use domain::{RotationId, SecretId, SecretWithVersions};
use vault::{Having, Reader, RotationQuery, UnlockedVault};

use crate::api::{
    Object, OldKeyGiven, Required, RotationAnswer, RotationDecide, RotationList, RotationPage,
    RotationRef, RotationStart,
};
use crate::app::App;
use crate::jobs::JobKind;
use crate::listing::{limit, page_size, wrong_cursor};
use crate::opened::{Opened, required};
use crate::refusal::Answer;
use crate::view::Viewer;
use engine::{Engine, Halt};
use runs::AtWork;
use shown::Seen;

pub(crate) use beginning::{Begun, ask, begin, not_over};
pub(crate) use due::carry_on_due;
pub(crate) use held::shared;
pub use look::look;
pub use plan::plan;
pub(crate) use plan::{plan_of, style_word, warnings, why_not_yet};
pub(crate) use signed_by::SignedBy;
pub use spare_key::delete as delete_key;

pub fn start(app: &App, vault: &UnlockedVault, request: RotationStart) -> Answer<RotationAnswer> {
    let (secret, input) = parse_start(request)?;
    let asked = ask(app, vault, secret, input)?;
    let work = app.runs.begin(app, asked.id())?;
    let begun = begin(app, vault, &work, asked)?;
    carry_on_begun(app, vault, work, begun)
}

/// Goes on after a failure or an interruption.
pub fn resume(app: &App, vault: &UnlockedVault, request: RotationRef) -> Answer<RotationAnswer> {
    let id = rotation_id(request.rotation_id)?;
    let run = existing_run(vault, id)?;
    let work = app.runs.begin(app, id)?;
    require_no_rekey(app)?;
    let run = changed(app, vault, &run, |run, _secret, ctx| run.take_up(ctx))?;
    carry_on(app, vault, work, run)
}

/// Back to the old key.
pub fn undo(app: &App, vault: &UnlockedVault, request: RotationRef) -> Answer<RotationAnswer> {
    let id = rotation_id(request.rotation_id)?;
    existing_run(vault, id)?;
    app.runs.stop_and_wait(id);
    let run = existing_run(vault, id)?;
    let work = app.runs.begin(app, id)?;
    require_no_rekey(app)?;
    if run.may_go_back() {
        if run.stage() == Stage::Done {
            signer::of_run(app, vault, &run)?;
        }
        require_nobody_else(vault, &run)?;
    }
    let (newest, secret) = (run.id(), run.secret());
    let newest = vault
        .read(|reader| Answer::Ok(reader.newest_rotation_of(secret)?))?
        .unwrap_or(newest);
    let run = changed(app, vault, &run, |run, secret, ctx| {
        run.undo(secret, newest, ctx)
    })?;
    carry_on(app, vault, work, run)
}

/// Of a run whose new key is in use, before that goes: that nobody else has it by now.
fn require_nobody_else(vault: &UnlockedVault, run: &Run) -> Answer<()> {
    if run.parts().promoted_at.is_none() || run.parts().direction == Direction::Back {
        return Ok(());
    }
    let own = run.secret();
    let in_use = signer::values_in_use(vault, own)?;
    let sought = held::Sought::of(run.parts().new_key.as_ref(), &in_use);
    let others = vault.read(|reader| held::others(reader, own, Some(run.id()), sought))?;
    let Some(others) = others else {
        return Ok(());
    };
    let message = format!(
        "Not only this secret has the new key, which an undo takes away. These would stop working: {others}. Give them another key first."
    );
    Err(Rejection::new(ErrorType::Conflict, message).into())
}

pub fn decide(app: &App, vault: &UnlockedVault, request: RotationDecide) -> Answer<RotationAnswer> {
    let (id, decision) = parse_decision(request)?;
    let run = existing_run(vault, id)?;
    if let Decision::Delete(key) = &decision {
        require_nobodys(vault, &run, key)?;
    }
    let work = app.runs.begin(app, id)?;
    require_no_rekey(app)?;
    let run = changed(app, vault, &run, |run, secret, ctx| {
        run.decide(secret, decision, ctx)
    })?;
    carry_on(app, vault, work, run)
}

/// What was nobody's when it was asked about may be somebody's by now.
fn require_nobodys(vault: &UnlockedVault, run: &Run, key: &KeyId) -> Answer<()> {
    let holder = vault
        .read(|reader| Answer::Ok(reader.holder_of_key(key, Having::Ever, Some(run.id()))?))?;
    if holder.is_none() {
        return Ok(());
    }
    let message = "This vault has that key elsewhere by now, so it is not this rotation's. Leave what is there.";
    Err(Rejection::new(ErrorType::Conflict, message).into())
}

pub fn get(app: &App, opened: &mut Opened, request: RotationRef) -> Answer<RotationAnswer> {
    let id = rotation_id(request.rotation_id)?;
    let run = existing_run(&opened.vault, id)?;
    show(app, &opened.vault, &run)
}

pub fn list(app: &App, opened: &mut Opened, request: RotationList) -> Answer<RotationPage> {
    let query = parse_list(request)?;
    let vault = &opened.vault;
    let providers = app.network.providers()?;
    vault.read(|reader| {
        let now = app.clock.now();
        let page = reader.rotations(&query)?;
        let mut viewer = Viewer::new(reader, now);
        let seen = Seen {
            reader,
            vault,
            runs: &app.runs,
            providers: &*providers,
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

/// Works on the run until it pauses.
pub(crate) fn carry_on(
    app: &App,
    vault: &UnlockedVault,
    work: AtWork<'_>,
    run: Run,
) -> Answer<RotationAnswer> {
    let engine = Engine::new(app, vault, &work, run);
    let run = app.network.wait(engine.carry_on())??;
    paused(app, vault, work, &run)
}

pub(crate) fn carry_on_begun(
    app: &App,
    vault: &UnlockedVault,
    work: AtWork<'_>,
    begun: Begun<'_>,
) -> Answer<RotationAnswer> {
    let engine = Engine::of_begun(app, vault, &work, begun);
    let run = app.network.wait(engine.carry_on())??;
    paused(app, vault, work, &run)
}

fn paused(app: &App, vault: &UnlockedVault, work: AtWork<'_>, run: &Run) -> Answer<RotationAnswer> {
    drop(work);
    // It is no longer shown as at work.
    engine::tell(app, run);
    app.require_open(vault)?;
    show(app, vault, run)
}

fn show(app: &App, vault: &UnlockedVault, run: &Run) -> Answer<RotationAnswer> {
    let providers = app.network.providers()?;
    vault.read(|reader| {
        let now = app.clock.now();
        let seen = Seen {
            reader,
            vault,
            runs: &app.runs,
            providers: &*providers,
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

fn existing_run(vault: &UnlockedVault, id: RotationId) -> Answer<Run> {
    vault.read(|reader| Ok(existing(reader.checked_rotation(id)?)?))
}

fn changed(
    app: &App,
    vault: &UnlockedVault,
    run: &Run,
    decide: impl FnOnce(&Run, &SecretWithVersions, &RunContext<'_>) -> Result<RotationPlan, Rejection>,
) -> Answer<Run> {
    let after = turn::commit(app, vault, run, decide).map_err(Halt::into_refusal)?;
    engine::tell(app, &after);
    Ok(after)
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
                ..RotationInput::default()
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
