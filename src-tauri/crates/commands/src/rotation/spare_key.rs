//! A key at the provider that takes the place of the next one: it goes by a person's word, before a rotation is started.

use domain::audit::Action;
use domain::reject::{Detail, ErrorType};
use domain::rotation::KeyId;
use domain::secret::existing_live;
use domain::text::Reason;
use domain::{Rejection, SecretId};
use providers::{KeyService, NotManaged, ProviderError, RemoteKey, RemoteKeyId};
use vault::{Having, KeyHolder, Reader, UnlockedVault};

use super::{named, not_over, secret_member, signer};
use crate::api::{Changed, Required, RotationKeyDelete, RotationKeyDeleted, RotationPlan};
use crate::app::{App, vault_locked};
use crate::opened::required;
use crate::refusal::Answer;

/// What is to become of the key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Disabled,
    Deleted,
}

struct Asked {
    secret: SecretId,
    key: KeyId,
    fate: Fate,
    reason: Reason,
}

/// Says of a plan's keys which may go, where there is no room for another one.
pub fn mark(vault: &UnlockedVault, plan: &mut RotationPlan) -> Answer<()> {
    if !is_full(plan.keys.len(), plan.keys_max) {
        return Ok(());
    }
    let own = SecretId::parse(&plan.secret_id).ok();
    vault.read(|reader| {
        for key in plan.keys.iter_mut().filter(|key| !key.is_current) {
            let Ok(id) = KeyId::parse(&key.id) else {
                continue;
            };
            let holder = reader.holder_of_key(&id, Having::InUse, None)?;
            key.may_go = holder.is_none();
            if let Some(KeyHolder::Secret(other)) = holder
                && Some(other) != own
            {
                key.held_by = Some(named(reader, other)?);
            }
        }
        Ok(())
    })
}

pub fn delete(
    app: &App,
    vault: &UnlockedVault,
    request: RotationKeyDelete,
) -> Answer<RotationKeyDeleted> {
    let asked = parse(request)?;
    require_spare(app, vault, &asked)?;
    let signing = signer::signing_for(app, vault, asked.secret)?;
    let service = signing.service(app)?;
    let id = RemoteKeyId::new(asked.key.as_str());
    let keys = until_locked(app, service.list())??;
    require_in_the_way(&*service, &keys, &id, asked.fate)?;
    // In the log before it is done, with who says so and why.
    vault.write(app.clock.now(), |writer| {
        Answer::Ok(writer.record_key_act(
            asked.secret,
            &asked.key,
            asked.fate.action(),
            &asked.reason,
        )?)
    })?;
    app.changed(&[Changed::Audit]);
    until_locked(app, async {
        match asked.fate {
            Fate::Disabled => service.disable(&id).await,
            Fate::Deleted => service.delete(&id).await,
        }
    })??;
    Ok(RotationKeyDeleted {
        key_id: asked.key.as_str().to_owned(),
        then: asked.fate.word().to_owned(),
    })
}

/// What the vault can refuse by itself: the key is at work, or soon is.
fn require_spare(app: &App, vault: &UnlockedVault, asked: &Asked) -> Answer<()> {
    let providers = app.network.providers()?;
    vault.read(|reader| {
        let current = existing_live(reader.secret(asked.secret)?)?;
        let secret = current.secret();
        if secret.is_external() || providers.capabilities(secret.method()).is_none() {
            return Err(signer::not_managed(NotManaged::NoApi).into());
        }
        if let Some(open) = reader.open_rotation_of(asked.secret)? {
            return Err(not_over(&open).into());
        }
        match reader.holder_of_key(&asked.key, Having::InUse, None)? {
            None => Ok(()),
            Some(holder) => Err(held(reader, asked.secret, holder)?.into()),
        }
    })
}

