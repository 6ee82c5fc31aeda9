//! Wrapping every key anew, where it stands: under another value key, bound to another epoch.

use domain::ids::{ConnectionId, SecretId, VaultId, VersionId};
use rusqlite::Connection;

use super::{RekeyError, refingerprint};
use crate::fingerprint::FingerprintKeyContext;
use crate::seal::SealContext;
use crate::sealed_token::TokenContext;
use crate::store::error::StoreError;
use crate::store::fingerprints;
use crate::store::wrapped_keys::{self, KeySlot};
use crate::wrapped_key::{ValueKey, WrappedVersionKey};

/// Keys between two reports of progress.
pub(super) const PACE: u64 = 256;

/// Where each version's key belongs.
const VERSIONS: &str = "SELECT version.key_slot, secret.id, version.id FROM version JOIN secret ON secret.key = version.secret_key";
/// Where each connection's token key belongs.
const CONNECTIONS: &str = "SELECT key_slot, id FROM connection";
/// With which fingerprints were made, and when.
const FINGERPRINT_KEYS: &str = "SELECT key_slot, made_in FROM fingerprint_key";

/// Value key and epoch, before and after.
pub(super) struct Rewrapping<'a> {
    pub vault: VaultId,
    pub old: (&'a ValueKey, u32),
    pub new: (&'a ValueKey, u32),
}

/// Whose key it is: what its wrapping is bound to.
enum Owner {
    Version(SecretId, VersionId),
    Connection(ConnectionId),
    /// Of the epoch in which it was made.
    Fingerprints(u32),
}

impl Rewrapping<'_> {
    /// Goes over all keys of a copy in one transaction, and tells how many are done. Answers how many did not open:
    /// those stay as they are, and open as little as before.
    pub(super) fn carry_out(
        &self,
        copy: &Connection,
        mut tell: impl FnMut(u64) -> Result<(), RekeyError>,
    ) -> Result<u64, RekeyError> {
        let transaction = copy.unchecked_transaction().map_err(StoreError::from)?;
        let (mut done, mut unopened) = (0_u64, 0);
        let mut each = |slot: KeySlot, owner: Owner| {
            if !self.rewrap(&transaction, slot, &owner)? {
                unopened += 1;
            }
            done += 1;
            if done.is_multiple_of(PACE) {
                tell(done)
            } else {
                Ok(())
            }
        };
        for_each(
            &transaction,
            VERSIONS,
            |row| {
                let secret = SecretId::from_bytes(row.get(1)?);
                Ok(Owner::Version(secret, VersionId::from_bytes(row.get(2)?)))
            },
            &mut each,
        )?;
        for_each(
            &transaction,
            CONNECTIONS,
            |row| Ok(Owner::Connection(ConnectionId::from_bytes(row.get(1)?))),
            &mut each,
        )?;
        for_each(
            &transaction,
            FINGERPRINT_KEYS,
            |row| Ok(Owner::Fingerprints(row.get(1)?)),
            &mut each,
        )?;
        refingerprint::carry_out(&transaction, self, |more| tell(done + more))?;
        wrapped_keys::overwrite_unused(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(unopened)
    }

    /// Whether the key was opened, or has been destroyed.
    fn rewrap(&self, copy: &Connection, slot: KeySlot, owner: &Owner) -> Result<bool, StoreError> {
        let Some(wrapped) = wrapped_keys::read(copy, slot)? else {
            return Ok(false);
        };
        if wrapped_keys::is_overwritten(&wrapped) {
            return Ok(true);
        }
        let wrapped = WrappedVersionKey::from_bytes(wrapped);
        let rewrapped = match owner {
            Owner::Version(secret, version) => {
                let context = |epoch| SealContext {
                    vault: self.vault,
                    secret: *secret,
                    version: *version,
                    epoch,
                };
                let Ok(key) = self.old.0.unwrap(&wrapped, &context(self.old.1)) else {
                    return Ok(false);
                };
                self.new.0.wrap(&key, &context(self.new.1))?
            }
            Owner::Connection(connection) => {
                let context = |epoch| TokenContext {
                    vault: self.vault,
                    connection: *connection,
                    epoch,
                };
                let Ok(key) = self.old.0.unwrap_token(&wrapped, &context(self.old.1)) else {
                    return Ok(false);
                };
                self.new.0.wrap_token(&key, &context(self.new.1))?
            }
            Owner::Fingerprints(made_in) => {
                let context = |epoch| FingerprintKeyContext {
                    vault: self.vault,
                    made_in: *made_in,
                    epoch,
                };
                let old = self.old.0;
                let Ok(key) = old.unwrap_fingerprint_key(&wrapped, &context(self.old.1)) else {
                    // Kept, it would stand in the way of every search for a value.
                    fingerprints::drop_key(copy, *made_in)?;
                    return Ok(false);
                };
                self.new
                    .0
                    .wrap_fingerprint_key(&key, &context(self.new.1))?
            }
        };
        wrapped_keys::replace(copy, slot, rewrapped.as_bytes())?;
        Ok(true)
    }
}

fn for_each(
    copy: &Connection,
    sql: &str,
    owner: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<Owner>,
    each: &mut dyn FnMut(KeySlot, Owner) -> Result<(), RekeyError>,
) -> Result<(), RekeyError> {
    let mut statement = copy.prepare(sql).map_err(StoreError::from)?;
    let mut rows = statement.query([]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let slot = KeySlot(row.get(0).map_err(StoreError::from)?);
        each(slot, owner(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}
