//! The rows of the audit log.

use rusqlite::{Connection, OptionalExtension, Row};

use super::error::StoreError;

/// An entry as it is stored. `position` orders the one list that a person sees; `sequence` counts one device's chain.
pub(crate) struct AuditRow {
    pub position: i64,
    pub device: [u8; 16],
    pub sequence: i64,
    pub time: i64,
    pub actor: [u8; 16],
    pub action: String,
    pub resource_type: String,
    pub resource_id: Option<[u8; 16]>,
    pub resource_name: String,
    pub revision: Option<i64>,
    pub changed: String,
    pub result: String,
    pub reason: Option<String>,
    pub state_hash: Option<[u8; 32]>,
    pub previous_hash: [u8; 32],
    pub hash: [u8; 32],
    pub signature: [u8; 64],
    pub log_hash: [u8; 32],
}

const COLUMNS: &str = "position, device, sequence, time, actor, action, resource_type, resource_id, resource_name, \
    revision, changed, result, reason, state_hash, previous_hash, hash, signature, log_hash";

pub(crate) fn insert(connection: &Connection, row: &AuditRow) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO audit ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, \
         ?17, ?18)"
    );
    connection.prepare_cached(&sql)?.execute(rusqlite::params![
        row.position,
        row.device,
        row.sequence,
        row.time,
        row.actor,
        row.action,
        row.resource_type,
        row.resource_id,
        row.resource_name,
        row.revision,
        row.changed,
        row.result,
        row.reason,
        row.state_hash,
        row.previous_hash,
        row.hash,
        row.signature,
        row.log_hash,
    ])?;
    Ok(())
}

/// The newest entry of all.
pub(crate) fn last(connection: &Connection) -> Result<Option<AuditRow>, StoreError> {
    one(connection, "ORDER BY position DESC LIMIT 1", [])
}

pub(crate) fn at(connection: &Connection, position: i64) -> Result<Option<AuditRow>, StoreError> {
    one(connection, "WHERE position = ?1", [position])
}

/// The newest entry of one device's chain.
pub(crate) fn last_of_device(
    connection: &Connection,
    device: [u8; 16],
) -> Result<Option<AuditRow>, StoreError> {
    one(
        connection,
        "WHERE device = ?1 ORDER BY sequence DESC LIMIT 1",
        [device],
    )
}

/// The newest entry that vouches for the state of this record.
pub(crate) fn last_state_of(
    connection: &Connection,
    resource: [u8; 16],
) -> Result<Option<AuditRow>, StoreError> {
    one(
        connection,
        "WHERE resource_id = ?1 AND state_hash IS NOT NULL ORDER BY revision DESC, position DESC LIMIT 1",
        [resource],
    )
}

/// Entries before a position, newest first.
pub(crate) fn before(
    connection: &Connection,
    position: i64,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM audit WHERE position < ?1 ORDER BY position DESC LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_map((position, limit), AuditRow::read)?
        .collect::<Result<_, _>>()?)
}

/// Calls `each` with every entry, oldest first, until it answers an error.
pub(crate) fn for_each(
    connection: &Connection,
    mut each: impl FnMut(AuditRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY position"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(AuditRow::read(row)?)?;
    }
    Ok(())
}

fn one<P: rusqlite::Params>(
    connection: &Connection,
    which: &str,
    params: P,
) -> Result<Option<AuditRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit {which}");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(params, AuditRow::read)
        .optional()?)
}

impl AuditRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
        Ok(AuditRow {
            position: row.get(0)?,
            device: row.get(1)?,
            sequence: row.get(2)?,
            time: row.get(3)?,
            actor: row.get(4)?,
            action: row.get(5)?,
            resource_type: row.get(6)?,
            resource_id: row.get(7)?,
            resource_name: row.get(8)?,
            revision: row.get(9)?,
            changed: row.get(10)?,
            result: row.get(11)?,
            reason: row.get(12)?,
            state_hash: row.get(13)?,
            previous_hash: row.get(14)?,
            hash: row.get(15)?,
            signature: row.get(16)?,
            log_hash: row.get(17)?,
        })
    }
}
