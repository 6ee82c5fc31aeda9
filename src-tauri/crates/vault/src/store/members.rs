//! What the vault knew of its members, change by change: one row for each entry of the log that is about a member.
//!
//! Rows are added and never changed. What they say counts only as far as their entries vouch for it, which
//! [`Membership`](crate::membership::Membership) finds out.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::ids::MemberId;
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

pub(crate) fn insert(connection: &Connection, row: &MemberRow) -> Result<(), StoreError> {
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

/// The newest row about a member, whether or not the log vouches for it.
pub(crate) fn by_id(
    connection: &Connection,
    id: MemberId,
) -> Result<Option<MemberRow>, StoreError> {
    one(
        connection,
        "WHERE member = ?1 ORDER BY position DESC LIMIT 1",
        [id.to_bytes()],
    )
}

/// Where members were changed last; 0 where there is none.
pub(crate) fn newest_position(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(position), 0) FROM member_state")?
        .query_row([], |row| row.get(0))?)
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

/// Names of members for those who read many entries: each is looked up once.
#[derive(Default)]
pub(crate) struct Names(HashMap<[u8; 16], Option<String>>);

impl Names {
    pub(crate) fn of(
        &mut self,
        connection: &Connection,
        id: [u8; 16],
    ) -> Result<Option<&str>, StoreError> {
        let name = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let member = by_id(connection, MemberId::from_bytes(id))?;
                new.insert(member.map(|member| member.name))
            }
        };
        Ok(name.as_deref())
    }
}
