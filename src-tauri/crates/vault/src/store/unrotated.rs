//! What somebody could read until they lost that right, and nobody has turned over since: told by what the records and the
//! log say now, so that it outlasts a lock, a restart and whoever made the change.

use domain::audit::Action;
use domain::ids::{ConnectionId, MemberId, SecretId};
use domain::time::Timestamp;
use rusqlite::{Connection, Row};

use super::error::StoreError;
use super::exposed::{ExposedItem, item};

/// The entry that took the right to use values from a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loss {
    pub member: MemberId,
    pub position: i64,
    pub time: Timestamp,
}

/// How much there is, listed or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// Values and tokens that can be replaced in this vault.
    pub here: u64,
    /// Those of which this vault cannot tell: kept elsewhere, or destroyed here as they were.
    pub elsewhere: u64,
}

/// An item, its name, and whether the member used it.
pub(crate) type Listed = (ExposedItem, String, bool);

/// `?1` the member, `?2` when it ended, `?3` the entry's position, `?4` how many rows.
/// A value in use since then is not older than its making, by which the live ones are indexed.
/// - `used`: values that left through this member, as their entries in the log say.
/// - `restored`: secrets whose value of now is an older one that was brought back; `taken` follows it to where it was made.
/// - `gone`: what was destroyed since without a new value before. A restored value is as good as none.
const ASKED: &str = "WITH RECURSIVE used (id) AS (
  SELECT resource_id FROM audit INDEXED BY audit_by_action WHERE action IN ('$copied', '$injected') AND actor = ?1
), taken (key, number) AS (
  SELECT secret.key, current_version FROM audit INDEXED BY audit_by_action CROSS JOIN secret ON secret.id = resource_id
  WHERE action = '$restored' AND position > ?3 AND rotated_at > ?2 AND connection_id IS NULL
  UNION
  SELECT taken.key, origin FROM taken CROSS JOIN version ON secret_key = taken.key AND version.number = taken.number
  WHERE origin IS NOT NULL
), restored (key) AS (
  SELECT taken.key FROM taken CROSS JOIN version ON secret_key = taken.key AND version.number = taken.number
  WHERE origin IS NULL AND version.created_at <= ?2
), gone (id, name, part) AS (
  SELECT DISTINCT resource_id, resource_name, CASE action WHEN '$deleted' THEN 'deleted' ELSE 'destroyed' END
  FROM audit AS ended INDEXED BY audit_by_action
  WHERE action IN ('$destroyed', '$deleted') AND position > ?3
    AND EXISTS (SELECT 1 FROM audit INDEXED BY audit_by_resource
      WHERE resource_id = ended.resource_id AND position < ?3)
    AND (NOT EXISTS (SELECT 1 FROM audit INDEXED BY audit_by_resource
      WHERE resource_id = ended.resource_id AND position > ?3 AND action IN ('$rotated', '$token_rotated'))
    OR EXISTS (SELECT 1 FROM audit INDEXED BY audit_by_resource
      WHERE resource_id = ended.resource_id AND position > ?3 AND action = '$restored'))
)";
const LIVE: &str = "secret INDEXED BY secret_by_age \
     WHERE trashed_at IS NULL AND connection_id IS NULL AND made_at <= ?2 AND rotated_at <= ?2";
const TRASHED: &str = "secret INDEXED BY secret_by_trashing \
     WHERE trashed_at IS NOT NULL AND connection_id IS NULL AND rotated_at <= ?2";
const RESTORED: &str = "secret WHERE key IN (SELECT key FROM restored)";
const EXTERNAL: &str = "secret INDEXED BY secret_by_connection \
     WHERE connection_id IS NOT NULL AND created_at <= ?2";
const TOKENS: &str = "connection WHERE rotated_at <= ?2";
const SECRET: &str = "id, name, CASE WHEN connection_id IS NOT NULL THEN 'external' \
     WHEN trashed_at IS NOT NULL THEN 'trashed' ELSE 'secret' END";

