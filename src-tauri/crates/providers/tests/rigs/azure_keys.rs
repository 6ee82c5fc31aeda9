//! Rotating an account's two keys: Azure's management as its documentation has it, and Azurite, which knows only the keys of the moment.

use domain::{AuthMethod, Credentials, SecretType};
use providers::{
    Block, CreatedKey, ErrorKind, KeyName, KeyService, LastUse, ManagementCredentials, NotManaged,
    Parameters, Probe, ProviderError, RemoteKey, RemoteKeyId, ServiceRequest, Verified,
    key_service, verify,
};
use testkit::clouds::Spoil;
use testkit::clouds::azure::{
    ACCOUNT, Azure, CLIENT_ID, CLIENT_SECRET, KEY_OPERATOR, RESOURCE_GROUP, SUBSCRIPTION, TENANT,
};

use crate::given;

const METHOD: AuthMethod = AuthMethod::AzureAccountKey;
const REGENERATE: &str = "regenerateKey";

fn account_key(value: &str) -> Credentials {
    let fields = [("account_name", ACCOUNT), ("account_key", value)];
    given::credentials(METHOD, &fields)
}

fn parameters(azure: &Azure, other: &[(&str, &str)]) -> Parameters {
    let (url, blobs) = (azure.url(), azure.blobs());
    let usual = [
        ("subscription", SUBSCRIPTION),
        ("resource_group", RESOURCE_GROUP),
        ("tenant", TENANT),
        ("client_id", CLIENT_ID),
        ("management_endpoint", &url),
        ("login_endpoint", &url),
        ("blob_endpoint", &blobs),
    ];
    usual.iter().chain(other).copied().collect()
}

fn service(azure: &Azure, current: &str) -> Box<dyn KeyService> {
    service_with(azure, current, CLIENT_SECRET, &[])
}

fn service_with(
    azure: &Azure,
    current: &str,
    client_secret: &str,
    other: &[(&str, &str)],
) -> Box<dyn KeyService> {
    let management = given::credentials(AuthMethod::OpaqueValue, &[("value", client_secret)]);
    let request = ServiceRequest {
        method: METHOD,
        current: &account_key(current),
        management: Some(ManagementCredentials::new(&management)),
        parameters: &parameters(azure, other),
    };
    key_service(&given::http(), request).unwrap_or_else(|why| panic!("no service: {why}"))
}

async fn made(service: &dyn KeyService) -> CreatedKey {
    let name = KeyName::new("turnstone-test").expect("a name");
    service.create(&name).await.expect("a new key")
}

async fn not_made(service: &dyn KeyService) -> ProviderError {
    let name = KeyName::new("turnstone-test").expect("a name");
    failed(service.create(&name)).await
}

async fn failed<T>(outcome: impl Future<Output = Result<T, ProviderError>>) -> ProviderError {
    match outcome.await {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}

fn value(created: &CreatedKey) -> String {
    created.fields[0].1.expose_text().to_owned()
}

async fn listed(service: &dyn KeyService) -> Vec<RemoteKey> {
    service.list().await.expect("a list")
}

fn named<'a>(keys: &'a [RemoteKey], slot: &str) -> &'a RemoteKey {
    let mut keys = keys.iter();
    keys.find(|key| key.name.as_deref() == Some(slot))
        .expect("the slot")
}

async fn blocks(service: &dyn KeyService) -> Vec<Block> {
    service.preflight().await.expect("a preflight").blocks
}

/// What Azurite says of a key, on a container that isn't there.
async fn at_blobs(azure: &Azure, key: &str) -> Verified {
    let target = given::target(SecretType::AzureBlob, &azure.blobs());
    verify(&given::http(), &target, &account_key(key), Probe::ReadOnly).await
}

async fn is_taken(azure: &Azure, key: &str) -> bool {
    let found = at_blobs(azure, key).await;
    found.error.and_then(|error| error.code).as_deref() == Some("ContainerNotFound")
}

