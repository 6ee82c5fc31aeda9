//! Azure Blob Storage, with an account's key or a SAS URL.

use std::fmt;
use std::sync::Arc;

use ::http::Method;
use async_trait::async_trait;
use domain::Credentials;
use domain::location::Endpoint;
use object_store::CredentialProvider;
use object_store::azure::{AzureCredential, MicrosoftAzureBuilder};
use object_store::path::Path;

use super::noted::Noted;
use super::objects::{self, Bucket};
use super::stored::{self, Remove, Stored};
use super::target::host_of;
use super::{Probe, Target, Verified};
use crate::azure::{BlobAccount, no_key, read_error};
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::http::Http;

pub(super) fn hosts(
    target: &Target,
    credentials: &Credentials,
) -> Result<Vec<String>, ProviderError> {
    let account = account_of(target, credentials)?;
    Ok(vec![host_of(&account.service)?])
}

pub(super) async fn verify(
    http: &Http,
    target: &Target,
    credentials: &Credentials,
    probe: Probe,
    found: &mut Verified,
) -> Result<(), ProviderError> {
    let account = account_of(target, credentials)?;
    let container = target.bucket_in_address()?;
    let about = format!("{}/{container}?restype=container", account.service);
    match account.ask(http, Method::HEAD, &about).await {
        Ok(()) => found.bucket_exists = Some(true),
        // A SAS for blobs may not look at the container itself; the list tells.
        Err(error) if error.kind == ErrorKind::Forbidden => {}
        Err(error) => {
            let missing = error.code.as_deref() == Some("ContainerNotFound");
            found.bucket_exists = missing.then_some(false);
            return Err(error);
        }
    }
    let bucket = open(http, account, container)?;
    objects::try_objects(bucket, target.prefix_text(), probe, found).await;
    Ok(())
}

/// The location's own endpoint wins, and so does what a person allowed for it.
fn account_of(target: &Target, credentials: &Credentials) -> Result<BlobAccount, ProviderError> {
    let named = target.endpoint.as_ref().map(Endpoint::as_str);
    let account = if let Some(sas) = credentials.field("sas_url") {
        BlobAccount::by_sas(sas, named)?
    } else {
        let name = credentials.field("account_name").ok_or_else(no_key)?;
        let key = credentials.field("account_key").ok_or_else(no_key)?;
        BlobAccount::by_key(name.expose_text(), key, named)?
    };
    Ok(BlobAccount {
        plain_http: target.plain_http(),
        ..account
    })
}

fn open(
    http: &Http,
    account: BlobAccount,
    container: &str,
) -> Result<Box<dyn Bucket>, ProviderError> {
    let noted = Noted::new(http, account.plain_http);
    let store = MicrosoftAzureBuilder::new()
        .with_account(&account.name)
        .with_container_name(container)
        .with_endpoint(account.service.clone())
        .with_credentials(Arc::new(account.clone()))
        .with_retry(stored::retries())
        .with_http_connector(noted.clone())
        .build()
        .map_err(|error| ProviderError::new(ErrorKind::Rejected, &error.to_string()))?;
    Ok(Box::new(Stored {
        store,
        noted,
        read_error,
        removal: Some(Box::new(Blobs {
            url: format!("{}/{container}", account.service),
            http: http.clone(),
            account,
        })),
    }))
}

/// Removes one blob by its own request: `object_store` removes in batches, which a SAS for a container may not.
struct Blobs {
    url: String,
    http: Http,
    account: BlobAccount,
}

#[async_trait]
impl Remove for Blobs {
    async fn remove(&self, path: &Path) -> Result<(), ProviderError> {
        let url = format!("{}/{}", self.url, escape::path(path.as_ref()));
        self.account.ask(&self.http, Method::DELETE, &url).await
    }
}

#[async_trait]
impl CredentialProvider for BlobAccount {
    type Credential = AzureCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AzureCredential>> {
        Ok(Arc::clone(&self.credential))
    }
}

impl fmt::Debug for BlobAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobAccount")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
