//! What verification says of locations, secrets and versions.

use domain::location::Location;
use domain::verification::{Verdict, Verification, VerificationStatus};
use domain::{SecretId, SecretWithVersions, Version, VersionId};

use super::Viewer;
use crate::api::{SecretVerified, VerificationView, VersionVerified};
use crate::refusal::Answer;

impl Viewer<'_> {
    /// `None` where it was never tried with the secret that it has.
    pub(super) fn verification(&mut self, location: &Location) -> Answer<Option<VerificationView>> {
        let Some(secret) = location.secret() else {
            return Ok(None);
        };
        let current = self.reader.secret(secret)?;
        let current = current.as_ref();
        let in_use = current.and_then(SecretWithVersions::current);
        let in_use = in_use.map(Version::id);
        let newest = match self.reader.verification_of(location.id(), in_use)? {
            Some(tried) => Some(tried),
            None => self.reader.newest_verification(location.id())?,
        };
        let Some(newest) = newest.filter(|tried| tried.parts().secret == secret) else {
            return Ok(None);
        };
        let status = newest.status(location, in_use);
        let tried = newest.parts().version;
        let number = current.and_then(|current| number_of(current, tried));
        let by = self.member_name(newest.parts().by)?;
        Ok(Some(shown(&newest, status, number, by)))
    }

    /// By locations.
    pub(super) fn verified_of(
        &mut self,
        secret: SecretId,
        locations: u64,
    ) -> Answer<SecretVerified> {
        if locations == 0 {
            return Ok(SecretVerified::default());
        }
        let counts = self.reader.verified_counts(secret)?;
        Ok(SecretVerified {
            ok: counts.verified,
            failed: counts.failed,
            unreachable: counts.unreachable,
            unverified: counts.unverified,
            at: counts.verified_since.map(|at| at.to_string()),
        })
    }

    /// `None` where it was never tried.
    pub(super) fn verified_version(
        &mut self,
        secret: SecretId,
        version: &Version,
    ) -> Answer<Option<VersionVerified>> {
        let tried = self.reader.verifications_of_version(secret, version.id())?;
        let Some(last) = tried.iter().map(|one| one.parts().at).max() else {
            return Ok(None);
        };
        let ok = tried
            .iter()
            .filter(|one| one.verdict() == Verdict::Verified)
            .count();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Some(VersionVerified {
            ok: count(ok),
            failed: count(tried.len() - ok),
            at: last.to_string(),
        }))
    }
}

fn number_of(current: &SecretWithVersions, id: Option<VersionId>) -> Option<u32> {
    let mut versions = current.versions().iter();
    let found = versions.find(|version| Some(version.id()) == id);
    found.map(|version| version.number().get())
}

fn shown(
    tried: &Verification,
    status: VerificationStatus,
    version: Option<u32>,
    by: String,
) -> VerificationView {
    let parts = tried.parts();
    let found = &parts.findings;
    let error = found.error.as_ref();
    let mapping = found.mapping.as_ref();
    VerificationView {
        status: status.as_str().to_owned(),
        at: parts.at.to_string(),
        by,
        version,
        bucket_exists: found.bucket_exists,
        can_list: found.can_list,
        can_read: found.can_read,
        can_write: found.can_write,
        can_delete: found.can_delete,
        region: found.region.clone(),
        error_code: error.and_then(|told| told.code.clone()),
        error_message: error.map(|told| told.message.clone()),
        vault_type: mapping.map(|mapping| mapping.vault_type.clone()),
        vault_field_name: mapping.map(|mapping| mapping.field_name.clone()),
        vault_reference: mapping.map(|mapping| mapping.reference.clone()),
    }
}
