//! The rows of the audit log.

mod filter;

use domain::audit::Action;
use domain::ids::{MemberId, SecretId};
use domain::time::Timestamp;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Row};

use super::error::StoreError;
use crate::audit_log::{AuditQuery, ResourceId};
use filter::Filter;

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

/// A row that was meddled with may hold what no entry holds; it must not hide the others.
pub(crate) enum RowRead {
    Whole(Box<AuditRow>),
    Broken { position: i64, column: &'static str },
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

/// Position and log hash of the newest entry of all.
pub(crate) fn end(connection: &Connection) -> Result<Option<(i64, [u8; 32])>, StoreError> {
    let sql = "SELECT position, log_hash FROM audit ORDER BY position DESC LIMIT 1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Sequence and hash of the newest entry of one device's chain.
pub(crate) fn end_of_device(
    connection: &Connection,
    device: [u8; 16],
) -> Result<Option<(i64, [u8; 32])>, StoreError> {
    let sql = "SELECT sequence, hash FROM audit WHERE device = ?1 ORDER BY sequence DESC LIMIT 1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([device], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// The newest time of any entry that is not after this one, whatever the order in which they were written.
pub(crate) fn newest_time_until(
    connection: &Connection,
    until: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT max(time) FROM audit INDEXED BY audit_by_time WHERE time <= ?1";
    let newest: Option<i64> = connection
        .prepare_cached(sql)?
        .query_row([until.as_millis()], |row| row.get(0))?;
    Ok(newest.map(Timestamp::from_millis))
}

pub(crate) fn at(connection: &Connection, position: i64) -> Result<Option<AuditRow>, StoreError> {
    one(connection, "WHERE position = ?1", [position])
}

/// The newest entry that vouches for the state of this record.
pub(crate) fn last_state_of(
    connection: &Connection,
    resource: ResourceId,
) -> Result<Option<AuditRow>, StoreError> {
    one(
        connection,
        "INDEXED BY audit_by_resource WHERE resource_id = ?1 AND resource_type = ?2 AND state_hash IS NOT NULL \
         ORDER BY revision DESC, position DESC LIMIT 1",
        (resource.to_bytes(), resource.resource_type().as_str()),
    )
}

/// What was changed of a secret by one entry, a list in JSON.
pub(crate) struct ChangeRow {
    pub changed: String,
    /// Entries of an import end in one of the import itself, of the same moment.
    pub is_by_import: bool,
}

/// What entries say was changed of a secret since it was made, oldest first.
pub(crate) fn changes_of(
    connection: &Connection,
    secret: SecretId,
) -> Result<Vec<ChangeRow>, StoreError> {
    let sql = "SELECT changed, EXISTS (SELECT 1 FROM audit AS act INDEXED BY audit_by_action WHERE act.action = ?3 \
         AND act.time = own.time AND act.actor = own.actor AND act.device = own.device AND act.position > own.position) \
         FROM audit AS own INDEXED BY audit_by_resource \
         WHERE resource_id = ?1 AND resource_type = 'secret' AND state_hash IS NOT NULL AND action <> ?2 \
         ORDER BY revision, position";
    let made = Action::SecretCreated.as_str();
    let imported = Action::ImportApplied.as_str();
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map((secret.to_bytes(), made, imported), |row| {
            Ok(ChangeRow {
                changed: row.get(0)?,
                is_by_import: row.get(1)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// The newest refusals of one member.
pub(crate) fn newest_refused(
    connection: &Connection,
    actor: MemberId,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit INDEXED BY audit_by_action WHERE action = ?1 AND actor = ?2 \
         ORDER BY position DESC LIMIT ?3"
    );
    let params = (Action::AccessRefused.as_str(), actor.to_bytes(), limit);
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_map(params, AuditRow::read)?
        .collect::<Result<_, _>>()?)
}

/// Entries that a query asks for, newest first; one more than its limit where there are more.
pub(crate) fn matching(
    connection: &Connection,
    query: &AuditQuery,
) -> Result<Vec<RowRead>, StoreError> {
    let limit = i64::from(query.limit).saturating_add(1);
    let mut filter = Filter::of(query);
    if let (true, None) = (filter.is_empty(), query.before) {
        // Positions have no gaps, so the place to begin at need not be counted up to.
        let newest: Option<i64> = newest_position(connection)?;
        filter = filter.beginning_at(newest.unwrap_or(0), query.offset);
    } else {
        filter = filter.skipping(query.offset);
    }
    let (source, params) = filter.newest_first(limit);
    let sql =
        format!("SELECT {COLUMNS} FROM audit WHERE position IN ({source}) ORDER BY position DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_map(rusqlite::params_from_iter(params), RowRead::read)?
        .collect::<Result<_, _>>()?)
}

/// How many entries a query asks for, whatever its limit.
pub(crate) fn count(connection: &Connection, query: &AuditQuery) -> Result<u64, StoreError> {
    let filter = Filter::of(query);
    if filter.is_empty() {
        let newest = newest_position(connection)?.unwrap_or(0);
        return Ok(u64::try_from(newest).unwrap_or(0));
    }
    let (source, params) = filter.counted();
    let count = connection
        .prepare_cached(&source)?
        .query_row(rusqlite::params_from_iter(params), |row| row.get(0))?;
    Ok(count)
}

pub(crate) fn newest_position(connection: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT max(position) FROM audit")?
        .query_row([], |row| row.get(0))?)
}

/// Calls `each` with every entry that a query asks for, oldest first, until it answers an error.
pub(crate) fn for_each<E: From<StoreError>>(
    connection: &Connection,
    query: &AuditQuery,
    mut each: impl FnMut(RowRead) -> Result<(), E>,
) -> Result<(), E> {
    let (source, params) = Filter::of(query).oldest_first();
    let sql = format!("SELECT {COLUMNS} FROM audit {source} ORDER BY position");
    let mut statement = connection.prepare(&sql).map_err(StoreError::from)?;
    let mut rows = statement
        .query(rusqlite::params_from_iter(params))
        .map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        each(RowRead::read(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// Entries about members after a position, oldest first.
pub(crate) fn of_members_after(
    connection: &Connection,
    position: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE resource_type = 'member' AND position > ?1 ORDER BY position"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_map([position], AuditRow::read)?
        .collect::<Result<_, _>>()?)
}

/// Calls `each` with the entries after a position, up to another where one is given, oldest first.
pub(crate) fn for_each_after(
    connection: &Connection,
    after: i64,
    last: Option<i64>,
    each: impl FnMut(RowRead) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let range = (after, last.unwrap_or(i64::MAX));
    let which = "position > ?1 AND position <= ?2 ORDER BY position";
    in_range(connection, which, range, each)
}

/// Calls `each` with the entries from a position down to another, and the one before that, newest first.
pub(crate) fn for_each_before(
    connection: &Connection,
    from: i64,
    down_to: i64,
    each: impl FnMut(RowRead) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let range = (from, down_to.saturating_sub(1));
    let which = "position <= ?1 AND position >= ?2 ORDER BY position DESC";
    in_range(connection, which, range, each)
}

fn in_range(
    connection: &Connection,
    which: &str,
    range: (i64, i64),
    mut each: impl FnMut(RowRead) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE {which}"))?;
    let mut rows = statement.query(range)?;
    while let Some(row) = rows.next()? {
        each(RowRead::read(row)?)?;
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
        AuditRow::read_columns(row).map_err(|(_, error)| error)
    }

    /// The row, or the column that holds what no entry holds there.
    fn read_columns(row: &Row<'_>) -> Result<AuditRow, (&'static str, rusqlite::Error)> {
        // By number: a log of a hundred thousand entries is walked before a value is used.
        fn column<T: FromSql>(
            row: &Row<'_>,
            number: usize,
            name: &'static str,
        ) -> Result<T, (&'static str, rusqlite::Error)> {
            row.get(number).map_err(|error| (name, error))
        }
        Ok(AuditRow {
            position: column(row, 0, "position")?,
            device: column(row, 1, "device")?,
            sequence: column(row, 2, "sequence")?,
            time: column(row, 3, "time")?,
            actor: column(row, 4, "actor")?,
            action: column(row, 5, "action")?,
            resource_type: column(row, 6, "resource_type")?,
            resource_id: column(row, 7, "resource_id")?,
            resource_name: column(row, 8, "resource_name")?,
            revision: column(row, 9, "revision")?,
            changed: column(row, 10, "changed")?,
            result: column(row, 11, "result")?,
            reason: column(row, 12, "reason")?,
            state_hash: column(row, 13, "state_hash")?,
            previous_hash: column(row, 14, "previous_hash")?,
            hash: column(row, 15, "hash")?,
            signature: column(row, 16, "signature")?,
            log_hash: column(row, 17, "log_hash")?,
        })
    }
}

impl RowRead {
    fn read(row: &Row<'_>) -> rusqlite::Result<RowRead> {
        let position = row.get(0)?;
        Ok(match AuditRow::read_columns(row) {
            Ok(whole) => RowRead::Whole(Box::new(whole)),
            Err((column, _)) => RowRead::Broken { position, column },
        })
    }
}
