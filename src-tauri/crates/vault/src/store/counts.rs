//! How many secrets there are, kept up to date by each writing transaction so that nothing is counted to be shown.

use std::collections::BTreeMap;

use domain::catalogue::SecretType;
use domain::health::{EXPIRING_WITHIN_DAYS, Health, OLD_AFTER_DAYS};
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;
use super::secrets::SecretRow;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    pub live: u64,
    pub trashed: u64,
    /// Types that have live secrets.
    pub by_type: Vec<(SecretType, u64)>,
}

/// What a secret adds to the tallies in a state; the difference of two states is what a change does to them.
pub(crate) struct Share<'a> {
    row: &'a SecretRow,
    tags: Vec<String>,
}

impl<'a> Share<'a> {
    pub(crate) fn of(row: &'a SecretRow) -> Result<Share<'a>, StoreError> {
        let tags = serde_json::from_str(&row.tags)
            .map_err(|_| StoreError::damaged("a secret's tags cannot be read"))?;
        Ok(Share { row, tags })
    }

    fn is_live(&self) -> bool {
        self.row.trashed_at.is_none()
    }

    pub(crate) fn live_tags(&self) -> &[String] {
        if self.is_live() { &self.tags } else { &[] }
    }

    pub(crate) fn entries(&self) -> Vec<(&str, &str)> {
        if !self.is_live() {
            return vec![("trashed", "")];
        }
        let mut entries = vec![("live", ""), ("type", self.row.secret_type.as_str())];
        entries.extend(self.tags.iter().map(|tag| ("tag", tag.as_str())));
        entries
    }
}

/// Moves the tallies from one state of a secret to the next.
pub(crate) fn shift(
    connection: &Connection,
    from: Option<&Share<'_>>,
    to: Option<&Share<'_>>,
) -> Result<(), StoreError> {
    let from = from.map(Share::entries).unwrap_or_default();
    let to = to.map(Share::entries).unwrap_or_default();
    for entry in from.iter().filter(|entry| !to.contains(entry)) {
        let sql = "UPDATE tally SET total = total - 1 WHERE kind = ?1 AND name = ?2";
        connection.prepare_cached(sql)?.execute(*entry)?;
    }
    for entry in to.iter().filter(|entry| !from.contains(entry)) {
        // Not as one upsert: on a table without row numbers SQLite opens a temporary tree for each of those.
        let sql = "UPDATE tally SET total = total + 1 WHERE kind = ?1 AND name = ?2";
        if connection.prepare_cached(sql)?.execute(*entry)? == 0 {
            let sql = "INSERT INTO tally (kind, name, total) VALUES (?1, ?2, 1)";
            connection.prepare_cached(sql)?.execute(*entry)?;
        }
    }
    Ok(())
}

pub(crate) fn read(connection: &Connection) -> Result<Counts, StoreError> {
    let sql = "SELECT name, total FROM tally WHERE kind = 'type' AND total > 0 ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut by_type = Vec::new();
    for row in rows {
        let (name, total) = row?;
        let of_type = SecretType::parse(&name)
            .ok_or_else(|| StoreError::damaged("a tally names no known type"))?;
        by_type.push((of_type, total));
    }
    Ok(Counts {
        live: total(connection, "live", "")?,
        trashed: total(connection, "trashed", "")?,
        by_type,
    })
}

/// Every tally that counts something.
pub(crate) fn all(connection: &Connection) -> Result<BTreeMap<(String, String), u64>, StoreError> {
    let sql = "SELECT kind, name, total FROM tally WHERE total > 0";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn total(connection: &Connection, kind: &str, name: &str) -> Result<u64, StoreError> {
    let sql = "SELECT total FROM tally WHERE kind = ?1 AND name = ?2";
    Ok(connection
        .prepare_cached(sql)?
        .query_row((kind, name), |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// Live secrets by health at a moment. Health depends on the time, so these are counted, each from an index of its own.
pub(crate) fn by_health(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<(Health, u64)>, StoreError> {
    let soon = now.plus_days(EXPIRING_WITHIN_DAYS).as_millis();
    let old = old_before(now);
    let now = now.as_millis();
    let live = total(connection, "live", "")?;
    let count = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Result<u64, StoreError> {
        Ok(connection
            .prepare_cached(sql)?
            .query_row(params, |row| row.get(0))?)
    };
    let expired = count(
        "SELECT count(*) FROM secret WHERE trashed_at IS NULL AND expires_at IS NOT NULL AND expires_at <= ?1",
        &[&now],
    )?;
    let expiring = count(
        "SELECT count(*) FROM secret WHERE trashed_at IS NULL AND expires_at IS NOT NULL AND expires_at > ?1 \
         AND expires_at <= ?2",
        &[&now, &soon],
    )?;
    let aged = count(
        "SELECT count(*) FROM secret WHERE trashed_at IS NULL AND made_at < ?1",
        &[&old],
    )?;
    let aged_and_ending = count(
        "SELECT count(*) FROM secret WHERE trashed_at IS NULL AND expires_at IS NOT NULL AND expires_at <= ?1 \
         AND made_at < ?2",
        &[&soon, &old],
    )?;
    let hinted = count(
        "SELECT count(*) FROM secret INDEXED BY secret_by_hints WHERE trashed_at IS NULL AND hint_count > 0 \
         AND made_at >= ?1 AND (expires_at IS NULL OR expires_at > ?2)",
        &[&old, &soon],
    )?;
    let aged = aged.saturating_sub(aged_and_ending);
    let fine = live.saturating_sub(expired + expiring + aged + hinted);
    Ok(vec![
        (Health::Fine, fine),
        (Health::Hint, hinted),
        (Health::Old, aged),
        (Health::Expiring, expiring),
        (Health::Expired, expired),
    ])
}

/// A secret rotated before this moment is old.
pub(crate) fn old_before(now: Timestamp) -> i64 {
    now.as_millis() - i64::from(OLD_AFTER_DAYS) * 24 * 60 * 60 * 1000
}
