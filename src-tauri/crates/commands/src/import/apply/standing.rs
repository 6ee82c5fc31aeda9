//! A secret that an earlier import made: brought up to date with what changed at its source, while what a person has changed here stays.

use domain::facts::UpdateFacts;
use domain::import::{Brought, update_from};
use domain::reject::Rejection;
use domain::secret::SecretWithVersions;
use domain::update::UpdateMeans;
use domain::{Context, Decision};
use importers::ParsedSecret;
use vault::{Reader, Writer};

use super::super::differences::{Differences, Sides};
use super::super::item_facts::ARCHIVED;
use super::super::left_here::Left;
use super::super::report::{Outcome, Places};
use super::make::{Made, Wanted, input};
use crate::opened::random;
use crate::refusal::Answer;
use crate::secret::values_in_use;

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
        let sides = Sides {
            before,
            parsed: wanted.parsed,
            notes: &wanted.notes,
            prefer: wanted.judged.prefer,
        };
        Differences::between(writer, &finder, &sides)?
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
        remarks: differences.told(),
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
    let has_value = !differences.leaves(Brought::Value)
        || (!secret.is_external() && holds(reader, before, parsed)?);
    let is_so = |what: Left| !differences.left.contains(&what);
    let means = wanted.places();
    Ok(Places {
        value: stays(has_value, differences.why_value_stays()),
        value_as: means.value_as,
        earlier: match means.earlier {
            Some(reason) => Some(reason),
            None => stays(is_so(Left::Earlier), "its own history stays as it is"),
        },
        notes: was_changed(Brought::Notes, "its notes stay as they are"),
        location: stays(is_so(Left::Locations), "its locations stay as they are"),
        expiry: was_changed(Brought::Expiry, "its expiry stays as it is"),
        name: stays(is_so(Left::Name), "its name stays as it is"),
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
