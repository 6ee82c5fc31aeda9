//! What is held is told again as it was given: in words, to storage, and to who asks.

use domain::env_key::EnvKey;
use domain::external::Reference;
use domain::ids::{IdError, SecretId};
use domain::reject::{Detail, Rejection};
use domain::request::TextList;
use domain::secret::ImportSource;
use domain::tags::Tags;
use domain::version::{HistoryPolicy, VersionNumber};
use domain::{FieldsInput, Patch, Role, SecretText, Timestamp};

#[test]
fn words_of_the_rules_read_as_they_are_written() {
    assert_eq!(Role::Operator.to_string(), "operator");
    assert_eq!(VersionNumber::FIRST.to_string(), "1");
    let key = EnvKey::parse("STRIPE_KEY").expect("a key");
    assert_eq!(key.to_string(), "STRIPE_KEY");
    let at = Timestamp::from_millis(1_777_117_519_000);
    assert_eq!(at.as_millis(), 1_777_117_519_000);
    assert!(format!("{at:?}").contains("2026-04-25T11:45:19"), "{at:?}");
    let policy = HistoryPolicy::new(2, Some(30)).expect("a policy");
    assert_eq!((policy.keep(), policy.grace_days()), (2, Some(30)));
    let none = HistoryPolicy::new(2, None).expect("a policy");
    assert_eq!(none.grace_days(), None);
}

#[test]
fn records_of_storage_are_read_back_as_they_were_stored() {
    let reference = Reference::from_stored("op://Vault/Item/field".to_owned());
    assert_eq!(reference.as_str(), "op://Vault/Item/field");
    let source = ImportSource::parse("1password:abc").expect("a source");
    assert_eq!(source.as_str(), "1password:abc");
}

#[test]
fn a_set_of_tags_knows_what_is_in_it() {
    let tags = Tags::parse(&["a", "b"]).expect("tags");
    assert!(tags.contains("a") && !tags.contains("c"));
    assert_eq!((tags.len(), tags.is_empty()), (2, false));
    let none = Tags::parse::<&str>(&[]).expect("no tags");
    assert!(none.is_empty());
}

#[test]
fn err_03_an_id_is_refused_by_the_part_that_is_wrong() {
    let kind = |text: &str| SecretId::parse(text).map_err(|error: IdError| error.kind());
    assert_eq!(
        kind("mem_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        Err("wrong_id_prefix")
    );
    assert_eq!(kind("sec_01ARZ"), Err("malformed_id"));
}

#[test]
fn err_03_a_list_of_texts_is_taken_whole_or_told_by_its_places() {
    let texts = |json: &str| -> TextList { serde_json::from_str(json).expect("a list") };
    let taken = texts(r#"["a", "b"]"#).into_texts("words");
    assert_eq!(taken, Ok(vec!["a".to_owned(), "b".to_owned()]));
    let refused = texts(r#"["a", null]"#)
        .into_texts("words")
        .expect_err("a null");
    let places: Vec<_> = refused.iter().map(|fault| fault.loc.clone()).collect();
    assert_eq!(places, [vec!["words".into(), 1.into()]]);
}

#[test]
fn err_03_what_a_rejection_says_of_fields_can_be_taken_from_it() {
    let detail = Detail::at("name", "missing", "Give it a name.");
    let rejection = Rejection::validation(vec![detail.clone()]);
    assert_eq!(rejection.into_details(), [detail]);
}

#[test]
fn err_05_what_is_no_text_or_no_object_of_texts_is_refused_without_being_quoted() {
    for json in ["-7", "7", "7.5", r#""plover""#, "true", "[1]", "null"] {
        let refused = serde_json::from_str::<FieldsInput>(json)
            .err()
            .expect("no object");
        let message = refused.to_string();
        assert!(message.contains("object of field names"), "{message}");
        assert!(
            !message.contains("7") && !message.contains("plover"),
            "{message}"
        );
    }
    let refused = serde_json::from_str::<SecretText>("[1]")
        .err()
        .expect("no text");
    assert!(refused.to_string().contains("text"), "{refused}");
    let absent: Patch<String> = Patch::default();
    assert!(absent.is_absent() && !absent.is_set());
}
