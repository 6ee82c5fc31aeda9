//! The rows of `verification`, and their way to and from the domain.

use domain::ids::{LocationId, MemberId, SecretId, VerificationId, VersionId};
use domain::rotation::Told;
use domain::time::Timestamp;
use domain::verification::{
    FailedMapping, Found, Verdict, Verification, VerificationParts, VerificationStatus,
};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::error::StoreError;

/// A row as it is stored: what `state_hash` covers and what becomes a [`Verification`].
pub(crate) struct VerificationRow {
    pub id: [u8; 16],
    pub location_id: [u8; 16],
    pub location_revision: i64,
    pub secret_id: [u8; 16],
    pub version_id: Option<[u8; 16]>,
    pub verdict: String,
    pub findings: String,
    pub revision: i64,
    pub verified_at: i64,
    pub verified_by: [u8; 16],
}

/// How the locations of a secret, or all that have one, stand with the values in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifiedCounts {
    pub verified: u64,
    pub failed: u64,
    /// Nobody answered.
    pub unreachable: u64,
    pub unverified: u64,
    /// The oldest of those that are verified.
    pub verified_since: Option<Timestamp>,
}

/// `findings` as it is stored: FORMAT.md, The database.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredFindings {
    bucket_exists: Option<bool>,
    can_list: Option<bool>,
    can_read: Option<bool>,
    can_write: Option<bool>,
    can_delete: Option<bool>,
    region: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    vault_type: Option<String>,
    vault_field_name: Option<String>,
    vault_reference: Option<String>,
}

const COLUMNS: &str = "id, location_id, location_revision, secret_id, version_id, verdict, findings, revision, \
    verified_at, verified_by";

const INSERT: &str = "INSERT INTO verification (id, location_id, location_revision, secret_id, version_id, verdict, \
    findings, revision, verified_at, verified_by) VALUES (:id, :location_id, :location_revision, :secret_id, \
    :version_id, :verdict, :findings, :revision, :verified_at, :verified_by)";

const UPDATE: &str = "UPDATE verification SET location_id = :location_id, location_revision = :location_revision, \
    secret_id = :secret_id, version_id = :version_id, verdict = :verdict, findings = :findings, revision = :revision, \
    verified_at = :verified_at, verified_by = :verified_by WHERE id = :id";

/// Behind `location l` and its `secret s`: the version in use, and what was last found with it in the location as it is.
pub(super) const TRIED: &str = "LEFT JOIN version c ON c.secret_key = s.key AND c.number = s.current_version \
    LEFT JOIN verification v ON v.location_id = l.id AND v.version_id IS c.id AND v.secret_id = l.secret_id \
    AND v.location_revision = l.revision";

/// [`Found::is_unanswered`] of a failed one, as SQL; a test holds the two together.
const UNANSWERED: &str = "coalesce(v.findings ->> 'bucket_exists', v.findings ->> 'can_list', v.findings ->> 'can_read', \
    v.findings ->> 'can_write', v.findings ->> 'can_delete', v.findings ->> 'error_code', v.findings ->> 'vault_type') IS NULL";

/// Of a location, behind [`TRIED`].
pub(super) fn status_condition(status: VerificationStatus) -> String {
    match status {
        VerificationStatus::Verified => "v.verdict = 'verified'".to_owned(),
        VerificationStatus::Failed => format!("(v.verdict = 'failed' AND NOT {UNANSWERED})"),
        VerificationStatus::Unreachable => format!("(v.verdict = 'failed' AND {UNANSWERED})"),
        VerificationStatus::Unverified => "v.verdict IS NULL".to_owned(),
    }
}

/// Each linked location with the verification of it as it is, for the values in use.
fn standing_sql() -> String {
    let [verified, failed, unreachable, unverified] = VerificationStatus::ALL.map(status_condition);
    format!(
        "SELECT count(*) FILTER (WHERE {verified}), count(*) FILTER (WHERE {failed}), \
         count(*) FILTER (WHERE {unreachable}), count(*) FILTER (WHERE {unverified}), \
         min(v.verified_at) FILTER (WHERE {verified}) \
         FROM location l JOIN secret s ON s.id = l.secret_id {TRIED}"
    )
}

pub(crate) fn insert(connection: &Connection, record: &Verification) -> Result<(), StoreError> {
    bind(connection, INSERT, record)
}

