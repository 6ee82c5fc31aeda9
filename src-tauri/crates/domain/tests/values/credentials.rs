use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::secret_text::SecretText;
use domain::time::Timestamp;
use proptest::prelude::*;

use super::{accepted, faults, given};

const ID: &str = "AKIAIOSFODNN7ABCDEFG";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij";

#[test]
fn create_07_the_fields_of_the_method_in_any_order_are_accepted() {
    let (credentials, hints) = accepted(
        AuthMethod::S3AccessKey,
        &[("secret_access_key", SECRET), ("access_key_id", ID)],
    );
    let names: Vec<&str> = credentials.iter().map(|(field, _)| field.name).collect();
    assert_eq!(names, ["access_key_id", "secret_access_key"]);
    assert_eq!(
        credentials
            .field("access_key_id")
            .expect("a field")
            .expose_text(),
        ID
    );
    assert!(credentials.field("value").is_none());
    assert_eq!(hints, []);
}

#[test]
fn create_07_unknown_missing_empty_and_doubled_fields_are_all_listed() {
    let found = faults(
        AuthMethod::S3AccessKey,
        &[
            ("access_key_id", ""),
            ("session_token", "x"),
            ("Secret_access_key", "y"),
        ],
    );
    assert_eq!(
        found,
        [
            ("session_token".to_owned(), "unknown_field"),
            ("Secret_access_key".to_owned(), "unknown_field"),
            ("access_key_id".to_owned(), "empty"),
            ("secret_access_key".to_owned(), "missing"),
        ]
    );
    let twice = faults(AuthMethod::OpaqueValue, &[("value", "a"), ("value", "b")]);
    assert_eq!(twice, [("value".to_owned(), "duplicate")]);
    assert_eq!(faults(AuthMethod::B2ApplicationKey, &[]).len(), 2);
}

#[test]
fn update_07_a_lasting_field_keeps_its_value_when_absent() {
    let (old, _) = accepted(
        AuthMethod::AzureAccountKey,
        &[("account_name", "acmemedia"), ("account_key", "old")],
    );
    let (new, _) = Credentials::parse(
        AuthMethod::AzureAccountKey,
        given(&[("account_key", "new")]),
        Some(&old),
    )
    .expect("accepted");
    assert_eq!(
        new.field("account_name").expect("kept").expose_text(),
        "acmemedia"
    );
    assert_eq!(new.field("account_key").expect("new").expose_text(), "new");
}

#[test]
fn update_07_fields_that_belong_together_come_together() {
    let (old, _) = accepted(
        AuthMethod::S3AccessKey,
        &[("access_key_id", ID), ("secret_access_key", SECRET)],
    );
    let refused = Credentials::parse(
        AuthMethod::S3AccessKey,
        given(&[("secret_access_key", "new")]),
        Some(&old),
    )
    .err()
    .expect("refused");
    assert_eq!(refused.first().expect("one").kind, "missing");
    let (sas, _) = accepted(AuthMethod::OpaqueValue, &[("value", "x")]);
    let refused = Credentials::parse(
        AuthMethod::AzureAccountKey,
        given(&[("account_key", "new")]),
        Some(&sas),
    )
    .err()
    .expect("refused");
    assert_eq!(refused.first().expect("one").kind, "missing");
}

#[test]
fn update_13_a_value_is_stored_as_it_is() {
    let long = "x".repeat(65_536);
    for text in [
        " ",
        "x",
        "  two\nlines\r\n",
        "\u{feff}bom",
        "e\u{301}",
        "tab\tbell\u{7}",
        "🪶",
        long.as_str(),
    ] {
        let (credentials, _) = accepted(AuthMethod::OpaqueValue, &[("value", text)]);
        assert_eq!(
            credentials.field("value").expect("a value").expose_text(),
            text
        );
    }
}

#[test]
fn update_13_a_value_that_is_empty_over_64_kib_or_holds_nul_is_refused() {
    let kind = |text: &str| {
        faults(AuthMethod::OpaqueValue, &[("value", text)])
            .first()
            .expect("one")
            .1
    };
    assert_eq!(kind(""), "empty");
    assert_eq!(kind(&"x".repeat(65_537)), "too_long");
    assert_eq!(kind(&"ä".repeat(32_769)), "too_long");
    assert_eq!(kind("a\0b"), "nul");
}

#[test]
fn update_03_values_are_compared_whole() {
    let pair = |method, id: &str, secret: &str| {
        accepted(
            method,
            &[("access_key_id", id), ("secret_access_key", secret)],
        )
        .0
    };
    let one = pair(AuthMethod::S3AccessKey, ID, SECRET);
    assert!(one.ct_eq(&pair(AuthMethod::S3AccessKey, ID, SECRET)));
    assert!(one.ct_eq(&pair(AuthMethod::R2AccessKey, ID, SECRET)));
    assert!(!one.ct_eq(&pair(AuthMethod::S3AccessKey, ID, "other-secret")));
    assert!(!one.ct_eq(&pair(AuthMethod::S3AccessKey, "other-id", SECRET)));
    assert!(!one.ct_eq(&accepted(AuthMethod::OpaqueValue, &[("value", ID)]).0));
}

