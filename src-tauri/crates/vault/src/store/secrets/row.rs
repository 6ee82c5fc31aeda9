//! A row of `secret`, and its way to and from the domain.

use domain::allowed_domains::AllowedDomains;
use domain::catalogue::AuthMethod;
use domain::env_key::EnvKey;
use domain::external::{FieldMapping, FieldMappings, Reference};
use domain::identity::Identity;
use domain::ids::{ConnectionId, MemberId, SecretId};
use domain::mask::Masks;
use domain::secret::{Holding, ImportSource, Secret, SecretParts};
use domain::tags::Tags;
use domain::text::{Description, Notes, SecretName};
use domain::time::Timestamp;
use domain::version::{HistoryPolicy, VersionNumber};
use rusqlite::{Connection, Row, named_params};

use super::SecretKey;
use crate::store::error::StoreError;

/// A row as it is stored: what `state_hash` covers and what becomes a [`Secret`].
pub(crate) struct SecretRow {
    pub key: SecretKey,
    pub id: [u8; 16],
    pub name: String,
    pub name_folded: String,
    pub secret_type: String,
    pub auth_method: String,
    pub current_version: Option<u32>,
    pub connection_id: Option<[u8; 16]>,
    pub env_key: Option<String>,
    pub keep_versions: Option<u8>,
    pub grace_days: Option<u16>,
    pub revision: i64,
    pub created_at: i64,
    pub created_by: [u8; 16],
    pub updated_at: i64,
    pub rotated_at: i64,
    pub made_at: i64,
    pub expires_at: Option<i64>,
    pub hint_count: u32,
    pub identity: Option<String>,
    pub trashed_at: Option<i64>,
    pub import_source: Option<String>,
    pub masks: Option<String>,
    pub tags: String,
    pub allowed_domains: Option<String>,
    pub field_mappings: Option<String>,
    pub description: String,
    pub notes: String,
}

/// The columns in the order in which [`SecretRow::read`] takes them.
pub(crate) const COLUMNS: &str = "s.key, s.id, s.name, s.name_folded, s.secret_type, s.auth_method, s.current_version, \
    s.connection_id, s.env_key, s.keep_versions, s.grace_days, s.revision, s.created_at, s.created_by, s.updated_at, \
    s.rotated_at, s.expires_at, s.hint_count, s.trashed_at, s.import_source, s.masks, s.tags, s.allowed_domains, \
    s.field_mappings, s.description, s.notes, s.identity, s.made_at";

impl SecretRow {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<SecretRow> {
        Ok(SecretRow {
            key: SecretKey(row.get(0)?),
            id: row.get(1)?,
            name: row.get(2)?,
            name_folded: row.get(3)?,
            secret_type: row.get(4)?,
            auth_method: row.get(5)?,
            current_version: row.get(6)?,
            connection_id: row.get(7)?,
            env_key: row.get(8)?,
            keep_versions: row.get(9)?,
            grace_days: row.get(10)?,
            revision: row.get(11)?,
            created_at: row.get(12)?,
            created_by: row.get(13)?,
            updated_at: row.get(14)?,
            rotated_at: row.get(15)?,
            expires_at: row.get(16)?,
            hint_count: row.get(17)?,
            trashed_at: row.get(18)?,
            import_source: row.get(19)?,
            masks: row.get(20)?,
            tags: row.get(21)?,
            allowed_domains: row.get(22)?,
            field_mappings: row.get(23)?,
            description: row.get(24)?,
            notes: row.get(25)?,
            identity: row.get(26)?,
            made_at: row.get(27)?,
        })
    }

    pub(crate) fn id(&self) -> SecretId {
        SecretId::from_bytes(self.id)
    }

    /// The domain's view of the row; a row that the domain would never have written is damage.
    pub(crate) fn to_secret(&self) -> Result<Secret, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("a secret's {column} cannot be read"));
        let method = AuthMethod::parse(&self.auth_method).ok_or_else(|| broken("auth_method"))?;
        let tags: Vec<String> = from_json(&self.tags).ok_or_else(|| broken("tags"))?;
        let import_source = match &self.import_source {
            None => None,
            Some(text) => Some(ImportSource::parse(text).ok_or_else(|| broken("import_source"))?),
        };
        let identity = match &self.identity {
            None => None,
            Some(text) => Some(Identity::from_stored(text).ok_or_else(|| broken("identity"))?),
        };
        Ok(Secret::from_stored(SecretParts {
            id: self.id(),
            name: SecretName::parse(&self.name).map_err(|_| broken("name"))?,
            description: Description::parse(&self.description)
                .map_err(|_| broken("description"))?,
            notes: Notes::parse(&self.notes).map_err(|_| broken("notes"))?,
            tags: Tags::parse(&tags).map_err(|_| broken("tags"))?,
            method,
            holding: self.holding().ok_or_else(|| broken("current_version"))?,
            env_key: self.env_key.clone().map(EnvKey::from_stored),
            allowed_domains: domains_from_stored(self.allowed_domains.as_deref())
                .ok_or_else(|| broken("allowed_domains"))?,
            history: HistoryPolicy::new(self.keep_versions.unwrap_or(0), self.grace_days)
                .ok_or_else(|| broken("keep_versions"))?,
            revision: u64::try_from(self.revision).map_err(|_| broken("revision"))?,
            created_at: Timestamp::from_millis(self.created_at),
            created_by: MemberId::from_bytes(self.created_by),
            updated_at: Timestamp::from_millis(self.updated_at),
            rotated_at: Timestamp::from_millis(self.rotated_at),
            made_at: Timestamp::from_millis(self.made_at),
            expires_at: self.expires_at.map(Timestamp::from_millis),
            hint_count: self.hint_count,
            identity,
            trashed_at: self.trashed_at.map(Timestamp::from_millis),
            import_source,
        }))
    }

    pub(crate) fn to_masks(&self) -> Result<Option<Masks>, StoreError> {
        masks_from_stored(self.masks.as_deref())
    }

    fn holding(&self) -> Option<Holding> {
        match (
            self.current_version,
            self.connection_id,
            &self.field_mappings,
        ) {
            (Some(number), None, None) => Some(Holding::Direct {
                current: VersionNumber::new(number)?,
            }),
            (None, Some(connection), Some(mappings)) => {
                let method = AuthMethod::parse(&self.auth_method)?;
                let stored: Vec<(String, String)> = from_json(mappings)?;
                let mappings = stored
                    .into_iter()
                    .map(|(name, reference)| {
                        let field_name = method.field(&name)?.name;
                        Some(FieldMapping {
                            field_name,
                            reference: Reference::from_stored(reference),
                        })
                    })
                    .collect::<Option<Vec<_>>>()?;
                Some(Holding::External {
                    connection: ConnectionId::from_bytes(connection),
                    mappings: FieldMappings::from_stored(mappings),
                })
            }
            _ => None,
        }
    }
}

