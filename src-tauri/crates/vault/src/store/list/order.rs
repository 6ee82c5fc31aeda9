//! The orders of the list as walks along indexes.

use domain::health::{EXPIRING_WITHIN_DAYS, Health};
use domain::time::Timestamp;
use rusqlite::types::Value;

use super::{Direction, Position, Sort, SortKey};
use crate::store::counts::old_before;
use crate::store::secrets::SecretRow;

/// A part of an order that one index has in one direction.
pub(super) struct Band {
    pub index: &'static str,
    /// What the walk compares; the last one tells rows apart.
    pub columns: &'static [&'static str],
    pub condition: String,
    pub params: Vec<Value>,
    pub direction: Direction,
    pub health: Option<Health>,
}

pub(super) fn bands(sort: Sort, now: Timestamp) -> Vec<Band> {
    let direction = sort.direction;
    let plain = |index, columns, direction| {
        vec![Band {
            index,
            columns,
            condition: "1".to_owned(),
            params: Vec::new(),
            direction,
            health: None,
        }]
    };
    match sort.by {
        SortKey::Name => plain("secret_by_name", &["name_folded"], direction),
        SortKey::Age => plain(
            "secret_by_age",
            &["made_at", "name_folded"],
            reversed(direction),
        ),
        SortKey::Type => plain("secret_by_type", &["secret_type", "name_folded"], direction),
        SortKey::Updated => plain(
            "secret_by_update",
            &["updated_at", "name_folded"],
            direction,
        ),
        SortKey::EnvKey => {
            let with = Band {
                index: "secret_by_env_key",
                columns: &["env_key"],
                condition: "s.env_key IS NOT NULL".to_owned(),
                params: Vec::new(),
                direction,
                health: None,
            };
            let without = Band {
                index: "secret_without_env_key",
                columns: &["name_folded"],
                condition: "s.env_key IS NULL".to_owned(),
                params: Vec::new(),
                direction: Direction::Ascending,
                health: None,
            };
            vec![with, without]
        }
        SortKey::Health => {
            let mut worst_first: Vec<Band> = Health::ALL
                .iter()
                .rev()
                .map(|health| health_band(*health, now, direction))
                .collect();
            if direction == Direction::Descending {
                worst_first.reverse();
            }
            worst_first
        }
    }
}

fn health_band(health: Health, now: Timestamp, direction: Direction) -> Band {
    let (condition, params) = health_condition(health, now);
    let (index, columns): (&str, &[&str]) = match health {
        Health::Expired | Health::Expiring => ("secret_by_expiry", &["expires_at", "name_folded"]),
        Health::Hint => ("secret_by_hints", &["made_at", "name_folded"]),
        Health::Old | Health::Fine => ("secret_by_age", &["made_at", "name_folded"]),
    };
    Band {
        index,
        columns,
        condition,
        params,
        direction,
        health: Some(health),
    }
}

/// [`Health::of`] as SQL; a test holds the two together.
pub(super) fn health_condition(health: Health, now: Timestamp) -> (String, Vec<Value>) {
    let soon = Value::Integer(now.plus_days(EXPIRING_WITHIN_DAYS).as_millis());
    let old = Value::Integer(old_before(now));
    let now = Value::Integer(now.as_millis());
    let (condition, params) = match health {
        Health::Expired => ("s.expires_at IS NOT NULL AND s.expires_at <= ?", vec![now]),
        Health::Expiring => (
            "s.expires_at IS NOT NULL AND s.expires_at > ? AND s.expires_at <= ?",
            vec![now, soon],
        ),
        Health::Old => (
            "s.made_at < ? AND (s.expires_at IS NULL OR s.expires_at > ?)",
            vec![old, soon],
        ),
        Health::Hint => (
            "s.hint_count > 0 AND s.made_at >= ? AND (s.expires_at IS NULL OR s.expires_at > ?)",
            vec![old, soon],
        ),
        Health::Fine => (
            "s.made_at >= ? AND s.hint_count = 0 AND (s.expires_at IS NULL OR s.expires_at > ?)",
            vec![old, soon],
        ),
    };
    (condition.to_owned(), params)
}

impl Band {
    pub(super) fn order_by(&self) -> String {
        let direction = match self.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("s.{column} {direction}"))
            .collect();
        format!("ORDER BY {}", columns.join(", "))
    }

    /// The comparison that holds for rows further along.
    pub(super) fn beyond(&self) -> &'static str {
        match self.direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        }
    }

    /// The place behind a row of this band.
    pub(super) fn position_of(&self, band: usize, row: &SecretRow) -> Position {
        let keys = self.columns.iter().map(|column| match *column {
            "name_folded" => Value::Text(row.name_folded.clone()),
            "secret_type" => Value::Text(row.secret_type.clone()),
            "made_at" => Value::Integer(row.made_at),
            "updated_at" => Value::Integer(row.updated_at),
            "expires_at" => row.expires_at.map_or(Value::Null, Value::Integer),
            "env_key" => row.env_key.clone().map_or(Value::Null, Value::Text),
            other => unreachable!("{other} orders no band"),
        });
        Position {
            band,
            keys: keys.collect(),
        }
    }
}

fn reversed(direction: Direction) -> Direction {
    match direction {
        Direction::Ascending => Direction::Descending,
        Direction::Descending => Direction::Ascending,
    }
}
