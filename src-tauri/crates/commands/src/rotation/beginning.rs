//! A run begins: what is in its way is found before anything is sent, then at the provider.

use domain::reject::{Dependant, Detail, ErrorType};
use domain::rotation::{
    KeyId, Naming, Next, OldKeyMeans, ProviderFacts, RotationInput, Run, RunContext, Step,
};
use domain::secret::existing_live;
use domain::told::KeyTimes;
use domain::{Rejection, RotationId, SecretId};
use providers::{KeyService, NotManaged, Preflight};
use tokio::sync::SemaphorePermit;
use vault::UnlockedVault;

use super::engine::{self, Halt};
use super::runs::AtWork;
use super::turn::Turn;
use super::{held, plan, require_no_rekey, signer, told};
use crate::app::App;
use crate::opened::{context, random_bytes};
use crate::refusal::Answer;

/// What a run is to be of, after its provider was asked. Nothing is written down.
pub struct Asked {
    id: RotationId,
    secret: SecretId,
    input: RotationInput,
    facts: ProviderFacts,
    /// Of the key in use.
    times: Option<KeyTimes>,
    service: Box<dyn KeyService>,
}

/// A run that was written down, and with what its provider was asked.
pub struct Begun<'a> {
    pub run: Run,
    pub service: Box<dyn KeyService>,
    /// Where one was free when it was written down.
    pub turn: Option<SemaphorePermit<'a>>,
    /// The intent that was written with it.
    pub intended: Option<Step>,
}

/// Asks the provider what is there. Nothing is changed at the provider yet.
pub fn ask(
    app: &App,
    vault: &UnlockedVault,
    secret: SecretId,
    input: RotationInput,
) -> Answer<Asked> {
    require_no_rekey(app)?;
    let revision = require_beginning(app, vault, secret, &input)?;
    // What is found at the provider is of the values as they are now.
    let input = RotationInput {
        expected_revision: input.expected_revision.or(Some(revision)),
        ..input
    };
    let signing = signer::signing_for(app, vault, secret)?;
    let service = signing.service(app)?;
    let seen = plan::ask(app, &*service, signing.current())??;
    require_no_blocks(&seen)?;
    held::require_none_ended(app, vault, secret, &*service)?;
    let facts = facts(service.capabilities(), signing.management(), &seen);
    Ok(Asked {
        id: RotationId::from_parts(app.clock.now(), random_bytes()),
        secret,
        input,
        facts,
        times: told::of_key_in_use(&seen),
        service,
    })
}

/// Writes the run down, which is registered as `work` before anybody can see it. One whose turn it is at once has the intent of its
/// first step in the same transaction, unless a stop was asked for.
pub fn begin<'a>(
    app: &'a App,
    vault: &UnlockedVault,
    work: &AtWork<'_>,
    asked: Asked,
) -> Answer<Begun<'a>> {
    require_no_rekey(app)?;
    let turn = app.runs.turns.try_acquire().ok();
    let goes_on = turn.is_some() && work.require_going(vault).is_ok();
    let Asked {
        id,
        secret,
        input,
        facts,
        times,
        service,
    } = asked;
    let context = context(app, vault);
    let (run, intended) = vault.write(context.now, |writer| {
        let current = existing_live(writer.secret(secret)?)?;
        let ctx = RunContext {
            context: &context,
            here: vault.here(None),
        };
        let open = writer.open_rotation_of(secret)?;
        let plan = input
            .parse(&current, &ctx)?
            .decide(facts, open.as_ref(), id, &ctx)?;
        let run = writer.apply_rotation(plan)?;
        if let Some(times) = times {
            told::keep_in(app, vault, writer, secret, times)?;
        }
        if !goes_on || run.next(context.now) != Next::Do(Step::Create) {
            return Answer::Ok((run, None));
        }
        let mut turn = Turn::of(writer, vault, &context, run);
        turn.write(|run, _secret, ctx| run.intend(Step::Create, ctx))
            .map_err(Halt::into_refusal)?;
        Ok((turn.into_run(), Some(Step::Create)))
    })?;
    engine::tell(app, &run);
    Ok(Begun {
        run,
        service,
        turn,
        intended,
    })
}

impl Asked {
    /// What the run will be called.
    pub fn id(&self) -> RotationId {
        self.id
    }
}

/// All that the vault can refuse by itself, in the order of ERR-06. Answers the secret's revision.
fn require_beginning(
    app: &App,
    vault: &UnlockedVault,
    secret: SecretId,
    input: &RotationInput,
) -> Answer<i64> {
    let providers = app.network.providers()?;
    let context = context(app, vault);
    vault.read(|reader| {
        let current = existing_live(reader.secret(secret)?)?;
        let found = current.secret();
        let can = providers.capabilities(found.method());
        if can.is_none() && !found.is_external() {
            return Err(signer::not_managed(NotManaged::NoApi).into());
        }
        let ctx = RunContext {
            context: &context,
            here: vault.here(None),
        };
        let draft = input.clone().parse(&current, &ctx)?;
        if let Some(can) = can {
            let means = OldKeyMeans {
                style: can.style,
                can_disable: can.disables,
            };
            draft.require_beginning(means, reader.open_rotation_of(secret)?.as_ref())?;
        }
        Ok(i64::try_from(found.revision()).expect("counted up from 1"))
    })
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

/// What the plan shows as being in the way is refused here too, whoever asks.
fn require_no_blocks(seen: &Preflight) -> Result<(), Rejection> {
    let blocks = plan::in_the_way(seen);
    let Some(first) = blocks.first() else {
        return Ok(());
    };
    let details = blocks.iter();
    let details = details.map(|block| Detail::new(Vec::new(), block.code, block.message.clone()));
    Err(Rejection::new(ErrorType::BadGateway, first.message.clone())
        .with_details(details.collect()))
}

pub fn not_over(open: &Run) -> Rejection {
    let started_at = open.parts().started_at;
    let message = "A rotation of this secret is not over yet. Finish or undo it first.";
    Rejection::in_use(message, vec![Dependant::Rotation { started_at }])
}
