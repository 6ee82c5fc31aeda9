//! The rows of `secret`: writing, finding and deleting them.

mod row;

use domain::ids::SecretId;
use domain::mask::Masks;
use domain::secret::Secret;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;

use row::bind;
pub(crate) use row::{COLUMNS, SecretRow, masks_from_stored, masks_to_stored};

/// A row number; stands for the secret inside the database only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SecretKey(pub i64);

const INSERT: &str = "INSERT INTO secret (id, name, name_folded, secret_type, auth_method, current_version, \
    connection_id, env_key, keep_versions, grace_days, revision, created_at, created_by, updated_at, rotated_at, made_at, \
    expires_at, hint_count, identity, trashed_at, import_source, masks, tags, allowed_domains, field_mappings, description, notes) \
    VALUES (:id, :name, :name_folded, :secret_type, :auth_method, :current_version, :connection_id, :env_key, \
    :keep_versions, :grace_days, :revision, :created_at, :created_by, :updated_at, :rotated_at, :made_at, :expires_at, \
    :hint_count, :identity, :trashed_at, :import_source, :masks, :tags, :allowed_domains, :field_mappings, :description, :notes)";

const UPDATE: &str = "UPDATE secret SET name = :name, name_folded = :name_folded, secret_type = :secret_type, \
    auth_method = :auth_method, current_version = :current_version, connection_id = :connection_id, env_key = :env_key, \
    keep_versions = :keep_versions, grace_days = :grace_days, revision = :revision, created_at = :created_at, \
    created_by = :created_by, updated_at = :updated_at, rotated_at = :rotated_at, made_at = :made_at, expires_at = :expires_at, \
    hint_count = :hint_count, identity = :identity, trashed_at = :trashed_at, import_source = :import_source, masks = :masks, tags = :tags, \
    allowed_domains = :allowed_domains, field_mappings = :field_mappings, description = :description, notes = :notes \
    WHERE id = :id";

pub(crate) fn insert(
    connection: &Connection,
    secret: &Secret,
    masks: Option<&Masks>,
) -> Result<SecretKey, StoreError> {
    bind(connection, INSERT, secret, masks)?;
    Ok(SecretKey(connection.last_insert_rowid()))
}

pub(crate) fn update(
    connection: &Connection,
    secret: &Secret,
    masks: Option<&Masks>,
) -> Result<(), StoreError> {
    match bind(connection, UPDATE, secret, masks)? {
        1 => Ok(()),
        _ => Err(StoreError::damaged("a secret that was just read is gone")),
    }
}

pub(crate) fn delete(connection: &Connection, key: SecretKey) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM secret WHERE key = ?1")?
        .execute([key.0])?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    id: SecretId,
) -> Result<Option<SecretRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM secret s WHERE s.id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id.to_bytes()], SecretRow::read)
        .optional()?)
}

pub(crate) fn by_key(
    connection: &Connection,
    key: SecretKey,
) -> Result<Option<SecretRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM secret s WHERE s.key = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([key.0], SecretRow::read)
        .optional()?)
}

/// The next secret by row number, live or in the trash.
pub(crate) fn next_after(
    connection: &Connection,
    key: SecretKey,
) -> Result<Option<SecretRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM secret s WHERE s.key > ?1 ORDER BY s.key LIMIT 1");
    let next = connection
        .prepare_cached(&sql)?
        .query_row([key.0], SecretRow::read)
        .optional()?;
    // In a table whose pages do not fit together, going on may lead back.
    match next {
        Some(row) if row.key.0 <= key.0 => Err(StoreError::damaged("its secrets have no order")),
        next => Ok(next),
    }
}

/// The live secret of this folded name.
pub(crate) fn id_by_name(
    connection: &Connection,
    folded: &str,
) -> Result<Option<SecretId>, StoreError> {
    let sql = "SELECT id FROM secret WHERE name_folded = ?1 AND trashed_at IS NULL";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([folded], |row| row.get(0))
        .optional()?
        .map(SecretId::from_bytes))
}

/// The live secret that has this environment variable.
pub(crate) fn id_by_env_key(
    connection: &Connection,
    env_key: &str,
) -> Result<Option<SecretId>, StoreError> {
    let sql = "SELECT id FROM secret WHERE env_key = ?1 AND trashed_at IS NULL";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([env_key], |row| row.get(0))
        .optional()?
        .map(SecretId::from_bytes))
}

pub(crate) fn ids_by_import_source(
    connection: &Connection,
    source: &str,
) -> Result<Vec<SecretId>, StoreError> {
    let sql = "SELECT id FROM secret WHERE import_source = ?1 ORDER BY key";
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement
        .query_map([source], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().map(SecretId::from_bytes).collect())
}

/// Notes when the next of its old values has had its grace time.
pub(crate) fn set_sweep_time(
    connection: &Connection,
    key: SecretKey,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let sql = "UPDATE secret SET sweep_at = ?2 WHERE key = ?1 AND sweep_at IS NOT ?2";
    connection
        .prepare_cached(sql)?
        .execute((key.0, at.map(Timestamp::as_millis)))?;
    Ok(())
}

/// Secrets whose time in the trash, or the grace time of one of whose values, was over at these moments.
pub(crate) fn due(
    connection: &Connection,
    trashed_before: Timestamp,
    swept_before: Timestamp,
    limit: u32,
) -> Result<Vec<SecretId>, StoreError> {
    let sql = "SELECT id FROM secret INDEXED BY secret_by_trashing WHERE trashed_at IS NOT NULL AND trashed_at <= ?1 \
         UNION SELECT id FROM secret INDEXED BY secret_by_sweep WHERE sweep_at IS NOT NULL AND sweep_at <= ?2 LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let moments = (trashed_before.as_millis(), swept_before.as_millis(), limit);
    let ids = statement
        .query_map(moments, |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().map(SecretId::from_bytes).collect())
}

/// All in the trash, with the names of their records as they stand there.
pub(crate) fn trashed(connection: &Connection) -> Result<Vec<(SecretId, String)>, StoreError> {
    let sql = "SELECT id, name FROM secret INDEXED BY secret_by_trashing WHERE trashed_at IS NOT NULL \
         ORDER BY trashed_at DESC, key DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok((SecretId::from_bytes(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
