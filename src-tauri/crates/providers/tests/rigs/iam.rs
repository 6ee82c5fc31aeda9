//! Rotating IAM keys on moto, which checks signatures, policies, the limit of two keys and whether a key is active.

use std::time::Duration;

use domain::{AuthMethod, Credentials};
use providers::{
    CreatedKey, ErrorKind, KeyName, KeyService, KeyStatus, LastUse, ManagementCredentials,
    NotManaged, Parameters, RemoteKeyId, ServiceRequest, key_service,
};

use crate::given;
use crate::moto::{Key, Moto};

const METHOD: AuthMethod = AuthMethod::S3AccessKey;
const ALL: &[&str] = &["iam:*", "sts:GetCallerIdentity"];

fn service(moto: &Moto, current: &Key, management: Option<&Key>) -> Box<dyn KeyService> {
    service_for(METHOD, moto, current, management)
}

fn service_for(
    method: AuthMethod,
    moto: &Moto,
    current: &Key,
    management: Option<&Key>,
) -> Box<dyn KeyService> {
    let parameters: Parameters = [("iam_endpoint", moto.url())].into_iter().collect();
    let management = management.map(|key| key.credentials(method));
    let request = ServiceRequest {
        method,
        current: &current.credentials(method),
        management: management.as_ref().map(ManagementCredentials::new),
        parameters: &parameters,
    };
    match key_service(&given::http(), request) {
        Ok(service) => service,
        Err(why) => panic!("no service: {why}"),
    }
}

fn name() -> KeyName {
    KeyName::new("turnstone-test").expect("a name")
}

fn made(created: CreatedKey) -> Credentials {
    match Credentials::parse(METHOD, created.fields, None) {
        Ok((credentials, _)) => credentials,
        Err(faults) => panic!("no credentials: {faults:?}"),
    }
}

async fn failed<T>(
    outcome: impl Future<Output = Result<T, providers::ProviderError>>,
) -> providers::ProviderError {
    match outcome.await {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_key_is_replaced_by_itself_from_preflight_to_the_end() {
    let moto = Moto::start(0);
    let old = moto.user("uploader", ALL).await;
    moto.check_signatures().await;
    let before = service(&moto, &old, None);

    let preflight = before.preflight().await.expect("a preflight");
    assert_eq!(preflight.identity.user.as_deref(), Some("uploader"));
    assert_eq!(preflight.identity.account.as_deref(), Some("123456789012"));
    assert_eq!(preflight.blocks, []);
    assert_eq!(preflight.keys.len(), 1);
    assert!(preflight.keys[0].is_ours && preflight.keys[0].created_at.is_some());
    assert!(matches!(
        &preflight.keys[0].last_used,
        LastUse::At {
            service: Some(_),
            ..
        }
    ));

    let created = before.create(&name()).await.expect("a new key");
    let (id, new) = (created.id.clone(), made(created));
    let identity = before.check(&new).await.expect("accepted");
    assert_eq!(identity.user.as_deref(), Some("uploader"));
    let ids: Vec<_> = before
        .list()
        .await
        .expect("a list")
        .into_iter()
        .map(|key| key.id)
        .collect();
    assert!(ids.contains(&id) && ids.len() == 2);

    // Now the new key is the current one, and retires the old one.
    let new = Key {
        id: id.as_str().to_owned(),
        secret: new
            .field("secret_access_key")
            .expect("the field")
            .expose_text()
            .to_owned(),
    };
    let after = service(&moto, &new, None);
    let old_id = RemoteKeyId::new(old.id.clone());
    after.disable(&old_id).await.expect("disabled");
    let refused = failed(after.check(&old.credentials(METHOD))).await;
    assert_eq!(refused.kind, ErrorKind::Refused);
    after.enable(&old_id).await.expect("enabled");
    after
        .check(&old.credentials(METHOD))
        .await
        .expect("accepted again");
    after.delete(&old_id).await.expect("deleted");
    after.delete(&old_id).await.expect("gone");
    let keys = after.list().await.expect("a list");
    assert_eq!(keys.len(), 1);
    assert!(keys[0].is_ours && keys[0].status == KeyStatus::Active);
    assert_eq!(
        failed(after.check(&old.credentials(METHOD))).await.kind,
        ErrorKind::Refused
    );
}

#[tokio::test]
async fn another_key_of_the_account_manages_the_keys_of_the_user_of_the_current_one() {
    let moto = Moto::start(0);
    let current = moto
        .user("uploader", &["s3:*", "sts:GetCallerIdentity"])
        .await;
    let admin = moto.user("admin", ALL).await;
    moto.check_signatures().await;
    let service = service(&moto, &current, Some(&admin));
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.identity.user.as_deref(), Some("uploader"));
    assert_eq!(preflight.blocks, []);
    let created = service.create(&name()).await.expect("a new key");
    let identity = service.check(&made(created)).await.expect("accepted");
    assert_eq!(identity.user.as_deref(), Some("uploader"));
    // The old key may go, since it doesn't sign; the one that signs may not.
    service
        .delete(&RemoteKeyId::new(current.id))
        .await
        .expect("deleted");
    let refused = failed(service.delete(&RemoteKeyId::new(admin.id))).await;
    assert_eq!(refused.code.as_deref(), Some("signs_itself"));
}

#[tokio::test]
async fn a_key_never_disables_or_deletes_itself() {
    let moto = Moto::start(0);
    let key = moto.user("uploader", ALL).await;
    moto.check_signatures().await;
    let service = service(&moto, &key, None);
    let own = RemoteKeyId::new(key.id.clone());
    assert_eq!(
        failed(service.disable(&own)).await.code.as_deref(),
        Some("signs_itself")
    );
    assert_eq!(
        failed(service.delete(&own)).await.code.as_deref(),
        Some("signs_itself")
    );
    service
        .check(&key.credentials(METHOD))
        .await
        .expect("still accepted");
}

#[tokio::test]
async fn a_third_key_is_refused_and_preflight_says_which_one_would_have_to_go() {
    let moto = Moto::start(0);
    let current = moto.user("uploader", ALL).await;
    let other = moto.key("uploader").await;
    moto.check_signatures().await;
    let service = service(&moto, &current, None);
    let preflight = service.preflight().await.expect("a preflight");
    let block = preflight.blocks.first().expect("a block");
    assert_eq!(block.code, "key_limit");
    assert_eq!(
        block.key.as_ref().map(RemoteKeyId::as_str),
        Some(other.id.as_str())
    );
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::Limit);
    assert_eq!(error.code.as_deref(), Some("LimitExceeded"));
    assert!(!error.may_have_been_done());
    // An inactive key counts, too.
    service
        .disable(&RemoteKeyId::new(other.id))
        .await
        .expect("disabled");
    assert_eq!(failed(service.create(&name())).await.kind, ErrorKind::Limit);
}

