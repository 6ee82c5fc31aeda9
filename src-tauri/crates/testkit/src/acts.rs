//! What tests do to a vault, decided by the real rules and applied by the real store.

mod records;
mod rotations;

pub use records::{
    create_connection, create_location, delete_connection, delete_location, doppler, location,
    readable, rotate_token, set_tier, token, trash_with_force, update_connection, update_location,
    verify_location,
};

pub use rotations::{
    NEW_KEY, OLD_KEY, advance, new_key, provider_facts, rotation_step, set_policy, start_rotation,
};

use std::sync::atomic::{AtomicU64, Ordering};

use domain::create::CreateInput;
use domain::delete::{DeleteInput, empty_from_trash, undelete};
use domain::facts::{CreateFacts, RoomFacts, UpdateFacts};
use domain::history::{DestroyInput, RestoreInput};
use domain::plan::{Context, Decision};
use domain::reject::{ErrorType, Rejection};
use domain::request::{FieldsInput, Patch};
use domain::secret::SecretWithVersions;
use domain::tier::Tier;
use domain::update::{UpdateInput, UpdateMeans};
use domain::{Actor, SecretId, SecretText, Timestamp, VersionId, VersionNumber};
use vault::{AuditEntry, AuditQuery, OpenValueError, StoreError, UnlockedVault, Writer};

/// The moment at which a test begins: 2026-04-25T11:45:19.000Z.
pub fn now() -> Timestamp {
    Timestamp::from_millis(1_777_117_519_000)
}

/// Either the rules or the store said no.
#[derive(Debug)]
pub enum ActError {
    Rejected(Rejection),
    Store(StoreError),
    Value(OpenValueError),
}

/// That moment plus days.
pub fn after(days: u32) -> Timestamp {
    now().plus_days(days)
}

/// Fresh ids, different on every call and the same on every run.
pub fn context(actor: &Actor, now: Timestamp) -> Context {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&next.to_be_bytes());
    Context {
        now,
        actor: actor.clone(),
        new_secret_id: SecretId::from_parts(now, random),
        new_version_id: VersionId::from_parts(now, random),
    }
}

/// A request for a generic secret.
pub fn generic(name: &str, value: &str) -> CreateInput {
    CreateInput {
        name: Some(name.to_owned()),
        secret_type: Some("generic".to_owned()),
        credentials: Some(fields(&[("value", value)])),
        ..CreateInput::default()
    }
}

pub fn fields(given: &[(&str, &str)]) -> FieldsInput {
    FieldsInput::new(
        given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), SecretText::new((*value).to_owned())))
            .collect(),
    )
}

/// A request that brings a new value for a generic secret.
pub fn new_value(value: &str) -> UpdateInput {
    UpdateInput {
        credentials: Patch::Set(fields(&[("value", value)])),
        ..UpdateInput::default()
    }
}

pub fn create(
    vault: &UnlockedVault,
    now: Timestamp,
    input: CreateInput,
) -> Result<SecretId, ActError> {
    vault.write(now, |writer| create_in(writer, vault.actor(), now, input))
}

pub fn create_in(
    writer: &mut Writer<'_>,
    actor: &Actor,
    now: Timestamp,
    input: CreateInput,
) -> Result<SecretId, ActError> {
    let context = context(actor, now);
    let provider = match input.connection_id() {
        Some(id) => writer.connection(id)?.map(|found| found.provider()),
        None => None,
    };
    let draft = input.parse(&context, provider, &mut no_random)?;
    let facts = CreateFacts {
        names: writer.name_facts(Some(draft.name()), draft.env_key(), None)?,
        room: RoomFacts {
            tier: Tier::Unlimited,
            live_secrets: writer.counts()?.live,
        },
    };
    let plan = draft.decide(&facts, &context)?;
    Ok(writer.apply(plan)?.id())
}

pub fn update(
    vault: &UnlockedVault,
    now: Timestamp,
    id: SecretId,
    input: UpdateInput,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        update_in(writer, vault.actor(), now, id, input)
    })
}

