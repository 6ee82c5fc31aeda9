//! Where each member of the family is asked, and in what it differs from Amazon.

use domain::AuthMethod;

use crate::key_service::{Capabilities, Style, Way};
use crate::offer::NotManaged;
use crate::parameters::Parameters;

/// Amazon's limit, and Wasabi's: inactive keys count.
const KEYS_MAX: u32 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Amazon,
    Wasabi,
    Tigris,
}

/// The two services that are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoints {
    pub iam: String,
    /// Tigris has none.
    pub sts: Option<String>,
    /// What both signatures are for.
    pub region: String,
}

impl Family {
    pub fn of(method: AuthMethod) -> Option<Family> {
        match method {
            AuthMethod::S3AccessKey => Some(Family::Amazon),
            AuthMethod::WasabiAccessKey => Some(Family::Wasabi),
            AuthMethod::TigrisAccessKey => Some(Family::Tigris),
            _ => None,
        }
    }

    pub fn capabilities(self) -> Capabilities {
        let overlapping = Capabilities {
            way: Way::Either,
            style: Style::Overlap,
            keys_max: Some(KEYS_MAX),
            names_keys: false,
            disables: true,
            deletes: true,
            tells_last_use: true,
            warnings: &[],
        };
        match self {
            Family::Amazon | Family::Wasabi => overlapping,
            Family::Tigris => Capabilities {
                keys_max: None,
                tells_last_use: false,
                warnings: &[
                    "Tigris attaches policies and bucket roles to keys, not to users: a new key may lack what the old one had. It is tried on the locations before anything is switched.",
                ],
                ..overlapping
            },
        }
    }

    /// Whether the caller's rights can be asked for without using them.
    pub fn simulates_policies(self) -> bool {
        self == Family::Amazon
    }

    /// The provider's own endpoints, or those that the parameters name: `iam_endpoint`, `sts_endpoint` (else the same), `region`.
    pub fn endpoints(self, parameters: &Parameters) -> Result<Endpoints, NotManaged> {
        let region = parameters.get("region");
        let Some(iam) = parameters.endpoint("iam_endpoint")? else {
            return Ok(self.own_endpoints(region.unwrap_or_default()));
        };
        if let Some(partition) = PARTITIONS.iter().find(|one| one.iam == iam) {
            return Ok(partition.endpoints());
        }
        let sts = parameters.endpoint("sts_endpoint")?;
        let sts = sts.unwrap_or_else(|| iam.clone());
        Ok(Endpoints {
            iam,
            sts: (self != Family::Tigris).then_some(sts),
            region: region.unwrap_or(self.own_region()).to_owned(),
        })
    }

    fn own_endpoints(self, region: &str) -> Endpoints {
        let (iam, sts) = match self {
            Family::Amazon => return Partition::of(region).endpoints(),
            // Wasabi's own pages (IAM and STS Support): one for all regions.
            Family::Wasabi => (
                "https://iam.wasabisys.com",
                Some("https://sts.wasabisys.com"),
            ),
            // Tigris' own pages (Supported IAM Operations); it has no STS.
            Family::Tigris => ("https://iam.storage.dev", None),
        };
        Endpoints {
            iam: iam.to_owned(),
            sts: sts.map(str::to_owned),
            region: self.own_region().to_owned(),
        }
    }

    fn own_region(self) -> &'static str {
        match self {
            Family::Amazon | Family::Wasabi => "us-east-1",
            Family::Tigris => "auto",
        }
    }
}

/// A part of Amazon that knows nothing of the others, with the one region in which its IAM signs (botocore, partitions and endpoints).
struct Partition {
    /// How its regions begin.
    regions: &'static str,
    iam: &'static str,
    sts: &'static str,
    region: &'static str,
}

/// The last one takes every region that no other has.
const PARTITIONS: &[Partition] = &[
    Partition {
        regions: "cn-",
        iam: "https://iam.cn-north-1.amazonaws.com.cn",
        sts: "https://sts.cn-north-1.amazonaws.com.cn",
        region: "cn-north-1",
    },
    Partition {
        regions: "us-gov-",
        iam: "https://iam.us-gov.amazonaws.com",
        sts: "https://sts.us-gov-west-1.amazonaws.com",
        region: "us-gov-west-1",
    },
    Partition {
        regions: "eusc-",
        iam: "https://iam.eusc-de-east-1.amazonaws.eu",
        sts: "https://sts.eusc-de-east-1.amazonaws.eu",
        region: "eusc-de-east-1",
    },
    COMMERCIAL,
];

const COMMERCIAL: Partition = Partition {
    regions: "",
    iam: "https://iam.amazonaws.com",
    sts: "https://sts.amazonaws.com",
    region: "us-east-1",
};

impl Partition {
    fn of(region: &str) -> &'static Partition {
        let found = PARTITIONS
            .iter()
            .find(|one| region.starts_with(one.regions));
        found.unwrap_or(&COMMERCIAL)
    }

    fn endpoints(&self) -> Endpoints {
        Endpoints {
            iam: self.iam.to_owned(),
            sts: Some(self.sts.to_owned()),
            region: self.region.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(family: Family, parameters: &[(&str, &str)]) -> Result<Endpoints, NotManaged> {
        family.endpoints(&parameters.iter().copied().collect())
    }

    #[test]
    fn each_partition_has_its_own_endpoints_and_region() {
        for (region, iam, signs) in [
            ("", "https://iam.amazonaws.com", "us-east-1"),
            ("eu-central-1", "https://iam.amazonaws.com", "us-east-1"),
            (
                "cn-northwest-1",
                "https://iam.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
            ),
            (
                "us-gov-east-1",
                "https://iam.us-gov.amazonaws.com",
                "us-gov-west-1",
            ),
            (
                "eusc-de-east-1",
                "https://iam.eusc-de-east-1.amazonaws.eu",
                "eusc-de-east-1",
            ),
        ] {
            let found = endpoints(Family::Amazon, &[("region", region)]).expect("endpoints");
            assert_eq!((found.iam.as_str(), found.region.as_str()), (iam, signs));
        }
    }

    #[test]
    fn a_partition_is_known_by_its_own_endpoint() {
        let named = [("iam_endpoint", "https://iam.cn-north-1.amazonaws.com.cn/")];
        let found = endpoints(Family::Amazon, &named).expect("endpoints");
        assert_eq!(
            found.sts.as_deref(),
            Some("https://sts.cn-north-1.amazonaws.com.cn")
        );
        assert_eq!(found.region, "cn-north-1");
    }

    #[test]
    fn named_endpoints_win() {
        let named = [
            ("iam_endpoint", "http://127.0.0.1:5555/"),
            ("region", "eu-west-1"),
        ];
        let found = endpoints(Family::Wasabi, &named).expect("endpoints");
        assert_eq!(found.iam, "http://127.0.0.1:5555");
        assert_eq!(found.sts.as_deref(), Some("http://127.0.0.1:5555"));
        assert_eq!(found.region, "eu-west-1");
    }

    #[test]
    fn what_is_no_endpoint_is_refused_by_its_name() {
        for text in [
            "iam.example.com",
            "ftp://a.example",
            "https://",
            "https://a.example/p",
            "https://a.example/?q=1",
        ] {
            let refused = endpoints(Family::Amazon, &[("iam_endpoint", text)]);
            assert!(
                matches!(
                    refused,
                    Err(NotManaged::ParameterInvalid {
                        name: "iam_endpoint",
                        ..
                    })
                ),
                "{text}"
            );
        }
    }
}
