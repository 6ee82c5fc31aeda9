//! The credentials of Railway's buckets, of which there is one set: a new one ends the old one.

use std::time::Duration;

use domain::{AuthMethod, Credentials};
use providers::{ErrorKind, KeyService, RemoteKeyId, Style, Way};
use testkit::clouds::Spoil;
use testkit::clouds::railway::{BUCKET, ENVIRONMENT, PROJECT, Railway};

use crate::given::{self, failed, made, name};

const METHOD: AuthMethod = AuthMethod::RailwayAccessKey;
const TOKEN: &str = "3f1c1a52-77d3-4c39-9f0f-1f6a2f0b7d11";
const OWN: [(&str, &str); 3] = [
    ("project_id", PROJECT),
    ("environment_id", ENVIRONMENT),
    ("bucket_id", BUCKET),
];

fn current(cloud: &Railway) -> Credentials {
    let state = cloud.state();
    given::access_key(METHOD, &state.key_id, &state.secret)
}

fn service_with(cloud: &Railway, other: &[(&str, &str)]) -> Box<dyn KeyService> {
    let (api, s3) = (cloud.api(), cloud.server.url());
    let mut parameters = OWN.to_vec();
    parameters.extend([("api_endpoint", api.as_str()), ("s3_endpoint", s3.as_str())]);
    parameters.extend(other);
    given::service(&current(cloud), TOKEN, &parameters)
}

/// With the token of an account.
fn account() -> (Railway, Box<dyn KeyService>) {
    let cloud = Railway::start();
    cloud.state().account_tokens.push(TOKEN.to_owned());
    let service = service_with(&cloud, &[]);
    (cloud, service)
}

async fn ids(service: &dyn KeyService) -> Vec<String> {
    let keys = service.list().await.expect("a list");
    keys.into_iter().map(|key| key.id.to_string()).collect()
}

#[tokio::test]
async fn new_credentials_take_the_place_of_the_old_ones() {
    for kind in ["account", "project"] {
        let cloud = Railway::start();
        match kind {
            "account" => cloud.state().account_tokens.push(TOKEN.to_owned()),
            _ => cloud.state().project_tokens.push(TOKEN.to_owned()),
        }
        let old = current(&cloud);
        let service = service_with(&cloud, &[]);
        let preflight = service.preflight().await.expect("a preflight");
        assert_eq!(preflight.blocks, [], "{kind}");
        assert_eq!(preflight.keys.len(), 1);
        assert!(preflight.keys[0].is_ours);
        service.check(&old).await.expect("accepted");

        let created = service.create(&name()).await.expect("new credentials");
        let id = created.id.clone();
        let new = made(METHOD, created);
        service.check(&new).await.expect("accepted");
        let refused = failed(service.check(&old)).await;
        assert_eq!(refused.kind, ErrorKind::Refused, "{refused}");
        assert_eq!(ids(service.as_ref()).await, [id.to_string()]);
        assert_eq!(cloud.state().resets, 1);
    }
}

#[tokio::test]
async fn a_lost_answer_shows_in_the_list_and_the_reset_is_not_repeated() {
    let (cloud, service) = account();
    cloud
        .server
        .spoil(5, "bucketCredentialsReset", Spoil::AnswerLost);
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::NoAnswer);
    assert!(error.may_have_been_done());
    assert_eq!(
        (cloud.server.still_to_spoil(), cloud.state().resets),
        (4, 1)
    );
    assert_eq!(ids(service.as_ref()).await, ["tid_plover0001"]);

    let before = [RemoteKeyId::new("tid_plover0000")];
    let told = service.made_since(&before).await.expect("an answer");
    let told = told.expect("credentials made since");
    assert_eq!(told.id.as_str(), "tid_plover0001");
    service
        .check(&made(METHOD, told))
        .await
        .expect("whole and accepted");
    assert_eq!(cloud.state().resets, 1);
}

#[tokio::test]
async fn credentials_that_were_there_before_or_are_not_told_whole_are_not_taken_for_new_ones() {
    let (cloud, service) = account();
    let since = async |before: &[RemoteKeyId]| {
        let told = service.made_since(before).await.expect("an answer");
        told.map(|key| key.id.to_string())
    };
    assert_eq!(since(&[]).await, None, "they are in use");
    service.create(&name()).await.expect("new credentials");
    let made = RemoteKeyId::new("tid_plover0001");
    assert_eq!(since(std::slice::from_ref(&made)).await, None);
    assert_eq!(since(&[]).await, Some(made.to_string()));
    cloud.state().tells_again = false;
    assert_eq!(since(&[]).await, None);
}

