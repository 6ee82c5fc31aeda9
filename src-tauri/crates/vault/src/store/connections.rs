//! The rows of `connection`: access to external vaults. The token is sealed beside them, under a key of its own.

use domain::connection::{Connection, ConnectionMethod, ConnectionParts, field_name};
use domain::external::Provider;
use domain::ids::{ConnectionId, MemberId, SecretId};
use domain::text::{ConnectionName, Description, fold};
use domain::time::Timestamp;
use rusqlite::{Connection as Database, OptionalExtension, Row, named_params};

use super::error::StoreError;
use super::secrets::{masks_from_stored, masks_to_stored};
use super::wrapped_keys::{self, KeySlot};

/// A row as it is stored: what `state_hash` covers and what becomes a [`Connection`].
pub(crate) struct ConnectionRow {
    pub id: [u8; 16],
    pub name: String,
    pub name_folded: String,
    pub method: String,
    pub revision: i64,
    pub created_at: i64,
    pub created_by: [u8; 16],
    pub updated_at: i64,
    pub rotated_at: i64,
    pub key_slot: KeySlot,
    pub texts: String,
    pub masks: String,
    pub description: String,
}

/// Which connections are wanted, by name.
#[derive(Clone, Debug, Default)]
pub struct ConnectionQuery {
    pub provider: Option<Provider>,
    /// A part of the name, whatever its case.
    pub text: Option<String>,
    /// A page's `next`, to go on from it.
    pub after: Option<String>,
    pub limit: u32,
}

#[derive(Debug)]
pub struct ConnectionPage {
    pub connections: Vec<Connection>,
    /// What `after` is for those that follow, where there are any.
    pub next: Option<String>,
    /// On all pages together.
    pub total: u64,
}

/// A secret that holds references through a connection.
pub(crate) struct UsedBy {
    pub id: SecretId,
    pub name: String,
    pub in_trash: bool,
}

const COLUMNS: &str = "id, name, name_folded, method, revision, created_at, created_by, updated_at, rotated_at, key_slot, \
    texts, masks, description";

const INSERT: &str = "INSERT INTO connection (id, name, name_folded, method, revision, created_at, created_by, updated_at, \
    rotated_at, key_slot, texts, masks, description) VALUES (:id, :name, :name_folded, :method, :revision, :created_at, \
    :created_by, :updated_at, :rotated_at, :key_slot, :texts, :masks, :description)";

const UPDATE: &str = "UPDATE connection SET name = :name, name_folded = :name_folded, method = :method, \
    revision = :revision, created_at = :created_at, created_by = :created_by, updated_at = :updated_at, \
    rotated_at = :rotated_at, key_slot = :key_slot, texts = :texts, masks = :masks, description = :description \
    WHERE id = :id";

pub(crate) fn insert(
    database: &Database,
    connection: &Connection,
    slot: KeySlot,
) -> Result<(), StoreError> {
    bind(database, INSERT, connection, slot)
}

pub(crate) fn update(
    database: &Database,
    connection: &Connection,
    slot: KeySlot,
) -> Result<(), StoreError> {
    bind(database, UPDATE, connection, slot)
}

pub(crate) fn delete(database: &Database, id: ConnectionId) -> Result<(), StoreError> {
    database
        .prepare_cached("DELETE FROM connection WHERE id = ?1")?
        .execute([id.to_bytes()])?;
    Ok(())
}

pub(crate) fn insert_sealed(
    database: &Database,
    slot: KeySlot,
    sealed: &[u8],
) -> Result<(), StoreError> {
    database
        .prepare_cached("INSERT INTO sealed (key_slot, bytes) VALUES (?1, ?2)")?
        .execute(rusqlite::params![slot.0, sealed])?;
    Ok(())
}

/// Overwrites the token's key and deletes its ciphertext.
pub(crate) fn destroy_token(database: &Database, slot: KeySlot) -> Result<(), StoreError> {
    wrapped_keys::overwrite(database, slot)?;
    database
        .prepare_cached("DELETE FROM sealed WHERE key_slot = ?1")?
        .execute([slot.0])?;
    Ok(())
}

pub(crate) fn by_id(
    database: &Database,
    id: ConnectionId,
) -> Result<Option<ConnectionRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connection WHERE id = ?1");
    Ok(database
        .prepare_cached(&sql)?
        .query_row([id.to_bytes()], ConnectionRow::read)
        .optional()?)
}

pub(crate) fn id_by_name(
    database: &Database,
    folded: &str,
) -> Result<Option<ConnectionId>, StoreError> {
    Ok(database
        .prepare_cached("SELECT id FROM connection WHERE name_folded = ?1")?
        .query_row([folded], |row| row.get(0))
        .optional()?
        .map(ConnectionId::from_bytes))
}

pub(crate) fn count(database: &Database) -> Result<u64, StoreError> {
    Ok(database
        .prepare_cached("SELECT count(*) FROM connection")?
        .query_row([], |row| row.get(0))?)
}

pub(crate) fn all(database: &Database) -> Result<Vec<ConnectionRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connection ORDER BY id");
    let mut statement = database.prepare(&sql)?;
    Ok(statement
        .query_map([], ConnectionRow::read)?
        .collect::<Result<_, _>>()?)
}

