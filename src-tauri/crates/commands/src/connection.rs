//! Access to external vaults: connections made, changed and shown. Their tokens are sealed as values are (CONN-03).

use domain::connection::{
    ConnectionDeleteInput, ConnectionInput, ConnectionPlan, ConnectionUpdateInput,
    RotateTokenInput, existing,
};
use domain::external::Provider;
use domain::reject::Detail;
use domain::{ConnectionId, Decision, Timestamp};
use vault::{ConnectionQuery, Writer};

use crate::api::{
    Changed, ConnectionAnswer, ConnectionCreate, ConnectionDelete, ConnectionList,
    ConnectionMutation, ConnectionPage, ConnectionRef, ConnectionRotateToken, ConnectionUpdate,
    Required, Whole,
};
use crate::app::App;
use crate::inputs::each;
use crate::listing::{limit, page_size, search_text};
use crate::opened::{Opened, random_bytes, required};
use crate::refusal::Answer;
use crate::view::{self, Viewer};

pub fn create(
    app: &App,
    opened: &mut Opened,
    request: ConnectionCreate,
) -> Answer<ConnectionMutation> {
    let context = opened.context(app);
    let id = ConnectionId::from_parts(context.now, random_bytes());
    let input = ConnectionInput {
        name: request.name.0,
        description: request.description,
        connection_type: request.connection_type.0,
        method: request.method,
        credentials: request.credentials.0,
        reason: request.reason,
    };
    let draft = input.parse(&context)?;
    let answer = opened.vault.write(context.now, |writer| {
        let facts = writer.connection_facts(draft.name(), None)?;
        let plan = draft.decide(&facts, id, &context)?;
        carry_out(writer, Decision::Change(Box::new(plan)), id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn update(
    app: &App,
    opened: &mut Opened,
    request: ConnectionUpdate,
) -> Answer<ConnectionMutation> {
    let id = connection_id(request.id)?;
    let context = opened.context(app);
    let input = ConnectionUpdateInput {
        name: request.name,
        description: request.description,
        connection_type: request.connection_type,
        method: request.method,
        credentials: request.credentials,
        expected_revision: each(request.expected_revision, Whole::or_out_of_range),
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.connection(id)?)?;
        let draft = input.parse(&current, &context)?;
        let facts = writer.connection_facts(draft.name(), Some(id))?;
        let decision = draft.decide(&facts, &context)?;
        carry_out(writer, decision, id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

/// The new token is checked by its form alone: nothing is sent out yet.
pub fn rotate_token(
    app: &App,
    opened: &mut Opened,
    request: ConnectionRotateToken,
) -> Answer<ConnectionMutation> {
    let id = connection_id(request.id)?;
    let context = opened.context(app);
    let input = RotateTokenInput {
        credentials: request.credentials.0,
        expected_revision: request.expected_revision.map(Whole::or_out_of_range),
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.connection(id)?)?;
        let draft = input.parse(&current, &context)?;
        let in_use = writer.open_token(id)?;
        let decision = draft.decide(&in_use, &context)?;
        carry_out(writer, decision, id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn delete(
    app: &App,
    opened: &mut Opened,
    request: ConnectionDelete,
) -> Answer<ConnectionMutation> {
    let id = connection_id(request.id)?;
    let context = opened.context(app);
    let input = ConnectionDeleteInput {
        expected_revision: request.expected_revision.map(Whole::or_out_of_range),
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.connection(id)?)?;
        let used_by = writer.connection_used_by(id)?;
        let plan = input.decide(&current, &used_by, &context)?;
        carry_out(writer, Decision::Change(Box::new(plan)), id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn get(app: &App, opened: &mut Opened, request: ConnectionRef) -> Answer<ConnectionAnswer> {
    let id = connection_id(request.id)?;
    opened.vault.read(|reader| {
        let found = existing(reader.connection(id)?)?;
        Ok(ConnectionAnswer {
            connection: Viewer::new(reader, app.clock.now()).connection(&found)?,
        })
    })
}

pub fn list(app: &App, opened: &mut Opened, request: ConnectionList) -> Answer<ConnectionPage> {
    let query = parse(request)?;
    opened.vault.read(|reader| {
        let page = reader.connections(&query)?;
        let mut viewer = Viewer::new(reader, app.clock.now());
        let shown = page
            .connections
            .iter()
            .map(|found| viewer.connection(found));
        Ok(ConnectionPage {
            connections: shown.collect::<Answer<_>>()?,
            next_cursor: page.next,
            total: page.total,
        })
    })
}

fn parse(request: ConnectionList) -> Answer<ConnectionQuery> {
    let mut faults = Vec::new();
    let provider = request.connection_type.as_deref().map(|text| {
        Provider::parse(text)
            .ok_or_else(|| Detail::at("type", "unknown_value", "There is no such type."))
    });
    let provider = provider.transpose().map_err(|fault| faults.push(fault));
    let text = search_text(request.query).map_err(|fault| faults.push(fault));
    let limit = limit(request.limit).map_err(|fault| faults.push(fault));
    match (provider, text, limit) {
        (Ok(provider), Ok(text), Ok(limit)) => Ok(ConnectionQuery {
            provider,
            text,
            after: request.cursor,
            limit: page_size(limit),
        }),
        _ => Err(faults.into()),
    }
}

/// Applies a decision and answers what it came to.
fn carry_out(
    writer: &mut Writer<'_>,
    decision: Decision<ConnectionPlan>,
    id: ConnectionId,
    now: Timestamp,
) -> Answer<ConnectionMutation> {
    let outcome = match decision {
        Decision::Unchanged(outcome) => outcome,
        Decision::Change(plan) => {
            let outcome = plan.answer().clone();
            writer.apply_connection(*plan)?;
            outcome
        }
    };
    let shown = match writer.connection(id)? {
        Some(after) => Some(Viewer::new(writer, now).connection(&after)?),
        None => None,
    };
    Ok(view::connection_mutation(outcome, shown))
}

/// External secrets show their connection's name, so their views change too.
fn tell(app: &App, answer: &ConnectionMutation) {
    if answer.created.is_some() || answer.updated.is_some() || answer.deleted.is_some() {
        app.changed(&[Changed::Connections, Changed::Secrets, Changed::Audit]);
    }
}

fn connection_id(given: Required<String>) -> Answer<ConnectionId> {
    let text = required("id", given)?;
    Ok(ConnectionId::parse(&text)
        .map_err(|error| Detail::at("id", error.kind(), error.to_string()))?)
}
