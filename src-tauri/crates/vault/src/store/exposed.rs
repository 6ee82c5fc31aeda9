//! Which live secrets with values of their own a member had to do with.

use domain::audit::Action;
use domain::ids::{MemberId, SecretId};
use rusqlite::{Connection, Row};

use super::counts;
use super::error::StoreError;

/// A value that left through this member, as their entries in the log say.
const USED: &str = "SELECT resource_id FROM audit INDEXED BY audit_by_action WHERE action IN (?1, ?2) AND actor = ?3";
const LIVE_DIRECT: &str = "s.trashed_at IS NULL AND s.connection_id IS NULL";

/// Those that the member used, by name.
pub(crate) fn used_by(
    connection: &Connection,
    member: MemberId,
    limit: usize,
) -> Result<Vec<(SecretId, String)>, StoreError> {
    let sql = format!(
        "SELECT s.id, s.name FROM secret s WHERE s.id IN ({USED}) AND {LIVE_DIRECT} ORDER BY s.name_folded LIMIT ?4"
    );
    named(connection, &sql, member, limit)
}

/// All others, by name.
pub(crate) fn unused_by(
    connection: &Connection,
    member: MemberId,
    limit: usize,
) -> Result<Vec<(SecretId, String)>, StoreError> {
    let sql = format!(
        "SELECT s.id, s.name FROM secret s INDEXED BY secret_by_name WHERE s.id NOT IN ({USED}) AND {LIVE_DIRECT} \
         ORDER BY s.name_folded LIMIT ?4"
    );
    named(connection, &sql, member, limit)
}

/// How many live secrets have values of their own.
pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let external: u64 = connection
        .prepare_cached(
            "SELECT count(*) FROM secret INDEXED BY secret_by_connection WHERE connection_id IS NOT NULL AND trashed_at IS NULL",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(counts::total(connection, "live", "")?.saturating_sub(external))
}

fn named(
    connection: &Connection,
    sql: &str,
    member: MemberId,
    limit: usize,
) -> Result<Vec<(SecretId, String)>, StoreError> {
    let [copied, injected] = [Action::ValueCopied, Action::ValueInjected].map(Action::as_str);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| Ok((SecretId::from_bytes(row.get(0)?), row.get(1)?));
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((copied, injected, member.to_bytes(), limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
