//! Every format from its file to the vault: what is there then, what is not and why, and that a second import changes nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;

use domain::SecretText;
use domain::catalogue::FieldKind;
use importers::{Format, ItemState, ParsedImport, ReadOptions, read_import};
use serde_json::{Value, json};

use crate::import::assert_complete;
use crate::world::World;

const PASSWORD: &str = "correct horse 🪶";
/// Shorter ones may stand in a label too.
const CANARY_BYTES_MIN: usize = 7;

/// A file, and what opens it.
struct Sample {
    format: Format,
    /// Of a committed file, or the name of one of [`TEXTS`].
    path: &'static str,
    opened_by: OpenedBy,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenedBy {
    Nothing,
    Password(&'static str),
    KeyFile(&'static str),
}

const SAMPLES: [Sample; 24] = [
    plain(Format::OnePux, "tests/fixtures/acme.1pux"),
    plain(Format::OnePasswordCsv, "1password.csv"),
    plain(
        Format::Bitwarden,
        "tests/fixtures/import/bitwarden-personal.json",
    ),
    plain(
        Format::Bitwarden,
        "tests/fixtures/import/bitwarden-organization.json",
    ),
    locked(
        Format::Bitwarden,
        "tests/fixtures/import/bitwarden-pbkdf2.json",
        OpenedBy::Password(PASSWORD),
    ),
    locked(
        Format::Bitwarden,
        "tests/fixtures/import/bitwarden-argon2id.json",
        OpenedBy::Password(PASSWORD),
    ),
    locked(
        Format::Keepass,
        "tests/fixtures/import/keepass-4-argon2d.kdbx",
        OpenedBy::Password(PASSWORD),
    ),
    locked(
        Format::Keepass,
        "tests/fixtures/import/keepass-4-argon2id-chacha20.kdbx",
        OpenedBy::Password(PASSWORD),
    ),
    locked(
        Format::Keepass,
        "tests/fixtures/import/keepass-4-key-file.kdbx",
        OpenedBy::KeyFile("tests/fixtures/import/keepass.keyx"),
    ),
    locked(
        Format::Keepass,
        "tests/fixtures/import/keepassxc-3.1.kdbx",
        OpenedBy::Password(PASSWORD),
    ),
    locked(
        Format::Keepass,
        "tests/fixtures/import/keepassxc-4.1-aes-kdf.kdbx",
        OpenedBy::Password(PASSWORD),
    ),
    plain(
        Format::Dotenv,
        "src-tauri/crates/importers/tests/fixtures/dotenv/agreed.env",
    ),
    plain(Format::Dotenv, "storage.env"),
    plain(
        Format::AwsProfiles,
        "src-tauri/crates/importers/tests/fixtures/aws/credentials",
    ),
    plain(
        Format::AwsProfiles,
        "src-tauri/crates/importers/tests/fixtures/aws/config",
    ),
    plain(
        Format::Rclone,
        "src-tauri/crates/importers/tests/fixtures/rclone/plain.conf",
    ),
    locked(
        Format::Rclone,
        "src-tauri/crates/importers/tests/fixtures/rclone/encrypted.conf",
        OpenedBy::Password("turnip Ⅷ"),
    ),
    plain(
        Format::Rclone,
        "src-tauri/crates/importers/tests/fixtures/rclone/lines.conf",
    ),
    plain(
        Format::S3cfg,
        "src-tauri/crates/importers/tests/fixtures/s3cmd/wasabi.s3cfg",
    ),
    plain(
        Format::S3cfg,
        "src-tauri/crates/importers/tests/fixtures/s3cmd/lines.s3cfg",
    ),
    plain(Format::MinioClient, "minio.json"),
    plain(Format::GcpKey, "gcp-key.json"),
    plain(Format::AzureConnectionString, "azure.txt"),
    plain(Format::Csv, "table.csv"),
];

/// Files of forms that no program at hand writes.
const TEXTS: [(&str, &str); 6] = [
    (
        "1password.csv",
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nGitHub,https://github.example,mara,canary-github,otpauth://totp/x?secret=CANARYTOTP,true,false,ci;prod,two lines\nOld gate,,,canary-gate,,false,true,,\nNobody,https://nobody.example,mara,,,false,false,,\n",
    ),
    (
        "storage.env",
        "# a comment\nAWS_ACCESS_KEY_ID=AKIA7Q2MZX4LN3PWVT6K\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIqK7MDENGzbPxRfiCYzR5m2dQ9sT\nAWS_DEFAULT_REGION=eu-central-1\nS3_BUCKET=acme-media\nSTRIPE_API_KEY='canary-$dollar$key'\nDEBUG=true\n",
    ),
    (
        "minio.json",
        r#"{"version": "10", "aliases": {
            "backup": {"url": "https://s3.eu-central-1.wasabisys.com", "accessKey": "QX3MEXAMPLEEXAMPLE00", "secretKey": "canary-wasabi", "api": "S3v4", "path": "auto"},
            "local": {"url": "http://localhost:9000", "accessKey": "minio", "secretKey": "canary-minio", "api": "S3v4", "path": "auto"},
            "open": {"url": "https://public.example.com", "accessKey": "", "secretKey": "", "api": "S3v4", "path": "auto"}
        }}"#,
    ),
    (
        "gcp-key.json",
        r#"{"type": "service_account", "project_id": "acme", "private_key_id": "0123456789abcdef0123456789abcdef01234567", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEcanary\n-----END PRIVATE KEY-----\n", "client_email": "etl@acme.iam.gserviceaccount.com", "client_id": "1", "token_uri": "https://oauth2.googleapis.com/token"}"#,
    ),
    (
        "azure.txt",
        "DefaultEndpointsProtocol=https;AccountName=acmemedia;AccountKey=Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeS1jYW5hcnktMQ==;EndpointSuffix=core.windows.net\n\"https://acmemedia.blob.core.windows.net/uploads/in?sv=2024-11-04&se=2027-01-01T00%3A00Z&sr=c&sp=rl&sig=canary%3D\"\nUseDevelopmentStorage=true\n",
    ),
    (
        "table.csv",
        "Name;Folder;User;Password;Expires;API token;Remarks\nBilling;Ops;me;canary-billing;2027-01-31;ghp_16C7e42F292c6912E7710c838347Ae178B4a;old\nNo secret;;me;;;;\n",
    ),
];

const fn plain(format: Format, path: &'static str) -> Sample {
    locked(format, path, OpenedBy::Nothing)
}

const fn locked(format: Format, path: &'static str, opened_by: OpenedBy) -> Sample {
    Sample {
        format,
        path,
        opened_by,
    }
}

impl Sample {
    fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    fn bytes(&self) -> Vec<u8> {
        let text = TEXTS.iter().find(|(name, _)| *name == self.path);
        text.map_or_else(
            || committed(self.path),
            |(_, text)| text.as_bytes().to_vec(),
        )
    }