#[tokio::test]
async fn a_key_without_rights_to_itself_is_told_what_it_lacks() {
    let moto = Moto::start(0);
    let key = moto
        .user("uploader", &["s3:*", "sts:GetCallerIdentity"])
        .await;
    moto.check_signatures().await;
    let service = service(&moto, &key, None);
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(
        preflight.missing().collect::<Vec<_>>(),
        ["iam:ListAccessKeys"]
    );
    let block = preflight.blocks.first().expect("a block");
    assert_eq!(block.code, "missing_privilege");
    let create = preflight
        .privileges
        .iter()
        .find(|one| one.name == "iam:CreateAccessKey");
    assert_eq!(create.expect("named").held, None);
    assert_eq!(
        failed(service.create(&name())).await.kind,
        ErrorKind::Forbidden
    );
}

#[tokio::test]
async fn what_iam_says_of_its_policies_is_believed_before_anything_is_tried() {
    let moto = Moto::start(0);
    let may = [
        "iam:ListAccessKeys",
        "iam:CreateAccessKey",
        "iam:SimulatePrincipalPolicy",
        "sts:GetCallerIdentity",
    ];
    let key = moto.user("uploader", &may).await;
    moto.check_signatures().await;
    let preflight = service(&moto, &key, None)
        .preflight()
        .await
        .expect("a preflight");
    let held: Vec<_> = preflight
        .privileges
        .iter()
        .map(|one| (one.name, one.held))
        .collect();
    assert_eq!(
        held,
        [
            ("iam:ListAccessKeys", Some(true)),
            ("iam:GetAccessKeyLastUsed", Some(false)),
            ("iam:CreateAccessKey", Some(true)),
            ("iam:UpdateAccessKey", Some(false)),
            ("iam:DeleteAccessKey", Some(false)),
        ]
    );
    let codes: Vec<_> = preflight.blocks.iter().map(|block| block.code).collect();
    assert_eq!(codes, ["missing_privilege"; 2]);
    assert_eq!(preflight.keys[0].last_used, LastUse::NotTold);
}

