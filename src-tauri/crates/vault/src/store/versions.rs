//! The rows of `version`, and the sealed values that belong to those that still have some.

use domain::catalogue::AuthMethod;
use domain::ids::{MemberId, SecretId, VersionId};
use domain::plan::ToldOfVersion;
use domain::text::Reason;
use domain::time::Timestamp;
use domain::version::{How, Version, VersionNumber, VersionParts, VersionState};
use rusqlite::{Connection, OptionalExtension, Row};

use super::error::StoreError;
use super::secrets::{SecretKey, masks_from_stored, masks_to_stored};
use super::wrapped_keys::{self, KeySlot};

pub(crate) struct VersionRow {
    pub number: u32,
    pub id: [u8; 16],
    pub auth_method: String,
    pub state: String,
    pub created_at: i64,
    pub created_by: [u8; 16],
    pub how: String,
    pub origin: Option<u32>,
    pub key_slot: KeySlot,
    pub masks: Option<String>,
    pub reason: Option<String>,
    pub made_at: i64,
    pub expires_at: Option<i64>,
}

const COLUMNS: &str = "number, id, auth_method, state, created_at, created_by, how, origin, key_slot, masks, reason, made_at, expires_at";

pub(crate) fn insert(
    connection: &Connection,
    secret: SecretKey,
    version: &Version,
    slot: KeySlot,
    sealed: &[u8],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO version (secret_key, number, id, auth_method, state, created_at, created_by, how, origin, \
        key_slot, masks, reason, made_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    connection.prepare_cached(sql)?.execute(rusqlite::params![
        secret.0,
        version.number().get(),
        version.id().to_bytes(),
        version.method().as_str(),
        version.state().as_str(),
        version.created_at().as_millis(),
        version.created_by().to_bytes(),
        version.how().as_str(),
        version.origin().map(VersionNumber::get),
        slot.0,
        version.masks().map(masks_to_stored),
        version.reason().map(Reason::as_str),
        version.made_at().as_millis(),
        version.expires_at().map(Timestamp::as_millis),
    ])?;
    connection
        .prepare_cached("INSERT INTO sealed (key_slot, bytes) VALUES (?1, ?2)")?
        .execute(rusqlite::params![slot.0, sealed])?;
    Ok(())
}

pub(crate) fn set_state(
    connection: &Connection,
    secret: SecretKey,
    number: VersionNumber,
    state: VersionState,
) -> Result<(), StoreError> {
    let sql = "UPDATE version SET state = ?3 WHERE secret_key = ?1 AND number = ?2";
    let changed =
        connection
            .prepare_cached(sql)?
            .execute((secret.0, number.get(), state.as_str()))?;
    require_one(changed)
}

/// What was heard of a version's times since it was stored.
pub(crate) fn set_told(
    connection: &Connection,
    secret: SecretKey,
    told: &ToldOfVersion,
) -> Result<(), StoreError> {
    let sql =
        "UPDATE version SET made_at = ?3, expires_at = ?4 WHERE secret_key = ?1 AND number = ?2";
    let changed = connection.prepare_cached(sql)?.execute((
        secret.0,
        told.number.get(),
        told.made_at.as_millis(),
        told.expires_at.map(Timestamp::as_millis),
    ))?;
    require_one(changed)
}

/// Overwrites the version's key, deletes its ciphertext and marks it, all in the caller's transaction. It counts as
/// destroyed once the log that still has the old page is truncated.
pub(crate) fn destroy(
    connection: &Connection,
    secret: SecretKey,
    number: VersionNumber,
) -> Result<(), StoreError> {
    let version = by_number(connection, secret, number)?.ok_or_else(gone)?;
    wrapped_keys::overwrite(connection, version.key_slot)?;
    connection
        .prepare_cached("DELETE FROM sealed WHERE key_slot = ?1")?
        .execute([version.key_slot.0])?;
    set_state(connection, secret, number, VersionState::Destroying)
}

pub(crate) fn forget(
    connection: &Connection,
    secret: SecretKey,
    number: VersionNumber,
) -> Result<(), StoreError> {
    let sql = "UPDATE version SET masks = NULL WHERE secret_key = ?1 AND number = ?2";
    require_one(
        connection
            .prepare_cached(sql)?
            .execute((secret.0, number.get()))?,
    )
}

/// Versions whose key is overwritten, with a log that may still hold the page from before.
pub(crate) fn destroying(connection: &Connection) -> Result<Vec<(SecretKey, u32)>, StoreError> {
    let sql = "SELECT secret_key, number FROM version INDEXED BY version_destroying WHERE state = 'destroying'";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map([], |row| Ok((SecretKey(row.get(0)?), row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// The log has been truncated since the version was destroyed.
pub(crate) fn finish_destroying(
    connection: &Connection,
    secret: SecretKey,
    number: u32,
) -> Result<(), StoreError> {
    let sql = "UPDATE version SET state = 'destroyed' WHERE secret_key = ?1 AND number = ?2 AND state = 'destroying'";
    connection
        .prepare_cached(sql)?
        .execute((secret.0, number))?;
    Ok(())
}

pub(crate) fn delete_all(connection: &Connection, secret: SecretKey) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM version WHERE secret_key = ?1")?
        .execute([secret.0])?;
    Ok(())
}

/// Oldest first.
pub(crate) fn of_secret(
    connection: &Connection,
    secret: SecretKey,
) -> Result<Vec<VersionRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM version WHERE secret_key = ?1 ORDER BY number");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_map([secret.0], VersionRow::read)?
        .collect::<Result<_, _>>()?)
}

pub(crate) fn by_number(
    connection: &Connection,
    secret: SecretKey,
    number: VersionNumber,
) -> Result<Option<VersionRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM version WHERE secret_key = ?1 AND number = ?2");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row((secret.0, number.get()), VersionRow::read)
        .optional()?)
}

