//! Values for the environment of a child process: read and audited before they leave (OUT-02).

use std::collections::BTreeMap;

use domain::audit::Action;
use domain::catalogue::SecretType;
use domain::env_key::EnvKey;
use domain::reject::{Detail, Rejection};
use domain::role::Permission;
use domain::secret::existing_live;
use domain::text::SecretName;
use domain::{SecretId, SecretText, SecretWithVersions};
use vault::{Reader, Writer};

use crate::api::Changed;
use crate::app::{App, Asks};
use crate::copy::{field_name, take_field};
use crate::refusal::Answer;
use crate::secret::values_in_use;

/// What a child process is to get, as the person wrote it.
#[derive(Default)]
pub struct Wanted {
    /// Secrets by name or id, under the names that they or the catalogue have.
    pub secrets: Vec<String>,
    /// `VAR=NAME_OR_ID[.FIELD]`.
    pub variables: Vec<String>,
}

/// One variable of the child. It holds plaintext, so it has no `Debug`, `Clone` or `Serialize`.
pub struct Injected {
    pub variable: String,
    pub value: SecretText,
}

/// A value under a variable, not yet read.
struct Place {
    secret: SecretWithVersions,
    field: &'static str,
    variable: EnvKey,
}

impl App {
    /// Reads what is wanted. Its audit entries, one for each value, are committed when this answers.
    pub fn values_for_child(&self, wanted: &Wanted) -> Result<Vec<Injected>, Rejection> {
        let asks = Asks {
            permission: Permission::UseValues,
            command: "run",
        };
        self.with_opened(Some(asks), |opened| {
            opened
                .vault
                .write(self.clock.now(), |writer| -> Answer<Vec<Injected>> {
                    let places = places(writer, wanted)?;
                    places.iter().map(|place| read(writer, place)).collect()
                })
        })
        .inspect(|_| self.changed(&[Changed::Audit]))
        .map_err(|refusal| refusal.0)
    }
}

fn read(writer: &mut Writer<'_>, place: &Place) -> Answer<Injected> {
    let value = take_field(&values_in_use(writer, &place.secret)?, place.field)?;
    writer.record_use(
        place.secret.secret().id(),
        place.field,
        Action::ValueInjected,
    )?;
    Ok(Injected {
        variable: place.variable.as_str().to_owned(),
        value,
    })
}

/// Finds everything first, so that nothing is read where something is wrong.
fn places(reader: &Reader<'_>, wanted: &Wanted) -> Answer<Vec<Place>> {
    let mut faults = Vec::new();
    let mut places = Vec::new();
    for (index, text) in wanted.variables.iter().enumerate() {
        match variable(reader, text, index)? {
            Ok(place) => places.push(place),
            Err(fault) => faults.push(fault),
        }
    }
    let named: Vec<SecretId> = places
        .iter()
        .map(|place| place.secret.secret().id())
        .collect();
    for (index, text) in wanted.secrets.iter().enumerate() {
        let secret = find(reader, text)?;
        match own_variables(secret, index, &named) {
            Ok(own) => places.extend(own),
            Err(fault) => faults.push(fault),
        }
    }
    faults.extend(taken_twice(&places));
    if faults.is_empty() {
        Ok(places)
    } else {
        Err(faults.into())
    }
}

/// A whole name or id comes before a name with a field: names may have dots.
fn variable(reader: &Reader<'_>, text: &str, index: usize) -> Answer<Result<Place, Detail>> {
    let loc = || vec!["env".into(), index.into()];
    let Some((variable, target)) = text.split_once('=') else {
        return Ok(Err(Detail::new(
            loc(),
            "malformed",
            "Write VAR=NAME_OR_ID or VAR=NAME_OR_ID.FIELD.",
        )));
    };
    let variable = match EnvKey::parse(variable) {
        Ok(variable) => variable,
        Err(fault) => return Ok(Err(fault.at(loc()))),
    };
    let (secret, field) = match (find_maybe(reader, target)?, target.rsplit_once('.')) {
        (Some(secret), _) => (secret, None),
        (None, Some((name, field))) => (find(reader, name)?, Some(field)),
        (None, None) => (find(reader, target)?, None),
    };
    Ok(match field_name(secret.secret().method(), field) {
        Ok(field) => Ok(Place {
            secret,
            field,
            variable,
        }),
        Err(fault) => Err(Detail::new(loc(), fault.kind, fault.message)),
    })
}

/// The variables that a secret has by itself: its env key, or the names that the catalogue has for its fields.
fn own_variables(
    secret: SecretWithVersions,
    index: usize,
    named: &[SecretId],
) -> Result<Vec<Place>, Detail> {
    let method = secret.secret().method();
    let mut own: Vec<(&'static str, EnvKey)> = Vec::new();
    if method.secret_type() == SecretType::Generic {
        own.extend(
            secret
                .secret()
                .env_key()
                .and_then(|key| Some((method.fields().first()?.name, key.clone()))),
        );
    } else {
        for field in method.fields() {
            own.extend(
                field
                    .env_name
                    .and_then(|name| Some((field.name, EnvKey::parse(name).ok()?))),
            );
        }
    }
    if own.is_empty() && !named.contains(&secret.secret().id()) {
        let message = format!(
            "\"{}\" has no env key. Set one, or name the variable with --env VAR=NAME.",
            domain::mask::display_text(secret.secret().name().as_str())
        );
        return Err(Detail::new(
            vec!["secret".into(), index.into()],
            "missing_env_key",
            message,
        ));
    }
    Ok(own
        .into_iter()
        .map(|(field, variable)| Place {
            secret: secret.clone(),
            field,
            variable,
        })
        .collect())
}

fn taken_twice(places: &[Place]) -> Vec<Detail> {
    let mut seen: BTreeMap<&str, SecretId> = BTreeMap::new();
    let mut faults = Vec::new();
    for place in places {
        let id = place.secret.secret().id();
        if seen.insert(place.variable.as_str(), id).is_some() {
            let message = format!(
                "Two values would go under {}. Name another variable with --env.",
                place.variable.as_str()
            );
            faults.push(Detail::at("env", "duplicate", message));
        }
    }
    faults
}

fn find(reader: &Reader<'_>, name_or_id: &str) -> Answer<SecretWithVersions> {
    let found = match find_maybe(reader, name_or_id)? {
        Some(found) => Some(found),
        None => find_in_trash(reader, name_or_id)?,
    };
    Ok(existing_live(found)?)
}

/// A name in the trash is told as such.
fn find_in_trash(reader: &Reader<'_>, name: &str) -> Answer<Option<SecretWithVersions>> {
    let Ok(name) = SecretName::parse(name) else {
        return Ok(None);
    };
    let trash = reader.trash()?;
    let found = trash
        .iter()
        .find(|listed| listed.secret.name().folded() == name.folded());
    match found {
        Some(listed) => Ok(reader.secret(listed.secret.id())?),
        None => Ok(None),
    }
}

fn find_maybe(reader: &Reader<'_>, name_or_id: &str) -> Answer<Option<SecretWithVersions>> {
    let by_id = SecretId::parse(name_or_id).ok();
    let by_name = match (by_id, SecretName::parse(name_or_id)) {
        (None, Ok(name)) => reader.secret_by_name(&name)?,
        _ => None,
    };
    match by_id.or(by_name) {
        Some(id) => Ok(reader.secret(id)?),
        None => Ok(None),
    }
}
