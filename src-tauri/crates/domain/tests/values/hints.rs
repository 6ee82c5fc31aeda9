use domain::catalogue::AuthMethod;

use super::{accepted, hints, parse};

const ID: &str = "AKIAIOSFODNN7ABCDEFG";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij";
const SAS: &str =
    "https://acme.blob.core.windows.net/media?sv=2024-11-04&se=2099-01-01&sr=c&sp=rl&sig=c2ln";
const KEY_FILE: &str = r#"{
  "type": "service_account", "project_id": "acme", "private_key_id": "0123456789abcdef0123456789abcdef01234567",
  "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
  "client_email": "etl@acme.iam.gserviceaccount.com", "client_id": "1", "token_uri": "https://oauth2.googleapis.com/token"
}"#;

fn key_hints(method: AuthMethod, id: &str, secret: &str) -> Vec<&'static str> {
    hints(
        method,
        &[("access_key_id", id), ("secret_access_key", secret)],
    )
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
    for token in ["IQoJb3JpZ2luX2VjEJr", "FwoGZXIvYXdzEJr1K", "AQoDYXdzEJr1K"] {
        assert_eq!(
            hints(AuthMethod::OpaqueValue, &[("value", token)]),
            ["session_token"]
        );
    }
    assert!(hints(AuthMethod::OpaqueValue, &[("value", "IQoJsomething")]).is_empty());
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
