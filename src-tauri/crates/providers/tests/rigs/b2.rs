//! Rotating application keys on Backblaze's own simulator, which checks capabilities, with its gaps closed (`b2_rig.py`).

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{AuthMethod, Credentials};
use http::Request;
use providers::{
    Block, CreatedKey, ErrorKind, KeyName, KeyService, LastUse, ManagementCredentials, NotManaged,
    Parameters, ProviderError, RemoteKeyId, ServiceRequest, key_service,
};
use serde_json::{Value, json};
use testkit::clouds;
use testkit::clouds::server::Reply;
use testkit::rigs::chaos::{self, Spoil};
use testkit::rigs::{self, Rig};

use crate::given;

const METHOD: AuthMethod = AuthMethod::B2ApplicationKey;
/// As long as an account's id is.
const MASTER_ID: &str = "a1b2c3d4e5f6";
const MASTER_KEY: &str = "K005masterkeymasterkeymasterkey";
const KEYS: [&str; 3] = ["listKeys", "writeKeys", "deleteKeys"];
const FILES: [&str; 3] = ["listFiles", "readFiles", "writeFiles"];
const DAY_SECONDS: i64 = 24 * 3600;

struct Server {
    rig: Rig,
}

struct Key {
    id: String,
    secret: String,
}

impl Key {
    fn credentials(&self) -> Credentials {
        given::credentials(
            METHOD,
            &[
                ("application_key_id", &self.id),
                ("application_key", &self.secret),
            ],
        )
    }

    fn id(&self) -> RemoteKeyId {
        RemoteKeyId::new(self.id.clone())
    }
}

impl Server {
    fn start() -> Server {
        Server::spreading_in(0)
    }

    fn spreading_in(seconds: u32) -> Server {
        Server {
            rig: rigs::b2(MASTER_ID, MASTER_KEY, seconds),
        }
    }

