//! A version that a rotation is still at work on is neither old nor in use.

use super::support::*;
use domain::history::{DestroyInput, RestoreInput};
use domain::secret::SecretWithVersions;
use domain::version::{Version, VersionParts};
use domain::*;

/// Version 1 is in use, version 2 stored and not yet proven.
fn with_pending() -> Stored {
    let mut stored = Stored::new(generic("value-1"));
    let number = VersionNumber::new(2).expect("not 0");
    let pending = Version::from_stored(VersionParts {
        id: VersionId::from_bytes([7; 16]),
        secret: stored.secret.secret().id(),
        number,
        method: AuthMethod::OpaqueValue,
        state: VersionState::Pending,
        created_at: Timestamp::from_millis(START),
        created_by: stored.context().actor.member,
        how: How::Managed,
        reason: None,
        origin: None,
        masks: None,
        made_at: Timestamp::from_millis(START),
        expires_at: None,
    });
    let versions = [stored.secret.versions(), &[pending]].concat();
    stored.values.insert(number, stored.in_use());
    stored.secret =
        SecretWithVersions::new(stored.secret.secret().clone(), versions).expect("a whole secret");
    stored
}

#[test]
fn hist_01_a_rotation_by_hand_leaves_a_pending_version_alone() {
    let mut stored = with_pending();
    stored.update(domain::update::UpdateInput {
        credentials: Patch::Set(fields(&[("value", "value-3")])),
        history: Patch::Set(HistoryInput {
            keep: Some(1),
            grace_days: None,
        }),
        ..domain::update::UpdateInput::default()
    });
    use VersionState::*;
    assert_eq!(stored.states(), [(1, Previous), (2, Pending), (3, Current)]);
    assert_eq!(stored.kept(), [1, 2, 3]);
}

#[test]
fn hist_04_a_pending_version_cannot_be_restored() {
    let stored = with_pending();
    let input = RestoreInput {
        version: Some(2),
        reason: None,
    };
    refused(
        input.parse(&stored.secret, &stored.context()),
        ErrorType::InvalidRequest,
    );
}

#[test]
fn hist_03_a_pending_version_is_not_destroyed_alone() {
    let stored = with_pending();
    let input = DestroyInput {
        version: Some(2),
        ..DestroyInput::default()
    };
    refused(
        input.decide(&stored.secret, &stored.context()),
        ErrorType::InvalidRequest,
    );
}
