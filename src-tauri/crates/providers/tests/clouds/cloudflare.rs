//! Keys of Cloudflare R2, which are API tokens.

use domain::{AuthMethod, Timestamp};
use providers::{ErrorKind, KeyService, KeyStatus, LastUse, RemoteKeyId, Style, Way};
use serde_json::{Value, json};
use testkit::clouds::Spoil;
use testkit::clouds::cloudflare::{
    ACCOUNT, ACCOUNT_TOKENS, Cloudflare, Owner, Token, USER_TOKENS, of_account, of_bucket, policies,
};

use crate::every::{self, Account};
use crate::given::{self, failed, name};

const METHOD: AuthMethod = AuthMethod::R2AccessKey;

fn bucket_items() -> Value {
    policies(
        &["Workers R2 Storage Bucket Item Write"],
        &of_bucket("ledgers"),
    )
}

fn admin() -> Value {
    policies(&["Workers R2 Storage Write"], &of_account())
}

fn manager(cloud: &Cloudflare, owner: Owner) -> Token {
    let permission = match owner {
        Owner::Account => ACCOUNT_TOKENS,
        Owner::User => USER_TOKENS,
    };
    cloud.token(owner, "manager", policies(&[permission], &of_account()))
}

fn managed<'a>(cloud: &'a Cloudflare, key: &Token, manager: &Token) -> Account<'a> {
    let current = given::access_key(METHOD, &key.id, &key.secret());
    let url = cloud.server.url();
    let parameters = [
        ("account_id", ACCOUNT),
        ("api_endpoint", url.as_str()),
        ("s3_endpoint", url.as_str()),
    ];
    let (making, listing) = match key.owner {
        Owner::Account => (
            "POST /accounts/023e105f4ecef8ad9ca31a8372d0c353/tokens",
            "GET /accounts/023e105f4ecef8ad9ca31a8372d0c353/tokens?",
        ),
        Owner::User => ("POST /user/tokens", "GET /user/tokens?"),
    };
    Account {
        server: &cloud.server,
        service: given::service(&current, &manager.value, &parameters),
        method: METHOD,
        current,
        management: manager.value.clone(),
        making,
        listing,
    }
}

fn account(cloud: &Cloudflare, owner: Owner, policies: Value) -> Account<'_> {
    let key = cloud.token(owner, "uploads", policies);
    let manager = manager(cloud, owner);
    managed(cloud, &key, &manager)
}

#[tokio::test]
async fn a_key_is_replaced_from_preflight_to_the_end() {
    for owner in [Owner::Account, Owner::User] {
        for policies in [bucket_items(), admin()] {
            let cloud = Cloudflare::start();
            let account = account(&cloud, owner, policies);
            every::a_key_is_replaced_from_preflight_to_the_end(account).await;
        }
    }
}

/// The names of groups and ids of policies are the answer's only; all else is the same.
#[tokio::test]
async fn a_new_token_may_what_the_old_one_may() {
    let cloud = Cloudflare::start();
    let mut both = bucket_items();
    both.as_array_mut()
        .expect("a list")
        .extend(admin().as_array().cloned().expect("a list"));
    both[0]["effect"] = json!("deny");
    let service = account(&cloud, Owner::Account, both.clone()).service;
    let condition = json!({ "request_ip": { "in": ["192.0.2.0/24"] } });
    {
        let mut state = cloud.state();
        state.tokens[0].condition = Some(condition.clone());
        state.tokens[0].expires_on = Some("2026-03-05T04:05:06Z".to_owned());
    }
    let before = Timestamp::from_millis(now());
    let created = service.create(&name()).await.expect("a new key");
    let state = cloud.state();
    let new = state.tokens.last().expect("the new one");
    assert_eq!(new.condition, Some(condition));
    for (index, policy) in both.as_array().expect("a list").iter().enumerate() {
        assert_eq!(new.policies[index]["effect"], policy["effect"]);
        assert_eq!(new.policies[index]["resources"], policy["resources"]);
        let group = &policy["permission_groups"][0]["id"];
        assert_eq!(new.policies[index]["permission_groups"][0]["id"], *group);
    }
    // The old one was made for 30 days: so is the new one, from now on.
    let end = Timestamp::parse(new.expires_on.as_deref().expect("an end")).expect("a time");
    assert!((29..=30).contains(&end.days_since(before)), "{end}");
    assert_eq!(created.expires_at, Some(end));
}

