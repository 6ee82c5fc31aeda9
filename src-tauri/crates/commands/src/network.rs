//! The way to storage providers: one runtime for all requests, and the seam at which tests stand in for the providers.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use connections::{Asker, ConnectionError, OpProgram};
use domain::allowed_domains::AllowedDomains;
use domain::{AuthMethod, Credentials};
use providers::{
    Capabilities, Http, KeyService, NotManaged, Probe, ServiceRequest, Target, Verified,
};
use tokio::runtime::{Builder, Runtime};

use crate::refusal::{Answer, internal};

/// What use cases ask of providers.
#[async_trait]
pub trait Providers: Send + Sync {
    /// What can be done for a method's keys, known without asking; `None` where nothing can.
    fn capabilities(&self, method: AuthMethod) -> Option<Capabilities>;

    /// Who makes and deletes the keys of a secret. `allowed` is where the secret's own values may go; the
    /// management credential is bound by itself.
    fn key_service(
        &self,
        request: ServiceRequest<'_>,
        allowed: &AllowedDomains,
    ) -> Result<Box<dyn KeyService>, NotManaged>;

    /// What these credentials may do in a bucket.
    async fn verify(
        &self,
        target: &Target,
        credentials: &Credentials,
        probe: Probe,
        allowed: &AllowedDomains,
    ) -> Verified;
}

/// The providers themselves.
pub struct RealProviders {
    http: Http,
}

pub struct Network {
    providers: Mutex<Option<Arc<dyn Providers>>>,
    http: Mutex<Option<Http>>,
    /// Where 1Password's program is; where programs usually are when none.
    op: Option<PathBuf>,
    runtime: Mutex<Option<Arc<Runtime>>>,
}

impl Network {
    /// Nothing is made before something is asked: most sessions never reach out.
    pub fn real() -> Self {
        Self {
            providers: Mutex::default(),
            http: Mutex::default(),
            op: None,
            runtime: Mutex::default(),
        }
    }

    pub fn with(providers: Arc<dyn Providers>) -> Self {
        Self {
            providers: Mutex::new(Some(providers)),
            ..Self::real()
        }
    }

    #[must_use]
    pub fn with_op(self, program: PathBuf) -> Self {
        Self {
            op: Some(program),
            ..self
        }
    }

    pub fn op(&self, asker: Asker) -> Result<OpProgram, ConnectionError> {
        match &self.op {
            Some(path) => OpProgram::at(path),
            None => OpProgram::find(asker),
        }
    }

    pub fn http(&self) -> Answer<Http> {
        let mut known = self.http.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(http) = &*known {
            return Ok(http.clone());
        }
        let http = Http::new().map_err(|error| {
            internal(&format!(
                "This machine has no way to make encrypted requests ({error}). Look at its certificates."
            ))
        })?;
        *known = Some(http.clone());
        Ok(http)
    }

    pub fn providers(&self) -> Answer<Arc<dyn Providers>> {
        let mut known = self
            .providers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(providers) = &*known {
            return Ok(Arc::clone(providers));
        }
        let http = self.http()?;
        let providers: Arc<dyn Providers> = Arc::new(RealProviders { http });
        *known = Some(Arc::clone(&providers));
        Ok(providers)
    }

    /// Waits on this thread until the act is over; others may wait on theirs beside it.
    pub fn wait<T>(&self, act: impl Future<Output = T>) -> Answer<T> {
        let runtime = self.runtime()?;
        Ok(runtime.block_on(act))
    }

    fn runtime(&self) -> Answer<Arc<Runtime>> {
        let mut known = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*known {
            return Ok(Arc::clone(runtime));
        }
        // One thread drives the sockets; what is awaited runs on the threads of those who wait.
        let built = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("network")
            .enable_all()
            .build();
        let runtime = Arc::new(built.map_err(|error| {
            internal(&format!(
                "The system gave no thread for requests ({}).",
                error.kind()
            ))
        })?);
        *known = Some(Arc::clone(&runtime));
        Ok(runtime)
    }
}

#[async_trait]
impl Providers for RealProviders {
    fn capabilities(&self, method: AuthMethod) -> Option<Capabilities> {
        providers::capabilities(method)
    }

    fn key_service(
        &self,
        request: ServiceRequest<'_>,
        allowed: &AllowedDomains,
    ) -> Result<Box<dyn KeyService>, NotManaged> {
        providers::key_service(&self.http.only(allowed), request)
    }

    async fn verify(
        &self,
        target: &Target,
        credentials: &Credentials,
        probe: Probe,
        allowed: &AllowedDomains,
    ) -> Verified {
        providers::verify(&self.http.only(allowed), target, credentials, probe).await
    }
}
