//! What a rotation costs beside its provider's time, and how many locations are tried at once:
//! `cargo run --release -p turnstone-commands --example rotation_bench`. The provider here answers at once, so that the whole time of
//! a rotation is ours and the disk's. Lines of columns: what, how many, median and p99 in milliseconds, then the same of the processor.

use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::allowed_domains::AllowedDomains;
use domain::{AuthMethod, Credentials, SecretText};
use providers::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, KeyStatus, LastUse, NotManaged,
    Preflight, Probe, ProviderError, RemoteKey, RemoteKeyId, ServiceRequest, Style, Target,
    Verified, Way,
};
use serde_json::{Value, json};
use testkit::TempVault;
use testkit::bench::{Cost, Samples};
use testkit::temp_vault::PASSWORD;
use turnstone_commands::{
    App, Board, BoardError, Clock, Network, NoWindow, Places, Providers, Surface,
};

const ROTATIONS: usize = 100;
const LOCATIONS: usize = 200;
/// What one location's provider takes to answer.
const ANSWERS_IN: Duration = Duration::from_millis(50);

/// A provider whose keys are the ids that it has given out; it answers at once, and for a location after a while.
#[derive(Clone, Default)]
struct Ready {
    keys: Arc<Mutex<Vec<String>>>,
    made: Arc<AtomicU32>,
}

struct Keys {
    ready: Ready,
    current: String,
}

/// Nothing is copied here.
struct NoBoard;

impl Board for NoBoard {
    fn put(&mut self, _value: &SecretText) -> Result<(), BoardError> {
        Err(BoardError)
    }

    fn is_ours(&mut self) -> bool {
        false
    }

    fn clear(&mut self) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    let vault = TempVault::new();
    let places = Places {
        data: vault.home().to_owned(),
        config: vault.home().join("config"),
        state: vault.state_folder(),
    };
    let ready = Ready::default();
    let app = App::start_with(
        places,
        Arc::new(NoWindow),
        Clock::of_the_system(),
        Box::new(NoBoard),
        Network::with(Arc::new(ready.clone())),
    )?;
    let call = |name: &str, request: Value| {
        app.call(Surface::Window, name, request)
            .unwrap_or_else(|rejection| panic!("{name}: {}", rejection.message()))
    };
    let id = vault::VaultFolder::open(&vault.folder())?.id().to_string();
    call(
        "vault_unlock",
        json!({ "vault_id": id, "password": PASSWORD }),
    );
    let mut to_grace = Samples::new();
    let mut to_end = Samples::new();
    let mut secret = Value::Null;
    for number in 0..ROTATIONS {
        let (id, revision) = new_secret(&call, &ready, &format!("grace {number}"));
        let request = json!({ "secret_id": id, "expected_revision": revision,
            "old_key": { "grace_hours": 24, "then": "delete" } });
        let run = to_grace.add(|| call("rotation_start", request));
        assert_eq!(run["rotation"]["state"], "waiting", "{run}");
        let (id, revision) = new_secret(&call, &ready, &format!("end {number}"));
        let request = json!({ "secret_id": id, "expected_revision": revision,
            "old_key": { "grace_hours": 0, "then": "delete" } });
        let run = to_end.add(|| call("rotation_start", request));
        assert_eq!(run["rotation"]["state"], "done", "{run}");
        secret = id;
    }
    for number in 0..LOCATIONS {
        call(
            "location_create",
            json!({ "name": format!("n {number}"), "location_type": "s3", "secret_id": secret,
                "bucket_name": "bench", "region": "eu-north-1" }),
        );
    }
    let begin = Instant::now();
    let tried = call("locations_verify", json!({}));
    let took = begin.elapsed();
    assert_eq!(tried["verified"], LOCATIONS, "{tried}");

    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let mut out = io::stdout().lock();
    for rotation in [
        to_grace.summary("rotation until the old key's grace, beside the provider's time"),
        to_end.summary("rotation until the old key is deleted, beside the provider's time"),
    ] {
        let columns = |of: fn(&Cost) -> Duration| {
            let (median, p99) = (millis(of(&rotation.median)), millis(of(&rotation.p99)));
            format!("{median:.3}\t{p99:.3}")
        };
        writeln!(
            out,
            "{}\t{ROTATIONS}\t{}\t{}",
            rotation.what,
            columns(|cost| cost.clock),
            columns(|cost| cost.processor)
        )?;
    }
    writeln!(
        out,
        "verify, each answered in {} ms\t{LOCATIONS}\t{:.3}",
        ANSWERS_IN.as_millis(),
        millis(took)
    )?;
    Ok(())
}

