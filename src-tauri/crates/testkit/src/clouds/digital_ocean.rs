//! DigitalOcean's Spaces keys and a region of Spaces, from its API reference (Spaces Keys) and Spaces Limits.
//!
//! The reference does not say what is answered for one key too many; here it is 422.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::s3::{self, S3Key};
use super::server::{Asked, Reply, Server, locked};

pub const ALL_SCOPES: &[&str] = &[
    "spaces_key:read",
    "spaces_key:create_credentials",
    "spaces_key:delete",
];
const MADE_AT: &str = "2026-02-03T04:05:06Z";
const PAGE_KEYS_USUAL: usize = 20;
const PAGE_KEYS_MAX: usize = 200;

pub struct DigitalOcean {
    pub server: Server,
    state: Arc<Mutex<State>>,
}

pub struct State {
    /// Scopes by token.
    pub tokens: BTreeMap<String, Vec<&'static str>>,
    /// Of another account, which has no keys.
    pub tokens_elsewhere: Vec<String>,
    pub keys: Vec<SpacesKey>,
    pub keys_max: usize,
    pub buckets: Vec<String>,
    /// What every new one may do, whatever is asked for.
    pub given_instead: Option<Value>,
    /// So often a new key is refused by the regions.
    pub refused_first: u32,
    /// So often a new key is missing in lists.
    pub hidden_first: u32,
    made: u32,
}

#[derive(Clone)]
pub struct SpacesKey {
    pub id: String,
    pub secret: String,
    pub name: String,
    pub grants: Value,
    refusals_left: u32,
    hidden_left: u32,
}

