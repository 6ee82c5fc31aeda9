//! Requests to the Blob service of one account, signed with its key or by a SAS.

use std::net::IpAddr;
use std::sync::Arc;

use ::http::{Method, Request, Uri};
use domain::SecretText;
use domain::location::PlainHttp;
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential, split_sas};

use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::{Answer, Http};

/// Where the account is and how requests to it are signed.
#[derive(Clone)]
pub(crate) struct BlobAccount {
    pub name: String,
    /// Scheme, host and, where the host is an address, the account's name: all but the container.
    pub service: String,
    pub credential: Arc<AzureCredential>,
    pub plain_http: PlainHttp,
}

impl BlobAccount {
    /// At `service`, else at Azure's own address of the account.
    pub fn by_key(
        name: &str,
        key: &SecretText,
        service: Option<&str>,
    ) -> Result<BlobAccount, ProviderError> {
        let key = AzureAccessKey::try_new(key.expose_text()).map_err(|_| no_key())?;
        let own = || format!("https://{name}.blob.core.windows.net");
        Ok(BlobAccount {
            name: name.to_owned(),
            service: service.map_or_else(own, str::to_owned),
            credential: Arc::new(AzureCredential::AccessKey(key)),
            plain_http: PlainHttp::Refused,
        })
    }

    /// At `service`, else where the URL leads.
    pub fn by_sas(url: &SecretText, service: Option<&str>) -> Result<BlobAccount, ProviderError> {
        let (url, query) = url.expose_text().split_once('?').ok_or_else(no_key)?;
        let (service, name) = service_of(service.unwrap_or(url)).ok_or_else(no_key)?;
        let pairs = split_sas(query).map_err(|_| no_key())?;
        Ok(BlobAccount {
            name,
            service,
            credential: Arc::new(AzureCredential::SASToken(pairs)),
            plain_http: PlainHttp::Refused,
        })
    }

    pub async fn ask(&self, http: &Http, method: Method, url: &str) -> Result<(), ProviderError> {
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
pub(crate) fn service_of(url: &str) -> Option<(String, String)> {
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

/// By Microsoft's list of error codes of Blob Storage; what is not here goes by its status.
pub(crate) fn read_error(answer: &Answer) -> ProviderError {
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

pub(crate) fn no_key() -> ProviderError {
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
