//! Version keys, wrapped: an append-only table whose rows all have one size.
//!
//! A row is never deleted and never resized, so its page never moves it. Destroying a value overwrites its row with
//! zeros where it stands; once the log is truncated, no file of the vault holds the wrapped key any more.

use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;
use crate::wrapped_key::WRAPPED_VERSION_KEY_BYTES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeySlot(pub i64);

pub(crate) fn append(
    connection: &Connection,
    wrapped: &[u8; WRAPPED_VERSION_KEY_BYTES],
) -> Result<KeySlot, StoreError> {
    connection
        .prepare_cached("INSERT INTO wrapped_key (bytes) VALUES (?1)")?
        .execute([wrapped])?;
    Ok(KeySlot(connection.last_insert_rowid()))
}

pub(crate) fn read(
    connection: &Connection,
    slot: KeySlot,
) -> Result<Option<[u8; WRAPPED_VERSION_KEY_BYTES]>, StoreError> {
    let sql = "SELECT bytes FROM wrapped_key WHERE slot = ?1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([slot.0], |row| row.get(0))
        .optional()?)
}

pub(crate) fn overwrite(connection: &Connection, slot: KeySlot) -> Result<(), StoreError> {
    let sql = "UPDATE wrapped_key SET bytes = zeroblob(60) WHERE slot = ?1";
    match connection.prepare_cached(sql)?.execute([slot.0])? {
        1 => Ok(()),
        _ => Err(StoreError::damaged("a version's key is gone")),
    }
}

pub(crate) fn is_overwritten(wrapped: &[u8; WRAPPED_VERSION_KEY_BYTES]) -> bool {
    wrapped.iter().all(|byte| *byte == 0)
}
