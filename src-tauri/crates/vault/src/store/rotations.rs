//! The rows of `rotation`: what is looked for by, and the run itself as one text.

mod record;

use domain::ids::{RotationId, SecretId};
use domain::rotation::{Run, Stage, Standing};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::error::StoreError;

/// A row as it is stored: what `state_hash` covers and what becomes a [`Run`].
pub(crate) struct RotationRow {
    pub id: [u8; 16],
    pub secret_id: [u8; 16],
    pub stage: String,
    /// `is_open` and `is_stopped` follow from the rest.
    pub is_open: bool,
    pub is_stopped: bool,
    pub revision: i64,
    pub started_at: i64,
    pub updated_at: i64,
    pub record: String,
}

/// Which runs are wanted, the newest first; an absent condition is met by all.
#[derive(Clone, Debug, Default)]
pub struct RotationQuery {
    pub secret: Option<SecretId>,
    pub open: Option<bool>,
    /// Those that failed or ask something.
    pub stopped: Option<bool>,
    /// A page's `next`, to go on from it.
    pub after: Option<RotationId>,
    pub limit: u32,
}

#[derive(Debug)]
pub struct RotationPage {
    pub rotations: Vec<Run>,
    /// What `after` is for those that follow, where there are any.
    pub next: Option<RotationId>,
    /// On all pages together.
    pub total: u64,
}

const COLUMNS: &str =
    "id, secret_id, stage, is_open, is_stopped, revision, started_at, updated_at, record";

const INSERT: &str = "INSERT INTO rotation (id, secret_id, stage, is_open, is_stopped, revision, started_at, updated_at, \
    record) VALUES (:id, :secret_id, :stage, :is_open, :is_stopped, :revision, :started_at, :updated_at, :record)";

const UPDATE: &str = "UPDATE rotation SET secret_id = :secret_id, stage = :stage, is_open = :is_open, \
    is_stopped = :is_stopped, revision = :revision, started_at = :started_at, updated_at = :updated_at, record = :record \
    WHERE id = :id";

pub(crate) fn insert(connection: &Connection, run: &Run) -> Result<(), StoreError> {
    bind(connection, INSERT, run)
}

pub(crate) fn update(connection: &Connection, run: &Run) -> Result<(), StoreError> {
    bind(connection, UPDATE, run)
}

pub(crate) fn by_id(
    connection: &Connection,
    id: RotationId,
) -> Result<Option<RotationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM rotation WHERE id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id.to_bytes()], RotationRow::read)
        .optional()?)
}

/// The run at work on a secret.
pub(crate) fn open_of(
    connection: &Connection,
    secret: SecretId,
) -> Result<Option<RotationRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM rotation INDEXED BY rotation_open WHERE secret_id = ?1 AND is_open = 1"
    );
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([secret.to_bytes()], RotationRow::read)
        .optional()?)
}

/// The one that was started last.
pub(crate) fn newest_of(
    connection: &Connection,
    secret: SecretId,
) -> Result<Option<RotationRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM rotation INDEXED BY rotation_by_secret WHERE secret_id = ?1 ORDER BY id DESC LIMIT 1"
    );
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([secret.to_bytes()], RotationRow::read)
        .optional()?)
}

pub(crate) fn page(
    connection: &Connection,
    query: &RotationQuery,
) -> Result<RotationPage, StoreError> {
    let (condition, mut params) = conditions(query);
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM rotation WHERE {condition}"))?
        .query_row(rusqlite::params_from_iter(&params), |row| row.get(0))?;
    let mut sql = format!("SELECT {COLUMNS} FROM rotation WHERE {condition}");
    if let Some(after) = query.after {
        sql.push_str(" AND id < ?");
        params.push(Value::Blob(after.to_bytes().to_vec()));
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    params.push(Value::Integer(i64::from(query.limit).saturating_add(1)));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows: Vec<RotationRow> = statement
        .query_map(rusqlite::params_from_iter(params), RotationRow::read)?
        .collect::<Result<_, _>>()?;
    let more = super::page::cut(&mut rows, query.limit);
    Ok(RotationPage {
        next: rows.last().filter(|_| more).map(RotationRow::id),
        rotations: rows
            .iter()
            .map(RotationRow::to_run)
            .collect::<Result<_, _>>()?,
        total,
    })
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<RotationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM rotation ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], RotationRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those that meet a condition on one text.
pub(super) fn matching(
    connection: &Connection,
    condition: &str,
    text: &str,
) -> Result<Vec<RotationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM rotation WHERE {condition} ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([text], RotationRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM rotation")?
        .query_row([], |row| row.get(0))?)
}

