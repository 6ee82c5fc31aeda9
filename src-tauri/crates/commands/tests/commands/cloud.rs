//! A provider in memory that behaves as badly as real ones do: slow to spread keys, losing answers, dying in the middle.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use domain::allowed_domains::AllowedDomains;
use domain::{AuthMethod, Credentials, SecretText, Timestamp};
use providers::{
    Capabilities, CreatedKey, ErrorKind, Hosts, Identity, KeyName, KeyService, KeyStatus, LastUse,
    NotManaged, Preflight, Privilege, Probe, ProviderError, RemoteKey, RemoteKeyId, ServiceRequest,
    Style, Target, Verified, Way,
};
use turnstone_commands::Providers;

/// What a panic of a stopped process says, so that tests know it from a fault of their own.
pub const STOPPED: &str = "the process was stopped here";

/// Where the requests go.
pub const HOST: &str = "iam.plover.test";

type Watch = Box<dyn Fn(&str) + Send>;

/// Shared by the program under test and by the test.
#[derive(Clone)]
pub struct Cloud(Arc<Mutex<State>>);

pub struct State {
    pub keys: Vec<Key>,
    pub capabilities: Capabilities,
    /// Every call that arrived, in order.
    pub calls: Vec<String>,
    /// What happens at which call, counted from 0.
    pub faults: Vec<(usize, Fault)>,
    /// What happens at every request for a new key.
    pub when_created: Option<Fault>,
    /// So long a new key is refused.
    pub spreads_in: Duration,
    /// So long a new key is not listed.
    pub lists_in: Duration,
    pub buckets: BTreeSet<String>,
    /// Privileges that the caller lacks.
    pub missing: Vec<&'static str>,
    pub keys_max: usize,
    pub new_keys_end_at: Option<Timestamp>,
    /// When every key was last used.
    pub used_at: Option<Duration>,
    /// Called before each call is carried out.
    pub watch: Option<Watch>,
    /// How locations are answered; at once where there is none.
    pub pace: Option<Pace>,
    made: u32,
    time: Arc<Mutex<Duration>>,
}

/// Locations answered after a while, and those in [`SLOW_BUCKET`] when all others have been.
#[derive(Clone, Default)]
pub struct Pace(Arc<Mutex<Paced>>);

#[derive(Default)]
struct Paced {
    others: usize,
    ended: usize,
    under_way: usize,
    most: usize,
    gathers: usize,
}

pub const SLOW_BUCKET: &str = "ledgers-far-away";

impl Pace {
    /// `others`: how many locations are elsewhere.
    pub fn new(others: usize) -> Self {
        let pace = Self::default();
        pace.paced().others = others;
        pace
    }

    /// None is answered before so many are under way at one time, and some time for more to come.
    pub fn gathering(count: usize) -> Self {
        let pace = Self::default();
        pace.paced().gathers = count;
        pace
    }

    /// Under way at one time.
    pub fn most(&self) -> usize {
        self.paced().most
    }

    async fn answer(&self, bucket: &str) {
        const TURNS: usize = 5;
        const TURNS_TO_GATHER: usize = 20_000;
        const TURNS_MAX: usize = 1_000_000;
        {
            let mut paced = self.paced();
            paced.under_way += 1;
            paced.most = paced.most.max(paced.under_way);
        }
        let is_slow = bucket == SLOW_BUCKET;
        for turn in 0.. {
            let (others_ended, turns) = {
                let paced = self.paced();
                let is_gathered = paced.most >= paced.gathers;
                let turns = if paced.gathers == 0 {
                    TURNS
                } else {
                    TURNS_TO_GATHER
                };
                (paced.ended == paced.others, is_gathered.then_some(turns))
            };
            let is_done = turns.is_some_and(|turns| turn >= turns);
            if (is_slow && others_ended) || (!is_slow && is_done) {
                break;
            }
            assert!(turn < TURNS_MAX, "a slow location holds the others up");
            tokio::task::yield_now().await;
        }
        let mut paced = self.paced();
        paced.under_way -= 1;
        paced.ended += usize::from(!is_slow);
    }

    fn paced(&self) -> MutexGuard<'_, Paced> {
        self.0.lock().unwrap()
    }
}

