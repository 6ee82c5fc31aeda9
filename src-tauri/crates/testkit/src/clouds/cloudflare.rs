//! Cloudflare's API tokens, of one account and one user, and R2 with the keys that they are: from its API reference (Account
//! and User API Tokens), Fundamentals (limits, creating tokens by API) and R2's pages on authentication.
//!
//! They do not say what is answered for one token too many (here 400) and for a token that is unknown (here 404).

use std::sync::{Arc, Mutex, MutexGuard};

use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::s3::{self, S3Key, hex};
use super::server::{Asked, Reply, Server, locked};

pub const ACCOUNT: &str = "023e105f4ecef8ad9ca31a8372d0c353";
/// Permission groups by id.
const GROUPS: &[(&str, &str)] = &[
    (
        "bf7481a1826f439697cb59a20b22293e",
        "Workers R2 Storage Write",
    ),
    (
        "2efd5506f9c8494dacb1fa10a3e7d5b6",
        "Workers R2 Storage Bucket Item Write",
    ),
    ("5bc3f8b21c554832afc660159ab75fa4", ACCOUNT_TOKENS),
    ("686d18d5ac6c441c867cbf6771e58a0a", USER_TOKENS),
    ("c8fed203ed3043cba015a93ad1616f1f", "Zone Read"),
];
pub const ACCOUNT_TOKENS: &str = "Account API Tokens Write";
pub const USER_TOKENS: &str = "API Tokens Write";
const ISSUED_ON: &str = "2026-02-03T04:05:06Z";

pub struct Cloudflare {
    pub server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Account,
    User,
}

pub struct State {
    pub tokens: Vec<Token>,
    pub tokens_max: usize,
    pub buckets: Vec<String>,
    /// What every new one may do, whatever is asked for.
    pub given_instead: Option<Value>,
    /// So often a new token's key is refused by R2.
    pub refused_first: u32,
    /// So often a new token is missing in lists.
    pub hidden_first: u32,
    made: u32,
}

#[derive(Clone)]
pub struct Token {
    pub id: String,
    pub value: String,
    pub name: String,
    pub owner: Owner,
    pub status: String,
    pub policies: Value,
    pub condition: Option<Value>,
    pub expires_on: Option<String>,
    pub last_used_on: Option<String>,
    refusals_left: u32,
    hidden_left: u32,
}

