//! The rows of `location`, and their way to and from the domain.

mod page;

pub(crate) use page::page;
pub use page::{LocationPage, LocationQuery};

use domain::ids::{LocationId, MemberId, SecretId};
use domain::location::{
    Endpoint, Location, LocationParts, LocationType, PlainHttp, Prefix, ProbeWrites, Region,
};
use domain::text::{BucketName, LocationName};
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::error::StoreError;

/// A row as it is stored: what `state_hash` covers and what becomes a [`Location`].
pub(crate) struct LocationRow {
    pub id: [u8; 16],
    pub name: String,
    pub name_folded: String,
    pub location_type: String,
    pub secret_id: Option<[u8; 16]>,
    pub bucket_name: String,
    pub region: Option<String>,
    pub endpoint_url: Option<String>,
    pub http_allowed: i64,
    pub prefix: Option<String>,
    pub probe_writes: i64,
    pub revision: i64,
    pub created_at: i64,
    pub created_by: [u8; 16],
    pub updated_at: i64,
}

const COLUMNS: &str = "id, name, name_folded, location_type, secret_id, bucket_name, region, endpoint_url, http_allowed, \
    prefix, probe_writes, revision, created_at, created_by, updated_at";

const INSERT: &str = "INSERT INTO location (id, name, name_folded, location_type, secret_id, bucket_name, region, \
    endpoint_url, http_allowed, prefix, probe_writes, revision, created_at, created_by, updated_at) VALUES (:id, :name, :name_folded, \
    :location_type, :secret_id, :bucket_name, :region, :endpoint_url, :http_allowed, :prefix, :probe_writes, :revision, \
    :created_at, :created_by, :updated_at)";

const UPDATE: &str = "UPDATE location SET name = :name, name_folded = :name_folded, location_type = :location_type, \
    secret_id = :secret_id, bucket_name = :bucket_name, region = :region, endpoint_url = :endpoint_url, \
    http_allowed = :http_allowed, prefix = :prefix, probe_writes = :probe_writes, revision = :revision, created_at = :created_at, \
    created_by = :created_by, updated_at = :updated_at WHERE id = :id";

const OF_SECRET: &str = "SELECT id, name FROM location INDEXED BY location_by_secret WHERE secret_id = ?1 ORDER BY name_folded";

pub(crate) fn insert(connection: &Connection, location: &Location) -> Result<(), StoreError> {
    bind(connection, INSERT, location)
}

pub(crate) fn update(connection: &Connection, location: &Location) -> Result<(), StoreError> {
    bind(connection, UPDATE, location)
}

pub(crate) fn delete(connection: &Connection, id: LocationId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM location WHERE id = ?1")?
        .execute([id.to_bytes()])?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    id: LocationId,
) -> Result<Option<LocationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM location WHERE id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id.to_bytes()], LocationRow::read)
        .optional()?)
}

pub(crate) fn id_by_name(
    connection: &Connection,
    folded: &str,
) -> Result<Option<LocationId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM location WHERE name_folded = ?1")?
        .query_row([folded], |row| row.get(0))
        .optional()?
        .map(LocationId::from_bytes))
}

/// The locations linked to a secret with their names, by name.
pub(crate) fn of_secret(
    connection: &Connection,
    secret: SecretId,
) -> Result<Vec<(LocationId, String)>, StoreError> {
    let mut statement = connection.prepare_cached(OF_SECRET)?;
    let rows = statement.query_map([secret.to_bytes()], |row| {
        Ok((LocationId::from_bytes(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn count_of_secret(
    connection: &Connection,
    secret: SecretId,
) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM location INDEXED BY location_by_secret WHERE secret_id = ?1";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([secret.to_bytes()], |row| row.get(0))?)
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM location")?
        .query_row([], |row| row.get(0))?)
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<LocationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM location ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    Ok(statement
        .query_map([], LocationRow::read)?
        .collect::<Result<_, _>>()?)
}

impl LocationRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<LocationRow> {
        Ok(LocationRow {
            id: row.get(0)?,
            name: row.get(1)?,
            name_folded: row.get(2)?,
            location_type: row.get(3)?,
            secret_id: row.get(4)?,
            bucket_name: row.get(5)?,
            region: row.get(6)?,
            endpoint_url: row.get(7)?,
            http_allowed: row.get(8)?,
            prefix: row.get(9)?,
            probe_writes: row.get(10)?,
            revision: row.get(11)?,
            created_at: row.get(12)?,
            created_by: row.get(13)?,
            updated_at: row.get(14)?,
        })
    }

    pub(crate) fn id(&self) -> LocationId {
        LocationId::from_bytes(self.id)
    }

    /// The domain's view of the row; a row that the domain would never have written is damage.
    pub(crate) fn to_location(&self) -> Result<Location, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("a location's {column} cannot be read"));
        let plain_http = match self.http_allowed {
            0 => PlainHttp::Refused,
            _ => PlainHttp::Allowed,
        };
        let endpoint = self.endpoint_url.clone();
        Ok(Location::from_stored(LocationParts {
            id: self.id(),
            name: LocationName::parse(&self.name).map_err(|_| broken("name"))?,
            location_type: LocationType::parse(&self.location_type)
                .ok_or_else(|| broken("location_type"))?,
            secret: self.secret_id.map(SecretId::from_bytes),
            bucket_name: BucketName::parse(&self.bucket_name).map_err(|_| broken("bucket_name"))?,
            region: self.region.clone().map(Region::from_stored),
            endpoint: endpoint.map(|url| Endpoint::from_stored(url, plain_http)),
            prefix: self.prefix.clone().map(Prefix::from_stored),
            probe_writes: ProbeWrites::of(Some(self.probe_writes != 0)),
            revision: u64::try_from(self.revision).map_err(|_| broken("revision"))?,
            created_at: Timestamp::from_millis(self.created_at),
            created_by: MemberId::from_bytes(self.created_by),
            updated_at: Timestamp::from_millis(self.updated_at),
        }))
    }
}

fn bind(connection: &Connection, sql: &str, location: &Location) -> Result<(), StoreError> {
    let parts = location.parts();
    let plain_http = parts.endpoint.as_ref().map(Endpoint::plain_http);
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":id": parts.id.to_bytes(),
        ":name": parts.name.as_str(),
        ":name_folded": parts.name.folded(),
        ":location_type": parts.location_type.as_str(),
        ":secret_id": parts.secret.map(|secret| secret.to_bytes()),
        ":bucket_name": parts.bucket_name.as_str(),
        ":region": parts.region.as_ref().map(Region::as_str),
        ":endpoint_url": parts.endpoint.as_ref().map(Endpoint::as_str),
        ":http_allowed": i64::from(plain_http == Some(PlainHttp::Allowed)),
        ":prefix": parts.prefix.as_ref().map(Prefix::as_str),
        ":probe_writes": i64::from(parts.probe_writes == ProbeWrites::On),
        ":revision": i64::try_from(parts.revision).map_err(|_| StoreError::damaged("a revision is out of range"))?,
        ":created_at": parts.created_at.as_millis(),
        ":created_by": parts.created_by.to_bytes(),
        ":updated_at": parts.updated_at.as_millis(),
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(StoreError::damaged("a location that was just read is gone")),
    }
}
