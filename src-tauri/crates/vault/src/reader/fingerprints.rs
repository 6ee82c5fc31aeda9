//! Which values are the same, and where one is or was. Whoever has no value key is told nothing of either.

use domain::ids::SecretId;
use domain::secret_text::SecretText;
use domain::version::VersionNumber;
use rusqlite::Connection;

use super::{OpenValueError, Reader};
use crate::fingerprint::{Fingerprint, FingerprintKey, FingerprintKeyContext};
use crate::store::error::StoreError;
use crate::store::fingerprints::{self, HolderRow};
use crate::store::{secrets, wrapped_keys};
use crate::wrapped_key::{ValueKey, WrappedVersionKey};

/// One field of one version that holds a value, or held it before it was destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub secret: SecretId,
    pub version: VersionNumber,
    /// As the database has it.
    pub field: String,
}

/// Fields of different live secrets that have the same value now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameValue {
    /// As many as were asked for, those made first coming first.
    pub fields: Vec<Held>,
    /// How many there are.
    pub total: u64,
}

impl Reader<'_> {
    /// The fields of live secrets whose present value is exactly this.
    pub fn present_holders_of(
        &self,
        value: &SecretText,
        limit: usize,
    ) -> Result<Vec<Held>, OpenValueError> {
        self.holders_by(value, limit, |connection, print, left| {
            fingerprints::present(connection, print, None, left)
        })
    }

    /// Every field of every version that has or had exactly this value, in the trash too; what was forgotten or purged is
    /// not known any more.
    pub fn holders_of(
        &self,
        value: &SecretText,
        limit: usize,
    ) -> Result<Vec<Held>, OpenValueError> {
        self.holders_by(value, limit, fingerprints::holders)
    }

    /// By the keys of each time that the vault got new ones.
    fn holders_by(
        &self,
        value: &SecretText,
        limit: usize,
        holders: impl Fn(&Connection, Fingerprint, usize) -> Result<Vec<HolderRow>, StoreError>,
    ) -> Result<Vec<Held>, OpenValueError> {
        let value_key = self.value_key()?;
        let mut found = Vec::new();
        for (made_in, slot) in fingerprints::keys(self.connection)? {
            let key = self.open_fingerprint_key(value_key, made_in, slot)?;
            let left = limit.saturating_sub(found.len());
            let print = key.of_value(value.expose_text());
            found.extend(holders(self.connection, print, left)?);
        }
        Ok(found.into_iter().map(held).collect::<Result<_, _>>()?)
    }

    /// Live secrets but for this one that have exactly this value now; as many as are asked for, each once.
    pub fn others_with(
        &self,
        own: SecretId,
        value: &SecretText,
        limit: usize,
    ) -> Result<Vec<SecretId>, OpenValueError> {
        let value_key = self.value_key()?;
        let own = secrets::by_id(self.connection, own)?.map(|row| row.key);
        let mut found: Vec<SecretId> = Vec::new();
        for (made_in, slot) in fingerprints::keys(self.connection)? {
            let key = self.open_fingerprint_key(value_key, made_in, slot)?;
            let print = key.of_value(value.expose_text());
            for row in fingerprints::present(self.connection, print, own, limit)? {
                if !found.contains(&row.secret) && found.len() < limit {
                    found.push(row.secret);
                }
            }
        }
        Ok(found)
    }

    /// Values that more than one live secret has now; each with at most `limit` of its fields.
    pub fn same_value_groups(&self, limit: usize) -> Result<Vec<SameValue>, OpenValueError> {
        self.value_key()?;
        let mut groups = Vec::new();
        for print in fingerprints::shared(self.connection)? {
            let rows = fingerprints::present(self.connection, print, None, limit)?;
            let first = rows.first().map(|row| row.secret);
            if rows.iter().all(|row| Some(row.secret) == first) {
                continue;
            }
            // Those listed are all there are, unless they are as many as were asked for.
            let total = match rows.len() < limit {
                true => u64::try_from(rows.len()).unwrap_or(u64::MAX),
                false => fingerprints::present_count(self.connection, print)?,
            };
            groups.push(SameValue {
                total,
                fields: rows.into_iter().map(held).collect::<Result<_, _>>()?,
            });
        }
        groups.sort_by_key(|group| group.fields.first().map(|field| field.secret.to_bytes()));
        Ok(groups)
    }

    /// Fields of other live secrets that have one of this secret's values now. Of none for who opens no values.
    pub fn shares_value_with(&self, id: SecretId, limit: usize) -> Result<Vec<Held>, StoreError> {
        if self.vault.value_key.is_none() {
            return Ok(Vec::new());
        }
        let Some(row) = secrets::by_id(self.connection, id)? else {
            return Ok(Vec::new());
        };
        let (Some(current), None) = (row.current_version, row.trashed_at) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for (_field, print) in fingerprints::of_version(self.connection, row.key, current)? {
            let left = limit.saturating_sub(found.len());
            found.extend(fingerprints::present(
                self.connection,
                print,
                Some(row.key),
                left,
            )?);
        }
        found.into_iter().map(held).collect()
    }

    /// With which fingerprints are made now.
    pub(crate) fn fingerprint_key(&self) -> Result<&FingerprintKey, StoreError> {
        if let Some(known) = self.fingerprint_key.get() {
            return Ok(known);
        }
        let value_key = self.vault.value_key.as_ref();
        let value_key = value_key.ok_or(StoreError::NoValueKey)?;
        let made_in = self.vault.key_epoch;
        let slot = fingerprints::key_of(self.connection, made_in)?.ok_or_else(broken)?;
        let key = self.open_fingerprint_key(value_key, made_in, slot)?;
        Ok(self.fingerprint_key.get_or_init(|| key))
    }

    pub(super) fn open_fingerprint_key(
        &self,
        value_key: &ValueKey,
        made_in: u32,
        slot: wrapped_keys::KeySlot,
    ) -> Result<FingerprintKey, StoreError> {
        let wrapped = wrapped_keys::read(self.connection, slot)?.ok_or_else(broken)?;
        let context = FingerprintKeyContext {
            vault: self.vault.vault,
            made_in,
            epoch: self.vault.key_epoch,
        };
        value_key
            .unwrap_fingerprint_key(&WrappedVersionKey::from_bytes(wrapped), &context)
            .map_err(|_| broken())
    }

    pub(super) fn value_key(&self) -> Result<&ValueKey, OpenValueError> {
        let key = self.vault.value_key.as_ref();
        key.ok_or(OpenValueError::NoValueKey)
    }
}

fn broken() -> StoreError {
    StoreError::integrity("the key of the fingerprints".to_owned())
}

pub(super) fn held(row: HolderRow) -> Result<Held, StoreError> {
    let number = VersionNumber::new(row.number);
    Ok(Held {
        secret: row.secret,
        version: number.ok_or_else(|| StoreError::damaged("a version's number cannot be read"))?,
        field: row.field,
    })
}
