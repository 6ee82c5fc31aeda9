//! Verifying on Google's storage: authlib checks the assertions, an emulator has the objects.

use domain::{AuthMethod, Credentials, SecretType};
use providers::{ErrorKind, Probe, Target, Verified, verify};
use testkit::rigs::{self, Rig};

use crate::given::{self, BUCKET};

const EMAIL: &str = "uploader@acme.iam.gserviceaccount.com";

struct Server {
    rig: Rig,
}

impl Server {
    fn start() -> Server {
        Server {
            rig: rigs::gcs(BUCKET, 0),
        }
    }

    fn target(&self) -> Target {
        given::target(SecretType::Gcs, &self.rig.url())
    }

    /// A new key file of the account, which may everything.
    async fn key_file(&self) -> String {
        let url = format!("{}/_ctl/service_account", self.rig.url());
        let asked = format!(r#"{{"email": "{EMAIL}", "project": "acme"}}"#);
        let answer = given::done(given::post_json(&url, &asked)).await;
        String::from_utf8_lossy(&answer.body).into_owned()
    }

    async fn allow(&self, permissions: &[&str]) {
        let url = format!("{}/_ctl/permissions", self.rig.url());
        let allow = serde_json::to_string(permissions).expect("JSON");
        let asked = format!(r#"{{"email": "{EMAIL}", "allow": {allow}}}"#);
        given::done(given::post_json(&url, &asked)).await;
    }

    async fn object(&self, name: &str) {
        let url = format!("{}/_ctl/object", self.rig.url());
        let asked = format!(r#"{{"bucket": "{BUCKET}", "name": "{name}"}}"#);
        given::done(given::post_json(&url, &asked)).await;
    }
}

fn credentials(file: &str) -> Credentials {
    given::credentials(
        AuthMethod::GcsServiceAccount,
        &[("service_account_json", file)],
    )
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
async fn a_key_that_may_everything_is_told_so_and_leaves_nothing_behind() {
    let server = Server::start();
    let key = credentials(&server.key_file().await);
    let found = verified(&server.target(), &key, Probe::Writes).await;
    assert_eq!(found.error, None);
    assert!(found.verified && found.region.is_some());
    assert_eq!(rights(&found), [Some(true); 4]);
    // Empty again: reading says nothing. Google tells about writing and removing unasked.
    let found = verified(&server.target(), &key, Probe::ReadOnly).await;
    assert_eq!(rights(&found), [Some(true), None, Some(true), Some(true)]);
}

#[tokio::test]
async fn each_right_is_told_by_itself() {
    let server = Server::start();
    let key = credentials(&server.key_file().await);
    server.object("uploads/a b+c.txt").await;
    let list = "storage.objects.list";
    let read = "storage.objects.get";
    let write = "storage.objects.create";
    for (permissions, expected) in [
        (
            &[list, read][..],
            [Some(true), Some(true), Some(false), None],
        ),
        (&[list], [Some(true), Some(false), Some(false), None]),
        (
            &[write],
            [Some(false), Some(false), Some(true), Some(false)],
        ),
    ] {
        server.allow(permissions).await;
        let found = verified(&server.target(), &key, Probe::Writes).await;
        assert_eq!(
            rights(&found),
            expected,
            "{permissions:?} {:?}",
            found.error
        );
        assert!(found.verified);
        assert_eq!(
            found.error.map(|error| error.kind),
            Some(ErrorKind::Forbidden)
        );
    }
    server.allow(&[]).await;
    let found = verified(&server.target(), &key, Probe::ReadOnly).await;
    assert!(!found.verified);
}

#[tokio::test]
async fn a_private_key_under_the_id_of_another_is_refused_by_the_token_server() {
    let server = Server::start();
    let file = server.key_file().await;
    let mut file: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    let stranger: serde_json::Value = serde_json::from_str(&server.key_file().await).expect("JSON");
    // The private key of one, under the id of the other.
    file["private_key"] = stranger["private_key"].clone();
    let found = verified(
        &server.target(),
        &credentials(&file.to_string()),
        Probe::Writes,
    )
    .await;
    assert!(!found.verified);
    let error = found.error.expect("an error");
    assert_eq!(error.kind, ErrorKind::Refused, "{error:?}");
    assert_eq!(found.bucket_exists, None);
}

#[tokio::test]
async fn a_missing_bucket_is_told() {
    let server = Server::start();
    let key = credentials(&server.key_file().await);
    let target = given::named("no-such-bucket", server.target());
    let found = verified(&target, &key, Probe::Writes).await;
    assert_eq!((found.verified, found.bucket_exists), (false, Some(false)));
    assert_eq!(
        found.error.map(|error| error.kind),
        Some(ErrorKind::NotFound)
    );
}