#[tokio::test]
async fn the_other_key_takes_over_and_the_old_one_ends_by_being_made_anew() {
    let azure = Azure::start();
    let (old, unused) = (azure.key("key1"), azure.key("key2"));
    let before = service(&azure, &old);
    let preflight = before.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks, []);
    assert_eq!(preflight.identity.account.as_deref(), Some(ACCOUNT));
    let seen = named(&preflight.keys, "key1");
    assert!(seen.is_ours && seen.created_at.is_some());
    assert_eq!(seen.last_used, LastUse::NotTold);
    let old_id = seen.id.clone();
    assert!(!named(&preflight.keys, "key2").is_ours);

    let created = made(before.as_ref()).await;
    let new = value(&created);
    assert_eq!(new, azure.key("key2"));
    assert!(new != unused && created.created_at.is_some());
    let identity = before.check(&account_key(&new)).await.expect("accepted");
    assert_eq!(identity.account.as_deref(), Some(ACCOUNT));
    // Both are good meanwhile, and the one that was in the other slot is not.
    assert!(is_taken(&azure, &new).await && is_taken(&azure, &old).await);
    assert!(!is_taken(&azure, &unused).await);

    let after = service(&azure, &new);
    assert_eq!(named(&listed(after.as_ref()).await, "key1").id, old_id);
    after.delete(&old_id).await.expect("made anew");
    assert!(is_taken(&azure, &new).await && !is_taken(&azure, &old).await);
    let refused = failed(after.check(&account_key(&old))).await;
    assert_eq!(refused.kind, ErrorKind::Refused);
    assert!(refused.may_be_too_early());
    after.check(&account_key(&new)).await.expect("accepted");
}

#[tokio::test]
async fn what_somebody_made_since_in_the_old_slot_is_left_alone() {
    let azure = Azure::start();
    let old = azure.key("key1");
    let before = service(&azure, &old);
    let old_id = named(&listed(before.as_ref()).await, "key1").id.clone();
    let new = value(&made(before.as_ref()).await);
    azure.regenerate("key1");
    let strangers = azure.key("key1");
    let after = service(&azure, &new);
    after.delete(&old_id).await.expect("gone");
    assert_eq!(azure.key("key1"), strangers);
}

#[tokio::test]
async fn the_key_in_use_is_never_made_anew() {
    let azure = Azure::start();
    let current = azure.key("key2");
    let service = service(&azure, &current);
    let own = named(&listed(service.as_ref()).await, "key2").id.clone();
    let error = failed(service.delete(&own)).await;
    assert_eq!(error.code.as_deref(), Some("in_use"));
    assert_eq!(azure.key("key2"), current);
    let unknown = RemoteKeyId::new("key2-00000000");
    service.delete(&unknown).await.expect("gone");
    assert_eq!(azure.key("key2"), current);
    let error = failed(service.disable(&own)).await;
    assert_eq!(error.code.as_deref(), Some("cannot_disable"));
}

#[tokio::test]
async fn a_lost_answer_loses_no_key_since_azure_tells_it_again() {
    let azure = Azure::start();
    let service = service(&azure, &azure.key("key1"));
    let before: Vec<_> = listed(service.as_ref()).await;
    let before: Vec<_> = before.into_iter().map(|key| key.id).collect();
    let nothing = service.made_since(&before).await.expect("an answer");
    assert!(nothing.is_none());
    azure.spoil(2, REGENERATE, Spoil::AnswerLost);
    let error = not_made(service.as_ref()).await;
    assert_eq!(error.kind, ErrorKind::NoAnswer);
    assert!(error.may_have_been_done());
    // Asked once.
    assert_eq!(azure.still_to_spoil(), 1);
    let found = service.made_since(&before).await.expect("an answer");
    let found = found.expect("a key");
    assert_eq!(value(&found), azure.key("key2"));
    assert!(!before.contains(&found.id));
    service
        .check(&account_key(&value(&found)))
        .await
        .expect("accepted");
}

#[tokio::test]
async fn what_fails_before_the_key_is_asked_for_was_not_done() {
    let azure = Azure::start();
    let before = azure.key("key2");
    let service = service(&azure, &azure.key("key1"));
    for (matching, how) in [
        ("oauth2", Spoil::AnswerLost),
        ("oauth2", Spoil::Status(503)),
        ("listKeys", Spoil::AnswerLost),
        ("listKeys", Spoil::Status(500)),
        (REGENERATE, Spoil::Status(429)),
    ] {
        azure.spoil(9, matching, how);
        let error = not_made(service.as_ref()).await;
        assert!(!error.may_have_been_done(), "{matching} {error:?}");
    }
    azure.spoil(1, REGENERATE, Spoil::Status(429));
    let throttled = not_made(service.as_ref()).await;
    assert_eq!(throttled.kind, ErrorKind::Throttled);
    assert!(throttled.retry_after.is_some());
    assert_eq!(azure.key("key2"), before);
    azure.spoil(1, REGENERATE, Spoil::Status(503));
    assert!(not_made(service.as_ref()).await.may_have_been_done());
}

