use super::support::*;
use domain::create::CreateInput;
use domain::facts::UpdateFacts;
use domain::update::UpdateInput;
use domain::*;

fn set(value: &str) -> Patch<String> {
    Patch::Set(value.to_owned())
}

fn account_key(fill: char) -> String {
    format!("{}==", fill.to_string().repeat(86))
}

fn azure() -> Stored {
    let key = account_key('A');
    Stored::new(CreateInput {
        secret_type: text("azure_blob"),
        auth_method: text("azure_account_key"),
        credentials: Some(fields(&[
            ("account_name", "acmemedia"),
            ("account_key", &key),
        ])),
        ..s3()
    })
}

fn sas() -> Patch<FieldsInput> {
    Patch::Set(fields(&[("sas_url", SAS_URL)]))
}

fn linked() -> UpdateFacts {
    let location = Dependant::Location {
        id: LocationId::from_bytes([5; 16]),
        name: "Uploads".to_owned(),
    };
    UpdateFacts {
        dependants: vec![location],
        ..UpdateFacts::default()
    }
}

#[test]
fn update_05_the_type_of_an_unlinked_secret_changes() {
    let mut stored = Stored::new(s3());
    let outcome = stored.update(UpdateInput {
        secret_type: set("r2"),
        ..UpdateInput::default()
    });
    assert_eq!(outcome.changed, ["secret_type", "auth_method"]);
    assert_eq!(stored.secret.secret().method(), AuthMethod::R2AccessKey);
}

#[test]
fn update_05_the_type_of_a_linked_secret_stays_and_the_locations_are_named() {
    let input = UpdateInput {
        secret_type: set("r2"),
        ..UpdateInput::default()
    };
    let rejection = refused(
        Stored::new(s3()).decide_with(input, &linked()),
        ErrorType::InUse,
    );
    let envelope = serde_json::to_value(&rejection).expect("an envelope");
    assert_eq!(envelope["dependants"][0]["name"], "Uploads");
}

#[test]
fn update_05_other_changes_of_a_linked_secret_are_carried_out() {
    let input = UpdateInput {
        secret_type: set("s3"),
        notes: set("new"),
        ..UpdateInput::default()
    };
    assert_eq!(
        changed(Stored::new(s3()).decide_with(input, &linked()))
            .answer
            .changed,
        ["notes"]
    );
}

#[test]
fn update_06_a_type_with_two_methods_needs_one_said() {
    let input = UpdateInput {
        secret_type: set("azure_blob"),
        credentials: sas(),
        ..UpdateInput::default()
    };
    faulty(Stored::new(s3()).decide(input), &["auth_method"]);
    let auth_method = set("azure_sas_url");
    let credentials = sas();
    let input = UpdateInput {
        secret_type: set("azure_blob"),
        auth_method,
        credentials,
        ..UpdateInput::default()
    };
    let plan = changed(Stored::new(s3()).decide(input));
    assert_eq!(
        plan.answer.changed,
        ["secret_type", "auth_method", "credentials"]
    );
}

#[test]
fn update_06_a_method_of_another_type_is_refused() {
    let input = UpdateInput {
        auth_method: set("r2_access_key"),
        ..UpdateInput::default()
    };
    faulty(Stored::new(s3()).decide(input), &["auth_method"]);
    let input = UpdateInput {
        secret_type: set("b3"),
        auth_method: set("none"),
        ..UpdateInput::default()
    };
    faulty(
        Stored::new(s3()).decide(input),
        &["auth_method", "secret_type"],
    );
}

#[test]
fn update_06_the_same_type_again_keeps_its_method() {
    unchanged(azure().decide(UpdateInput {
        secret_type: set("azure_blob"),
        ..UpdateInput::default()
    }));
}

#[test]
fn update_07_a_lasting_field_keeps_its_value_when_absent() {
    let mut stored = azure();
    let key = account_key('B');
    let credentials = Patch::Set(fields(&[("account_key", &key)]));
    stored.update(UpdateInput {
        credentials,
        ..UpdateInput::default()
    });
    let in_use = stored.in_use();
    assert_eq!(
        in_use.field("account_name").map(SecretText::expose_text),
        Some("acmemedia")
    );
    assert_eq!(
        in_use.field("account_key").map(SecretText::expose_text),
        Some(key.as_str())
    );
}

#[test]
fn update_07_fields_that_belong_together_come_together() {
    let credentials = Patch::Set(fields(&[("secret_access_key", SECRET_KEY)]));
    faulty(
        Stored::new(s3()).decide(UpdateInput {
            credentials,
            ..UpdateInput::default()
        }),
        &["credentials.access_key_id"],
    );
    let credentials = Patch::Set(fields(&[("account_name", "acmeother")]));
    faulty(
        azure().decide(UpdateInput {
            credentials,
            ..UpdateInput::default()
        }),
        &["credentials.account_key"],
    );
}

#[test]
fn update_07_a_lasting_field_that_is_null_is_refused_and_not_kept() {
    let json = format!(
        r#"{{"account_name": null, "account_key": "{}"}}"#,
        account_key('B')
    );
    let credentials = Patch::Set(serde_json::from_str(&json).expect("an object"));
    faulty(
        azure().decide(UpdateInput {
            credentials,
            ..UpdateInput::default()
        }),
        &["credentials.account_name"],
    );
}

#[test]
fn update_08_the_same_fields_under_another_method_keep_their_version() {
    let mut stored = Stored::new(s3());
    stored.update(UpdateInput {
        secret_type: set("wasabi"),
        ..UpdateInput::default()
    });
    assert_eq!(stored.kept(), [1]);
    assert_eq!(stored.in_use().method(), AuthMethod::S3AccessKey);
    let again = UpdateInput {
        credentials: Patch::Set(access_key()),
        ..UpdateInput::default()
    };
    assert_eq!(unchanged(stored.decide(again)).done, Done::Unchanged);
}

#[test]
fn update_08_other_fields_need_credentials_in_the_same_update() {
    let bare = UpdateInput {
        auth_method: set("azure_sas_url"),
        ..UpdateInput::default()
    };
    faulty(azure().decide(bare), &["credentials"]);
    let bare = UpdateInput {
        secret_type: set("generic"),
        ..UpdateInput::default()
    };
    faulty(Stored::new(s3()).decide(bare), &["credentials"]);
    let input = UpdateInput {
        auth_method: set("azure_sas_url"),
        credentials: sas(),
        ..UpdateInput::default()
    };
    let mut stored = azure();
    assert_eq!(stored.update(input).changed, ["auth_method", "credentials"]);
    assert_eq!(
        stored.secret.current().map(Version::method),
        Some(AuthMethod::AzureSasUrl)
    );
    assert_eq!(
        stored.secret.secret().expires_at(),
        Timestamp::parse("2031-01-01T00:00:00Z").ok()
    );
}

#[test]
fn update_08_a_secret_that_leaves_generic_gives_up_its_env_key() {
    let stored = Stored::new(CreateInput {
        env_key: text("TOKEN"),
        ..generic("x")
    });
    let to_s3 = |env_key| {
        let credentials = Patch::Set(access_key());
        UpdateInput {
            secret_type: set("s3"),
            credentials,
            env_key,
            ..UpdateInput::default()
        }
    };
    faulty(stored.decide(to_s3(Patch::Absent)), &["env_key"]);
    let plan = changed(stored.decide(to_s3(Patch::Clear)));
    assert_eq!(
        plan.answer.changed,
        ["secret_type", "auth_method", "credentials", "env_key"]
    );
}