fn held(reader: &Reader<'_>, own: SecretId, holder: KeyHolder) -> Answer<Rejection> {
    let message = match holder {
        KeyHolder::Secret(secret) if secret == own => {
            "This secret holds that key, so it is not deleted here. Rotate it.".to_owned()
        }
        KeyHolder::Secret(secret) => format!(
            "\"{}\" holds that key, so it is not deleted here.",
            named(reader, secret)?
        ),
        KeyHolder::Rotation(_) => {
            "A rotation that is not over works on that key. Finish or undo it first.".to_owned()
        }
    };
    Ok(Rejection::new(ErrorType::Conflict, message))
}

/// A provider may list the keys of others: one goes only where it keeps the next one from being made.
fn require_in_the_way(
    service: &dyn KeyService,
    keys: &[RemoteKey],
    id: &RemoteKeyId,
    fate: Fate,
) -> Result<(), Rejection> {
    let found = keys.iter().find(|key| key.id == *id);
    let found = found.ok_or_else(|| Rejection::not_found("key"))?;
    let can = service.capabilities();
    let why = if found.is_ours {
        "This secret holds that key, so it is not deleted here. Rotate it."
    } else if !is_full(keys.len(), can.keys_max) {
        "There is room for another key at the provider, so none has to go."
    } else if fate == Fate::Disabled && !can.disables {
        "This provider cannot disable a key."
    } else {
        return Ok(());
    };
    Err(Rejection::new(ErrorType::Conflict, why))
}

fn is_full(keys: usize, keys_max: Option<u32>) -> bool {
    let most = keys_max.and_then(|most| usize::try_from(most).ok());
    most.is_some_and(|most| keys >= most)
}

/// A lock ends the wait.
pub fn until_locked<T>(
    app: &App,
    act: impl Future<Output = Result<T, ProviderError>>,
) -> Answer<Result<T, ProviderError>> {
    let stop = app.stops.give();
    let done = app.network.wait(async {
        tokio::select! {
            done = act => Some(done),
            () = stop.asked() => None,
        }
    })?;
    Ok(done.ok_or_else(vault_locked)?)
}

fn parse(request: RotationKeyDelete) -> Answer<Asked> {
    let mut faults = Vec::new();
    let secret = secret_member(request.secret_id).map_err(|fault| faults.push(fault));
    let key = text("key_id", request.key_id, |text| {
        KeyId::parse(text).map_err(|fault| fault.at_member("key_id"))
    });
    let key = key.map_err(|fault| faults.push(fault));
    let fate = text("then", request.then, Fate::parse).map_err(|fault| faults.push(fault));
    let reason = text("reason", request.reason, reason).map_err(|fault| faults.push(fault));
    match (secret, key, fate, reason) {
        (Ok(secret), Ok(key), Ok(fate), Ok(reason)) => Ok(Asked {
            secret,
            key,
            fate,
            reason,
        }),
        _ => Err(faults.into()),
    }
}

fn text<T>(
    member: &'static str,
    given: Required<String>,
    parse: impl FnOnce(&str) -> Result<T, Detail>,
) -> Result<T, Detail> {
    parse(&required(member, given)?)
}

/// Nothing else says later why a key is gone that the vault never had.
fn reason(text: &str) -> Result<Reason, Detail> {
    let reason = Reason::parse(text).map_err(|fault| fault.at_member("reason"))?;
    if reason.as_str().trim().is_empty() {
        let message = "Say why this key goes. It is kept in the log.";
        return Err(Detail::at("reason", "empty", message));
    }
    Ok(reason)
}

impl Fate {
    fn parse(text: &str) -> Result<Self, Detail> {
        let known = [Self::Disabled, Self::Deleted];
        let found = known.into_iter().find(|fate| fate.word() == text);
        found.ok_or_else(|| {
            let message = "The key is disabled or deleted: disable or delete.";
            Detail::at("then", "unknown_value", message)
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disable",
            Self::Deleted => "delete",
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Disabled => Action::KeyDisableAsked,
            Self::Deleted => Action::KeyDeleteAsked,
        }
    }
}
