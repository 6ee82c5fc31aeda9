//! How often a secret is turned over, and when it is due.

use std::collections::BTreeMap;

use domain::policy::*;
use domain::*;

use crate::create_external::whole;
use crate::support::*;

fn id() -> PolicyId {
    PolicyId::from_bytes([6; 16])
}

fn decide(
    input: PolicyInput,
    secret: Option<&Secret>,
    before: Option<&Policy>,
    management: Option<&Secret>,
    role: Role,
) -> Result<Decision<PolicyPlan>, Rejection> {
    let context = context(START, role);
    input
        .parse(secret, before, &context)?
        .decide(management, id(), &context)
}

/// The vault's policy.
pub fn every_days(days: i64) -> Policy {
    set(every(days), None, None)
}

fn every(days: i64) -> PolicyInput {
    PolicyInput {
        every_days: Patch::Set(days),
        ..PolicyInput::default()
    }
}

fn managed(given: &[(&str, &str)]) -> PolicyInput {
    let parameters: BTreeMap<String, Option<String>> = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), text(value)))
        .collect();
    PolicyInput {
        managed: Patch::Set(ManagedInput {
            management_secret_id: None,
            parameters,
        }),
        ..PolicyInput::default()
    }
}

fn set(input: PolicyInput, secret: Option<&Secret>, before: Option<&Policy>) -> Policy {
    match decide(input, secret, before, None, Role::Owner).expect("the rules allow this") {
        Decision::Change(plan) => plan.into_parts().record,
        Decision::Unchanged(_) => panic!("this should have changed something"),
    }
}

fn railway() -> Secret {
    let input = domain::create::CreateInput {
        secret_type: text("railway"),
        ..s3()
    };
    Stored::new(input).secret.secret().clone()
}

fn backblaze() -> Secret {
    let input = domain::create::CreateInput {
        secret_type: text("b2"),
        credentials: Some(fields(&[
            ("application_key_id", "0045f0571db506a0000000001"),
            ("application_key", "K0014pbwo1zxcIVMnqSNTfWHReU/O3s"),
        ])),
        ..s3()
    };
    Stored::new(input).secret.secret().clone()
}

#[test]
fn days_out_of_range_are_refused_together() {
    let secret = railway();
    for (every, lead) in [(0, 0), (-1, -1), (3651, 366), (i64::MAX, i64::MIN)] {
        let input = PolicyInput {
            every_days: Patch::Set(every),
            lead_days: Patch::Set(lead),
            ..PolicyInput::default()
        };
        faulty(
            decide(input, Some(&secret), None, None, Role::Owner).map(|_| ()),
            &["every_days", "lead_days"],
        );
    }
    for days in [1, 3650] {
        let policy = set(every(days), Some(&secret), None);
        assert_eq!(policy.parts().every_days.map(i64::from), Some(days));
    }
}

#[test]
fn an_endpoint_is_https_or_this_machine_and_nothing_else() {
    let secret = Stored::new(s3()).secret.secret().clone();
    for wrong in [
        "http://iam.example.com",
        "http://10.0.0.1",
        "ftp://iam.example.com",
        "iam.example.com",
        "https://user@iam.example.com",
        "https://iam.example.com/?x=1",
        "http://localhost.example.com",
        "http://127.0.0.1.nip.io",
    ] {
        let input = managed(&[("iam_endpoint", wrong)]);
        faulty(
            decide(input, Some(&secret), None, None, Role::Owner).map(|_| ()),
            &["managed.parameters.iam_endpoint"],
        );
    }
    for right in [
        "https://iam.example.com",
        "http://127.0.0.1:5000",
        "http://[::1]:5000",
        "http://localhost:5000",
    ] {
        let policy = set(managed(&[("iam_endpoint", right)]), Some(&secret), None);
        let managed = policy.parts().managed.as_ref().expect("managed");
        assert_eq!(managed.parameters.get("iam_endpoint"), Some(right));
    }
}

#[test]
fn parameters_are_those_of_the_method() {
    let secret = railway();
    let input = managed(&[("project_id", "p"), ("bucket", "b"), ("bucket_id", "a\nb")]);
    faulty(
        decide(input, Some(&secret), None, None, Role::Owner).map(|_| ()),
        &[
            "managed.parameters.bucket",
            "managed.parameters.bucket_id",
            "managed.parameters.environment_id",
        ],
    );
    let whole = [
        ("project_id", "p"),
        ("environment_id", "e"),
        ("bucket_id", "b"),
    ];
    let policy = set(managed(&whole), Some(&secret), None);
    let parameters = &policy.parts().managed.as_ref().expect("managed").parameters;
    assert!(
        parameters
            .missing_for(AuthMethod::RailwayAccessKey)
            .is_empty()
    );
    assert_eq!(parameters.missing_for(AuthMethod::R2AccessKey).len(), 1);
}

#[test]
fn days_are_counted_in_whole_numbers() {
    let secret = backblaze();
    for wrong in ["0", "-1", "1.5", "ten", "3651", "4294967296"] {
        faulty(
            decide(
                managed(&[("valid_days", wrong)]),
                Some(&secret),
                None,
                None,
                Role::Owner,
            )
            .map(|_| ()),
            &["managed.parameters.valid_days"],
        );
    }
    for right in ["1", "3650", " 90 "] {
        let policy = set(managed(&[("valid_days", right)]), Some(&secret), None);
        let managed = policy.parts().managed.as_ref().expect("managed");
        assert_eq!(managed.parameters.get("valid_days"), Some(right.trim()));
    }
}

