//! What a provider must be told beside the credentials, by auth method. Nothing here is secret.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::AuthMethod;
use crate::fault::Fault;
use crate::location::{Endpoint, PlainHttp};
use crate::reject::Detail;
use crate::shape::line_faults;

pub const PARAMETER_CHARS_MAX: usize = 512;
/// Ten years. Providers may take less.
pub const PARAMETER_DAYS_MAX: u32 = 3650;

/// One parameter of an auth method.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ParameterSpec {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub example: &'static str,
    pub kind: ParameterKind,
    /// Without it nothing can be turned over.
    pub required: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    Text,
    /// Signed requests go there, so it is HTTPS or this machine.
    Endpoint,
    /// A whole number of days.
    Days,
}

/// Checked parameters of one method, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(BTreeMap<&'static str, String>);

const fn text(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    example: &'static str,
) -> ParameterSpec {
    ParameterSpec {
        name,
        label,
        help,
        example,
        kind: ParameterKind::Text,
        required: true,
    }
}

const fn optional(spec: ParameterSpec) -> ParameterSpec {
    ParameterSpec {
        required: false,
        ..spec
    }
}

const fn days(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    example: &'static str,
) -> ParameterSpec {
    ParameterSpec {
        kind: ParameterKind::Days,
        ..optional(text(name, label, help, example))
    }
}

const fn endpoint(name: &'static str, label: &'static str, example: &'static str) -> ParameterSpec {
    ParameterSpec {
        kind: ParameterKind::Endpoint,
        ..optional(text(
            name,
            label,
            "Only where it is another than the provider's own. https://, or http:// on this machine.",
            example,
        ))
    }
}

/// Where a new key is tried; its buckets may be elsewhere.
const fn s3_endpoint(example: &'static str) -> ParameterSpec {
    endpoint("s3_endpoint", "S3 endpoint", example)
}

const USER_NAME: ParameterSpec = optional(text(
    "user_name",
    "User name",
    "Whose keys these are. Needed only where a management credential of another user makes them.",
    "backup-writer",
));

const IAM_ENDPOINT: ParameterSpec =
    endpoint("iam_endpoint", "IAM endpoint", "https://iam.amazonaws.com");