#[test]
fn update_08_values_move_to_a_method_with_the_same_fields_only() {
    let pair = || {
        accepted(
            AuthMethod::S3AccessKey,
            &[("access_key_id", ID), ("secret_access_key", SECRET)],
        )
        .0
    };
    let moved = pair()
        .under_method(AuthMethod::WasabiAccessKey)
        .ok()
        .expect("the same fields");
    assert_eq!(moved.method(), AuthMethod::WasabiAccessKey);
    assert!(pair().under_method(AuthMethod::B2ApplicationKey).is_err());
}

#[test]
fn the_expiry_of_a_sas_url_is_read_in_every_form() {
    let expiry = |query: &str| {
        let url = format!("https://a.blob.core.windows.net/c?sv=1&sig=s&{query}");
        let (credentials, _) = accepted(AuthMethod::AzureSasUrl, &[("sas_url", &url)]);
        credentials.expires_at().map(|at| at.to_string())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(expiry("se=2027-01-31"), some("2027-01-31T00:00:00.000Z"));
    assert_eq!(
        expiry("se=2027-01-31T12:30Z"),
        some("2027-01-31T12:30:00.000Z")
    );
    assert_eq!(
        expiry("se=2027-01-31T12:30:15Z"),
        some("2027-01-31T12:30:15.000Z")
    );
    assert_eq!(
        expiry("se=2027-01-31T12%3A30%3a15Z"),
        some("2027-01-31T12:30:15.000Z")
    );
    assert_eq!(
        expiry("se=2027-01-31T12:30:15.0000000Z"),
        some("2027-01-31T12:30:15.000Z")
    );
    assert_eq!(
        expiry("se=2027-06-01&ske=2027-01-31"),
        some("2027-01-31T00:00:00.000Z")
    );
    for none in [
        "si=policy",
        "se=",
        "se=soon",
        "se=2027-13-01",
        "se=2027-01-31T12:30",
        "se=2027-01-31Z",
        "se=%ff",
    ] {
        assert_eq!(expiry(none), None, "{none}");
    }
}

#[test]
fn create_08_an_expired_sas_is_a_hint_that_depends_on_the_day() {
    let url = "https://a.blob.core.windows.net/c?sv=1&sig=s&sr=c&sp=r&se=2027-01-31";
    let (credentials, _) = accepted(AuthMethod::AzureSasUrl, &[("sas_url", url)]);
    let at = Timestamp::parse("2027-01-31T00:00:00Z").expect("a time");
    assert_eq!(
        credentials.expired_hint(at).expect("expired").kind,
        "expired"
    );
    assert!(credentials.expired_hint(at.plus_millis(-1)).is_none());
}

#[test]
fn sealed_bytes_that_are_not_the_methods_fields_are_refused() {
    let (credentials, _) = accepted(
        AuthMethod::S3AccessKey,
        &[("access_key_id", ID), ("secret_access_key", SECRET)],
    );
    let bytes = credentials.to_sealed_bytes();
    let refused = |method, bytes: &[u8]| Credentials::from_sealed_bytes(method, bytes).is_err();
    assert!(refused(AuthMethod::OpaqueValue, &bytes));
    assert!(refused(AuthMethod::B2ApplicationKey, &bytes));
    for cut in 0..bytes.len() {
        assert!(
            refused(AuthMethod::S3AccessKey, bytes.get(..cut).expect("in range")),
            "cut at {cut}"
        );
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(refused(AuthMethod::S3AccessKey, &longer));
    let mut not_utf8 = bytes.to_vec();
    *not_utf8.last_mut().expect("not empty") = 0xff;
    assert!(refused(AuthMethod::S3AccessKey, &not_utf8));
    assert!(refused(AuthMethod::OpaqueValue, &[0xff; 8]));
}

#[test]
fn sealed_bytes_are_names_and_values_with_lengths() {
    let (credentials, _) = accepted(AuthMethod::OpaqueValue, &[("value", "é")]);
    assert_eq!(
        credentials.to_sealed_bytes().as_slice(),
        b"\0\0\0\x05value\0\0\0\x02\xc3\xa9"
    );
}

#[test]
fn err_05_a_value_of_the_wrong_json_type_is_refused_without_quoting_it() {
    for json in [
        "12345678",
        "-12345678",
        "12345678.5",
        "true",
        "null",
        "[12345678]",
        "{\"a\": 12345678}",
    ] {
        let message = serde_json::from_str::<SecretText>(json)
            .err()
            .expect("refused")
            .to_string();
        assert!(!message.contains("12345678"), "{message}");
    }
    assert_eq!(
        serde_json::from_str::<SecretText>("\"te\\u0078t\"")
            .expect("a text")
            .expose_text(),
        "text"
    );
}

proptest! {
    #[test]
    fn sealed_bytes_give_back_every_value(value in "(?s).{1,200}") {
        prop_assume!(!value.contains('\0'));
        let (credentials, _) = accepted(AuthMethod::OpaqueValue, &[("value", &value)]);
        let opened = Credentials::from_sealed_bytes(AuthMethod::OpaqueValue, &credentials.to_sealed_bytes()).expect("its own bytes");
        prop_assert_eq!(opened.field("value").expect("a value").expose_text(), value);
    }

    #[test]
    fn no_bytes_make_opening_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for method in AuthMethod::ALL {
            let _ = Credentials::from_sealed_bytes(*method, &bytes);
        }
    }
}
