//! What whoever may use values has within reach: the values of all secrets, and the tokens that open those kept elsewhere.

use domain::audit::Action;
use domain::ids::{ConnectionId, MemberId, SecretId};
use rusqlite::{Connection, Row};

use super::error::StoreError;
use super::{connections, counts};

/// What could be read, by where a new value has to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExposedItem {
    /// A secret that is in use, its value in the vault.
    Secret(SecretId),
    /// A secret, in use or in the trash, whose value is behind a connection.
    External(SecretId),
    /// A secret in the trash that still has its value.
    Trashed(SecretId),
    /// The token of a connection.
    Connection(ConnectionId),
    /// A secret that was destroyed since, with the value that could be read.
    DestroyedSecret(SecretId),
    /// A connection that was deleted since, with the token that could be read.
    DeletedConnection(ConnectionId),
}

/// A value that left through this member, as their entries in the log say.
const USED: &str = "SELECT resource_id FROM audit INDEXED BY audit_by_action WHERE action IN (?1, ?2) AND actor = ?3";
const SECRET: &str = "id, name, CASE WHEN connection_id IS NOT NULL THEN 'external' \
    WHEN trashed_at IS NOT NULL THEN 'trashed' ELSE 'secret' END";
const SECRETS_BY_PART: [&str; 3] = [
    "secret INDEXED BY secret_by_name WHERE trashed_at IS NULL AND connection_id IS NULL",
    "secret INDEXED BY secret_by_connection WHERE connection_id IS NOT NULL",
    "secret INDEXED BY secret_by_trashing WHERE trashed_at IS NOT NULL AND connection_id IS NULL",
];

/// Secrets that the member used, by name.
pub(crate) fn used_by(
    connection: &Connection,
    member: MemberId,
    limit: usize,
) -> Result<Vec<(ExposedItem, String)>, StoreError> {
    let sql =
        format!("SELECT {SECRET} FROM secret WHERE id IN ({USED}) ORDER BY name_folded LIMIT ?4");
    named(connection, &sql, member, limit)
}

/// All others, each part by name. Tokens come first: each opens more than one value, and there are few.
pub(crate) fn unused_by(
    connection: &Connection,
    member: MemberId,
    limit: usize,
) -> Result<Vec<(ExposedItem, String)>, StoreError> {
    let tokens = "SELECT id, name, 'connection' FROM connection ORDER BY name_folded LIMIT ?4";
    let mut unused = named(connection, tokens, member, limit)?;
    for part in SECRETS_BY_PART {
        let sql = format!(
            "SELECT {SECRET} FROM {part} AND id NOT IN ({USED}) ORDER BY name_folded LIMIT ?4"
        );
        let left = limit.saturating_sub(unused.len());
        unused.extend(named(connection, &sql, member, left)?);
    }
    Ok(unused)
}

/// How many they are, used or not.
pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let live = counts::total(connection, "live", "")?;
    let trashed = counts::total(connection, "trashed", "")?;
    Ok(live + trashed + connections::count(connection)?)
}

fn named(
    connection: &Connection,
    sql: &str,
    member: MemberId,
    limit: usize,
) -> Result<Vec<(ExposedItem, String)>, StoreError> {
    let [copied, injected] = [Action::ValueCopied, Action::ValueInjected].map(Action::as_str);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((copied, injected, member.to_bytes(), limit), |row| {
        Ok((item(row)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn item(row: &Row<'_>) -> rusqlite::Result<ExposedItem> {
    let (id, part): ([u8; 16], String) = (row.get(0)?, row.get(2)?);
    let secret = SecretId::from_bytes(id);
    Ok(match part.as_str() {
        "connection" => ExposedItem::Connection(ConnectionId::from_bytes(id)),
        "external" => ExposedItem::External(secret),
        "trashed" => ExposedItem::Trashed(secret),
        _ => ExposedItem::Secret(secret),
    })
}
