//! Whether an S3 key is taken, asked where its buckets are by the one request that needs no bucket's name.

use ::http::{Request, Uri};
use domain::Credentials;

use crate::aws::{AccessKey, Scope, sign};
use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::Http;
use crate::key_service::{KeyStatus, RemoteKey};
use crate::retry;

pub(crate) struct Door {
    pub http: Http,
    /// Without a `/` at its end.
    pub endpoint: String,
    pub region: String,
}

impl Door {
    /// Whether these credentials are taken. A key for some buckets may not list all of them: then it is one that works
    /// if its provider's own list, asked only then, has it as active.
    pub async fn takes(
        &self,
        credentials: &Credentials,
        listed: impl Future<Output = Result<Vec<RemoteKey>, ProviderError>>,
    ) -> Result<(), ProviderError> {
        let key = AccessKey::of(credentials).ok_or_else(|| {
            ProviderError::new(ErrorKind::Rejected, "These credentials have no access key.")
        })?;
        let refused = match retry::reading(async || self.list_buckets(&key).await).await {
            Ok(()) => return Ok(()),
            Err(error) if error.kind == ErrorKind::Forbidden => error,
            Err(error) => return Err(error.without(&key.secret)),
        };
        let is_it = |one: &RemoteKey| one.id.as_str() == key.id && one.status == KeyStatus::Active;
        if listed.await?.iter().any(is_it) {
            Ok(())
        } else {
            Err(refused.without(&key.secret))
        }
    }

    async fn list_buckets(&self, key: &AccessKey) -> Result<(), ProviderError> {
        let uri: Uri = format!("{}/", self.endpoint)
            .parse()
            .map_err(|_| ProviderError::new(ErrorKind::Rejected, "The endpoint is no address."))?;
        let mut request = Request::get(uri)
            .body(Vec::new())
            .map_err(|_| ProviderError::new(ErrorKind::Rejected, "The endpoint is no address."))?;
        let scope = Scope {
            service: "s3",
            region: &self.region,
        };
        sign(&mut request, key, scope)?;
        let answer = self.http.send(request).await?;
        if answer.is_success() {
            return Ok(());
        }
        Err(fault_body::of_amazon(&answer))
    }
}
