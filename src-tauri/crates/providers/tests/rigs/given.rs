//! What tests start from: credentials, targets, and requests that prepare a server.

use domain::location::{Endpoint, LocationType, PlainHttp, Prefix};
use domain::text::BucketName;
use domain::{AuthMethod, Credentials, SecretText, SecretType};
use http::{Method, Request};
use providers::{Answer, Http, Target};

pub const BUCKET: &str = "acme-uploads";

pub fn credentials(method: AuthMethod, fields: &[(&str, &str)]) -> Credentials {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretText::new((*value).to_owned())))
        .collect();
    match Credentials::parse(method, fields, None) {
        Ok((credentials, _)) => credentials,
        Err(faults) => panic!("no credentials: {faults:?}"),
    }
}

pub fn access_key(method: AuthMethod, id: &str, secret: &str) -> Credentials {
    credentials(
        method,
        &[("access_key_id", id), ("secret_access_key", secret)],
    )
}

pub fn target(kind: SecretType, endpoint: &str) -> Target {
    Target {
        location_type: LocationType::of(kind).expect("a storage type"),
        bucket: BucketName::parse(BUCKET).expect("a name"),
        region: None,
        endpoint: Some(Endpoint::parse(endpoint, PlainHttp::Refused).expect("an endpoint")),
        prefix: None,
    }
}

pub fn below(prefix: &str, target: Target) -> Target {
    Target {
        prefix: Prefix::parse(prefix).expect("a prefix"),
        ..target
    }
}

pub fn named(bucket: &str, target: Target) -> Target {
    Target {
        bucket: BucketName::parse(bucket).expect("a name"),
        ..target
    }
}

pub fn http() -> Http {
    Http::new().expect("a client")
}

/// Prepares a server; panics unless it says that it worked.
pub async fn done(request: Request<Vec<u8>>) -> Answer {
    let asked = request.uri().clone();
    let answer = http().send(request).await.expect("an answer");
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(answer.is_success(), "{asked}: {} {said}", answer.status);
    answer
}

pub fn post_json(url: &str, json: &str) -> Request<Vec<u8>> {
    Request::builder()
        .method(Method::POST)
        .uri(url)
        .header("content-type", "application/json")
        .body(json.as_bytes().to_vec())
        .expect("a request")
}
