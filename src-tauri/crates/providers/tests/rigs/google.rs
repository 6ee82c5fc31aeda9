//! Rotating service account keys on `gcs_rig.py`: authlib checks the assertions, and what they may is checked call by call.

use std::time::Duration;

use domain::{AllowedDomains, AuthMethod, Credentials};
use providers::{
    CreatedKey, ErrorKind, KeyName, KeyService, KeyStatus, LastUse, ManagementCredentials,
    NotManaged, Parameters, ProviderError, RemoteKeyId, ServiceRequest, key_service,
};
use serde_json::{Value, json};
use testkit::rigs::chaos::{self, Spoil};
use testkit::rigs::{self, Rig};

use crate::given::{self, BUCKET};

const METHOD: AuthMethod = AuthMethod::GcsServiceAccount;
const UPLOADER: &str = "uploader@acme.iam.gserviceaccount.com";
const ADMIN: &str = "key-admin@acme.iam.gserviceaccount.com";
const KEYS: &str = "iam.serviceAccountKeys.";
const ACTS: [&str; 5] = ["list", "create", "disable", "enable", "delete"];

struct Server {
    rig: Rig,
}

impl Server {
    fn start() -> Server {
        Server::spreading_in(0)
    }

    fn spreading_in(seconds: u32) -> Server {
        Server {
            rig: rigs::gcs(BUCKET, seconds),
        }
    }

