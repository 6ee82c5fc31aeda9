//! What fields of storage credentials are called, and which hosts and words name a provider.

use domain::catalogue::AuthMethod;

use crate::material::{Means, Part, PartKind};
use crate::secret_like::normal_label;

pub(super) const KEY_ID: [&str; 10] = [
    "accesskeyid",
    "awsaccesskeyid",
    "s3accesskeyid",
    "accesskey",
    "awsaccesskey",
    "s3accesskey",
    "accessid",
    "keyid",
    "accesskeyidentifier",
    "r2accesskeyid",
];
pub(super) const SECRET_KEY: [&str; 10] = [
    "secretaccesskey",
    "awssecretaccesskey",
    "s3secretaccesskey",
    "secretkey",
    "awssecretkey",
    "s3secretkey",
    "accesskeysecret",
    "secret",
    "r2secretaccesskey",
    "secretaccess",
];
pub(super) const B2_ID: [&str; 5] = [
    "applicationkeyid",
    "b2applicationkeyid",
    "b2keyid",
    "keyid",
    "appkeyid",
];
pub(super) const B2_KEY: [&str; 4] = ["applicationkey", "b2applicationkey", "b2key", "appkey"];
pub(super) const ACCOUNT_NAME: [&str; 5] = [
    "accountname",
    "storageaccount",
    "storageaccountname",
    "azurestorageaccount",
    "azurestorageaccountname",
];
pub(super) const ACCOUNT_KEY: [&str; 8] = [
    "accountkey",
    "storagekey",
    "storageaccountkey",
    "azurestoragekey",
    "accesskey",
    "key1",
    "key2",
    "azurestorageaccountkey",
];

const BUCKET: [&str; 8] = [
    "bucket",
    "bucketname",
    "s3bucket",
    "s3bucketname",
    "awsbucket",
    "container",
    "containername",
    "awss3bucket",
];
const REGION: [&str; 7] = [
    "region",
    "awsregion",
    "defaultregion",
    "awsdefaultregion",
    "s3region",
    "bucketregion",
    "bucketlocation",
];
const ENDPOINT: [&str; 7] = [
    "endpoint",
    "endpointurl",
    "s3endpoint",
    "s3endpointurl",
    "awsendpointurl",
    "hostbase",
    "s3apiendpoint",
];
const PREFIX: [&str; 4] = ["prefix", "keyprefix", "bucketprefix", "pathprefix"];

/// Hosts of providers' endpoints and consoles.
const HOSTS: [(&str, AuthMethod); 15] = [
    ("r2.cloudflarestorage.com", AuthMethod::R2AccessKey),
    ("backblazeb2.com", AuthMethod::B2ApplicationKey),
    ("backblaze.com", AuthMethod::B2ApplicationKey),
    ("wasabisys.com", AuthMethod::WasabiAccessKey),
    ("wasabi.com", AuthMethod::WasabiAccessKey),
    ("storage.railway.app", AuthMethod::RailwayAccessKey),
    (
        "oraclecloud.com",
        AuthMethod::OracleObjectStorageS3AccessKey,
    ),
    ("storage.dev", AuthMethod::TigrisAccessKey),
    ("tigris.dev", AuthMethod::TigrisAccessKey),
    (
        "digitaloceanspaces.com",
        AuthMethod::DigitalOceanSpacesAccessKey,
    ),
    ("your-objectstorage.com", AuthMethod::HetznerAccessKey),
    ("hetzner.com", AuthMethod::HetznerAccessKey),
    ("rabata.io", AuthMethod::RabataAccessKey),
    ("amazonaws.com", AuthMethod::S3AccessKey),
    ("aws.amazon.com", AuthMethod::S3AccessKey),
];

/// Words of titles and labels.
const WORDS: [(&str, AuthMethod); 15] = [
    ("backblaze", AuthMethod::B2ApplicationKey),
    ("b2", AuthMethod::B2ApplicationKey),
    ("wasabi", AuthMethod::WasabiAccessKey),
    ("r2", AuthMethod::R2AccessKey),
    ("cloudflare", AuthMethod::R2AccessKey),
    ("railway", AuthMethod::RailwayAccessKey),
    ("oracle", AuthMethod::OracleObjectStorageS3AccessKey),
    ("tigris", AuthMethod::TigrisAccessKey),
    ("digitalocean", AuthMethod::DigitalOceanSpacesAccessKey),
    ("spaces", AuthMethod::DigitalOceanSpacesAccessKey),
    ("hetzner", AuthMethod::HetznerAccessKey),
    ("rabata", AuthMethod::RabataAccessKey),
    ("minio", AuthMethod::S3CompatibleAccessKey),
    ("aws", AuthMethod::S3AccessKey),
    ("amazon", AuthMethod::S3AccessKey),
];

/// The provider whose host stands in a text.
pub(crate) fn host_method(text: &str) -> Option<AuthMethod> {
    let lower = text.to_ascii_lowercase();
    HOSTS
        .iter()
        .find(|(host, _)| lower.contains(host))
        .map(|(_, method)| *method)
}

/// The providers that a text names, each once.
pub(crate) fn word_methods(text: &str, methods: &mut Vec<AuthMethod>) {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    for (word, method) in WORDS {
        if words.contains(&word) && !methods.contains(&method) {
            methods.push(method);
        }
    }
}

/// What a plain part says of the place that a storage credential leads to.
pub(super) fn place_of(part: &Part) -> Option<Means> {
    if part.kind != PartKind::Plain {
        return None;
    }
    if part.means.is_some() {
        return part.means;
    }
    let label = normal_label(&part.label);
    let lists: [(&[&str], Means); 4] = [
        (&BUCKET, Means::Bucket),
        (&REGION, Means::Region),
        (&ENDPOINT, Means::Endpoint),
        (&PREFIX, Means::Prefix),
    ];
    lists
        .into_iter()
        .find(|(labels, _)| labels.contains(&label.as_str()))
        .map(|(_, means)| means)
}
