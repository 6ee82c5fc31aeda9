use domain::catalogue::AuthMethod;

use super::{accepted, faults, hints, parse};

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

fn key_hints(method: AuthMethod, id: &str, secret: &str) -> Vec<&'static str> {
    hints(
        method,
        &[("access_key_id", id), ("secret_access_key", secret)],
    )
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
fn create_08_usual_credentials_pass_without_a_hint() {
    for (method, id, secret) in [
        (AuthMethod::S3AccessKey, ID, SECRET),
        (
            AuthMethod::R2AccessKey,
            "023e105f4ecef8ad9ca31a8372d0c353",
            "023e105f4ecef8ad9ca31a8372d0c353023e105f4ecef8ad9ca31a8372d0c353",
        ),
        (
            AuthMethod::WasabiAccessKey,
            "QX3MABCDEFGHIJKL7LPA",
            "abcdefghijklmnopqrstuvwxyz01234567890ABC",
        ),
        (AuthMethod::TigrisAccessKey, "tid_abcdefgh", "tsec_abcdefgh"),
        (AuthMethod::RailwayAccessKey, "tid_abcdefgh", "anything"),
        (AuthMethod::RabataAccessKey, "a", "b"),
        (AuthMethod::S3CompatibleAccessKey, ID, "b"),
        (AuthMethod::S3CompatibleAccessKey, "minio", "k"),
    ] {
        assert_eq!(
            key_hints(method, id, secret),
            Vec::<&str>::new(),
            "{method:?}"
        );
    }
    let azure_key = format!("{}==", "A".repeat(86));
    assert!(
        hints(
            AuthMethod::AzureAccountKey,
            &[("account_name", "acmemedia"), ("account_key", &azure_key)]
        )
        .is_empty()
    );
    let b2 = [
        ("application_key_id", "0045f0571db506a0000000001"),
        ("application_key", "K0014pbwo1zxcIVMnqSNTfWHReU/O3s"),
    ];
    assert!(hints(AuthMethod::B2ApplicationKey, &b2).is_empty());
    assert!(hints(AuthMethod::AzureSasUrl, &[("sas_url", SAS)]).is_empty());
    assert!(
        hints(
            AuthMethod::GcsServiceAccount,
            &[("service_account_json", KEY_FILE)]
        )
        .is_empty()
    );
    assert!(hints(AuthMethod::OpaqueValue, &[("value", "two\nlines")]).is_empty());
}

