//! Who else in the vault has a key that a rotation takes away.

use domain::reject::ErrorType;
use domain::rotation::{KeyId, existing};
use domain::{Credentials, Rejection, RotationId, SecretId, SecretText};
use providers::{EndedKey, KeyService, ProviderError};
use vault::{Having, KeyHolder, Reader, UnlockedVault};

use super::{named, spare_key};
use crate::api::{RotationBlock, RotationPlan};
use crate::app::App;
use crate::copy::secret_field;
use crate::refusal::Answer;

/// So many are named; of the rest it is said that there are more.
const NAMED_MAX: usize = 5;
const HELD_ELSEWHERE: &str = "held_elsewhere";

/// A key, by what is known of it: not every provider's id stands in the values.
#[derive(Clone, Copy)]
pub struct Sought<'a> {
    pub id: Option<&'a KeyId>,
    pub value: Option<&'a SecretText>,
}

impl<'a> Sought<'a> {
    pub fn of(id: Option<&'a KeyId>, values: &'a Credentials) -> Self {
        let value = values.field(secret_field(values.method()));
        Self { id, value }
    }
}

/// Those that have the key in use beside this secret and its own run, in words; nothing where nobody has.
pub fn others(
    reader: &Reader<'_>,
    own: SecretId,
    besides: Option<RotationId>,
    sought: Sought<'_>,
) -> Answer<Option<String>> {
    let mut found = match sought.id {
        Some(id) => reader.holders_of_key(id, Having::InUse, besides)?,
        None => Vec::new(),
    };
    if let Some(value) = sought.value {
        let same = reader.others_with(own, value, NAMED_MAX + 1)?;
        found.extend(same.into_iter().map(KeyHolder::Secret));
    }
    let mut words: Vec<String> = Vec::new();
    for holder in found {
        let word = match holder {
            KeyHolder::Secret(secret) if secret == own => continue,
            KeyHolder::Secret(secret) => format!("\"{}\"", named(reader, secret)?),
            KeyHolder::Rotation(run) => {
                let run = existing(reader.checked_rotation(run)?)?;
                format!("the rotation of \"{}\"", named(reader, run.secret())?)
            }
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(listed(words))
}

pub fn listed(mut words: Vec<String>) -> Option<String> {
    if words.len() > NAMED_MAX {
        words.truncate(NAMED_MAX);
        words.push("and others".to_owned());
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// Says in a plan whose key goes with the old one, and whose with the making of the new one.
pub fn mark(
    app: &App,
    vault: &UnlockedVault,
    service: &dyn KeyService,
    (own, current): (SecretId, &Credentials),
    plan: &mut RotationPlan,
) -> Answer<()> {
    let key = plan.keys.iter().find(|key| key.is_current);
    let key = key.and_then(|key| KeyId::parse(&key.id).ok());
    let sought = Sought::of(key.as_ref(), current);
    let others = vault.read(|reader| others(reader, own, None, sought))?;
    plan.warnings
        .extend(others.map(|others| not_only_here(&others)));
    match ended(app, vault, own, service)? {
        Ok(None) => {}
        Ok(Some(message)) => plan.blocks.push(RotationBlock {
            code: HELD_ELSEWHERE.to_owned(),
            message,
            key_id: None,
        }),
        Err(error) if error.passes_with_time() => return Err(error.into()),
        // Whatever it is stands in the plan already.
        Err(_) if !plan.blocks.is_empty() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn not_only_here(others: &str) -> String {
    format!(
        "Not only this secret has this key. When the old key stops, these stop working too, so you are asked before: {others}."
    )
}

/// As [`mark`] says it of the key in use, without opening it: by the fingerprints of the values.
pub fn shared(reader: &Reader<'_>, own: SecretId) -> Answer<Option<String>> {
    let mut names: Vec<String> = Vec::new();
    for held in reader.shares_value_with(own, NAMED_MAX + 1)? {
        let name = format!("\"{}\"", named(reader, held.secret)?);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(listed(names).map(|others| not_only_here(&others)))
}

/// A rotation does not take a working key away from another secret before anything is proven.
pub fn require_none_ended(
    app: &App,
    vault: &UnlockedVault,
    own: SecretId,
    service: &dyn KeyService,
) -> Answer<()> {
    match ended(app, vault, own, service)?? {
        None => Ok(()),
        Some(message) => Err(Rejection::new(ErrorType::Conflict, message).into()),
    }
}

fn ended(
    app: &App,
    vault: &UnlockedVault,
    own: SecretId,
    service: &dyn KeyService,
) -> Answer<Result<Option<String>, ProviderError>> {
    let ended = match spare_key::until_locked(app, service.ended_by_create())? {
        Ok(ended) => ended,
        Err(error) => return Ok(Err(error)),
    };
    vault.read(|reader| {
        for EndedKey { id, value } in &ended {
            let key = KeyId::parse(id.as_str()).ok();
            let sought = Sought {
                id: key.as_ref(),
                value: Some(value),
            };
            if let Some(others) = others(reader, own, None, sought)? {
                return Ok(Ok(Some(format!(
                    "The provider puts the new key in the place of another one, {id}, which stops working at once. It is held by {others}. Give that this secret's key first, or delete it."
                ))));
            }
        }
        Ok(Ok(None))
    })
}
