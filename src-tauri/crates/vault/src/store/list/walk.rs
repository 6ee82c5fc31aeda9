//! An order and a filter, walked along.

use domain::time::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::anchors::Anchors;
use super::filter::{Keys, gathered};
use super::order::{self, Band};
use super::{Filter, Sort};
use crate::store::counts;
use crate::store::error::StoreError;
use crate::store::secrets::{COLUMNS, SecretRow};

/// A place between two rows of a walk: behind the row with these keys, or before the band's first row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Position {
    pub band: usize,
    pub keys: Vec<Value>,
}

impl Position {
    pub(super) fn start() -> Position {
        Position {
            band: 0,
            keys: Vec::new(),
        }
    }
}

/// An order and a filter, ready to be walked along.
pub(crate) struct Walk<'a> {
    pub(super) filter: &'a Filter,
    pub(super) sort: Sort,
    pub(super) now: Timestamp,
    pub(super) bands: Vec<Band>,
    /// Few secrets pass the filter: they are found by it and sorted, instead of met along the order's index.
    gather: Option<Keys>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        connection: &Connection,
        anchors: &mut Anchors,
        filter: &'a Filter,
        sort: Sort,
        now: Timestamp,
    ) -> Result<Walk<'a>, StoreError> {
        let mut bands = order::bands(sort, now);
        if let Some(health) = filter.health {
            // The health filter is the band of that health; other orders meet it as a condition.
            bands.retain(|band| band.health.is_none_or(|of_band| of_band == health));
        }
        let gather = gathered(connection, anchors, filter)?;
        Ok(Walk {
            filter,
            sort,
            now,
            bands,
            gather,
        })
    }

    pub(super) fn total(&self, connection: &Connection) -> Result<u64, StoreError> {
        let Filter { types, tags, .. } = self.filter;
        let plain = self.filter.is_by_types_and_tags_only();
        match (types.as_slice(), tags.as_slice()) {
            ([], []) if plain => counts::total(connection, "live", ""),
            ([only], []) if plain => counts::total(connection, "type", only.as_str()),
            ([], [only]) if plain => counts::total(connection, "tag", only),
            _ => self
                .bands
                .iter()
                .map(|band| self.count_after(connection, band, &[]))
                .sum(),
        }
    }

    /// Rows from a position on, over the bands, each with its band's number.
    pub(super) fn rows(
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
    pub(super) fn keys_ahead(
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

    pub(super) fn count_after(
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
        let from = match &self.gather {
            Some(_) => "FROM secret s NOT INDEXED".to_owned(),
            None => format!("FROM secret s INDEXED BY {}", band.index),
        };
        let mut sql = format!("{from} WHERE s.trashed_at IS NULL AND {}", band.condition);
        let mut params = band.params.clone();
        if let Some(keys) = &self.gather {
            sql.push_str(&format!(" AND s.key IN ({})", keys.sql));
            params.extend(keys.params.iter().cloned());
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
