use domain::catalogue::AuthMethod;
use serde_json::{Value, json};
use testkit::onepux::{Item, field};

use super::{item, names, value, values};

const HEX32: &str = "023e105f4ecef8ad9ca31a8372d0c353";
const AWS_ID: &str = "AKIAIOSFODNN7ABCDEFG";
const AWS_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij";

/// An item with these fields in one section; fields with a secret's name are concealed.
fn made(title: &str, fields: &[(&str, &str)]) -> Item {
    let fields: Vec<Value> = fields
        .iter()
        .enumerate()
        .map(|(index, (label, text))| {
            let lower = label.to_lowercase();
            let kind = if lower.contains("secret")
                || lower.contains("account key")
                || lower == "applicationkey"
            {
                "concealed"
            } else {
                "string"
            };
            field(label, &format!("f{index}"), kind, json!(text))
        })
        .collect();
    Item::new("112", title).section("", fields)
}

#[track_caller]
fn check(title: &str, fields: &[(&str, &str)], method: AuthMethod) {
    let parsed = item(made(title, fields));
    let methods: Vec<AuthMethod> = parsed
        .secrets
        .iter()
        .map(|secret| secret.method())
        .collect();
    assert_eq!(methods, [method], "{title}");
    assert_eq!(names(&parsed), [title]);
}

#[test]
fn an_access_key_is_recognised_by_its_labels_and_its_provider_by_endpoint_shape_or_title() {
    let pair = |id: &'static str| [("Access Key ID", id), ("Secret Access Key", "some-secret")];
    check("Backups", &pair(AWS_ID), AuthMethod::S3AccessKey);
    check("Thumbnails", &pair("tid_abc"), AuthMethod::TigrisAccessKey);
    check(
        "Files",
        &pair("DO00ABCDEFGHIJKLMNOP"),
        AuthMethod::DigitalOceanSpacesAccessKey,
    );
    check("Wasabi offsite", &pair("key"), AuthMethod::WasabiAccessKey);
    check(
        "Cloudflare R2 assets",
        &pair("key"),
        AuthMethod::R2AccessKey,
    );
    check("MinIO", &pair("key"), AuthMethod::S3CompatibleAccessKey);
    check(
        "Some store",
        &pair("key"),
        AuthMethod::S3CompatibleAccessKey,
    );
    for (endpoint, method) in [
        (
            "https://0123.r2.cloudflarestorage.com",
            AuthMethod::R2AccessKey,
        ),
        (
            "https://s3.us-west-004.backblazeb2.com",
            AuthMethod::B2ApplicationKey,
        ),
        (
            "https://s3.eu-central-1.wasabisys.com",
            AuthMethod::WasabiAccessKey,
        ),
        (
            "https://fsn1.your-objectstorage.com",
            AuthMethod::HetznerAccessKey,
        ),
        ("https://storage.railway.app", AuthMethod::RailwayAccessKey),
        (
            "https://acme.compat.objectstorage.eu-frankfurt-1.oraclecloud.com",
            AuthMethod::OracleObjectStorageS3AccessKey,
        ),
        ("https://t3.storage.dev", AuthMethod::TigrisAccessKey),
        (
            "https://fra1.digitaloceanspaces.com",
            AuthMethod::DigitalOceanSpacesAccessKey,
        ),
        ("s3.eu-west-1.rabata.io", AuthMethod::RabataAccessKey),
        (
            "https://s3.eu-central-1.amazonaws.com",
            AuthMethod::S3AccessKey,
        ),
        (
            "https://minio.acme.example:9000",
            AuthMethod::S3CompatibleAccessKey,
        ),
    ] {
        check(
            "Store",
            &[
                ("access_key_id", HEX32),
                ("secret_access_key", "some-secret"),
                ("Endpoint", endpoint),
            ],
            method,
        );
    }
}

#[test]
fn other_providers_are_recognised_by_their_labels() {
    check(
        "B2",
        &[
            ("keyID", "0045f0571db506a0000000001"),
            ("applicationKey", "K004abc"),
        ],
        AuthMethod::B2ApplicationKey,
    );
    check(
        "Azure",
        &[("Account name", "acmemedia"), ("Account key", "abc==")],
        AuthMethod::AzureAccountKey,
    );
}

#[test]
fn a_login_with_an_aws_key_becomes_one_s3_secret_with_its_values() {
    let parsed = item(Item::login("AWS", AWS_ID, AWS_SECRET).url("https://console.aws.amazon.com"));
    assert_eq!(names(&parsed), ["AWS"]);
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(secret.method(), AuthMethod::S3AccessKey);
    assert_eq!(value(secret, "access_key_id"), AWS_ID);
    assert_eq!(value(secret, "secret_access_key"), AWS_SECRET);
    assert!(!secret.notes.contains(AWS_ID));
}

#[test]
fn an_api_credential_with_a_tigris_or_b2_key_is_recognised_by_shape() {
    let method = |id: &str, secret: &str| {
        item(Item::api_credential("Store", id, secret))
            .secrets
            .first()
            .expect("one")
            .method()
    };
    assert_eq!(method("tid_abc", "tsec_def"), AuthMethod::TigrisAccessKey);
    assert_eq!(
        method(
            "0045f0571db506a0000000001",
            "K0014pbwo1zxcIVMnqSNTfWHReU/O3s"
        ),
        AuthMethod::B2ApplicationKey
    );
    assert_eq!(
        method("mara", "K0014pbwo1zxcIVMnqSNTfWHReU/O3s"),
        AuthMethod::OpaqueValue
    );
}

