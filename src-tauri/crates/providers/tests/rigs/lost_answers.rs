//! Requests that a provider carries out while its answer is lost, with mitmproxy between.

use std::fs;
use std::time::Duration;

use domain::{AuthMethod, SecretType};
use providers::{
    ErrorKind, KeyName, KeyService, Parameters, Probe, ServiceRequest, key_service, verify,
};
use tempfile::TempDir;
use testkit::rigs;
use testkit::rigs::chaos::{self, Chaos, Spoil};

use crate::given::{self, BUCKET};
use crate::moto::{Key, Moto};

const METHOD: AuthMethod = AuthMethod::S3AccessKey;

fn service(chaos: &Chaos, key: &Key) -> Box<dyn KeyService> {
    let parameters: Parameters = [("iam_endpoint", chaos.url())].into_iter().collect();
    let request = ServiceRequest {
        method: METHOD,
        current: &key.credentials(METHOD),
        management: None,
        parameters: &parameters,
    };
    key_service(&given::http(), request).unwrap_or_else(|why| panic!("{why}"))
}

async fn create(service: &dyn KeyService) -> providers::ProviderError {
    let name = KeyName::new("turnstone-test").expect("a name");
    match service.create(&name).await {
        Ok(created) => panic!("made {}", created.id),
        Err(error) => error,
    }
}

async fn keys(service: &dyn KeyService) -> usize {
    service.list().await.expect("a list").len()
}

#[tokio::test]
async fn a_key_whose_answer_is_lost_is_made_once_and_found_in_the_list() {
    let moto = Moto::start(0);
    let key = moto.user("uploader", &["iam:*"]).await;
    moto.check_signatures().await;
    let chaos = chaos::before(&moto.url());
    let service = service(&chaos, &key);
    chaos.spoil(5, "Action=CreateAccessKey", Spoil::AnswerLost);
    let error = create(service.as_ref()).await;
    assert_eq!(error.kind, ErrorKind::NoAnswer);
    assert!(error.may_have_been_done());
    // Asked once: a second time would have met the limit of two keys, or made a third.
    assert_eq!(chaos.still_to_spoil(), 4);
    assert_eq!(keys(service.as_ref()).await, 2);
}

#[tokio::test]
async fn a_key_that_may_not_have_been_made_is_not_said_to_be_missing() {
    let moto = Moto::start(0);
    let key = moto.user("uploader", &["iam:*"]).await;
    moto.check_signatures().await;
    let chaos = chaos::before(&moto.url());
    let service = service(&chaos, &key);
    for how in [Spoil::Refused, Spoil::Status(503), Spoil::Status(500)] {
        chaos.spoil(1, "Action=CreateAccessKey", how);
        assert!(create(service.as_ref()).await.may_have_been_done());
    }
    chaos.spoil(1, "Action=CreateAccessKey", Spoil::Status(429));
    let throttled = create(service.as_ref()).await;
    assert_eq!(throttled.kind, ErrorKind::Throttled);
    assert_eq!(throttled.retry_after, Some(Duration::from_secs(1)));
    assert!(!throttled.may_have_been_done());
    assert_eq!(keys(service.as_ref()).await, 1);
}

#[tokio::test]
async fn what_only_reads_is_asked_again() {
    let moto = Moto::start(0);
    let key = moto.user("uploader", &["iam:*"]).await;
    moto.check_signatures().await;
    let chaos = chaos::before(&moto.url());
    let service = service(&chaos, &key);
    for how in [Spoil::AnswerLost, Spoil::Refused, Spoil::Status(503)] {
        chaos.spoil(2, "Action=ListAccessKeys", how);
        assert_eq!(keys(service.as_ref()).await, 1);
        assert_eq!(chaos.still_to_spoil(), 0);
    }
}

#[tokio::test]
async fn an_object_whose_writing_was_not_answered_is_removed_all_the_same() {
    let secret = "s3s/secret+with/slashes00000000000000000";
    let root = TempDir::new().expect("a folder");
    let bucket = root.path().join(BUCKET);
    fs::create_dir(&bucket).expect("a bucket");
    let server = rigs::s3s("AKIAEXAMPLEEXAMPLE77", secret, root.path());
    let chaos = chaos::before(&server.url());
    let target = given::target(SecretType::S3, &chaos.url());
    let key = given::access_key(METHOD, "AKIAEXAMPLEEXAMPLE77", secret);
    // As often as the writing is tried.
    chaos.spoil(3, "turnstone-probe", Spoil::AnswerLost);
    let found = verify(&given::http(), &target, &key, Probe::Writes).await;
    assert_eq!(chaos.still_to_spoil(), 0);
    assert_eq!((found.can_write, found.can_delete), (None, None));
    assert_eq!(
        found.error.map(|error| error.kind),
        Some(ErrorKind::NoAnswer)
    );
    assert_eq!(fs::read_dir(&bucket).expect("the bucket").count(), 0);
}