#[test]
fn every_parameter_has_a_name_of_its_own_and_reads_back() {
    for method in AuthMethod::ALL {
        let specs = parameters(*method);
        let mut names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), specs.len(), "{method:?}");
        for spec in specs {
            let stored = [(spec.name.to_owned(), spec.example.to_owned())].into();
            assert!(Parameters::from_stored(stored).is_some());
            let is_endpoint = spec.name.ends_with("_endpoint");
            assert_eq!(spec.kind == ParameterKind::Endpoint, is_endpoint);
            let is_days = spec.name.ends_with("_days");
            assert_eq!(spec.kind == ParameterKind::Days, is_days);
        }
    }
    let strange = [("shell".to_owned(), "x".to_owned())].into();
    assert_eq!(Parameters::from_stored(strange), None);
}

#[test]
fn a_management_credential_is_another_live_secret() {
    let secret = Stored::new(s3()).secret.secret().clone();
    let with = |id: String| {
        let mut input = managed(&[]);
        input.managed = Patch::Set(ManagedInput {
            management_secret_id: Some(id),
            parameters: BTreeMap::new(),
        });
        input
    };
    for wrong in [secret.id().to_string(), "sec_x".to_owned()] {
        faulty(
            decide(with(wrong), Some(&secret), None, None, Role::Owner).map(|_| ()),
            &["managed.management_secret_id"],
        );
    }
    let missing = with(other().to_string());
    refused(
        decide(missing, Some(&secret), None, None, Role::Owner).map(|_| ()),
        ErrorType::NotFound,
    );
}

#[test]
fn the_vaults_own_policy_is_an_owners_and_manages_nothing() {
    refused(
        decide(every(90), None, None, None, Role::Admin).map(|_| ()),
        ErrorType::AccessForbidden,
    );
    refused(
        decide(managed(&[]), None, None, None, Role::Owner).map(|_| ()),
        ErrorType::InvalidRequest,
    );
    let secret = railway();
    for role in [Role::Viewer, Role::Operator] {
        refused(
            decide(every(90), Some(&secret), None, None, role).map(|_| ()),
            ErrorType::AccessForbidden,
        );
    }
    assert!(decide(every(90), Some(&secret), None, None, Role::Admin).is_ok());
    assert_eq!(Policy::action_of(None), Action::PolicyDefaultChanged);
    assert_eq!(Policy::action_of(Some(other())), Action::PolicyChanged);
}

#[test]
fn a_policy_changes_by_what_is_given_and_only_where_it_differs() {
    let secret = railway();
    let first = set(every(90), Some(&secret), None);
    assert_eq!(first.revision(), 1);
    let lead = PolicyInput {
        lead_days: Patch::Set(7),
        expected_revision: Some(1),
        ..PolicyInput::default()
    };
    let second = set(lead.clone(), Some(&secret), Some(&first));
    assert_eq!(second.revision(), 2);
    assert_eq!(second.id(), first.id());
    assert_eq!(second.parts().every_days, Some(90));
    refused(
        decide(lead, Some(&secret), Some(&second), None, Role::Owner).map(|_| ()),
        ErrorType::Conflict,
    );
    let same = decide(every(90), Some(&secret), Some(&second), None, Role::Owner);
    assert!(matches!(same, Ok(Decision::Unchanged(_))));
    let off = PolicyInput {
        every_days: Patch::Clear,
        ..PolicyInput::default()
    };
    assert_eq!(
        set(off, Some(&secret), Some(&second)).parts().every_days,
        None
    );
}

#[test]
fn what_is_due_follows_from_the_secrets_policy_then_the_vaults_and_an_earlier_expiry() {
    let secret = Stored::new(s3()).secret.secret().clone();
    let own = set(every(10), Some(&secret), None);
    let vaults = set(every(90), None, None);
    let at = |days: i64| Timestamp::from_millis(START + days * DAY);
    assert_eq!(Due::of(&secret, None, None), None);
    let due = |own, vault| Due::of(&secret, own, vault).expect("a due date");
    assert_eq!(due(Some(&own), Some(&vaults)).at, at(10));
    assert_eq!(due(Some(&own), Some(&vaults)).by, DueBy::Secret);
    assert_eq!(due(None, Some(&vaults)).at, at(90));
    assert_eq!(due(None, Some(&vaults)).by, DueBy::Vault);
    let lead = PolicyInput {
        lead_days: Patch::Set(3),
        ..every(10)
    };
    let early = set(lead, Some(&secret), None);
    let due = due(Some(&early), Some(&vaults));
    assert_eq!(due.state(at(6)), DueState::Later);
    assert_eq!(due.state(at(7)), DueState::Soon);
    assert_eq!(due.state(at(10)), DueState::Overdue);

    let parts = |days| domain::create::CreateInput {
        name: text("SAS"),
        secret_type: text("azure_blob"),
        auth_method: text("azure_sas_url"),
        credentials: Some(fields(&[("sas_url", &SAS_URL.replace("2031-01-01", days))])),
        ..domain::create::CreateInput::default()
    };
    let sas = Stored::new(parts("2026-05-01")).secret.secret().clone();
    let due = Due::of(&sas, None, Some(&vaults)).expect("it ends by itself");
    assert_eq!((due.by, Some(due.at)), (DueBy::Expiry, sas.expires_at()));
    let sas = Stored::new(parts("2031-01-01")).secret.secret().clone();
    let due = Due::of(&sas, None, Some(&vaults)).expect("its age is first");
    assert_eq!((due.by, due.at), (DueBy::Vault, at(90)));

    let elsewhere = Stored::external(
        domain::external::Provider::OnePassword,
        whole("op://DevOps/AWS/id", "op://DevOps/AWS/key"),
    );
    assert_eq!(
        Due::of(elsewhere.secret.secret(), None, Some(&vaults)),
        None
    );
}
