//! A new secret of the file, with its earlier values and its locations.

use std::collections::BTreeMap;

use domain::create::{CreateInput, EarlierValue};
use domain::credentials::Credentials;
use domain::external::Provider;
use domain::facts::{CreateFacts, RoomFacts};
use domain::location::LocationInput;
use domain::reject::Detail;
use domain::text::{LocationName, SecretName};
use domain::version::HistoryPolicy;
use domain::{Context, FieldsInput, LocationId, SecretText, VersionId};
use importers::{ParsedLocation, ParsedSecret};
use vault::{StoreError, Writer};

use super::super::held_as::{AS_REFERENCE, HeldAs, NO_EARLIER, NO_REFERENCE, mappings};
use super::super::judging::SecretVerdict;
use super::super::names::Names;
use super::super::report::{Outcome, Places};
use super::reason;
use crate::opened::{random, random_bytes};
use crate::refusal::{Answer, Refusal, internal};

/// What came of one secret.
pub struct Made {
    pub name: String,
    pub outcome: Outcome,
    pub earlier: u64,
    pub locations: Vec<String>,
    pub remarks: Vec<String>,
    pub places: Places,
}

const LOCATIONS_UNWANTED: &str = "Its locations were not chosen.";

/// What is to be made, and in what circumstances.
pub struct Wanted<'a> {
    pub parsed: &'a ParsedSecret,
    pub judged: &'a SecretVerdict,
    pub notes: String,
    pub with_locations: bool,
    pub held_as: HeldAs,
    pub room: RoomFacts,
}

pub fn create(
    writer: &mut Writer<'_>,
    wanted: &Wanted<'_>,
    location_numbers: &mut BTreeMap<String, u64>,
    context: &Context,
) -> Answer<Made> {
    let Wanted { parsed, judged, .. } = wanted;
    let mut remarks = Vec::new();
    let is_in_vault = |name: &SecretName| Ok(writer.secret_by_name(name)?.is_some());
    let name = Names::default()
        .claim::<StoreError>(&judged.name, is_in_vault)?
        .name;
    let mut input = input(wanted, &name)?;
    if wanted.held_as == HeldAs::Copies {
        input.earlier = earlier(parsed, context)?;
    }
    let most = usize::from(HistoryPolicy::VERSIONS_MAX);
    let kept = input.earlier.len().min(most);
    if let Some(key) = &parsed.env_key {
        match writer.secret_by_env_key(key)? {
            None => input.env_key = Some(key.as_str().to_owned()),
            Some(_) => remarks.push(format!(
                "It has no env key: {key} belongs to another secret."
            )),
        }
    }
    let draft = input.parse(context, wanted.provider(), &mut random)?;
    let facts = CreateFacts {
        names: writer.name_facts(Some(draft.name()), draft.env_key(), None)?,
        room: wanted.room,
    };
    writer.apply(draft.decide(&facts, context)?)?;

    let mut places = wanted.places();
    if wanted.held_as == HeldAs::Copies && parsed.earlier.len() > most {
        places.earlier = Some(format!("Only the {most} newest earlier values are kept."));
    }
    let mut locations = Vec::new();
    let named = parsed.locations.iter();
    for location in named.filter(|location| location.has_bucket()) {
        let made = match wanted.with_locations {
            true => make_location(writer, location, location_numbers, context)?,
            false => Err(LOCATIONS_UNWANTED.to_owned()),
        };
        match made {
            Ok(name) => locations.push(name),
            Err(reason) => {
                remarks.push(format!(
                    "The location {} was not made: {reason}",
                    location.name
                ));
                places.location = Some(reason);
            }
        }
    }
    Ok(Made {
        name: name.as_str().to_owned(),
        outcome: Outcome::Imported,
        earlier: u64::try_from(kept).expect("usize fits in u64"),
        locations,
        remarks,
        places,
    })
}

impl Wanted<'_> {
    /// Where the connection leads, which was looked at when the transaction began.
    pub fn provider(&self) -> Option<Provider> {
        match self.held_as {
            HeldAs::Copies => None,
            HeldAs::References(_) => Some(Provider::OnePassword),
        }
    }

    /// What a reference does with the places of a value.
    pub fn places(&self) -> Places {
        match self.held_as {
            HeldAs::Copies => Places::default(),
            HeldAs::References(_) => Places {
                value_as: Some(AS_REFERENCE),
                earlier: Some(NO_EARLIER.to_owned()),
                ..Places::default()
            },
        }
    }
}

