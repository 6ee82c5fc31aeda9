//! Values that a new secret had where it is imported from: they lie before the present one as old versions.

use crate::credentials::Credentials;
use crate::ids::VersionId;
use crate::plan::{Context, NewVersion};
use crate::text::Reason;
use crate::time::Timestamp;
use crate::version::{HistoryPolicy, How, Version, VersionNumber, VersionParts, VersionState};

/// One of them. It holds plaintext:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::create::EarlierValue>();
/// ```
pub struct EarlierValue {
    /// For the version that it becomes.
    pub id: VersionId,
    pub credentials: Credentials,
    /// The date that its file gives it. A claim of the file's: the version is of the time of the import.
    pub at: Option<Timestamp>,
}

/// The newest of them, as many as a history can hold; the last is the previous one, those before it are retired.
pub(super) fn versions(earlier: Vec<EarlierValue>, context: &Context) -> Vec<NewVersion> {
    let too_many = earlier
        .len()
        .saturating_sub(usize::from(HistoryPolicy::VERSIONS_MAX));
    let mut number = VersionNumber::FIRST;
    let mut versions: Vec<NewVersion> = Vec::new();
    for value in earlier.into_iter().skip(too_many) {
        versions.push(NewVersion {
            version: Version::from_stored(VersionParts {
                id: value.id,
                secret: context.new_secret_id,
                number,
                method: value.credentials.method(),
                state: VersionState::Retired,
                created_at: context.now,
                created_by: context.actor.member,
                how: How::Imported,
                reason: value.at.and_then(dated),
                origin: None,
                masks: Some(value.credentials.masks()),
                made_at: value.at.map_or(context.now, |at| at.min(context.now)),
                expires_at: value.credentials.expires_at(),
            }),
            credentials: value.credentials,
        });
        number = number.next();
    }
    if let Some(newest) = versions.last_mut() {
        newest.version = newest.version.with_state(VersionState::Previous);
    }
    versions
}

pub(super) fn number_after(versions: &[NewVersion]) -> VersionNumber {
    versions.last().map_or(VersionNumber::FIRST, |newest| {
        newest.version.number().next()
    })
}

fn dated(at: Timestamp) -> Option<Reason> {
    Reason::parse(&format!("Dated {at} in the file it was imported from.")).ok()
}
