//! The fields of each method: what a form shows, what validation and masks go by.

use serde::Serialize;

use super::{KEY_CHARS_MAX, SAS_URL_CHARS_MAX, VALUE_BYTES_MAX};

/// One field of an auth method's credentials.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldSpec {
    /// The name in requests and in what is sealed.
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub kind: FieldKind,
    /// The environment variable under which a child process gets the field; none for a generic value, which has its `env_key`.
    pub env_name: Option<&'static str>,
    /// Keeps its value when an update leaves it out (UPDATE-07).
    pub lasting: bool,
    /// The longest text accepted, in characters; generic values and JSON are also held to this many bytes.
    pub chars_max: usize,
    /// What such a field looks like; taken from documentation, never a real key.
    pub example: &'static str,
}

/// How a field is checked, masked and entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Names a key or an account; not secret by itself, so its ends are shown.
    Identifier,
    /// A key of one line, printable ASCII.
    Secret,
    /// Any text: the value of a generic secret.
    Text,
    ServiceAccountJson,
    SasUrl,
}

const fn key_id(label: &'static str, help: &'static str, example: &'static str) -> FieldSpec {
    FieldSpec {
        name: "access_key_id",
        label,
        help,
        kind: FieldKind::Identifier,
        env_name: Some("AWS_ACCESS_KEY_ID"),
        lasting: false,
        chars_max: KEY_CHARS_MAX,
        example,
    }
}

const fn secret_key(label: &'static str, help: &'static str, example: &'static str) -> FieldSpec {
    FieldSpec {
        name: "secret_access_key",
        label,
        help,
        kind: FieldKind::Secret,
        env_name: Some("AWS_SECRET_ACCESS_KEY"),
        lasting: false,
        chars_max: KEY_CHARS_MAX,
        example,
    }
}

pub(super) const S3: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "20 characters, beginning with AKIA. One that begins with ASIA is temporary and stops working within hours.",
        "AKIAIOSFODNN7EXAMPLE",
    ),
    secret_key(
        "Secret access key",
        "40 characters. AWS shows it once, when the key is made; if it is lost, make a new key.",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ),
];

pub(super) const R2: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "32 characters of 0–9 and a–f. Cloudflare shows it below the token when the token is made.",
        "023e105f4ecef8ad9ca31a8372d0c353",
    ),
    secret_key(
        "Secret access key",
        "64 characters of 0–9 and a–f. Take the one under “S3 clients”, not the token value above it.",
        "64 characters of 0–9 and a–f",
    ),
];

pub(super) const WASABI: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "Usually 20 capital letters and digits.",
        "QX3MEXAMPLEEXAMPLE00",
    ),
    secret_key(
        "Secret access key",
        "Usually 40 letters and digits. It is in the file that Wasabi offers when the key is made.",
        "40 letters and digits",
    ),
];

pub(super) const RAILWAY: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "On the bucket's Credentials tab.",
        "As shown on the Credentials tab",
    ),
    secret_key(
        "Secret access key",
        "On the bucket's Credentials tab. Resetting credentials there ends the old ones at once.",
        "As shown on the Credentials tab",
    ),
];

pub(super) const ORACLE: &[FieldSpec] = &[
    key_id(
        "Access key",
        "The key's own id in the list of customer secret keys: 40 characters of 0–9 and a–f, or an older one that begins with ocid1.",
        "40 characters of 0–9 and a–f",
    ),
    secret_key(
        "Secret key",
        "Usually 44 characters ending in =. Oracle shows it once, when the key is made.",
        "44 characters ending in =",
    ),
];

pub(super) const S3_COMPATIBLE: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "Whatever your service calls it: access key, key id, user. Any length up to 512.",
        "minio-backup",
    ),
    secret_key(
        "Secret access key",
        "The secret that belongs to the id. Any length up to 512.",
        "As given by your service",
    ),
];

pub(super) const TIGRIS: &[FieldSpec] = &[
    key_id("Access key ID", "Begins with tid_.", "tid_example"),
    secret_key(
        "Secret access key",
        "Begins with tsec_. Tigris shows it once, when the key is made.",
        "tsec_example",
    ),
];

