//! Browsing: pages of live secrets in every order, from a cursor or from any row.
//!
//! Nothing is sorted to be shown: each order is a walk along an index, or along several in turn (bands) where an order
//! has no index of its own, such as health, which changes with time alone.

mod anchors;
mod cursor;
mod order;

use std::sync::Mutex;

use domain::catalogue::SecretType;
use domain::health::Health;
use domain::ids::ConnectionId;
use domain::mask::Masks;
use domain::secret::Secret;
use domain::time::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::counts;
use super::error::StoreError;
use super::secrets::{COLUMNS, SecretRow};
use crate::unlocked::lock;

pub(crate) use anchors::Anchors;
pub use cursor::Cursor;
use order::Band;

#[derive(Clone, Debug)]
pub struct ListQuery {
    pub filter: Filter,
    pub sort: Sort,
    pub start: Start,
    pub limit: u32,
    /// Decides about age and health.
    pub now: Timestamp,
}

/// What to show; an empty list or `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Any of these types.
    pub types: Vec<SecretType>,
    /// All of these tags.
    pub tags: Vec<String>,
    pub health: Option<Health>,
    /// Rotated before this moment.
    pub rotated_before: Option<Timestamp>,
    /// With references through this connection.
    pub connection: Option<ConnectionId>,
    /// The moment that `health` is judged at.
    pub now: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    pub by: SortKey,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortKey {
    Name,
    /// Ascending: the youngest first.
    Age,
    Type,
    /// Ascending: the longest untouched first.
    Updated,
    /// Secrets without one come last either way.
    EnvKey,
    /// Ascending: what needs attention first.
    Health,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, Debug)]
pub enum Start {
    First,
    /// After the row at which a page ended.
    After(Cursor),
    /// At any row, counted from 0.
    Offset(u64),
}

#[derive(Debug)]
pub struct ListPage {
    pub secrets: Vec<Listed>,
    /// `None` at the end.
    pub next: Option<Cursor>,
    pub total: u64,
}

/// A secret as a list shows it: with the masks of its current version, decrypting no value.
#[derive(Debug)]
pub struct Listed {
    pub secret: Secret,
    pub masks: Option<Masks>,
}

impl Listed {
    pub(crate) fn from_row(row: &SecretRow) -> Result<Listed, StoreError> {
        Ok(Listed {
            secret: row.to_secret()?,
            masks: row.to_masks()?,
        })
    }
}

pub(crate) fn page(
    connection: &Connection,
    anchors: &Mutex<Anchors>,
    query: &ListQuery,
) -> Result<ListPage, StoreError> {
    let now = match &query.start {
        Start::After(cursor) => cursor.now,
        Start::First | Start::Offset(_) => query.now,
    };
    let walk = Walk::new(connection, &query.filter, query.sort, now)?;
    let total = walk.total(connection)?;
    let (position, skip) = match &query.start {
        Start::First => (Position::start(), 0),
        Start::After(cursor) => (cursor.position.clone(), 0),
        Start::Offset(offset) => anchors::seek(connection, &mut lock(anchors), &walk, *offset)?,
    };
    let mut rows = walk.rows(connection, position, skip, query.limit.saturating_add(1))?;
    let limit = usize::try_from(query.limit).expect("u32 fits");
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(band, row)| Cursor {
        sort: query.sort,
        now,
        position: walk.bands[*band].position_of(*band, row),
    });
    let secrets = rows
        .iter()
        .map(|(_, row)| Listed::from_row(row))
        .collect::<Result<_, _>>()?;
    Ok(ListPage {
        secrets,
        next,
        total,
    })
}

/// Secrets in the trash, the last thrown away first.
pub(crate) fn trash(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM secret s INDEXED BY secret_by_trashing WHERE s.trashed_at IS NOT NULL \
         ORDER BY s.trashed_at DESC, s.key DESC"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut listed = Vec::new();
    for row in statement.query_map([], SecretRow::read)? {
        listed.push(Listed::from_row(&row?)?);
    }
    Ok(listed)
}

/// A place between two rows of a walk: behind the row with these keys, or before the band's first row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Position {
    pub band: usize,
    pub keys: Vec<Value>,
}

impl Position {
    fn start() -> Position {
        Position {
            band: 0,
            keys: Vec::new(),
        }
    }
}

