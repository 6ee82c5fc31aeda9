//! Filters by what other tables say of a secret: its policy, its locations, its runs, the fingerprints of its values.
//!
//! Each has a condition on `secret s`, which holds exactly, and a source: keys among which all are that the condition
//! holds for, found by an index.

use domain::policy::{DueState, LEAD_DAYS_DEFAULT};
use domain::time::Timestamp;
use domain::verification::VerificationStatus;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::filter::Keys;
use super::{Filter, HoldingKind, OpenRun, ValuesAre};
use crate::store::error::StoreError;
use crate::store::verifications::{TRIED, status_condition};

/// What asks for a person, counted; none further than [`NEEDS_COUNTED_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub overdue: u64,
    pub due_soon: u64,
    /// With a location that refuses the values in use.
    pub failed: u64,
    /// With a location that nobody answered at.
    pub unreachable: u64,
    pub rotating: u64,
    /// Of those, with a run that waits for a person.
    pub stopped: u64,
    pub external: u64,
}

/// These are counted anew after each change: a larger number says no more to a person.
pub const NEEDS_COUNTED_MAX: u32 = 1000;

/// A secret that is never due is due then.
const NEVER: i64 = i64::MAX;

/// Of the vault's own policy, one column.
fn of_vault(column: &str) -> String {
    format!(
        "(SELECT d.{column} FROM policy d JOIN vault w ON w.vault_id = d.subject_id WHERE w.only_row = 1)"
    )
}

fn vault_lead() -> String {
    let lead = of_vault("lead_days");
    format!("coalesce({lead}, {LEAD_DAYS_DEFAULT}) * 86400000")
}

pub(super) fn is_asked(filter: &Filter) -> bool {
    filter.holding.is_some()
        || filter.due.is_some()
        || filter.locations.is_some()
        || filter.rotation.is_some()
        || filter.values.is_some()
}

pub(super) fn conditions(filter: &Filter) -> Vec<(String, Vec<Value>)> {
    let plain = |sql: String| (sql, Vec::new());
    let mut found = Vec::new();
    found.extend(filter.holding.map(|kind| {
        plain(match kind {
            HoldingKind::Direct => "s.connection_id IS NULL".to_owned(),
            HoldingKind::External => "s.connection_id IS NOT NULL".to_owned(),
        })
    }));
    if let (Some(state), Some(now)) = (filter.due, filter.now) {
        found.push(is_due(state, now));
    }
    found.extend(filter.locations.map(|status| plain(stands(status))));
    found.extend(filter.rotation.map(|run| {
        let stopped = stopped(run);
        plain(format!(
            "EXISTS (SELECT 1 FROM rotation r WHERE r.secret_id = s.id AND r.is_open = 1{stopped})"
        ))
    }));
    found.extend(filter.values.map(|ValuesAre::Shared| {
        plain(
            "EXISTS (SELECT 1 FROM fingerprint f WHERE f.secret_key = s.key AND f.number = s.current_version \
             AND EXISTS (SELECT 1 FROM fingerprint g INDEXED BY fingerprint_by_hmac JOIN secret o \
             ON o.key = g.secret_key AND o.current_version = g.number AND o.trashed_at IS NULL \
             WHERE g.hmac = f.hmac AND g.secret_key <> s.key))"
                .to_owned(),
        )
    }));
    found
}

/// Those that an index finds; the fingerprints are not among them (`Sharing`).
pub(super) fn sources(filter: &Filter) -> Vec<Keys> {
    let mut found = Vec::new();
    let mut add = |sql: String, params: Vec<Value>| found.push(Keys { sql, params });
    if filter.holding == Some(HoldingKind::External) {
        add(
            "SELECT key FROM secret INDEXED BY secret_by_connection WHERE connection_id IS NOT NULL"
                .to_owned(),
            Vec::new(),
        );
    }
    if let (Some(state), Some(now)) = (filter.due, filter.now)
        && let Some(Keys { sql, params }) = may_be_due(state, now)
    {
        add(sql, params);
    }
    if let Some(status) = filter.locations {
        let of = match status {
            VerificationStatus::Failed | VerificationStatus::Unreachable => {
                "SELECT secret_id FROM verification INDEXED BY verification_failed WHERE verdict = 'failed'"
            }
            VerificationStatus::Verified | VerificationStatus::Unverified => {
                "SELECT secret_id FROM location INDEXED BY location_by_secret WHERE secret_id IS NOT NULL"
            }
        };
        add(
            format!("SELECT o.key FROM ({of}) AS x CROSS JOIN secret o ON o.id = x.secret_id"),
            Vec::new(),
        );
    }
    if let Some(run) = filter.rotation {
        let stopped = stopped(run);
        add(
            format!(
                "SELECT o.key FROM rotation r INDEXED BY rotation_in_flight CROSS JOIN secret o ON o.id = r.secret_id \
                 WHERE r.is_open = 1{stopped}"
            ),
            Vec::new(),
        );
    }
    found
}