const AWS: &[ParameterSpec] = &[
    USER_NAME,
    optional(text(
        "region",
        "Region",
        "Only for China, GovCloud or the European Sovereign Cloud: a region of it.",
        "cn-north-1",
    )),
    IAM_ENDPOINT,
    endpoint("sts_endpoint", "STS endpoint", "https://sts.amazonaws.com"),
];
const WASABI: &[ParameterSpec] = &[USER_NAME, IAM_ENDPOINT];
const TIGRIS: &[ParameterSpec] = &[endpoint(
    "iam_endpoint",
    "IAM endpoint",
    "https://iam.storageapi.dev",
)];
const B2: &[ParameterSpec] = &[
    days(
        "valid_days",
        "Valid for, in days",
        "Only for keys that come to an end: at most 999. Without it a new key ends when the present one does.",
        "90",
    ),
    endpoint(
        "api_endpoint",
        "API endpoint",
        "https://api.backblazeb2.com",
    ),
];
const GCS: &[ParameterSpec] = &[
    endpoint("iam_endpoint", "IAM endpoint", "https://iam.googleapis.com"),
    endpoint(
        "usage_endpoint",
        "Policy Analyzer endpoint",
        "https://policyanalyzer.googleapis.com",
    ),
];
const R2: &[ParameterSpec] = &[
    text(
        "account_id",
        "Account ID",
        "32 characters of 0–9 and a–f, in the address of Cloudflare's dashboard.",
        "023e105f4ecef8ad9ca31a8372d0c353",
    ),
    endpoint(
        "api_endpoint",
        "API endpoint",
        "https://api.cloudflare.com/client/v4",
    ),
    s3_endpoint("https://023e105f4ecef8ad9ca31a8372d0c353.eu.r2.cloudflarestorage.com"),
];
const SPACES: &[ParameterSpec] = &[
    endpoint(
        "api_endpoint",
        "API endpoint",
        "https://api.digitalocean.com",
    ),
    s3_endpoint("https://fra1.digitaloceanspaces.com"),
];
const AZURE_ACCOUNT: &[ParameterSpec] = &[
    text(
        "subscription",
        "Subscription ID",
        "Of the subscription in which the storage account is.",
        "00000000-0000-0000-0000-000000000000",
    ),
    text(
        "resource_group",
        "Resource group",
        "In which the storage account is.",
        "media-production",
    ),
    text(
        "tenant",
        "Tenant ID",
        "Of the directory in which the application is registered.",
        "00000000-0000-0000-0000-000000000000",
    ),
    text(
        "client_id",
        "Client ID",
        "Of the application whose client secret is the management credential.",
        "00000000-0000-0000-0000-000000000000",
    ),
    endpoint(
        "management_endpoint",
        "Management endpoint",
        "https://management.azure.com",
    ),
    endpoint(
        "login_endpoint",
        "Sign-in endpoint",
        "https://login.microsoftonline.com",
    ),
    endpoint(
        "blob_endpoint",
        "Blob endpoint",
        "https://acmemedia.blob.core.windows.net",
    ),
];
const AZURE_SAS: &[ParameterSpec] = &[ParameterSpec {
    required: true,
    ..days(
        "valid_days",
        "Valid for, in days",
        "From the rotation on. No SAS can be taken back, so no longer than needed; rotate it before it ends.",
        "90",
    )
}];
const ORACLE: &[ParameterSpec] = &[
    text(
        "tenancy",
        "Tenancy OCID",
        "From the configuration file that Oracle shows with the API key.",
        "ocid1.tenancy.oc1..example",
    ),
    text(
        "user_ocid",
        "User OCID",
        "Whose customer secret keys these are.",
        "ocid1.user.oc1..example",
    ),
    text(
        "fingerprint",
        "Fingerprint",
        "Of the API signing key that is the management credential.",
        "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34",
    ),
    text(
        "region",
        "Region",
        "The tenancy's home region.",
        "eu-frankfurt-1",
    ),
    text(
        "namespace",
        "Object Storage namespace",
        "In the tenancy's details, and the first part of the S3 endpoint.",
        "axaxnpcrorw5",
    ),
    optional(text(
        "signing_user_ocid",
        "User OCID of the signing key",
        "Only where the API signing key is another user's.",
        "ocid1.user.oc1..administrator",
    )),
    endpoint(
        "identity_endpoint",
        "Identity endpoint",
        "https://identity.eu-frankfurt-1.oci.oraclecloud.com",
    ),
    s3_endpoint("https://axaxnpcrorw5.compat.objectstorage.eu-frankfurt-1.oraclecloud.com"),
];
const RAILWAY: &[ParameterSpec] = &[
    text(
        "project_id",
        "Project ID",
        "Of the project in which the bucket is.",
        "00000000-0000-0000-0000-000000000000",
    ),
    text(
        "environment_id",
        "Environment ID",
        "Of the environment in which the bucket is.",
        "00000000-0000-0000-0000-000000000000",
    ),
    text(
        "bucket_id",
        "Bucket ID",
        "Of the bucket whose credentials these are.",
        "00000000-0000-0000-0000-000000000000",
    ),
    endpoint(
        "api_endpoint",
        "API endpoint",
        "https://backboard.railway.com/graphql/v2",
    ),
    s3_endpoint("https://storage.railway.app"),
];

/// The parameters of a method; none where its keys can be turned over by hand only, or need nothing else.
pub fn parameters(method: AuthMethod) -> &'static [ParameterSpec] {
    match method {
        AuthMethod::S3AccessKey => AWS,
        AuthMethod::WasabiAccessKey => WASABI,
        AuthMethod::TigrisAccessKey => TIGRIS,
        AuthMethod::B2ApplicationKey => B2,
        AuthMethod::GcsServiceAccount => GCS,
        AuthMethod::R2AccessKey => R2,
        AuthMethod::DigitalOceanSpacesAccessKey => SPACES,
        AuthMethod::AzureAccountKey => AZURE_ACCOUNT,
        AuthMethod::AzureSasUrl => AZURE_SAS,
        AuthMethod::OracleObjectStorageS3AccessKey => ORACLE,
        AuthMethod::RailwayAccessKey => RAILWAY,
        AuthMethod::S3CompatibleAccessKey
        | AuthMethod::HetznerAccessKey
        | AuthMethod::RabataAccessKey
        | AuthMethod::OpaqueValue => &[],
    }
}

