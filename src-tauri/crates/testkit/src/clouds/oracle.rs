//! Oracle's customer secret keys and the S3 interface of one namespace: from its IAM API reference (CustomerSecretKey), API
//! errors, and Request Signatures, by which every request is verified with the public key.

use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use ring::digest::{SHA256, digest};
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use super::s3::{self, S3Key};
use super::server::{Asked, Reply, Server, locked};

pub const TENANCY: &str = "ocid1.tenancy.oc1..turnstone";
pub const USER: &str = "ocid1.user.oc1..uploader";
pub const ADMINISTRATOR: &str = "ocid1.user.oc1..administrator";
pub const BYSTANDER: &str = "ocid1.user.oc1..bystander";
pub const FINGERPRINT: &str = "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34";
pub const REGION: &str = "eu-frankfurt-1";
pub const NAMESPACE: &str = "axaxnpcrorw5";
/// As Oracle's console gives it, with its label below; made for these tests.
pub const SIGNING_KEY: &str = include_str!("oracle/signing_key.pem");
/// The same one, as Oracle's older tools give it.
pub const SIGNING_KEY_PKCS1: &str = include_str!("oracle/signing_key_pkcs1.pem");
/// One that no user has.
pub const STRANGE_KEY: &str = include_str!("oracle/strange_key.pem");
const CLOCK_SECONDS_MAX: i64 = 5 * 60;
const KEYS_MAX: usize = 2;
const MADE_AT: &str = "2026-02-03T04:05:06.700Z";

pub struct Oracle {
    pub server: Server,
    state: Arc<Mutex<State>>,
}

pub struct State {
    pub keys: Vec<SecretKey>,
    pub buckets: Vec<String>,
    /// So often a new key is refused by Object Storage.
    pub refused_first: u32,
    /// So often a new key is listed as being made.
    pub creating_first: u32,
    /// The DER of the key pair's public half.
    public_key: Vec<u8>,
    made: u32,
}

#[derive(Clone)]
pub struct SecretKey {
    pub id: String,
    pub secret: String,
    pub name: String,
    pub user: String,
    pub state: String,
    refusals_left: u32,
    creating_left: u32,
}

