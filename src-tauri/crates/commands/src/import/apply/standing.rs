//! A secret that an earlier import made: its values are brought up to date, and all that a person may have put in order since stays.

use domain::facts::UpdateFacts;
use domain::import::update_from;
use domain::reject::Detail;
use domain::secret::{Secret, SecretWithVersions};
use domain::update::UpdateMeans;
use domain::{Context, Decision, SecretId};
use importers::ParsedSecret;
use vault::{LocationQuery, Reader, Writer};

use super::super::held_as::{HELD_HERE, HeldAs};
use super::super::item_facts::ARCHIVED;
use super::super::report::{Outcome, Places};
use super::make::{Made, Wanted, input};
use crate::opened::random;
use crate::refusal::Answer;
use crate::secret::values_in_use;

/// Of one secret's locations, so many are looked through for one of the file.
const LOCATIONS_MAX: u32 = 200;
const HOLDERS_MAX: usize = 200;

pub fn update(
    writer: &mut Writer<'_>,
    wanted: &Wanted<'_>,
    before: &SecretWithVersions,
    context: &Context,
) -> Answer<Made> {
    let secret = before.secret();
    if matches!(wanted.held_as, HeldAs::References(_)) && !secret.is_external() {
        return Err(Detail::at("field_mappings", "held_here", HELD_HERE).into());
    }
    let decision = {
        let mut values = || values_in_use(writer, before);
        let means = UpdateMeans {
            provider: wanted.provider(),
            random: &mut random,
            values_in_use: &mut values,
        };
        let asked = update_from(input(wanted, &wanted.parsed.name)?);
        let draft = asked.parse(before, context, means)?;
        let facts = UpdateFacts {
            dependants: writer.dependants_of(secret.id())?,
            ..UpdateFacts::default()
        };
        draft.decide(&facts, context)?
    };
    let outcome = match decision {
        Decision::Unchanged(_) => Outcome::Unchanged,
        Decision::Change(plan) => {
            writer.apply(*plan)?;
            Outcome::Updated
        }
    };
    Ok(Made {
        name: secret.name().as_str().to_owned(),
        outcome,
        earlier: 0,
        locations: Vec::new(),
        remarks: Vec::new(),
        places: places(writer, wanted, secret)?,
    })
}

/// What the secret holds of what the file says beside the value; the rest was left out, so that nothing of a person's is undone.
fn places(reader: &Reader<'_>, wanted: &Wanted<'_>, secret: &Secret) -> Answer<Places> {
    let parsed = wanted.parsed;
    let stays = |is_same: bool, what: &str| {
        (!is_same).then(|| format!("The secret was here already, and {what}."))
    };
    let has = |tag: &str| secret.tags().iter().any(|held| held == tag);
    let tags = parsed.tags.iter().all(|tag| has(tag));
    let is_archived = parsed.tags.iter().any(|tag| tag == ARCHIVED);
    let means = wanted.places();
    Ok(Places {
        value: None,
        value_as: means.value_as,
        earlier: match means.earlier {
            Some(reason) => Some(reason),
            None => stays(
                holds_earlier(reader, parsed, secret.id())?,
                "its own history stays as it is",
            ),
        },
        notes: stays(
            secret.notes().as_str() == wanted.notes,
            "its notes stay as they are",
        ),
        location: stays(
            holds_locations(reader, parsed, secret.id())?,
            "its locations stay as they are",
        ),
        expiry: stays(
            parsed.expires_at.is_none() || secret.expires_at() == parsed.expires_at,
            "its expiry stays as it is",
        ),
        name: stays(secret.name() == &parsed.name, "its name stays as it is"),
        tags: stays(tags, "its tags stay as they are"),
        state: stays(
            is_archived == has(ARCHIVED),
            "archiving is told by its tags, which stay as they are",
        ),
    })
}

fn holds_earlier(reader: &Reader<'_>, parsed: &ParsedSecret, id: SecretId) -> Answer<bool> {
    if parsed.earlier.is_empty() {
        return Ok(true);
    }
    let finder = reader.value_finder()?;
    for value in &parsed.earlier {
        let holders = finder.holders(&value.credentials, HOLDERS_MAX)?;
        if !holders.iter().any(|held| held.secret == id) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds_locations(reader: &Reader<'_>, parsed: &ParsedSecret, id: SecretId) -> Answer<bool> {
    let wanted: Vec<&str> = parsed
        .locations
        .iter()
        .filter_map(|location| location.bucket_name.as_deref())
        .collect();
    if wanted.is_empty() {
        return Ok(true);
    }
    let page = reader.locations(&LocationQuery {
        secret: Some(id),
        location_type: None,
        text: None,
        after: None,
        limit: LOCATIONS_MAX,
    })?;
    let has = |bucket: &str| {
        let mut held = page.locations.iter();
        held.any(|location| location.parts().bucket_name.as_str() == bucket)
    };
    Ok(wanted.into_iter().all(has))
}
