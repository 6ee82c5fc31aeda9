//! DigitalOcean's Spaces keys.

use domain::AuthMethod;
use providers::{ErrorKind, KeyService, NotManaged, Style, Way};
use serde_json::{Value, json};
use testkit::clouds::Spoil;
use testkit::clouds::digital_ocean::{ALL_SCOPES, DigitalOcean};

use crate::every::{self, Account};
use crate::given::{self, failed, name};

const METHOD: AuthMethod = AuthMethod::DigitalOceanSpacesAccessKey;

fn scoped() -> Value {
    json!([{ "bucket": "ledgers", "permission": "readwrite" }])
}

fn full() -> Value {
    json!([{ "bucket": "", "permission": "fullaccess" }])
}

/// One with this grant, managed by a token with these scopes.
fn account<'a>(cloud: &'a DigitalOcean, grants: Value, scopes: &[&'static str]) -> Account<'a> {
    let key = cloud.key("uploads", grants);
    let token = cloud.token(scopes);
    let current = given::access_key(METHOD, &key.id, &key.secret);
    let url = cloud.server.url();
    let parameters = [
        ("api_endpoint", url.as_str()),
        ("s3_endpoint", url.as_str()),
    ];
    Account {
        server: &cloud.server,
        // As it is pasted, with the line break of a copied line.
        service: given::service(&current, &format!("{token}\n"), &parameters),
        method: METHOD,
        current,
        management: token,
        making: "POST /v2/spaces/keys",
        listing: "GET /v2/spaces/keys?",
    }
}

#[tokio::test]
async fn a_key_is_replaced_from_preflight_to_the_end() {
    for grants in [scoped(), full()] {
        let cloud = DigitalOcean::start();
        every::a_key_is_replaced_from_preflight_to_the_end(account(&cloud, grants, ALL_SCOPES))
            .await;
    }
}

#[tokio::test]
async fn a_new_key_opens_what_the_old_one_opens() {
    let grants = [
        scoped(),
        full(),
        json!([]),
        json!([{ "bucket": "a", "permission": "read" }, { "bucket": "b", "permission": "readwrite" }]),
    ];
    for grants in grants {
        let cloud = DigitalOcean::start();
        let service = account(&cloud, grants.clone(), ALL_SCOPES).service;
        service.create(&name()).await.expect("a new key");
        let state = cloud.state();
        assert_eq!(state.keys.last().map(|key| &key.grants), Some(&grants));
    }
}

/// Also what the documentation does not have yet is carried over.
#[tokio::test]
async fn a_grant_is_carried_over_whole_or_not_at_all() {
    let cloud = DigitalOcean::start();
    let narrow = json!([{ "bucket": "ledgers", "permission": "read", "prefix": "in/" }]);
    let service = account(&cloud, narrow.clone(), ALL_SCOPES).service;
    service.create(&name()).await.expect("a new key");
    assert_eq!(cloud.state().keys[1].grants, narrow);

    let cloud = DigitalOcean::start();
    let service = account(&cloud, json!(["ledgers:read"]), ALL_SCOPES).service;
    let error = failed(service.create(&name())).await;
    assert_eq!(error.code.as_deref(), Some("unknown_limits"));
    assert_eq!(cloud.server.count("POST"), 0);
}

#[tokio::test]
async fn a_key_that_opens_more_than_was_asked_for_is_deleted_again() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), ALL_SCOPES).service;
    cloud.state().given_instead = Some(full());
    let error = failed(service.create(&name())).await;
    assert_eq!(error.code.as_deref(), Some("other_limits"));
    assert!(!error.may_have_been_done());
    assert_eq!(cloud.state().keys.len(), 1);
    // Where it stays, it is said to be there; and where it is not found yet, it may be.
    let unknown = br#"{"id":"not_found","message":"Not found."}"#.to_vec();
    for how in [Spoil::Status(403), Spoil::Instead(404, unknown)] {
        cloud.server.spoil(9, "DELETE", how);
        let error = failed(service.create(&name())).await;
        assert_eq!(error.code.as_deref(), Some("other_limits"));
        assert!(error.may_have_been_done(), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_or_unknown_key_is_refused() {
    let cloud = DigitalOcean::start();
    let account = account(&cloud, scoped(), ALL_SCOPES);
    every::a_wrong_or_unknown_key_is_refused(account, "DO00NOBODYNOBODYNOBO").await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_name() {
    let cloud = DigitalOcean::start();
    every::a_lost_answer_is_found_again_by_name(account(&cloud, scoped(), ALL_SCOPES)).await;
}

#[tokio::test]
async fn throttling_is_said_and_only_readers_ask_again() {
    let cloud = DigitalOcean::start();
    let account = account(&cloud, scoped(), ALL_SCOPES);
    every::throttling_is_said_and_only_readers_ask_again(account).await;
}

#[tokio::test]
async fn bodies_that_are_no_answer_are_told_as_such() {
    let cloud = DigitalOcean::start();
    every::bodies_that_are_no_answer_are_told_as_such(account(&cloud, scoped(), ALL_SCOPES)).await;
}

#[tokio::test]
async fn a_token_sent_back_is_not_in_the_message() {
    let cloud = DigitalOcean::start();
    every::a_token_sent_back_is_not_in_the_message(account(&cloud, scoped(), ALL_SCOPES)).await;
}

#[tokio::test]
async fn a_new_key_that_has_not_spread_is_too_early() {
    let cloud = DigitalOcean::start();
    let account = account(&cloud, full(), ALL_SCOPES);
    cloud.state().refused_first = 1;
    every::a_new_key_that_has_not_spread_is_too_early(account).await;
}

/// For some buckets only: the regions say no more than that it may not list them, which they could say of any key.
#[tokio::test]
async fn a_scoped_key_that_no_list_has_yet_is_too_early() {
    let cloud = DigitalOcean::start();
    let account = account(&cloud, scoped(), ALL_SCOPES);
    cloud.state().hidden_first = 1;
    every::a_new_key_that_has_not_spread_is_too_early(account).await;
}

#[tokio::test]
async fn what_a_token_may_not_do_is_told_in_the_words_of_its_scopes() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), &["spaces_key:delete"]).service;
    let preflight = service.preflight().await.expect("a preflight");
    let missing: Vec<_> = preflight.missing().collect();
    assert_eq!(missing, ["spaces_key:read"]);
    assert_eq!(preflight.blocks[0].code, "missing_privilege");
    assert!(preflight.blocks[0].message.contains("spaces_key:read"));

    let service = account(&cloud, scoped(), &["spaces_key:read"]).service;
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks, []);
    let held: Vec<_> = preflight.privileges.iter().map(|one| one.held).collect();
    assert_eq!(held, [Some(true), None, None]);
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert_eq!(error.code.as_deref(), Some("forbidden"));
    let id = cloud.state().keys[0].id.clone();
    let error = failed(service.delete(&providers::RemoteKeyId::new(id))).await;
    assert_eq!(error.kind, ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let cloud = DigitalOcean::start();
    let key = cloud.key("uploads", scoped());
    let current = given::access_key(METHOD, &key.id, &key.secret);
    let url = cloud.server.url();
    let service = given::service(&current, "dop_v1_unknown", &[("api_endpoint", &url)]);
    let error = failed(service.preflight()).await;
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_eq!(error.code.as_deref(), Some("unauthorized"));
    assert!(!failed(service.create(&name())).await.may_have_been_done());
}

