//! A secret that an earlier import made: brought up to date with what changed at its source, while what a person has changed here stays.

use domain::facts::UpdateFacts;
use domain::import::{Brought, update_from};
use domain::reject::Rejection;
use domain::secret::SecretWithVersions;
use domain::update::UpdateMeans;
use domain::{Context, Decision, SecretId};
use importers::ParsedSecret;
use vault::{LocationQuery, Reader, Writer};

use super::super::differences::Differences;
use super::super::item_facts::ARCHIVED;
use super::super::report::{Outcome, Places};
use super::make::{Made, Wanted, input};
use crate::opened::random;
use crate::refusal::Answer;
use crate::secret::values_in_use;

/// Of one secret's locations, so many are looked through for one of the file.
const LOCATIONS_MAX: u32 = 200;

pub fn update(
    writer: &mut Writer<'_>,
    wanted: &Wanted<'_>,
    before: &SecretWithVersions,
    context: &Context,
) -> Answer<Made> {
    let secret = before.secret();
    if let Some(reason) = wanted.held_as.refusal(before, wanted.parsed) {
        return Err(Rejection::invalid_request(reason, &["credentials"]).into());
    }
    let differences = {
        let finder = writer.value_finder()?;
        Differences::between(writer, &finder, before, wanted.parsed, &wanted.notes)?
    };
    let decision = {
        let mut values = || values_in_use(writer, before);
        let means = UpdateMeans {
            provider: wanted.provider(),
            random: &mut random,
            values_in_use: &mut values,
        };
        let mut item = input(wanted, &wanted.parsed.name)?;
        let key = wanted.parsed.env_key.as_ref();
        item.env_key = key.map(|key| key.as_str().to_owned());
        let draft = update_from(item, &differences.brought).parse(before, context, means)?;
        let facts = UpdateFacts {
            names: writer.name_facts(None, draft.env_key(), Some(secret.id()))?,
            dependants: writer.dependants_of(secret.id())?,
        };
        draft.decide(&facts, context)?
    };
    let places = places(writer, wanted, before, &differences)?;
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
        remarks: differences.remarks(),
        places,
    })
}

/// What the secret holds of what the file says, once what is new is there too; the rest is left out, so that nothing of a person's is
/// undone.
fn places(
    reader: &Reader<'_>,
    wanted: &Wanted<'_>,
    before: &SecretWithVersions,
    differences: &Differences,
) -> Answer<Places> {
    let (parsed, secret) = (wanted.parsed, before.secret());
    let stays = |is_same: bool, what: &str| {
        (!is_same).then(|| format!("The secret was here already, and {what}."))
    };
    let was_changed = |what: Brought, words: &str| {
        let reason = || format!("It was changed here, so {words}.");
        differences.leaves(what).then(reason)
    };
    let is_archived = parsed.tags.iter().any(|tag| tag == ARCHIVED);
    let was_archived = secret.tags().iter().any(|held| held == ARCHIVED);
    let archived_stays = is_archived != was_archived && !differences.brings(Brought::Tags);
    let (has_value, value_words) = match secret.is_external() {
        true => (
            !differences.leaves(Brought::Value),
            "the place that it refers to was changed here",
        ),
        false => (
            !differences.leaves(Brought::Value) || holds(reader, before, parsed)?,
            "its earlier value was destroyed here",
        ),
    };
    let means = wanted.places();
    Ok(Places {
        value: stays(has_value, value_words),
        value_as: means.value_as,
        earlier: match means.earlier {
            Some(reason) => Some(reason),
            None => stays(
                holds_earlier(reader, parsed, secret.id())?,
                "its own history stays as it is",
            ),
        },
        notes: was_changed(Brought::Notes, "its notes stay as they are"),
        location: stays(
            holds_locations(reader, parsed, secret.id())?,
            "its locations stay as they are",
        ),
        expiry: was_changed(Brought::Expiry, "its expiry stays as it is"),
        name: stays(secret.name() == &parsed.name, "its name stays as it is"),
        tags: was_changed(Brought::Tags, "its tags stay as they are"),
        state: stays(
            !archived_stays,
            "archiving is told by its tags, which stay as they are",
        ),
    })
}

/// Whether a version that still has its values has those of the file.
fn holds(reader: &Reader<'_>, before: &SecretWithVersions, parsed: &ParsedSecret) -> Answer<bool> {
    let versions = before.versions().iter();
    for version in versions.filter(|version| version.state().has_values()) {
        let values = reader.open_values(before.secret().id(), version.number())?;
        if values.ct_eq(&parsed.credentials) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds_earlier(reader: &Reader<'_>, parsed: &ParsedSecret, id: SecretId) -> Answer<bool> {
    if parsed.earlier.is_empty() {
        return Ok(true);
    }
    let finder = reader.value_finder()?;
    for value in &parsed.earlier {
        if finder.within(id, &value.credentials)?.is_empty() {
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
