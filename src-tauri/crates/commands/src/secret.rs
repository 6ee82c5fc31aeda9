//! Making, changing and showing one secret.

use domain::external::Provider;
use domain::facts::{CreateFacts, UpdateFacts};
use domain::mask::display_text;
use domain::secret::existing_live;
use domain::update::UpdateMeans;
use domain::{
    ConnectionId, Context, Credentials, Decision, Detail, Holding, Outcome, Rejection, Review,
    SecretId, SecretWithVersions,
};
use vault::{Reader, Writer};

use crate::api::{
    Changed, HintView, Mutation, SecretAnswer, SecretCreate, SecretHints, SecretHintsAnswer,
    SecretRef, SecretUpdate,
};
use crate::app::App;
use crate::inputs;
use crate::opened::{Opened, random, secret_id};
use crate::refusal::{Answer, Refusal};
use crate::reuse;
use crate::view::{self, Viewer};

pub fn create(app: &App, opened: &mut Opened, request: SecretCreate) -> Answer<Mutation> {
    let context = opened.context(app);
    let input = inputs::create(request);
    let answer = opened.vault.write(context.now, |writer| {
        let provider = provider(writer, input.connection_id())?;
        let draft = input.parse(&context, provider, &mut random)?;
        let facts = CreateFacts {
            names: writer.name_facts(Some(draft.name()), draft.env_key(), None)?,
            room: writer.room()?,
        };
        let plan = draft.decide(&facts, &context)?;
        carry_out(
            writer,
            Decision::Change(Box::new(plan)),
            context.new_secret_id,
            &context,
        )
    })?;
    app.changed(&[Changed::Secrets, Changed::Audit]);
    Ok(answer)
}

pub fn update(app: &App, opened: &mut Opened, request: SecretUpdate) -> Answer<Mutation> {
    let SecretUpdate { id, .. } = &request;
    let id = secret_id(crate::api::Required(id.0.clone()))?;
    let context = opened.context(app);
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing_live(writer.secret(id)?)?;
        let mut values = || values_in_use(writer, &current);
        let means = UpdateMeans {
            provider: provider(writer, connection_of(&current))?,
            random: &mut random,
            values_in_use: &mut values,
        };
        let draft = inputs::update(request).parse(&current, &context, means)?;
        let names = writer.name_facts(Some(draft.name()), draft.env_key(), Some(id))?;
        let decision = draft.decide(
            &UpdateFacts {
                names,
                dependants: writer.dependants_of(id)?,
            },
            &context,
        )?;
        carry_out(writer, decision, id, &context)
    })?;
    tell(app, &answer);
    Ok(answer)
}

/// What a create or an update would be told, without carrying it out.
pub fn hints(app: &App, opened: &mut Opened, request: SecretHints) -> Answer<SecretHintsAnswer> {
    let context = opened.context(app);
    let review = match request {
        SecretHints::Create(request) => {
            let input = inputs::create(request.0);
            let connection = input.connection_id();
            let provider = opened.vault.read(|reader| provider(reader, connection))?;
            input.review(&context, provider, &mut random)?
        }
        SecretHints::Update(request) => {
            let id = secret_id(crate::api::Required(request.0.id.0.clone()))?;
            opened.vault.read(|reader| -> Answer<Review> {
                let current = existing_live(reader.secret(id)?)?;
                let mut values = || values_in_use(reader, &current);
                let means = UpdateMeans {
                    provider: provider(reader, connection_of(&current))?,
                    random: &mut random,
                    values_in_use: &mut values,
                };
                Ok(inputs::update(request.0).review(&current, &context, means)?)
            })?
        }
    };
    let details = review.details.iter().map(|detail| HintView {
        loc: detail.loc.clone(),
        message: detail.message.clone(),
        kind: detail.kind.to_owned(),
    });
    Ok(SecretHintsAnswer {
        details: details.collect(),
        hints: review.hints.iter().map(view::hint).collect(),
        widened: review.widened,
    })
}

pub fn get(app: &App, opened: &mut Opened, request: SecretRef) -> Answer<SecretAnswer> {
    let id = secret_id(request.id)?;
    opened.vault.read(|reader| {
        let found = domain::secret::existing(reader.secret(id)?)?;
        Ok(SecretAnswer {
            secret: Viewer::new(reader, app.clock.now()).with_versions(&found)?,
            shares_value_with: reuse::shared_with(reader, id)?,
        })
    })
}

/// Applies a decision and answers what it came to.
pub(crate) fn carry_out(
    writer: &mut Writer<'_>,
    decision: Decision,
    id: SecretId,
    context: &Context,
) -> Answer<Mutation> {
    let outcome: Outcome = match decision {
        Decision::Unchanged(outcome) => outcome,
        Decision::Change(plan) => {
            let outcome = plan.answer().clone();
            writer.apply(*plan)?;
            outcome
        }
    };
    let after = writer.secret(id)?;
    let shown = match &after {
        Some(after) => Some(Viewer::new(writer, context.now).with_versions(after)?),
        None => None,
    };
    Ok(view::mutation(outcome, shown))
}

/// Tells the window that a change was made; nothing where it came to nothing.
pub(crate) fn tell(app: &App, answer: &Mutation) {
    if answer.created.is_some() || answer.updated.is_some() || answer.deleted.is_some() {
        app.changed(&[Changed::Secrets, Changed::Trash, Changed::Audit]);
    }
}

/// The values that a secret has now. Those of an external secret are in another vault, which is not asked yet.
pub(crate) fn values_in_use(
    reader: &Reader<'_>,
    current: &SecretWithVersions,
) -> Result<Credentials, Rejection> {
    let secret = current.secret();
    let number = secret.current_version().ok_or_else(|| {
        Rejection::validation(vec![Detail::at(
            "id",
            "external_value",
            format!(
                "The values of \"{}\" are in another vault, and this version of Turnstone does not read them from there.",
                display_text(secret.name().as_str())
            ),
        )])
    })?;
    reader
        .open_values(secret.id(), number)
        .map_err(|error| Refusal::from(error).0)
}

/// Where a connection leads, if this vault has it.
fn provider(reader: &Reader<'_>, id: Option<ConnectionId>) -> Answer<Option<Provider>> {
    let Some(id) = id else { return Ok(None) };
    let found = reader.connection(id)?;
    Ok(found.map(|connection| connection.provider()))
}

fn connection_of(current: &SecretWithVersions) -> Option<ConnectionId> {
    match current.secret().holding() {
        Holding::Direct { .. } => None,
        Holding::External { connection, .. } => Some(*connection),
    }
}