    fn parsed(&self) -> ParsedImport {
        let mut options = ReadOptions {
            origin: Some(self.name().to_owned()),
            ..ReadOptions::default()
        };
        match self.opened_by {
            OpenedBy::Nothing => {}
            OpenedBy::Password(text) => options.password = Some(SecretText::new(text.to_owned())),
            OpenedBy::KeyFile(path) => options.key_file = Some(committed(path).into()),
        }
        let read = read_import(Cursor::new(self.bytes()), &options);
        read.unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// What the command line would say of it.
    fn request(&self, world: &World) -> Value {
        let home = world.vault.home();
        let written = |name: &str, bytes: Vec<u8>| {
            let path = home.join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let mut request = json!({ "path": written(self.name(), self.bytes()) });
        match self.opened_by {
            OpenedBy::Nothing => {}
            OpenedBy::Password(text) => {
                let file = written("password.txt", format!("{text}\n").into_bytes());
                request["password_file"] = json!(file);
            }
            OpenedBy::KeyFile(path) => {
                request["key_file"] = json!(written("key.keyx", committed(path)));
            }
        }
        request
    }
}

fn committed(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    std::fs::read(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// How many secrets of the file are not to be in the vault.
fn not_taken(import: &ParsedImport) -> usize {
    let of_item = |item: &importers::ParsedItem| match item.state {
        ItemState::Trashed => item.found(),
        _ => item.left_out.len(),
    };
    import.items.iter().map(of_item).sum()
}

fn count(report: &Value, name: &str) -> usize {
    usize::try_from(report[name].as_u64().unwrap()).unwrap()
}

/// Everything that is stored, a line each.
fn stored(world: &World) -> String {
    let mut text = String::new();
    let secrets = world.done("secret_list", json!({}))["secrets"].clone();
    for secret in secrets.as_array().unwrap() {
        let shown = |name: &str| secret[name].as_str().unwrap_or("–").to_owned();
        let versions = world.done("secret_history", json!({ "id": secret["id"] }));
        writeln!(
            text,
            "{} = {} {}, {} versions, env {}, expires {}, tags {}",
            shown("name"),
            shown("secret_type"),
            shown("auth_method"),
            versions["versions"].as_array().unwrap().len(),
            shown("env_key"),
            shown("expires_at"),
            secret["tags"],
        )
        .unwrap();
    }
    let locations = world.done("location_list", json!({}))["locations"].clone();
    for location in locations.as_array().unwrap() {
        let shown = |name: &str| location[name].as_str().unwrap_or("–").to_owned();
        writeln!(
            text,
            "location {} of {} = {} {}, region {}, endpoint {}, prefix {}",
            shown("name"),
            shown("secret_name"),
            shown("location_type"),
            shown("bucket_name"),
            shown("region"),
            shown("endpoint_url"),
            shown("prefix"),
        )
        .unwrap();
    }
    text
}

fn assert_no_value(import: &ParsedImport, report: &Path) {
    let text = std::fs::read_to_string(report).unwrap();
    let secrets = import.items.iter().flat_map(|item| &item.secrets);
    for secret in secrets {
        let earlier = secret.earlier.iter().map(|value| &value.credentials);
        for (field, value) in std::iter::once(&secret.credentials)
            .chain(earlier)
            .flat_map(|credentials| credentials.iter())
        {
            let value = value.expose_text();
            let is_secret = field.kind != FieldKind::Identifier;
            if is_secret && value.len() >= CANARY_BYTES_MIN {
                assert!(!text.contains(value), "{}: {}", secret.name, field.name);
            }
        }
    }
}

#[test]
fn every_format_reaches_the_vault_whole_and_a_second_import_changes_nothing() {
    let formats = SAMPLES.iter().map(|sample| sample.format);
    let tried: BTreeSet<Format> = formats.collect();
    assert_eq!(tried.len(), Format::ALL.len());
    for sample in &SAMPLES {
        let world = World::unlocked();
        let import = sample.parsed();
        assert_eq!(import.format, sample.format, "{}", sample.path);
        let request = sample.request(&world);
        let preview = world.on_cli("import_preview", request.clone()).unwrap();
        let saved = world.vault.home().join("report.json");
        let mut apply = request.clone();
        apply["report"] = json!(saved);
        let report = world.on_cli("import_apply", apply).unwrap();

        let skipped = not_taken(&import);
        assert_eq!(count(&report, "found"), import.found(), "{}", sample.path);
        assert_eq!(count(&report, "skipped"), skipped, "{report}");
        assert_complete(&report);
        let imported = import.found() - skipped;
        assert_eq!(count(&report, "imported"), imported, "{report}");
        assert_eq!(count(&preview["counts"], "create"), imported, "{preview}");
        assert_no_value(&import, &saved);
        let before = stored(&world);
        insta::assert_snapshot!(sample.name(), before);

        let again = world.on_cli("import_apply", request).unwrap();
        let counted = ["imported", "updated", "unchanged", "skipped"];
        let counted = counted.map(|name| count(&again, name));
        assert_eq!(counted, [0, 0, imported, skipped], "{again}");
        assert_eq!(stored(&world), before, "{}", sample.path);
    }
}
