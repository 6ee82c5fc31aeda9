//! What can be asked of a vault within one transaction.

mod due;
mod exposed;
pub(crate) mod fingerprints;
pub(crate) mod known_keys;
pub(crate) mod members;
mod records;
mod rotations;
pub(crate) mod value_finder;
mod verifications;
mod vouched;

pub use exposed::{Exposed, ExposedSecret, Exposure};

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use domain::credentials::Credentials;
use domain::env_key::EnvKey;
use domain::facts::NameFacts;
use domain::health::Health;
use domain::ids::{MemberId, SecretId};
use domain::secret::{ImportSource, SecretWithVersions};
use domain::text::SecretName;
use domain::time::Timestamp;
use domain::version::VersionNumber;
use rusqlite::Connection;

use crate::audit_log::{AuditLine, AuditPage, AuditQuery, ResourceId};
use crate::fingerprint::FingerprintKey;
use crate::membership::Membership;
use crate::seal::{SealContext, SealedValues};
use crate::store::counts::{self, Counts};
use crate::store::error::StoreError;
use crate::store::list::{self, Filter, ListPage, ListQuery, Needs};
use crate::store::search::{self, SearchPage, SearchQuery};
use crate::store::secrets::SecretRow;
use crate::store::{audit, secrets, tags, versions, wrapped_keys};
use crate::unlocked::UnlockedVault;
use crate::wrapped_key::WrappedVersionKey;

/// One consistent state of the vault. A writer is a reader too, and sees what it has written.
pub struct Reader<'a> {
    pub(crate) vault: &'a UnlockedVault,
    pub(crate) connection: &'a Connection,
    /// The newest entry that was there before this transaction, where it writes: those after it are its own.
    pub(crate) own_after: Option<i64>,
    /// What was checked against its newest entry in this transaction and has not been changed since.
    pub(crate) vouched: RefCell<HashSet<ResourceId>>,
    /// Who signed what, for all positions of the log that this reader can see.
    pub(crate) members: Arc<Membership>,
    /// With which fingerprints are made now, once it was needed.
    pub(crate) fingerprint_key: OnceCell<FingerprintKey>,
}