#[tokio::test]
async fn a_key_of_another_account_is_noticed_before_anything_is_made() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), ALL_SCOPES).service;
    cloud.state().keys.clear();
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks[0].code, "key_not_found");
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert_eq!(cloud.server.count("POST"), 0);
}

#[tokio::test]
async fn one_key_too_many_is_refused_and_was_not_made() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), ALL_SCOPES).service;
    cloud.state().keys_max = 1;
    let error = failed(service.create(&name())).await;
    assert!(!error.may_have_been_done());
    assert!(error.message.contains("limit"), "{error}");
    assert_eq!(cloud.state().keys.len(), 1);
}

#[tokio::test]
async fn the_keys_of_a_large_account_are_listed_to_the_end() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), ALL_SCOPES).service;
    for number in 0..450 {
        cloud.key(&format!("old {number}"), scoped());
    }
    let keys = service.list().await.expect("a list");
    assert_eq!(keys.len(), 451);
    assert_eq!(keys.iter().filter(|key| key.is_ours).count(), 1);
    assert_eq!(cloud.server.count("GET /v2/spaces/keys?"), 3);
}

/// What is read before the request that makes a key has made nothing, however it failed.
#[tokio::test]
async fn a_failure_before_the_making_made_nothing() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), ALL_SCOPES).service;
    for how in [
        Spoil::AnswerLost,
        Spoil::Status(503),
        Spoil::Instead(200, Vec::new()),
    ] {
        cloud.server.spoil(9, "GET /v2/spaces/keys/", how);
        let error = failed(service.create(&name())).await;
        assert!(!error.may_have_been_done(), "{error}");
    }
    assert_eq!(cloud.server.count("POST"), 0);
}

