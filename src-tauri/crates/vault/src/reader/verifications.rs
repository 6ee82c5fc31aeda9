//! What verifying locations came to.

use domain::ids::{LocationId, SecretId, VersionId};
use domain::verification::Verification;

use super::Reader;
use crate::store::error::StoreError;
use crate::store::verifications::{self, VerifiedCounts};

impl Reader<'_> {
    /// The newest result for a location with a version of its secret; with none, for an external secret.
    pub fn verification_of(
        &self,
        location: LocationId,
        version: Option<VersionId>,
    ) -> Result<Option<Verification>, StoreError> {
        let row = verifications::of(self.connection, location, version)?;
        row.map(|row| row.to_verification()).transpose()
    }

    /// The newest result for a location, with whatever version.
    pub fn newest_verification(
        &self,
        location: LocationId,
    ) -> Result<Option<Verification>, StoreError> {
        let rows = verifications::of_location(self.connection, location)?;
        let newest = rows.iter().max_by_key(|row| row.verified_at);
        newest.map(|row| row.to_verification()).transpose()
    }

    /// As [`Reader::verification_of`], if it is as its newest entry left it.
    pub fn checked_verification(
        &self,
        location: LocationId,
        version: Option<VersionId>,
    ) -> Result<Option<Verification>, StoreError> {
        let Some(row) = verifications::of(self.connection, location, version)? else {
            return Ok(None);
        };
        self.require_vouched_verification(&row)?;
        row.to_verification().map(Some)
    }

    /// What a version was tried on.
    pub fn verifications_of_version(
        &self,
        secret: SecretId,
        version: VersionId,
    ) -> Result<Vec<Verification>, StoreError> {
        let rows = verifications::of_version(self.connection, secret, version)?;
        rows.iter().map(|row| row.to_verification()).collect()
    }

    /// How a secret's locations stand with the values in use.
    pub fn verified_counts(&self, secret: SecretId) -> Result<VerifiedCounts, StoreError> {
        verifications::standing(self.connection, Some(secret))
    }

    /// How all locations that have a secret stand with the values in use.
    pub fn verified_totals(&self) -> Result<VerifiedCounts, StoreError> {
        verifications::standing(self.connection, None)
    }
}