    /// One call with the master key.
    async fn asked(&self, version: &str, name: &str, mut asked: Value) -> Value {
        let base = format!("{}/b2api", self.rig.url());
        let basic = BASE64_STANDARD.encode(format!("{MASTER_ID}:{MASTER_KEY}"));
        let request = Request::get(format!("{base}/v4/b2_authorize_account"))
            .header("authorization", format!("Basic {basic}"));
        let answer = given::done(request.body(Vec::new()).expect("a request")).await;
        let session: Value = serde_json::from_slice(&answer.body).expect("JSON");
        asked["accountId"] = session["accountId"].clone();
        let token = session["authorizationToken"].as_str().expect("a token");
        let request = Request::post(format!("{base}/{version}/{name}"))
            .header("authorization", token)
            .header("content-type", "application/json");
        let request = request.body(asked.to_string().into_bytes());
        let answer = given::done(request.expect("a request")).await;
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    async fn bucket(&self, name: &str) -> String {
        let asked = json!({ "bucketName": name, "bucketType": "allPrivate" });
        let made = self.asked("v3", "b2_create_bucket", asked).await;
        made["bucketId"].as_str().expect("an id").to_owned()
    }

    async fn key(&self, version: &str, terms: Value) -> Key {
        let mut terms = terms;
        terms["keyName"] = "uploader".into();
        let made = self.asked(version, "b2_create_key", terms).await;
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        Key {
            id: text("applicationKeyId"),
            secret: text("applicationKey"),
        }
    }

    /// A key that may manage keys, without limits.
    async fn admin(&self) -> Key {
        self.key("v3", json!({ "capabilities": KEYS })).await
    }

    async fn listed(&self, version: &str, id: &RemoteKeyId) -> Option<Value> {
        let page = self.asked(version, "b2_list_keys", json!({})).await;
        let keys = page["keys"].as_array().expect("keys").clone();
        keys.into_iter()
            .find(|key| key["applicationKeyId"] == id.as_str())
    }

    fn service(&self, current: &Key, management: Option<&Key>) -> Box<dyn KeyService> {
        service_at(&self.rig.url(), current, management, &[])
    }
}

fn service_at(
    url: &str,
    current: &Key,
    management: Option<&Key>,
    more: &[(&str, &str)],
) -> Box<dyn KeyService> {
    let parameters: Parameters = [("api_endpoint", url)]
        .iter()
        .chain(more)
        .copied()
        .collect();
    let management = management.map(Key::credentials);
    let request = ServiceRequest {
        method: METHOD,
        current: &current.credentials(),
        management: management.as_ref().map(ManagementCredentials::new),
        parameters: &parameters,
    };
    key_service(&given::http(), request).unwrap_or_else(|why| panic!("no service: {why}"))
}

fn name() -> KeyName {
    KeyName::new("turnstone-test").expect("a name")
}

async fn made(service: &dyn KeyService) -> CreatedKey {
    service.create(&name()).await.expect("a new key")
}

fn held(created: CreatedKey) -> Key {
    let text = |at: usize| created.fields[at].1.expose_text().to_owned();
    Key {
        id: text(0),
        secret: text(1),
    }
}

async fn failed<T>(outcome: impl Future<Output = Result<T, ProviderError>>) -> ProviderError {
    match outcome.await {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}

async fn blocks(service: &dyn KeyService) -> Vec<Block> {
    service.preflight().await.expect("a preflight").blocks
}

#[tokio::test]
async fn a_key_is_replaced_by_itself_from_preflight_to_the_end() {
    let server = Server::start();
    let capabilities = [&KEYS[..], &FILES[..]].concat();
    let old = server
        .key("v3", json!({ "capabilities": capabilities }))
        .await;
    let before = server.service(&old, None);
    let preflight = before.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks, []);
    assert!(preflight.identity.account.is_some());
    let seen = preflight.keys.iter().find(|key| key.is_ours);
    let seen = seen.expect("the current key");
    assert_eq!(seen.name.as_deref(), Some("uploader"));
    assert_eq!(seen.last_used, LastUse::NotTold);
    assert_eq!(preflight.missing().count(), 0);

    let created = made(before.as_ref()).await;
    let id = created.id.clone();
    let new = held(created);
    before.check(&new.credentials()).await.expect("accepted");
    let listed = before.list().await.expect("a list");
    let found = listed.iter().find(|key| key.id == id).expect("listed");
    assert_eq!(found.name.as_deref(), Some("turnstone-test"));
    let as_made = server.listed("v3", &id).await.expect("listed");
    assert_eq!(as_made["capabilities"], json!(capabilities));

    let after = server.service(&new, None);
    after.delete(&old.id()).await.expect("deleted");
    after.delete(&old.id()).await.expect("gone");
    let refused = failed(after.check(&old.credentials())).await;
    assert_eq!(refused.kind, ErrorKind::Refused);
    assert!(refused.may_be_too_early());
    after.check(&new.credentials()).await.expect("accepted");
}

#[tokio::test]
async fn a_limited_key_keeps_its_bucket_prefix_and_capabilities() {
    let server = Server::start();
    let bucket = server.bucket("acme-uploads").await;
    let terms = json!({ "capabilities": FILES, "bucketId": bucket, "namePrefix": "in/" });
    let old = server.key("v3", terms).await;
    let service = server.service(&old, Some(&server.admin().await));
    assert_eq!(blocks(service.as_ref()).await, []);
    let created = made(service.as_ref()).await;
    let listed = server.listed("v3", &created.id).await.expect("listed");
    assert_eq!(listed["bucketId"], json!(bucket));
    assert_eq!(listed["namePrefix"], "in/");
    assert_eq!(listed["capabilities"], json!(FILES));
    assert_eq!(listed["expirationTimestamp"], Value::Null);
    service.delete(&old.id()).await.expect("deleted");
    assert!(server.listed("v3", &old.id()).await.is_none());
}

#[tokio::test]
async fn a_key_for_several_buckets_stays_one() {
    let server = Server::start();
    let buckets = [
        server.bucket("acme-uploads").await,
        server.bucket("acme-ledgers").await,
    ];
    let terms = json!({ "capabilities": FILES, "bucketIds": buckets });
    let old = server.key("v4", terms).await;
    let service = server.service(&old, Some(&server.admin().await));
    assert_eq!(blocks(service.as_ref()).await, []);
    let created = made(service.as_ref()).await;
    let listed = server.listed("v4", &created.id).await.expect("listed");
    assert_eq!(listed["bucketIds"], json!(buckets));
    service.delete(&old.id()).await.expect("deleted");
    assert!(server.listed("v4", &old.id()).await.is_none());
    // With the key in use gone too, it may be another account.
    let unknown = failed(service.delete(&old.id())).await;
    assert_eq!(unknown.code.as_deref(), Some("key_not_found"));
}

#[tokio::test]
async fn a_key_that_ends_is_followed_by_one_that_ends_with_it_or_as_is_said() {
    let server = Server::start();
    let terms = json!({ "capabilities": FILES, "validDurationInSeconds": 9 * DAY_SECONDS });
    let old = server.key("v3", terms).await;
    let admin = server.admin().await;
    let ends = server.listed("v3", &old.id()).await.expect("listed")["expirationTimestamp"]
        .as_i64()
        .expect("a time");
    let service = server.service(&old, Some(&admin));
    assert_eq!(blocks(service.as_ref()).await, []);
    let same = made(service.as_ref()).await.expires_at.expect("an end");
    assert!((same.as_millis() - ends).abs() < 10_000, "{same}");
    let url = server.rig.url();
    let longer = service_at(&url, &old, Some(&admin), &[("valid_days", "90")]);
    let longer = made(longer.as_ref()).await.expires_at.expect("an end");
    let days = (longer.as_millis() - ends) / (1000 * DAY_SECONDS);
    assert!((80..=81).contains(&days), "{longer}");
}

#[tokio::test]
async fn a_key_that_ends_within_the_day_is_told_before() {
    let server = Server::start();
    let terms = json!({ "capabilities": FILES, "validDurationInSeconds": 3600 });
    let old = server.key("v3", terms).await;
    let admin = server.admin().await;
    let found = blocks(server.service(&old, Some(&admin)).as_ref()).await;
    assert_eq!(found.first().map(|block| block.code), Some("ends_soon"));
    let url = server.rig.url();
    let longer = service_at(&url, &old, Some(&admin), &[("valid_days", "90")]);
    assert_eq!(blocks(longer.as_ref()).await, []);
}

#[tokio::test]
async fn what_the_key_that_asks_lacks_is_told_by_its_name() {
    let server = Server::start();
    let old = server.key("v3", json!({ "capabilities": FILES })).await;
    let service = server.service(&old, None);
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.missing().collect::<Vec<_>>(), KEYS);
    let codes: Vec<_> = preflight.blocks.iter().map(|block| block.code).collect();
    assert_eq!(codes, ["missing_privilege"; 3]);
    assert!(preflight.blocks[1].message.contains("writeKeys"));
    assert_eq!(
        failed(service.create(&name())).await.kind,
        ErrorKind::Forbidden
    );
    let only_list = server
        .key("v3", json!({ "capabilities": ["listKeys"] }))
        .await;
    let service = server.service(&old, Some(&only_list));
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert!(!error.may_have_been_done());
    assert_eq!(
        failed(service.delete(&old.id())).await.kind,
        ErrorKind::Forbidden
    );
}