/// What a secret of the file asks for. The file's values are copied, so that a stopped import can be begun again.
pub fn input(wanted: &Wanted<'_>, name: &SecretName) -> Answer<CreateInput> {
    let parsed = wanted.parsed;
    let method = parsed.method();
    let (credentials, connection, field_mappings) = match wanted.held_as {
        HeldAs::Copies => (Some(fields(&parsed.credentials)), None, None),
        HeldAs::References(id) => {
            let mappings = mappings(parsed);
            if mappings.is_empty() {
                return Err(Detail::at("field_mappings", "missing", NO_REFERENCE).into());
            }
            (None, Some(id.to_string()), Some(mappings))
        }
    };
    Ok(CreateInput {
        name: Some(name.as_str().to_owned()),
        notes: Some(wanted.notes.clone()),
        tags: Some(parsed.tags.clone().into()),
        secret_type: Some(method.secret_type().as_str().to_owned()),
        auth_method: Some(method.as_str().to_owned()),
        credentials,
        vault_connection_id: connection,
        field_mappings,
        import_source: Some(wanted.judged.source.clone()),
        expires_at: parsed.expires_at,
        ..CreateInput::default()
    })
}

fn fields(credentials: &Credentials) -> FieldsInput {
    let copied = credentials.iter().map(|(field, value)| {
        let value = SecretText::new(value.expose_text().to_owned());
        (field.name.to_owned(), value)
    });
    FieldsInput::new(copied.collect())
}

fn earlier(parsed: &ParsedSecret, context: &Context) -> Answer<Vec<EarlierValue>> {
    let copied = parsed.earlier.iter().map(|value| {
        let bytes = value.credentials.to_sealed_bytes();
        let credentials = Credentials::from_sealed_bytes(value.credentials.method(), &bytes)
            .map_err(|_| Refusal(internal("An earlier value could not be copied.")))?;
        Ok(EarlierValue {
            id: VersionId::from_parts(context.now, random_bytes()),
            credentials,
            at: value.at,
        })
    });
    copied.collect()
}

/// Its name, or why there is none. What the rules refuse of a location leaves its secret as it is.
fn make_location(
    writer: &mut Writer<'_>,
    location: &ParsedLocation,
    numbers: &mut BTreeMap<String, u64>,
    context: &Context,
) -> Answer<Result<String, String>> {
    let name = match LocationName::parse(&location.name) {
        Ok(name) => free_location_name(writer, &name, numbers)?,
        Err(fault) => return Ok(Err(fault.message.into_owned())),
    };
    let input = LocationInput {
        name: Some(name.as_str().to_owned()),
        ..location.clone().into_input(context.new_secret_id)
    };
    let secret_type = location.location_type.secret_type();
    let decided = input.parse(context, Some(secret_type)).map(|draft| {
        let facts = writer.location_facts(draft.name(), None);
        facts.map(|facts| {
            draft.decide(
                &facts,
                LocationId::from_parts(context.now, random_bytes()),
                context,
            )
        })
    });
    match decided {
        Err(rejection) => Ok(Err(reason(&rejection))),
        Ok(facts) => match facts? {
            Err(rejection) => Ok(Err(reason(&rejection))),
            Ok(plan) => {
                writer.apply_location(plan)?;
                Ok(Ok(name.as_str().to_owned()))
            }
        },
    }
}

/// The name, or the first with a number that no location has. It goes on counting where it stopped: thousands of keys may be of one
/// bucket.
fn free_location_name(
    writer: &Writer<'_>,
    name: &LocationName,
    numbers: &mut BTreeMap<String, u64>,
) -> Answer<LocationName> {
    let next = numbers.entry(name.folded()).or_insert(1);
    loop {
        let candidate = numbered(name, *next)?;
        *next += 1;
        if writer.location_facts(&candidate, None)?.same_name.is_none() {
            return Ok(candidate);
        }
    }
}

fn numbered(name: &LocationName, number: u64) -> Answer<LocationName> {
    if number == 1 {
        return Ok(name.clone());
    }
    let suffix = format!(" ({number})");
    let room = domain::text::NAME_CHARS_MAX - suffix.chars().count();
    let kept: String = name.as_str().chars().take(room).collect();
    let name = LocationName::parse(&format!("{}{suffix}", kept.trim_end()))
        .map_err(|fault| fault.at_member("name"))?;
    Ok(name)
}
