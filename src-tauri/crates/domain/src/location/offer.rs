//! The endpoint that a provider gives to a region or an account (LOC-02). It stays editable.
//!
//! Sources: the providers' own pages, and rclone's list of providers.

use super::LocationType;
use super::place::Region;
use crate::catalogue::SecretType;
use crate::fault::Fault;
use crate::findings::Findings;
use crate::reject::Rejection;

/// A question for an endpoint, unchecked.
#[derive(Debug, Clone, Default)]
pub struct OfferInput {
    pub location_type: Option<String>,
    pub region: Option<String>,
    /// The account id or namespace, where the provider puts one into the host.
    pub account: Option<String>,
}

impl OfferInput {
    /// `None` where nothing can be offered: the type has no endpoint of this kind, or what it asks for is not there yet.
    pub fn answer(&self) -> Result<Option<String>, Rejection> {
        let mut findings = Findings::default();
        let location_type = super::create::parse_type(self.location_type.as_deref(), &mut findings);
        let region = self
            .region
            .as_deref()
            .filter(|text| !text.trim().is_empty())
            .and_then(|text| findings.take("region", Region::parse(text)));
        let account = self.account.as_deref().map(str::trim);
        let account = account.filter(|text| !text.is_empty());
        if account.is_some_and(|text| !is_label(text)) {
            let message = "This part of a host name has letters, digits and - only.";
            findings.fault("account", Fault::new("account", message));
        }
        findings.into_hints()?;
        Ok(location_type.and_then(|kind| offered_endpoint(kind, region.as_ref(), account)))
    }
}

/// The endpoint of a type for a region and an account, as far as they are known.
pub fn offered_endpoint(
    location_type: LocationType,
    region: Option<&Region>,
    account: Option<&str>,
) -> Option<String> {
    let region = || region.map(Region::as_str).filter(|text| is_label(text));
    let account = || account.filter(|text| is_label(text));
    let host = match location_type.secret_type() {
        SecretType::Wasabi => match region()? {
            "us-east-1" => "s3.wasabisys.com".to_owned(),
            region => format!("s3.{region}.wasabisys.com"),
        },
        SecretType::OracleObjectStorageS3 => format!(
            "{}.compat.objectstorage.{}.oraclecloud.com",
            account()?,
            region()?
        ),
        SecretType::Hetzner => format!("{}.your-objectstorage.com", region()?),
        SecretType::Rabata => format!("s3.{}.rabata.io", region()?),
        SecretType::DigitalOceanSpaces => format!("{}.digitaloceanspaces.com", region()?),
        SecretType::Railway => "storage.railway.app".to_owned(),
        SecretType::Tigris => "t3.storage.dev".to_owned(),
        SecretType::R2 => match (account()?, region()) {
            // Jurisdictions, which have hosts of their own.
            (account, Some(jurisdiction @ ("eu" | "fedramp"))) => {
                format!("{account}.{jurisdiction}.r2.cloudflarestorage.com")
            }
            (account, _) => format!("{account}.r2.cloudflarestorage.com"),
        },
        SecretType::B2 => format!("s3.{}.backblazeb2.com", region()?),
        SecretType::S3
        | SecretType::AzureBlob
        | SecretType::Gcs
        | SecretType::S3Compatible
        | SecretType::Generic => return None,
    };
    Some(format!("https://{}", host.to_ascii_lowercase()))
}

/// One label of a host name.
fn is_label(text: &str) -> bool {
    let at_ends = |text: &str| !text.starts_with('-') && !text.ends_with('-');
    (1..=63).contains(&text.len())
        && at_ends(text)
        && text
            .chars()
            .all(|next| next.is_ascii_alphanumeric() || next == '-')
}