#[tokio::test]
async fn the_master_key_and_a_stranger_are_not_rotated() {
    let server = Server::start();
    let master = Key {
        id: MASTER_ID.to_owned(),
        secret: MASTER_KEY.to_owned(),
    };
    let found = blocks(server.service(&master, None).as_ref()).await;
    assert_eq!(found.first().map(|block| block.code), Some("master_key"));
    let gone = server.key("v3", json!({ "capabilities": FILES })).await;
    let service = server.service(&gone, Some(&server.admin().await));
    service.delete(&gone.id()).await.expect("deleted");
    let found = blocks(service.as_ref()).await;
    assert_eq!(found.first().map(|block| block.code), Some("key_not_found"));
    let error = failed(service.create(&name())).await;
    assert_eq!(error.code.as_deref(), Some("key_not_found"));
}

#[tokio::test]
async fn a_key_never_deletes_itself_and_none_is_disabled() {
    let server = Server::start();
    let admin = server.admin().await;
    let service = server.service(&admin, None);
    let error = failed(service.delete(&admin.id())).await;
    assert_eq!(error.code.as_deref(), Some("signs_itself"));
    let error = failed(service.disable(&admin.id())).await;
    assert_eq!(error.code.as_deref(), Some("cannot_disable"));
    service.check(&admin.credentials()).await.expect("accepted");
}

#[tokio::test]
async fn a_new_key_is_refused_until_it_has_spread() {
    let server = Server::spreading_in(2);
    let admin = server.admin().await;
    let service = server.service(&admin, None);
    assert!(failed(service.preflight()).await.may_be_too_early());
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let new = held(made(service.as_ref()).await);
    let early = failed(service.check(&new.credentials())).await;
    assert_eq!(early.kind, ErrorKind::Refused);
    assert!(!early.message.contains(&new.secret));
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    service.check(&new.credentials()).await.expect("accepted");
}