pub(crate) fn sealed_bytes(
    connection: &Connection,
    slot: KeySlot,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM sealed WHERE key_slot = ?1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([slot.0], |row| row.get(0))
        .optional()?)
}

/// How many versions have values.
pub(crate) fn count_of_values(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM version WHERE state NOT IN ('destroying', 'destroyed')";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

impl VersionRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<VersionRow> {
        Ok(VersionRow {
            number: row.get(0)?,
            id: row.get(1)?,
            auth_method: row.get(2)?,
            state: row.get(3)?,
            created_at: row.get(4)?,
            created_by: row.get(5)?,
            how: row.get(6)?,
            origin: row.get(7)?,
            key_slot: KeySlot(row.get(8)?),
            masks: row.get(9)?,
            reason: row.get(10)?,
            made_at: row.get(11)?,
            expires_at: row.get(12)?,
        })
    }

    pub(crate) fn to_version(&self, secret: SecretId) -> Result<Version, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("a version's {column} cannot be read"));
        let reason = match &self.reason {
            None => None,
            Some(text) => Some(Reason::parse(text).map_err(|_| broken("reason"))?),
        };
        let origin = match self.origin {
            None => None,
            Some(number) => Some(VersionNumber::new(number).ok_or_else(|| broken("origin"))?),
        };
        Ok(Version::from_stored(VersionParts {
            id: VersionId::from_bytes(self.id),
            secret,
            number: VersionNumber::new(self.number).ok_or_else(|| broken("number"))?,
            method: AuthMethod::parse(&self.auth_method).ok_or_else(|| broken("auth_method"))?,
            state: VersionState::parse(&self.state).ok_or_else(|| broken("state"))?,
            created_at: Timestamp::from_millis(self.created_at),
            created_by: MemberId::from_bytes(self.created_by),
            how: How::parse(&self.how).ok_or_else(|| broken("how"))?,
            reason,
            origin,
            masks: masks_from_stored(self.masks.as_deref())?,
            made_at: Timestamp::from_millis(self.made_at),
            expires_at: self.expires_at.map(Timestamp::from_millis),
        }))
    }
}

fn require_one(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(gone()) }
}

fn gone() -> StoreError {
    StoreError::damaged("a version that was just read is gone")
}