#[test]
fn what_it_can_do_is_known_without_asking() {
    let can = providers::capabilities(METHOD).expect("it can");
    assert_eq!((can.way, can.style), (Way::Management, Style::Overlap));
    assert_eq!((can.keys_max, can.names_keys), (Some(200), true));
    assert!(!can.disables && !can.tells_last_use);
}

#[tokio::test]
async fn a_key_cannot_be_disabled() {
    let cloud = DigitalOcean::start();
    let service = account(&cloud, scoped(), ALL_SCOPES).service;
    let id = providers::RemoteKeyId::new("DO00");
    for error in [
        failed(service.disable(&id)).await,
        failed(service.enable(&id)).await,
    ] {
        assert_eq!(error.code.as_deref(), Some("not_offered"));
    }
}

#[test]
fn without_a_token_or_with_a_key_in_its_place_there_is_no_service() {
    let current = given::access_key(
        METHOD,
        "DO00EXAMPLE",
        "0123456789012345678901234567890123456789012",
    );
    let missing = given::refusal(&current, None, &[]);
    assert!(matches!(missing, NotManaged::ManagementMissing { .. }));
    assert!(
        missing
            .to_string()
            .contains("spaces_key:create_credentials")
    );
    let unfit = given::refusal(&current, Some("two\nlines"), &[]);
    assert!(matches!(unfit, NotManaged::ManagementUnfit { .. }));
    let invalid = given::refusal(&current, Some("t"), &[("s3_endpoint", "nyc3")]);
    assert_eq!(invalid.code(), "parameter_invalid");
}

#[tokio::test]
async fn a_token_goes_over_plain_http_to_this_machine_only() {
    let current = given::access_key(
        METHOD,
        "DO00EXAMPLE",
        "0123456789012345678901234567890123456789012",
    );
    // 192.0.2.0/24 is for documentation (RFC 5737): nothing answers there.
    let service = given::service(&current, "t", &[("api_endpoint", "http://192.0.2.1")]);
    let error = failed(service.list()).await;
    assert_eq!(error.code.as_deref(), Some("plain_http"));
}

#[test]
fn all_hosts_that_are_asked_are_told_before() {
    let current = given::access_key(
        METHOD,
        "DO00EXAMPLE",
        "0123456789012345678901234567890123456789012",
    );
    let service: Box<dyn KeyService> = given::service(&current, "t", &[]);
    assert_eq!(service.hosts().own, ["nyc3.digitaloceanspaces.com"]);
    assert_eq!(service.hosts().management, ["api.digitalocean.com"]);
}