#[tokio::test]
async fn a_new_key_is_refused_until_it_has_spread() {
    let moto = Moto::start(3);
    let key = moto.user("uploader", ALL).await;
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    moto.check_signatures().await;
    let service = service(&moto, &key, None);
    let new = made(service.create(&name()).await.expect("a new key"));
    let early = failed(service.check(&new)).await;
    assert!(early.may_be_too_early());
    assert_eq!(early.code.as_deref(), Some("InvalidClientTokenId"));
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    service.check(&new).await.expect("accepted");
}

#[tokio::test]
async fn a_wrong_secret_and_a_deleted_key_are_refused() {
    let moto = Moto::start(0);
    let key = moto.user("uploader", ALL).await;
    moto.check_signatures().await;
    let wrong = Key {
        id: key.id.clone(),
        secret: "0123456789012345678901234567890123456789".to_owned(),
    };
    let error = failed(service(&moto, &wrong, None).preflight()).await;
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_eq!(error.code.as_deref(), Some("SignatureDoesNotMatch"));
    let unknown = Key {
        id: "AKIAUNKNOWNUNKNOWN77".to_owned(),
        secret: key.secret.clone(),
    };
    let error = failed(service(&moto, &unknown, None).preflight()).await;
    assert_eq!(error.code.as_deref(), Some("InvalidClientTokenId"));
}

#[tokio::test]
async fn deleting_what_is_gone_succeeds_and_disabling_it_does_not() {
    let moto = Moto::start(0);
    let key = moto.user("uploader", ALL).await;
    moto.check_signatures().await;
    let service = service(&moto, &key, None);
    let gone = RemoteKeyId::new("AKIAGONEGONEGONEGONE");
    service.delete(&gone).await.expect("gone");
    assert_eq!(
        failed(service.disable(&gone)).await.kind,
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_user_name_that_is_not_the_current_keys_is_noticed() {
    let moto = Moto::start(0);
    let current = moto.user("uploader", ALL).await;
    let admin = moto.user("admin", ALL).await;
    moto.check_signatures().await;
    let parameters: Parameters = [
        ("iam_endpoint", moto.url()),
        ("user_name", "admin".to_owned()),
    ]
    .into_iter()
    .collect();
    let management = admin.credentials(METHOD);
    let request = ServiceRequest {
        method: METHOD,
        current: &current.credentials(METHOD),
        management: Some(ManagementCredentials::new(&management)),
        parameters: &parameters,
    };
    let service = key_service(&given::http(), request).unwrap_or_else(|why| panic!("{why}"));
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(
        preflight.blocks.first().map(|block| block.code),
        Some("key_not_found")
    );
    // It lives on with its own user, and is not taken for gone.
    let unknown = failed(service.delete(&RemoteKeyId::new(current.id))).await;
    assert_eq!(unknown.code.as_deref(), Some("key_not_found"));
}

#[test]
fn what_is_no_access_key_manages_none() {
    let current = given::access_key(
        METHOD,
        "AKIAEXAMPLEEXAMPLE77",
        "0123456789012345678901234567890123456789",
    );
    let token = given::credentials(AuthMethod::OpaqueValue, &[("value", "a token")]);
    let request = ServiceRequest {
        method: METHOD,
        current: &current,
        management: Some(ManagementCredentials::new(&token)),
        parameters: &Parameters::default(),
    };
    let refused = key_service(&given::http(), request).err().expect("refused");
    assert!(matches!(refused, NotManaged::ManagementUnfit { .. }));
}

#[tokio::test]
async fn wasabi_and_tigris_are_asked_in_the_same_words() {
    for method in [AuthMethod::WasabiAccessKey, AuthMethod::TigrisAccessKey] {
        let moto = Moto::start(0);
        let key = moto.user("uploader", ALL).await;
        moto.check_signatures().await;
        let service = service_for(method, &moto, &key, None);
        let preflight = service.preflight().await.expect("a preflight");
        assert_eq!(preflight.blocks, [], "{method:?}");
        let changes = preflight
            .privileges
            .iter()
            .filter(|one| one.name != "iam:ListAccessKeys");
        assert!(
            changes
                .filter(|one| one.name != "iam:GetAccessKeyLastUsed")
                .all(|one| one.held.is_none())
        );
        let created = service.create(&name()).await.expect("a new key");
        let id = created.id.clone();
        let new = given::access_key(method, id.as_str(), created.fields[1].1.expose_text());
        service.check(&new).await.expect("accepted");
        service.disable(&id).await.expect("disabled");
        assert_eq!(
            failed(service.check(&new)).await.kind,
            ErrorKind::Refused,
            "{method:?}"
        );
        service.delete(&id).await.expect("deleted");
        assert_eq!(service.list().await.expect("a list").len(), 1);
    }
}