/// An order and a filter, ready to be walked along.
pub(crate) struct Walk<'a> {
    filter: &'a Filter,
    sort: Sort,
    now: Timestamp,
    bands: Vec<Band>,
    /// Few secrets pass the filter: they are found by it and sorted, instead of met along the order's index.
    gather: bool,
}

impl<'a> Walk<'a> {
    fn new(
        connection: &Connection,
        filter: &'a Filter,
        sort: Sort,
        now: Timestamp,
    ) -> Result<Walk<'a>, StoreError> {
        let mut bands = order::bands(sort, now);
        if let Some(health) = filter.health {
            // The health filter is the band of that health; other orders meet it as a condition.
            bands.retain(|band| band.health.is_none_or(|of_band| of_band == health));
        }
        let gather = gathers(connection, filter)?;
        Ok(Walk {
            filter,
            sort,
            now,
            bands,
            gather,
        })
    }

    fn total(&self, connection: &Connection) -> Result<u64, StoreError> {
        let Filter {
            types,
            tags,
            health,
            rotated_before,
            connection: used,
            ..
        } = self.filter;
        let others = (health, rotated_before, used);
        match (types.as_slice(), tags.as_slice(), others) {
            ([], [], (None, None, None)) => counts::total(connection, "live", ""),
            ([only], [], (None, None, None)) => counts::total(connection, "type", only.as_str()),
            ([], [only], (None, None, None)) => counts::total(connection, "tag", only),
            _ => self
                .bands
                .iter()
                .map(|band| self.count_after(connection, band, &[]))
                .sum(),
        }
    }

    /// Rows from a position on, over the bands, each with its band's number.
    fn rows(
        &self,
        connection: &Connection,
        from: Position,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<(usize, SecretRow)>, StoreError> {
        let wanted = usize::try_from(limit).expect("u32 fits");
        let mut rows = Vec::new();
        let mut skip = skip;
        for (number, band) in self.bands.iter().enumerate().skip(from.band) {
            let keys: &[Value] = if number == from.band { &from.keys } else { &[] };
            let (source, mut params) = self.source(band, keys);
            let order = band.order_by();
            let sql = format!("SELECT {COLUMNS} {source} {order} LIMIT ? OFFSET ?");
            let left = wanted - rows.len();
            params.push(Value::Integer(i64::try_from(left).expect("a page")));
            params.push(Value::Integer(i64::try_from(skip).unwrap_or(i64::MAX)));
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_map(rusqlite::params_from_iter(params), SecretRow::read)?;
            let before = rows.len();
            for row in found {
                rows.push((number, row?));
            }
            if rows.len() == wanted {
                break;
            }
            if skip > 0 && rows.len() == before {
                skip = skip.saturating_sub(self.count_after(connection, band, keys)?);
            } else {
                skip = 0;
            }
        }
        Ok(rows)
    }

    /// The keys of the row that lies `steps` rows behind a position within its band.
    fn keys_ahead(
        &self,
        connection: &Connection,
        band: &Band,
        keys: &[Value],
        steps: u64,
    ) -> Result<Option<Vec<Value>>, StoreError> {
        use rusqlite::OptionalExtension;
        let (source, mut params) = self.source(band, keys);
        let (columns, order) = (band.columns.join(", s."), band.order_by());
        params.push(Value::Integer(i64::try_from(steps).unwrap_or(i64::MAX) - 1));
        let sql = format!("SELECT s.{columns} {source} {order} LIMIT 1 OFFSET ?");
        let width = band.columns.len();
        let read = |row: &rusqlite::Row<'_>| {
            (0..width)
                .map(|at| row.get(at))
                .collect::<Result<Vec<Value>, _>>()
        };
        Ok(connection
            .prepare_cached(&sql)?
            .query_row(rusqlite::params_from_iter(params), read)
            .optional()?)
    }

    fn count_after(
        &self,
        connection: &Connection,
        band: &Band,
        keys: &[Value],
    ) -> Result<u64, StoreError> {
        let (source, params) = self.source(band, keys);
        let sql = format!("SELECT count(*) {source}");
        Ok(connection
            .prepare_cached(&sql)?
            .query_row(rusqlite::params_from_iter(params), |row| row.get(0))?)
    }

    /// `FROM … WHERE …` for the rows of a band behind some keys.
    fn source(&self, band: &Band, keys: &[Value]) -> (String, Vec<Value>) {
        let from = match self.gather {
            true => "FROM secret s NOT INDEXED".to_owned(),
            false => format!("FROM secret s INDEXED BY {}", band.index),
        };
        let mut sql = format!("{from} WHERE s.trashed_at IS NULL AND {}", band.condition);
        let mut params = band.params.clone();
        if self.gather {
            let (candidates, more) = candidates(self.filter);
            sql.push_str(&format!(" AND s.key IN ({candidates})"));
            params.extend(more);
        }
        if !self.filter.is_empty() {
            let (condition, more) = self.filter.condition();
            sql.push_str(&format!(" AND {condition}"));
            params.extend(more);
        }
        if !keys.is_empty() {
            let marks = vec!["?"; keys.len()].join(", ");
            sql.push_str(&format!(
                " AND (s.{}) {} ({marks})",
                band.columns.join(", s."),
                band.beyond()
            ));
            params.extend(keys.iter().cloned());
        }
        (sql, params)
    }
}

