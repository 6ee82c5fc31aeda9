//! The real code of the providers, with faults at the calls that it makes.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use domain::allowed_domains::AllowedDomains;
use domain::{AuthMethod, Credentials};
use providers::{
    Capabilities, CreatedKey, EndedKey, ErrorKind, Hosts, Http, Identity, KeyName, KeyService,
    NotManaged, Preflight, Probe, ProviderError, RemoteKey, RemoteKeyId, ServiceRequest, Target,
    Verified,
};
use turnstone_commands::Providers;

use crate::cloud::{Fault, STOPPED};

#[derive(Clone)]
pub struct Wire {
    http: Http,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    calls: usize,
    fault: Option<(usize, Fault)>,
}

struct Wired {
    inner: Box<dyn KeyService>,
    wire: Wire,
}

impl Wire {
    pub fn new() -> Self {
        Self {
            http: Http::new().unwrap(),
            state: Arc::default(),
        }
    }

    /// Made until now.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// So many calls from now.
    pub fn fault_in(&self, calls: usize, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.calls + calls, fault));
    }

    pub fn heal(&self) {
        self.state().fault = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What goes wrong with the call that is made now.
    fn next_fault(&self) -> Option<Fault> {
        let mut state = self.state();
        let number = state.calls;
        state.calls += 1;
        let fault = state.fault.filter(|(at, _)| *at == number);
        fault.map(|(_, fault)| fault)
    }

    async fn call<T>(
        &self,
        act: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let fail = |kind| Err(ProviderError::new(kind, "It went wrong on purpose."));
        let fault = self.next_fault();
        match fault {
            Some(Fault::StopBefore) => panic!("{STOPPED}"),
            Some(Fault::TimedOut) => return fail(ErrorKind::NoAnswer),
            Some(Fault::Unreachable) => return fail(ErrorKind::Unreachable),
            Some(Fault::Throttled) => return fail(ErrorKind::Throttled),
            Some(Fault::Forbidden) => return fail(ErrorKind::Forbidden),
            Some(Fault::StopAfter | Fault::AnswerLost | Fault::FailedAfter) | None => {}
        }
        let answer = act.await;
        match fault {
            Some(Fault::StopAfter) => panic!("{STOPPED}"),
            Some(Fault::AnswerLost) => fail(ErrorKind::NoAnswer),
            Some(Fault::FailedAfter) => fail(ErrorKind::Unavailable),
            _ => answer,
        }
    }
}

#[async_trait]
impl Providers for Wire {
    fn capabilities(&self, method: AuthMethod) -> Option<Capabilities> {
        providers::capabilities(method)
    }

    fn key_service(
        &self,
        request: ServiceRequest<'_>,
        allowed: &AllowedDomains,
    ) -> Result<Box<dyn KeyService>, NotManaged> {
        let inner = providers::key_service(&self.http.only(allowed), request)?;
        Ok(Box::new(Wired {
            inner,
            wire: self.clone(),
        }))
    }

    async fn verify(
        &self,
        target: &Target,
        credentials: &Credentials,
        probe: Probe,
        allowed: &AllowedDomains,
    ) -> Verified {
        let http = self.http.only(allowed);
        let asked =
            self.call(async { Ok(providers::verify(&http, target, credentials, probe).await) });
        asked.await.unwrap_or_else(|error| Verified {
            verified: false,
            bucket_exists: None,
            can_list: None,
            can_read: None,
            can_write: None,
            can_delete: None,
            region: None,
            error: Some(error),
        })
    }
}

#[async_trait]
impl KeyService for Wired {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn hosts(&self) -> Hosts {
        self.inner.hosts()
    }

    fn warnings(&self) -> Vec<String> {
        self.inner.warnings()
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        self.wire.call(self.inner.preflight()).await
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        self.wire.call(self.inner.list()).await
    }

    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError> {
        self.wire.call(self.inner.create(name)).await
    }

    fn tells_again(&self) -> bool {
        self.inner.tells_again()
    }

    async fn made_since(
        &self,
        before: &[RemoteKeyId],
    ) -> Result<Option<CreatedKey>, ProviderError> {
        self.inner.made_since(before).await
    }

    async fn ended_by_create(&self) -> Result<Vec<EndedKey>, ProviderError> {
        self.inner.ended_by_create().await
    }

    async fn require_place(&self, before: &[RemoteKeyId]) -> Result<(), ProviderError> {
        self.inner.require_place(before).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        self.wire.call(self.inner.check(credentials)).await
    }

    async fn disable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.wire.call(self.inner.disable(id)).await
    }

    async fn enable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.wire.call(self.inner.enable(id)).await
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.wire.call(self.inner.delete(id)).await
    }
}
