//! Verifying on garage, which has many keys with rights by bucket and signs for a region of its own. `cargo xtask lab` runs these.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use domain::location::Region;
use domain::{AuthMethod, SecretType};
use http::Request;
use providers::{Answer, ErrorKind, Probe, ProviderError, Target, Verified, verify};
use testkit::rigs::garage::{Garage, MadeKey, REGION, Rights};

use crate::given::{self, BUCKET};

const HOUR: Duration = Duration::from_secs(3600);
/// Folders, each with one object.
const UNUSUAL_NAMES: [(&str, &str); 5] = [
    ("plus", "a+b.txt"),
    ("a+b", "c d.txt"),
    ("Rückblick 2026", "Prüfung+Ergebnis.pdf"),
    ("千鳥", "🐦.txt"),
    ("percent%2B", "100%.txt"),
];

fn with_bucket() -> Garage {
    let garage = Garage::start();
    garage.bucket(BUCKET);
    garage
}

fn key_with(garage: &Garage, rights: Rights) -> MadeKey {
    let key = garage.key("uploads");
    garage.allow(&key, BUCKET, rights);
    key
}

fn target(garage: &Garage) -> Target {
    Target {
        region: Region::parse(REGION).ok(),
        ..given::target(SecretType::S3Compatible, &garage.url())
    }
}

async fn tried(target: &Target, key: &MadeKey, probe: Probe) -> Verified {
    let credentials = given::access_key(AuthMethod::S3CompatibleAccessKey, &key.id, &key.secret);
    verify(&given::http(), target, &credentials, probe).await
}

fn rights(found: &Verified) -> [Option<bool>; 4] {
    [
        found.can_list,
        found.can_read,
        found.can_write,
        found.can_delete,
    ]
}

fn require_refused(found: Verified, (kind, code): (ErrorKind, &str), said: &str) {
    assert!(!found.verified, "{found:?}");
    let ProviderError {
        kind: was,
        code: told,
        message,
        ..
    } = found.error.expect("an error");
    assert_eq!((was, told.as_deref()), (kind, Some(code)), "{message}");
    assert!(message.contains(said), "{message}");
}

