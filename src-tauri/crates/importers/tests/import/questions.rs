//! What is ambiguous is asked with named choices, and an answer changes what the item becomes.

use domain::catalogue::AuthMethod;
use domain::ids::SecretId;
use domain::location::PlainHttp;
use importers::{AnswerError, ParsedItem};
use serde_json::{Value, json};
use testkit::onepux::{Item, field};

use super::{fates, item, names, value, values};

fn made(title: &str, fields: &[(&str, &str, &str)]) -> ParsedItem {
    let fields: Vec<Value> = fields
        .iter()
        .enumerate()
        .map(|(index, (label, kind, text))| field(label, &format!("f{index}"), kind, json!(text)))
        .collect();
    item(Item::new("112", title).section("", fields))
}

fn methods(item: &ParsedItem) -> Vec<AuthMethod> {
    item.secrets.iter().map(|secret| secret.method()).collect()
}

#[test]
fn which_service_a_key_is_for_is_asked_where_nothing_says_it() {
    let mut parsed = made(
        "Some store",
        &[
            ("access key id", "string", "some-id"),
            ("secret access key", "concealed", "some-secret"),
        ],
    );
    assert_eq!(methods(&parsed), [AuthMethod::S3CompatibleAccessKey]);
    let question = parsed.questions.first().expect("a question").clone();
    assert_eq!(question.id, "service:add more.f0");
    assert_eq!(question.chosen, "s3_compatible_access_key");
    assert!(
        question
            .choices
            .iter()
            .any(|choice| choice.id == "s3_access_key" && choice.label == "Amazon S3")
    );
    parsed
        .answer(&question.id, "s3_access_key")
        .expect("a choice");
    assert_eq!(methods(&parsed), [AuthMethod::S3AccessKey]);
    assert_eq!(
        parsed.questions.first().expect("still asked").chosen,
        "s3_access_key"
    );
    assert_eq!(parsed.found(), 1);
}

#[test]
fn what_is_certain_is_not_asked() {
    for (title, id) in [
        ("Backups", "AKIAIOSFODNN7ABCDEFG"),
        ("Wasabi offsite", "some-id"),
    ] {
        let parsed = made(
            title,
            &[
                ("access key id", "string", id),
                ("secret access key", "concealed", "s"),
            ],
        );
        assert_eq!(parsed.questions, [], "{title}");
    }
    assert_eq!(item(Item::login("Site", "u", "p")).questions, []);
}

#[test]
fn which_of_two_keys_belongs_to_an_id_is_asked() {
    let mut parsed = made(
        "MinIO",
        &[
            ("access key id", "string", "some-id"),
            ("secret key", "concealed", "one"),
            ("secret access key", "concealed", "two"),
        ],
    );
    assert_eq!(values(&parsed), ["one", "two"]);
    let question = parsed.questions.first().expect("a question").clone();
    let labels: Vec<&str> = question
        .choices
        .iter()
        .map(|choice| choice.label.as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "None of them: keep each field as a value",
            "secret key",
            "secret access key"
        ]
    );
    let second = question.choices.get(2).expect("three").id.clone();
    parsed.answer(&question.id, &second).expect("a choice");
    assert_eq!(
        methods(&parsed),
        [AuthMethod::S3CompatibleAccessKey, AuthMethod::OpaqueValue]
    );
    assert_eq!(
        value(parsed.secrets.first().expect("two"), "secret_access_key"),
        "two"
    );
    assert_eq!(value(parsed.secrets.get(1).expect("two"), "value"), "one");
    parsed.answer(&question.id, "apart").expect("a choice");
    assert_eq!(values(&parsed), ["one", "two"]);
}

/// Among more than these nobody finds theirs; each stays a value of its own.
#[test]
fn it_is_asked_among_as_many_as_a_person_can_look_over() {
    const CHOICES_MAX: usize = 8;
    for one in ["access key id", "secret key"] {
        let several = match one {
            "secret key" => "access key id",
            _ => "secret key",
        };
        let asked = |count: usize| {
            let mut fields = vec![(one, "concealed", "the one")];
            let texts: Vec<String> = (0..count)
                .map(|number| format!("of many {number}"))
                .collect();
            fields.extend(
                texts
                    .iter()
                    .map(|text| (several, "concealed", text.as_str())),
            );
            made("MinIO", &fields).questions.len()
        };
        assert_eq!(asked(CHOICES_MAX), 1, "one {one}");
        assert_eq!(asked(CHOICES_MAX + 1), 0, "one {one}");
    }
}

#[test]
fn as_many_ids_as_keys_are_paired_only_if_a_person_says_so() {
    let mut parsed = made(
        "MinIO",
        &[
            ("access key", "string", "id-1"),
            ("secret key", "concealed", "key-1"),
            ("access key", "string", "id-2"),
            ("secret key", "concealed", "key-2"),
        ],
    );
    assert_eq!(
        methods(&parsed),
        [AuthMethod::OpaqueValue; 4],
        "labels with “key” hold secrets"
    );
    let question = parsed.questions.first().expect("a question").id.clone();
    parsed.answer(&question, "in_order").expect("a choice");
    assert_eq!(methods(&parsed), [AuthMethod::S3CompatibleAccessKey; 2]);
    assert_eq!(
        value(parsed.secrets.get(1).expect("two"), "access_key_id"),
        "id-2"
    );
}

