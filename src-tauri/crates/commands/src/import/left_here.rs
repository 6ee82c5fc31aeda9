//! What an item says otherwise than the secret that an earlier import made of it, and that no import changes: its name, its history
//! and its locations may have been put in order here.

use domain::SecretId;
use domain::import::numbered;
use domain::secret::{Secret, SecretWithVersions};
use domain::text::SecretName;
use importers::ParsedSecret;
use vault::{LocationQuery, Reader, ValueFinder};

use crate::refusal::Answer;

/// Of one secret's locations, so many are looked through for one of the file.
const LOCATIONS_MAX: u32 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    Name,
    Earlier,
    Locations,
}

impl Left {
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Earlier => "earlier values",
            Self::Locations => "locations",
        }
    }
}

pub fn left(
    reader: &Reader<'_>,
    finder: &ValueFinder<'_>,
    before: &SecretWithVersions,
    parsed: &ParsedSecret,
) -> Answer<Vec<Left>> {
    let secret = before.secret();
    let mut left = Vec::new();
    if !is_named_so(secret, &parsed.name) {
        left.push(Left::Name);
    }
    if !secret.is_external() && !holds_earlier(finder, parsed, secret.id())? {
        left.push(Left::Earlier);
    }
    if !holds_locations(reader, parsed, secret.id())? {
        left.push(Left::Locations);
    }
    Ok(left)
}

/// With the number, too, that an import gives it where another secret has the name.
fn is_named_so(secret: &Secret, name: &SecretName) -> bool {
    let held = secret.name().as_str();
    let number = held
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .and_then(|(_, number)| number.parse().ok());
    secret.name() == name || number.is_some_and(|number| numbered(name, number).as_str() == held)
}

fn holds_earlier(finder: &ValueFinder<'_>, parsed: &ParsedSecret, id: SecretId) -> Answer<bool> {
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
