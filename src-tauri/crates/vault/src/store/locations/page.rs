//! Locations by name, secret, type and text, a page at a time.

use domain::ids::SecretId;
use domain::location::{Location, LocationType};
use domain::text::fold;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::{COLUMNS, LocationRow};
use crate::store::error::StoreError;

/// Which locations are wanted, by name; an absent condition is met by all.
#[derive(Clone, Debug, Default)]
pub struct LocationQuery {
    pub secret: Option<SecretId>,
    pub location_type: Option<LocationType>,
    /// A part of the name, the bucket or the endpoint, whatever its case.
    pub text: Option<String>,
    /// A page's `next`, to go on from it.
    pub after: Option<String>,
    pub limit: u32,
}

#[derive(Debug)]
pub struct LocationPage {
    pub locations: Vec<Location>,
    /// What `after` is for those that follow, where there are any.
    pub next: Option<String>,
    /// On all pages together.
    pub total: u64,
}

pub(crate) fn page(
    connection: &Connection,
    query: &LocationQuery,
) -> Result<LocationPage, StoreError> {
    let (condition, mut params) = conditions(query);
    let total = connection
        .prepare_cached(&count_sql(&condition))?
        .query_row(rusqlite::params_from_iter(&params), |row| row.get(0))?;
    params.push(Value::Text(query.after.clone().unwrap_or_default()));
    params.push(Value::Integer(i64::from(query.limit).saturating_add(1)));
    let mut statement = connection.prepare_cached(&page_sql(&condition))?;
    let mut rows: Vec<LocationRow> = statement
        .query_map(rusqlite::params_from_iter(params), LocationRow::read)?
        .collect::<Result<_, _>>()?;
    let more = crate::store::page::cut(&mut rows, query.limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| row.name_folded.clone());
    let locations = rows
        .iter()
        .map(LocationRow::to_location)
        .collect::<Result<_, _>>()?;
    Ok(LocationPage {
        locations,
        next,
        total,
    })
}

/// What a row must meet, and the parameters of that.
fn conditions(query: &LocationQuery) -> (String, Vec<Value>) {
    let (mut condition, mut params) = (String::from("1"), Vec::new());
    if let Some(secret) = query.secret {
        condition.push_str(" AND secret_id = ?");
        params.push(Value::Blob(secret.to_bytes().to_vec()));
    }
    if let Some(kind) = query.location_type {
        condition.push_str(" AND location_type = ?");
        params.push(Value::Text(kind.as_str().to_owned()));
    }
    if let Some(text) = query.text.as_deref().filter(|text| !text.is_empty()) {
        condition.push_str(
            " AND (instr(name_folded, ?) OR instr(lower(bucket_name), ?) OR instr(lower(endpoint_url), ?))",
        );
        let folded = Value::Text(fold(text));
        params.extend([folded.clone(), folded.clone(), folded]);
    }
    (condition, params)
}

fn count_sql(condition: &str) -> String {
    format!("SELECT count(*) FROM location WHERE {condition}")
}

fn page_sql(condition: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM location WHERE {condition} AND name_folded > ? ORDER BY name_folded LIMIT ?"
    )
}

#[cfg(test)]
mod tests {
    use super::super::OF_SECRET;
    use super::*;
    use crate::store::schema;

    /// How SQLite goes about a statement, in a database without statistics, as ours are.
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

    fn check(query: &LocationQuery, page: &str, count: &str) {
        let (condition, _) = conditions(query);
        assert_eq!(plan(&page_sql(&condition)), page);
        assert_eq!(plan(&count_sql(&condition)), count);
    }

    #[test]
    fn a_page_of_locations_is_read_in_the_order_of_an_index_and_never_sorted() {
        let secret = Some(SecretId::from_bytes([1; 16]));
        let location_type = LocationType::parse("s3");
        check(
            &LocationQuery::default(),
            "SEARCH location USING INDEX location_by_name (name_folded>?)",
            "SCAN location USING COVERING INDEX location_by_name",
        );
        check(
            &LocationQuery {
                secret,
                ..LocationQuery::default()
            },
            "SEARCH location USING INDEX location_by_secret (secret_id=? AND name_folded>?)",
            "SEARCH location USING COVERING INDEX location_by_secret (secret_id=?)",
        );
        check(
            &LocationQuery {
                location_type,
                ..LocationQuery::default()
            },
            "SEARCH location USING INDEX location_by_type (location_type=? AND name_folded>?)",
            "SEARCH location USING COVERING INDEX location_by_type (location_type=?)",
        );
        check(
            &LocationQuery {
                text: Some("backup".to_owned()),
                ..LocationQuery::default()
            },
            "SEARCH location USING INDEX location_by_name (name_folded>?)",
            "SCAN location",
        );
    }

    #[test]
    fn the_locations_of_a_secret_are_found_by_an_index() {
        assert_eq!(
            plan(OF_SECRET),
            "SEARCH location USING INDEX location_by_secret (secret_id=?)"
        );
    }
}