pub(super) const SPACES: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "Usually 20 characters, beginning with DO00; older keys look different.",
        "DO00EXAMPLEEXAMPLE00",
    ),
    secret_key(
        "Secret key",
        "Usually 43 characters. DigitalOcean shows it once, when the key is made.",
        "43 letters, digits, + and /",
    ),
];

pub(super) const HETZNER: &[FieldSpec] = &[
    key_id(
        "Access key",
        "Usually 20 capital letters and digits. The key opens every bucket of its project.",
        "7QKZEXAMPLEEXAMPLE00",
    ),
    secret_key(
        "Secret key",
        "Usually 40 letters and digits. Hetzner shows it once, when the credentials are made.",
        "40 letters and digits",
    ),
];

pub(super) const RABATA: &[FieldSpec] = &[
    key_id(
        "Access key ID",
        "As shown in the dashboard under Access Keys.",
        "As shown in the dashboard",
    ),
    secret_key(
        "Secret access key",
        "Rabata shows it once, when the key is made.",
        "As shown in the dashboard",
    ),
];

pub(super) const AZURE_ACCOUNT: &[FieldSpec] = &[
    FieldSpec {
        name: "account_name",
        label: "Account name",
        help: "The storage account's name, as in NAME.blob.core.windows.net: 3 to 24 lower-case letters and digits.",
        kind: FieldKind::Identifier,
        env_name: Some("AZURE_STORAGE_ACCOUNT"),
        lasting: true,
        chars_max: KEY_CHARS_MAX,
        example: "acmemedia",
    },
    FieldSpec {
        name: "account_key",
        label: "Account key",
        help: "key1 or key2 from Access keys: 88 characters ending in ==. Paste the key, not the connection string.",
        kind: FieldKind::Secret,
        env_name: Some("AZURE_STORAGE_KEY"),
        lasting: false,
        chars_max: KEY_CHARS_MAX,
        example: "88 characters ending in ==",
    },
];

pub(super) const AZURE_SAS: &[FieldSpec] = &[FieldSpec {
    name: "sas_url",
    label: "SAS URL",
    help: "The whole URL, from https:// to the signature. When it expires is read from it and shown.",
    kind: FieldKind::SasUrl,
    env_name: Some("AZURE_STORAGE_SAS_URL"),
    lasting: false,
    chars_max: SAS_URL_CHARS_MAX,
    example: "https://acmemedia.blob.core.windows.net/uploads?sv=…&se=…&sr=c&sp=rwl&sig=…",
}];

pub(super) const GCS: &[FieldSpec] = &[FieldSpec {
    name: "service_account_json",
    label: "Service account key",
    help: "The content of the JSON key file, from { to }. Tools that want a file need it written to one; others read it from GOOGLE_CREDENTIALS.",
    kind: FieldKind::ServiceAccountJson,
    env_name: Some("GOOGLE_CREDENTIALS"),
    lasting: false,
    chars_max: VALUE_BYTES_MAX,
    example: "{\"type\": \"service_account\", \"project_id\": \"acme\", …}",
}];

pub(super) const B2: &[FieldSpec] = &[
    FieldSpec {
        name: "application_key_id",
        label: "Key ID",
        help: "25 characters. A master key's id has 12 and does not work with the S3-compatible API.",
        kind: FieldKind::Identifier,
        env_name: Some("B2_APPLICATION_KEY_ID"),
        lasting: false,
        chars_max: KEY_CHARS_MAX,
        example: "0045f0571db506a0000000001",
    },
    FieldSpec {
        name: "application_key",
        label: "Application key",
        help: "Usually 31 characters beginning with K. Backblaze shows it once, when the key is made.",
        kind: FieldKind::Secret,
        env_name: Some("B2_APPLICATION_KEY"),
        lasting: false,
        chars_max: KEY_CHARS_MAX,
        example: "31 characters beginning with K",
    },
];

pub(super) const VALUE: &[FieldSpec] = &[FieldSpec {
    name: "value",
    label: "Value",
    help: "The key, token or password itself, stored exactly as given. Several lines are fine.",
    kind: FieldKind::Text,
    env_name: None,
    lasting: false,
    chars_max: VALUE_BYTES_MAX,
    example: "sk-proj-…",
}];