pub(crate) fn left(connection: &Connection, loss: Loss) -> Result<Left, StoreError> {
    // Nothing but the index is read of the live ones, which are many; the external among them are few.
    let live = "secret INDEXED BY secret_by_age WHERE trashed_at IS NULL AND made_at <= ?2 \
                AND rotated_at <= ?2";
    let not_here = format!("{EXTERNAL} AND trashed_at IS NULL AND rotated_at <= ?2");
    let sql = format!(
        "{} SELECT (SELECT count(*) FROM {live}) - (SELECT count(*) FROM {not_here}) \
           + (SELECT count(*) FROM {TRASHED}) + (SELECT count(*) FROM {RESTORED}) \
           + (SELECT count(*) FROM {TOKENS}), \
         (SELECT count(*) FROM {EXTERNAL}) + (SELECT count(*) FROM gone) \
         WHERE ?1 IS NOT NULL LIMIT ?4",
        asked()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let (here, elsewhere): (i64, i64) =
        statement.query_row(given(loss, 1), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let count =
        |count| u64::try_from(count).map_err(|_| StoreError::damaged("a count is negative"));
    Ok(Left {
        here: count(here)?,
        elsewhere: count(elsewhere)?,
    })
}

/// Those first that the member used; then tokens, as each opens more than one value, and the values that are oldest.
pub(crate) fn list(
    connection: &Connection,
    loss: Loss,
    limit: usize,
) -> Result<Vec<Listed>, StoreError> {
    let used = "id IN (SELECT id FROM used)";
    let secrets = [
        (LIVE, "made_at, name_folded"),
        (RESTORED, "name_folded"),
        (TRASHED, "trashed_at, key"),
        (EXTERNAL, "name_folded"),
    ];
    let of_secrets = |and: &str| {
        let each = secrets.iter();
        let each =
            each.map(|(from, order)| format!("{SECRET} FROM {from} AND {and} ORDER BY {order}"));
        each.collect::<Vec<_>>()
    };
    let mut parts = of_secrets(used);
    parts.push(format!(
        "id, name, part FROM gone WHERE {used} ORDER BY name"
    ));
    let first = parts.len();
    parts.push(format!(
        "id, name, 'connection' FROM {TOKENS} ORDER BY rotated_at, name_folded"
    ));
    parts.extend(of_secrets(&format!("NOT {used}")));
    parts.push(format!(
        "id, name, part FROM gone WHERE NOT {used} ORDER BY name"
    ));
    let mut listed = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let sql = format!("{} SELECT {part} LIMIT ?4", asked());
        let left = limit.saturating_sub(listed.len());
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(given(loss, left), |row| {
            Ok((item_or_gone(row)?, row.get(1)?, at < first))
        })?;
        for row in rows {
            listed.push(row?);
        }
    }
    Ok(listed)
}

fn asked() -> String {
    [
        ("$copied", Action::ValueCopied),
        ("$injected", Action::ValueInjected),
        ("$restored", Action::SecretRestored),
        ("$rotated", Action::SecretRotated),
        ("$token_rotated", Action::ConnectionTokenRotated),
        ("$destroyed", Action::SecretDestroyed),
        ("$deleted", Action::ConnectionDeleted),
    ]
    .into_iter()
    .fold(ASKED.to_owned(), |sql, (name, action)| {
        sql.replace(name, action.as_str())
    })
}

fn given(loss: Loss, limit: usize) -> ([u8; 16], i64, i64, i64) {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    (
        loss.member.to_bytes(),
        loss.time.as_millis(),
        loss.position,
        limit,
    )
}

fn item_or_gone(row: &Row<'_>) -> rusqlite::Result<ExposedItem> {
    let (id, part): ([u8; 16], String) = (row.get(0)?, row.get(2)?);
    Ok(match part.as_str() {
        "destroyed" => ExposedItem::DestroyedSecret(SecretId::from_bytes(id)),
        "deleted" => ExposedItem::DeletedConnection(ConnectionId::from_bytes(id)),
        _ => item(row)?,
    })
}
