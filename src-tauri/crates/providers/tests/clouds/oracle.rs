//! Oracle's customer secret keys.

use domain::AuthMethod;
use providers::{ErrorKind, KeyService, KeyStatus, NotManaged, RemoteKeyId, Style, Way};
use testkit::clouds::Spoil;
use testkit::clouds::oracle::{
    ADMINISTRATOR, BYSTANDER, FINGERPRINT, NAMESPACE, Oracle, REGION, SIGNING_KEY,
    SIGNING_KEY_PKCS1, STRANGE_KEY, SecretKey, TENANCY, USER,
};

use crate::every::{self, Account};
use crate::given::{self, failed, name};

const METHOD: AuthMethod = AuthMethod::OracleObjectStorageS3AccessKey;
const OWN: [(&str, &str); 5] = [
    ("tenancy", TENANCY),
    ("user_ocid", USER),
    ("fingerprint", FINGERPRINT),
    ("region", REGION),
    ("namespace", NAMESPACE),
];

/// Signed by `pem`, with other parameters in place of the usual ones.
fn signed(
    cloud: &Oracle,
    key: &SecretKey,
    pem: &str,
    other: &[(&str, &str)],
) -> Box<dyn KeyService> {
    let current = given::access_key(METHOD, &key.id, &key.secret);
    let url = cloud.server.url();
    let endpoints = [
        ("identity_endpoint", url.as_str()),
        ("s3_endpoint", url.as_str()),
    ];
    let mut parameters = OWN.to_vec();
    parameters.extend(endpoints);
    parameters.extend(other);
    given::service(&current, pem, &parameters)
}

fn account(cloud: &Oracle) -> Account<'_> {
    let key = cloud.key("uploads");
    Account {
        server: &cloud.server,
        service: signed(cloud, &key, SIGNING_KEY, &[]),
        method: METHOD,
        current: given::access_key(METHOD, &key.id, &key.secret),
        management: SIGNING_KEY.to_owned(),
        making: "POST /20160918/users",
        listing: "GET /20160918/users",
    }
}

#[tokio::test]
async fn a_key_is_replaced_from_preflight_to_the_end() {
    let cloud = Oracle::start();
    every::a_key_is_replaced_from_preflight_to_the_end(account(&cloud)).await;
}

/// Every request of these tests is verified with the public key; here is what must not pass.
#[tokio::test]
async fn requests_are_signed_by_the_users_own_key_or_refused() {
    let cloud = Oracle::start();
    let key = cloud.key("uploads");
    signed(&cloud, &key, SIGNING_KEY_PKCS1, &[])
        .list()
        .await
        .expect("PKCS #1 signs too");
    let wrong: [(&str, &[(&str, &str)]); 3] = [
        (STRANGE_KEY, &[]),
        (SIGNING_KEY, &[("fingerprint", "00:3b")]),
        (SIGNING_KEY, &[("tenancy", "ocid1.tenancy.oc1..other")]),
    ];
    for (pem, other) in wrong {
        let service = signed(&cloud, &key, pem, other);
        for error in [
            failed(service.preflight()).await,
            failed(service.create(&name())).await,
        ] {
            assert_eq!(error.kind, ErrorKind::Refused, "{error}");
            assert_eq!(error.code.as_deref(), Some("NotAuthenticated"));
        }
    }
    assert_eq!(cloud.state().keys.len(), 1);
}

#[tokio::test]
async fn a_wrong_or_unknown_key_is_refused() {
    let cloud = Oracle::start();
    let unknown = "0123456789abcdef0123456789abcdef01234567";
    every::a_wrong_or_unknown_key_is_refused(account(&cloud), unknown).await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_name() {
    let cloud = Oracle::start();
    every::a_lost_answer_is_found_again_by_name(account(&cloud)).await;
}

#[tokio::test]
async fn throttling_is_said_and_only_readers_ask_again() {
    let cloud = Oracle::start();
    every::throttling_is_said_and_only_readers_ask_again(account(&cloud)).await;
}

#[tokio::test]
async fn bodies_that_are_no_answer_are_told_as_such() {
    let cloud = Oracle::start();
    every::bodies_that_are_no_answer_are_told_as_such(account(&cloud)).await;
}

#[tokio::test]
async fn a_new_key_that_has_not_spread_is_too_early() {
    let cloud = Oracle::start();
    let account = account(&cloud);
    cloud.state().refused_first = 1;
    every::a_new_key_that_has_not_spread_is_too_early(account).await;
}

#[tokio::test]
async fn a_key_that_is_being_made_is_not_called_active() {
    let cloud = Oracle::start();
    let service = account(&cloud).service;
    cloud.state().creating_first = 1;
    service.create(&name()).await.expect("a new key");
    let status = async || service.list().await.expect("a list")[1].status;
    assert_eq!(status().await, KeyStatus::Unknown);
    assert_eq!(status().await, KeyStatus::Active);
}

#[tokio::test]
async fn a_third_key_is_refused_and_preflight_says_which_one_would_have_to_go() {
    let cloud = Oracle::start();
    let service = account(&cloud).service;
    let other = cloud.key("backup");
    let preflight = service.preflight().await.expect("a preflight");
    let block = preflight.blocks.first().expect("a block");
    assert_eq!(block.code, "key_limit");
    assert_eq!(block.key, Some(RemoteKeyId::new(other.id.clone())));
    assert!(block.message.contains("backup"), "{}", block.message);
    let error = failed(service.create(&name())).await;
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Limit, Some("LimitExceeded"))
    );
    assert!(!error.may_have_been_done());
    // An inactive one counts; one that is being deleted is gone.
    cloud.state().keys[1].state = "INACTIVE".to_owned();
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.keys[1].status, KeyStatus::Inactive);
    assert_eq!(preflight.blocks.len(), 1);
    cloud.state().keys[1].state = "DELETING".to_owned();
    assert_eq!(service.preflight().await.expect("a preflight").blocks, []);
}

