//! Which live secrets have which tag.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::error::StoreError;
use super::secrets::SecretKey;

/// Moves a secret from one set of tags to another.
pub(crate) fn shift(
    connection: &Connection,
    key: SecretKey,
    from: &[String],
    to: &[String],
) -> Result<(), StoreError> {
    for tag in from.iter().filter(|tag| !to.contains(tag)) {
        let sql = "DELETE FROM secret_tag WHERE tag = ?1 AND secret_key = ?2";
        connection.prepare_cached(sql)?.execute((tag, key.0))?;
    }
    for tag in to.iter().filter(|tag| !from.contains(tag)) {
        let sql = "INSERT INTO secret_tag (tag, secret_key) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute((tag, key.0))?;
    }
    Ok(())
}

/// How many of these tags the index has for a secret.
pub(crate) fn of_secret_by(
    connection: &Connection,
    key: SecretKey,
    tags: &BTreeSet<&str>,
) -> Result<usize, StoreError> {
    let mut found = 0;
    for tag in tags {
        let sql = "SELECT EXISTS (SELECT 1 FROM secret_tag WHERE tag = ?1 AND secret_key = ?2)";
        found += usize::from(
            connection
                .prepare_cached(sql)?
                .query_row((tag, key.0), |row| row.get::<_, bool>(0))?,
        );
    }
    Ok(found)
}

/// Every tag of a live secret with the number of those, by name.
pub(crate) fn all(connection: &Connection) -> Result<Vec<(String, u64)>, StoreError> {
    let sql = "SELECT name, total FROM tally WHERE kind = 'tag' AND total > 0 ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}
