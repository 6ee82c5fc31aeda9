//! Where many values are or were, for what looks at a file of them: the keys are opened once.

use domain::credentials::Credentials;
use domain::ids::SecretId;
use rusqlite::Connection;

use super::fingerprints::{Held, held};
use super::{OpenValueError, Reader};
use crate::fingerprint::{Fingerprint, FingerprintKey};
use crate::store::{fingerprints, secrets};

/// Lives within one reading of the vault.
pub struct ValueFinder<'r> {
    connection: &'r Connection,
    /// The newest first.
    keys: Vec<FingerprintKey>,
}

/// The same for the same value, and saying nothing else of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueMark(Fingerprint);

impl Reader<'_> {
    /// Refused to whoever opens no values.
    pub fn value_finder(&self) -> Result<ValueFinder<'_>, OpenValueError> {
        let value_key = self.value_key()?;
        let keys = fingerprints::keys(self.connection)?
            .into_iter()
            .map(|(made_in, slot)| self.open_fingerprint_key(value_key, made_in, slot))
            .collect::<Result<_, _>>()?;
        Ok(ValueFinder {
            connection: self.connection,
            keys,
        })
    }
}

impl ValueFinder<'_> {
    /// One for each secret field. Marks of two readings have nothing to do with each other.
    pub fn marks(&self, values: &Credentials) -> Vec<ValueMark> {
        let newest = self.keys.first();
        let prints = newest.map(|key| key.of_fields(values)).unwrap_or_default();
        prints
            .into_iter()
            .map(|(_field, print)| ValueMark(print))
            .collect()
    }

    /// Fields of any version that have or had one of these values, in the trash too.
    pub fn holders(&self, values: &Credentials, limit: usize) -> Result<Vec<Held>, OpenValueError> {
        let mut found = Vec::new();
        for key in &self.keys {
            for (_field, print) in key.of_fields(values) {
                let left = limit.saturating_sub(found.len());
                found.extend(fingerprints::holders(self.connection, print, left)?);
            }
        }
        Ok(found.into_iter().map(held).collect::<Result<_, _>>()?)
    }

    /// As [`ValueFinder::holders`], of one secret: all of its versions.
    pub fn within(
        &self,
        secret: SecretId,
        values: &Credentials,
    ) -> Result<Vec<Held>, OpenValueError> {
        let Some(row) = secrets::by_id(self.connection, secret)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for key in &self.keys {
            for (_field, print) in key.of_fields(values) {
                found.extend(fingerprints::within(self.connection, row.key, print)?);
            }
        }
        Ok(found.into_iter().map(held).collect::<Result<_, _>>()?)
    }
}