pub(crate) fn update(connection: &Connection, record: &Verification) -> Result<(), StoreError> {
    bind(connection, UPDATE, record)
}

pub(crate) fn delete(connection: &Connection, id: VerificationId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM verification WHERE id = ?1")?
        .execute([id.to_bytes()])?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    id: VerificationId,
) -> Result<Option<VerificationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM verification WHERE id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id.to_bytes()], VerificationRow::read)
        .optional()?)
}

/// The newest result for a location with a version; with no version, for an external secret.
pub(crate) fn of(
    connection: &Connection,
    location: LocationId,
    version: Option<VersionId>,
) -> Result<Option<VerificationRow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM verification WHERE location_id = ?1 AND version_id IS ?2");
    let key = (location.to_bytes(), version.map(|id| id.to_bytes()));
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(key, VerificationRow::read)
        .optional()?)
}

pub(crate) fn of_version(
    connection: &Connection,
    secret: SecretId,
    version: VersionId,
) -> Result<Vec<VerificationRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM verification WHERE secret_id = ?1 AND version_id = ?2 ORDER BY id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let key = (secret.to_bytes(), version.to_bytes());
    let rows = statement.query_map(key, VerificationRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn of_location(
    connection: &Connection,
    location: LocationId,
) -> Result<Vec<VerificationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM verification WHERE location_id = ?1 ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([location.to_bytes()], VerificationRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn of_secret(
    connection: &Connection,
    secret: SecretId,
) -> Result<Vec<VerificationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM verification WHERE secret_id = ?1 ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([secret.to_bytes()], VerificationRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<VerificationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM verification ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], VerificationRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM verification")?
        .query_row([], |row| row.get(0))?)
}

/// Of one secret's locations, or of all that are linked.
pub(crate) fn standing(
    connection: &Connection,
    secret: Option<SecretId>,
) -> Result<VerifiedCounts, StoreError> {
    let read = |row: &Row<'_>| {
        let since: Option<i64> = row.get(4)?;
        Ok(VerifiedCounts {
            verified: row.get(0)?,
            failed: row.get(1)?,
            unreachable: row.get(2)?,
            unverified: row.get(3)?,
            verified_since: since.map(Timestamp::from_millis),
        })
    };
    let standing = standing_sql();
    let counts = match secret {
        Some(secret) => connection
            .prepare_cached(&format!("{standing} WHERE l.secret_id = ?1"))?
            .query_row([secret.to_bytes()], read)?,
        None => connection.prepare_cached(&standing)?.query_row([], read)?,
    };
    Ok(counts)
}

impl VerificationRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<VerificationRow> {
        Ok(VerificationRow {
            id: row.get(0)?,
            location_id: row.get(1)?,
            location_revision: row.get(2)?,
            secret_id: row.get(3)?,
            version_id: row.get(4)?,
            verdict: row.get(5)?,
            findings: row.get(6)?,
            revision: row.get(7)?,
            verified_at: row.get(8)?,
            verified_by: row.get(9)?,
        })
    }

    pub(crate) fn id(&self) -> VerificationId {
        VerificationId::from_bytes(self.id)
    }

    /// The domain's view of the row; a row that the domain would never have written is damage.
    pub(crate) fn to_verification(&self) -> Result<Verification, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("a verification's {column} cannot be read"));
        let revision = |number: i64, column| u64::try_from(number).map_err(|_| broken(column));
        let stored: StoredFindings =
            serde_json::from_str(&self.findings).map_err(|_| broken("findings"))?;
        let verdict = Verdict::parse(&self.verdict).ok_or_else(|| broken("verdict"))?;
        Ok(Verification::from_stored(VerificationParts {
            id: self.id(),
            location: LocationId::from_bytes(self.location_id),
            location_revision: revision(self.location_revision, "location_revision")?,
            secret: SecretId::from_bytes(self.secret_id),
            version: self.version_id.map(VersionId::from_bytes),
            findings: stored.into_found(verdict),
            revision: revision(self.revision, "revision")?,
            at: Timestamp::from_millis(self.verified_at),
            by: MemberId::from_bytes(self.verified_by),
        }))
    }
}

