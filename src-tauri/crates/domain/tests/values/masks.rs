use domain::catalogue::{AuthMethod, FieldSpec};
use domain::mask::{Masks, display_text, mask_field};
use proptest::prelude::*;

use super::accepted;

const HIDDEN: &str = "••••••••";

fn field(method: AuthMethod, name: &str) -> &'static FieldSpec {
    method.field(name).expect("a field of the method")
}

fn secret_mask(text: &str) -> String {
    mask_field(field(AuthMethod::S3AccessKey, "secret_access_key"), text)
        .as_str()
        .to_owned()
}

fn value_mask(text: &str) -> String {
    mask_field(field(AuthMethod::OpaqueValue, "value"), text)
        .as_str()
        .to_owned()
}

fn id_mask(text: &str) -> String {
    mask_field(field(AuthMethod::S3AccessKey, "access_key_id"), text)
        .as_str()
        .to_owned()
}

fn sas_mask(text: &str) -> String {
    mask_field(field(AuthMethod::AzureSasUrl, "sas_url"), text)
        .as_str()
        .to_owned()
}

#[test]
fn out_04_a_secret_shows_at_most_nine_characters() {
    assert_eq!(
        value_mask("sk-proj-0000000000000000000000000456789"),
        "sk-pro••••789"
    );
    assert_eq!(secret_mask("abcdefghijklmnop"), "abc••••p");
    assert_eq!(secret_mask("abcdefghijklmnopqrst"), "abcd••••t");
    assert_eq!(secret_mask(&"x".repeat(512)), "xxxxxx••••xxx");
}

#[test]
fn out_04_short_or_unusual_secrets_show_nothing_not_even_their_length() {
    for text in [
        "a",
        "abcdefghijklmno",
        "correct horse battery staple",
        "pässword-pässword-pässword",
        "two\nlines-of-sixteen-and-more",
        "trailing-newline-here\n",
        "p@ssw0rd!p@ssw0rd!",
    ] {
        assert_eq!(value_mask(text), HIDDEN, "{text}");
    }
}

#[test]
fn out_04_identifiers_show_four_and_four_from_twelve_on() {
    assert_eq!(id_mask("AKIAIOSFODNN7EXAMPLE"), "AKIA••••MPLE");
    assert_eq!(id_mask("abcdefghijkl"), "abcd••••ijkl");
    assert_eq!(id_mask("abcdefghijk"), HIDDEN);
    assert_eq!(id_mask(""), HIDDEN);
}

#[test]
fn out_04_a_service_account_shows_its_email_and_the_beginning_of_its_key_id() {
    let json = r#"{"type": "service_account", "client_email": "etl@acme.iam.gserviceaccount.com", "private_key_id": "0123456789abcdef0123456789abcdef01234567", "private_key": "-----BEGIN PRIVATE KEY-----canary-----END"}"#;
    let spec = field(AuthMethod::GcsServiceAccount, "service_account_json");
    assert_eq!(
        mask_field(spec, json).as_str(),
        "etl@acme.iam.gserviceaccount.com 01234567••••"
    );
    assert_eq!(
        mask_field(
            spec,
            r#"{"client_email": "a@b", "private_key_id": "short"}"#
        )
        .as_str(),
        "a@b ••••"
    );
    for text in ["no json", "{}", r#"{"client_email": 5}"#, "[]"] {
        assert_eq!(mask_field(spec, text).as_str(), HIDDEN, "{text}");
    }
}

#[test]
fn out_04_a_sas_url_shows_host_path_and_expiry_and_never_its_signature() {
    let url = "https://acme.blob.core.windows.net/media/raw?sv=2024-11-04&se=2027-01-31T00%3A00%3A00Z&sr=c&sp=rl&sig=canarycanarycanary%3D";
    assert_eq!(
        sas_mask(url),
        "acme.blob.core.windows.net/media/raw?se=2027-01-31T00:00:00Z&••••"
    );
    assert_eq!(
        sas_mask("https://acme.blob.core.windows.net/?sv=1&sig=canary"),
        "acme.blob.core.windows.net/?••••"
    );
    assert_eq!(
        sas_mask("https://acme.blob.core.windows.net/c?sv=1&se=canary-canary&sig=x"),
        "acme.blob.core.windows.net/c?••••"
    );
    assert_eq!(sas_mask("canary"), HIDDEN);
}