fn new_secret(call: &dyn Fn(&str, Value) -> Value, ready: &Ready, name: &str) -> (Value, Value) {
    let key = ready.make();
    let made = call(
        "secret_create",
        json!({ "name": name, "secret_type": "s3",
            "credentials": { "access_key_id": key, "secret_access_key": secret_of(&key) } }),
    );
    (
        made["secret"]["id"].clone(),
        made["secret"]["revision"].clone(),
    )
}

fn secret_of(id: &str) -> String {
    format!("{id}sanderlingdunlinkplover")
}

impl Ready {
    fn make(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let id = format!("AKIAPLOVER{number:0>10}");
        self.keys().push(id.clone());
        id
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.keys
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        way: Way::OwnKey,
        style: Style::Overlap,
        keys_max: None,
        names_keys: true,
        disables: true,
        deletes: true,
        tells_last_use: true,
        warnings: &[],
    }
}

#[async_trait]
impl Providers for Ready {
    fn capabilities(&self, _method: AuthMethod) -> Option<Capabilities> {
        Some(capabilities())
    }

    fn key_service(
        &self,
        request: ServiceRequest<'_>,
        _allowed: &AllowedDomains,
    ) -> Result<Box<dyn KeyService>, NotManaged> {
        let id = request.current.field("access_key_id");
        Ok(Box::new(Keys {
            ready: self.clone(),
            current: id.ok_or(NotManaged::NoApi)?.expose_text().to_owned(),
        }))
    }

    async fn verify(
        &self,
        _target: &Target,
        _credentials: &Credentials,
        _probe: Probe,
        _allowed: &AllowedDomains,
    ) -> Verified {
        tokio::time::sleep(ANSWERS_IN).await;
        Verified {
            verified: true,
            bucket_exists: Some(true),
            can_list: Some(true),
            can_read: Some(true),
            can_write: None,
            can_delete: None,
            region: None,
            error: None,
        }
    }
}

#[async_trait]
impl KeyService for Keys {
    fn capabilities(&self) -> Capabilities {
        capabilities()
    }

    fn hosts(&self) -> Hosts {
        Hosts {
            own: vec!["iam.plover.test".to_owned()],
            management: Vec::new(),
        }
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        Ok(Preflight {
            identity: Identity::default(),
            keys: self.list().await?,
            privileges: Vec::new(),
            blocks: Vec::new(),
        })
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let keys = self.ready.keys();
        let listed = keys.iter().map(|id| RemoteKey {
            id: RemoteKeyId::new(id.as_str()),
            name: None,
            status: KeyStatus::Active,
            created_at: None,
            expires_at: None,
            last_used: LastUse::NotTold,
            is_ours: *id == self.current,
        });
        Ok(listed.collect())
    }

    async fn create(&self, _name: &KeyName) -> Result<CreatedKey, ProviderError> {
        let id = self.ready.make();
        let secret = secret_of(&id);
        Ok(CreatedKey {
            id: RemoteKeyId::new(id.as_str()),
            fields: vec![
                ("access_key_id".to_owned(), SecretText::new(id)),
                ("secret_access_key".to_owned(), SecretText::new(secret)),
            ],
            created_at: None,
            expires_at: None,
        })
    }

    async fn check(&self, _credentials: &Credentials) -> Result<Identity, ProviderError> {
        Ok(Identity::default())
    }

    async fn disable(&self, _id: &RemoteKeyId) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn enable(&self, _id: &RemoteKeyId) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        self.ready.keys().retain(|key| key != id.as_str());
        Ok(())
    }
}