#[test]
fn create_08_keys_of_unusual_length_are_never_blocked() {
    let long = "k".repeat(512);
    assert!(
        parse(
            AuthMethod::S3CompatibleAccessKey,
            &[("access_key_id", "129"), ("secret_access_key", &long)]
        )
        .is_ok()
    );
    assert_eq!(
        key_hints(AuthMethod::S3AccessKey, "short", "also short"),
        ["unusual_shape", "unusual_shape"]
    );
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
fn create_08_odd_sas_urls_pass_with_hints() {
    let of = |url: &str| hints(AuthMethod::AzureSasUrl, &[("sas_url", url)]);
    assert_eq!(
        of("http://127.0.0.1:10000/devstoreaccount1/c?sv=1&sig=x&sr=c&si=policy"),
        Vec::<&str>::new()
    );
    assert_eq!(
        of("https://files.acme.example/c?sv=1&sig=x&sr=c&si=policy"),
        ["sas_host"]
    );
    assert_eq!(
        of("https://a.blob.core.windows.net/c?sv=1&sig=x"),
        ["sas_scope", "sas_terms"]
    );
    assert_eq!(
        of("https://a.blob.core.windows.net/?sv=1&sig=x&ss=b&srt=co&sp=r&se=never"),
        ["sas_expiry_unreadable"]
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
fn create_08_odd_service_accounts_pass_with_hints() {
    let of = |json: &str| {
        hints(
            AuthMethod::GcsServiceAccount,
            &[("service_account_json", json)],
        )
    };
    assert_eq!(
        of(&KEY_FILE.replace("oauth2.googleapis.com", "evil.example")),
        ["service_account_token_uri"]
    );
    assert_eq!(
        of(&KEY_FILE.replace("acme.iam.gserviceaccount.com", "acme.example")),
        ["service_account_email"]
    );
    assert_eq!(
        of(&KEY_FILE.replace("\\n", "\\\\n")),
        ["service_account_newlines"]
    );
    assert_eq!(
        of(&KEY_FILE.replace("private_key_id", "old_key_id")),
        ["service_account_key_id"]
    );
    assert_eq!(of(&format!("\n {KEY_FILE} \n")), Vec::<&str>::new());
}

#[test]
fn create_08_slips_of_the_hand_are_hints() {
    let hex32 = "023e105f4ecef8ad9ca31a8372d0c353";
    let hex64 = "023e105f4ecef8ad9ca31a8372d0c353023e105f4ecef8ad9ca31a8372d0c353";
    assert_eq!(key_hints(AuthMethod::S3AccessKey, SECRET, ID), ["swapped"]);
    assert_eq!(
        key_hints(AuthMethod::R2AccessKey, hex64, hex32),
        ["swapped"]
    );
    assert_eq!(
        key_hints(AuthMethod::TigrisAccessKey, "tsec_x", "tid_x"),
        ["swapped"]
    );
    assert_eq!(
        key_hints(AuthMethod::S3AccessKey, "ASIAIOSFODNN7ABCDEFG", SECRET),
        ["temporary_key"]
    );
    assert_eq!(
        key_hints(AuthMethod::S3AccessKey, "AIDAIOSFODNN7ABCDEFG", SECRET),
        ["not_a_key"]
    );
    assert_eq!(
        key_hints(AuthMethod::R2AccessKey, ID, hex64),
        ["other_provider"]
    );
    assert_eq!(
        key_hints(
            AuthMethod::WasabiAccessKey,
            "tid_x",
            "abcdefghijklmnopqrstuvwxyz01234567890ABC"
        ),
        ["other_provider"]
    );
    assert_eq!(
        key_hints(AuthMethod::R2AccessKey, "0045f0571db506a0000000001", hex64),
        ["other_provider"]
    );
    assert_eq!(
        key_hints(
            AuthMethod::R2AccessKey,
            hex32,
            "v1_abcdefghijklmnopqrstuvwxyz-0123456789"
        ),
        ["token_value"]
    );
    assert_eq!(
        key_hints(
            AuthMethod::S3AccessKey,
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        ),
        ["placeholder", "placeholder"]
    );
    let b2 = [
        ("application_key_id", "0045f0571db5"),
        ("application_key", "K0014pbwo1zxcIVMnqSNTfWHReU/O3s"),
    ];
    assert_eq!(hints(AuthMethod::B2ApplicationKey, &b2), ["master_key"]);
    let azure = [
        ("account_name", "https://acme.blob.core.windows.net"),
        ("account_key", "AccountName=a;AccountKey=x"),
    ];
    assert_eq!(
        hints(AuthMethod::AzureAccountKey, &azure),
        ["account_name_in_url", "connection_string"]
    );
}

#[test]
fn create_08_white_space_quotes_and_assignments_are_hints_and_stored_as_given() {
    let of = |text: &str| hints(AuthMethod::OpaqueValue, &[("value", text)]);
    assert_eq!(of(" padded"), ["surrounding_space"]);
    assert_eq!(of("with newline\n"), ["surrounding_space"]);
    assert_eq!(of("export API_KEY=abc"), ["assignment"]);
    assert_eq!(of("API_KEY=abc"), ["assignment"]);
    assert_eq!(of("\"quoted\""), ["quoted"]);
    assert_eq!(of("your-api-key"), ["placeholder"]);
    assert_eq!(of("QUJD=="), Vec::<&str>::new());
    let (credentials, _) = accepted(AuthMethod::OpaqueValue, &[("value", " padded\n")]);
    assert_eq!(
        credentials.field("value").expect("a value").expose_text(),
        " padded\n"
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