impl Oracle {
    pub fn start() -> Oracle {
        let state = Arc::new(Mutex::new(State {
            keys: Vec::new(),
            buckets: vec!["ledgers".to_owned()],
            refused_first: 0,
            creating_first: 0,
            public_key: public_half(SIGNING_KEY),
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
        Oracle { server, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// A key made long ago.
    pub fn key(&self, name: &str) -> SecretKey {
        self.state().make(USER, name)
    }
}

fn public_half(pem: &str) -> Vec<u8> {
    let lines = pem
        .lines()
        .filter(|line| !line.contains("-----") && !line.contains('_'));
    let der = BASE64_STANDARD
        .decode(lines.collect::<String>())
        .expect("PEM");
    let pair = RsaKeyPair::from_pkcs8(&der).expect("an RSA key");
    pair.public_key().as_ref().to_vec()
}

impl State {
    fn make(&mut self, user: &str, name: &str) -> SecretKey {
        self.made += 1;
        let key = SecretKey {
            id: format!("{:0>40x}", 0xab_0000 + self.made),
            secret: format!("{:0>43}=", format!("sanderling{}", self.made)),
            name: name.to_owned(),
            user: user.to_owned(),
            state: "ACTIVE".to_owned(),
            refusals_left: 0,
            creating_left: 0,
        };
        self.keys.push(key.clone());
        key
    }

    fn s3_key(&mut self, id: &str) -> Option<S3Key> {
        let mut keys = self.keys.iter_mut();
        let key = keys.find(|key| key.id == id && key.state == "ACTIVE")?;
        if key.refusals_left > 0 {
            key.refusals_left -= 1;
            return None;
        }
        Some(S3Key {
            secret: key.secret.clone(),
            lists_buckets: true,
            buckets: self.buckets.clone(),
        })
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        let caller = match self.signed_by(asked) {
            Ok(caller) => caller,
            Err(why) => return refused(401, "NotAuthenticated", why),
        };
        let Some((user, rest)) = parts(&asked.path) else {
            return refused(
                404,
                "NotFound",
                "There is no operation of this path and method.",
            );
        };
        if caller != user && caller != ADMINISTRATOR {
            return not_found();
        }
        match (asked.method.as_str(), rest) {
            ("GET", "") => self.list(user),
            ("POST", "") => self.create(user, asked),
            ("DELETE", id) if !id.is_empty() => self.delete(user, id),
            _ => refused(
                405,
                "MethodNotAllowed",
                "The resource does not have this method.",
            ),
        }
    }

    /// The user whose key has signed.
    fn signed_by(&self, asked: &Asked) -> Result<String, &'static str> {
        let text = asked
            .header("authorization")
            .ok_or("There is no signature.")?;
        let rest = text
            .strip_prefix("Signature version=\"1\",")
            .ok_or("No such version.")?;
        let part = |name: &str| {
            let (_, rest) = rest.split_once(&format!("{name}=\""))?;
            rest.split('"').next()
        };
        let (Some(key_id), Some(names), Some(signature)) =
            (part("keyId"), part("headers"), part("signature"))
        else {
            return Err("A part of the signature is missing.");
        };
        if part("algorithm") != Some("rsa-sha256") {
            return Err("The algorithm is not rsa-sha256.");
        }
        let names: Vec<&str> = names.split(' ').collect();
        require_headers(asked, &names)?;
        let text = signing_text(asked, &names).ok_or("A signed header is missing.")?;
        let signature = BASE64_STANDARD
            .decode(signature)
            .map_err(|_| "No base64.")?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.public_key)
            .verify(text.as_bytes(), &signature)
            .map_err(|_| "The signature is wrong.")?;
        let mut parts = key_id.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(TENANCY), Some(user), Some(FINGERPRINT), None) if !user.is_empty() => {
                Ok(user.to_owned())
            }
            _ => Err("The key's id is unknown."),
        }
    }

    fn list(&mut self, user: &str) -> Reply {
        let mut shown = Vec::new();
        for key in self.keys.iter_mut().filter(|key| key.user == user) {
            shown.push(key.shown());
            key.creating_left = key.creating_left.saturating_sub(1);
        }
        Reply::json(200, &Value::from(shown))
    }

    fn create(&mut self, user: &str, asked: &Asked) -> Reply {
        let Some(body) = asked.json() else {
            return refused(
                400,
                "CannotParseRequest",
                "The request is incorrectly formatted.",
            );
        };
        let Some(name) = body["displayName"].as_str().filter(|name| !name.is_empty()) else {
            return refused(400, "MissingParameter", "displayName is missing.");
        };
        if self.keys.iter().filter(|key| key.user == user).count() >= KEYS_MAX {
            let message = "The user has the maximum number of customer secret keys.";
            return refused(400, "LimitExceeded", message);
        }
        let (refused_first, creating_first) = (self.refused_first, self.creating_first);
        self.make(user, name);
        let key = self.keys.last_mut().expect("made a moment ago");
        (key.refusals_left, key.creating_left) = (refused_first, creating_first);
        let mut shown = key.shown();
        shown["key"] = json!(key.secret);
        Reply::json(200, &shown)
    }

    fn delete(&mut self, user: &str, id: &str) -> Reply {
        let before = self.keys.len();
        self.keys.retain(|key| key.user != user || key.id != id);
        match self.keys.len() == before {
            true => not_found(),
            false => Reply::empty(204),
        }
    }
}

impl SecretKey {
    fn shown(&self) -> Value {
        let state = match self.creating_left {
            0 => self.state.as_str(),
            _ => "CREATING",
        };
        json!({ "id": self.id, "displayName": self.name, "userId": self.user,
            "lifecycleState": state, "timeCreated": MADE_AT, "timeExpires": null })
    }
}

/// The user in a path, and what comes after the keys' own name.
fn parts(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/20160918/users/")?;
    let (user, rest) = rest.split_once("/customerSecretKeys")?;
    Some((user, rest.trim_start_matches('/')))
}

/// What has to be signed, and said truly.
fn require_headers(asked: &Asked, names: &[&str]) -> Result<(), &'static str> {
    let has_body = ["POST", "PUT"].contains(&asked.method.as_str());
    let of_all = ["(request-target)", "date", "host"];
    let of_bodies = ["content-length", "content-type", "x-content-sha256"];
    let needed = of_all.iter().chain(of_bodies.iter().filter(|_| has_body));
    if !needed.clone().all(|name| names.contains(name)) {
        return Err("A header that has to be signed is not.");
    }
    let date = asked.header("date").unwrap_or_default();
    let date = DateTimeParser::new()
        .parse_timestamp(date)
        .map_err(|_| "This is no date.")?;
    if (Timestamp::now().as_second() - date.as_second()).abs() > CLOCK_SECONDS_MAX {
        return Err("The clock is off by more than five minutes.");
    }
    let hash = BASE64_STANDARD.encode(digest(&SHA256, &asked.body));
    if has_body && asked.header("x-content-sha256") != Some(&hash) {
        return Err("The body is not the one that was signed.");
    }
    Ok(())
}

fn signing_text(asked: &Asked, names: &[&str]) -> Option<String> {
    let lines = names.iter().map(|name| {
        if *name == "(request-target)" {
            let method = asked.method.to_ascii_lowercase();
            let mark = if asked.query.is_empty() { "" } else { "?" };
            return Some(format!(
                "{name}: {method} {}{mark}{}",
                asked.path, asked.query
            ));
        }
        Some(format!("{name}: {}", asked.header(name)?))
    });
    Some(lines.collect::<Option<Vec<_>>>()?.join("\n"))
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "code": code, "message": message }))
}

fn not_found() -> Reply {
    let message = "Authorization failed or requested resource not found";
    refused(404, "NotAuthorizedOrNotFound", message)
}