    async fn control(&self, what: &str, asked: Value) -> Value {
        let url = format!("{}/_ctl/{what}", self.rig.url());
        let answer = given::done(given::post_json(&url, &asked.to_string())).await;
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// An account that may everything, by the file of its first key.
    async fn account(&self, email: &str) -> Value {
        let asked = json!({ "email": email, "project": "acme" });
        self.control("service_account", asked).await
    }

    async fn allow(&self, email: &str, acts: &[&str]) {
        let allow: Vec<String> = acts.iter().map(|act| format!("{KEYS}{act}")).collect();
        let asked = json!({ "email": email, "allow": allow });
        self.control("permissions", asked).await;
    }

    fn service(&self, current: &Value, management: Option<&Value>) -> Box<dyn KeyService> {
        service_at(&self.rig.url(), current, management)
    }
}

fn service_at(url: &str, current: &Value, management: Option<&Value>) -> Box<dyn KeyService> {
    let parameters: Parameters = [("iam_endpoint", url), ("usage_endpoint", url)]
        .into_iter()
        .collect();
    let management = management.map(credentials);
    let request = ServiceRequest {
        method: METHOD,
        current: &credentials(current),
        management: management.as_ref().map(ManagementCredentials::new),
        parameters: &parameters,
    };
    key_service(&given::http(), request).unwrap_or_else(|why| panic!("no service: {why}"))
}

fn credentials(file: &Value) -> Credentials {
    given::credentials(METHOD, &[("service_account_json", &file.to_string())])
}

fn id(file: &Value) -> RemoteKeyId {
    RemoteKeyId::new(file["private_key_id"].as_str().expect("an id"))
}

async fn made(service: &dyn KeyService) -> CreatedKey {
    let name = KeyName::new("turnstone-test").expect("a name");
    service.create(&name).await.expect("a new key")
}

async fn not_made(service: &dyn KeyService) -> ProviderError {
    let name = KeyName::new("turnstone-test").expect("a name");
    failed(service.create(&name)).await
}

fn file(created: &CreatedKey) -> Value {
    serde_json::from_str(created.fields[0].1.expose_text()).expect("JSON")
}

async fn failed<T>(outcome: impl Future<Output = Result<T, ProviderError>>) -> ProviderError {
    match outcome.await {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_key_is_replaced_by_itself_from_preflight_to_the_end() {
    let server = Server::start();
    let old = server.account(UPLOADER).await;
    let before = server.service(&old, None);
    let preflight = before.preflight().await.expect("a preflight");
    assert_eq!(preflight.identity.user.as_deref(), Some(UPLOADER));
    assert_eq!(preflight.identity.account.as_deref(), Some("acme"));
    assert_eq!(preflight.blocks, []);
    // Google's own key of the account is none of these.
    assert_eq!(preflight.keys.len(), 1);
    let seen = &preflight.keys[0];
    assert!(seen.is_ours && seen.created_at.is_some() && seen.expires_at.is_none());
    assert!(matches!(seen.last_used, LastUse::At { .. }));

    let created = made(before.as_ref()).await;
    let new = file(&created);
    assert_eq!(new["client_email"], UPLOADER);
    assert_eq!(id(&new), created.id);
    let identity = before.check(&credentials(&new)).await.expect("accepted");
    assert_eq!(identity.user.as_deref(), Some(UPLOADER));

    let after = server.service(&new, None);
    let old_id = id(&old);
    after.disable(&old_id).await.expect("disabled");
    let refused = failed(after.check(&credentials(&old))).await;
    assert_eq!(refused.kind, ErrorKind::Refused);
    let listed = after.list().await.expect("a list");
    let found = listed.iter().find(|key| key.id == old_id);
    assert_eq!(found.expect("listed").status, KeyStatus::Inactive);
    after.enable(&old_id).await.expect("enabled");
    after.check(&credentials(&old)).await.expect("accepted");
    after.delete(&old_id).await.expect("deleted");
    after.delete(&old_id).await.expect("gone");
    assert_eq!(after.list().await.expect("a list").len(), 1);
    let refused = failed(after.check(&credentials(&old))).await;
    assert_eq!(refused.kind, ErrorKind::Refused);
    assert_eq!(
        failed(after.disable(&old_id)).await.kind,
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn another_account_manages_the_keys_of_the_current_one() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    let admin = server.account(ADMIN).await;
    server.allow(UPLOADER, &[]).await;
    server.allow(ADMIN, &ACTS).await;
    let service = server.service(&current, Some(&admin));
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.identity.user.as_deref(), Some(UPLOADER));
    assert_eq!(preflight.blocks, []);
    // It may not ask the Policy Analyzer, and nothing is blocked by that.
    assert_eq!(preflight.keys[0].last_used, LastUse::NotTold);
    assert_eq!(preflight.missing().count(), 0);
    let new = file(&made(service.as_ref()).await);
    assert_eq!(new["client_email"], UPLOADER);
    service.check(&credentials(&new)).await.expect("accepted");
    service.delete(&id(&current)).await.expect("deleted");
    let refused = failed(service.delete(&id(&admin))).await;
    assert_eq!(refused.code.as_deref(), Some("signs_itself"));
    // A key of somebody else is none of this account's.
    assert!(service.check(&credentials(&admin)).await.is_err());
}

/// A file names whoever it likes as its token server: what its key signs goes only where that secret may go.
#[tokio::test]
async fn a_managed_key_is_held_to_its_own_allowed_domains() {
    let server = Server::start();
    let admin = server.account(ADMIN).await;
    let mut current = server.account(UPLOADER).await;
    let elsewhere = current["token_uri"].as_str().expect("an address");
    current["token_uri"] = elsewhere.replace("127.0.0.1", "localhost").into();
    let (allowed, _) =
        AllowedDomains::parse(&["127.0.0.1"]).unwrap_or_else(|faults| panic!("{faults:?}"));
    let url = server.rig.url();
    let parameters: Parameters = [("iam_endpoint", &url), ("usage_endpoint", &url)]
        .into_iter()
        .collect();
    let (current, management) = (credentials(&current), credentials(&admin));
    let unrestricted = AllowedDomains::Unrestricted;
    let request = ServiceRequest {
        method: METHOD,
        current: &current,
        management: Some(ManagementCredentials::new(&management).bound_to(&unrestricted)),
        parameters: &parameters,
    };
    let service = key_service(&given::http().only(&allowed), request);
    let service = service.unwrap_or_else(|why| panic!("no service: {why}"));
    assert_eq!(service.hosts().own, ["localhost"]);
    assert_eq!(service.hosts().management, ["127.0.0.1", "127.0.0.1"]);
    let refused = failed(service.check(&current)).await;
    assert_eq!(refused.code.as_deref(), Some("domain_not_allowed"));
    assert_eq!(service.list().await.expect("a list").len(), 1);
}

#[tokio::test]
async fn a_key_never_disables_or_deletes_itself() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    let service = server.service(&current, None);
    for error in [
        failed(service.disable(&id(&current))).await,
        failed(service.delete(&id(&current))).await,
    ] {
        assert_eq!(error.code.as_deref(), Some("signs_itself"));
    }
    service
        .check(&credentials(&current))
        .await
        .expect("still accepted");
}

#[tokio::test]
async fn what_the_account_lacks_is_told_by_its_name() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    server.allow(UPLOADER, &["list", "create"]).await;
    let service = server.service(&current, None);
    let preflight = service.preflight().await.expect("a preflight");
    let missing: Vec<_> = preflight.missing().collect();
    assert_eq!(
        missing,
        ["disable", "enable", "delete"].map(|act| format!("{KEYS}{act}"))
    );
    assert_eq!(preflight.blocks.len(), 3);
    assert!(
        preflight.blocks[2]
            .message
            .contains("iam.serviceAccountKeys.delete")
    );
    server.allow(UPLOADER, &[]).await;
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.missing().count(), ACTS.len());
    assert_eq!(preflight.keys, []);
    let error = not_made(service.as_ref()).await;
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert!(!error.may_have_been_done());
}

