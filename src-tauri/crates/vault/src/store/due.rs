//! Ages and due dates of live secrets, counted in the database: what `domain::policy::Due` says of one secret, for all of them.

use domain::ids::SecretId;
use domain::policy::{LEAD_DAYS_DEFAULT, Policy};
use domain::time::Timestamp;
use rusqlite::{Connection, named_params};

use super::error::StoreError;

/// Secrets of one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeWeek {
    /// Whole weeks since the values were last changed.
    pub weeks: u32,
    pub count: u64,
    pub due_soon: u64,
    pub overdue: u64,
}

/// Secrets that fall due on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDay {
    /// Its first moment, in UTC.
    pub day: Timestamp,
    pub count: u64,
}

/// What is overdue or soon due, the longest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueList {
    pub secrets: Vec<(SecretId, Timestamp)>,
    pub total: u64,
}

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
const WEEK_MILLIS: i64 = 7 * DAY_MILLIS;

/// Values kept elsewhere have no due date. What is never due gets one beyond all others.
const DUE: &str = "WITH due AS (SELECT s.id AS id, s.made_at AS made_at, \
    min(coalesce(s.made_at + coalesce(p.every_days, :every) * 86400000, 9223372036854775807), \
        coalesce(s.expires_at, 9223372036854775807)) AS due_at, \
    coalesce(p.lead_days, :lead) * 86400000 AS lead \
    FROM secret s LEFT JOIN policy p ON p.subject_id = s.id \
    WHERE s.trashed_at IS NULL AND s.connection_id IS NULL) ";

/// The vault's own policy, as the query takes it.
pub(crate) struct Defaults {
    every: Option<u16>,
    lead: u16,
}

impl Defaults {
    pub(crate) fn of(policy: Option<&Policy>) -> Self {
        let parts = policy.map(Policy::parts);
        Self {
            every: parts.and_then(|parts| parts.every_days),
            lead: parts
                .and_then(|parts| parts.lead_days)
                .unwrap_or(LEAD_DAYS_DEFAULT),
        }
    }
}

pub(crate) fn ages(
    connection: &Connection,
    defaults: &Defaults,
    now: Timestamp,
) -> Result<Vec<AgeWeek>, StoreError> {
    let sql = format!(
        "{DUE} SELECT max(0, (:now - made_at) / {WEEK_MILLIS}) AS weeks, count(*), \
         sum(due_at > :now AND due_at - lead <= :now), sum(due_at <= :now) \
         FROM due GROUP BY weeks ORDER BY weeks"
    );
    let now = now.as_millis();
    let mut query = connection.prepare_cached(&sql)?;
    let rows = query.query_map(
        named_params! { ":every": defaults.every, ":lead": defaults.lead, ":now": now },
        |row| {
            Ok(AgeWeek {
                weeks: row.get(0)?,
                count: row.get(1)?,
                due_soon: row.get(2)?,
                overdue: row.get(3)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// From the first moment of a day on, so many days.
pub(crate) fn days(
    connection: &Connection,
    defaults: &Defaults,
    from: Timestamp,
    days: u32,
) -> Result<Vec<DueDay>, StoreError> {
    let sql = format!(
        "{DUE} SELECT (due_at - :from) / {DAY_MILLIS} AS day, count(*) FROM due \
         WHERE due_at >= :from AND due_at < :until GROUP BY day ORDER BY day"
    );
    let until = from.plus_days(days).as_millis();
    let mut query = connection.prepare_cached(&sql)?;
    let rows = query.query_map(
        named_params! {
            ":every": defaults.every, ":lead": defaults.lead,
            ":from": from.as_millis(), ":until": until,
        },
        |row| {
            Ok(DueDay {
                day: from.plus_days(row.get(0)?),
                count: row.get(1)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn list(
    connection: &Connection,
    defaults: &Defaults,
    now: Timestamp,
    limit: u32,
) -> Result<DueList, StoreError> {
    let sql = format!(
        "{DUE} SELECT id, due_at, count(*) OVER () FROM due WHERE due_at - lead <= :now \
         ORDER BY due_at, id LIMIT :limit"
    );
    let now = now.as_millis();
    let mut query = connection.prepare_cached(&sql)?;
    let rows = query.query_map(
        named_params! {
            ":every": defaults.every, ":lead": defaults.lead, ":now": now, ":limit": limit,
        },
        |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let mut found = DueList {
        secrets: Vec::new(),
        total: 0,
    };
    for row in rows {
        let (id, due_at, total) = row?;
        found.total = total;
        let due_at = Timestamp::from_millis(due_at);
        found.secrets.push((SecretId::from_bytes(id), due_at));
    }
    Ok(found)
}
