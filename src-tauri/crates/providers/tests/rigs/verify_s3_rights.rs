//! Keys with few rights, on moto, which checks policies; and buckets in another region.

use domain::location::Region;
use domain::{AuthMethod, SecretType};
use providers::{ErrorKind, Probe, Target, Verified, verify};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::given::{self, BUCKET};
use crate::moto::{Key, Moto};

async fn tried(moto: &Moto, key: &Key, probe: Probe) -> Verified {
    let target = given::target(SecretType::S3, &moto.url());
    verify(
        &given::http(),
        &target,
        &key.credentials(AuthMethod::S3AccessKey),
        probe,
    )
    .await
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
async fn each_right_is_told_by_itself() {
    let moto = Moto::start(0);
    moto.bucket(BUCKET).await;
    moto.object(BUCKET, "a.txt").await;
    let reader = moto
        .user("reader", &["s3:ListBucket", "s3:GetObject"])
        .await;
    let lister = moto.user("lister", &["s3:ListBucket"]).await;
    let writer = moto.user("writer", &["s3:PutObject"]).await;
    let nobody = moto.user("nobody", &["sts:GetCallerIdentity"]).await;
    moto.check_signatures().await;

    let found = tried(&moto, &reader, Probe::Writes).await;
    assert_eq!(rights(&found), [Some(true), Some(true), Some(false), None]);
    assert!(found.verified);
    assert_eq!(
        found.error.and_then(|error| error.code).as_deref(),
        Some("AccessDenied")
    );

    let found = tried(&moto, &lister, Probe::ReadOnly).await;
    assert_eq!(rights(&found), [Some(true), Some(false), None, None]);

    let found = tried(&moto, &writer, Probe::Writes).await;
    assert_eq!(
        rights(&found),
        [Some(false), Some(false), Some(true), Some(false)]
    );
    assert!(found.verified);

    let found = tried(&moto, &nobody, Probe::Writes).await;
    assert_eq!(rights(&found), [Some(false), None, Some(false), None]);
    assert!(!found.verified);
    assert_eq!(
        found.error.map(|error| error.kind),
        Some(ErrorKind::Forbidden)
    );
}

#[tokio::test]
async fn what_could_not_be_removed_again_is_named() {
    let moto = Moto::start(0);
    moto.bucket(BUCKET).await;
    let writer = moto
        .user("writer", &["s3:ListBucket", "s3:PutObject", "s3:GetObject"])
        .await;
    moto.check_signatures().await;
    let found = tried(&moto, &writer, Probe::Writes).await;
    assert_eq!(found.can_delete, Some(false));
    let message = found.error.expect("an error").message;
    assert!(message.contains(".turnstone-probe-"), "{message}");
}

#[tokio::test]
async fn a_key_that_is_not_accepted_yet_is_refused_and_later_accepted() {
    let moto = Moto::start(2);
    moto.bucket(BUCKET).await;
    let key = moto.user("new", &["s3:ListBucket"]).await;
    moto.check_signatures().await;
    let early = tried(&moto, &key, Probe::ReadOnly).await;
    let error = early.error.expect("refused");
    assert!(error.may_be_too_early(), "{error:?}");
    assert_eq!(error.code.as_deref(), Some("InvalidAccessKeyId"));
    tokio::time::sleep(std::time::Duration::from_millis(2_200)).await;
    assert!(tried(&moto, &key, Probe::ReadOnly).await.verified);
}

/// Answers everything as AWS does where a bucket is in another region.
async fn elsewhere(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 8192];
            let _ = stream.read(&mut asked).await;
            let answer = format!(
                "HTTP/1.1 {status}\r\nx-amz-bucket-region: eu-central-1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn another_region_is_told_with_its_name() {
    for status in ["301 Moved Permanently", "400 Bad Request"] {
        let url = elsewhere(status).await;
        let target = Target {
            region: Some(Region::parse("us-east-1").expect("a region")),
            ..given::target(SecretType::S3, &url)
        };
        let key = Key {
            id: "AKIAEXAMPLEEXAMPLE77".to_owned(),
            secret: "0123456789012345678901234567890123456789".to_owned(),
        };
        let credentials = key.credentials(AuthMethod::S3AccessKey);
        let found = verify(&given::http(), &target, &credentials, Probe::ReadOnly).await;
        assert!(!found.verified);
        assert_eq!(found.region.as_deref(), Some("eu-central-1"), "{status}");
        let message = found.error.expect("an error").message;
        assert!(
            message.contains("eu-central-1") && message.contains("us-east-1"),
            "{message}"
        );
    }
}
