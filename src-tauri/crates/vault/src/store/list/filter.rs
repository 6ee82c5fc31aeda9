//! What a filter asks for, as conditions, and whether it finds its secrets by itself.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::anchors::Anchors;
use super::{Filter, related};
use crate::store::counts;
use crate::store::error::StoreError;
use crate::store::list::order;

/// Meeting `n` rows of a filter along an index of `live` rows costs about `live / n` steps for each row of a page;
/// gathering them costs `n`.
const PAGE_ROWS_USUAL: u64 = 200;

/// A SELECT of the row numbers of some secrets, with its parameters.
#[derive(Clone)]
pub(super) struct Keys {
    pub sql: String,
    pub params: Vec<Value>,
}

/// The rows that the narrowest part of a filter finds by itself; `None` where they are met sooner along the order.
pub(super) fn gathered(
    connection: &Connection,
    anchors: &mut Anchors,
    filter: &Filter,
) -> Result<Option<Keys>, StoreError> {
    if let Some(used) = filter.connection {
        return Ok(Some(Keys {
            sql: "SELECT key FROM secret INDEXED BY secret_by_connection WHERE connection_id = ?"
                .to_owned(),
            params: vec![Value::Blob(used.to_bytes().to_vec())],
        }));
    }
    let live = counts::total(connection, "live", "")?;
    let most = PAGE_ROWS_USUAL.saturating_mul(live).isqrt();
    let mut fewest: Option<(u64, Keys)> = None;
    let mut offer = |count: u64, keys: Keys| {
        let fewer = fewest.as_ref().is_none_or(|(known, _)| count < *known);
        if count <= most && fewer {
            fewest = Some((count, keys));
        }
    };
    if !filter.types.is_empty() {
        let mut of_types = 0;
        for one in &filter.types {
            of_types += counts::total(connection, "type", one.as_str())?;
        }
        offer(of_types, of_any_type(filter));
    }
    for tag in &filter.tags {
        let keys = Keys {
            sql: "SELECT secret_key FROM secret_tag WHERE tag = ?".to_owned(),
            params: vec![Value::Text(tag.clone())],
        };
        offer(counts::total(connection, "tag", tag)?, keys);
    }
    for keys in related::sources(filter) {
        offer(count_up_to(connection, &keys, most + 1)?, keys);
    }
    if filter.values.is_some() {
        let sharing = anchors.sharing(connection)?;
        offer(sharing.count(), sharing.keys());
    }
    Ok(fewest.map(|(_, keys)| keys))
}

fn of_any_type(filter: &Filter) -> Keys {
    let marks = vec!["?"; filter.types.len()].join(", ");
    let types = filter.types.iter();
    Keys {
        sql: format!(
            "SELECT key FROM secret INDEXED BY secret_by_type WHERE trashed_at IS NULL AND secret_type IN ({marks})"
        ),
        params: types
            .map(|one| Value::Text(one.as_str().to_owned()))
            .collect(),
    }
}

/// No further than that: what is found twice counts twice.
fn count_up_to(connection: &Connection, keys: &Keys, most: u64) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM ({} LIMIT ?)", keys.sql);
    let mut params = keys.params.clone();
    params.push(Value::Integer(i64::try_from(most).unwrap_or(i64::MAX)));
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(rusqlite::params_from_iter(params), |row| row.get(0))?)
}

impl Filter {
    pub(crate) fn is_empty(&self) -> bool {
        self.types.is_empty() && self.tags.is_empty() && self.is_by_types_and_tags_only()
    }

    pub(super) fn is_by_types_and_tags_only(&self) -> bool {
        self.health.is_none()
            && self.rotated_before.is_none()
            && self.connection.is_none()
            && !related::is_asked(self)
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
            conditions.push("s.made_at < ?".to_owned());
            params.push(Value::Integer(before.as_millis()));
        }
        if let (Some(health), Some(now)) = (self.health, self.now) {
            let (condition, more) = order::health_condition(health, now);
            conditions.push(condition);
            params.extend(more);
        }
        for (condition, more) in related::conditions(self) {
            conditions.push(condition);
            params.extend(more);
        }
        (conditions.join(" AND "), params)
    }
}
