//! What a filter asks for, as conditions, and whether it finds its secrets by itself.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::{Filter, order};
use crate::store::counts;
use crate::store::error::StoreError;

/// Meeting `n` rows of a filter along an index of `live` rows costs about `live / n` steps for each row of a page;
/// gathering them costs `n`.
const PAGE_ROWS_USUAL: u64 = 200;

pub(super) fn gathers(connection: &Connection, filter: &Filter) -> Result<bool, StoreError> {
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
pub(super) fn candidates(filter: &Filter) -> (String, Vec<Value>) {
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
