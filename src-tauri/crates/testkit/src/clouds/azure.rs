//! Azure's sign-in and its Resource Manager for one storage account, written from Microsoft's pages ("OAuth 2.0 client credentials flow",
//! "Storage Accounts: List Keys, Regenerate Key", "Permissions: List For Resource", "Common Azure Resource Manager errors"), before
//! Microsoft's own Azurite: whenever a key is made anew, Azurite is started anew with it, on the same port and with the same containers,
//! which are empty then, so that an old key and every SAS that it signed are refused by somebody else's code.
//!
//! Open in the documentation, and so here: how soon a new key is taken everywhere (here at once), and whether an answer to
//! `regenerateKey` tells when the key was made (here it does). Not here: Kerberos keys, network rules, shared keys being forbidden.

mod resource_manager;
mod sign_in;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::server::{Asked, Reply, Server, Spoil, locked};
use crate::rigs::{self, Rig};

pub const SUBSCRIPTION: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
pub const RESOURCE_GROUP: &str = "media-production";
pub const TENANT: &str = "9b2c1f6e-5a9d-4b58-8d6c-0f0f6f7f4a11";
pub const CLIENT_ID: &str = "6d1a3c52-77f3-4a0e-9f35-2b7d5c9e8f00";
pub const CLIENT_SECRET: &str = "abc8Q~plover.Dunlin-Knot_Sanderling~0123";
pub const ACCOUNT: &str = "acmemedia";
/// Of the role Storage Account Key Operator.
pub const KEY_OPERATOR: [&str; 2] = [
    "Microsoft.Storage/storageAccounts/listkeys/action",
    "Microsoft.Storage/storageAccounts/regeneratekey/action",
];
const KEY_BYTES: usize = 64;
/// Of the Blob service.
const VERSION: &str = "2021-12-02";

/// A running Azure with one account.
pub struct Azure {
    server: Server,
    state: Arc<Mutex<State>>,
}

struct State {
    keys: [Key; 2],
    /// What the application may do.
    actions: Vec<String>,
    /// A lock of the account.
    locked: bool,
    tokens: BTreeSet<String>,
    /// Where tokens are for: this server's own address.
    resource: String,
    azurite: Option<Rig>,
    port: u16,
    containers: BTreeSet<String>,
}

#[derive(Clone)]
struct Key {
    name: &'static str,
    value: String,
    made_at: jiff::Timestamp,
}

impl Azure {
    /// An account with two keys, and an application that may list and make anew.
    pub fn start() -> Azure {
        let port = rigs::free_port();
        let state = Arc::new(Mutex::new(State {
            keys: ["key1", "key2"].map(Key::new),
            actions: KEY_OPERATOR.map(str::to_owned).into(),
            locked: false,
            tokens: BTreeSet::new(),
            resource: String::new(),
            azurite: None,
            port,
            containers: BTreeSet::new(),
        }));
        locked(&state).restart();
        let asked = Arc::clone(&state);
        let server = Server::start(move |request| locked(&asked).answer(request));
        locked(&state).resource = server.url();
        Azure { server, state }
    }

    /// Of sign-in and of the Resource Manager.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Of the account's Blob service.
    pub fn blobs(&self) -> String {
        format!("http://127.0.0.1:{}/{ACCOUNT}", locked(&self.state).port)
    }

    /// The value of `key1` or `key2`.
    pub fn key(&self, name: &str) -> String {
        let state = locked(&self.state);
        let found = state.keys.iter().find(|key| key.name == name);
        found.expect("key1 or key2").value.clone()
    }

    pub fn make_container(&self, name: &str) {
        let mut state = locked(&self.state);
        state.containers.insert(name.to_owned());
        state.make_container(name);
    }

    /// A SAS for a container, signed with `key1` as Microsoft's "Create a service SAS" says.
    pub fn sas(&self, container: &str, permissions: &str, end: &str) -> String {
        let resource = format!("/blob/{ACCOUNT}/{container}");
        let text = format!("{permissions}\n\n{end}\n{resource}\n\n\n\n{VERSION}\nc\n\n\n\n\n\n\n");
        let signature = signature(&self.key("key1"), &text);
        let end = end.replace(':', "%3A");
        format!(
            "{}/{container}?sv={VERSION}&sr=c&sp={permissions}&se={end}&sig={signature}",
            self.blobs()
        )
    }

