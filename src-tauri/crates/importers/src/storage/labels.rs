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

/// Words in labels of what holds an address.
const ADDRESSES: [&str; 6] = ["host", "url", "uri", "server", "website", "address"];

/// Domains of providers' endpoints and consoles.
const HOSTS: [(&str, AuthMethod); 16] = [
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
    ("amazonaws.com.cn", AuthMethod::S3AccessKey),
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

/// The provider in whose domain a URL's host is. A host alone is a URL too; an address of mail is none.
pub(crate) fn host_method(text: &str) -> Option<AuthMethod> {
    let lower = text.trim().to_ascii_lowercase();
    let (has_scheme, rest) = match lower.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, lower.as_str()),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once('@') {
        Some((_, host)) if has_scheme => host,
        Some(_) => return None,
        None => authority,
    };
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim_end_matches('.');
    let is_within = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    HOSTS
        .iter()
        .find(|(domain, _)| is_within(domain))
        .map(|(_, method)| *method)
}

/// Whether a plain part is an address: an endpoint, or a URL by its form, meaning or label.
pub(super) fn is_address(part: &Part) -> bool {
    if part.kind != PartKind::Plain {
        return false;
    }
    let label = normal_label(&part.label);
    is_endpoint(part)
        || part.means == Some(Means::Url)
        || part.text.contains("://")
        || ADDRESSES.iter().any(|word| label.contains(word))
}

pub(super) fn is_endpoint(part: &Part) -> bool {
    place_of(part) == Some(Means::Endpoint) || normal_label(&part.label).contains("endpoint")
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