#[tokio::test]
async fn what_the_application_lacks_is_told_by_its_name() {
    let azure = Azure::start();
    let key = azure.key("key1");
    let [list, regenerate] = KEY_OPERATOR;
    azure.allow(&[list, "Microsoft.Authorization/permissions/read"]);
    let preflight = service(&azure, &key).preflight().await.expect("an answer");
    let missing: Vec<_> = preflight.missing().collect();
    assert_eq!(
        missing,
        ["Microsoft.Storage/storageAccounts/regenerateKey/action"]
    );
    assert_eq!(preflight.blocks[0].code, "missing_privilege");
    let error = not_made(service(&azure, &key).as_ref()).await;
    assert_eq!(error.kind, ErrorKind::Forbidden);
    azure.allow(&[regenerate]);
    let preflight = service(&azure, &key).preflight().await.expect("an answer");
    let missing: Vec<_> = preflight.missing().collect();
    assert_eq!(
        missing,
        ["Microsoft.Storage/storageAccounts/listKeys/action"]
    );
    // The role that is enough may not ask what it may.
    azure.allow(&KEY_OPERATOR);
    let preflight = service(&azure, &key).preflight().await.expect("an answer");
    assert_eq!(
        (preflight.missing().count(), preflight.blocks.len()),
        (0, 0)
    );
    assert_eq!(preflight.privileges[1].held, None);
}

#[tokio::test]
async fn a_lock_of_the_account_is_no_missing_right() {
    let azure = Azure::start();
    azure.lock();
    let error = failed(service(&azure, &azure.key("key1")).preflight()).await;
    assert_eq!(error.code.as_deref(), Some("ScopeLocked"));
}

#[tokio::test]
async fn a_management_credential_that_does_not_fit_is_refused_by_azure() {
    let azure = Azure::start();
    let key = azure.key("key1");
    let wrong = service_with(&azure, &key, "wrong~secret", &[]);
    let error = failed(wrong.preflight()).await;
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_eq!(error.code.as_deref(), Some("invalid_client"));
    assert!(!error.message.contains("wrong~secret") && !error.message.contains("Trace"));
    for (name, value, code) in [
        ("tenant", "another", "invalid_request"),
        ("client_id", "another", "unauthorized_client"),
        ("subscription", "another", "SubscriptionNotFound"),
        ("resource_group", "another", "ResourceGroupNotFound"),
    ] {
        let service = service_with(&azure, &key, CLIENT_SECRET, &[(name, value)]);
        let error = failed(service.preflight()).await;
        assert_eq!(error.code.as_deref(), Some(code), "{name}");
    }
}

#[tokio::test]
async fn a_key_that_is_none_of_the_two_is_noticed() {
    let azure = Azure::start();
    let old = azure.key("key1");
    azure.regenerate("key1");
    let service = service(&azure, &old);
    assert_eq!(
        blocks(service.as_ref())
            .await
            .first()
            .map(|block| block.code),
        Some("key_not_found")
    );
    let unused = azure.key("key2");
    let error = not_made(service.as_ref()).await;
    assert_eq!(error.code.as_deref(), Some("key_not_found"));
    assert!(!error.may_have_been_done());
    assert_eq!(azure.key("key2"), unused);
}

#[test]
fn what_is_missing_is_told_before_anything_is_asked() {
    let key = account_key(
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==",
    );
    let secret = given::credentials(AuthMethod::OpaqueValue, &[("value", CLIENT_SECRET)]);
    let refused = |management: Option<&Credentials>| {
        let request = ServiceRequest {
            method: METHOD,
            current: &key,
            management: management.map(ManagementCredentials::new),
            parameters: &Parameters::default(),
        };
        key_service(&given::http(), request).err().expect("refused")
    };
    assert!(matches!(
        refused(None),
        NotManaged::ManagementMissing { .. }
    ));
    assert!(matches!(
        refused(Some(&key)),
        NotManaged::ManagementUnfit { .. }
    ));
    let names = vec!["subscription", "resource_group", "tenant", "client_id"];
    assert_eq!(
        refused(Some(&secret)),
        NotManaged::ParametersMissing { names }
    );
}
