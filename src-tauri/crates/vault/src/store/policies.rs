//! The rows of `policy`, and their way to and from the domain.

use std::collections::BTreeMap;

use domain::ids::{MemberId, PolicyId, SecretId, VaultId};
use domain::policy::{Managed, Parameters, Policy, PolicyParts};
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::error::StoreError;

/// A row as it is stored: what `state_hash` covers and what becomes a [`Policy`].
pub(crate) struct PolicyRow {
    pub id: [u8; 16],
    /// The secret's id, or the vault's.
    pub subject_id: [u8; 16],
    pub every_days: Option<u16>,
    pub lead_days: Option<u16>,
    pub management_id: Option<[u8; 16]>,
    /// A JSON object of texts; none where nothing is said of how keys are turned over.
    pub parameters: Option<String>,
    pub revision: i64,
    pub updated_at: i64,
    pub updated_by: [u8; 16],
}

const COLUMNS: &str = "id, subject_id, every_days, lead_days, management_id, parameters, revision, updated_at, updated_by";

const INSERT: &str = "INSERT INTO policy (id, subject_id, every_days, lead_days, management_id, parameters, revision, \
    updated_at, updated_by) VALUES (:id, :subject_id, :every_days, :lead_days, :management_id, :parameters, :revision, \
    :updated_at, :updated_by)";

const UPDATE: &str = "UPDATE policy SET subject_id = :subject_id, every_days = :every_days, lead_days = :lead_days, \
    management_id = :management_id, parameters = :parameters, revision = :revision, updated_at = :updated_at, \
    updated_by = :updated_by WHERE id = :id";

pub(crate) fn insert(
    connection: &Connection,
    vault: VaultId,
    policy: &Policy,
) -> Result<(), StoreError> {
    bind(connection, INSERT, vault, policy)
}

pub(crate) fn update(
    connection: &Connection,
    vault: VaultId,
    policy: &Policy,
) -> Result<(), StoreError> {
    bind(connection, UPDATE, vault, policy)
}

pub(crate) fn delete(connection: &Connection, id: PolicyId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM policy WHERE id = ?1")?
        .execute([id.to_bytes()])?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    id: PolicyId,
) -> Result<Option<PolicyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM policy WHERE id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id.to_bytes()], PolicyRow::read)
        .optional()?)
}

/// The policy of a secret, or the vault's own.
pub(crate) fn of(
    connection: &Connection,
    vault: VaultId,
    secret: Option<SecretId>,
) -> Result<Option<PolicyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM policy WHERE subject_id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([subject(vault, secret)], PolicyRow::read)
        .optional()?)
}

/// Those that say that a secret's value makes and ends the keys of theirs.
pub(crate) fn managed_with(
    connection: &Connection,
    management: SecretId,
) -> Result<Vec<PolicyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM policy WHERE management_id = ?1 ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([management.to_bytes()], PolicyRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Its id follows from what it is of.
pub(crate) fn id_of(vault: VaultId, secret: Option<SecretId>) -> PolicyId {
    secret.map_or_else(|| PolicyId::of_vault(vault), PolicyId::of_secret)
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<PolicyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM policy ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], PolicyRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM policy")?
        .query_row([], |row| row.get(0))?)
}

impl PolicyRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<PolicyRow> {
        Ok(PolicyRow {
            id: row.get(0)?,
            subject_id: row.get(1)?,
            every_days: row.get(2)?,
            lead_days: row.get(3)?,
            management_id: row.get(4)?,
            parameters: row.get(5)?,
            revision: row.get(6)?,
            updated_at: row.get(7)?,
            updated_by: row.get(8)?,
        })
    }

    pub(crate) fn id(&self) -> PolicyId {
        PolicyId::from_bytes(self.id)
    }

    /// `None`: it is the vault's own.
    pub(crate) fn secret(&self, vault: VaultId) -> Option<SecretId> {
        (self.subject_id != vault.to_bytes()).then(|| SecretId::from_bytes(self.subject_id))
    }

    /// The domain's view of the row; a row that the domain would never have written is damage.
    pub(crate) fn to_policy(&self, vault: VaultId) -> Result<Policy, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("a policy's {column} cannot be read"));
        let managed = match (&self.parameters, self.management_id) {
            (None, None) => None,
            (None, Some(_)) => return Err(broken("parameters")),
            (Some(text), management) => {
                let stored: BTreeMap<String, String> =
                    serde_json::from_str(text).map_err(|_| broken("parameters"))?;
                let parameters = Parameters::from_stored(stored);
                Some(Managed {
                    management: management.map(SecretId::from_bytes),
                    parameters: parameters.ok_or_else(|| broken("parameters"))?,
                })
            }
        };
        Ok(Policy::from_stored(PolicyParts {
            id: self.id(),
            secret: self.secret(vault),
            every_days: self.every_days,
            lead_days: self.lead_days,
            managed,
            revision: u64::try_from(self.revision).map_err(|_| broken("revision"))?,
            updated_at: Timestamp::from_millis(self.updated_at),
            updated_by: MemberId::from_bytes(self.updated_by),
        }))
    }
}

fn subject(vault: VaultId, secret: Option<SecretId>) -> [u8; 16] {
    secret.map_or(vault.to_bytes(), |secret| secret.to_bytes())
}

fn bind(
    connection: &Connection,
    sql: &str,
    vault: VaultId,
    policy: &Policy,
) -> Result<(), StoreError> {
    let parts = policy.parts();
    let managed = parts.managed.as_ref();
    let parameters = managed.map(|managed| {
        let texts: BTreeMap<&str, &str> = managed.parameters.iter().collect();
        serde_json::to_string(&texts).expect("texts always serialise")
    });
    let management = managed.and_then(|managed| managed.management);
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":id": parts.id.to_bytes(),
        ":subject_id": subject(vault, parts.secret),
        ":every_days": parts.every_days,
        ":lead_days": parts.lead_days,
        ":management_id": management.map(|secret| secret.to_bytes()),
        ":parameters": parameters,
        ":revision": i64::try_from(parts.revision)
            .map_err(|_| StoreError::damaged("a revision is out of range"))?,
        ":updated_at": parts.updated_at.as_millis(),
        ":updated_by": parts.updated_by.to_bytes(),
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(StoreError::damaged("a policy that was just read is gone")),
    }
}