impl Parameters {
    /// An absent or empty parameter is not given. Ways begin with `managed`, `parameters`.
    pub fn parse(
        method: AuthMethod,
        given: &BTreeMap<String, Option<String>>,
    ) -> Result<Self, Vec<Detail>> {
        let specs = parameters(method);
        let at = |fault: Fault, name: &str| {
            fault.at(vec![
                "managed".into(),
                "parameters".into(),
                name.to_owned().into(),
            ])
        };
        let mut faults = Vec::new();
        let mut parsed = BTreeMap::new();
        let unknown = |name: &&String| !specs.iter().any(|spec| spec.name == **name);
        for name in given.keys().filter(unknown) {
            let message = format!("{} has no such parameter.", method.label());
            faults.push(at(Fault::new("unknown_field", message), name));
        }
        for spec in specs {
            let text = given.get(spec.name).and_then(Option::as_deref);
            match text.map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => match spec.parse(text) {
                    Ok(value) => {
                        parsed.insert(spec.name, value);
                    }
                    Err(found) => {
                        faults.extend(found.into_iter().map(|fault| at(fault, spec.name)));
                    }
                },
                None if spec.required => {
                    let message = format!("{} is missing.", spec.label);
                    faults.push(at(Fault::new("missing", message), spec.name));
                }
                None => {}
            }
        }
        if faults.is_empty() {
            Ok(Self(parsed))
        } else {
            Err(faults)
        }
    }

    /// Rebuilds parameters from their stored record; `None` where a name is not one of ours.
    pub fn from_stored(stored: BTreeMap<String, String>) -> Option<Self> {
        let known = |name: &str| {
            AuthMethod::ALL
                .iter()
                .flat_map(|method| parameters(*method))
                .map(|spec| spec.name)
                .find(|known| *known == name)
        };
        stored
            .into_iter()
            .map(|(name, value)| Some((known(&name)?, value)))
            .collect::<Option<_>>()
            .map(Self)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The required ones of a method that are not here: after a change of the secret's method, or without a policy.
    pub fn missing_for(&self, method: AuthMethod) -> Vec<&'static ParameterSpec> {
        parameters(method)
            .iter()
            .filter(|spec| spec.required && !self.0.contains_key(spec.name))
            .collect()
    }
}

impl ParameterSpec {
    fn parse(&self, text: &str) -> Result<String, Vec<Fault>> {
        match self.kind {
            ParameterKind::Endpoint => Endpoint::parse(text, PlainHttp::Refused)
                .map(|endpoint| endpoint.as_str().to_owned())
                .map_err(|fault| vec![fault]),
            ParameterKind::Days => {
                let days: Option<u32> = text.parse().ok();
                match days.filter(|days| (1..=PARAMETER_DAYS_MAX).contains(days)) {
                    Some(days) => Ok(days.to_string()),
                    None => {
                        let message = format!(
                            "{} is a whole number from 1 to {PARAMETER_DAYS_MAX}.",
                            self.label
                        );
                        Err(vec![Fault::new("out_of_range", message)])
                    }
                }
            }
            ParameterKind::Text => {
                let mut faults = line_faults(self.label, text);
                if text.len() > PARAMETER_CHARS_MAX {
                    let message = format!(
                        "{} has at most {PARAMETER_CHARS_MAX} characters.",
                        self.label
                    );
                    faults.push(Fault::new("too_long", message));
                }
                if faults.is_empty() {
                    Ok(text.to_owned())
                } else {
                    Err(faults)
                }
            }
        }
    }
}
