//! What verifying locations came to: stored with its entry, counted while it counts, and gone with what it is about.

use domain::audit::Action;
use domain::create::CreateInput;
use domain::location::LocationUpdateInput;
use domain::verification::{Found, Verdict, VerificationStatus};
use domain::{LocationId, Patch, RecordKind, SecretId, VersionId};
use testkit::acts::{self, create, fields, location, readable, verify_location};
use testkit::{TempVault, after, now};
use vault::{StoreError, UnlockedVault, VerifiedCounts};

fn s3() -> CreateInput {
    CreateInput {
        name: Some("storage".to_owned()),
        secret_type: Some("s3".to_owned()),
        credentials: Some(key("AKIAIOSFODNN7EXAMPLE")),
        ..CreateInput::default()
    }
}

fn key(id: &str) -> domain::FieldsInput {
    fields(&[
        ("access_key_id", id),
        (
            "secret_access_key",
            "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
        ),
    ])
}

fn fixture() -> (TempVault, UnlockedVault, SecretId, LocationId) {
    let temp = TempVault::new();
    let vault = temp.open();
    let secret = create(&vault, now(), s3()).expect("created");
    let place = acts::create_location(&vault, now(), location("Backups", secret)).expect("made");
    (temp, vault, secret, place)
}

fn current(vault: &UnlockedVault, secret: SecretId) -> VersionId {
    let found = vault.read(|reader| reader.secret(secret));
    let found = found.expect("readable").expect("there");
    found.current().expect("a direct secret").id()
}

fn counts(vault: &UnlockedVault, secret: SecretId) -> (u64, u64, u64) {
    let of_secret = vault.read(|reader| reader.verified_counts(secret));
    let all = vault.read(|reader| reader.verified_totals());
    let of_secret = of_secret.expect("counted");
    assert_eq!(of_secret, all.expect("counted"), "there is one secret only");
    (of_secret.verified, of_secret.failed, of_secret.unverified)
}

fn status(vault: &UnlockedVault, place: LocationId, version: VersionId) -> VerificationStatus {
    let read = vault.read(|reader| {
        let location = reader.location(place)?.expect("there");
        let known = reader.checked_verification(place, Some(version))?;
        let status = known.map(|known| known.status(&location, Some(version)));
        Ok::<_, StoreError>(status.unwrap_or(VerificationStatus::Unverified))
    });
    read.expect("vouched for")
}

fn no_problems(vault: &UnlockedVault) {
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn loc_04_the_newest_result_of_each_version_is_kept_with_its_entry() {
    let (_temp, vault, secret, place) = fixture();
    assert_eq!(counts(&vault, secret), (0, 0, 1));
    verify_location(&vault, after(1), place, readable()).expect("noted");
    let entry = acts::log(&vault).pop().expect("an entry");
    assert_eq!(entry.action, Action::LocationVerified);
    assert_eq!(entry.resource_type, RecordKind::Verification);
    assert_eq!(entry.resource_name, "Backups");
    let version = current(&vault, secret);
    let known = vault.read(|reader| reader.checked_verification(place, Some(version)));
    let known = known.expect("vouched for").expect("there");
    assert_eq!(known.parts().findings, readable());
    assert_eq!(known.parts().at, after(1));
    assert_eq!(counts(&vault, secret), (1, 0, 0));

    let refused = Found {
        can_list: Some(false),
        ..Found::default()
    };
    verify_location(&vault, after(2), place, refused).expect("noted");
    let listed = vault.read(|reader| reader.verifications_of_version(secret, version));
    let listed = listed.expect("readable");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].revision(), 2);
    assert_eq!(listed[0].verdict(), Verdict::Failed);
    assert_eq!(counts(&vault, secret), (0, 1, 0));
    let of_secret = vault.read(|reader| reader.verified_counts(secret));
    assert_eq!(of_secret.expect("counted").verified_since, None);
    no_problems(&vault);
}

