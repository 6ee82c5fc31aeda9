//! What verifying a location stores, and when it counts.

use domain::location::Location;
use domain::rotation::Told;
use domain::verification::*;
use domain::*;

use crate::records::{location, third};
use crate::support::*;

fn version() -> Option<VersionId> {
    Some(VersionId::from_bytes([3; 16]))
}

fn works() -> Found {
    Found {
        verdict: Verdict::Verified,
        bucket_exists: Some(true),
        can_list: Some(true),
        ..Found::default()
    }
}

fn verify(
    location: &Location,
    found: Found,
    before: Option<&Verification>,
    role: Role,
) -> Result<Verification, Rejection> {
    let id = VerificationId::from_bytes([5; 16]);
    let plan = verified(
        location,
        version(),
        found,
        before,
        id,
        &context(START, role),
    )?;
    assert_eq!(plan.audit().action, Action::LocationVerified);
    Ok(plan.into_parts().record)
}

#[test]
fn loc_04_an_operator_stores_what_a_verification_found() {
    let location = location();
    let first = verify(&location, works(), None, Role::Operator).expect("an operator may");
    assert_eq!(first.revision(), 1);
    assert_eq!(first.parts().location_revision, location.revision());
    let again = verify(&location, Found::default(), Some(&first), Role::Operator);
    let again = again.expect("an operator may");
    assert_eq!((again.id(), again.revision()), (first.id(), 2));
    assert_eq!(again.verdict(), Verdict::Failed);
}

#[test]
fn loc_04_a_viewer_stores_nothing_and_an_unlinked_location_has_nothing_to_try() {
    let location = location();
    refused(
        verify(&location, works(), None, Role::Viewer),
        ErrorType::AccessForbidden,
    );
    let mut parts = location.parts().clone();
    parts.secret = None;
    let unlinked = Location::from_stored(parts);
    refused(
        verify(&unlinked, works(), None, Role::Owner),
        ErrorType::NotFound,
    );
}

#[test]
fn loc_04_a_providers_words_are_shortened_and_fit_to_be_shown() {
    let found = Found {
        region: Some("r\u{7}".repeat(100)),
        error: Some(Told {
            code: Some("Access\u{202e}Denied".to_owned()),
            message: "m".repeat(10_000),
        }),
        ..Found::default()
    };
    let kept = verify(&location(), found, None, Role::Owner).expect("an owner may");
    let found = &kept.parts().findings;
    let region = found.region.as_deref().expect("a region");
    assert_eq!(region.chars().count(), REGION_CHARS_MAX);
    assert!(!region.contains('\u{7}'));
    let error = found.error.as_ref().expect("an error");
    assert_eq!(error.code.as_deref(), Some("Access·Denied"));
    assert_eq!(error.message.len(), Told::MESSAGE_CHARS_MAX);
}

#[test]
fn update_08_a_verification_counts_for_the_values_in_use_and_the_location_as_it_is() {
    let location = location();
    let good = verify(&location, works(), None, Role::Owner).expect("an owner may");
    let refused = Found {
        can_list: Some(false),
        ..Found::default()
    };
    let bad = verify(&location, refused, None, Role::Owner).expect("an owner may");
    let silent = verify(&location, Found::default(), None, Role::Owner).expect("an owner may");
    assert_eq!(
        good.status(&location, version()),
        VerificationStatus::Verified
    );
    assert_eq!(bad.status(&location, version()), VerificationStatus::Failed);
    assert_eq!(
        silent.status(&location, version()),
        VerificationStatus::Unreachable
    );
}

#[test]
fn update_08_other_values_another_secret_or_another_place_leave_a_location_unverified() {
    let location = location();
    let good = verify(&location, works(), None, Role::Owner).expect("an owner may");
    let unverified = VerificationStatus::Unverified;
    let newer = Some(VersionId::from_bytes([4; 16]));
    assert_eq!(good.status(&location, newer), unverified);
    assert_eq!(good.status(&location, None), unverified);
    let changed = |change: fn(&mut domain::location::LocationParts)| {
        let mut parts = location.parts().clone();
        change(&mut parts);
        Location::from_stored(parts)
    };
    for other in [
        changed(|parts| parts.revision += 1),
        changed(|parts| parts.secret = Some(third())),
        changed(|parts| parts.secret = None),
        changed(|parts| parts.id = LocationId::from_bytes([0x42; 16])),
    ] {
        assert_eq!(good.status(&other, version()), unverified);
    }
}

#[test]
fn what_a_verification_told_goes_with_its_location() {
    let good = verify(&location(), works(), None, Role::Owner).expect("an owner may");
    let plan = good.dropped();
    assert_eq!(plan.change(), RecordChange::Delete);
    assert_eq!(plan.audit().action, Action::VerificationDropped);
    assert_eq!(plan.record().revision(), good.revision() + 1);
}
