//! Words that are stored or sent read back as what they were written from, and nothing else does.

use super::support::{counting, generic, owner, text};
use domain::create::CreateInput;
use domain::external::{MappingInput, Provider};
use domain::history::Previous;
use domain::*;
use proptest::prelude::*;
use std::fmt::Debug;

fn reads_back<T: Copy + PartialEq + Debug>(
    all: impl IntoIterator<Item = T>,
    write: impl Fn(T) -> &'static str,
    parse: impl Fn(&str) -> Option<T>,
) {
    for value in all {
        assert_eq!(parse(write(value)), Some(value));
        assert_eq!(parse(&write(value).to_uppercase()), None);
        assert_eq!(parse(&format!("{} ", write(value))), None);
    }
    assert_eq!(parse(""), None);
}

#[test]
fn every_word_of_a_record_reads_back() {
    reads_back(VersionState::ALL, VersionState::as_str, VersionState::parse);
    reads_back(How::ALL, How::as_str, How::parse);
    reads_back(Role::ALL, Role::as_str, Role::parse);
    reads_back(Tier::ALL, Tier::as_str, Tier::parse);
    reads_back(Provider::ALL, Provider::as_str, Provider::parse);
    reads_back(Action::ALL, Action::as_str, Action::parse);
}

#[test]
fn a_rotation_keeps_or_destroys_the_previous_value_and_nothing_else() {
    assert_eq!(Previous::parse("keep"), Some(Previous::Keep));
    assert_eq!(Previous::parse("destroy"), Some(Previous::Destroy));
    assert_eq!(Previous::parse("Keep"), None);
}

#[derive(serde::Deserialize)]
struct Request {
    #[serde(default)]
    member: Patch<String>,
}

#[test]
fn update_01_a_member_is_absent_null_or_set() {
    let read = |json: &str| serde_json::from_str::<Request>(json).map(|request| request.member);
    assert_eq!(read("{}").expect("absent"), Patch::Absent);
    assert_eq!(read(r#"{"member": null}"#).expect("null"), Patch::Clear);
    assert_eq!(
        read(r#"{"member": ""}"#).expect("set"),
        Patch::Set(String::new())
    );
    assert!(read(r#"{"member": 1}"#).is_err());
}

#[test]
fn version_numbers_begin_at_one() {
    assert_eq!(VersionNumber::new(0), None);
    assert_eq!(VersionNumber::new(1), Some(VersionNumber::FIRST));
}

#[test]
fn an_import_source_is_a_line_of_text() {
    assert!(ImportSource::parse("1password:abc:section.field").is_some());
    for text in ["", "two\nlines", &"s".repeat(ImportSource::BYTES_MAX + 1)] {
        assert_eq!(ImportSource::parse(text), None);
    }
}

proptest! {
    #[test]
    fn create_09_no_text_panics_and_what_is_taken_has_three_or_four_parts(
        reference in "(op://)?[a-zA-Z0-9 /?=._@é-]{0,40}",
    ) {
        let mapping = MappingInput { field_name: text("value"), reference: text(&reference) };
        let input = CreateInput {
            credentials: None,
            vault_connection_id: Some(ConnectionId::from_bytes([4; 16]).to_string()),
            field_mappings: Some(vec![mapping]),
            ..generic("")
        };
        if input.parse(&owner(), Some(Provider::OnePassword), &mut counting).is_ok() {
            let path = reference.split('?').next().and_then(|path| path.strip_prefix("op://"));
            let parts: Vec<&str> = path.expect("the scheme").split('/').collect();
            prop_assert!((3..=4).contains(&parts.len()));
            prop_assert!(parts.iter().all(|part| !part.trim().is_empty()));
        }
    }
}
