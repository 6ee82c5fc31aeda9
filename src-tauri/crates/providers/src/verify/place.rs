//! Where a bucket of S3 or one of its relatives is: endpoint, region of the signature, and how the bucket goes into the address.

use std::net::IpAddr;

use domain::SecretType;
use domain::location::{Region, offered_endpoint};

use super::Target;
use super::target::host_of;
use crate::error::{ErrorKind, ProviderError};

/// AWS's first region, which answers for buckets of others by naming theirs.
const FIRST_REGION: &str = "us-east-1";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Scheme, host and port.
    pub endpoint: String,
    pub region: String,
    /// Scheme, host and, unless the bucket is in the host, its name: all but the object's key.
    pub bucket_url: String,
    host: String,
}

impl Place {
    pub fn of(target: &Target) -> Result<Place, ProviderError> {
        let region = target.region.as_ref().map(Region::as_str);
        Place::in_region(target, region)
    }

    /// The same bucket asked in another region; an endpoint that the location names stays.
    pub fn in_region(target: &Target, region: Option<&str>) -> Result<Place, ProviderError> {
        let kind = target.location_type.secret_type();
        let endpoint = match &target.endpoint {
            Some(endpoint) => endpoint.as_str().to_owned(),
            None => own_endpoint(target, region)?,
        };
        let host = host_of(&endpoint)?;
        let region = region
            .or_else(|| region_in_host(kind, &host))
            .unwrap_or(usual_region(kind));
        let bucket = target.bucket_in_address()?;
        let bucket_url = match endpoint.split_once("://") {
            Some((scheme, rest)) if bucket_goes_into_host(kind, &host, bucket) => {
                format!("{scheme}://{bucket}.{rest}")
            }
            _ => format!("{endpoint}/{bucket}"),
        };
        Ok(Place {
            region: region.to_owned(),
            host: host_of(&bucket_url)?,
            bucket_url,
            endpoint,
        })
    }

    pub fn host(&self) -> String {
        self.host.clone()
    }

    pub fn has_bucket_in_host(&self, target: &Target) -> bool {
        self.host
            .starts_with(&format!("{}.", target.bucket.as_str()))
    }
}

fn own_endpoint(target: &Target, region: Option<&str>) -> Result<String, ProviderError> {
    if target.location_type.secret_type() == SecretType::S3 {
        let region = region.unwrap_or(FIRST_REGION);
        let suffix = match region.split_once('-') {
            Some(("cn", _)) => "amazonaws.com.cn",
            Some(("eusc", _)) => "amazonaws.eu",
            _ => "amazonaws.com",
        };
        return Ok(format!("https://s3.{region}.{suffix}"));
    }
    let region = region.and_then(|text| Region::parse(text).ok());
    offered_endpoint(target.location_type, region.as_ref(), None).ok_or_else(|| {
        ProviderError::new(
            ErrorKind::Rejected,
            "Where this location is asked is not known: give it a region or an endpoint.",
        )
        .with_code("endpoint_missing")
    })
}

/// Railway and Tigris answer for newer buckets under a host of their own only. A certificate's `*` stands for one label,
/// so that a name with dots stays in the path; and an address has no names below it.
fn bucket_goes_into_host(kind: SecretType, host: &str, bucket: &str) -> bool {
    let named = host.parse::<IpAddr>().is_err() && !host.starts_with('[') && host != "localhost";
    let label = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    matches!(kind, SecretType::Railway | SecretType::Tigris) && named && bucket.chars().all(label)
}

/// The region that a provider writes into its own hosts.
fn region_in_host(kind: SecretType, host: &str) -> Option<&str> {
    let between = |before: &str, after: &str| host.strip_prefix(before)?.strip_suffix(after);
    let found = match kind {
        SecretType::S3 => between("s3.", ".amazonaws.com"),
        SecretType::B2 => between("s3.", ".backblazeb2.com"),
        SecretType::Wasabi => between("s3.", ".wasabisys.com"),
        SecretType::DigitalOceanSpaces => between("", ".digitaloceanspaces.com"),
        SecretType::Hetzner => between("", ".your-objectstorage.com"),
        SecretType::Rabata => between("s3.", ".rabata.io"),
        SecretType::OracleObjectStorageS3 => host
            .split_once(".compat.objectstorage.")
            .and_then(|(_, rest)| rest.split('.').next()),
        _ => None,
    };
    found.filter(|region| !region.is_empty() && !region.contains('.'))
}

