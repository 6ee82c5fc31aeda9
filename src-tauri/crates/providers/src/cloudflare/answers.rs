//! What Cloudflare answers, as far as it is used (API reference, Account and User API Tokens), and what it is sent.

use domain::Timestamp;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::clock::now;
use crate::error::{ErrorKind, ProviderError};
use crate::fault_body;
use crate::http::Answer;
use crate::json_api::foreign;
use crate::key_service::{CreatedKey, KeyStatus, LastUse, RemoteKey, RemoteKeyId};
use crate::limits;

/// Said of a token that is unknown or has no such form, with whatever status.
const BAD_TOKEN_CODES: &[i64] = &[1000, 6003];

/// Around every answer.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    success: bool,
    #[serde(default = "Option::default")]
    result: Option<T>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: i64,
    #[serde(default)]
    message: String,
}

/// What a token says of itself.
#[derive(Deserialize)]
pub(super) struct Verified {
    pub id: String,
    pub status: String,
}

/// No `Debug`: a new one has its value.
#[derive(Deserialize)]
pub(super) struct Token {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    policies: Vec<Policy>,
    /// From which addresses it may be used.
    #[serde(default)]
    condition: Option<Value>,
    #[serde(default)]
    issued_on: Option<String>,
    #[serde(default)]
    last_used_on: Option<String>,
    #[serde(default)]
    expires_on: Option<String>,
    #[serde(default)]
    not_before: Option<String>,
    #[serde(default)]
    value: Option<Zeroizing<String>>,
}

/// Nothing of it is lost on the way to the next token.
#[derive(Deserialize)]
struct Policy {
    effect: String,
    resources: Value,
    permission_groups: Vec<Group>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl<T> Envelope<T> {
    pub fn into_result(self) -> Result<T, ProviderError> {
        self.result.filter(|_| self.success).ok_or_else(foreign)
    }
}

impl Verified {
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

impl Token {
    fn groups(&self) -> impl Iterator<Item = &Group> {
        let policies = self.policies.iter();
        policies.flat_map(|policy| &policy.permission_groups)
    }

    /// Whether it has one of the other's permissions.
    pub fn is_like(&self, other: &Token) -> bool {
        self.id == other.id
            || self
                .groups()
                .any(|one| other.groups().any(|its| its.id == one.id))
    }

    /// Whether any of its permissions is one of R2's, which all have it in their names.
    pub fn is_of_r2(&self) -> bool {
        let mut names = self.groups().filter_map(|group| group.name.as_deref());
        names.any(|name| name.contains("R2"))
    }

    /// Whether a policy allows the permission of that name.
    pub fn allows(&self, name: &str) -> bool {
        let mut allowing = self.policies.iter().filter(|one| one.effect == "allow");
        allowing.any(|policy| {
            let mut groups = policy.permission_groups.iter();
            groups.any(|group| group.name.as_deref() == Some(name))
        })
    }

    pub fn into_remote(self, ours: &str) -> RemoteKey {
        RemoteKey {
            is_ours: self.id == ours,
            id: RemoteKeyId::new(self.id),
            name: self.name,
            status: match self.status.as_str() {
                "active" => KeyStatus::Active,
                "disabled" => KeyStatus::Inactive,
                "expired" => KeyStatus::Expired,
                _ => KeyStatus::Unknown,
            },
            created_at: time(self.issued_on.as_deref()),
            expires_at: time(self.expires_on.as_deref()),
            last_used: match time(self.last_used_on.as_deref()) {
                Some(time) => LastUse::At {
                    time,
                    service: None,
                    region: None,
                },
                None => LastUse::NotTold,
            },
        }
    }

    /// The request for a token that may do the same from the same addresses, and lives as long.
    pub fn successor(&self, name: &str) -> Result<Value, ProviderError> {
        if self.policies.is_empty() {
            let message = "The present token shows no policies, so a new one can't get the same.";
            return Err(ProviderError::new(ErrorKind::Rejected, message).with_code("no_policies"));
        }
        if self.condition.as_ref().is_some_and(|set| !set.is_object()) {
            return Err(limits::unknown("a condition of use"));
        }
        let mut body = json!({ "name": name, "policies": self.policies_to_send() });
        self.keep_condition(&mut body);
        if self.expires_on.is_some() {
            let end = self.next_end();
            body["expires_on"] = json!(end.ok_or_else(|| limits::unknown("an end"))?);
        }
        Ok(body)
    }

