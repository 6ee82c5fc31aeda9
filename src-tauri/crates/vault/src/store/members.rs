//! What the vault knew of its members, change by change: one row for each entry of the log that is about a member.
//!
//! Rows are added and never changed; one without an entry goes with the next change of the members. What a row says counts
//! only as far as its entry vouches for it, which [`Membership`](crate::membership::Membership) finds out.

use rusqlite::{Connection, OptionalExtension, Row};

use super::error::StoreError;

/// A member after the entry at `position`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub position: i64,
    pub id: [u8; 16],
    pub name: String,
    pub role: String,
    pub status: String,
    pub verifying_key: [u8; 32],
    pub recipient_hash: [u8; 32],
    pub key_epoch: u32,
    pub expires_at: Option<i64>,
}

const COLUMNS: &str =
    "position, member, name, role, status, verifying_key, recipient_hash, key_epoch, expires_at";

/// Adds the row of an entry that has just been appended. Every member can write rows without an entry, and so take the
/// places that the log comes to next: those go first, as nothing vouches for them.
pub(crate) fn insert(connection: &Connection, row: &MemberRow) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM member_state WHERE position >= ?1 OR NOT EXISTS \
         (SELECT 1 FROM audit WHERE audit.position = member_state.position AND resource_type = 'member')",
        [row.position],
    )?;
    let sql =
        format!("INSERT INTO member_state ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    connection.execute(
        &sql,
        rusqlite::params![
            row.position,
            row.id,
            row.name,
            row.role,
            row.status,
            row.verifying_key,
            row.recipient_hash,
            row.key_epoch,
            row.expires_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn at(connection: &Connection, position: i64) -> Result<Option<MemberRow>, StoreError> {
    one(connection, "WHERE position = ?1", [position])
}

/// Whether there are members' entries with their rows after a position.
pub(crate) fn changed_after(connection: &Connection, position: i64) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM member_state CROSS JOIN audit USING (position) \
             WHERE position > ?1 AND resource_type = 'member')",
        )?
        .query_row([position], |row| row.get(0))?)
}

/// Calls `each` with the position of every row, lowest first.
pub(crate) fn for_each_position(
    connection: &Connection,
    mut each: impl FnMut(i64),
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT position FROM member_state ORDER BY position")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?);
    }
    Ok(())
}

fn one<P: rusqlite::Params>(
    connection: &Connection,
    which: &str,
    params: P,
) -> Result<Option<MemberRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM member_state {which}");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(params, MemberRow::read)
        .optional()?)
}

impl MemberRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
        Ok(MemberRow {
            position: row.get(0)?,
            id: row.get(1)?,
            name: row.get(2)?,
            role: row.get(3)?,
            status: row.get(4)?,
            verifying_key: row.get(5)?,
            recipient_hash: row.get(6)?,
            key_epoch: row.get(7)?,
            expires_at: row.get(8)?,
        })
    }
}