fn usual_region(kind: SecretType) -> &'static str {
    match kind {
        SecretType::R2 | SecretType::Tigris | SecretType::Railway => "auto",
        _ => FIRST_REGION,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::location::{Endpoint, LocationType, PlainHttp};
    use domain::text::BucketName;

    fn target(kind: SecretType, region: &str, endpoint: &str) -> Target {
        Target {
            location_type: LocationType::of(kind).expect("a storage type"),
            bucket: BucketName::parse("acme-uploads").expect("a name"),
            region: Region::parse(region).ok(),
            endpoint: Endpoint::parse(endpoint, PlainHttp::Allowed).ok(),
            prefix: None,
        }
    }

    #[track_caller]
    fn check(kind: SecretType, region: &str, endpoint: &str, url: &str, signs: &str) {
        let place = Place::of(&target(kind, region, endpoint)).expect("a place");
        assert_eq!(
            (place.bucket_url.as_str(), place.region.as_str()),
            (url, signs)
        );
    }

    #[test]
    fn the_endpoint_follows_from_the_region_where_the_provider_has_one_for_it() {
        check(
            SecretType::S3,
            "",
            "",
            "https://s3.us-east-1.amazonaws.com/acme-uploads",
            "us-east-1",
        );
        check(
            SecretType::S3,
            "eu-central-1",
            "",
            "https://s3.eu-central-1.amazonaws.com/acme-uploads",
            "eu-central-1",
        );
        check(
            SecretType::S3,
            "cn-north-1",
            "",
            "https://s3.cn-north-1.amazonaws.com.cn/acme-uploads",
            "cn-north-1",
        );
        check(
            SecretType::B2,
            "us-west-004",
            "",
            "https://s3.us-west-004.backblazeb2.com/acme-uploads",
            "us-west-004",
        );
        check(
            SecretType::Hetzner,
            "fsn1",
            "",
            "https://fsn1.your-objectstorage.com/acme-uploads",
            "fsn1",
        );
        check(
            SecretType::Tigris,
            "",
            "",
            "https://acme-uploads.t3.storage.dev",
            "auto",
        );
        check(
            SecretType::Railway,
            "",
            "",
            "https://acme-uploads.storage.railway.app",
            "auto",
        );
    }

    #[test]
    fn the_region_follows_from_the_endpoint_where_the_provider_writes_it_there() {
        let check = |kind, host: &str, signs| {
            let url = format!("https://{host}/acme-uploads");
            check(kind, "", &format!("https://{host}"), &url, signs);
        };
        check(
            SecretType::B2,
            "s3.us-east-005.backblazeb2.com",
            "us-east-005",
        );
        check(
            SecretType::Wasabi,
            "s3.eu-west-2.wasabisys.com",
            "eu-west-2",
        );
        check(SecretType::Wasabi, "s3.wasabisys.com", "us-east-1");
        check(
            SecretType::OracleObjectStorageS3,
            "ns.compat.objectstorage.uk-london-1.oraclecloud.com",
            "uk-london-1",
        );
        check(SecretType::R2, "0123.eu.r2.cloudflarestorage.com", "auto");
        check(
            SecretType::S3Compatible,
            "minio.example.com:9000",
            "us-east-1",
        );
    }

    #[test]
    fn an_address_keeps_the_bucket_in_the_path() {
        check(
            SecretType::Tigris,
            "",
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9000/acme-uploads",
            "auto",
        );
    }

    #[test]
    fn a_bucket_name_leads_to_no_other_address() {
        for bucket in [
            "a/b",
            "evil.example/",
            "a?b",
            "a#b",
            "a@b",
            "..",
            "a b",
            "a%2Fb",
            "ä",
        ] {
            for kind in [SecretType::S3, SecretType::Tigris] {
                let target = Target {
                    bucket: BucketName::parse(bucket).expect("a name"),
                    ..target(kind, "", "")
                };
                let refused = Place::of(&target).expect_err("refused");
                assert_eq!(refused.code.as_deref(), Some("bucket_name"), "{bucket}");
            }
        }
    }

    #[test]
    fn a_place_that_is_not_known_is_told() {
        let missing = Place::of(&target(SecretType::R2, "", "")).expect_err("no account");
        assert_eq!(missing.code.as_deref(), Some("endpoint_missing"));
    }
}