/// Why a value was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenValueError {
    #[error("there is no such version")]
    NotFound,
    #[error("the values of this version are destroyed")]
    Destroyed,
    #[error("this member's keys open no values")]
    NoValueKey,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        vault: &'a UnlockedVault,
        connection: &'a Connection,
    ) -> Result<Reader<'a>, StoreError> {
        let members = vault.members(connection)?;
        Ok(Reader {
            vault,
            connection,
            own_after: None,
            vouched: RefCell::default(),
            members,
            fingerprint_key: OnceCell::new(),
        })
    }

    /// The secret, live or in the trash, with its versions.
    pub fn secret(&self, id: SecretId) -> Result<Option<SecretWithVersions>, StoreError> {
        let Some(row) = secrets::by_id(self.connection, id)? else {
            return Ok(None);
        };
        let versions = versions::of_secret(self.connection, row.key)?
            .iter()
            .map(|version| version.to_version(id))
            .collect::<Result<Vec<_>, _>>()?;
        let secret = SecretWithVersions::new(row.to_secret()?, versions)
            .map_err(|error| StoreError::damaged(error.to_string()))?;
        let held = self.run_at_work(id)?.and_then(|run| run.held_version());
        Ok(Some(secret.holding(held)))
    }

    /// The live secret of this name, whatever its case.
    pub fn secret_by_name(&self, name: &SecretName) -> Result<Option<SecretId>, StoreError> {
        let folded = name.folded();
        let found = secrets::id_by_name(self.connection, &folded)?;
        self.confirmed(found, |row| row.name_folded == folded)
    }

    pub fn secret_by_env_key(&self, env_key: &EnvKey) -> Result<Option<SecretId>, StoreError> {
        let found = secrets::id_by_env_key(self.connection, env_key.as_str())?;
        self.confirmed(found, |row| {
            row.env_key.as_deref() == Some(env_key.as_str())
        })
    }

    /// What an index found, if the row says so too: a page of the index may be an older one.
    fn confirmed(
        &self,
        found: Option<SecretId>,
        fits: impl FnOnce(&SecretRow) -> bool,
    ) -> Result<Option<SecretId>, StoreError> {
        let Some(id) = found else { return Ok(None) };
        let row = secrets::by_id(self.connection, id)?;
        if row.is_some_and(|row| row.trashed_at.is_none() && fits(&row)) {
            Ok(Some(id))
        } else {
            Err(StoreError::damaged("its indexes do not fit its secrets"))
        }
    }

    /// Secrets, live or in the trash, that an earlier import made of this item.
    pub fn secrets_by_import_source(
        &self,
        source: &ImportSource,
    ) -> Result<Vec<SecretId>, StoreError> {
        secrets::ids_by_import_source(self.connection, source.as_str())
    }

    /// Which other live secrets have the name or the env key that a draft wants.
    pub fn name_facts(
        &self,
        name: Option<&SecretName>,
        env_key: Option<&EnvKey>,
        except: Option<SecretId>,
    ) -> Result<NameFacts, StoreError> {
        // As the index has it, which is what would refuse a second one.
        let same_name = match name {
            None => None,
            Some(name) => secrets::id_by_name(self.connection, &name.folded())?,
        };
        let same_env_key = match env_key {
            None => None,
            Some(env_key) => secrets::id_by_env_key(self.connection, env_key.as_str())?,
        };
        let other = |found: &SecretId| Some(*found) != except;
        Ok(NameFacts {
            same_name: same_name.filter(other),
            same_env_key: same_env_key.filter(other),
        })
    }

    pub fn list(&self, query: &ListQuery) -> Result<ListPage, StoreError> {
        self.require_value_key_for(&query.filter)?;
        list::page(self.connection, &self.vault.anchors, query)
    }

    pub fn search(&self, query: &SearchQuery) -> Result<SearchPage, StoreError> {
        self.require_value_key_for(&query.filter)?;
        search::page(self.connection, query)
    }

    /// Which secrets share values is not for who opens none.
    fn require_value_key_for(&self, filter: &Filter) -> Result<(), StoreError> {
        match filter.values {
            Some(_) if self.vault.value_key.is_none() => Err(StoreError::NoValueKey),
            _ => Ok(()),
        }
    }

    /// What asks for a person, by what the list can be filtered by.
    pub fn needs(&self, now: Timestamp) -> Result<Needs, StoreError> {
        list::needs(self.connection, now)
    }

    /// Secrets in the trash, the last thrown away first.
    pub fn trash(&self) -> Result<Vec<list::Listed>, StoreError> {
        list::trash(self.connection)
    }

    /// Tags of live secrets with their numbers, by name.
    pub fn tags(&self) -> Result<Vec<(String, u64)>, StoreError> {
        tags::all(self.connection)
    }

    pub fn counts(&self) -> Result<Counts, StoreError> {
        counts::read(self.connection)
    }

    pub fn counts_by_health(&self, now: Timestamp) -> Result<Vec<(Health, u64)>, StoreError> {
        counts::by_health(self.connection, now)
    }

    /// Entries of the log, newest first.
    pub fn audit_entries(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let mut rows = audit::matching(self.connection, query)?;
        let more = crate::store::page::cut(&mut rows, query.limit);
        let lines = rows
            .into_iter()
            .map(|row| AuditLine::read(&self.members, row))
            .collect::<Vec<_>>();
        let next = lines.last().filter(|_| more).map(AuditLine::position);
        Ok(AuditPage { lines, next })
    }

    /// How many entries meet a query's conditions, on all its pages together.
    pub fn audit_count(&self, query: &AuditQuery) -> Result<u64, StoreError> {
        audit::count(self.connection, query)
    }

    /// The names of what an import has not changed since it was changed here, as the log tells of the secret.
    pub fn changed_but_by_imports(&self, id: SecretId) -> Result<BTreeSet<String>, StoreError> {
        let mut names = BTreeSet::new();
        for row in audit::changes_of(self.connection, id)? {
            let listed: Vec<String> = serde_json::from_str(&row.changed)
                .map_err(|_| StoreError::damaged("what an entry changed cannot be read"))?;
            for name in listed {
                match row.is_by_import {
                    true => names.remove(&name),
                    false => names.insert(name),
                };
            }
        }
        Ok(names)
    }

    pub fn member_name(&self, member: MemberId) -> Result<Option<String>, StoreError> {
        Ok(self
            .members
            .newest(member)
            .map(|state| state.name.as_str().to_owned()))
    }

    /// The values of a version. First the secret is checked against its newest audit entry, that entry's signature and
    /// its signer's role: a record that was changed behind the log's back gives nothing away.
    pub fn open_values(
        &self,
        id: SecretId,
        number: VersionNumber,
    ) -> Result<Credentials, OpenValueError> {
        let row = secrets::by_id(self.connection, id)?.ok_or(OpenValueError::NotFound)?;
        self.require_vouched(&row)?;
        let version = versions::by_number(self.connection, row.key, number)?
            .ok_or(OpenValueError::NotFound)?;
        let decided = version.to_version(id)?;
        if !decided.state().has_values() {
            return Err(OpenValueError::Destroyed);
        }
        let value_key = self
            .vault
            .value_key
            .as_ref()
            .ok_or(OpenValueError::NoValueKey)?;
        let broken = || StoreError::integrity(format!("the value of \"{}\"", row.name));
        let wrapped = wrapped_keys::read(self.connection, version.key_slot)?.ok_or_else(broken)?;
        let sealed =
            versions::sealed_bytes(self.connection, version.key_slot)?.ok_or_else(broken)?;
        let context = SealContext {
            vault: self.vault.vault,
            secret: id,
            version: decided.id(),
            epoch: self.vault.key_epoch,
        };
        let key = value_key
            .unwrap(&WrappedVersionKey::from_bytes(wrapped), &context)
            .map_err(|_| broken())?;
        SealedValues::from_bytes(sealed)
            .open_as(decided.method(), &key, &context)
            .map_err(|_| broken().into())
    }
}