impl StoredFindings {
    fn of(found: &Found) -> StoredFindings {
        let mapping = found.mapping.as_ref();
        StoredFindings {
            bucket_exists: found.bucket_exists,
            can_list: found.can_list,
            can_read: found.can_read,
            can_write: found.can_write,
            can_delete: found.can_delete,
            region: found.region.clone(),
            error_code: found.error.as_ref().and_then(|told| told.code.clone()),
            error_message: found.error.as_ref().map(|told| told.message.clone()),
            vault_type: mapping.map(|failed| failed.vault_type.clone()),
            vault_field_name: mapping.map(|failed| failed.field_name.clone()),
            vault_reference: mapping.map(|failed| failed.reference.clone()),
        }
    }

    fn into_found(self, verdict: Verdict) -> Found {
        let mapping = match (self.vault_type, self.vault_field_name, self.vault_reference) {
            (Some(vault_type), Some(field_name), Some(reference)) => Some(FailedMapping {
                vault_type,
                field_name,
                reference,
            }),
            _ => None,
        };
        Found {
            verdict,
            bucket_exists: self.bucket_exists,
            can_list: self.can_list,
            can_read: self.can_read,
            can_write: self.can_write,
            can_delete: self.can_delete,
            region: self.region,
            error: self.error_message.map(|message| Told {
                code: self.error_code,
                message,
            }),
            mapping,
        }
    }
}

fn bind(connection: &Connection, sql: &str, record: &Verification) -> Result<(), StoreError> {
    let parts = record.parts();
    let number = |revision: u64| {
        i64::try_from(revision).map_err(|_| StoreError::damaged("a revision is out of range"))
    };
    let findings = serde_json::to_string(&StoredFindings::of(&parts.findings))
        .expect("texts and truth values always serialise");
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":id": parts.id.to_bytes(),
        ":location_id": parts.location.to_bytes(),
        ":location_revision": number(parts.location_revision)?,
        ":secret_id": parts.secret.to_bytes(),
        ":version_id": parts.version.map(|version| version.to_bytes()),
        ":verdict": parts.findings.verdict.as_str(),
        ":findings": findings,
        ":revision": number(parts.revision)?,
        ":verified_at": parts.at.as_millis(),
        ":verified_by": parts.by.to_bytes(),
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(StoreError::damaged(
            "a verification that was just read is gone",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    #[test]
    fn how_a_secrets_locations_stand_is_found_by_indexes() {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection).expect("the schema");
        let sql = format!(
            "EXPLAIN QUERY PLAN {} WHERE l.secret_id = ?1",
            standing_sql()
        );
        let mut statement = connection.prepare(&sql).expect("a statement");
        let lines = statement
            .query_map([1], |row| row.get::<_, String>("detail"))
            .expect("a plan");
        let lines: Vec<String> = lines.collect::<Result<_, _>>().expect("readable");
        assert!(
            lines.iter().all(|line| line.starts_with("SEARCH")),
            "{lines:?}"
        );
    }

    #[test]
    fn the_database_calls_unanswered_what_the_domain_does() {
        let connection = Connection::open_in_memory().expect("memory");
        let sql = format!("SELECT {UNANSWERED} FROM (SELECT ?1 AS findings) AS v");
        let told = |code: Option<&str>| Some(Told::new(code, "words"));
        let mapping = FailedMapping {
            vault_type: "1password".to_owned(),
            field_name: "key".to_owned(),
            reference: "op://a/b/c".to_owned(),
        };
        let mut cases = vec![
            Found::default(),
            Found {
                error: told(None),
                region: Some("eu-west-1".to_owned()),
                ..Found::default()
            },
            Found {
                error: told(Some("AccessDenied")),
                ..Found::default()
            },
            Found {
                mapping: Some(mapping),
                ..Found::default()
            },
        ];
        for said in [true, false] {
            let mut one = [(); 5].map(|()| Found::default());
            one[0].bucket_exists = Some(said);
            one[1].can_list = Some(said);
            one[2].can_read = Some(said);
            one[3].can_write = Some(said);
            one[4].can_delete = Some(said);
            cases.extend(one);
        }
        let mut unanswered = 0;
        for found in cases {
            let stored = serde_json::to_string(&StoredFindings::of(&found)).expect("texts");
            let by_sql: bool = connection
                .query_row(&sql, [&stored], |row| row.get(0))
                .expect("an answer");
            assert_eq!(by_sql, found.is_unanswered(), "{stored}");
            unanswered += u32::from(by_sql);
        }
        assert_eq!(unanswered, 2);
    }
}