/// Secrets that hold references through a connection, those in the trash too, by name.
pub(crate) fn used_by(database: &Database, id: ConnectionId) -> Result<Vec<UsedBy>, StoreError> {
    let sql = "SELECT id, name, trashed_at IS NOT NULL FROM secret INDEXED BY secret_by_connection \
         WHERE connection_id = ?1 ORDER BY name_folded";
    let mut statement = database.prepare_cached(sql)?;
    let rows = statement.query_map([id.to_bytes()], |row| {
        Ok(UsedBy {
            id: SecretId::from_bytes(row.get(0)?),
            name: row.get(1)?,
            in_trash: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn use_count(database: &Database, id: ConnectionId) -> Result<u64, StoreError> {
    let sql =
        "SELECT count(*) FROM secret INDEXED BY secret_by_connection WHERE connection_id = ?1";
    Ok(database
        .prepare_cached(sql)?
        .query_row([id.to_bytes()], |row| row.get(0))?)
}

pub(crate) fn page(
    database: &Database,
    query: &ConnectionQuery,
) -> Result<ConnectionPage, StoreError> {
    let text = query.text.as_deref().map(fold).unwrap_or_default();
    let mut condition = "instr(name_folded, ?1)".to_owned();
    if let Some(provider) = query.provider {
        let methods: Vec<String> = ConnectionMethod::of(provider)
            .map(|method| format!("'{}'", method.as_str()))
            .collect();
        condition.push_str(&format!(" AND method IN ({})", methods.join(", ")));
    }
    let total = database
        .prepare_cached(&format!(
            "SELECT count(*) FROM connection WHERE {condition}"
        ))?
        .query_row([&text], |row| row.get(0))?;
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE {condition} AND name_folded > ?2 ORDER BY name_folded LIMIT ?3"
    );
    let after = query.after.as_deref().unwrap_or_default();
    let mut statement = database.prepare_cached(&sql)?;
    let mut rows: Vec<ConnectionRow> = statement
        .query_map(
            (&text, after, i64::from(query.limit).saturating_add(1)),
            ConnectionRow::read,
        )?
        .collect::<Result<_, _>>()?;
    let more = crate::store::page::cut(&mut rows, query.limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| row.name_folded.clone());
    let connections = rows
        .iter()
        .map(ConnectionRow::to_connection)
        .collect::<Result<_, _>>()?;
    Ok(ConnectionPage {
        connections,
        next,
        total,
    })
}

impl ConnectionRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<ConnectionRow> {
        Ok(ConnectionRow {
            id: row.get(0)?,
            name: row.get(1)?,
            name_folded: row.get(2)?,
            method: row.get(3)?,
            revision: row.get(4)?,
            created_at: row.get(5)?,
            created_by: row.get(6)?,
            updated_at: row.get(7)?,
            rotated_at: row.get(8)?,
            key_slot: KeySlot(row.get(9)?),
            texts: row.get(10)?,
            masks: row.get(11)?,
            description: row.get(12)?,
        })
    }

    pub(crate) fn id(&self) -> ConnectionId {
        ConnectionId::from_bytes(self.id)
    }

    /// The domain's view of the row; a row that the domain would never have written is damage.
    pub(crate) fn to_connection(&self) -> Result<Connection, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("a connection's {column} cannot be read"));
        let texts: Vec<(String, String)> =
            serde_json::from_str(&self.texts).map_err(|_| broken("texts"))?;
        let texts = texts
            .into_iter()
            .map(|(name, text)| Some((field_name(&name)?, text)))
            .collect::<Option<Vec<_>>>();
        let masks = masks_from_stored(Some(&self.masks)).map_err(|_| broken("masks"))?;
        Ok(Connection::from_stored(ConnectionParts {
            id: self.id(),
            name: ConnectionName::parse(&self.name).map_err(|_| broken("name"))?,
            description: Description::parse(&self.description)
                .map_err(|_| broken("description"))?,
            method: ConnectionMethod::parse(&self.method).ok_or_else(|| broken("method"))?,
            texts: texts.ok_or_else(|| broken("texts"))?,
            masks: masks.ok_or_else(|| broken("masks"))?,
            revision: u64::try_from(self.revision).map_err(|_| broken("revision"))?,
            created_at: Timestamp::from_millis(self.created_at),
            created_by: MemberId::from_bytes(self.created_by),
            updated_at: Timestamp::from_millis(self.updated_at),
            rotated_at: Timestamp::from_millis(self.rotated_at),
        }))
    }
}

fn bind(
    database: &Database,
    sql: &str,
    connection: &Connection,
    slot: KeySlot,
) -> Result<(), StoreError> {
    let parts = connection.parts();
    let texts = serde_json::to_string(&parts.texts).expect("lists of texts always serialise");
    let changed = database.prepare_cached(sql)?.execute(named_params! {
        ":id": parts.id.to_bytes(),
        ":name": parts.name.as_str(),
        ":name_folded": parts.name.folded(),
        ":method": parts.method.as_str(),
        ":revision": i64::try_from(parts.revision).map_err(|_| StoreError::damaged("a revision is out of range"))?,
        ":created_at": parts.created_at.as_millis(),
        ":created_by": parts.created_by.to_bytes(),
        ":updated_at": parts.updated_at.as_millis(),
        ":rotated_at": parts.rotated_at.as_millis(),
        ":key_slot": slot.0,
        ":texts": texts,
        ":masks": masks_to_stored(&parts.masks),
        ":description": parts.description.as_str(),
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(StoreError::damaged(
            "a connection that was just read is gone",
        )),
    }
}
