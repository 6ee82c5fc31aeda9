//! Making fingerprints anew, under a key of the new generation. Whoever knew the old key and is left with the page key
//! (an Operator who becomes a Viewer) could else try guesses on every value that is stored from then on.
//!
//! A value that is destroyed cannot be read again, so its fingerprint stays as it is, under the old key: it tells such a
//! person nothing of which they could not read the value itself.

use domain::catalogue::AuthMethod;
use domain::ids::{SecretId, VersionId};
use rusqlite::{Connection, Row};

use super::RekeyError;
use super::rewrap::{PACE, Rewrapping};
use crate::fingerprint::{FingerprintKey, FingerprintKeyContext};
use crate::seal::{SealContext, SealedValues};
use crate::store::error::StoreError;
use crate::store::fingerprints;
use crate::store::secrets::SecretKey;
use crate::wrapped_key::{WRAPPED_VERSION_KEY_BYTES, WrappedVersionKey};

/// Every version that has values, with what opens them, in the order in which they lie.
const VALUES: &str = "SELECT version.secret_key, version.number, secret.id, version.id, version.auth_method, \
    wrapped_key.bytes, sealed.bytes FROM version JOIN secret ON secret.key = version.secret_key \
    JOIN wrapped_key ON wrapped_key.slot = version.key_slot JOIN sealed ON sealed.key_slot = version.key_slot \
    ORDER BY version.secret_key, version.number";

/// A version as it lies in the copy.
struct Stored {
    key: SecretKey,
    number: u32,
    secret: SecretId,
    version: VersionId,
    method: String,
    wrapped: [u8; WRAPPED_VERSION_KEY_BYTES],
    sealed: Vec<u8>,
}

/// Goes over all values of a copy whose keys have been wrapped anew, and tells how many are done.
pub(super) fn carry_out(
    copy: &Connection,
    rewrapping: &Rewrapping<'_>,
    mut tell: impl FnMut(u64) -> Result<(), RekeyError>,
) -> Result<(), RekeyError> {
    let key = new_key(copy, rewrapping)?;
    let mut statement = copy.prepare(VALUES).map_err(StoreError::from)?;
    let mut rows = statement.query([]).map_err(StoreError::from)?;
    let mut done = 0_u64;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let stored = Stored::read(row).map_err(StoreError::from)?;
        make_anew(copy, rewrapping, &key, stored)?;
        done += 1;
        if done.is_multiple_of(PACE) {
            tell(done)?;
        }
    }
    Ok(())
}

fn new_key(copy: &Connection, rewrapping: &Rewrapping<'_>) -> Result<FingerprintKey, StoreError> {
    let (value_key, epoch) = rewrapping.new;
    let key = FingerprintKey::generate()?;
    let context = FingerprintKeyContext {
        vault: rewrapping.vault,
        made_in: epoch,
        epoch,
    };
    fingerprints::add_key(copy, value_key, &key, &context)?;
    Ok(key)
}

fn make_anew(
    copy: &Connection,
    rewrapping: &Rewrapping<'_>,
    key: &FingerprintKey,
    stored: Stored,
) -> Result<(), StoreError> {
    let (value_key, epoch) = rewrapping.new;
    let context = SealContext {
        vault: rewrapping.vault,
        secret: stored.secret,
        version: stored.version,
        epoch,
    };
    let Some(method) = AuthMethod::parse(&stored.method) else {
        return Ok(());
    };
    let opened = value_key
        .unwrap(&WrappedVersionKey::from_bytes(stored.wrapped), &context)
        .and_then(|key| SealedValues::from_bytes(stored.sealed).open_as(method, &key, &context));
    // What does not open is counted where its key is wrapped, and keeps what it has.
    let Ok(values) = opened else { return Ok(()) };
    fingerprints::forget(copy, stored.key, stored.number)?;
    fingerprints::insert(copy, stored.key, stored.number, &key.of_fields(&values))
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
        Ok(Stored {
            key: SecretKey(row.get(0)?),
            number: row.get(1)?,
            secret: SecretId::from_bytes(row.get(2)?),
            version: VersionId::from_bytes(row.get(3)?),
            method: row.get(4)?,
            wrapped: row.get(5)?,
            sealed: row.get(6)?,
        })
    }
}