fn stopped(run: OpenRun) -> &'static str {
    match run {
        OpenRun::Any => "",
        OpenRun::Stopped => " AND r.is_stopped = 1",
    }
}

/// `domain::policy::Due` as SQL; a test holds the two together.
fn is_due(state: DueState, now: Timestamp) -> (String, Vec<Value>) {
    let every = of_vault("every_days");
    let due = format!(
        "min(coalesce(s.made_at + coalesce(p.every_days, {every}) * 86400000, {NEVER}), coalesce(s.expires_at, {NEVER}))"
    );
    let warned = format!("{due} - coalesce(p.lead_days * 86400000, {})", vault_lead());
    let now = Value::Integer(now.as_millis());
    let (when, params) = match state {
        DueState::Overdue => (format!("{due} <= ?"), vec![now]),
        DueState::Soon => (
            format!("{due} > ? AND {warned} <= ?"),
            vec![now.clone(), now],
        ),
        DueState::Later => (format!("{due} < {NEVER} AND {warned} > ?"), vec![now]),
    };
    let sql = format!(
        "s.connection_id IS NULL AND EXISTS (SELECT 1 FROM (SELECT 1) LEFT JOIN policy p ON p.subject_id = s.id WHERE {when})"
    );
    (sql, params)
}

/// Secrets with a policy of their own, and the others that are old enough by the vault's or end soon enough.
fn may_be_due(state: DueState, now: Timestamp) -> Option<Keys> {
    let until = match state {
        DueState::Overdue => "?".to_owned(),
        DueState::Soon => format!("? + {}", vault_lead()),
        DueState::Later => return None,
    };
    let every = of_vault("every_days");
    let sql = format!(
        "SELECT o.key FROM policy q CROSS JOIN secret o ON o.id = q.subject_id \
         UNION ALL SELECT key FROM secret INDEXED BY secret_by_age \
         WHERE trashed_at IS NULL AND made_at <= {until} - {every} * 86400000 \
         UNION ALL SELECT key FROM secret INDEXED BY secret_by_expiry \
         WHERE trashed_at IS NULL AND expires_at IS NOT NULL AND expires_at <= {until}"
    );
    let now = Value::Integer(now.as_millis());
    Some(Keys {
        sql,
        params: vec![now.clone(), now],
    })
}

fn stands(status: VerificationStatus) -> String {
    let places = format!("FROM location l {TRIED} WHERE l.secret_id = s.id");
    let stands = status_condition(status);
    let one = format!("EXISTS (SELECT 1 {places} AND {stands})");
    match status {
        VerificationStatus::Verified => {
            format!("{one} AND NOT EXISTS (SELECT 1 {places} AND v.verdict IS NOT 'verified')")
        }
        VerificationStatus::Failed
        | VerificationStatus::Unreachable
        | VerificationStatus::Unverified => one,
    }
}

/// Secrets one of whose values another live secret has now.
pub(super) struct Sharing {
    count: u64,
    /// As a JSON array.
    keys: String,
}

