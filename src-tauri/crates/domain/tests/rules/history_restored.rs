use super::support::*;
use domain::create::CreateInput;
use domain::history::RestoreInput;
use domain::update::UpdateInput;
use domain::*;

fn rotated(times: u32) -> Stored {
    let mut stored = Stored::new(generic("value-1"));
    for count in 2..=times {
        stored.rotate(&format!("value-{count}"));
    }
    stored
}

fn restore(stored: &Stored, version: i64) -> Result<Decision, Rejection> {
    let input = RestoreInput {
        version: Some(version),
        reason: text("rolled back"),
    };
    let draft = input.parse(&stored.secret, &stored.context())?;
    let values = stored.opened(draft.version().number());
    draft.decide(values, &stored.in_use(), &stored.context())
}

#[test]
fn hist_04_an_old_value_comes_back_as_a_new_version() {
    let mut stored = rotated(2);
    stored.now += DAY;
    let plan = changed(restore(&stored, 1));
    assert_eq!(plan.audit.action, Action::SecretRestored);
    assert_eq!(stored.apply(plan).changed, ["credentials"]);
    let version = stored.secret.current().expect("a current version");
    assert_eq!((version.number().get(), version.how()), (3, How::Restored));
    assert_eq!(version.origin(), Some(VersionNumber::FIRST));
    assert_eq!(
        version.reason().map(|reason| reason.as_str()),
        Some("rolled back")
    );
    assert_eq!(
        stored.in_use().field("value").map(SecretText::expose_text),
        Some("value-1")
    );
    assert_eq!(
        stored.secret.secret().rotated_at(),
        Timestamp::from_millis(START + DAY),
        "in use since then; its age is another matter"
    );
}

#[test]
fn hist_04_a_restored_value_obeys_the_policy_as_a_new_one_does() {
    let mut stored = rotated(4);
    stored.apply(changed(restore(&stored, 1)));
    assert_eq!(stored.kept(), [2, 3, 4, 5]);
}

#[test]
fn hist_04_restoring_the_value_in_use_changes_nothing() {
    let mut stored = rotated(2);
    assert_eq!(unchanged(restore(&stored, 2)).done, Done::Unchanged);
    stored.apply(changed(restore(&stored, 1)));
    assert_eq!(
        unchanged(restore(&stored, 1))
            .hints
            .first()
            .map(|hint| hint.kind),
        Some("value_unchanged")
    );
}

#[test]
fn hist_04_a_destroyed_version_cannot_be_restored() {
    refused(restore(&rotated(5), 1), ErrorType::InvalidRequest);
}

#[test]
fn hist_04_a_version_with_the_same_fields_takes_the_present_method() {
    let mut stored = Stored::new(s3());
    let other = fields(&[
        ("access_key_id", "AKIAI44QH8DHBEXAMPLE"),
        ("secret_access_key", "other-secret-key-of-some-length"),
    ]);
    stored.update(UpdateInput {
        credentials: Patch::Set(other),
        ..UpdateInput::default()
    });
    stored.update(UpdateInput {
        secret_type: Patch::Set("r2".to_owned()),
        ..UpdateInput::default()
    });
    stored.apply(changed(restore(&stored, 1)));
    assert_eq!(
        stored.secret.current().map(Version::method),
        Some(AuthMethod::R2AccessKey)
    );
}

#[test]
fn hist_04_a_version_with_other_fields_cannot_be_restored() {
    let mut stored = Stored::new(CreateInput {
        secret_type: text("generic"),
        credentials: Some(fields(&[("value", "value-1")])),
        ..s3()
    });
    let secret_type = Patch::Set("s3".to_owned());
    stored.update(UpdateInput {
        secret_type,
        credentials: Patch::Set(access_key()),
        ..UpdateInput::default()
    });
    refused(restore(&stored, 1), ErrorType::InvalidRequest);
}

#[test]
fn hist_04_a_version_that_is_not_there_is_not_found() {
    for number in [0, 3, -1] {
        refused(restore(&rotated(2), number), ErrorType::NotFound);
    }
}

#[test]
fn hist_04_a_missing_version_or_a_long_reason_is_a_fault() {
    let stored = rotated(2);
    let missing = RestoreInput::default();
    faulty(
        missing.parse(&stored.secret, &stored.context()),
        &["version"],
    );
    let long = RestoreInput {
        version: Some(1),
        reason: text(&"r".repeat(501)),
    };
    faulty(long.parse(&stored.secret, &stored.context()), &["reason"]);
}

#[test]
fn hist_04_what_the_old_value_says_of_itself_comes_back_with_it() {
    let mut stored = Stored::new(CreateInput {
        secret_type: text("azure_blob"),
        auth_method: text("azure_sas_url"),
        credentials: Some(fields(&[("sas_url", SAS_URL)])),
        ..s3()
    });
    let credentials = Patch::Set(fields(&[("sas_url", &SAS_URL.replace("2031", "2030"))]));
    stored.update(UpdateInput {
        credentials,
        ..UpdateInput::default()
    });
    stored.apply(changed(restore(&stored, 1)));
    assert_eq!(
        stored.secret.secret().expires_at(),
        Timestamp::parse("2031-01-01T00:00:00Z").ok()
    );

    let mut stored = Stored::new(generic(" padded "));
    stored.rotate("9f1c2ab07d4e83c65b1a");
    assert_eq!(stored.secret.secret().hint_count(), 0);
    stored.apply(changed(restore(&stored, 1)));
    assert_eq!(stored.secret.secret().hint_count(), 1);
}
