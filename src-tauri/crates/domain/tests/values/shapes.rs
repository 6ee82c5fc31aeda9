use domain::catalogue::AuthMethod;

use super::{faults, parse};

const ID: &str = "AKIAIOSFODNN7ABCDEFG";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij";
const SAS: &str =
    "https://acme.blob.core.windows.net/media?sv=2024-11-04&se=2099-01-01&sr=c&sp=rl&sig=c2ln";
const KEY_FILE: &str = r#"{
  "type": "service_account", "project_id": "acme", "private_key_id": "0123456789abcdef0123456789abcdef01234567",
  "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
  "client_email": "etl@acme.iam.gserviceaccount.com", "client_id": "1", "token_uri": "https://oauth2.googleapis.com/token"
}"#;

fn key_faults(method: AuthMethod, id: &str, secret: &str) -> Vec<&'static str> {
    faults(
        method,
        &[("access_key_id", id), ("secret_access_key", secret)],
    )
    .into_iter()
    .map(|(_, kind)| kind)
    .collect()
}

fn sas_faults(url: &str) -> Vec<&'static str> {
    faults(AuthMethod::AzureSasUrl, &[("sas_url", url)])
        .into_iter()
        .map(|(_, kind)| kind)
        .collect()
}

fn json_faults(json: &str) -> Vec<&'static str> {
    faults(
        AuthMethod::GcsServiceAccount,
        &[("service_account_json", json)],
    )
    .into_iter()
    .map(|(_, kind)| kind)
    .collect()
}

#[test]
fn create_08_control_characters_and_line_breaks_in_key_fields_are_refused() {
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, &format!("{ID}\n"), SECRET),
        ["trailing_newline"]
    );
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, ID, &format!("{SECRET}\r\n")),
        ["trailing_newline"]
    );
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, "two\nlines", "tab\tinside"),
        ["control_character", "control_character"]
    );
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, "a\n\n", SECRET),
        ["control_character"]
    );
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, "\u{7f}", "nul\0"),
        ["control_character", "control_character"]
    );
    assert_eq!(sas_faults(&format!("{SAS}\n")), ["trailing_newline"]);
}

#[test]
fn create_08_what_is_not_ascii_or_too_long_is_refused_and_listed_together() {
    assert_eq!(
        key_faults(
            AuthMethod::HetznerAccessKey,
            "schlüssel\n",
            &"k".repeat(513)
        ),
        ["trailing_newline", "not_ascii", "too_long"]
    );
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, "sk-••••789", SECRET),
        ["not_ascii"]
    );
    let azure = faults(
        AuthMethod::AzureAccountKey,
        &[("account_name", "größe"), ("account_key", "")],
    );
    assert_eq!(
        azure,
        [
            ("account_name".to_owned(), "not_ascii"),
            ("account_key".to_owned(), "empty")
        ]
    );
}

#[test]
fn create_08_the_same_text_in_two_fields_is_refused() {
    assert_eq!(
        key_faults(AuthMethod::S3AccessKey, SECRET, SECRET),
        ["same_text"]
    );
    let b2 = faults(
        AuthMethod::B2ApplicationKey,
        &[("application_key_id", "k"), ("application_key", "k")],
    );
    assert_eq!(b2, [("application_key".to_owned(), "same_text")]);
}

#[test]
fn create_08_a_sas_url_without_its_parts_is_refused() {
    assert_eq!(
        sas_faults("acme.blob.core.windows.net/media"),
        ["not_a_url"]
    );
    assert_eq!(
        sas_faults("https://acme.blob.core.windows.net/media"),
        ["sas_unsigned"]
    );
    assert_eq!(
        sas_faults("https://acme.blob.core.windows.net/media?sv=1&sig="),
        ["sas_unsigned"]
    );
    assert_eq!(
        sas_faults("https://acme.blob.core.windows.net/media?sig=x"),
        ["sas_unsigned"]
    );
    assert_eq!(
        sas_faults("http://acme.blob.core.windows.net/media?sv=1&sig=x"),
        ["not_https"]
    );
    assert_eq!(
        sas_faults("ftp://acme.example/media"),
        ["not_https", "sas_unsigned"]
    );
    assert_eq!(
        sas_faults("DefaultEndpointsProtocol=https;AccountName=acme"),
        ["not_a_url"]
    );
    assert_eq!(
        sas_faults(&format!(
            "https://a.example/?sv=1&sig={}",
            "s".repeat(8_192)
        )),
        ["too_long"]
    );
}

#[test]
fn create_08_json_that_is_no_service_account_is_refused() {
    assert_eq!(json_faults("not json"), ["not_json"]);
    assert_eq!(
        json_faults(KEY_FILE.get(..100).expect("in range")),
        ["not_json"]
    );
    for json in [
        "[]",
        "\"text\"",
        "5",
        "null",
        "{}",
        r#"{"type": 5}"#,
        r#"{"type": "service_account", "type": "x"}"#,
    ] {
        assert_eq!(json_faults(json), ["not_a_service_account"], "{json}");
    }
    for kind in [
        "authorized_user",
        "external_account",
        "impersonated_service_account",
        "gdch_service_account",
    ] {
        assert_eq!(
            json_faults(&format!(r#"{{"type": "{kind}"}}"#)),
            ["not_a_service_account"]
        );
    }
    assert_eq!(
        json_faults(r#"{"installed": {"client_id": "x"}}"#),
        ["not_a_service_account"]
    );
    assert_eq!(
        json_faults(r#"{"type": "service_account"}"#),
        ["service_account_incomplete"; 3]
    );
    assert_eq!(
        json_faults(&KEY_FILE.replace("-----BEGIN PRIVATE KEY-----", "MIIE")),
        ["service_account_private_key"]
    );
    assert_eq!(
        json_faults(&KEY_FILE.replace("etl@", "etl.")),
        ["service_account_email"]
    );
    assert_eq!(
        json_faults(&KEY_FILE.replace("\"https://oauth2.googleapis.com/token\"", "[[]]")),
        ["service_account_incomplete"]
    );
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(
        json_faults(&format!(r#"{{"type": "service_account", "x": {deep}}}"#)),
        ["service_account_incomplete"; 3]
    );
}

#[test]
fn err_05_no_fault_or_hint_quotes_a_value() {
    const CANARY: &str = "kanarienvogel";
    let texts = [
        CANARY.to_owned(),
        format!("{CANARY}\n"),
        format!(" ü{CANARY}"),
        format!("export A={CANARY}"),
        format!("https://{CANARY}"),
        format!("{{\"type\": \"{CANARY}\"}}"),
        format!("{{\"{CANARY}"),
    ];
    for method in AuthMethod::ALL {
        for text in &texts {
            let fields: Vec<(&str, &str)> = method
                .fields()
                .iter()
                .map(|field| (field.name, text.as_str()))
                .collect();
            let said = match parse(*method, &fields) {
                Ok((_, hints)) => format!("{hints:?}"),
                Err(faults) => format!("{faults:?}"),
            };
            assert!(!said.contains(CANARY), "{said}");
        }
    }
}
