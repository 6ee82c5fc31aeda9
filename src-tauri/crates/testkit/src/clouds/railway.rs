//! Railway's GraphQL, as far as its command line uses it for buckets, and the buckets' S3: from its Public API (tokens,
//! headers) and `railway bucket credentials`. Refusals are successes that list errors, as its command line reads them.
//!
//! Not told anywhere: what the buckets' host says to a key that lists buckets; here it may not.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::s3::{self, S3Key};
use super::server::{Asked, Reply, Server, locked};

pub const PROJECT: &str = "8df3b1d6-2317-4400-b267-56c4a42eed06";
pub const ENVIRONMENT: &str = "1ff5a4b6-0d8e-4b6e-9d6b-6b2f0c1d2e3f";
pub const BUCKET: &str = "4bd252dc-c4ac-4c2e-a52f-051804292035";

pub struct Railway {
    pub server: Server,
    state: Arc<Mutex<State>>,
}

pub struct State {
    /// Of an account, shown as bearers.
    pub account_tokens: Vec<String>,
    /// Of the project, shown in a header of their own.
    pub project_tokens: Vec<String>,
    pub key_id: String,
    pub secret: String,
    pub buckets: Vec<String>,
    /// So often new credentials are refused by the buckets' host.
    pub refused_first: u32,
    /// Whether the secret of credentials is told more than once.
    pub tells_again: bool,
    pub resets: u32,
    refusals_left: u32,
}

impl Railway {
    pub fn start() -> Railway {
        let state = Arc::new(Mutex::new(State {
            account_tokens: Vec::new(),
            project_tokens: Vec::new(),
            key_id: String::new(),
            secret: String::new(),
            buckets: vec!["ledgers".to_owned()],
            refused_first: 0,
            tells_again: true,
            resets: 0,
            refusals_left: 0,
        }));
        locked(&state).make(0);
        let shared = Arc::clone(&state);
        let server = Server::start(move |asked| {
            let mut state = locked(&shared);
            match s3::is_s3(asked) {
                true => s3::answer(asked, |id| state.s3_key(id)),
                false => state.answer(asked),
            }
        });
        Railway { server, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    pub fn api(&self) -> String {
        format!("{}/graphql/v2", self.server.url())
    }
}

impl State {
    fn make(&mut self, number: u32) {
        self.key_id = format!("tid_plover{number:0>4}");
        self.secret = format!("tsec_sanderling{number:0>20}");
    }

    fn s3_key(&mut self, id: &str) -> Option<S3Key> {
        if id != self.key_id {
            return None;
        }
        if self.refusals_left > 0 {
            self.refusals_left -= 1;
            return None;
        }
        Some(S3Key {
            secret: self.secret.clone(),
            lists_buckets: false,
            buckets: self.buckets.clone(),
        })
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        let Some(body) = asked.json().filter(|_| asked.method == "POST") else {
            return refused(
                400,
                "BAD_USER_INPUT",
                "POST body missing, invalid Content-Type, or JSON object has no keys.",
            );
        };
        let query = body["query"].as_str().unwrap_or_default();
        let variables = &body["variables"];
        let of_project = asked.header("project-access-token").map(str::to_owned);
        let is_project = of_project.is_some_and(|token| self.project_tokens.contains(&token));
        let bearer = asked.bearer().map(str::to_owned);
        let is_account = bearer.is_some_and(|token| self.account_tokens.contains(&token));
        if query.contains("projectToken") {
            return match is_project {
                true => done(
                    json!({ "projectToken": { "projectId": PROJECT, "environmentId": ENVIRONMENT } }),
                ),
                false => not_authorized(),
            };
        }
        if !is_declared(query, variables) {
            return refused(
                400,
                "GRAPHQL_VALIDATION_FAILED",
                "Variable \"$bucketId\" of required type \"String!\" was not provided.",
            );
        }
        let named = (
            &variables["projectId"],
            &variables["environmentId"],
            &variables["bucketId"],
        );
        // Of what is not there and of what may not be reached the same is said.
        if !(is_project || is_account)
            || named != (&json!(PROJECT), &json!(ENVIRONMENT), &json!(BUCKET))
        {
            return not_authorized();
        }
        if query.starts_with("mutation") && query.contains("bucketCredentialsReset(") {
            self.resets += 1;
            self.make(self.resets);
            self.refusals_left = self.refused_first;
            return done(json!({ "bucketCredentialsReset": self.credentials(query) }));
        }
        if query.starts_with("query") && query.contains("bucketS3Credentials(") {
            let mut credentials = self.credentials(query);
            if !self.tells_again && !credentials["secretAccessKey"].is_null() {
                credentials["secretAccessKey"] = Value::Null;
            }
            return done(json!({ "bucketS3Credentials": [credentials] }));
        }
        refused(400, "GRAPHQL_VALIDATION_FAILED", "Cannot query that field.")
    }

    /// Only what is asked for.
    fn credentials(&self, query: &str) -> Value {
        let known = [
            ("accessKeyId", &self.key_id),
            ("secretAccessKey", &self.secret),
        ];
        let asked = known.iter().filter(|(name, _)| query.contains(name));
        asked
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect()
    }
}

fn is_declared(query: &str, variables: &Value) -> bool {
    ["projectId", "environmentId", "bucketId"]
        .iter()
        .all(|name| query.contains(&format!("${name}: String!")) && variables[name].is_string())
}

fn done(data: Value) -> Reply {
    Reply::json(200, &json!({ "data": data }))
}

fn not_authorized() -> Reply {
    refused(200, "INTERNAL_SERVER_ERROR", "Not Authorized")
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let errors = json!([{ "message": message, "extensions": { "code": code }, "traceId": "1" }]);
    Reply::json(status, &json!({ "errors": errors, "data": null }))
}