/// Signed into the address, as a link that is handed on.
fn link(garage: &Garage, key: &MadeKey, method: &str, name: &str, at: SystemTime) -> String {
    let name: Vec<String> = name
        .bytes()
        .map(|byte| match byte {
            b'/' => "/".to_owned(),
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let url = format!("{}/{BUCKET}/{}", garage.url(), name.concat());
    let identity = SigningCredentials::new(&key.id, &key.secret, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(HOUR);
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name("s3")
        .time(at)
        .settings(settings)
        .build()
        .expect("all is given")
        .into();
    let host = url.split('/').nth(2).expect("a host").to_owned();
    let headers = [("host", host.as_str())].into_iter();
    let body = SignableBody::UnsignedPayload;
    let signable = SignableRequest::new(method, url.as_str(), headers, body).expect("an address");
    let (instructions, _) = sign(signable, &params).expect("a signature").into_parts();
    let mut request = Request::builder().uri(url).body(()).expect("a request");
    instructions.apply_to_request_http1x(&mut request);
    request.uri().to_string()
}

async fn put(garage: &Garage, key: &MadeKey, name: &str) {
    let link = link(garage, key, "PUT", name, SystemTime::now());
    given::done(Request::put(link).body(b"x".to_vec()).expect("a request")).await;
}

async fn opened(link: &str) -> Answer {
    let request = Request::get(link).body(Vec::new()).expect("a request");
    given::http().send(request).await.expect("an answer")
}

#[tokio::test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
async fn at_garage_a_key_that_may_everything_is_told_so_and_leaves_nothing_behind() {
    let garage = with_bucket();
    let key = key_with(&garage, Rights::ReadAndWrite);
    let found = tried(&target(&garage), &key, Probe::Writes).await;
    assert_eq!(found.error, None);
    assert!(found.verified);
    assert_eq!(rights(&found), [Some(true); 4]);
    assert_eq!(garage.objects(BUCKET), 0);
}

#[tokio::test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
async fn at_garage_another_region_is_refused_and_the_right_one_named() {
    let garage = with_bucket();
    let key = key_with(&garage, Rights::ReadAndWrite);
    let other = Target {
        region: Region::parse("eu-west-1").ok(),
        ..target(&garage)
    };
    let none = Target {
        region: None,
        ..target(&garage)
    };
    for target in [other, none] {
        let found = tried(&target, &key, Probe::Writes).await;
        assert_eq!(rights(&found), [None; 4], "it says nothing about the key");
        let code = "AuthorizationHeaderMalformed";
        require_refused(found, (ErrorKind::Rejected, code), "/garage/s3/");
    }
    assert_eq!(garage.objects(BUCKET), 0);
}

#[tokio::test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
async fn at_garage_a_wrong_secret_and_an_unknown_key_are_refused_in_its_own_words() {
    let garage = with_bucket();
    let key = key_with(&garage, Rights::ReadAndWrite);
    let other = garage.key("another");
    let code = (ErrorKind::Forbidden, "AccessDenied");

    let wrong = MadeKey {
        id: key.id.clone(),
        secret: other.secret.clone(),
    };
    let found = tried(&target(&garage), &wrong, Probe::Writes).await;
    assert_eq!([found.can_list, found.can_write], [Some(false); 2]);
    require_refused(found, code, "Invalid signature");

    garage.delete_key(&key.id);
    let found = tried(&target(&garage), &key, Probe::Writes).await;
    require_refused(found, code, "No such key");
    assert_eq!(garage.objects(BUCKET), 0);
}

#[tokio::test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
async fn at_garage_what_a_key_may_is_told_bucket_by_bucket() {
    const ELSEWHERE: &str = "acme-invoices";
    let garage = with_bucket();
    garage.bucket(ELSEWHERE);
    let owner = key_with(&garage, Rights::ReadAndWrite);
    put(&garage, &owner, "a.txt").await;

    let reader = key_with(&garage, Rights::Read);
    garage.allow(&reader, ELSEWHERE, Rights::ReadAndWrite);
    let found = tried(&target(&garage), &reader, Probe::Writes).await;
    assert!(found.verified);
    assert_eq!(rights(&found), [Some(true), Some(true), Some(false), None]);
    let elsewhere = given::named(ELSEWHERE, target(&garage));
    let found = tried(&elsewhere, &reader, Probe::Writes).await;
    assert_eq!((rights(&found), found.error), ([Some(true); 4], None));

    let writer = key_with(&garage, Rights::Write);
    let found = tried(&target(&garage), &writer, Probe::Writes).await;
    assert!(found.verified);
    assert_eq!([found.can_list, found.can_read], [Some(false); 2]);
    assert_eq!([found.can_write, found.can_delete], [Some(true); 2]);
    let found = tried(&elsewhere, &writer, Probe::Writes).await;
    assert_eq!(rights(&found), [Some(false), None, Some(false), None]);
    assert!(!found.verified);
    assert_eq!([garage.objects(BUCKET), garage.objects(ELSEWHERE)], [1, 0]);
}

#[tokio::test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
async fn at_garage_names_with_pluses_and_other_scripts_are_listed_and_read_as_they_are() {
    let garage = with_bucket();
    let key = key_with(&garage, Rights::ReadAndWrite);
    for (folder, file) in UNUSUAL_NAMES {
        put(&garage, &key, &format!("{folder}/{file}")).await;
    }
    for (folder, _) in UNUSUAL_NAMES {
        // The only object there is this one, so that it is the one that is read.
        let below = given::below(&format!("{folder}/"), target(&garage));
        let found = tried(&below, &key, Probe::ReadOnly).await;
        assert_eq!(
            (found.can_list, found.can_read, found.error),
            (Some(true), Some(true), None),
            "{folder}"
        );
        let found = tried(&below, &key, Probe::Writes).await;
        assert_eq!(
            (rights(&found), found.error),
            ([Some(true); 4], None),
            "{folder}"
        );
    }
    let left = u64::try_from(UNUSUAL_NAMES.len()).ok();
    assert_eq!(Some(garage.objects(BUCKET)), left);
}

/// Whoever was given a link holds something that only the key's end ends.
#[tokio::test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
async fn at_garage_links_that_a_key_has_signed_end_with_it_at_once() {
    const NAME: &str = "Prüfung+1.pdf";
    let garage = with_bucket();
    let [old, new] = [(); 2].map(|()| key_with(&garage, Rights::ReadAndWrite));
    put(&garage, &old, NAME).await;
    let now = SystemTime::now();
    let [by_old, by_new] = [&old, &new].map(|key| link(&garage, key, "GET", NAME, now));
    assert_eq!(opened(&by_old).await.body.as_slice(), b"x");
    let expired = link(&garage, &new, "GET", NAME, now - 2 * HOUR);
    assert_eq!(opened(&expired).await.status, 400);

    garage.delete_key(&old.id);
    let refused = opened(&by_old).await;
    assert_eq!(refused.status, 403);
    let said = String::from_utf8_lossy(&refused.body).into_owned();
    assert!(said.contains("No such key"), "{said}");
    assert_eq!(opened(&by_new).await.body.as_slice(), b"x");
}