/// To end them would be to make others, which nobody would get.
#[tokio::test]
async fn credentials_in_force_are_not_deleted() {
    let (cloud, service) = account();
    for resets in [0, 1] {
        let in_force = RemoteKeyId::new(format!("tid_plover000{resets}"));
        let refused = failed(service.delete(&in_force)).await;
        assert_eq!(refused.code.as_deref(), Some("in_use"));
        assert!(!refused.may_have_been_done());
        assert_eq!(cloud.state().resets, resets);
        service.create(&name()).await.expect("new credentials");
        service.delete(&in_force).await.expect("gone");
    }
    assert_eq!(ids(service.as_ref()).await, ["tid_plover0002"]);
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_id_are_told_before_anything_is_reset() {
    let cloud = Railway::start();
    let wrong_token = service_with(&cloud, &[]);
    cloud.state().account_tokens.push("another".to_owned());
    let (cloud_too, _) = account();
    let wrong_id = service_with(
        &cloud_too,
        &[("bucket_id", "00000000-0000-0000-0000-000000000000")],
    );
    for service in [wrong_token, wrong_id] {
        let preflight = service.preflight().await.expect("a preflight");
        assert_eq!(preflight.blocks[0].code, "missing_privilege");
        assert!(preflight.blocks[0].message.contains("the token is wrong"));
        assert_eq!(preflight.missing().count(), 1);
        let error = failed(service.create(&name())).await;
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::Forbidden, Some("not_authorized"))
        );
        assert!(!error.may_have_been_done());
    }
    assert_eq!(cloud.state().resets + cloud_too.state().resets, 0);
}

#[tokio::test]
async fn credentials_that_were_reset_elsewhere_are_noticed() {
    let (cloud, service) = account();
    cloud.state().key_id = "tid_somebody".to_owned();
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks[0].code, "key_not_found");
    assert!(!preflight.keys[0].is_ours);
}

/// They may be in use elsewhere by now; those of an attempt whose answer was lost are this rotation's own.
#[tokio::test]
async fn credentials_that_somebody_has_made_since_are_not_ended() {
    let (cloud, service) = account();
    let before = RemoteKeyId::new(cloud.state().key_id.clone());
    let of_then = std::slice::from_ref(&before);
    service.require_place(of_then).await.expect("as they were");
    cloud.state().key_id = "tid_somebody".to_owned();
    let refused = failed(service.require_place(of_then)).await;
    assert_eq!(refused.code.as_deref(), Some("other_key_changed"));
    assert!(!refused.may_have_been_done());
    let lost = [before, RemoteKeyId::new("tid_somebody")];
    service.require_place(&lost).await.expect("its own");
    for how in [Spoil::AnswerLost, Spoil::Status(503)] {
        cloud.server.spoil(9, "bucketS3Credentials", how);
        let unheard = failed(service.require_place(&lost)).await;
        assert!(!unheard.may_have_been_done(), "{unheard}");
    }
}

#[tokio::test]
async fn a_wrong_or_unknown_key_is_refused() {
    let (cloud, service) = account();
    let id = cloud.state().key_id.clone();
    let secret = cloud.state().secret.clone();
    for (id, secret) in [(id.as_str(), "tsec_wrong"), ("tid_nobody", secret.as_str())] {
        let wrong = given::access_key(METHOD, id, secret);
        let error = failed(service.check(&wrong)).await;
        assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    }
}

#[tokio::test]
async fn new_credentials_that_have_not_spread_are_too_early() {
    let (cloud, service) = account();
    cloud.state().refused_first = 1;
    let new = made(
        METHOD,
        service.create(&name()).await.expect("new credentials"),
    );
    let early = failed(service.check(&new)).await;
    assert!(early.may_be_too_early() && !early.passes_with_time());
    service.check(&new).await.expect("accepted by now");
}

#[tokio::test]
async fn throttling_is_said_and_only_questions_are_asked_again() {
    let (cloud, service) = account();
    cloud
        .server
        .spoil(1, "bucketCredentialsReset", Spoil::Status(429));
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert_eq!(error.retry_after, Some(Duration::from_secs(1)));
    assert!(!error.may_have_been_done());
    for how in [
        Spoil::Status(429),
        Spoil::Status(503),
        Spoil::AnswerLost,
        Spoil::Refused,
    ] {
        cloud.server.spoil(1, "bucketS3Credentials", how);
        assert_eq!(ids(service.as_ref()).await.len(), 1);
        assert_eq!(cloud.server.still_to_spoil(), 0);
    }
    for how in [Spoil::Status(503), Spoil::Status(500), Spoil::Refused] {
        cloud.server.spoil(1, "bucketCredentialsReset", how);
        assert!(failed(service.create(&name())).await.may_have_been_done());
    }
    assert_eq!(cloud.state().resets, 0);
}

/// A question that is not answered is none about whose token it is: the reset was not sent.
#[tokio::test]
async fn a_failure_before_the_reset_reset_nothing() {
    let (cloud, service) = account();
    cloud.server.spoil(9, "projectToken", Spoil::Status(503));
    let error = failed(service.create(&name())).await;
    assert!(!error.may_have_been_done(), "{error}");
    assert_eq!(cloud.state().resets, 0);
}

