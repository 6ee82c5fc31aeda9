//! The rows of `fingerprint` and `fingerprint_key`: which values are the same.

use domain::ids::SecretId;
use rusqlite::{Connection, OptionalExtension, Row};

use super::error::StoreError;
use super::secrets::SecretKey;
use super::wrapped_keys::{self, KeySlot};
use crate::fingerprint::{FINGERPRINT_BYTES, Fingerprint, FingerprintKey, FingerprintKeyContext};
use crate::wrapped_key::ValueKey;

/// Where a value is or was.
pub(crate) struct HolderRow {
    pub secret: SecretId,
    pub number: u32,
    pub field: String,
}

/// Wraps a new key and keeps it, in the transaction in which its epoch begins.
pub(crate) fn add_key(
    connection: &Connection,
    value_key: &ValueKey,
    key: &FingerprintKey,
    context: &FingerprintKeyContext,
) -> Result<(), StoreError> {
    let wrapped = value_key.wrap_fingerprint_key(key, context)?;
    let slot = wrapped_keys::append(connection, wrapped.as_bytes())?;
    // A row that is there already is not ours: the epoch begins with this one.
    let sql = "INSERT OR REPLACE INTO fingerprint_key (made_in, key_slot) VALUES (?1, ?2)";
    connection.execute(sql, (context.made_in, slot.0))?;
    Ok(())
}

pub(crate) fn drop_key(connection: &Connection, made_in: u32) -> Result<(), StoreError> {
    let sql = "DELETE FROM fingerprint_key WHERE made_in = ?1";
    connection.execute(sql, [made_in])?;
    Ok(())
}

/// The key that was made in this epoch.
pub(crate) fn key_of(connection: &Connection, made_in: u32) -> Result<Option<KeySlot>, StoreError> {
    let sql = "SELECT key_slot FROM fingerprint_key WHERE made_in = ?1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([made_in], |row| Ok(KeySlot(row.get(0)?)))
        .optional()?)
}

/// All that fingerprints may be made with, the newest first, each with its epoch.
pub(crate) fn keys(connection: &Connection) -> Result<Vec<(u32, KeySlot)>, StoreError> {
    let sql = "SELECT made_in, key_slot FROM fingerprint_key ORDER BY made_in DESC";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map([], |row| Ok((row.get(0)?, KeySlot(row.get(1)?))))?
        .collect::<Result<_, _>>()?)
}

pub(crate) fn insert(
    connection: &Connection,
    secret: SecretKey,
    number: u32,
    fields: &[(&'static str, Fingerprint)],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO fingerprint (secret_key, number, field, hmac) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    for (field, fingerprint) in fields {
        statement.execute((secret.0, number, field, fingerprint.0))?;
    }
    Ok(())
}

pub(crate) fn forget(
    connection: &Connection,
    secret: SecretKey,
    number: u32,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM fingerprint WHERE secret_key = ?1 AND number = ?2";
    connection
        .prepare_cached(sql)?
        .execute((secret.0, number))?;
    Ok(())
}

pub(crate) fn delete_all(connection: &Connection, secret: SecretKey) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM fingerprint WHERE secret_key = ?1")?
        .execute([secret.0])?;
    Ok(())
}

/// By field, in the order of their names.
pub(crate) fn of_version(
    connection: &Connection,
    secret: SecretKey,
    number: u32,
) -> Result<Vec<(String, Fingerprint)>, StoreError> {
    let sql =
        "SELECT field, hmac FROM fingerprint WHERE secret_key = ?1 AND number = ?2 ORDER BY field";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map((secret.0, number), |row| {
            Ok((row.get(0)?, Fingerprint(row.get(1)?)))
        })?
        .collect::<Result<_, _>>()?)
}

// `LIMIT ?2 + 0`, here and below: SQLite plans a statement with a bare parameter as its limit anew at every use, and these are
// asked for each value of an import.

/// The versions of one secret that have or had a value with this fingerprint.
pub(crate) fn within(
    connection: &Connection,
    secret: SecretKey,
    fingerprint: Fingerprint,
) -> Result<Vec<HolderRow>, StoreError> {
    let sql = "SELECT secret.id, fingerprint.number, fingerprint.field \
               FROM fingerprint JOIN secret ON secret.key = fingerprint.secret_key \
               WHERE fingerprint.secret_key = ?1 AND fingerprint.hmac = ?2 ORDER BY fingerprint.number, fingerprint.field";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map((secret.0, fingerprint.0), HolderRow::read)?
        .collect::<Result<_, _>>()?)
}

/// Where a value with this fingerprint is or was, the secrets made first coming first; as many as are asked for.
pub(crate) fn holders(
    connection: &Connection,
    fingerprint: Fingerprint,
    limit: usize,
) -> Result<Vec<HolderRow>, StoreError> {
    let sql = "SELECT secret.id, fingerprint.number, fingerprint.field \
               FROM fingerprint INDEXED BY fingerprint_by_hmac JOIN secret ON secret.key = fingerprint.secret_key \
               WHERE fingerprint.hmac = ?1 ORDER BY fingerprint.secret_key, fingerprint.number, fingerprint.field LIMIT ?2 + 0";
    let mut statement = connection.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(statement
        .query_map((fingerprint.0, limit), HolderRow::read)?
        .collect::<Result<_, _>>()?)
}

/// Fields of live secrets whose present value has this fingerprint, but for one secret's; as many as are asked for.
pub(crate) fn present(
    connection: &Connection,
    fingerprint: Fingerprint,
    except: Option<SecretKey>,
    limit: usize,
) -> Result<Vec<HolderRow>, StoreError> {
    let sql = "SELECT secret.id, fingerprint.number, fingerprint.field \
               FROM fingerprint INDEXED BY fingerprint_by_hmac JOIN secret ON secret.key = fingerprint.secret_key \
                   AND secret.current_version = fingerprint.number AND secret.trashed_at IS NULL \
               WHERE fingerprint.hmac = ?1 AND fingerprint.secret_key <> ?2 \
               ORDER BY fingerprint.secret_key, fingerprint.field LIMIT ?3 + 0";
    let mut statement = connection.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let except = except.map_or(NO_SECRET, |key| key.0);
    Ok(statement
        .query_map((fingerprint.0, except, limit), HolderRow::read)?
        .collect::<Result<_, _>>()?)
}

/// How many there are of them, in all.
pub(crate) fn present_count(
    connection: &Connection,
    fingerprint: Fingerprint,
) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM fingerprint INDEXED BY fingerprint_by_hmac \
               JOIN secret ON secret.key = fingerprint.secret_key \
                   AND secret.current_version = fingerprint.number AND secret.trashed_at IS NULL \
               WHERE fingerprint.hmac = ?1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([fingerprint.0], |row| row.get(0))?)
}

/// No row has this number.
const NO_SECRET: i64 = i64::MIN;

/// Fingerprints that more than one secret has or had, in no order that means anything. Reads the whole index, and
/// nothing beside it.
pub(crate) fn shared(connection: &Connection) -> Result<Vec<Fingerprint>, StoreError> {
    let sql = "SELECT hmac FROM fingerprint INDEXED BY fingerprint_by_hmac \
               GROUP BY hmac HAVING min(secret_key) <> max(secret_key)";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map([], |row| Ok(Fingerprint(row.get(0)?)))?
        .collect::<Result<_, _>>()?)
}

impl HolderRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<HolderRow> {
        Ok(HolderRow {
            secret: SecretId::from_bytes(row.get(0)?),
            number: row.get(1)?,
            field: row.get(2)?,
        })
    }
}

const _: () = assert!(FINGERPRINT_BYTES == 16, "the schema says so too");