fn conditions(query: &RotationQuery) -> (String, Vec<Value>) {
    let (mut condition, mut params) = (String::from("1"), Vec::new());
    if let Some(secret) = query.secret {
        condition.push_str(" AND secret_id = ?");
        params.push(Value::Blob(secret.to_bytes().to_vec()));
    }
    // Written out, so that the partial index of open runs is seen to fit.
    match query.open {
        Some(true) => condition.push_str(" AND is_open = 1"),
        Some(false) => condition.push_str(" AND is_open = 0"),
        None => {}
    }
    match query.stopped {
        Some(true) => condition.push_str(" AND is_stopped = 1"),
        Some(false) => condition.push_str(" AND is_stopped = 0"),
        None => {}
    }
    (condition, params)
}

impl RotationRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<RotationRow> {
        Ok(RotationRow {
            id: row.get(0)?,
            secret_id: row.get(1)?,
            stage: row.get(2)?,
            is_open: row.get(3)?,
            is_stopped: row.get(4)?,
            revision: row.get(5)?,
            started_at: row.get(6)?,
            updated_at: row.get(7)?,
            record: row.get(8)?,
        })
    }

    pub(crate) fn id(&self) -> RotationId {
        RotationId::from_bytes(self.id)
    }

    /// The domain's view of the row; a row that the domain would never have written is damage.
    pub(crate) fn to_run(&self) -> Result<Run, StoreError> {
        record::read(self)
            .map(Run::from_stored)
            .map_err(|part| StoreError::damaged(format!("a rotation's {part} cannot be read")))
    }

    /// Whether what a run is looked for by says the same as the run.
    pub(crate) fn fits(&self, run: &Run) -> bool {
        self.is_open == run.is_open() && self.is_stopped == is_stopped(run)
    }
}

fn is_stopped(run: &Run) -> bool {
    run.is_open() && run.parts().standing != Standing::Going
}

fn bind(connection: &Connection, sql: &str, run: &Run) -> Result<(), StoreError> {
    let parts = run.parts();
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":id": parts.id.to_bytes(),
        ":secret_id": parts.secret.to_bytes(),
        ":stage": Stage::as_str(parts.stage),
        ":is_open": run.is_open(),
        ":is_stopped": is_stopped(run),
        ":revision": i64::try_from(parts.revision)
            .map_err(|_| StoreError::damaged("a revision is out of range"))?,
        ":started_at": parts.started_at.as_millis(),
        ":updated_at": parts.updated_at.as_millis(),
        ":record": record::write(parts),
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(StoreError::damaged("a rotation that was just read is gone")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    fn plan(sql: &str) -> String {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection).expect("the schema");
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .expect("a statement");
        let count = statement.parameter_count();
        let lines = statement
            .query_map(rusqlite::params_from_iter(vec![1; count]), |row| {
                row.get::<_, String>("detail")
            })
            .expect("a plan");
        let lines: Result<Vec<String>, _> = lines.collect();
        lines.expect("readable").join("\n")
    }

    #[test]
    fn runs_are_found_by_indexes_and_never_sorted() {
        let of = |query: &RotationQuery| {
            let (condition, _) = conditions(query);
            plan(&format!(
                "SELECT {COLUMNS} FROM rotation WHERE {condition} ORDER BY id DESC LIMIT 5"
            ))
        };
        let secret = Some(SecretId::from_bytes([1; 16]));
        let open = Some(true);
        for query in [
            RotationQuery::default(),
            RotationQuery {
                secret,
                ..RotationQuery::default()
            },
            RotationQuery {
                open,
                ..RotationQuery::default()
            },
        ] {
            let plan = of(&query);
            assert!(plan.contains("INDEX"), "{query:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{query:?}: {plan}");
        }
    }
}