    /// Whether Azurite lists the container of a SAS.
    pub fn opens(&self, sas: &str) -> bool {
        let (_, path) = sas
            .split_once(&format!("/{ACCOUNT}/"))
            .expect("a SAS of this account");
        let path = format!("/{ACCOUNT}/{path}&restype=container&comp=list");
        let state = locked(&self.state);
        let azurite = state.azurite.as_ref().expect("it runs");
        azurite.answers("GET", &path)
    }

    /// Somebody makes a key anew in the portal.
    pub fn regenerate(&self, name: &str) {
        let made = locked(&self.state).regenerate(name);
        assert!(made, "{name}");
    }

    pub fn allow(&self, actions: &[&str]) {
        locked(&self.state).actions = actions.iter().map(|&action| action.to_owned()).collect();
    }

    /// Puts a read-only lock on the account.
    pub fn lock(&self) {
        locked(&self.state).locked = true;
    }

    /// As [`Server::spoil`].
    pub fn spoil(&self, count: u32, matching: &str, how: Spoil) {
        self.server.spoil(count, matching, how);
    }

    pub fn still_to_spoil(&self) -> u32 {
        self.server.still_to_spoil()
    }
}

impl Drop for Azure {
    fn drop(&mut self) {
        // The server's thread has the state too, and may outlive this by a moment.
        locked(&self.state).azurite = None;
    }
}

impl State {
    fn answer(&mut self, asked: &Asked) -> Reply {
        match asked.path.strip_suffix("/oauth2/v2.0/token") {
            Some(tenant) => sign_in::answer(self, tenant.trim_start_matches('/'), asked),
            None => resource_manager::answer(self, asked),
        }
    }

    /// Whether there is such a key.
    fn regenerate(&mut self, name: &str) -> bool {
        let Some(key) = self.keys.iter_mut().find(|key| key.name == name) else {
            return false;
        };
        *key = Key::new(key.name);
        self.restart();
        true
    }

    fn restart(&mut self) {
        let [first, second] = &self.keys;
        let accounts = format!("{ACCOUNT}:{}:{}", first.value, second.value);
        // Its port has to be free again.
        self.azurite = None;
        self.azurite = Some(rigs::azurite_again(self.port, &accounts));
        for name in &self.containers {
            self.make_container(name);
        }
    }

    /// With a SAS of the account: one for a container may not make it.
    fn make_container(&self, name: &str) {
        let text = format!("{ACCOUNT}\nc\nb\nc\n\n2099-01-01\n\n\n{VERSION}\n\n");
        let [first, _] = &self.keys;
        let signature = signature(&first.value, &text);
        let path = format!(
            "/{ACCOUNT}/{name}?restype=container&sv={VERSION}&ss=b&srt=c&sp=c&se=2099-01-01&sig={signature}"
        );
        let azurite = self.azurite.as_ref().expect("it runs");
        azurite.ask("PUT", &path, &[], "");
    }
}

/// As it stands in a SAS.
fn signature(key: &str, text: &str) -> String {
    let key = BASE64_STANDARD.decode(key).expect("a key");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let signature = BASE64_STANDARD.encode(ring::hmac::sign(&key, text.as_bytes()));
    let signature = signature.replace('+', "%2B").replace('/', "%2F");
    signature.replace('=', "%3D")
}

impl Key {
    fn new(name: &'static str) -> Key {
        Key {
            name,
            value: BASE64_STANDARD.encode(random::<KEY_BYTES>()),
            made_at: jiff::Timestamp::now(),
        }
    }
}

/// Good enough for keys that live as long as a test.
fn random<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    for chunk in bytes.chunks_mut(8) {
        let word = RandomState::new().build_hasher().finish().to_le_bytes();
        for (byte, random) in chunk.iter_mut().zip(word) {
            *byte = random;
        }
    }
    bytes
}
