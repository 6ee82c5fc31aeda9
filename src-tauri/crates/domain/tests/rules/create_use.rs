use super::support::*;
use domain::create::CreateInput;
use domain::facts::{CreateFacts, NameFacts};
use domain::*;

fn named(name: &str) -> CreateInput {
    CreateInput {
        name: text(name),
        ..generic("0123456789abcdef")
    }
}

#[test]
fn create_11_a_generic_secret_takes_an_env_key() {
    let plan = parts(create(CreateInput {
        env_key: text("GITHUB_TOKEN"),
        ..named("Deploy")
    }));
    assert_eq!(
        plan.secret.env_key().map(|key| key.as_str()),
        Some("GITHUB_TOKEN")
    );
}

#[test]
fn create_11_a_taken_env_key_is_refused_with_the_holders_id() {
    let names = NameFacts {
        same_name: None,
        same_env_key: Some(other()),
    };
    let facts = CreateFacts { names, ..free() };
    let input = CreateInput {
        env_key: text("GITHUB_TOKEN"),
        ..named("Deploy")
    };
    let taken = draft(input).and_then(|draft| draft.decide(&facts, &owner()));
    assert_eq!(ways(&refused(taken, ErrorType::AlreadyExists)), ["env_key"]);
}

#[test]
fn create_11_a_steering_or_malformed_env_key_or_one_of_another_type_is_refused() {
    for key in [
        "",
        "1KEY",
        "MY-KEY",
        "LD_PRELOAD",
        "PATH",
        "NODE_OPTIONS",
        "BASH_ENV",
        &"K".repeat(256),
    ] {
        faulty(
            create(CreateInput {
                env_key: text(key),
                ..named("Deploy")
            }),
            &["env_key"],
        );
    }
    faulty(
        create(CreateInput {
            env_key: text("AWS_KEY"),
            ..s3()
        }),
        &["env_key"],
    );
}

#[test]
fn create_12_an_absent_or_empty_list_of_domains_is_unrestricted() {
    for allowed_domains in [None, Some(Vec::new())] {
        let plan = parts(create(CreateInput {
            allowed_domains: allowed_domains.map(Into::into),
            ..named("Deploy")
        }));
        assert_eq!(plan.secret.allowed_domains(), &AllowedDomains::Unrestricted);
    }
}

#[test]
fn create_12_a_pattern_that_is_no_host_is_refused_at_its_place() {
    let patterns = ["api.example.com", "*", "*.com", "https://example.com"];
    let allowed_domains = Some(patterns.map(str::to_owned).to_vec());
    let expected = [
        "allowed_domains.1",
        "allowed_domains.2",
        "allowed_domains.3",
    ];
    faulty(
        create(CreateInput {
            allowed_domains: allowed_domains.map(Into::into),
            ..named("Deploy")
        }),
        &expected,
    );
}

#[test]
fn create_13_a_new_secret_begins_at_revision_and_version_one() {
    let plan = parts(create(s3()));
    let secret = &plan.secret;
    assert!(secret.id().to_string().starts_with("sec_"));
    assert_eq!(
        (secret.revision(), secret.current_version()),
        (1, Some(VersionNumber::FIRST))
    );
    assert_eq!(secret.created_at(), secret.updated_at());
    assert_eq!(secret.created_by(), owner().actor.member);
    let version = plan.new_version.expect("a version").version;
    assert_eq!(
        (version.how(), version.state()),
        (How::Created, VersionState::Current)
    );
    assert_eq!(version.secret(), secret.id());
}

#[test]
fn create_13_a_refused_secret_has_no_plan() {
    refused(create(named("")), ErrorType::ValidationError);
}

#[test]
fn create_14_the_answer_says_created_and_has_masks_and_hints_only() {
    let plan = parts(create(CreateInput {
        credentials: Some(fields(&[("value", "hunter2 ")])),
        ..named("Deploy")
    }));
    assert_eq!(plan.answer.done, Done::Created);
    assert_eq!(
        plan.answer
            .hints
            .first()
            .map(|hint| way(&hint.loc))
            .as_deref(),
        Some("credentials.value")
    );
    assert_eq!(plan.audit.action, Action::SecretCreated);
}

#[test]
fn create_14_no_part_of_the_answer_holds_the_value() {
    let plan = parts(create(generic("correct-horse-battery-staple-9")));
    let shown = format!("{:?} {:?} {:?}", plan.secret, plan.answer, plan.audit);
    assert!(!shown.contains("horse"));
}

#[test]
fn an_import_says_when_values_end_that_do_not_say_so_themselves() {
    let end = Timestamp::from_millis(START + DAY);
    let expires_at = Some(end);
    let plan = parts(create(CreateInput {
        expires_at,
        ..generic("value")
    }));
    assert_eq!(plan.secret.expires_at(), Some(end));
    let sas = parts(create(CreateInput {
        name: text("SAS"),
        secret_type: text("azure_blob"),
        auth_method: text("azure_sas_url"),
        credentials: Some(fields(&[("sas_url", SAS_URL)])),
        expires_at,
        ..CreateInput::default()
    }));
    let said = sas.secret.expires_at().map(|at| at.to_string());
    assert_eq!(said.as_deref(), Some("2031-01-01T00:00:00.000Z"));
}