pub fn update_in(
    writer: &mut Writer<'_>,
    actor: &Actor,
    now: Timestamp,
    id: SecretId,
    input: UpdateInput,
) -> Result<(), ActError> {
    let context = context(actor, now);
    let current = found(writer, id)?;
    let number = current.secret().current_version();
    let mut values = || {
        let number = number.expect("a direct secret");
        writer
            .open_values(id, number)
            .map_err(|error| Rejection::new(ErrorType::InternalError, error.to_string()))
    };
    let means = UpdateMeans {
        provider: None,
        random: &mut no_random,
        values_in_use: &mut values,
    };
    let draft = input.parse(&current, &context, means)?;
    let names = writer.name_facts(Some(draft.name()), draft.env_key(), Some(id))?;
    let decision = draft.decide(
        &UpdateFacts {
            names,
            dependants: Vec::new(),
        },
        &context,
    )?;
    carry_out(writer, decision)
}

pub fn restore(
    vault: &UnlockedVault,
    now: Timestamp,
    id: SecretId,
    version: i64,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let current = found(writer, id)?;
        let draft = RestoreInput {
            version: Some(version),
            reason: None,
        }
        .parse(&current, &context)?;
        let values = writer
            .open_values(id, draft.version().number())
            .map_err(ActError::Value)?;
        let in_use = writer
            .open_values(
                id,
                current.secret().current_version().expect("a direct secret"),
            )
            .map_err(ActError::Value)?;
        let decision = draft.decide(values, &in_use, &context)?;
        carry_out(writer, decision)
    })
}

pub fn destroy_version(
    vault: &UnlockedVault,
    now: Timestamp,
    id: SecretId,
    version: i64,
    forget: bool,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let input = DestroyInput {
            version: Some(version),
            forget: Some(forget),
            reason: None,
        };
        let decision = input.decide(&found(writer, id)?, &context(vault.actor(), now))?;
        carry_out(writer, decision)
    })
}

/// Into the trash.
pub fn trash(vault: &UnlockedVault, now: Timestamp, id: SecretId) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let decision = DeleteInput::default().decide(
            &found(writer, id)?,
            &[],
            &context(vault.actor(), now),
        )?;
        carry_out(writer, decision)
    })
}

/// Out of the trash again.
pub fn take_back(vault: &UnlockedVault, now: Timestamp, id: SecretId) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let current = found(writer, id)?;
        let names = writer.name_facts(
            Some(current.secret().name()),
            current.secret().env_key(),
            Some(id),
        )?;
        let room = RoomFacts {
            tier: Tier::Unlimited,
            live_secrets: writer.counts()?.live,
        };
        let decision = undelete(&current, &names, &room, None, &context(vault.actor(), now))?;
        carry_out(writer, decision)
    })
}

/// Out of the trash for good.
pub fn purge(vault: &UnlockedVault, now: Timestamp, id: SecretId) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let decision = empty_from_trash(&found(writer, id)?, &context(vault.actor(), now))?;
        carry_out(writer, decision)
    })
}

pub fn secret(
    vault: &UnlockedVault,
    id: SecretId,
) -> Result<Option<SecretWithVersions>, StoreError> {
    vault.read(|reader| reader.secret(id))
}

/// The value of a generic secret's version, for comparing.
pub fn value(vault: &UnlockedVault, id: SecretId, version: u32) -> Result<String, OpenValueError> {
    vault.read(|reader| {
        let number = VersionNumber::new(version).expect("from 1");
        let values = reader.open_values(id, number)?;
        Ok(values
            .field("value")
            .expect("a generic secret")
            .expose_text()
            .to_owned())
    })
}

/// Every entry of the log, oldest first; a test that has unreadable ones asks for itself.
pub fn log(vault: &UnlockedVault) -> Vec<AuditEntry> {
    let query = AuditQuery {
        limit: u32::MAX,
        ..AuditQuery::default()
    };
    let page = vault
        .read(|reader| reader.audit_entries(&query))
        .expect("a log");
    page.lines
        .iter()
        .rev()
        .map(|line| line.entry().expect("a readable entry").clone())
        .collect()
}

fn found(writer: &Writer<'_>, id: SecretId) -> Result<SecretWithVersions, ActError> {
    Ok(domain::secret::existing(writer.secret(id)?)?)
}

fn carry_out(writer: &mut Writer<'_>, decision: Decision) -> Result<(), ActError> {
    if let Decision::Change(plan) = decision {
        writer.apply(*plan)?;
    }
    Ok(())
}

fn no_random(_: &mut [u8]) {
    unreachable!("these tests generate no values")
}

impl From<Rejection> for ActError {
    fn from(rejection: Rejection) -> ActError {
        ActError::Rejected(rejection)
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> ActError {
        ActError::Store(error)
    }
}
