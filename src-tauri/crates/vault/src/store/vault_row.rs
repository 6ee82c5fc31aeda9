//! The one row that ties the database to its vault and to `keys.json`.

use domain::ids::VaultId;
use domain::time::Timestamp;
use rusqlite::Connection;

use super::error::StoreError;

pub(crate) struct VaultRow {
    pub vault: VaultId,
    pub key_epoch: u32,
    /// Of the `keys.json` that belongs to this state of the database.
    pub keys_generation: u64,
    pub keys_hash: [u8; 32],
    /// That file's content, until it is known to be in place.
    pub keys_pending: Option<Vec<u8>>,
}

pub(crate) fn insert(
    connection: &Connection,
    row: &VaultRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO vault (only_row, vault_id, created_at, key_epoch, keys_generation, keys_hash, keys_pending) \
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
        rusqlite::params![
            row.vault.to_bytes(),
            now.as_millis(),
            row.key_epoch,
            row.keys_generation,
            row.keys_hash,
            row.keys_pending
        ],
    )?;
    Ok(())
}

pub(crate) fn read(connection: &Connection) -> Result<VaultRow, StoreError> {
    let sql = "SELECT vault_id, key_epoch, keys_generation, keys_hash, keys_pending FROM vault";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| {
        Ok(VaultRow {
            vault: VaultId::from_bytes(row.get(0)?),
            key_epoch: row.get(1)?,
            keys_generation: row.get(2)?,
            keys_hash: row.get(3)?,
            keys_pending: row.get(4)?,
        })
    })?)
}

pub(crate) fn created_at(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT created_at FROM vault")?
        .query_row([], |row| row.get(0))?)
}

/// Announces the next `keys.json`, in the transaction of the entry that says why it changes.
pub(crate) fn announce_keys(
    connection: &Connection,
    generation: u64,
    hash: [u8; 32],
    content: &[u8],
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE vault SET keys_generation = ?1, keys_hash = ?2, keys_pending = ?3",
        rusqlite::params![generation, hash, content],
    )?;
    Ok(())
}

pub(crate) fn keys_in_place(connection: &Connection, generation: u64) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE vault SET keys_pending = NULL WHERE keys_generation = ?1",
        [generation],
    )?;
    Ok(())
}

/// Makes the database of a copy that of the next generation of keys, whose `keys.json` is not in place yet.
pub(crate) fn begin_generation(
    connection: &Connection,
    key_epoch: u32,
    generation: u64,
    hash: [u8; 32],
    content: &[u8],
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE vault SET key_epoch = ?1, keys_generation = ?2, keys_hash = ?3, keys_pending = ?4",
        rusqlite::params![key_epoch, generation, hash, content],
    )?;
    Ok(())
}

/// Notes in the old database which generation has taken its place: it opens under no `keys.json` any more.
pub(crate) fn supersede(
    connection: &Connection,
    key_epoch: u32,
    generation: u64,
    hash: [u8; 32],
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE vault SET key_epoch = ?1, keys_generation = ?2, keys_hash = ?3, keys_pending = NULL",
        rusqlite::params![key_epoch, generation, hash],
    )?;
    Ok(())
}