#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub secret: String,
    pub name: Option<String>,
    pub active: bool,
    pub made_at: Duration,
    /// When it was really made, as it is listed; else the one above.
    pub listed_as_made_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process is stopped before the call goes out.
    StopBefore,
    /// It was carried out, and the process is stopped before it hears so.
    StopAfter,
    /// It was carried out and the answer never came.
    AnswerLost,
    /// It was not carried out and no answer came.
    TimedOut,
    Throttled,
    /// 503 after it was carried out.
    FailedAfter,
    Unreachable,
    Forbidden,
}

/// One secret's keys, asked with the key that it has.
struct Service {
    cloud: Cloud,
    signer: (String, String),
    /// The id of the key that is turned over.
    current: String,
}

impl Cloud {
    pub fn new(time: Arc<Mutex<Duration>>) -> Self {
        Self(Arc::new(Mutex::new(State {
            keys: Vec::new(),
            capabilities: Capabilities {
                way: Way::OwnKey,
                style: Style::Overlap,
                keys_max: Some(2),
                names_keys: false,
                disables: true,
                deletes: true,
                tells_last_use: true,
                warnings: &[],
            },
            calls: Vec::new(),
            faults: Vec::new(),
            when_created: None,
            spreads_in: Duration::ZERO,
            lists_in: Duration::ZERO,
            buckets: BTreeSet::from(["ledgers".to_owned()]),
            missing: Vec::new(),
            keys_max: 2,
            new_keys_end_at: None,
            used_at: None,
            watch: None,
            pace: None,
            made: 0,
            time,
        })))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A key made long ago; its id and secret.
    pub fn old_key(&self) -> (String, String) {
        let mut state = self.state();
        let key = state.make(None);
        state.keys.last_mut().unwrap().made_at = Duration::ZERO;
        (key.id, key.secret)
    }

    pub fn accepts(&self, id: &str, secret: &str) -> bool {
        let state = self.state();
        state.accepted(id, secret).is_ok()
    }

    pub fn ids(&self) -> Vec<String> {
        self.state().keys.iter().map(|key| key.id.clone()).collect()
    }

    pub fn active_ids(&self) -> Vec<String> {
        let state = self.state();
        let active = state.keys.iter().filter(|key| key.active);
        active.map(|key| key.id.clone()).collect()
    }

    pub fn calls(&self) -> usize {
        self.state().calls.len()
    }

    pub fn fault_at(&self, call: usize, fault: Fault) {
        self.state().faults = vec![(call, fault)];
    }

    pub fn heal(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.when_created = None;
    }

    /// A key that somebody made just now; its id and secret.
    pub fn young_key(&self) -> (String, String) {
        let key = self.state().make(None);
        (key.id, key.secret)
    }

    /// How often a new key was asked for.
    pub fn creates(&self) -> usize {
        let state = self.state();
        let calls = state.calls.iter();
        calls.filter(|call| call.starts_with("create")).count()
    }

    /// One call: what goes wrong with it, and what it does.
    fn call<T>(
        &self,
        name: String,
        act: impl FnOnce(&mut State) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let watch = self.state().watch.take();
        if let Some(watch) = watch {
            watch(&name);
            self.state().watch = Some(watch);
        }
        let mut state = self.state();
        let number = state.calls.len();
        let always = state.when_created.filter(|_| name.starts_with("create"));
        state.calls.push(name);
        let fault = state.faults.iter().find(|(at, _)| *at == number);
        let fault = fault.map(|(_, fault)| *fault).or(always);
        let fail = |kind| Err(ProviderError::new(kind, "It went wrong on purpose."));
        match fault {
            Some(Fault::StopBefore) => stop(state),
            Some(Fault::TimedOut) => return fail(ErrorKind::NoAnswer),
            Some(Fault::Unreachable) => return fail(ErrorKind::Unreachable),
            Some(Fault::Throttled) => return fail(ErrorKind::Throttled),
            Some(Fault::Forbidden) => return fail(ErrorKind::Forbidden),
            Some(Fault::StopAfter | Fault::AnswerLost | Fault::FailedAfter) | None => {}
        }
        let answer = act(&mut state);
        match fault {
            Some(Fault::StopAfter) => stop(state),
            Some(Fault::AnswerLost) => fail(ErrorKind::NoAnswer),
            Some(Fault::FailedAfter) => fail(ErrorKind::Unavailable),
            _ => answer,
        }
    }
}

/// The process ends here: nothing that comes after it runs.
fn stop(state: MutexGuard<'_, State>) -> ! {
    drop(state);
    panic!("{STOPPED}");
}

impl State {
    fn now(&self) -> Duration {
        *self.time.lock().unwrap()
    }