#[test]
fn sas_urls_and_service_accounts_are_recognised_wherever_they_stand() {
    let sas = "https://acme.blob.core.windows.net/c?sv=1&sr=c&sp=r&se=2027-01-01&sig=canary";
    for kind in ["concealed", "url", "string"] {
        let parsed = item(
            Item::new("112", "Upload").section("", vec![field("link", "l", kind, json!(sas))]),
        );
        let secret = parsed.secrets.first().expect("one");
        assert_eq!(secret.method(), AuthMethod::AzureSasUrl);
        assert!(!secret.notes.contains("canary"));
    }
    let in_overview = item(Item::new("001", "Upload").url(sas));
    assert_eq!(
        in_overview.secrets.first().expect("one").method(),
        AuthMethod::AzureSasUrl
    );
    let key_file = json!({ "type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", "client_email": "a@b.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token" });
    let parsed = item(Item::api_credential("GCS", "", &key_file.to_string()));
    assert_eq!(
        parsed.secrets.first().expect("one").method(),
        AuthMethod::GcsServiceAccount
    );
}

#[test]
fn two_sections_with_a_key_each_become_two_secrets() {
    let keys = |n: &str| {
        vec![
            field(
                "access key id",
                "i",
                "string",
                json!(format!("AKIAIOSFODNN7ABCDE{n}{n}")),
            ),
            field(
                "secret access key",
                "s",
                "concealed",
                json!(format!("secret-{n}")),
            ),
        ]
    };
    let parsed = item(
        Item::new("112", "AWS")
            .section("prod", keys("A"))
            .section("staging", keys("B")),
    );
    assert_eq!(names(&parsed), ["AWS", "AWS · staging · secret access key"]);
    let secrets: Vec<&str> = parsed
        .secrets
        .iter()
        .map(|secret| value(secret, "secret_access_key"))
        .collect();
    assert_eq!(secrets, ["secret-A", "secret-B"]);
}

#[test]
fn a_key_beside_a_password_leaves_the_password_its_own_secret() {
    let fields = vec![
        field("access key id", "i", "string", json!(AWS_ID)),
        field("secret access key", "s", "concealed", json!(AWS_SECRET)),
    ];
    let parsed =
        item(Item::login("AWS root", "root@acme.example", "canary").section("Keys", fields));
    assert_eq!(names(&parsed), ["AWS root", "AWS root · password"]);
    assert_eq!(
        parsed.secrets.first().expect("two").method(),
        AuthMethod::S3AccessKey
    );
    assert_eq!(
        value(parsed.secrets.get(1).expect("two"), "value"),
        "canary"
    );
}

#[test]
fn what_the_rules_refuse_as_a_key_stays_a_value_as_it_was() {
    let broken = format!("{AWS_SECRET}\n");
    let fields = vec![
        field("access key id", "i", "string", json!(AWS_ID)),
        field("secret access key", "s", "concealed", json!(broken)),
    ];
    let parsed = item(Item::new("112", "AWS").section("", fields));
    assert_eq!(values(&parsed), [broken.as_str()]);
    assert!(parsed.secrets.first().expect("one").notes.contains(AWS_ID));
}

#[test]
fn an_id_with_two_possible_keys_is_not_guessed_at() {
    let fields = vec![
        field("access key id", "i", "string", json!("some-id")),
        field("secret key", "s", "concealed", json!("one")),
        field("secret access key", "t", "concealed", json!("two")),
    ];
    assert_eq!(
        values(&item(Item::new("112", "Unsure").section("", fields))),
        ["one", "two"]
    );
}

#[test]
fn the_endpoint_of_one_section_says_nothing_of_the_key_in_another() {
    let pair = |id: &str| {
        vec![
            field("access key id", "i", "string", json!(id)),
            field("secret access key", "s", "concealed", json!(AWS_SECRET)),
        ]
    };
    let mut r2 = pair(HEX32);
    let endpoint = "https://0123.r2.cloudflarestorage.com";
    r2.push(field("endpoint", "e", "string", json!(endpoint)));
    for (id, method) in [
        (AWS_ID, AuthMethod::S3AccessKey),
        ("some-other-id", AuthMethod::S3CompatibleAccessKey),
    ] {
        let parsed = item(
            Item::new("112", "Keys")
                .section("First", pair(id))
                .section("Second", r2.clone()),
        );
        let methods: Vec<AuthMethod> = parsed.secrets.iter().map(|it| it.method()).collect();
        assert_eq!(methods, [method, AuthMethod::R2AccessKey], "{id}");
    }
}

#[test]
fn a_host_is_a_providers_only_if_it_is_in_the_providers_domain() {
    for (label, text) in [
        ("Endpoint", "https://minio.storage.dev.acme.com"),
        ("Endpoint", "https://mystorage.dev:9000"),
        ("Endpoint", "https://notwasabi.com"),
        ("Endpoint", "https://minio.acme.example/wasabi.com"),
        ("User", "ops@hetzner.com"),
        ("Remark", "hetzner.com"),
    ] {
        check(
            "x",
            &[
                ("access_key_id", HEX32),
                ("secret_access_key", "some-secret"),
                (label, text),
            ],
            AuthMethod::S3CompatibleAccessKey,
        );
    }
}
