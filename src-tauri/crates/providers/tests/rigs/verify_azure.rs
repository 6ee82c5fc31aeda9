//! Verifying on Azurite, with account keys and SAS URLs.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{AuthMethod, Credentials, SecretType};
use http::{Method, Request};
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use providers::{ErrorKind, Probe, Target, Verified, verify};
use ring::hmac;
use testkit::rigs::{self, Rig};

use crate::given::{self, BUCKET};

const ACCOUNT: &str = "acmemedia";
/// 64 bytes each, made up.
const KEY: &str =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
const OTHER_KEY: &str =
    "Pz49PDs6OTg3NjU0MzIxMC8uLSwrKikoJyYlJCMiISAfHh0cGxoZGBcWFRQTEhEQDw4NDAsKCQgHBgUEAwIBAA==";

struct Server {
    rig: Rig,
}

impl Server {
    /// With one empty container.
    async fn start() -> Server {
        let rig = rigs::azurite(&format!("{ACCOUNT}:{KEY}"));
        let server = Server { rig };
        let container = format!("{}/{BUCKET}?restype=container", server.service());
        server.put(&container, "").await;
        server
    }

    fn service(&self) -> String {
        format!("{}/{ACCOUNT}", self.rig.url())
    }

    fn target(&self) -> Target {
        given::target(SecretType::AzureBlob, &self.service())
    }

    async fn blob(&self, key: &str, content: &str) {
        let url = format!("{}/{BUCKET}/{key}", self.service());
        self.put(&url, content).await;
    }

    async fn put(&self, url: &str, content: &str) {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(url)
            .header("content-length", content.len())
            .header("x-ms-blob-type", "BlockBlob");
        let mut request = request.body(content.to_owned().into()).expect("a request");
        let key = AzureAccessKey::try_new(KEY).expect("a key");
        AzureAuthorizer::new(&AzureCredential::AccessKey(key), ACCOUNT)
            .try_authorize(&mut request)
            .expect("signed");
        let (parts, _) = request.into_parts();
        given::done(Request::from_parts(parts, content.as_bytes().to_vec())).await;
    }

    /// A SAS for the container, signed as Microsoft's "Create a service SAS" says.
    fn sas(&self, permissions: &str, expiry: &str) -> Credentials {
        let resource = format!("/blob/{ACCOUNT}/{BUCKET}");
        let version = "2021-12-02";
        let signed =
            format!("{permissions}\n\n{expiry}\n{resource}\n\n\n\n{version}\nc\n\n\n\n\n\n\n");
        let key = BASE64_STANDARD.decode(KEY).expect("base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signature = BASE64_STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
        let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let url = format!(
            "{}/{BUCKET}?sv={version}&sr=c&sp={permissions}&se={}&sig={}",
            self.service(),
            escape(expiry),
            escape(&signature)
        );
        given::credentials(AuthMethod::AzureSasUrl, &[("sas_url", &url)])
    }
}

fn account_key(key: &str) -> Credentials {
    let fields = [("account_name", ACCOUNT), ("account_key", key)];
    given::credentials(AuthMethod::AzureAccountKey, &fields)
}

async fn verified(target: &Target, credentials: &Credentials, probe: Probe) -> Verified {
    verify(&given::http(), target, credentials, probe).await
}

fn rights(found: &Verified) -> [Option<bool>; 4] {
    [
        found.can_list,
        found.can_read,
        found.can_write,
        found.can_delete,
    ]
}

#[tokio::test]
async fn an_account_key_may_everything_and_leaves_nothing_behind() {
    let server = Server::start().await;
    let found = verified(&server.target(), &account_key(KEY), Probe::Writes).await;
    assert_eq!(found.error, None);
    assert_eq!((found.verified, found.bucket_exists), (true, Some(true)));
    assert_eq!(rights(&found), [Some(true); 4]);
    // Empty again: reading says nothing.
    let found = verified(&server.target(), &account_key(KEY), Probe::ReadOnly).await;
    assert_eq!(rights(&found), [Some(true), None, None, None]);
}

#[tokio::test]
async fn the_wrong_key_of_an_account_is_refused() {
    let server = Server::start().await;
    let found = verified(&server.target(), &account_key(OTHER_KEY), Probe::Writes).await;
    assert!(!found.verified);
    let error = found.error.expect("an error");
    // Azure itself says AuthenticationFailed.
    assert_eq!(error.code.as_deref(), Some("AuthorizationFailure"));
    assert_eq!(found.can_write, Some(false));
}

#[tokio::test]
async fn a_missing_container_is_told_and_nothing_is_written() {
    let server = Server::start().await;
    let target = given::named("no-such-container", server.target());
    let found = verified(&target, &account_key(KEY), Probe::Writes).await;
    assert_eq!((found.verified, found.bucket_exists), (false, Some(false)));
    assert_eq!(
        found.error.and_then(|error| error.code).as_deref(),
        Some("ContainerNotFound")
    );
    assert_eq!(found.can_write, None);
}

#[tokio::test]
async fn a_sas_may_what_its_letters_say() {
    let server = Server::start().await;
    server.blob("uploads/a.txt", "content").await;
    let target = Target {
        // Found in the URL itself.
        endpoint: None,
        ..server.target()
    };
    for (letters, expected) in [
        ("rl", [Some(true), Some(true), Some(false), None]),
        ("l", [Some(true), Some(false), None, None]),
        ("rwdl", [Some(true), Some(true), Some(true), Some(true)]),
        ("w", [Some(false), Some(false), Some(true), Some(false)]),
    ] {
        let probe = if letters == "l" {
            Probe::ReadOnly
        } else {
            Probe::Writes
        };
        let found = verified(&target, &server.sas(letters, "2099-01-01T00:00:00Z"), probe).await;
        assert_eq!(rights(&found), expected, "{letters} {:?}", found.error);
        assert!(found.verified, "{letters}");
    }
}

#[tokio::test]
async fn an_expired_sas_is_refused() {
    let server = Server::start().await;
    let expired = server.sas("rl", "2020-01-01T00:00:00Z");
    let found = verified(&server.target(), &expired, Probe::ReadOnly).await;
    assert!(!found.verified);
    let error = found.error.expect("an error");
    assert!(
        matches!(error.kind, ErrorKind::Forbidden | ErrorKind::Refused),
        "{error:?}"
    );
    assert!(!format!("{error:?}").contains("sig="), "{error:?}");
}

#[tokio::test]
async fn the_hosts_that_would_be_asked_are_known_before() {
    let server = Server::start().await;
    let sas = server.sas("rl", "2099-01-01T00:00:00Z");
    let own = Target {
        endpoint: None,
        ..server.target()
    };
    assert_eq!(own.hosts(&sas).expect("hosts"), ["127.0.0.1"]);
    assert_eq!(
        own.hosts(&account_key(KEY)).expect("hosts"),
        ["acmemedia.blob.core.windows.net"]
    );
}
