//! What a secret's key may do on a location's bucket (LOC-04), found by doing it.
//!
//! S3 and its relatives and Azure are asked through `object_store`, whose answers are noted on their way
//! ([`noted::Noted`]), because its errors don't keep the provider's code. Google is asked directly: its JSON
//! interface says which permissions a key has, which the one that `object_store` speaks does not.

mod azure;
mod google;
mod noted;
mod objects;
mod place;
mod s3;
mod stored;
mod target;

use domain::{Credentials, SecretType};

use crate::error::{ErrorKind, ProviderError};
use crate::http::Http;

pub use target::Target;

/// Whether objects may be written on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    ReadOnly,
    /// One small object below the location's prefix is written, read and removed.
    Writes,
}

/// What was found. `None`: it was not tried, or the try says nothing, as reading does in an empty bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// The key is accepted and may do something on this bucket.
    pub verified: bool,
    pub bucket_exists: Option<bool>,
    pub can_list: Option<bool>,
    pub can_read: Option<bool>,
    pub can_write: Option<bool>,
    pub can_delete: Option<bool>,
    /// Where the provider says that the bucket is.
    pub region: Option<String>,
    /// The first refusal; kept also when verified, since a key that only reads is meant to be refused writing.
    pub error: Option<ProviderError>,
}

/// Tries `credentials` on `target`. Requests are few and follow each other; how many targets at once is the caller's choice.
pub async fn verify(
    http: &Http,
    target: &Target,
    credentials: &Credentials,
    probe: Probe,
) -> Verified {
    let mut found = Verified::default();
    let tried = match target.location_type.secret_type() {
        SecretType::AzureBlob => azure::verify(http, target, credentials, probe, &mut found).await,
        SecretType::Gcs => google::verify(http, target, credentials, probe, &mut found).await,
        _ => s3::verify(http, target, credentials, probe, &mut found).await,
    };
    if let Err(error) = tried {
        found.refused(error);
    }
    found.conclude();
    found
}

impl Verified {
    /// Keeps the first.
    fn refused(&mut self, error: ProviderError) {
        self.error.get_or_insert(error);
    }

    /// What an outcome says about whether the key may: only a refusal says that it may not.
    fn note<T>(&mut self, outcome: Result<T, ProviderError>) -> (Option<bool>, Option<T>) {
        match outcome {
            Ok(value) => (Some(true), Some(value)),
            Err(error) => {
                let refusal = matches!(error.kind, ErrorKind::Forbidden | ErrorKind::Refused);
                self.refused(error);
                (refusal.then_some(false), None)
            }
        }
    }

    fn conclude(&mut self) {
        let may = [
            self.can_list,
            self.can_read,
            self.can_write,
            self.can_delete,
        ];
        let may_something = may.contains(&Some(true));
        if may_something {
            self.bucket_exists = Some(true);
        }
        self.verified = self.bucket_exists == Some(true) && (may_something || self.error.is_none());
    }
}