impl Sharing {
    pub(super) fn find(connection: &Connection) -> Result<Sharing, StoreError> {
        let sql = "SELECT DISTINCT f.secret_key FROM (SELECT hmac FROM fingerprint INDEXED BY fingerprint_by_hmac \
             GROUP BY hmac HAVING min(secret_key) <> max(secret_key)) AS x \
             CROSS JOIN fingerprint f INDEXED BY fingerprint_by_hmac ON f.hmac = x.hmac \
             JOIN secret s ON s.key = f.secret_key AND s.current_version = f.number AND s.trashed_at IS NULL";
        let mut statement = connection.prepare_cached(sql)?;
        let keys = statement.query_map([], |row| row.get(0))?;
        let keys: Vec<i64> = keys.collect::<Result<_, _>>()?;
        Ok(Sharing {
            count: u64::try_from(keys.len()).expect("fewer than there are bytes"),
            keys: serde_json::to_string(&keys).expect("numbers always serialise"),
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// They may share a value that the other has no longer.
    pub(super) fn keys(&self) -> Keys {
        Keys {
            sql: "SELECT value FROM json_each(?)".to_owned(),
            params: vec![Value::Text(self.keys.clone())],
        }
    }
}

pub(crate) fn needs(connection: &Connection, now: Timestamp) -> Result<Needs, StoreError> {
    let count = |filter: Filter| count_needing(connection, &filter);
    let due = |state| {
        count(Filter {
            due: Some(state),
            now: Some(now),
            ..Filter::default()
        })
    };
    let standing = |status| {
        count(Filter {
            locations: Some(status),
            ..Filter::default()
        })
    };
    let running = |run| {
        count(Filter {
            rotation: Some(run),
            ..Filter::default()
        })
    };
    Ok(Needs {
        overdue: due(DueState::Overdue)?,
        due_soon: due(DueState::Soon)?,
        failed: standing(VerificationStatus::Failed)?,
        unreachable: standing(VerificationStatus::Unreachable)?,
        rotating: running(OpenRun::Any)?,
        stopped: running(OpenRun::Stopped)?,
        external: count(Filter {
            holding: Some(HoldingKind::External),
            ..Filter::default()
        })?,
    })
}

/// Of a filter with one source.
fn count_needing(connection: &Connection, filter: &Filter) -> Result<u64, StoreError> {
    let (condition, more) = filter.condition();
    let mut total = 0;
    for source in sources(filter) {
        let sql = needing_sql(&source.sql, &condition);
        let mut params = source.params;
        params.extend(more.iter().cloned());
        total += connection
            .prepare_cached(&sql)?
            .query_row(rusqlite::params_from_iter(params), |row| {
                row.get::<_, u64>(0)
            })?;
    }
    Ok(total)
}

fn needing_sql(source: &str, condition: &str) -> String {
    format!(
        "SELECT count(*) FROM (SELECT DISTINCT s.key FROM ({source}) AS found CROSS JOIN secret s ON s.key = found.key \
         WHERE {condition} LIMIT {NEEDS_COUNTED_MAX})"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    /// How SQLite goes about a statement, in a database without statistics, as ours are.
    fn plan(sql: &str) -> Vec<String> {
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
        lines.collect::<Result<_, _>>().expect("readable")
    }

    fn filters() -> Vec<Filter> {
        let now = Some(Timestamp::from_millis(1));
        let due = [DueState::Overdue, DueState::Soon].map(|state| Filter {
            due: Some(state),
            now,
            ..Filter::default()
        });
        let standing = VerificationStatus::ALL.map(|status| Filter {
            locations: Some(status),
            ..Filter::default()
        });
        let running = [OpenRun::Any, OpenRun::Stopped].map(|run| Filter {
            rotation: Some(run),
            ..Filter::default()
        });
        let external = Filter {
            holding: Some(HoldingKind::External),
            ..Filter::default()
        };
        let mut all = vec![external];
        all.extend(due);
        all.extend(standing);
        all.extend(running);
        all
    }

    /// What SQLite may read from end to end: all that is there is wanted.
    const WHOLE: [&str; 5] = [
        "SCAN q USING COVERING INDEX sqlite_autoindex_policy_2",
        "SCAN r USING INDEX rotation_in_flight",
        "SCAN secret USING COVERING INDEX secret_by_connection",
        "SCAN verification USING COVERING INDEX verification_failed",
        "SCAN location USING COVERING INDEX location_by_secret",
    ];

    #[test]
    fn what_a_filter_finds_by_itself_is_found_by_indexes() {
        for filter in filters() {
            let sources = sources(&filter);
            assert_eq!(sources.len(), 1, "{filter:?}");
            for source in sources {
                for line in plan(&source.sql) {
                    let scans = line.starts_with("SCAN");
                    assert!(
                        !scans || WHOLE.contains(&line.as_str()),
                        "{filter:?}: {line}"
                    );
                    assert!(!line.contains("TEMP B-TREE"), "{filter:?}: {line}");
                }
            }
        }
    }

    #[test]
    fn whether_a_filter_holds_for_a_secret_is_asked_of_indexes_alone() {
        let shared = Filter {
            values: Some(ValuesAre::Shared),
            ..Filter::default()
        };
        for filter in filters().into_iter().chain([shared]) {
            let (condition, _) = filter.condition();
            let lines = plan(&format!(
                "SELECT 1 FROM secret s WHERE s.key = ? AND {condition}"
            ));
            // The one row that a policy may be missing beside.
            let constant = ["SCAN CONSTANT ROW", "SCAN (subquery-1)"];
            let scans =
                |line: &&String| line.starts_with("SCAN") && !constant.contains(&line.as_str());
            assert_eq!(lines.iter().find(scans), None, "{filter:?}: {lines:#?}");
        }
    }
}