#[test]
fn answers_that_were_not_asked_for_change_nothing() {
    let mut parsed = made(
        "Some store",
        &[
            ("access key id", "string", "i"),
            ("secret access key", "concealed", "s"),
        ],
    );
    let question = parsed.questions.first().expect("a question").id.clone();
    assert_eq!(
        parsed.answer("service:other", "s3_access_key"),
        Err(AnswerError::UnknownQuestion)
    );
    assert_eq!(
        parsed.answer(&question, "gcs_service_account"),
        Err(AnswerError::UnknownChoice)
    );
    assert_eq!(methods(&parsed), [AuthMethod::S3CompatibleAccessKey]);
    let mut login = item(Item::login("Site", "u", "p"));
    assert_eq!(
        login.answer("service:x", "s3_access_key"),
        Err(AnswerError::UnknownQuestion)
    );
}

#[test]
fn bucket_region_and_endpoint_beside_a_key_become_locations() {
    let parsed = made(
        "Backups",
        &[
            ("access key id", "string", "some-id"),
            ("secret access key", "concealed", "some-secret"),
            ("Endpoint", "string", "s3.eu-central-1.wasabisys.com"),
            ("Region", "string", "eu-central-1"),
            ("Bucket", "string", "one, two"),
            ("note", "string", "stays"),
        ],
    );
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(secret.method(), AuthMethod::WasabiAccessKey);
    let buckets: Vec<Option<&str>> = secret
        .locations
        .iter()
        .map(|location| location.bucket_name.as_deref())
        .collect();
    assert_eq!(buckets, [Some("one"), Some("two")]);
    let location = secret.locations.first().expect("two").clone();
    assert_eq!(
        location.endpoint_url.as_deref(),
        Some("https://s3.eu-central-1.wasabisys.com")
    );
    assert_eq!(location.plain_http, PlainHttp::Refused);
    assert_eq!(fates(&parsed, "add more.f4"), ["kept at location 0"]);
    assert!(!secret.notes.contains("one, two"));
    assert!(secret.notes.contains("Note: stays"));
    let id = SecretId::parse("sec_01ARZ3NDEKTSV4RRFFQ69G5FAV").expect("an id");
    let input = location.into_input(id);
    assert_eq!(input.location_type.as_deref(), Some("wasabi"));
    assert_eq!(input.bucket_name.as_deref(), Some("one"));
    assert_eq!(input.http_allowed, None);
}

#[test]
fn without_a_bucket_what_is_known_of_the_place_stays_in_the_notes() {
    let parsed = made(
        "Backups",
        &[
            ("access key id", "string", "AKIAIOSFODNN7ABCDEFG"),
            ("secret access key", "concealed", "some-secret"),
            ("Region", "string", "eu-central-1"),
        ],
    );
    let secret = parsed.secrets.first().expect("one");
    assert!(!secret.locations.first().expect("a proposal").has_bucket());
    assert!(secret.notes.contains("Region: eu-central-1"));
    assert_eq!(fates(&parsed, "add more.f2"), ["kept at notes 0"]);
}

#[test]
fn what_the_rules_refuse_as_a_place_stays_in_the_notes() {
    let parsed = made(
        "Backups",
        &[
            ("access key id", "string", "AKIAIOSFODNN7ABCDEFG"),
            ("secret access key", "concealed", "some-secret"),
            ("Bucket", "string", "not a bucket"),
            ("Region", "string", "no region at all"),
            ("Endpoint", "string", "ftp://files.example"),
        ],
    );
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(secret.locations.len(), 0);
    for text in ["not a bucket", "no region at all", "ftp://files.example"] {
        assert!(secret.notes.contains(text), "{text}");
    }
}

#[test]
fn http_is_allowed_by_a_person_and_never_by_the_file() {
    let mut parsed = made(
        "MinIO",
        &[
            ("access key id", "string", "some-id"),
            ("secret access key", "concealed", "some-secret"),
            ("Endpoint", "string", "http://minio.acme.example:9000"),
            ("Bucket", "string", "media"),
        ],
    );
    let location = parsed
        .secrets
        .first()
        .expect("one")
        .locations
        .first()
        .expect("one");
    assert_eq!(location.endpoint_url, None);
    let question = parsed
        .questions
        .iter()
        .find(|question| question.id.starts_with("http:"));
    let question = question.expect("a question").clone();
    assert_eq!(question.chosen, "leave_out");
    parsed.answer(&question.id, "allow").expect("a choice");
    let location = parsed
        .secrets
        .first()
        .expect("one")
        .locations
        .first()
        .expect("one");
    assert_eq!(location.plain_http, PlainHttp::Allowed);
    assert_eq!(
        location.endpoint_url.as_deref(),
        Some("http://minio.acme.example:9000")
    );
    assert_eq!(names(&parsed), ["MinIO"]);
}

#[test]
fn a_key_can_be_none_of_storage() {
    let fields = |id: &'static str, key: &'static str| {
        [(id, "string", "rzp-1"), (key, "concealed", "some-secret")]
    };
    let razorpay = made("Razorpay", &fields("Key ID", "Secret"));
    let question = razorpay.questions.first().expect("a question");
    assert_eq!(question.chosen, "apart");
    assert_eq!(methods(&razorpay), [AuthMethod::OpaqueValue]);
    let mut store = made("Store", &fields("access key id", "secret access key"));
    let question = store.questions.first().expect("a question").id.clone();
    store.answer(&question, "apart").expect("a choice");
    assert_eq!(methods(&store), [AuthMethod::OpaqueValue]);
}