#[tokio::test]
async fn an_administrators_key_manages_another_users_keys_and_a_bystanders_does_not() {
    let cloud = Oracle::start();
    let key = cloud.key("uploads");
    let service = signed(
        &cloud,
        &key,
        SIGNING_KEY,
        &[("signing_user_ocid", ADMINISTRATOR)],
    );
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks, []);
    // That it may list them is seen; that it may make them is not.
    assert_eq!(preflight.privileges[0].held, None);
    let created = service.create(&name()).await.expect("a new key");
    service.delete(&created.id).await.expect("deleted");
    assert_eq!(cloud.state().keys.len(), 1);

    let service = signed(
        &cloud,
        &key,
        SIGNING_KEY,
        &[("signing_user_ocid", BYSTANDER)],
    );
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.privileges[0].held, Some(false));
    assert_eq!(preflight.blocks[0].code, "missing_privilege");
    assert!(preflight.blocks[0].message.contains("customer secret keys"));
    let error = failed(service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert!(!error.may_have_been_done());
}

/// Oracle says the same of what is gone and of what may not be touched.
#[tokio::test]
async fn what_may_not_be_deleted_is_not_taken_for_gone() {
    let cloud = Oracle::start();
    let service = account(&cloud).service;
    let id = RemoteKeyId::new(cloud.state().keys[0].id.clone());
    service
        .delete(&RemoteKeyId::new("gone"))
        .await
        .expect("gone");
    let refusal = br#"{"code":"NotAuthorizedOrNotFound","message":"Authorization failed"}"#;
    cloud
        .server
        .spoil(1, "DELETE", Spoil::Instead(404, refusal.to_vec()));
    let error = failed(service.delete(&id)).await;
    assert_eq!(error.code.as_deref(), Some("NotAuthorizedOrNotFound"));
    assert_eq!(cloud.state().keys.len(), 1);
}

#[tokio::test]
async fn a_key_of_another_user_is_noticed() {
    let cloud = Oracle::start();
    let service = account(&cloud).service;
    cloud.state().keys[0].user = BYSTANDER.to_owned();
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks[0].code, "key_not_found");
}

#[tokio::test]
async fn a_key_cannot_be_disabled() {
    let cloud = Oracle::start();
    let service = account(&cloud).service;
    let id = RemoteKeyId::new("id");
    for error in [
        failed(service.disable(&id)).await,
        failed(service.enable(&id)).await,
    ] {
        assert_eq!(error.code.as_deref(), Some("not_offered"));
    }
}

#[test]
fn what_it_can_do_and_whom_it_asks_is_known_without_asking() {
    let can = providers::capabilities(METHOD).expect("it can");
    assert_eq!((can.way, can.style), (Way::Management, Style::Overlap));
    assert!(can.names_keys && !can.disables && !can.tells_last_use);
    assert_eq!(can.keys_max, Some(2));
    let current = given::access_key(METHOD, "id", "secret");
    let service: Box<dyn KeyService> = given::service(&current, SIGNING_KEY, &OWN);
    assert_eq!(
        service.hosts().own,
        ["axaxnpcrorw5.compat.objectstorage.eu-frankfurt-1.oraclecloud.com"]
    );
    assert_eq!(
        service.hosts().management,
        ["identity.eu-frankfurt-1.oci.oraclecloud.com"]
    );
}

#[test]
fn what_is_no_signing_key_manages_none_and_is_not_quoted() {
    let current = given::access_key(METHOD, "id", "secret");
    let sealed = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
    let public = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
    for text in ["a token", sealed, public, &SIGNING_KEY[..900]] {
        let why = given::refusal(&current, Some(text), &OWN);
        assert!(matches!(why, NotManaged::ManagementUnfit { .. }));
        assert!(why.to_string().contains("without a passphrase"));
    }
    for (left_out, _) in OWN {
        let others: Vec<_> = OWN
            .into_iter()
            .filter(|(name, _)| *name != left_out)
            .collect();
        let why = given::refusal(&current, Some(SIGNING_KEY), &others);
        assert_eq!(
            why,
            NotManaged::ParametersMissing {
                names: vec![left_out]
            }
        );
    }
    for (name, value) in [
        ("region", "evil.example/"),
        ("namespace", "a.b"),
        ("user_ocid", "a/b"),
    ] {
        let mut parameters = OWN.to_vec();
        parameters.push((name, value));
        let why = given::refusal(&current, Some(SIGNING_KEY), &parameters);
        assert_eq!(why.code(), "parameter_invalid", "{name}");
    }
}