#[test]
fn update_08_a_new_value_or_another_place_leaves_the_location_unverified_by_itself() {
    let (_temp, vault, secret, place) = fixture();
    verify_location(&vault, now(), place, readable()).expect("noted");
    let first = current(&vault, secret);
    let update = domain::update::UpdateInput {
        credentials: Patch::Set(key("AKIAI44QH8DHBEXAMPLE")),
        ..domain::update::UpdateInput::default()
    };
    acts::update(&vault, after(1), secret, update).expect("rotated");
    let second = current(&vault, secret);
    assert_eq!(
        status(&vault, place, second),
        VerificationStatus::Unverified
    );
    assert_eq!(counts(&vault, secret), (0, 0, 1));
    let kept = vault.read(|reader| reader.verification_of(place, Some(first)));
    assert!(kept.expect("readable").is_some(), "for the history");

    verify_location(&vault, after(2), place, readable()).expect("noted");
    assert_eq!(status(&vault, place, second), VerificationStatus::Verified);
    let moved = LocationUpdateInput {
        region: Patch::Set("eu-west-1".to_owned()),
        ..LocationUpdateInput::default()
    };
    acts::update_location(&vault, after(3), place, moved).expect("changed");
    assert_eq!(
        status(&vault, place, second),
        VerificationStatus::Unverified
    );
    assert_eq!(counts(&vault, secret), (0, 0, 1));
    no_problems(&vault);
}

#[test]
fn loc_04_a_result_for_a_location_that_was_changed_meanwhile_is_stale() {
    let (_temp, vault, secret, place) = fixture();
    let tried = vault.read(|reader| reader.location(place));
    let tried = tried.expect("readable").expect("there");
    let version = Some(current(&vault, secret));
    let plan = || {
        let context = acts::context(vault.actor(), now());
        let id = domain::VerificationId::from_bytes(context.new_secret_id.to_bytes());
        domain::verification::verified(&tried, version, readable(), None, id, &context)
            .expect("an owner may")
    };
    let (made_before, made_again) = (plan(), plan());
    let moved = LocationUpdateInput {
        endpoint_url: Patch::Set("https://s3.example.org".to_owned()),
        ..LocationUpdateInput::default()
    };
    acts::update_location(&vault, now(), place, moved).expect("changed meanwhile");
    let stale = vault.write(now(), |writer| writer.apply_verification(made_before));
    assert!(matches!(stale, Err(StoreError::Stale)));
    acts::delete_location(&vault, now(), place).expect("deleted meanwhile");
    let stale = vault.write(now(), |writer| writer.apply_verification(made_again));
    assert!(matches!(stale, Err(StoreError::Stale)));
    no_problems(&vault);
}

#[test]
fn what_is_known_of_a_location_goes_with_it_and_with_its_secret() {
    let (_temp, vault, secret, place) = fixture();
    let other = acts::create_location(&vault, now(), location("Other", secret)).expect("made");
    for place in [place, other] {
        verify_location(&vault, now(), place, readable()).expect("noted");
    }
    let version = current(&vault, secret);
    acts::delete_location(&vault, now(), place).expect("deleted");
    let left = vault.read(|reader| reader.verifications_of_version(secret, version));
    assert_eq!(left.expect("readable").len(), 1);

    acts::trash_with_force(&vault, now(), secret).expect("trashed");
    let context = acts::context(vault.actor(), now());
    vault
        .empty_trash::<acts::ActError>(&context)
        .expect("emptied");
    let left = vault.read(|reader| reader.verifications_of_version(secret, version));
    assert_eq!(left.expect("readable"), []);
    let dropped = acts::log(&vault)
        .into_iter()
        .filter(|entry| entry.action == Action::VerificationDropped);
    assert_eq!(dropped.count(), 2);
    let totals = vault.read(|reader| reader.verified_totals());
    assert_eq!(totals.expect("counted"), VerifiedCounts::default());
    no_problems(&vault);
}