#[tokio::test]
async fn a_token_that_may_more_than_was_asked_for_is_deleted_again() {
    let cloud = Cloudflare::start();
    let service = account(&cloud, Owner::Account, bucket_items()).service;
    cloud.state().given_instead = Some(admin());
    let error = failed(service.create(&name())).await;
    assert_eq!(error.code.as_deref(), Some("other_limits"));
    assert!(!error.may_have_been_done());
    assert_eq!(cloud.state().tokens.len(), 2);
    // Neither of the lists has it yet, nor whoever deletes.
    let unknown = br#"{"success":false,"errors":[{"code":1003,"message":"Not found"}]}"#;
    for (new, asked) in [(4, "ed175700000000000000000000000004"), (5, "DELETE")] {
        let how = Spoil::Instead(404, unknown.to_vec());
        cloud.server.spoil(9, asked, how);
        let error = failed(service.create(&name())).await;
        assert!(error.may_have_been_done(), "{error}");
        assert_eq!(error.code.as_deref(), Some("other_limits"));
        let made = cloud.state().tokens.last().map(|token| token.id.clone());
        assert!(made.is_some_and(|id| id.ends_with(&new.to_string())));
    }
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("before the year 292,000,000")
}

#[tokio::test]
async fn a_wrong_or_unknown_key_is_refused() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, bucket_items());
    every::a_wrong_or_unknown_key_is_refused(account, "ed175700000000000000000000000099").await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_name() {
    let cloud = Cloudflare::start();
    every::a_lost_answer_is_found_again_by_name(account(&cloud, Owner::User, bucket_items())).await;
}

#[tokio::test]
async fn throttling_is_said_and_only_readers_ask_again() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, bucket_items());
    every::throttling_is_said_and_only_readers_ask_again(account).await;
}

#[tokio::test]
async fn bodies_that_are_no_answer_are_told_as_such() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, bucket_items());
    every::bodies_that_are_no_answer_are_told_as_such(account).await;
}

#[tokio::test]
async fn a_token_sent_back_is_not_in_the_message() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, bucket_items());
    every::a_token_sent_back_is_not_in_the_message(account).await;
}

#[tokio::test]
async fn a_new_key_that_has_not_spread_is_too_early() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, admin());
    cloud.state().refused_first = 1;
    every::a_new_key_that_has_not_spread_is_too_early(account).await;
}

#[tokio::test]
async fn a_key_for_one_bucket_that_no_list_has_yet_is_too_early() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, bucket_items());
    cloud.state().hidden_first = 1;
    every::a_new_key_that_has_not_spread_is_too_early(account).await;
}

#[tokio::test]
async fn a_key_is_disabled_and_enabled_and_keeps_all_else() {
    let cloud = Cloudflare::start();
    let account = account(&cloud, Owner::Account, bucket_items());
    {
        let mut state = cloud.state();
        state.tokens[0].condition = Some(json!({ "request_ip": { "not_in": ["192.0.2.1/32"] } }));
        state.tokens[0].expires_on = Some("2027-01-01T00:00:00Z".to_owned());
    }
    let before = cloud.state().tokens[0].clone();
    let id = RemoteKeyId::new(before.id.clone());
    account.service.disable(&id).await.expect("disabled");
    assert_eq!(
        account.service.list().await.expect("a list")[0].status,
        KeyStatus::Inactive
    );
    let refused = failed(account.service.check(&account.current)).await;
    assert_eq!(refused.kind, ErrorKind::Refused);
    account.service.enable(&id).await.expect("enabled");
    account
        .service
        .check(&account.current)
        .await
        .expect("accepted again");
    let after = cloud.state().tokens[0].clone();
    assert_eq!(
        (after.name, after.condition),
        (before.name, before.condition)
    );
    assert_eq!(after.expires_on, before.expires_on);
    assert_eq!(
        after.policies[0]["resources"],
        before.policies[0]["resources"]
    );
}

#[tokio::test]
async fn a_token_never_disables_or_deletes_itself() {
    let cloud = Cloudflare::start();
    let service = account(&cloud, Owner::Account, bucket_items()).service;
    let manager = RemoteKeyId::new(cloud.state().tokens[1].id.clone());
    for error in [
        failed(service.delete(&manager)).await,
        failed(service.disable(&manager)).await,
    ] {
        assert_eq!(error.code.as_deref(), Some("signs_itself"));
        assert!(!error.may_have_been_done());
    }
    assert_eq!(cloud.state().tokens.len(), 2);
}

/// An account has tokens for much else.
#[tokio::test]
async fn tokens_that_open_nothing_of_this_are_not_shown() {
    let cloud = Cloudflare::start();
    let service = account(&cloud, Owner::Account, bucket_items()).service;
    for number in 0..120 {
        cloud.token(
            Owner::Account,
            &format!("zone {number}"),
            policies(&["Zone Read"], &of_account()),
        );
    }
    let sibling = cloud.token(Owner::Account, "backup", bucket_items());
    cloud.token(Owner::User, "elsewhere", bucket_items());
    let keys = service.list().await.expect("a list");
    let ids: Vec<_> = keys.iter().map(|key| key.id.as_str().to_owned()).collect();
    assert_eq!(ids, [cloud.state().tokens[0].id.clone(), sibling.id]);
}

