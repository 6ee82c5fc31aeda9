//! Storage credentials in an item, recognised from labels, endpoints and shapes.

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::fault::Hint;
use domain::secret_text::SecretText;
use domain::shape;

use super::found::{Part, PartKind};
use super::secret_like::{is_signed_url, normal_label};

/// Parts that make up one storage credential; their indices in the order of the method's fields.
pub(super) struct StorageMatch {
    pub parts: Vec<usize>,
    pub credentials: Credentials,
    pub hints: Vec<Hint>,
}

const KEY_ID_LABELS: [&str; 10] = [
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
const SECRET_KEY_LABELS: [&str; 10] = [
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
const B2_ID_LABELS: [&str; 5] = [
    "applicationkeyid",
    "b2applicationkeyid",
    "b2keyid",
    "keyid",
    "appkeyid",
];
const B2_KEY_LABELS: [&str; 4] = ["applicationkey", "b2applicationkey", "b2key", "appkey"];
const ACCOUNT_NAME_LABELS: [&str; 5] = [
    "accountname",
    "storageaccount",
    "storageaccountname",
    "azurestorageaccount",
    "azurestorageaccountname",
];
const ACCOUNT_KEY_LABELS: [&str; 8] = [
    "accountkey",
    "storagekey",
    "storageaccountkey",
    "azurestoragekey",
    "accesskey",
    "key1",
    "key2",
    "azurestorageaccountkey",
];

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

/// Words of titles, tags and sections.
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

/// Every storage credential among the parts; no part is used twice.
pub(super) fn storage_matches(title: &str, parts: &[Part]) -> Vec<StorageMatch> {
    let mut search = Search {
        title,
        parts,
        used: vec![false; parts.len()],
        matches: Vec::new(),
    };
    for index in 0..parts.len() {
        search.single(index);
    }
    let groups = parts
        .iter()
        .map(|part| part.group)
        .max()
        .unwrap_or_default();
    for group in 0..=groups {
        search.pairs(|part| part.group == group);
    }
    search.pairs(|_| true);
    search.matches
}

struct Search<'a> {
    title: &'a str,
    parts: &'a [Part],
    used: Vec<bool>,
    matches: Vec<StorageMatch>,
}

impl<'a> Search<'a> {
    /// One text that is a whole credential.
    fn single(&mut self, index: usize) {
        let Some(part) = self.parts.get(index) else {
            return;
        };
        let method =
            if part.text.trim_start().starts_with('{') && part.text.contains("service_account") {
                AuthMethod::GcsServiceAccount
            } else if is_signed_url(&part.text) {
                AuthMethod::AzureSasUrl
            } else {
                return;
            };
        self.take(method, &[index]);
    }

    /// An id and its key among the parts that `belongs` lets through.
    fn pairs(&mut self, belongs: impl Fn(&Part) -> bool) {
        let by_label = |search: &Self, labels: &[&str]| {
            search
                .only(|part| belongs(part) && labels.contains(&normal_label(&part.label).as_str()))
        };
        let by_text = |search: &Self, fits: &dyn Fn(&Part) -> bool| {
            search.only(|part| belongs(part) && fits(part))
        };

        let b2_key = by_label(self, &B2_KEY_LABELS);
        if let (Some(id), Some(key)) = (by_label(self, &B2_ID_LABELS), b2_key) {
            self.take(AuthMethod::B2ApplicationKey, &[id, key]);
        }
        if let (Some(name), Some(key)) = (
            by_label(self, &ACCOUNT_NAME_LABELS),
            by_label(self, &ACCOUNT_KEY_LABELS),
        ) {
            self.take(AuthMethod::AzureAccountKey, &[name, key]);
        }
        if let (Some(id), Some(key)) = (
            by_label(self, &KEY_ID_LABELS),
            by_label(self, &SECRET_KEY_LABELS),
        ) {
            let method = self.provider(id, key);
            self.take(method, &[id, key]);
        }
        let aws_id = by_text(self, &|part| shape::is_aws_key_id(&part.text));
        let aws_key = by_text(self, &|part| {
            part.kind != PartKind::Plain && shape::is_aws_secret(&part.text)
        });
        if let (Some(id), Some(key)) = (aws_id, aws_key) {
            self.take(AuthMethod::S3AccessKey, &[id, key]);
        }
        let tigris_id = by_text(self, &|part| part.text.starts_with("tid_"));
        let tigris_key = by_text(self, &|part| part.text.starts_with("tsec_"));
        if let (Some(id), Some(key)) = (tigris_id, tigris_key) {
            self.take(AuthMethod::TigrisAccessKey, &[id, key]);
        }
        let b2_id = by_text(self, &|part| shape::is_b2_key_id(&part.text));
        let b2_key = by_text(self, &|part| {
            part.kind != PartKind::Plain && part.text.len() == 31 && part.text.starts_with('K')
        });
        if let (Some(id), Some(key)) = (b2_id, b2_key) {
            self.take(AuthMethod::B2ApplicationKey, &[id, key]);
        }
    }

    /// The one unused part that fits; where several do, none is certain.
    fn only(&self, fits: impl Fn(&Part) -> bool) -> Option<usize> {
        let mut fitting = self
            .parts
            .iter()
            .enumerate()
            .filter(|(index, part)| !self.used.get(*index).copied().unwrap_or(true) && fits(part))
            .map(|(index, _)| index);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }

    /// Takes the parts if the rules accept them as credentials of the method; else they stay what they are.
    fn take(&mut self, method: AuthMethod, indices: &[usize]) {
        let given: Vec<(String, SecretText)> = method
            .fields()
            .iter()
            .zip(indices)
            .filter_map(|(field, index)| {
                let part = self.parts.get(*index)?;
                Some((
                    field.name.to_owned(),
                    SecretText::new(part.text.to_string()),
                ))
            })
            .collect();
        let Ok((credentials, hints)) = Credentials::parse(method, given, None) else {
            return;
        };
        for index in indices {
            if let Some(used) = self.used.get_mut(*index) {
                *used = true;
            }
        }
        self.matches.push(StorageMatch {
            parts: indices.to_vec(),
            credentials,
            hints,
        });
    }

    /// Whose access key it is: by endpoint, by the id's shape, by words, else any service that speaks S3.
    fn provider(&self, id: usize, key: usize) -> AuthMethod {
        let (Some(id), Some(key)) = (self.parts.get(id), self.parts.get(key)) else {
            return AuthMethod::S3CompatibleAccessKey;
        };
        let near = self.parts.iter().filter(|part| part.group == id.group);
        let plain_texts = near
            .chain(self.parts)
            .filter(|part| part.kind == PartKind::Plain)
            .map(|part| part.text.to_lowercase());
        for text in plain_texts {
            if let Some((_, method)) = HOSTS.iter().find(|(host, _)| text.contains(host)) {
                return *method;
            }
        }
        if shape::is_aws_key_id(&id.text) {
            return AuthMethod::S3AccessKey;
        }
        if id.text.starts_with("tid_") {
            return AuthMethod::TigrisAccessKey;
        }
        if id.text.starts_with("DO00") {
            return AuthMethod::DigitalOceanSpacesAccessKey;
        }
        let has_endpoint = self
            .parts
            .iter()
            .any(|part| normal_label(&part.label).contains("endpoint"));
        let words = [
            id.section.as_str(),
            id.label.as_str(),
            key.label.as_str(),
            self.title,
        ];
        let by_word = words.iter().find_map(|text| word_method(text));
        match by_word {
            Some(method) => method,
            None if !has_endpoint && shape::is_aws_secret(&key.text) && id.text.len() == 20 => {
                AuthMethod::S3AccessKey
            }
            None => AuthMethod::S3CompatibleAccessKey,
        }
    }
}

fn word_method(text: &str) -> Option<AuthMethod> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    WORDS
        .iter()
        .find(|(word, _)| words.contains(word))
        .map(|(_, method)| *method)
}