#[tokio::test]
async fn an_eleventh_key_is_refused_and_preflight_says_which_one_would_have_to_go() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    let service = server.service(&current, None);
    let mut last = None;
    for _ in 1..10 {
        last = Some(made(service.as_ref()).await.id);
    }
    let last = last.expect("one was made");
    service.disable(&last).await.expect("disabled");
    let preflight = service.preflight().await.expect("a preflight");
    let block = preflight.blocks.first().expect("a block");
    assert_eq!((block.code, block.key.as_ref()), ("key_limit", Some(&last)));
    // Google's own words for it say nothing.
    let error = not_made(service.as_ref()).await;
    assert_eq!(error.kind, ErrorKind::Limit);
    assert!(error.message.contains("10 keys"), "{}", error.message);
    service.delete(&last).await.expect("deleted");
    made(service.as_ref()).await;
}

#[tokio::test]
async fn an_organization_that_forbids_new_keys_is_believed() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    server
        .control("no_more_keys", json!({ "email": UPLOADER }))
        .await;
    let error = not_made(server.service(&current, None).as_ref()).await;
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert!(error.message.contains("not allowed"), "{}", error.message);
}

#[tokio::test]
async fn a_new_key_is_refused_until_it_has_spread() {
    let server = Server::spreading_in(2);
    let current = server.account(UPLOADER).await;
    let service = server.service(&current, None);
    let new = credentials(&file(&made(service.as_ref()).await));
    let early = failed(service.check(&new)).await;
    assert!(early.may_be_too_early(), "{early:?}");
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    service.check(&new).await.expect("accepted");
}

#[tokio::test]
async fn a_key_that_was_deleted_elsewhere_is_not_found() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    let admin = server.account(ADMIN).await;
    let service = server.service(&current, Some(&admin));
    service.delete(&id(&current)).await.expect("deleted");
    let preflight = service.preflight().await.expect("a preflight");
    let codes: Vec<_> = preflight.blocks.iter().map(|block| block.code).collect();
    assert_eq!(codes, ["key_not_found"]);
    let own = failed(server.service(&current, None).preflight()).await;
    assert_eq!(own.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn a_key_whose_answer_is_lost_is_made_once_and_found_in_the_list() {
    let server = Server::start();
    let current = server.account(UPLOADER).await;
    let chaos = chaos::before(&server.rig.url());
    let service = service_at(&chaos.url(), &current, None);
    chaos.spoil(2, "KEY_ALG_RSA_2048", Spoil::AnswerLost);
    let error = not_made(service.as_ref()).await;
    assert_eq!(error.kind, ErrorKind::NoAnswer);
    assert!(error.may_have_been_done());
    assert_eq!(chaos.still_to_spoil(), 1);
    chaos.spoil(1, "KEY_ALG_RSA_2048", Spoil::Status(429));
    let throttled = not_made(service.as_ref()).await;
    assert_eq!(throttled.kind, ErrorKind::Throttled);
    // What only reads is asked again.
    chaos.spoil(2, "keyTypes", Spoil::Status(503));
    assert_eq!(service.list().await.expect("a list").len(), 2);
    assert_eq!(chaos.still_to_spoil(), 0);
}

#[test]
fn what_is_no_service_account_manages_none() {
    let file = json!({
        "type": "service_account", "project_id": "acme", "private_key_id": "k1",
        "private_key": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
        "client_email": UPLOADER, "token_uri": "https://oauth2.googleapis.com/token",
    });
    let current = credentials(&file);
    let token = given::credentials(AuthMethod::OpaqueValue, &[("value", "a token")]);
    let refused = |current: &Credentials, management: Option<&Credentials>| {
        let request = ServiceRequest {
            method: METHOD,
            current,
            management: management.map(ManagementCredentials::new),
            parameters: &Parameters::default(),
        };
        key_service(&given::http(), request).err()
    };
    assert!(matches!(
        refused(&current, Some(&token)),
        Some(NotManaged::ManagementUnfit { .. })
    ));
    assert_eq!(refused(&current, None), None);
    let mut elsewhere = file;
    elsewhere["universe_domain"] = "apis.example".into();
    assert!(matches!(
        refused(&credentials(&elsewhere), None),
        Some(NotManaged::ParametersMissing { .. })
    ));
}