#[tokio::test]
async fn bodies_that_are_no_answer_are_told_as_such() {
    let (cloud, service) = account();
    let deep = "[".repeat(100_000);
    let bodies: [Vec<u8>; 8] = [
        b"<html><body>Sign in to the network of the hotel</body></html>".to_vec(),
        Vec::new(),
        vec![b'a'; 2 * 1024 * 1024],
        deep.clone().into_bytes(),
        format!("{{\"data\":{deep}").into_bytes(),
        b"null".to_vec(),
        b"{\"data\":null}".to_vec(),
        b"{\"data\":{\"bucketS3Credentials\":7,\"bucketCredentialsReset\":{}}}".to_vec(),
    ];
    for (reset, body) in (1..).zip(bodies) {
        cloud
            .server
            .spoil(9, "bucketS3Credentials", Spoil::Instead(200, body.clone()));
        let error = failed(service.list()).await;
        assert_eq!(error.kind, ErrorKind::Nonsense, "{error}");
        cloud
            .server
            .spoil(1, "bucketCredentialsReset", Spoil::Garbled(body));
        let error = failed(service.create(&name())).await;
        assert_eq!(error.kind, ErrorKind::Nonsense, "{error}");
        assert_eq!(cloud.state().resets, reset, "it was done all the same");
    }
}

/// What is told as wrong may have gone wrong after it was done, unless it says that it never began.
#[tokio::test]
async fn errors_in_a_success_are_read_and_say_nothing_of_the_token() {
    let (cloud, service) = account();
    let said = |code: &str, message: &str| {
        let body = format!(
            "{{\"data\":null,\"errors\":[{{\"message\":\"{message}\",\"extensions\":{{\"code\":\"{code}\"}}}}]}}"
        );
        Spoil::Instead(200, body.into_bytes())
    };
    for (code, message, kind) in [
        (
            "INTERNAL_SERVER_ERROR",
            "Problem processing request",
            ErrorKind::Unavailable,
        ),
        (
            "INTERNAL_SERVER_ERROR",
            "Two Factor Authentication Required",
            ErrorKind::Forbidden,
        ),
        ("BAD_USER_INPUT", "Variable is wrong", ErrorKind::Rejected),
    ] {
        cloud
            .server
            .spoil(1, "bucketCredentialsReset", said(code, message));
        let error = failed(service.create(&name())).await;
        assert_eq!((error.kind, error.message.as_str()), (kind, message));
    }
    // It was carried out, and a part of its answer is refused.
    let within = |data: &str, path: &str| {
        format!(
            "{{\"data\":{data},\"errors\":[{{\"message\":\"Not Authorized\",\"path\":{path}}}]}}"
        )
    };
    let whole = r#"{"bucketCredentialsReset":{"accessKeyId":"tid_a","secretAccessKey":"tsec_a"}}"#;
    let none = r#"{"bucketCredentialsReset":null}"#;
    let (at, inside) = (
        r#"["bucketCredentialsReset"]"#,
        r#"["bucketCredentialsReset","secretAccessKey"]"#,
    );
    for status in [200, 403] {
        for (data, path, kind) in [
            (whole, inside, ErrorKind::Unavailable),
            (whole, at, ErrorKind::Unavailable),
            ("null", inside, ErrorKind::Unavailable),
            (none, inside, ErrorKind::Unavailable),
            (none, at, ErrorKind::Forbidden),
            ("null", at, ErrorKind::Forbidden),
            ("null", "null", ErrorKind::Forbidden),
        ] {
            let body = within(data, path).into_bytes();
            cloud
                .server
                .spoil(1, "bucketCredentialsReset", Spoil::Instead(status, body));
            let error = failed(service.create(&name())).await;
            assert_eq!(error.kind, kind, "{status} {data} {path}");
            assert!(!error.message.contains("tsec_a"));
        }
    }
    let message = format!("{TOKEN} is bad");
    cloud.server.spoil(
        1,
        "bucketCredentialsReset",
        said("BAD_USER_INPUT", &message),
    );
    let error = failed(service.create(&name())).await;
    assert_eq!(error.message, "•••• is bad");
}

#[test]
fn what_it_can_do_and_whom_it_asks_is_known_without_asking() {
    let can = providers::capabilities(METHOD).expect("it can");
    assert_eq!((can.way, can.style), (Way::Management, Style::CutOver));
    assert!(!can.names_keys && !can.disables && !can.tells_last_use);
    assert_eq!((can.keys_max, can.warnings.len()), (Some(1), 1));
    let current = given::access_key(METHOD, "id", "secret");
    let service: Box<dyn KeyService> = given::service(&current, TOKEN, &OWN);
    assert_eq!(service.hosts().own, ["storage.railway.app"]);
    assert_eq!(service.hosts().management, ["backboard.railway.com"]);
    for (left_out, _) in OWN {
        let others: Vec<_> = OWN
            .into_iter()
            .filter(|(name, _)| *name != left_out)
            .collect();
        assert_eq!(
            given::refusal(&current, Some(TOKEN), &others).code(),
            "parameters_missing"
        );
    }
    assert_eq!(
        given::refusal(&current, None, &OWN).code(),
        "management_missing"
    );
}