#[tokio::test]
async fn a_key_whose_answer_is_lost_is_made_once_and_found_by_its_name() {
    let server = Server::start();
    let admin = server.admin().await;
    let chaos = chaos::before(&server.rig.url());
    let service = service_at(&chaos.url(), &admin, None, &[]);
    chaos.spoil(2, "b2_create_key", Spoil::AnswerLost);
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::NoAnswer);
    assert!(error.may_have_been_done());
    assert_eq!(chaos.still_to_spoil(), 1);
    let found = service.list().await.expect("a list");
    let ours: Vec<_> = found
        .iter()
        .filter(|key| key.name.as_deref() == Some("turnstone-test"))
        .collect();
    assert_eq!(ours.len(), 1);
    service.delete(&ours[0].id).await.expect("deleted");
    for (spoiled, how) in [
        ("b2_authorize_account", Spoil::AnswerLost),
        ("b2_list_keys", Spoil::Status(503)),
    ] {
        chaos.spoil(9, spoiled, how);
        // Nothing was asked for yet, so nothing was made.
        assert!(!failed(service.create(&name())).await.may_have_been_done());
    }
    chaos.spoil(1, "b2_create_key", Spoil::Status(503));
    assert!(failed(service.create(&name())).await.may_have_been_done());
    chaos.spoil(0, "", Spoil::Refused);
    let count = service.list().await.expect("a list").len();
    assert_eq!(count, 1);
}

/// Backblaze may not know a key yet that it made a moment ago; the rig knows each at once.
#[tokio::test]
async fn a_wider_key_that_is_not_found_again_is_not_taken_for_deleted() {
    let current = Key {
        id: "0050000000000000000000001".to_owned(),
        secret: "K005abcdefghijklmnopqrstuvwxyz0".to_owned(),
    };
    let key =
        json!({ "applicationKeyId": current.id, "keyName": "uploader", "capabilities": FILES });
    let server = clouds::Server::start(move |asked| {
        let host = asked.header("host").unwrap_or_default();
        match asked.path.rsplit('/').next().unwrap_or_default() {
            "b2_authorize_account" => Reply::json(
                200,
                &json!({ "accountId": "a1b2c3d4e5f6", "authorizationToken": "4_005",
                    "apiInfo": { "storageApi": { "apiUrl": format!("http://{host}"),
                        "allowed": { "capabilities": KEYS } } } }),
            ),
            "b2_list_keys" => Reply::json(200, &json!({ "keys": [key] })),
            "b2_create_key" => Reply::json(
                200,
                &json!({ "applicationKeyId": "0050000000000000000000002", "applicationKey": "K005b",
                    "capabilities": KEYS }),
            ),
            _ => Reply::json(
                400,
                &json!({ "code": "bad_request", "message": "no such key" }),
            ),
        }
    });
    let service = service_at(&server.url(), &current, None, &[]);
    let error = failed(service.create(&name())).await;
    assert_eq!(error.code.as_deref(), Some("other_limits"));
    assert!(error.may_have_been_done(), "{error}");
    assert_eq!(server.count("POST /b2api/v4/b2_delete_key"), 1);
}

#[test]
fn what_is_no_application_key_manages_none() {
    let key = Key {
        id: "0050000000000000000000001".to_owned(),
        secret: "K005abcdefghijklmnopqrstuvwxyz0".to_owned(),
    };
    let token = given::credentials(AuthMethod::OpaqueValue, &[("value", "a token")]);
    let aws = given::access_key(
        AuthMethod::S3AccessKey,
        "AKIAEXAMPLEEXAMPLE77",
        "0123456789012345678901234567890123456789",
    );
    for management in [&token, &aws] {
        let request = ServiceRequest {
            method: METHOD,
            current: &key.credentials(),
            management: Some(ManagementCredentials::new(management)),
            parameters: &Parameters::default(),
        };
        let refused = key_service(&given::http(), request).err().expect("refused");
        assert!(matches!(refused, NotManaged::ManagementUnfit { .. }));
    }
    for (name, value) in [
        ("valid_days", "0"),
        ("valid_days", "1000"),
        ("valid_days", "ten"),
        ("api_endpoint", "ftp://a.example"),
    ] {
        let parameters: Parameters = [(name, value)].into_iter().collect();
        let request = ServiceRequest {
            method: METHOD,
            current: &key.credentials(),
            management: None,
            parameters: &parameters,
        };
        let refused = key_service(&given::http(), request).err().expect("refused");
        assert!(
            matches!(refused, NotManaged::ParameterInvalid { .. }),
            "{value}"
        );
    }
}
