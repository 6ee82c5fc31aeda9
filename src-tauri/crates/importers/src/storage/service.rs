//! Whose access key it is: by endpoint, by the id's shape, by words; else a person is asked.

use domain::catalogue::AuthMethod;
use domain::shape;

use super::labels::{B2_ID, KEY_ID, host_method, is_address, is_endpoint, word_methods};
use super::pairs::APART;
use super::{Search, choice};
use crate::material::{Likely, field_name};
use crate::parsed::Choice;
use crate::secret_like::normal_label;

pub(super) enum Service {
    Known(AuthMethod, &'static str),
    /// One of these, if it is storage at all; a person is asked.
    Open(Vec<AuthMethod>, Likely),
}

/// Services whose keys are an id and a secret of no form of their own.
const S3_LIKE: [AuthMethod; 10] = [
    AuthMethod::S3CompatibleAccessKey,
    AuthMethod::S3AccessKey,
    AuthMethod::R2AccessKey,
    AuthMethod::WasabiAccessKey,
    AuthMethod::TigrisAccessKey,
    AuthMethod::DigitalOceanSpacesAccessKey,
    AuthMethod::HetznerAccessKey,
    AuthMethod::RailwayAccessKey,
    AuthMethod::OracleObjectStorageS3AccessKey,
    AuthMethod::RabataAccessKey,
];

impl Search<'_> {
    pub(super) fn service(&mut self, id: usize, key: usize) -> Service {
        let (Some(id), Some(key)) = (self.part(id), self.part(key)) else {
            return Service::Open(S3_LIKE.to_vec(), Likely::Apart);
        };
        let by_shape = "The access key ID has the form of this service's IDs.";
        if shape::is_aws_key_id(&id.text) {
            return Service::Known(AuthMethod::S3AccessKey, by_shape);
        }
        if id.text.starts_with("tid_") {
            return Service::Known(AuthMethod::TigrisAccessKey, by_shape);
        }
        if id.text.starts_with("DO00") {
            return Service::Known(AuthMethod::DigitalOceanSpacesAccessKey, by_shape);
        }
        if let Some(method) = self.host_near(id.group) {
            return Service::Known(
                method,
                "An endpoint or address of the item names the service.",
            );
        }
        let mut methods = Vec::new();
        for text in [
            id.section.as_str(),
            id.label.as_str(),
            key.label.as_str(),
            self.title,
        ] {
            word_methods(text, &mut methods);
        }
        let has_one_pair = self.has_one_pair();
        let has_endpoint = self
            .parts
            .iter()
            .any(|part| is_endpoint(part) && (has_one_pair || part.group == id.group));
        let likely = likely_by_labels(&normal_label(&id.label), &normal_label(&key.label));
        match methods.as_slice() {
            [only] => Service::Known(*only, "The title or a label names the service."),
            [] if has_endpoint && likely == Likely::Storage => Service::Known(
                AuthMethod::S3CompatibleAccessKey,
                "The endpoint is none of a known service.",
            ),
            [] if shape::is_aws_secret(&key.text) && id.text.len() == 20 => {
                Service::Open(with_rest(vec![AuthMethod::S3AccessKey]), Likely::Storage)
            }
            [] => Service::Open(with_rest(methods), likely),
            _ => Service::Open(with_rest(methods), Likely::Storage),
        }
    }

    /// The provider named by the addresses of the group. Of an item with one key the endpoints are that key's wherever they
    /// stand, and so are the item's own addresses.
    fn host_near(&mut self, group: usize) -> Option<AuthMethod> {
        let has_one_pair = self.has_one_pair();
        let parts = self.parts;
        let hosts = self.hosts.get_or_insert_with(|| {
            parts
                .iter()
                .map(|part| is_address(part).then(|| host_method(&part.text)).flatten())
                .collect()
        });
        let named = || parts.iter().zip(hosts.iter());
        let own = named().find_map(|(part, host)| host.filter(|_| part.group == group));
        own.or_else(|| {
            let mut others = named().filter(|_| has_one_pair);
            others.find_map(|(part, host)| host.filter(|_| part.group == 0 || is_endpoint(part)))
        })
    }

    fn has_one_pair(&self) -> bool {
        let ids = self.labels.iter().filter(|label| {
            let label = label.as_str();
            KEY_ID.contains(&label) || B2_ID.contains(&label)
        });
        ids.count() <= 1
    }

    /// Which service a key is for. `None` where it is for none of them.
    pub(super) fn ask_service(
        &mut self,
        named_by: usize,
        methods: &[AuthMethod],
        likely: Likely,
    ) -> Option<AuthMethod> {
        let services = methods.iter();
        let mut choices: Vec<Choice> = services
            .map(|method| choice(method.as_str(), method.secret_type().label()))
            .collect();
        let apart = choice(APART, "None of these: keep each field as a value");
        match likely {
            Likely::Storage => choices.push(apart),
            Likely::Apart => choices.insert(0, apart),
        }
        let name = self
            .part(named_by)
            .map(|part| field_name(&part.section, &part.label))
            .unwrap_or_default();
        let text = format!("Which service is the key with “{name}” for? The file does not say.");
        let id = self.question_id("service", named_by);
        let chosen = self.ask(&id, text, choices);
        AuthMethod::parse(&chosen)
    }
}

/// “Access key” and “secret key” are storage's words; an ID and a secret are anybody's.
fn likely_by_labels(id: &str, key: &str) -> Likely {
    if id.contains("access") && key.contains("key") {
        Likely::Storage
    } else {
        Likely::Apart
    }
}

/// Every service with keys of this kind, the likeliest first.
pub(crate) fn s3_like(likely: AuthMethod) -> Vec<AuthMethod> {
    with_rest(vec![likely])
}

/// The services that are likely, then the others.
fn with_rest(mut likely: Vec<AuthMethod>) -> Vec<AuthMethod> {
    for method in S3_LIKE {
        if !likely.contains(&method) {
            likely.push(method);
        }
    }
    likely
}