    /// Of the token that was made by `asked`, to follow `present`: what it is limited to in another way.
    pub fn differs_in(&self, present: &Token, asked: &Value) -> Option<&'static str> {
        // Not every answer need show them.
        if !self.policies.is_empty() && !limits::same(&self.allowances(), &present.allowances()) {
            return Some("policies");
        }
        if self.condition() != present.condition() {
            return Some("conditions of use");
        }
        let end = time(asked["expires_on"].as_str());
        (time(self.expires_on.as_deref()) != end).then_some("dates of its end")
    }

    /// What its policies come to, however they are put together.
    fn allowances(&self) -> Vec<(&str, &Value, &str)> {
        let policies = self.policies.iter();
        policies
            .flat_map(|one| {
                let groups = one.permission_groups.iter();
                groups.map(|group| (one.effect.as_str(), &one.resources, group.id.as_str()))
            })
            .collect()
    }

    /// `None` also where it is one that excludes nothing.
    fn condition(&self) -> Option<&Value> {
        let is_empty = |set: &Value| set.as_object().is_some_and(Map::is_empty);
        self.condition.as_ref().filter(|set| !is_empty(set))
    }

    /// The request that changes its status and nothing else.
    pub fn with_status(&self, status: &str) -> Value {
        let mut body = json!({
            "name": self.name,
            "policies": self.policies_to_send(),
            "status": status,
        });
        self.keep_condition(&mut body);
        for (name, kept) in [
            ("expires_on", &self.expires_on),
            ("not_before", &self.not_before),
        ] {
            if let Some(kept) = kept {
                body[name] = json!(kept);
            }
        }
        body
    }

    /// Without what only answers have: a policy's id, a group's name.
    fn policies_to_send(&self) -> Value {
        let policies = self.policies.iter().map(|policy| {
            let groups = policy.permission_groups.iter();
            let groups = groups.map(|group| {
                let mut sent = group.others.clone();
                sent.insert("id".to_owned(), json!(group.id));
                Value::Object(sent)
            });
            let mut sent = policy.others.clone();
            sent.remove("id");
            sent.insert("effect".to_owned(), json!(policy.effect));
            sent.insert("resources".to_owned(), policy.resources.clone());
            sent.insert("permission_groups".to_owned(), groups.collect());
            Value::Object(sent)
        });
        policies.collect()
    }

    fn keep_condition(&self, body: &mut Value) {
        if let Some(condition) = self.condition() {
            body["condition"] = condition.clone();
        }
    }

    /// A token that was made for some time is followed by one for as long, from now on, to the second. `None` where it is
    /// not told for how long it was made.
    fn next_end(&self) -> Option<String> {
        let start = time(self.issued_on.as_deref())?;
        let end = time(self.expires_on.as_deref()).filter(|end| *end > start)?;
        let end = now().plus_millis(end.as_millis() - start.as_millis());
        let end = Timestamp::from_millis(end.as_millis() / 1000 * 1000);
        Some(end.to_string().replace(".000Z", "Z"))
    }

