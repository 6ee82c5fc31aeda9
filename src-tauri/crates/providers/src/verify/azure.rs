//! Azure Blob Storage, with an account's key or a SAS URL.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ::http::{Method, Request, Uri};
use async_trait::async_trait;
use domain::Credentials;
use domain::location::{Endpoint, PlainHttp};
use object_store::CredentialProvider;
use object_store::azure::{
    AzureAccessKey, AzureAuthorizer, AzureCredential, MicrosoftAzureBuilder, split_sas,
};
use object_store::path::Path;

use super::noted::Noted;
use super::objects::{self, Bucket};
use super::stored::{self, Remove, Stored};
use super::target::host_of;
use super::{Probe, Target, Verified};
use crate::error::{ErrorKind, ProviderError};
use crate::escape;
use crate::fault_body;
use crate::http::{Answer, Http};

/// Where the account is and how requests to it are signed.
#[derive(Clone)]
struct Account {
    name: String,
    /// Scheme, host and, where the host is an address, the account's name: all but the container.
    service: String,
    credential: Arc<AzureCredential>,
    plain_http: PlainHttp,
}

pub(super) fn hosts(
    target: &Target,
    credentials: &Credentials,
) -> Result<Vec<String>, ProviderError> {
    let account = Account::of(target, credentials)?;
    Ok(vec![host_of(&account.service)?])
}

pub(super) async fn verify(
    http: &Http,
    target: &Target,
    credentials: &Credentials,
    probe: Probe,
    found: &mut Verified,
) -> Result<(), ProviderError> {
    let account = Account::of(target, credentials)?;
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

impl Account {
    fn of(target: &Target, credentials: &Credentials) -> Result<Account, ProviderError> {
        let named = target.endpoint.as_ref().map(Endpoint::as_str);
        let plain_http = target.plain_http();
        if let Some(sas) = credentials.field("sas_url") {
            let (url, query) = sas.expose_text().split_once('?').ok_or_else(no_key)?;
            let (service, name) = service_of(named.unwrap_or(url)).ok_or_else(no_key)?;
            let pairs = split_sas(query).map_err(|_| no_key())?;
            return Ok(Account {
                name,
                service,
                credential: Arc::new(AzureCredential::SASToken(pairs)),
                plain_http,
            });
        }
        let name = credentials.field("account_name").ok_or_else(no_key)?;
        let key = credentials.field("account_key").ok_or_else(no_key)?;
        let key = AzureAccessKey::try_new(key.expose_text()).map_err(|_| no_key())?;
        let name = name.expose_text().to_owned();
        let own = || format!("https://{name}.blob.core.windows.net");
        Ok(Account {
            service: named.map_or_else(own, str::to_owned),
            name,
            credential: Arc::new(AzureCredential::AccessKey(key)),
            plain_http,
        })
    }

    async fn ask(&self, http: &Http, method: Method, url: &str) -> Result<(), ProviderError> {
        let request = Request::builder().method(method).uri(url);
        let mut request = request.body(Vec::new().into()).map_err(|_| no_address())?;
        AzureAuthorizer::new(&self.credential, &self.name)
            .try_authorize(&mut request)
            .map_err(|_| no_key())?;
        let (parts, _) = request.into_parts();
        let request = Request::from_parts(parts, Vec::new());
        let answer = http.send_to_location(request, self.plain_http).await?;
        if answer.is_success() {
            return Ok(());
        }
        Err(read_error(&answer))
    }
}

/// The part of an address that belongs to the account, and the account's name in it. A host that is an address or this
/// machine, as Azurite's, has the name as the first part of the path.
fn service_of(url: &str) -> Option<(String, String)> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, authority, host) = (uri.scheme_str()?, uri.authority()?, uri.host()?);
    let bare_host = host.trim_start_matches('[').trim_end_matches(']');
    if host == "localhost" || bare_host.parse::<IpAddr>().is_ok() {
        let name = uri
            .path()
            .split('/')
            .nth(1)
            .filter(|name| !name.is_empty())?;
        return Some((format!("{scheme}://{authority}/{name}"), name.to_owned()));
    }
    let name = host.split('.').next()?;
    Some((format!("{scheme}://{authority}"), name.to_owned()))
}

fn open(http: &Http, account: Account, container: &str) -> Result<Box<dyn Bucket>, ProviderError> {
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
    account: Account,
}

#[async_trait]
impl Remove for Blobs {
    async fn remove(&self, path: &Path) -> Result<(), ProviderError> {
        let url = format!("{}/{}", self.url, escape::path(path.as_ref()));
        self.account.ask(&self.http, Method::DELETE, &url).await
    }
}

#[async_trait]
impl CredentialProvider for Account {
    type Credential = AzureCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AzureCredential>> {
        Ok(Arc::clone(&self.credential))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// By Microsoft's list of error codes of Blob Storage; what is not here goes by its status.
fn read_error(answer: &Answer) -> ProviderError {
    let code = answer.header("x-ms-error-code").map(str::to_owned);
    let code = code.or_else(|| fault_body::xml_text(&answer.body, "Code"));
    let kind = match code.as_deref() {
        Some(
            "AuthenticationFailed" | "InvalidAuthenticationInfo" | "NoAuthenticationInformation",
        ) => ErrorKind::Refused,
        Some("ServerBusy") => ErrorKind::Throttled,
        Some("InternalError" | "OperationTimedOut") => ErrorKind::Unavailable,
        _ => ErrorKind::of_status(answer.status),
    };
    let message = fault_body::xml_text(&answer.body, "Message");
    fault_body::told(answer, kind, code, message)
}

fn no_key() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "This secret holds no account key and no SAS URL that can be used.",
    )
}

fn no_address() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "The container's name can't be part of an address.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_from_an_address() {
        let check = |url: &str, service: &str, name: &str| {
            assert_eq!(service_of(url), Some((service.to_owned(), name.to_owned())));
        };
        check(
            "https://acme.blob.core.windows.net/up",
            "https://acme.blob.core.windows.net",
            "acme",
        );
        check(
            "http://127.0.0.1:10000/acme/up",
            "http://127.0.0.1:10000/acme",
            "acme",
        );
        check(
            "http://localhost:10000/acme",
            "http://localhost:10000/acme",
            "acme",
        );
        assert_eq!(service_of("http://127.0.0.1:10000/"), None);
        assert_eq!(service_of("acme.blob.core.windows.net"), None);
    }
}