pub(super) fn bind(
    connection: &Connection,
    sql: &str,
    secret: &Secret,
    masks: Option<&Masks>,
) -> Result<usize, StoreError> {
    let (current_version, connection_id, mappings) = match secret.holding() {
        Holding::Direct { current } => (Some(current.get()), None, None),
        Holding::External {
            connection,
            mappings,
        } => {
            let pairs: Vec<(&str, &str)> = mappings
                .iter()
                .map(|mapping| (mapping.field_name, mapping.reference.as_str()))
                .collect();
            (None, Some(connection.to_bytes()), Some(to_json(&pairs)))
        }
    };
    let (keep_versions, grace_days) = match secret.history() {
        HistoryPolicy::Overwrite => (None, None),
        HistoryPolicy::Keep {
            versions,
            grace_days,
        } => (Some(versions), grace_days),
    };
    let tags: Vec<&str> = secret.tags().iter().collect();
    Ok(connection.prepare_cached(sql)?.execute(named_params! {
        ":id": secret.id().to_bytes(),
        ":name": secret.name().as_str(),
        ":name_folded": secret.name().folded(),
        ":secret_type": secret.secret_type().as_str(),
        ":auth_method": secret.method().as_str(),
        ":current_version": current_version,
        ":connection_id": connection_id,
        ":env_key": secret.env_key().map(EnvKey::as_str),
        ":keep_versions": keep_versions,
        ":grace_days": grace_days,
        ":revision": i64::try_from(secret.revision()).map_err(|_| StoreError::damaged("a revision is out of range"))?,
        ":created_at": secret.created_at().as_millis(),
        ":created_by": secret.created_by().to_bytes(),
        ":updated_at": secret.updated_at().as_millis(),
        ":rotated_at": secret.rotated_at().as_millis(),
        ":made_at": secret.made_at().as_millis(),
        ":expires_at": secret.expires_at().map(Timestamp::as_millis),
        ":hint_count": secret.hint_count(),
        ":identity": secret.identity().map(Identity::to_stored),
        ":trashed_at": secret.trashed_at().map(Timestamp::as_millis),
        ":import_source": secret.import_source().map(ImportSource::as_str),
        ":masks": masks.map(masks_to_stored),
        ":tags": to_json(&tags),
        ":allowed_domains": domains_to_stored(secret.allowed_domains()),
        ":field_mappings": mappings,
        ":description": secret.description().as_str(),
        ":notes": secret.notes().as_str(),
    })?)
}

pub(crate) fn masks_to_stored(masks: &Masks) -> String {
    let pairs: Vec<(&str, &str)> = masks
        .iter()
        .map(|(name, mask)| (name, mask.as_str()))
        .collect();
    to_json(&pairs)
}

pub(crate) fn masks_from_stored(stored: Option<&str>) -> Result<Option<Masks>, StoreError> {
    let Some(text) = stored else { return Ok(None) };
    from_json::<Vec<(String, String)>>(text)
        .and_then(Masks::from_stored)
        .map(Some)
        .ok_or_else(|| StoreError::damaged("a secret's masks cannot be read"))
}

fn domains_to_stored(domains: &AllowedDomains) -> Option<String> {
    match domains {
        AllowedDomains::Unrestricted => None,
        AllowedDomains::Only(_) => Some(to_json(&domains.patterns())),
    }
}

fn domains_from_stored(stored: Option<&str>) -> Option<AllowedDomains> {
    match stored {
        None => Some(AllowedDomains::Unrestricted),
        Some(text) => Some(AllowedDomains::from_stored(from_json::<Vec<String>>(text)?)),
    }
}

fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lists of texts always serialise")
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    // The one thing that can be wrong is the text itself, and the caller says which column it came from.
    serde_json::from_str(text).ok()
}