impl DigitalOcean {
    pub fn start() -> DigitalOcean {
        let state = Arc::new(Mutex::new(State {
            tokens: BTreeMap::new(),
            tokens_elsewhere: Vec::new(),
            keys: Vec::new(),
            keys_max: 200,
            buckets: vec!["ledgers".to_owned()],
            given_instead: None,
            refused_first: 0,
            hidden_first: 0,
            made: 0,
        }));
        let shared = Arc::clone(&state);
        let server = Server::start(move |asked| {
            let mut state = locked(&shared);
            match s3::is_s3(asked) {
                true => s3::answer(asked, |id| state.s3_key(id)),
                false => state.answer(asked),
            }
        });
        DigitalOcean { server, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// A token with these scopes.
    pub fn token(&self, scopes: &[&'static str]) -> String {
        let mut state = self.state();
        let token = format!("dop_v1_{:0>64}", state.tokens.len() + 1);
        state.tokens.insert(token.clone(), scopes.to_vec());
        token
    }

    /// A key made long ago.
    pub fn key(&self, name: &str, grants: Value) -> SpacesKey {
        let mut state = self.state();
        state.make(name.to_owned(), grants, (0, 0))
    }
}

impl State {
    fn make(&mut self, name: String, grants: Value, (refused, hidden): (u32, u32)) -> SpacesKey {
        self.made += 1;
        let key = SpacesKey {
            id: format!("DO00PLOVER{:0>10}", self.made),
            secret: format!("{:0>43}", format!("sanderling{}", self.made)),
            name,
            grants,
            refusals_left: refused,
            hidden_left: hidden,
        };
        self.keys.push(key.clone());
        key
    }

    fn s3_key(&mut self, id: &str) -> Option<S3Key> {
        let key = self.keys.iter_mut().find(|key| key.id == id)?;
        if key.refusals_left > 0 {
            key.refusals_left -= 1;
            return None;
        }
        let grants = key.grants.as_array().cloned().unwrap_or_default();
        let full = grants
            .iter()
            .any(|grant| grant["permission"] == "fullaccess");
        let opens =
            |bucket: &&String| full || grants.iter().any(|grant| grant["bucket"] == **bucket);
        Some(S3Key {
            secret: key.secret.clone(),
            lists_buckets: full,
            buckets: self.buckets.iter().filter(opens).cloned().collect(),
        })
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        if asked
            .bearer()
            .is_some_and(|token| self.tokens_elsewhere.iter().any(|one| one == token))
        {
            return match asked.path.as_str() {
                "/v2/spaces/keys" => Reply::json(200, &json!({ "keys": [], "links": {} })),
                _ => not_found(),
            };
        }
        let Some(scopes) = asked.bearer().and_then(|token| self.tokens.get(token)) else {
            return refused(401, "unauthorized", "Unable to authenticate you");
        };
        let id = asked.path.strip_prefix("/v2/spaces/keys/");
        let scope = match (asked.method.as_str(), asked.path.as_str(), id) {
            ("GET", "/v2/spaces/keys", None) | ("GET", _, Some(_)) => "spaces_key:read",
            ("POST", "/v2/spaces/keys", None) => "spaces_key:create_credentials",
            ("DELETE", _, Some(_)) => "spaces_key:delete",
            _ => return not_found(),
        };
        if !scopes.contains(&scope) {
            let message = "You are not authorized to perform this operation";
            return refused(403, "forbidden", message);
        }
        match (asked.method.as_str(), id) {
            ("GET", Some(id)) => self.get(id),
            ("GET", None) => self.list(asked),
            ("POST", _) => self.create(asked.json()),
            (_, id) => self.delete(id.unwrap_or_default()),
        }
    }

    fn get(&self, id: &str) -> Reply {
        match self.keys.iter().find(|key| key.id == id) {
            Some(key) => Reply::json(200, &json!({ "key": key.shown() })),
            None => not_found(),
        }
    }

    fn list(&mut self, asked: &Asked) -> Reply {
        let number = |name: &str, usual: usize| match asked.parameter(name) {
            None => Some(usual),
            Some(text) => text.parse().ok().filter(|number| *number > 0),
        };
        let (Some(page), Some(size)) = (number("page", 1), number("per_page", PAGE_KEYS_USUAL))
        else {
            return refused(400, "bad_request", "page and per_page are numbers from 1");
        };
        if size > PAGE_KEYS_MAX {
            return refused(400, "bad_request", "per_page is at most 200");
        }
        let seen: Vec<Value> = self
            .keys
            .iter()
            .filter(|key| key.hidden_left == 0)
            .map(SpacesKey::shown)
            .collect();
        for key in &mut self.keys {
            key.hidden_left = key.hidden_left.saturating_sub(1);
        }
        let shown: Vec<&Value> = seen.iter().skip((page - 1) * size).take(size).collect();
        let links = match page * size < seen.len() {
            true => {
                json!({ "pages": { "next": format!("https://api.digitalocean.com/v2/spaces/keys?page={}", page + 1) } })
            }
            false => json!({}),
        };
        let body = json!({ "keys": shown, "links": links, "meta": { "total": seen.len() } });
        Reply::json(200, &body)
    }

    fn create(&mut self, body: Option<Value>) -> Reply {
        let Some(body) = body else {
            return refused(400, "bad_request", "The request body is not JSON");
        };
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        let grants = body["grants"].as_array().cloned().unwrap_or_default();
        if name.is_empty() {
            return refused(400, "bad_request", "name is required");
        }
        let kind = |grant: &Value| grant["permission"].as_str().unwrap_or_default().to_owned();
        let kinds: Vec<String> = grants.iter().map(kind).collect();
        let known = |kind: &String| ["read", "readwrite", "fullaccess"].contains(&kind.as_str());
        let full = kinds.iter().filter(|kind| *kind == "fullaccess").count();
        if !kinds.iter().all(known) || (full > 0 && kinds.len() > 1) {
            return refused(400, "bad_request", "The grants are invalid");
        }
        if self.keys.len() >= self.keys_max {
            let message = "You have reached the limit of Spaces access keys";
            return refused(422, "unprocessable_entity", message);
        }
        let delays = (self.refused_first, self.hidden_first);
        let grants = self.given_instead.clone().unwrap_or(json!(grants));
        let key = self.make(name, grants, delays);
        let mut shown = key.shown();
        shown["secret_key"] = json!(key.secret);
        Reply::json(201, &json!({ "key": shown }))
    }

    fn delete(&mut self, id: &str) -> Reply {
        let before = self.keys.len();
        self.keys.retain(|key| key.id != id);
        if self.keys.len() == before {
            return not_found();
        }
        Reply::empty(204)
    }
}

impl SpacesKey {
    fn shown(&self) -> Value {
        json!({ "name": self.name, "access_key": self.id, "grants": self.grants, "created_at": MADE_AT })
    }
}

fn refused(status: u16, id: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "id": id, "message": message }))
}

fn not_found() -> Reply {
    let message = "The resource you were accessing could not be found.";
    refused(404, "not_found", message)
}