    fn make(&mut self, name: Option<String>) -> Key {
        self.made += 1;
        let key = Key {
            id: format!("AKIAPLOVER{:0>10}", self.made),
            secret: format!("{:0>4}sanderlingdunlinknotturnstoneplover0000", self.made),
            name,
            active: true,
            made_at: self.now(),
            listed_as_made_at: None,
            ends_at: self.new_keys_end_at,
        };
        self.keys.push(key.clone());
        key
    }

    fn accepted(&self, id: &str, secret: &str) -> Result<&Key, ProviderError> {
        let refused = || {
            ProviderError::new(ErrorKind::Refused, "There is no such key.")
                .with_code("InvalidClientTokenId")
        };
        let now = self.now();
        let found = self
            .keys
            .iter()
            .find(|key| key.id == id && key.secret == secret);
        found
            .filter(|key| key.active)
            .filter(|key| key.made_at.is_zero() || now >= key.made_at + self.spreads_in)
            .ok_or_else(refused)
    }

    fn signed_by(&self, signer: &(String, String)) -> Result<(), ProviderError> {
        self.accepted(&signer.0, &signer.1).map(drop)
    }

    fn set_active(&mut self, id: &RemoteKeyId, active: bool) -> Result<(), ProviderError> {
        let missing = || ProviderError::new(ErrorKind::NotFound, "There is no such key.");
        let mut keys = self.keys.iter_mut();
        let key = keys.find(|key| key.id == id.as_str()).ok_or_else(missing)?;
        key.active = active;
        Ok(())
    }

    fn remote(&self, key: &Key, current: &str) -> RemoteKey {
        let made = i64::try_from(key.made_at.as_millis()).unwrap();
        RemoteKey {
            id: RemoteKeyId::new(&*key.id),
            name: key.name.clone().filter(|_| self.capabilities.names_keys),
            status: if key.active {
                KeyStatus::Active
            } else {
                KeyStatus::Inactive
            },
            created_at: key
                .listed_as_made_at
                .or(Some(testkit::now().plus_millis(made))),
            expires_at: key.ends_at,
            last_used: LastUse::At {
                time: match self.used_at {
                    None => testkit::now(),
                    Some(at) => testkit::now().plus_millis(i64::try_from(at.as_millis()).unwrap()),
                },
                service: Some("s3".to_owned()),
                region: None,
            },
            is_ours: key.id == current,
        }
    }

    fn listed(&self, current: &str) -> Vec<RemoteKey> {
        let now = self.now();
        let known = self
            .keys
            .iter()
            .filter(|key| key.made_at.is_zero() || now >= key.made_at + self.lists_in);
        known.map(|key| self.remote(key, current)).collect()
    }
}

fn pair(credentials: &Credentials) -> (String, String) {
    let text = |name| credentials.field(name).unwrap().expose_text().to_owned();
    (text("access_key_id"), text("secret_access_key"))
}

#[async_trait]
impl Providers for Cloud {
    fn capabilities(&self, method: AuthMethod) -> Option<Capabilities> {
        (method == AuthMethod::S3AccessKey).then(|| self.state().capabilities)
    }

    fn key_service(
        &self,
        request: ServiceRequest<'_>,
        _allowed: &AllowedDomains,
    ) -> Result<Box<dyn KeyService>, NotManaged> {
        if request.method != AuthMethod::S3AccessKey {
            return Err(NotManaged::NoApi);
        }
        Ok(Box::new(Service {
            cloud: self.clone(),
            signer: pair(
                request
                    .management
                    .map_or(request.current, |management| management.credentials()),
            ),
            current: pair(request.current).0,
        }))
    }

