//! S3 and the services that speak it.

use std::sync::Arc;

use ::http::Request;
use async_trait::async_trait;
use domain::Credentials;
use domain::location::Region;
use object_store::CredentialProvider;
use object_store::aws::{AmazonS3Builder, AwsCredential};
use zeroize::Zeroize;

use super::noted::Noted;
use super::objects::{self, Bucket};
use super::place::Place;
use super::stored::{self, Stored};
use super::{Probe, Target, Verified};
use crate::aws::{AccessKey, Scope, sign};
use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::{Answer, Http};

/// With which AWS says where a bucket is, on errors as well.
const REGION_HEADER: &str = "x-amz-bucket-region";

pub(super) async fn verify(
    http: &Http,
    target: &Target,
    credentials: &Credentials,
    probe: Probe,
    found: &mut Verified,
) -> Result<(), ProviderError> {
    let key = AccessKey::of(credentials).ok_or_else(no_key)?;
    let mut place = Place::of(target)?;
    let mut head = head_bucket(http, target, &place, &key).await?;
    // A location without a region is asked where it says it is; one with another region is told.
    if let Some(region) = other_region(&head, &place) {
        found.region = Some(region.clone());
        if target.region.is_some() || target.endpoint.is_some() {
            return Err(wrong_region(&head, &region, &place.region));
        }
        place = Place::in_region(target, Some(&region))?;
        head = head_bucket(http, target, &place, &key).await?;
    }
    let told = head.header(REGION_HEADER).map(str::to_owned);
    found.region = told.or(found.region.take());
    if head.is_success() {
        found.bucket_exists = Some(true);
    } else if head.status.as_u16() == 404 {
        found.bucket_exists = Some(false);
    }
    let bucket = open(http, target, &place, &key)?;
    objects::try_objects(bucket, target.prefix_text(), probe_if(probe, found), found).await;
    if found.error.as_ref().is_some_and(is_missing_bucket) {
        found.bucket_exists = Some(false);
    }
    Ok(())
}

/// Nothing is written to a bucket that is not there.
fn probe_if(probe: Probe, found: &Verified) -> Probe {
    match found.bucket_exists {
        Some(false) => Probe::ReadOnly,
        _ => probe,
    }
}

async fn head_bucket(
    http: &Http,
    target: &Target,
    place: &Place,
    key: &AccessKey,
) -> Result<Answer, ProviderError> {
    let mut request = Request::head(&place.bucket_url)
        .body(Vec::new())
        .map_err(|_| {
            ProviderError::new(
                ErrorKind::Rejected,
                "The bucket's name can't be part of an address.",
            )
        })?;
    let scope = Scope {
        service: "s3",
        region: &place.region,
    };
    sign(&mut request, key, scope)?;
    http.send_to_location(request, target.plain_http()).await
}

/// The region that AWS names where it is another one than was signed for.
fn other_region(head: &Answer, place: &Place) -> Option<String> {
    let named = head
        .header(REGION_HEADER)
        .filter(|named| *named != place.region)?;
    // It becomes a part of a host.
    Region::parse(named).ok()?;
    (head.status.is_redirection() || head.status.as_u16() == 400).then(|| named.to_owned())
}

fn wrong_region(head: &Answer, region: &str, asked: &str) -> ProviderError {
    let message = format!(
        "This bucket is in the region {region}, and it was asked in {asked}. Change the location's region or endpoint."
    );
    let code = match head.status.as_u16() {
        400 => "AuthorizationHeaderMalformed",
        _ => "PermanentRedirect",
    };
    ProviderError::new(ErrorKind::Rejected, &message).with_code(code)
}

fn is_missing_bucket(error: &ProviderError) -> bool {
    error.code.as_deref() == Some("NoSuchBucket")
}

fn no_key() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "This secret holds no access key that S3 takes.",
    )
}

fn open(
    http: &Http,
    target: &Target,
    place: &Place,
    key: &AccessKey,
) -> Result<Box<dyn Bucket>, ProviderError> {
    let noted = Noted::new(http, target.plain_http());
    let in_host = place.has_bucket_in_host(target);
    let endpoint = if in_host {
        &place.bucket_url
    } else {
        &place.endpoint
    };
    let store = AmazonS3Builder::new()
        .with_bucket_name(target.bucket.as_str())
        .with_region(&place.region)
        .with_endpoint(endpoint)
        .with_virtual_hosted_style_request(in_host)
        .with_credentials(Arc::new(Wiped::of(key)))
        // Some relatives have no removal of several at once.
        .with_disable_bulk_delete(true)
        .with_retry(stored::retries())
        .with_http_connector(noted.clone())
        .build()
        .map_err(|error| ProviderError::new(ErrorKind::Rejected, &error.to_string()))?;
    Ok(Box::new(Stored {
        store,
        noted,
        read_error: fault_body::of_amazon,
        removal: None,
    }))
}

/// `object_store` keeps a key in plain strings; these are wiped when the last user of them goes.
struct Wiped(Option<Arc<AwsCredential>>);

impl Wiped {
    fn of(key: &AccessKey) -> Wiped {
        Wiped(Some(Arc::new(AwsCredential {
            key_id: key.id.clone(),
            secret_key: key.secret.expose_text().to_owned(),
            token: None,
        })))
    }
}

impl std::fmt::Debug for Wiped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wiped")
    }
}

#[async_trait]
impl CredentialProvider for Wiped {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        self.0.clone().ok_or(object_store::Error::NotImplemented {
            operation: "signing".to_owned(),
            implementer: "a key that was wiped".to_owned(),
        })
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        if let Some(mut key) = self.0.take().and_then(Arc::into_inner) {
            key.secret_key.zeroize();
        }
    }
}
