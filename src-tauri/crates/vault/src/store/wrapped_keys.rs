//! Version keys, wrapped: an append-only table whose rows all have one size.
//!
//! A row is never deleted and never resized, so its page never moves it. Destroying a value overwrites its row with
//! zeros where it stands; once the log is truncated, no file of the vault holds the wrapped key any more.

use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;
use crate::wrapped_key::WRAPPED_VERSION_KEY_BYTES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeySlot(pub i64);

/// The tables whose rows name a key by `key_slot`; a re-keying wraps the keys of each anew.
pub(crate) const NAMED_BY: [&str; 3] = ["version", "connection", "fingerprint_key"];

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

/// Puts another wrapping of the same key in its place.
pub(crate) fn replace(
    connection: &Connection,
    slot: KeySlot,
    wrapped: &[u8; WRAPPED_VERSION_KEY_BYTES],
) -> Result<(), StoreError> {
    let sql = "UPDATE wrapped_key SET bytes = ?2 WHERE slot = ?1";
    match connection.prepare_cached(sql)?.execute((slot.0, wrapped))? {
        1 => Ok(()),
        _ => Err(StoreError::damaged("a version's key is gone")),
    }
}

/// Overwrites the keys that no record names any more.
pub(crate) fn overwrite_unused(connection: &Connection) -> Result<(), StoreError> {
    let unnamed: String = NAMED_BY
        .iter()
        .map(|table| {
            format!(" AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.key_slot = slot)")
        })
        .collect();
    let sql =
        format!("UPDATE wrapped_key SET bytes = zeroblob(60) WHERE bytes <> zeroblob(60){unnamed}");
    connection.execute(&sql, [])?;
    Ok(())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM wrapped_key", [], |row| row.get(0))?)
}

pub(crate) fn is_overwritten(wrapped: &[u8; WRAPPED_VERSION_KEY_BYTES]) -> bool {
    wrapped.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::schema;

    /// Ciphertext only, which a re-keying leaves as it is.
    const SEALED_UNDER_THEM: &str = "sealed";

    #[test]
    fn every_table_that_names_keys_is_known_to_the_re_keying() {
        let mut connection = Connection::open_in_memory().expect("a database");
        schema::migrate(&mut connection).expect("the schema");
        let sql = "SELECT tables.name FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS reference \
                   WHERE tables.type = 'table' AND reference.\"table\" = 'wrapped_key'";
        let mut statement = connection.prepare(sql).expect("the schema's own tables");
        let names = statement.query_map([], |row| row.get(0)).expect("names");
        let found: BTreeSet<String> = names.collect::<Result<_, _>>().expect("names");
        let known = NAMED_BY.into_iter().chain([SEALED_UNDER_THEM]);
        assert_eq!(found, known.map(str::to_owned).collect());
    }
}