    async fn verify(
        &self,
        target: &Target,
        credentials: &Credentials,
        probe: Probe,
        _allowed: &AllowedDomains,
    ) -> Verified {
        let (id, secret) = pair(credentials);
        let pace = self.state().pace.clone();
        if let Some(pace) = pace {
            pace.answer(target.bucket.as_str()).await;
        }
        let answer = self.call(format!("verify {} {id}", target.bucket.as_str()), |state| {
            state.accepted(&id, &secret)?;
            if state.buckets.contains(target.bucket.as_str()) {
                Ok(())
            } else {
                let message = "The specified bucket does not exist";
                Err(ProviderError::new(ErrorKind::NotFound, message).with_code("NoSuchBucket"))
            }
        });
        let is_fine = answer.is_ok();
        // Where nobody answered, nothing is known.
        let is_told = answer
            .as_ref()
            .map_or_else(|error| error.code.is_some(), |()| true);
        let told = is_told.then_some(is_fine);
        let writes = told.filter(|_| probe == Probe::Writes);
        Verified {
            verified: is_fine,
            bucket_exists: told,
            can_list: told,
            can_read: told,
            can_write: writes,
            can_delete: writes,
            region: is_fine.then(|| "eu-north-1".to_owned()),
            error: answer.err(),
        }
    }
}

#[async_trait]
impl KeyService for Service {
    fn capabilities(&self) -> Capabilities {
        self.cloud.state().capabilities
    }

    fn hosts(&self) -> Hosts {
        Hosts {
            own: vec![HOST.to_owned()],
            management: vec![HOST.to_owned()],
        }
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        self.cloud.call("preflight".to_owned(), |state| {
            state.signed_by(&self.signer)?;
            let keys = state.listed(&self.current);
            let blocks = if keys.len() >= state.keys_max {
                let other = keys.iter().find(|key| !key.is_ours).unwrap();
                vec![providers::Block {
                    code: "keys_max",
                    message: "This user has two keys already.".to_owned(),
                    key: Some(other.id.clone()),
                }]
            } else {
                Vec::new()
            };
            Ok(Preflight {
                identity: Identity {
                    account: Some("123456789012".to_owned()),
                    user: Some("ledger".to_owned()),
                },
                keys,
                privileges: state
                    .missing
                    .iter()
                    .map(|name| Privilege {
                        name,
                        held: Some(false),
                    })
                    .collect(),
                blocks,
            })
        })
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        self.cloud.call("list".to_owned(), |state| {
            state.signed_by(&self.signer)?;
            Ok(state.listed(&self.current))
        })
    }

    async fn create(&self, name: &KeyName) -> Result<CreatedKey, ProviderError> {
        self.cloud
            .call(format!("create {}", name.as_str()), |state| {
                state.signed_by(&self.signer)?;
                if state.keys.len() >= state.keys_max {
                    return Err(ProviderError::new(ErrorKind::Limit, "Two keys at most.")
                        .with_code("LimitExceeded"));
                }
                if state.capabilities.style == Style::CutOver {
                    state.keys.clear();
                }
                let key = state.make(Some(name.as_str().to_owned()));
                Ok(CreatedKey {
                    id: RemoteKeyId::new(&*key.id),
                    fields: vec![
                        ("access_key_id".to_owned(), SecretText::new(key.id)),
                        ("secret_access_key".to_owned(), SecretText::new(key.secret)),
                    ],
                    created_at: None::<Timestamp>,
                    expires_at: key.ends_at,
                })
            })
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        let (id, secret) = pair(credentials);
        self.cloud.call(format!("check {id}"), |state| {
            state.accepted(&id, &secret)?;
            Ok(Identity::default())
        })
    }

    async fn disable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.cloud.call(format!("disable {id}"), |state| {
            state.signed_by(&self.signer)?;
            state.set_active(id, false)
        })
    }

    async fn enable(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.cloud.call(format!("enable {id}"), |state| {
            state.signed_by(&self.signer)?;
            state.set_active(id, true)
        })
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.cloud.call(format!("delete {id}"), |state| {
            state.signed_by(&self.signer)?;
            assert_ne!(id.as_str(), self.signer.0, "never the key that signs");
            state.keys.retain(|key| key.id != id.as_str());
            Ok(())
        })
    }
}