/// Meeting `n` rows of a filter along an index of `live` rows costs about `live / n` steps for each row of a page;
/// gathering them costs `n`.
const PAGE_ROWS_USUAL: u64 = 200;

fn gathers(connection: &Connection, filter: &Filter) -> Result<bool, StoreError> {
    if filter.connection.is_some() {
        return Ok(true);
    }
    let mut fewest = None;
    if !filter.types.is_empty() {
        let mut of_types = 0;
        for one in &filter.types {
            of_types += counts::total(connection, "type", one.as_str())?;
        }
        fewest = Some(of_types);
    }
    for tag in &filter.tags {
        let of_tag = counts::total(connection, "tag", tag)?;
        fewest = Some(fewest.map_or(of_tag, |fewest: u64| fewest.min(of_tag)));
    }
    let live = counts::total(connection, "live", "")?;
    Ok(fewest.is_some_and(|few| few.saturating_mul(few) <= PAGE_ROWS_USUAL.saturating_mul(live)))
}

/// The rows that a narrow filter finds by itself.
fn candidates(filter: &Filter) -> (String, Vec<Value>) {
    if let Some(connection) = filter.connection {
        let sql = "SELECT key FROM secret INDEXED BY secret_by_connection WHERE connection_id = ?";
        let id = Value::Blob(connection.to_bytes().to_vec());
        return (sql.to_owned(), vec![id]);
    }
    match filter.tags.first() {
        Some(tag) => (
            "SELECT secret_key FROM secret_tag WHERE tag = ?".to_owned(),
            vec![Value::Text(tag.clone())],
        ),
        None => {
            let marks = vec!["?"; filter.types.len()].join(", ");
            let sql = format!(
                "SELECT key FROM secret INDEXED BY secret_by_type WHERE trashed_at IS NULL AND secret_type IN ({marks})"
            );
            (
                sql,
                filter
                    .types
                    .iter()
                    .map(|one| Value::Text(one.as_str().to_owned()))
                    .collect(),
            )
        }
    }
}

impl Filter {
    pub(crate) fn is_empty(&self) -> bool {
        self.types.is_empty()
            && self.tags.is_empty()
            && self.health.is_none()
            && self.rotated_before.is_none()
            && self.connection.is_none()
    }

    /// A condition on `secret s` with its parameters.
    pub(crate) fn condition(&self) -> (String, Vec<Value>) {
        let mut conditions = vec!["s.trashed_at IS NULL".to_owned()];
        let mut params = Vec::new();
        if !self.types.is_empty() {
            conditions.push(format!(
                "s.secret_type IN ({})",
                vec!["?"; self.types.len()].join(", ")
            ));
            params.extend(
                self.types
                    .iter()
                    .map(|one| Value::Text(one.as_str().to_owned())),
            );
        }
        for tag in &self.tags {
            conditions.push(
                "EXISTS (SELECT 1 FROM secret_tag t2 WHERE t2.tag = ? AND t2.secret_key = s.key)"
                    .to_owned(),
            );
            params.push(Value::Text(tag.clone()));
        }
        if let Some(connection) = self.connection {
            conditions.push("s.connection_id = ?".to_owned());
            params.push(Value::Blob(connection.to_bytes().to_vec()));
        }
        if let Some(before) = self.rotated_before {
            conditions.push("s.rotated_at < ?".to_owned());
            params.push(Value::Integer(before.as_millis()));
        }
        if let (Some(health), Some(now)) = (self.health, self.now) {
            let (condition, more) = order::health_condition(health, now);
            conditions.push(condition);
            params.extend(more);
        }
        (conditions.join(" AND "), params)
    }
}
