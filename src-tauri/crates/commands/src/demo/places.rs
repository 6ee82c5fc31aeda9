//! The made-up locations, connections and external secrets.

use domain::connection::ConnectionInput;
use domain::create::CreateInput;
use domain::external::MappingInput;
use domain::facts::CreateFacts;
use domain::location::LocationInput;
use domain::text::{ConnectionName, SecretName};
use domain::{ConnectionId, Context, FieldsInput, LocationId, SecretText};
use vault::Writer;

use super::letters;
use super::team::{MadeConnection, MadeExternal, MadeLocation};
use crate::opened::{random, random_bytes};
use crate::refusal::Answer;

pub fn locate(writer: &mut Writer<'_>, made: &MadeLocation, context: &Context) -> Answer<()> {
    let name = SecretName::parse(made.secret).map_err(|fault| fault.at_member("secret"))?;
    let Some(secret) = writer.secret_by_name(&name)? else {
        return Ok(());
    };
    let linked = writer
        .secret(secret)?
        .map(|found| found.secret().secret_type());
    let input = LocationInput {
        name: Some(made.name.to_owned()),
        location_type: Some(made.location_type.to_owned()),
        secret_id: Some(secret.to_string()),
        bucket_name: Some(made.bucket_name.to_owned()),
        region: made.region.map(ToOwned::to_owned),
        endpoint_url: made.endpoint_url.map(ToOwned::to_owned),
        prefix: made.prefix.map(ToOwned::to_owned),
        ..LocationInput::default()
    };
    let draft = input.parse(context, linked)?;
    let facts = writer.location_facts(draft.name(), None)?;
    if facts.same_name.is_none() {
        let id = LocationId::from_parts(context.now, random_bytes());
        writer.apply_location(draft.decide(&facts, id, context)?)?;
    }
    Ok(())
}

pub fn connect(writer: &mut Writer<'_>, made: &MadeConnection, context: &Context) -> Answer<()> {
    let (field, begin, length) = made.token;
    let token = format!("{begin}{}", letters(length, "alphanumeric"));
    let texts = made.texts.iter().copied();
    let fields = texts.chain([(field, token.as_str())]);
    let input = ConnectionInput {
        name: Some(made.name.to_owned()),
        description: Some(made.description.to_owned()),
        connection_type: Some(made.connection_type.to_owned()),
        method: made.method.map(ToOwned::to_owned),
        credentials: Some(FieldsInput::new(
            fields
                .map(|(name, text)| (name.to_owned(), SecretText::new(text.to_owned())))
                .collect(),
        )),
        reason: None,
    };
    let draft = input.parse(context)?;
    let facts = writer.connection_facts(draft.name(), None)?;
    if facts.same_name.is_none() {
        let id = ConnectionId::from_parts(context.now, random_bytes());
        writer.apply_connection(draft.decide(&facts, id, context)?)?;
    }
    Ok(())
}

/// Answers whether it was made.
pub fn refer(writer: &mut Writer<'_>, made: &MadeExternal, context: &Context) -> Answer<bool> {
    let name = ConnectionName::parse(made.connection).map_err(|fault| fault.at_member("name"))?;
    let Some(id) = writer.connection_facts(&name, None)?.same_name else {
        return Ok(false);
    };
    let provider = writer.connection(id)?.map(|found| found.provider());
    let mapping = |(field, reference): &(&str, &str)| MappingInput {
        field_name: Some((*field).to_owned()),
        reference: Some((*reference).to_owned()),
    };
    let input = CreateInput {
        name: Some(made.name.to_owned()),
        description: Some(made.description.to_owned()),
        tags: Some(made.tags.iter().map(|&tag| tag.to_owned()).collect()),
        secret_type: Some(made.secret_type.to_owned()),
        vault_connection_id: Some(id.to_string()),
        field_mappings: Some(made.references.iter().map(mapping).collect()),
        ..CreateInput::default()
    };
    let draft = input.parse(context, provider, &mut random)?;
    let names = writer.name_facts(Some(draft.name()), None, None)?;
    if names.same_name.is_some() {
        return Ok(false);
    }
    let room = writer.room()?;
    writer.apply(draft.decide(&CreateFacts { names, room }, context)?)?;
    Ok(true)
}