impl Cloudflare {
    pub fn start() -> Cloudflare {
        let state = Arc::new(Mutex::new(State {
            tokens: Vec::new(),
            tokens_max: 50,
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
        Cloudflare { server, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    pub fn token(&self, owner: Owner, name: &str, policies: Value) -> Token {
        self.state().make(owner, name, policies)
    }
}

/// One policy that allows these permissions, by their names, on a resource.
pub fn policies(permissions: &[&str], resource: &str) -> Value {
    let groups: Vec<Value> = permissions
        .iter()
        .map(|name| {
            let (id, _) = GROUPS
                .iter()
                .find(|(_, known)| known == name)
                .expect("a known permission");
            json!({ "id": id, "name": name, "meta": { "label": "x" } })
        })
        .collect();
    json!([{ "id": "f267e341f3dd4697bd3b9f71dd96247f", "effect": "allow",
        "resources": { resource: "*" }, "permission_groups": groups }])
}

pub fn of_account() -> String {
    format!("com.cloudflare.api.account.{ACCOUNT}")
}

pub fn of_bucket(bucket: &str) -> String {
    format!("com.cloudflare.edge.r2.bucket.{ACCOUNT}_default_{bucket}")
}

impl Token {
    /// The secret of the key that it is.
    pub fn secret(&self) -> String {
        hex(digest(&SHA256, self.value.as_bytes()).as_ref())
    }

    fn permissions(&self) -> Vec<&str> {
        let policies = self.policies.as_array().into_iter().flatten();
        let groups = policies.flat_map(|policy| policy["permission_groups"].as_array());
        groups
            .flatten()
            .filter_map(|group| group["name"].as_str())
            .collect()
    }

    fn may(&self, permission: &str) -> bool {
        self.permissions().contains(&permission)
    }

    fn shown(&self) -> Value {
        let mut shown = json!({ "id": self.id, "name": self.name, "status": self.status,
            "policies": self.policies, "issued_on": ISSUED_ON, "modified_on": ISSUED_ON });
        let kept = [
            ("expires_on", &self.expires_on),
            ("last_used_on", &self.last_used_on),
        ];
        for (name, value) in kept {
            if let Some(value) = value {
                shown[name] = json!(value);
            }
        }
        if let Some(condition) = &self.condition {
            shown["condition"] = condition.clone();
        }
        shown
    }
}

impl State {
    fn make(&mut self, owner: Owner, name: &str, policies: Value) -> Token {
        self.made += 1;
        let token = Token {
            id: format!("ed1757{:0>26}", self.made),
            value: format!("{:0>40}", format!("sanderling{}", self.made)),
            name: name.to_owned(),
            owner,
            status: "active".to_owned(),
            policies,
            condition: None,
            expires_on: None,
            last_used_on: None,
            refusals_left: 0,
            hidden_left: 0,
        };
        self.tokens.push(token.clone());
        token
    }

    fn s3_key(&mut self, id: &str) -> Option<S3Key> {
        let mut tokens = self.tokens.iter_mut();
        let token = tokens.find(|token| token.id == id && token.status == "active")?;
        if token.refusals_left > 0 {
            token.refusals_left -= 1;
            return None;
        }
        let is_admin = token.may("Workers R2 Storage Write");
        let resources = token.policies.to_string();
        let opens = |bucket: &&String| is_admin || resources.contains(&of_bucket(bucket));
        Some(S3Key {
            secret: token.secret(),
            lists_buckets: is_admin,
            buckets: self.buckets.iter().filter(opens).cloned().collect(),
        })
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        let caller = asked.bearer().and_then(|value| {
            let mut tokens = self.tokens.iter();
            tokens
                .find(|token| token.value == value && token.status == "active")
                .cloned()
        });
        let account = format!("/accounts/{ACCOUNT}/tokens");
        let (owner, rest) = match (
            asked.path.strip_prefix(&account),
            asked.path.strip_prefix("/user/tokens"),
        ) {
            (Some(rest), _) => (Owner::Account, rest),
            (_, Some(rest)) => (Owner::User, rest),
            _ => {
                return refused(
                    404,
                    7003,
                    "Could not route to the path, perhaps your object identifier is invalid?",
                );
            }
        };
        let Some(caller) = caller else {
            return match rest {
                "/verify" => refused(401, 1000, "Invalid API Token"),
                _ => refused(401, 10000, "Authentication error"),
            };
        };
        if rest == "/verify" {
            return match caller.owner == owner {
                true => done(json!({ "id": caller.id, "status": caller.status })),
                false => refused(401, 1000, "Invalid API Token"),
            };
        }
        let needed = match owner {
            Owner::Account => ACCOUNT_TOKENS,
            Owner::User => USER_TOKENS,
        };
        // Tokens of an account have no user.
        let reaches = owner == Owner::Account || caller.owner == Owner::User;
        if !reaches || !caller.may(needed) {
            return refused(403, 9109, "Unauthorized to access requested resource");
        }
        match (asked.method.as_str(), rest.strip_prefix('/')) {
            ("GET", None) => self.list(owner, asked),
            ("POST", None) => self.create(owner, asked.json()),
            ("GET", Some(id)) => self.on(owner, id, |token| done(token.shown())),
            ("PUT", Some(id)) => self.update(owner, id, asked.json()),
            ("DELETE", Some(id)) => self.delete(owner, id),
            _ => refused(
                405,
                10405,
                "Method not allowed for this authentication scheme",
            ),
        }
    }

    fn on(&mut self, owner: Owner, id: &str, act: impl FnOnce(&mut Token) -> Reply) -> Reply {
        let mut tokens = self.tokens.iter_mut();
        match tokens.find(|token| token.id == id && token.owner == owner) {
            Some(token) => act(token),
            None => refused(404, 1003, "Invalid or missing token id"),
        }
    }

    fn list(&mut self, owner: Owner, asked: &Asked) -> Reply {
        let number = |name: &str, usual: usize| match asked.parameter(name) {
            None => Some(usual),
            Some(text) => text.parse().ok(),
        };
        let (Some(page @ 1..), Some(size @ 5..=50)) = (number("page", 1), number("per_page", 20))
        else {
            return refused(400, 1002, "per_page is 5 to 50, page is from 1");
        };
        let of_owner = |token: &&mut Token| token.owner == owner;
        let mut seen = Vec::new();
        for token in self.tokens.iter_mut().filter(of_owner) {
            if token.hidden_left == 0 {
                seen.push(token.shown());
            }
            token.hidden_left = token.hidden_left.saturating_sub(1);
        }
        let shown: Vec<&Value> = seen.iter().skip((page - 1) * size).take(size).collect();
        let info = json!({ "page": page, "per_page": size, "count": shown.len(), "total_count": seen.len() });
        Reply::json(
            200,
            &json!({ "success": true, "errors": [], "messages": [], "result": shown, "result_info": info }),
        )
    }

    fn create(&mut self, owner: Owner, body: Option<Value>) -> Reply {
        let Some(policies) = body.as_ref().and_then(checked) else {
            return refused(400, 1001, "Invalid request body");
        };
        let body = body.expect("its policies were checked");
        if self
            .tokens
            .iter()
            .filter(|token| token.owner == owner)
            .count()
            >= self.tokens_max
        {
            return refused(400, 1004, "You have reached the maximum number of tokens");
        }
        let name = body["name"].as_str().unwrap_or_default();
        let (refused_first, hidden_first) = (self.refused_first, self.hidden_first);
        let policies = self.given_instead.clone().unwrap_or(policies);
        self.make(owner, name, policies);
        let token = self.tokens.last_mut().expect("made a moment ago");
        (token.refusals_left, token.hidden_left) = (refused_first, hidden_first);
        token.condition = body.get("condition").cloned();
        token.expires_on = body["expires_on"].as_str().map(str::to_owned);
        let mut shown = token.shown();
        shown["value"] = json!(token.value);
        done(shown)
    }

    fn update(&mut self, owner: Owner, id: &str, body: Option<Value>) -> Reply {
        let Some(policies) = body.as_ref().and_then(checked) else {
            return refused(400, 1001, "Invalid request body");
        };
        let body = body.expect("its policies were checked");
        let status = body["status"].as_str().unwrap_or("active").to_owned();
        if !["active", "disabled", "expired"].contains(&status.as_str()) {
            return refused(400, 1001, "Invalid status");
        }
        self.on(owner, id, |token| {
            token.name = body["name"].as_str().unwrap_or_default().to_owned();
            token.policies = policies;
            token.status = status;
            // What a replacement does not have is gone.
            token.condition = body.get("condition").cloned();
            token.expires_on = body["expires_on"].as_str().map(str::to_owned);
            done(token.shown())
        })
    }

    fn delete(&mut self, owner: Owner, id: &str) -> Reply {
        let found = self.on(owner, id, |token| done(json!({ "id": token.id })));
        self.tokens
            .retain(|token| token.id != id || token.owner != owner);
        found
    }
}

/// The policies of a request, with the names that answers have; `None` where the request is none.
fn checked(body: &Value) -> Option<Value> {
    let name = body["name"].as_str()?;
    let policies = body["policies"]
        .as_array()
        .filter(|policies| !policies.is_empty())?;
    if name.is_empty() || name.chars().count() > 120 {
        return None;
    }
    let policies = policies.iter().map(|policy| {
        let effect = policy["effect"]
            .as_str()
            .filter(|effect| ["allow", "deny"].contains(effect))?;
        let resources: &Map<String, Value> = policy["resources"].as_object()?;
        let groups = policy["permission_groups"]
            .as_array()
            .filter(|groups| !groups.is_empty())?;
        let groups = groups.iter().map(|group| {
            let id = group["id"].as_str()?;
            let (_, name) = GROUPS.iter().find(|(known, _)| *known == id)?;
            Some(json!({ "id": id, "name": name }))
        });
        let groups: Vec<Value> = groups.collect::<Option<_>>()?;
        (!resources.is_empty()).then(
            || json!({ "effect": effect, "resources": resources, "permission_groups": groups }),
        )
    });
    policies.collect::<Option<Vec<_>>>().map(Value::from)
}

fn done(result: Value) -> Reply {
    Reply::json(
        200,
        &json!({ "success": true, "errors": [], "messages": [], "result": result }),
    )
}

fn refused(status: u16, code: u32, message: &str) -> Reply {
    let errors = json!([{ "code": code, "message": message }]);
    Reply::json(
        status,
        &json!({ "success": false, "errors": errors, "messages": [], "result": null }),
    )
}