    pub fn into_created(self) -> Result<CreatedKey, ProviderError> {
        let value = self.value.filter(|value| !value.is_empty());
        let value = value.ok_or_else(foreign)?;
        let secret = Zeroizing::new(hex(digest(&SHA256, value.as_bytes()).as_ref()));
        let created = CreatedKey::of_access_key(&self.id, &secret).ok_or_else(foreign)?;
        Ok(CreatedKey {
            created_at: time(self.issued_on.as_deref()),
            expires_at: time(self.expires_on.as_deref()),
            ..created
        })
    }
}

/// The codes are numbers, and many; few say more than the status.
pub(super) fn refusal(answer: &Answer) -> ProviderError {
    let told: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
    let first = told.and_then(|told| told.errors.into_iter().next());
    let kind = match &first {
        Some(fault) if BAD_TOKEN_CODES.contains(&fault.code) => ErrorKind::Refused,
        _ => ErrorKind::of_status(answer.status),
    };
    let (code, message) = first
        .map(|fault| (fault.code.to_string(), fault.message))
        .unzip();
    fault_body::told(answer, kind, code, message)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(changes: Value) -> Token {
        let mut token = json!({ "id": "a", "issued_on": "2026-01-01T00:00:00Z", "policies": [
            { "id": "p", "effect": "allow", "resources": { "b": "*" }, "note": 7,
              "permission_groups": [{ "id": "g", "name": "Write", "meta": { "key": "k" } }] }] });
        let given = changes.as_object().cloned().expect("changes");
        token.as_object_mut().expect("a token").extend(given);
        serde_json::from_value(token).expect("a token")
    }

    #[test]
    fn a_limit_that_cannot_be_carried_over_makes_no_wider_token() {
        let end = "2026-03-01T00:00:00Z";
        for changes in [
            json!({ "expires_on": end, "issued_on": null }),
            json!({ "expires_on": end, "issued_on": "yesterday" }),
            json!({ "expires_on": end, "issued_on": end }),
            json!({ "expires_on": "soon" }),
            json!({ "expires_on": "" }),
            json!({ "condition": ["192.0.2.0/24"] }),
            json!({ "condition": "192.0.2.0/24" }),
        ] {
            match present(changes.clone()).successor("next") {
                Err(error) => assert_eq!(error.code.as_deref(), Some("unknown_limits")),
                Ok(body) => panic!("{changes}: {body}"),
            }
        }
        for changes in [
            json!({}),
            json!({ "condition": {} }),
            json!({ "condition": null }),
        ] {
            let body = present(changes).successor("next").expect("no limits");
            assert_eq!(
                (body.get("condition"), body.get("expires_on")),
                (None, None)
            );
        }
    }

    #[test]
    fn what_a_policy_says_is_carried_over_whole() {
        let body = present(json!({})).successor("next").expect("a body");
        let sent = json!([{ "effect": "allow", "resources": { "b": "*" }, "note": 7,
            "permission_groups": [{ "id": "g", "meta": { "key": "k" } }] }]);
        assert_eq!(body["policies"], sent);
    }

    #[test]
    fn a_new_tokens_other_limits_are_seen() {
        let old = present(json!({ "condition": { "ip": 1 } }));
        let group = |id: &str| json!({ "id": id });
        let policy = |resource: &str, groups: Value| json!([{ "effect": "allow", "resources": { resource: "*" }, "permission_groups": groups }]);
        for (changes, differs) in [
            (json!({ "condition": { "ip": 1 } }), None),
            (json!({ "condition": { "ip": 1 }, "policies": [] }), None),
            (json!({}), Some("conditions of use")),
            (
                json!({ "condition": { "ip": 2 } }),
                Some("conditions of use"),
            ),
            (
                json!({ "condition": { "ip": 1 }, "policies": policy("c", json!([group("g")])) }),
                Some("policies"),
            ),
            (
                json!({ "condition": { "ip": 1 }, "policies": policy("b", json!([group("g"), group("h")])) }),
                Some("policies"),
            ),
            (
                json!({ "condition": { "ip": 1 }, "expires_on": "2026-01-01T00:00:00Z" }),
                Some("dates of its end"),
            ),
        ] {
            let new = present(changes.clone());
            assert_eq!(new.differs_in(&old, &json!({})), differs, "{changes}");
        }
        let asked = json!({ "expires_on": "2027-01-01T00:00:00Z" });
        let endless = present(json!({ "condition": { "ip": 1 } }));
        assert_eq!(endless.differs_in(&old, &asked), Some("dates of its end"));
    }

    /// From R2's pages: the secret is the SHA-256 of the token's value, in hexadecimal.
    #[test]
    fn a_key_is_its_tokens_id_and_the_hash_of_its_value() {
        let token = json!({ "id": "ed17574386854bf78a67040be0a770b0", "value": "abc" });
        let token: Token = serde_json::from_value(token).expect("a token");
        let created = token.into_created().expect("a key");
        assert_eq!(created.id.as_str(), "ed17574386854bf78a67040be0a770b0");
        let (_, secret) = &created.fields[1];
        assert_eq!(
            secret.expose_text(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