#[test]
fn out_04_other_urls_show_scheme_and_host_only() {
    assert_eq!(
        value_mask("https://hooks.slack.example/services/T000/B000/canary"),
        "https://hooks.slack.example/••••"
    );
    assert_eq!(
        value_mask("postgres://app:canary@db.acme.example:5432/app?sslmode=require"),
        "postgres://db.acme.example/••••"
    );
    assert_eq!(
        value_mask("https://canary:canary@10.0.0.8/path"),
        "https://10.0.0.8/••••"
    );
}

#[test]
fn out_04_a_value_that_only_looks_like_a_url_shows_nothing() {
    for text in [
        "token://canarycanarycanary",
        "Sk://canary.canary",
        "https://canary canary.example/",
        "https://",
        "a://b://c.d/e f",
        "op://vault/item/field",
    ] {
        assert_eq!(value_mask(text), HIDDEN, "{text}");
    }
}

#[test]
fn out_04_control_and_bidirectional_characters_show_as_a_dot() {
    assert_eq!(
        display_text("a\u{202e}b\nc\u{0}d\u{2066}e\u{200f}f"),
        "a·b·c·d·e·f"
    );
    assert_eq!(display_text("Ünïcødé 🪶 שלום"), "Ünïcødé 🪶 שלום");
    let json = r#"{"client_email": "a\u202eb\n@x", "private_key_id": ""}"#;
    assert_eq!(
        mask_field(
            field(AuthMethod::GcsServiceAccount, "service_account_json"),
            json
        )
        .as_str(),
        "a·b·@x ••••"
    );
}

#[test]
fn out_03_masks_are_answered_as_an_object_and_read_back_from_storage() {
    let (credentials, _) = accepted(
        AuthMethod::S3AccessKey,
        &[
            (
                "secret_access_key",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ),
            ("access_key_id", "AKIAIOSFODNN7EXAMPLE"),
        ],
    );
    let masks = credentials.masks();
    let json = serde_json::to_string(&masks).expect("JSON");
    assert_eq!(
        json,
        r#"{"access_key_id":"AKIA••••MPLE","secret_access_key":"wJalrX••••KEY"}"#
    );
    let stored = masks
        .iter()
        .map(|(name, mask)| (name.to_owned(), mask.as_str().to_owned()))
        .collect();
    assert_eq!(Masks::from_stored(stored), Some(masks));
    assert_eq!(
        Masks::from_stored(vec![("password".to_owned(), "x".to_owned())]),
        None
    );
}

/// How many characters of the value a mask lets through: all that are not bullets.
fn shown(mask: &str) -> usize {
    mask.chars().filter(|character| *character != '•').count()
}

proptest! {
    #[test]
    fn out_04_no_secret_shows_more_than_its_share(text in "\\PC{0,80}|[A-Za-z0-9_.+/=-]{0,80}") {
        let mask = secret_mask(&text);
        let length = text.chars().count();
        let most = if length < 16 { 0 } else { (length / 4).min(9) };
        prop_assert!(shown(&mask) <= most, "{mask}");
        prop_assert!(mask == HIDDEN || mask.contains("••••"));
    }

    #[test]
    fn out_04_identifiers_count_characters_not_bytes(text in "[äöüß🪶a-z]{0,40}") {
        let length = text.chars().count();
        let mask = id_mask(&text);
        prop_assert_eq!(shown(&mask), if length < 12 { 0 } else { 8 });
    }

    #[test]
    fn out_04_a_value_with_a_canary_never_shows_it(front in "\\PC{0,30}", back in "\\PC{0,30}", scheme in "(https?://[a-z]{1,5}\\.example/|)") {
        let mask = value_mask(&format!("{scheme}{front}canary-in-the-middle{back}"));
        prop_assert!(!mask.contains("canary-in"), "{mask}");
    }

    #[test]
    fn out_04_a_signature_never_shows(sig in "[A-Za-z0-9]{12,60}", order in any::<bool>()) {
        let query = if order { format!("sig={sig}&sv=1&se=2027-01-01") } else { format!("se=2027-01-01&sv=1&sig={sig}") };
        let mask = sas_mask(&format!("https://a.blob.core.windows.net/c?{query}"));
        prop_assert!(!mask.contains(&sig));
    }
}