#[tokio::test]
async fn the_last_use_is_told_and_where_none_is_told_it_is_not_called_never() {
    let cloud = Cloudflare::start();
    let service = account(&cloud, Owner::Account, bucket_items()).service;
    assert_eq!(
        service.list().await.expect("a list")[0].last_used,
        LastUse::NotTold
    );
    cloud.state().tokens[0].last_used_on = Some("2026-05-06T07:08:09Z".to_owned());
    let seen = service.list().await.expect("a list")[0].last_used.clone();
    assert!(
        matches!(seen, LastUse::At { time, .. } if time.to_string() == "2026-05-06T07:08:09.000Z")
    );
}

#[tokio::test]
async fn what_a_token_may_not_do_is_told_in_cloudflares_words() {
    for (owner, needed) in [(Owner::Account, ACCOUNT_TOKENS), (Owner::User, USER_TOKENS)] {
        let cloud = Cloudflare::start();
        let key = cloud.token(owner, "uploads", bucket_items());
        let weak = cloud.token(owner, "weak", policies(&["Zone Read"], &of_account()));
        let service = managed(&cloud, &key, &weak).service;
        let preflight = service.preflight().await.expect("a preflight");
        assert_eq!(preflight.missing().collect::<Vec<_>>(), [needed]);
        let codes: Vec<_> = preflight.blocks.iter().map(|block| block.code).collect();
        assert_eq!(codes, ["key_not_found", "missing_privilege"]);
        let error = failed(service.create(&name())).await;
        assert_eq!(error.kind, ErrorKind::Forbidden, "{error}");
        assert!(!error.may_have_been_done());
    }
}

/// A user's token sees the account's tokens where it may; an account's token never sees a user's.
#[tokio::test]
async fn whose_token_manages_whose_is_found_out() {
    let cloud = Cloudflare::start();
    let users = cloud.token(Owner::User, "mine", bucket_items());
    let accounts = cloud.token(Owner::Account, "ours", bucket_items());
    let both = policies(&[ACCOUNT_TOKENS, USER_TOKENS], &of_account());
    let of_user = cloud.token(Owner::User, "manager", both.clone());
    let of_account = cloud.token(Owner::Account, "manager", both);
    for key in [&users, &accounts] {
        let service = managed(&cloud, key, &of_user).service;
        let preflight = service.preflight().await.expect("a preflight");
        assert_eq!(preflight.blocks, [], "{:?}", key.owner);
        service.create(&name()).await.expect("a new key");
        assert_eq!(
            cloud.state().tokens.last().map(|new| new.owner),
            Some(key.owner)
        );
    }
    let service = managed(&cloud, &users, &of_account).service;
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks[0].code, "key_not_found");
    assert!(
        preflight.blocks[0]
            .message
            .contains("that account's tokens only")
    );
    let error = failed(service.create(&name())).await;
    assert_eq!(error.code.as_deref(), Some("key_not_found"));
}

#[tokio::test]
async fn a_wrong_or_stopped_token_is_refused() {
    let cloud = Cloudflare::start();
    let key = cloud.token(Owner::Account, "uploads", bucket_items());
    let mut manager = manager(&cloud, Owner::Account);
    cloud.state().tokens[1].status = "disabled".to_owned();
    for value in [
        manager.value.clone(),
        "0123456789012345678901234567890123456789".to_owned(),
    ] {
        manager.value = value;
        let service = managed(&cloud, &key, &manager).service;
        let error = failed(service.preflight()).await;
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::Refused, Some("1000"))
        );
        let error = failed(service.create(&name())).await;
        assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    }
}

#[tokio::test]
async fn one_token_too_many_is_refused_and_was_not_made() {
    let cloud = Cloudflare::start();
    let service = account(&cloud, Owner::Account, bucket_items()).service;
    cloud.state().tokens_max = 2;
    let error = failed(service.create(&name())).await;
    assert!(!error.may_have_been_done());
    assert!(error.message.contains("maximum"), "{error}");
    assert_eq!(cloud.state().tokens.len(), 2);
}

#[test]
fn what_it_can_do_and_whom_it_asks_is_known_without_asking() {
    let can = providers::capabilities(METHOD).expect("it can");
    assert_eq!((can.way, can.style), (Way::Management, Style::Overlap));
    assert!(can.names_keys && can.disables && can.tells_last_use && can.keys_max.is_none());
    let current = given::access_key(METHOD, "ed175700000000000000000000000001", &"0a".repeat(32));
    let service: Box<dyn KeyService> = given::service(&current, "t", &[("account_id", ACCOUNT)]);
    let bucket_host = format!("{ACCOUNT}.r2.cloudflarestorage.com");
    assert_eq!(service.hosts().own, [bucket_host]);
    assert_eq!(service.hosts().management, ["api.cloudflare.com"]);
    let missing = given::refusal(&current, Some("t"), &[]);
    assert_eq!(missing.code(), "parameters_missing");
    let elsewhere = given::refusal(&current, Some("t"), &[("account_id", "evil.example/")]);
    assert_eq!(elsewhere.code(), "parameter_invalid");
}
