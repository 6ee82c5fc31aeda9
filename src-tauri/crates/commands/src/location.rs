//! Where secrets are used: locations made, changed and shown.

use domain::catalogue::SecretType;
use domain::location::{
    LocationDeleteInput, LocationInput, LocationPlan, LocationType, LocationUpdateInput,
    OfferInput, existing,
};
use domain::reject::Detail;
use domain::{Decision, LocationId, SecretId, Timestamp};
use vault::{LocationQuery, Reader, Writer};

use crate::api::{
    Changed, EndpointOffer, EndpointOffered, LocationAnswer, LocationCreate, LocationDelete,
    LocationList, LocationMutation, LocationPage, LocationRef, LocationUpdate, Required, Whole,
};
use crate::app::App;
use crate::inputs::each;
use crate::listing::{limit, page_size, search_text};
use crate::opened::{Opened, random_bytes, required};
use crate::refusal::Answer;
use crate::view::{self, Viewer};

pub fn create(app: &App, opened: &mut Opened, request: LocationCreate) -> Answer<LocationMutation> {
    let context = opened.context(app);
    let id = LocationId::from_parts(context.now, random_bytes());
    let input = LocationInput {
        name: request.name.0,
        location_type: request.location_type.0,
        secret_id: request.secret_id.0,
        bucket_name: request.bucket_name.0,
        region: request.region,
        endpoint_url: request.endpoint_url,
        http_allowed: request.http_allowed,
        prefix: request.prefix,
        probe_writes: request.probe_writes,
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let linked = linkable(writer, input.secret_id())?;
        let draft = input.parse(&context, linked)?;
        let facts = writer.location_facts(draft.name(), None)?;
        let plan = draft.decide(&facts, id, &context)?;
        carry_out(writer, Decision::Change(Box::new(plan)), id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn update(app: &App, opened: &mut Opened, request: LocationUpdate) -> Answer<LocationMutation> {
    let id = location_id(request.id)?;
    let context = opened.context(app);
    let input = LocationUpdateInput {
        name: request.name,
        location_type: request.location_type,
        secret_id: request.secret_id,
        bucket_name: request.bucket_name,
        region: request.region,
        endpoint_url: request.endpoint_url,
        http_allowed: request.http_allowed,
        prefix: request.prefix,
        probe_writes: request.probe_writes,
        expected_revision: each(request.expected_revision, Whole::or_out_of_range),
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.location(id)?)?;
        let linked = linkable(writer, input.secret_id())?;
        let draft = input.parse(&current, &context, linked)?;
        let facts = writer.location_facts(draft.name(), Some(id))?;
        let decision = draft.decide(&facts, &context)?;
        carry_out(writer, decision, id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn delete(app: &App, opened: &mut Opened, request: LocationDelete) -> Answer<LocationMutation> {
    let id = location_id(request.id)?;
    let context = opened.context(app);
    let input = LocationDeleteInput {
        expected_revision: request.expected_revision.map(Whole::or_out_of_range),
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.location(id)?)?;
        let plan = input.decide(&current, &context)?;
        carry_out(writer, Decision::Change(Box::new(plan)), id, context.now)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn get(app: &App, opened: &mut Opened, request: LocationRef) -> Answer<LocationAnswer> {
    let id = location_id(request.id)?;
    opened.vault.read(|reader| {
        let found = existing(reader.location(id)?)?;
        Ok(LocationAnswer {
            location: Viewer::new(reader, app.clock.now()).location(&found)?,
        })
    })
}

pub fn list(app: &App, opened: &mut Opened, request: LocationList) -> Answer<LocationPage> {
    let query = parse(request)?;
    opened.vault.read(|reader| {
        let page = reader.locations(&query)?;
        let mut viewer = Viewer::new(reader, app.clock.now());
        let shown = page.locations.iter().map(|found| viewer.location(found));
        Ok(LocationPage {
            locations: shown.collect::<Answer<_>>()?,
            next_cursor: page.next,
            total: page.total,
        })
    })
}

/// The endpoint that the provider gives to a region or an account.
pub fn offer_endpoint(
    _app: &App,
    _opened: &mut Opened,
    request: EndpointOffer,
) -> Answer<EndpointOffered> {
    let input = OfferInput {
        location_type: request.location_type.0,
        region: request.region,
        account: request.account,
    };
    Ok(EndpointOffered {
        endpoint_url: input.answer()?,
    })
}

fn parse(request: LocationList) -> Answer<LocationQuery> {
    let mut faults = Vec::new();
    let secret = request.secret_id.as_deref().map(SecretId::parse);
    let secret = secret
        .transpose()
        .map_err(|error| faults.push(Detail::at("secret_id", error.kind(), error.to_string())));
    let kind = request.location_type.as_deref().map(|text| {
        LocationType::parse(text)
            .ok_or_else(|| Detail::at("type", "unknown_value", "There is no such type."))
    });
    let location_type = kind.transpose().map_err(|fault| faults.push(fault));
    let text = search_text(request.query).map_err(|fault| faults.push(fault));
    let limit = limit(request.limit).map_err(|fault| faults.push(fault));
    match (secret, location_type, text, limit) {
        (Ok(secret), Ok(location_type), Ok(text), Ok(limit)) => Ok(LocationQuery {
            secret,
            location_type,
            text,
            after: request.cursor,
            limit: page_size(limit),
        }),
        _ => Err(faults.into()),
    }
}

/// The type of the live secret that a request names, where this vault has it.
fn linkable(reader: &Reader<'_>, id: Option<SecretId>) -> Answer<Option<SecretType>> {
    let Some(id) = id else { return Ok(None) };
    let found = reader.secret(id)?;
    Ok(found
        .filter(|found| !found.secret().is_trashed())
        .map(|found| found.secret().secret_type()))
}

/// Applies a decision and answers what it came to.
fn carry_out(
    writer: &mut Writer<'_>,
    decision: Decision<LocationPlan>,
    id: LocationId,
    now: Timestamp,
) -> Answer<LocationMutation> {
    let outcome = match decision {
        Decision::Unchanged(outcome) => outcome,
        Decision::Change(plan) => {
            let outcome = plan.answer().clone();
            writer.apply_location(*plan)?;
            outcome
        }
    };
    let shown = match writer.location(id)? {
        Some(after) => Some(Viewer::new(writer, now).location(&after)?),
        None => None,
    };
    Ok(view::location_mutation(outcome, shown))
}

/// Secrets show how many locations use them, so their views change too.
fn tell(app: &App, answer: &LocationMutation) {
    if answer.created.is_some() || answer.updated.is_some() || answer.deleted.is_some() {
        app.changed(&[Changed::Locations, Changed::Secrets, Changed::Audit]);
    }
}

fn location_id(given: Required<String>) -> Answer<LocationId> {
    let text = required("id", given)?;
    Ok(LocationId::parse(&text)
        .map_err(|error| Detail::at("id", error.kind(), error.to_string()))?)
}
