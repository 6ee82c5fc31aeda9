//! Verifying on s3s-fs, which has one key and checks its signatures.

use std::fs;
use std::path::Path;

use domain::{AuthMethod, Credentials, SecretType};
use providers::{ErrorKind, Probe, Target, Verified, verify};
use tempfile::TempDir;
use testkit::rigs::{self, Rig};

use crate::given::{self, BUCKET};

const KEY_ID: &str = "AKIAEXAMPLEEXAMPLE77";
const SECRET: &str = "s3s/secret+with/slashes00000000000000000";

/// A server with one empty bucket.
struct Server {
    root: TempDir,
    rig: Rig,
}

impl Server {
    fn start() -> Server {
        let root = TempDir::new().expect("a folder");
        fs::create_dir(root.path().join(BUCKET)).expect("a bucket");
        let rig = rigs::s3s(KEY_ID, SECRET, root.path());
        Server { root, rig }
    }

    fn target(&self) -> Target {
        given::target(SecretType::S3, &self.rig.url())
    }

    fn put(&self, key: &str, content: &str) {
        let file = self.root.path().join(BUCKET).join(key);
        fs::create_dir_all(file.parent().expect("the bucket")).expect("its folder");
        fs::write(file, content).expect("an object");
    }

    /// Every object there is; the server's own notes begin with a dot.
    fn objects(&self) -> Vec<String> {
        files(&self.root.path().join(BUCKET))
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

fn key() -> Credentials {
    given::access_key(AuthMethod::S3AccessKey, KEY_ID, SECRET)
}

async fn verified(target: &Target, credentials: &Credentials, probe: Probe) -> Verified {
    verify(&given::http(), target, credentials, probe).await
}

#[tokio::test]
async fn a_key_that_may_everything_is_told_so_and_leaves_nothing_behind() {
    let server = Server::start();
    let found = verified(&server.target(), &key(), Probe::Writes).await;
    assert_eq!(found.error, None);
    assert!(found.verified);
    let may = [
        found.bucket_exists,
        found.can_list,
        found.can_read,
        found.can_write,
        found.can_delete,
    ];
    assert_eq!(may, [Some(true); 5]);
    assert_eq!(server.objects(), Vec::<String>::new());
}

#[tokio::test]
async fn without_consent_nothing_is_written_and_an_empty_bucket_says_nothing_about_reading() {
    let server = Server::start();
    let found = verified(&server.target(), &key(), Probe::ReadOnly).await;
    assert!(found.verified);
    assert_eq!(found.can_list, Some(true));
    assert_eq!(
        [found.can_read, found.can_write, found.can_delete],
        [None; 3]
    );
    server.put("uploads/a.txt", "x");
    let found = verified(&server.target(), &key(), Probe::ReadOnly).await;
    assert_eq!(found.can_read, Some(true));
    assert_eq!(server.objects().len(), 1);
}

#[tokio::test]
async fn an_empty_object_can_be_read_too() {
    let server = Server::start();
    server.put("empty", "");
    let found = verified(&server.target(), &key(), Probe::ReadOnly).await;
    assert_eq!((found.can_read, found.error), (Some(true), None));
}

#[tokio::test]
async fn only_what_is_below_the_prefix_counts() {
    let server = Server::start();
    server.put("elsewhere/a.txt", "x");
    let target = given::below("uploads/", server.target());
    let found = verified(&target, &key(), Probe::Writes).await;
    assert_eq!(found.error, None);
    assert_eq!([found.can_write, found.can_delete], [Some(true); 2]);
    assert_eq!(server.objects().len(), 1);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_with_the_servers_own_code() {
    let server = Server::start();
    let wrong = given::access_key(
        AuthMethod::S3AccessKey,
        KEY_ID,
        "wrong/wrong/wrong/wrong/wrong/wrong/wrong",
    );
    let found = verified(&server.target(), &wrong, Probe::Writes).await;
    assert!(!found.verified);
    let error = found.error.expect("an error");
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_eq!(error.code.as_deref(), Some("SignatureDoesNotMatch"));
    assert_eq!(found.can_list, Some(false));
    assert_eq!(server.objects(), Vec::<String>::new());
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    let server = Server::start();
    let unknown = given::access_key(AuthMethod::S3AccessKey, "AKIAUNKNOWNUNKNOWN77", SECRET);
    let found = verified(&server.target(), &unknown, Probe::ReadOnly).await;
    assert!(!found.verified);
    assert_eq!(
        found.error.map(|error| error.kind),
        Some(ErrorKind::Refused)
    );
}

#[tokio::test]
async fn a_missing_bucket_is_told_and_nothing_is_written() {
    let server = Server::start();
    let target = given::named("no-such-bucket", server.target());
    let found = verified(&target, &key(), Probe::Writes).await;
    assert!(!found.verified);
    assert_eq!(found.bucket_exists, Some(false));
    assert_eq!(
        found.error.and_then(|error| error.code).as_deref(),
        Some("NoSuchBucket")
    );
    // That there is none says nothing about the key.
    assert_eq!([found.can_list, found.can_write], [None; 2]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_as_such() {
    let server = Server::start();
    let target = server.target();
    drop(server);
    let found = verified(&target, &key(), Probe::Writes).await;
    assert!(!found.verified);
    assert_eq!(found.bucket_exists, None);
    assert_eq!(
        found.error.map(|error| error.kind),
        Some(ErrorKind::Unreachable)
    );
}

#[tokio::test]
async fn every_storage_type_that_speaks_s3_is_verified_the_same() {
    let server = Server::start();
    let secret = SECRET;
    for (kind, method) in [
        (SecretType::R2, AuthMethod::R2AccessKey),
        (SecretType::Wasabi, AuthMethod::WasabiAccessKey),
        (SecretType::Railway, AuthMethod::RailwayAccessKey),
        (
            SecretType::OracleObjectStorageS3,
            AuthMethod::OracleObjectStorageS3AccessKey,
        ),
        (SecretType::S3Compatible, AuthMethod::S3CompatibleAccessKey),
        (SecretType::Tigris, AuthMethod::TigrisAccessKey),
        (
            SecretType::DigitalOceanSpaces,
            AuthMethod::DigitalOceanSpacesAccessKey,
        ),
        (SecretType::Hetzner, AuthMethod::HetznerAccessKey),
        (SecretType::Rabata, AuthMethod::RabataAccessKey),
    ] {
        let target = given::target(kind, &server.rig.url());
        let found = verified(
            &target,
            &given::access_key(method, KEY_ID, secret),
            Probe::Writes,
        )
        .await;
        assert_eq!(
            (found.error, found.can_delete),
            (None, Some(true)),
            "{kind:?}"
        );
    }
    let b2 = given::credentials(
        AuthMethod::B2ApplicationKey,
        &[("application_key_id", KEY_ID), ("application_key", SECRET)],
    );
    let target = given::target(SecretType::B2, &server.rig.url());
    assert!(verified(&target, &b2, Probe::Writes).await.verified);
}
