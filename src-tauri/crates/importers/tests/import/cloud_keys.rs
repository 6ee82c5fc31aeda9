//! Google's key files, Azure's connection strings and SAS URLs.

use importers::Format;

use crate::config_files::{dump, items};

const KEY_FILE: &str = r#"{
  "type": "service_account",
  "project_id": "acme",
  "private_key_id": "0123456789abcdef0123456789abcdef01234567",
  "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
  "client_email": "etl@acme.iam.gserviceaccount.com",
  "client_id": "1",
  "token_uri": "https://oauth2.googleapis.com/token"
}
"#;

#[test]
fn a_service_accounts_key_file_is_one_secret() {
    let read = items(Format::GcpKey, KEY_FILE);
    let secrets: Vec<_> = read.iter().flat_map(|item| &item.secrets).collect();
    let [secret] = secrets.as_slice() else {
        panic!("{} secrets", secrets.len())
    };
    assert_eq!(secret.method().as_str(), "gcs_service_account");
    assert_eq!(secret.name.as_str(), "etl@acme.iam.gserviceaccount.com");
    assert_eq!(
        crate::value(secret, "service_account_json"),
        KEY_FILE.trim()
    );
}

#[test]
fn other_sign_ins_of_google_are_kept_whole_or_left_out() {
    for (text, is_kept) in [
        (
            r#"{"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}"#,
            true,
        ),
        (
            r#"{"type": "impersonated_service_account", "client_id": "x", "source_credentials": {"refresh_token": "r"}}"#,
            true,
        ),
        (
            r#"{"installed": {"client_id": "c", "client_secret": "s"}}"#,
            true,
        ),
        (
            r#"{"type": "external_account", "client_id": "x", "audience": "a", "credential_source": {"file": "/t"}}"#,
            false,
        ),
    ] {
        let read = items(Format::GcpKey, text);
        let kept: Vec<_> = read
            .iter()
            .flat_map(|item| &item.secrets)
            .map(|it| it.method().as_str())
            .collect();
        if is_kept {
            assert_eq!(kept, ["opaque_value"], "{text}");
        } else {
            assert!(kept.is_empty(), "{text}");
        }
    }
}

#[test]
fn connection_strings_and_sas_urls_are_read() {
    insta::assert_snapshot!(dump(&items(
        Format::AzureConnectionString,
        "# accounts\nDefaultEndpointsProtocol=https;AccountName=acmemedia;AccountKey=YWJjZA==;EndpointSuffix=core.windows.net\n\"https://acmemedia.blob.core.windows.net/uploads/in?sv=2024-11-04&se=2027-01-01T00%3A00Z&sr=c&sp=rl&sig=abc%3D\"\nBlobEndpoint=https://other.blob.core.windows.net/;SharedAccessSignature=sv=2024-11-04&ss=b&srt=co&sp=r&se=2027-01-01&sig=abc%3D\nUseDevelopmentStorage=true\nEndpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=YWJj\nnonsense\n"
    )));
}
