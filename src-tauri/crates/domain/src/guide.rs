//! How a key is rotated by hand at its provider, and what rotating it from here takes: words for a person, by auth method.

use crate::catalogue::{AuthMethod, SecretType};

#[derive(Debug, PartialEq, Eq)]
pub struct Guide {
    /// Where the provider's own pages make keys; none where everybody has an address of their own.
    pub console_url: Option<&'static str>,
    /// One sentence each, in the order in which they are done.
    pub steps: &'static [&'static str],
    /// What another secret has to be to make keys for this one; none where none can.
    pub management_help: Option<&'static str>,
    pub management_types: &'static [SecretType],
}

const TWO_KEYS: &[&str] = &[
    "Open the provider's page and make a new key beside the old one.",
    "Paste the new key here; Turnstone keeps the old one in the history.",
    "Verify the locations that use it.",
    "Give the new key to what uses it: deployments, configurations, colleagues.",
    "When the provider shows no more use of the old key, disable it there, and later delete it.",
];
const ONE_KEY: &[&str] = &[
    "The old key stops working with the making of the new one: choose a quiet time.",
    "Open the provider's page and reset the credentials.",
    "Paste the new key here at once.",
    "Verify the locations that use it.",
    "Give the new key to what uses it.",
];
const ACCOUNT_KEYS: &[&str] = &[
    "The account has two keys. Find out which of them this is: compare it with the page's masks.",
    "Rotate the other one there. Every SAS that it signed stops working.",
    "Paste it here, verify the locations, and give it to what uses this one.",
    "Then rotate the old one there, so that it stops working too.",
];
const SAS: &[&str] = &[
    "Make a new SAS with the same permissions and a later end, in the portal or with the account key.",
    "Paste it here and verify the locations.",
    "Give it to what uses the old one.",
    "The old one works until it ends, or until the key that signed it is rotated.",
];
const VALUE: &[&str] = &[
    "Make a new value where this one is from.",
    "Paste it here; Turnstone keeps the old one in the history.",
    "Give it to what uses it, then end the old one there.",
];

pub fn guide(method: AuthMethod) -> &'static Guide {
    match method {
        AuthMethod::S3AccessKey => &Guide {
            console_url: Some("https://console.aws.amazon.com/iam/home#/users"),
            steps: TWO_KEYS,
            management_help: Some(
                "Only where the key itself may not make keys: an AWS key of a user who may (iam:CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey).",
            ),
            management_types: &[SecretType::S3],
        },
        AuthMethod::WasabiAccessKey => &Guide {
            console_url: Some("https://console.wasabisys.com/#/access_keys"),
            steps: TWO_KEYS,
            management_help: Some(
                "Only where the key itself may not make keys: a Wasabi key of a user who may.",
            ),
            management_types: &[SecretType::Wasabi],
        },
        AuthMethod::TigrisAccessKey => &Guide {
            console_url: Some("https://console.tigris.dev"),
            steps: TWO_KEYS,
            management_help: Some(
                "Only where the key itself may not make keys: a Tigris key with the role Admin.",
            ),
            management_types: &[SecretType::Tigris],
        },
        AuthMethod::B2ApplicationKey => &Guide {
            console_url: Some("https://secure.backblaze.com/app_keys.htm"),
            steps: TWO_KEYS,
            management_help: Some(
                "An application key with the capabilities listKeys, writeKeys and deleteKeys.",
            ),
            management_types: &[SecretType::B2],
        },
        AuthMethod::GcsServiceAccount => &Guide {
            console_url: Some("https://console.cloud.google.com/iam-admin/serviceaccounts"),
            steps: TWO_KEYS,
            management_help: Some(
                "Only where the account may not make keys for itself: a service account with the role Service Account Key Admin.",
            ),
            management_types: &[SecretType::Gcs],
        },
        AuthMethod::R2AccessKey => &Guide {
            console_url: Some("https://dash.cloudflare.com/?to=/:account/r2/api-tokens"),
            steps: TWO_KEYS,
            management_help: Some(
                "A Cloudflare API token that may edit API tokens, as a generic secret.",
            ),
            management_types: &[SecretType::Generic],
        },
        AuthMethod::DigitalOceanSpacesAccessKey => &Guide {
            console_url: Some("https://cloud.digitalocean.com/spaces/access_keys"),
            steps: TWO_KEYS,
            management_help: Some(
                "A DigitalOcean API token with the scopes for Spaces keys, as a generic secret.",
            ),
            management_types: &[SecretType::Generic],
        },
        AuthMethod::AzureAccountKey => &Guide {
            console_url: Some(
                "https://portal.azure.com/#browse/Microsoft.Storage%2FStorageAccounts",
            ),
            steps: ACCOUNT_KEYS,
            management_help: Some(
                "The client secret of an application with the role Storage Account Key Operator, as a generic secret.",
            ),
            management_types: &[SecretType::Generic],
        },
        AuthMethod::AzureSasUrl => &Guide {
            console_url: Some(
                "https://portal.azure.com/#browse/Microsoft.Storage%2FStorageAccounts",
            ),
            steps: SAS,
            management_help: Some("The account's own key, as a secret of Azure Blob Storage."),
            management_types: &[SecretType::AzureBlob],
        },
        AuthMethod::OracleObjectStorageS3AccessKey => &Guide {
            console_url: Some(
                "https://cloud.oracle.com/identity/domains/my-profile/customer-secret-keys",
            ),
            steps: TWO_KEYS,
            management_help: Some(
                "The private API signing key (PEM) of the user, as a generic secret.",
            ),
            management_types: &[SecretType::Generic],
        },
        AuthMethod::RailwayAccessKey => &Guide {
            console_url: Some("https://railway.com/dashboard"),
            steps: ONE_KEY,
            management_help: Some(
                "A Railway token of the account or the project, as a generic secret.",
            ),
            management_types: &[SecretType::Generic],
        },
        AuthMethod::HetznerAccessKey => &Guide {
            console_url: Some("https://console.hetzner.cloud"),
            ..BY_HAND
        },
        AuthMethod::RabataAccessKey => &Guide {
            console_url: Some("https://console.rabata.io"),
            ..BY_HAND
        },
        AuthMethod::S3CompatibleAccessKey => &BY_HAND,
        AuthMethod::OpaqueValue => &Guide {
            steps: VALUE,
            ..BY_HAND
        },
    }
}

const BY_HAND: Guide = Guide {
    console_url: None,
    steps: TWO_KEYS,
    management_help: None,
    management_types: &[],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_a_way_by_hand_and_consoles_are_encrypted() {
        for method in AuthMethod::ALL {
            let guide = guide(*method);
            assert!(guide.steps.len() >= 3, "{method:?}");
            assert!(
                guide
                    .console_url
                    .is_none_or(|url| url.starts_with("https://"))
            );
            assert_eq!(
                guide.management_help.is_some(),
                !guide.management_types.is_empty(),
                "{method:?}"
            );
        }
    }
}
