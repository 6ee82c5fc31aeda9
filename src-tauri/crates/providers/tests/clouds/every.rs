//! What holds at each of the providers.

use std::time::Duration;

use domain::{AuthMethod, Credentials};
use providers::{ErrorKind, KeyService, KeyStatus, RemoteKeyId};
use testkit::clouds::{Server, Spoil};

use crate::given::{NAME, failed, made, name};

/// A provider with an account that has one key, which is the current one.
pub struct Account<'a> {
    pub server: &'a Server,
    pub service: Box<dyn KeyService>,
    pub method: AuthMethod,
    pub current: Credentials,
    pub management: String,
    /// What the request that makes a key has in it, and no other.
    pub making: &'a str,
    /// As `making`, of the request that lists keys.
    pub listing: &'a str,
}

impl Account<'_> {
    fn current_id(&self) -> String {
        let field = self.current.field("access_key_id");
        field.expect("an access key").expose_text().to_owned()
    }

    async fn ids(&self) -> Vec<String> {
        let keys = self.service.list().await.expect("a list");
        keys.into_iter().map(|key| key.id.to_string()).collect()
    }

    async fn named(&self) -> Vec<RemoteKeyId> {
        let keys = self.service.list().await.expect("a list");
        let named = keys
            .into_iter()
            .filter(|key| key.name.as_deref() == Some(NAME));
        named.map(|key| key.id).collect()
    }
}

/// From the look at what is there to the retirement, by another credential than the key itself.
pub async fn a_key_is_replaced_from_preflight_to_the_end(account: Account<'_>) {
    let service = &account.service;
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks, []);
    assert_eq!(preflight.missing().next(), None);
    assert_eq!(preflight.keys.len(), 1);
    assert!(preflight.keys[0].is_ours && preflight.keys[0].status == KeyStatus::Active);
    service.check(&account.current).await.expect("accepted");

    let created = service.create(&name()).await.expect("a new key");
    let (id, new) = (created.id.clone(), made(account.method, created));
    assert_eq!(account.named().await, std::slice::from_ref(&id));
    assert_eq!(account.ids().await.len(), 2);
    service.check(&new).await.expect("the new one is accepted");
    service
        .check(&account.current)
        .await
        .expect("the old one too");

    let old = RemoteKeyId::new(account.current_id());
    let gone = RemoteKeyId::new("0123456789abcdef");
    service
        .delete(&gone)
        .await
        .expect("what is gone is deleted");
    service.delete(&old).await.expect("deleted");
    let refused = failed(service.check(&account.current)).await;
    assert_eq!(refused.kind, ErrorKind::Refused, "{refused}");
    service
        .check(&new)
        .await
        .expect("the new one is still accepted");
    assert_eq!(account.ids().await, [id.to_string()]);
    // Where the key in use is not either, it may be another account.
    let unknown = failed(service.delete(&gone)).await;
    assert_eq!(unknown.code.as_deref(), Some("key_not_found"), "{unknown}");
    assert!(!unknown.may_have_been_done());
}

/// A wrong secret, and a key that is none of the account's.
pub async fn a_wrong_or_unknown_key_is_refused(account: Account<'_>, unknown: &str) {
    let secret = account
        .current
        .field("secret_access_key")
        .expect("a secret");
    let secret = secret.expose_text();
    let end = if secret.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{end}", &secret[..secret.len() - 1]);
    for (id, secret) in [(account.current_id().as_str(), &*other), (unknown, secret)] {
        let wrong = crate::given::access_key(account.method, id, secret);
        let error = failed(account.service.check(&wrong)).await;
        assert_eq!(error.kind, ErrorKind::Refused, "{id}: {error}");
    }
}

/// It is made once, and found by the name that it was given.
pub async fn a_lost_answer_is_found_again_by_name(account: Account<'_>) {
    account.server.spoil(5, account.making, Spoil::AnswerLost);
    let error = failed(account.service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::NoAnswer);
    assert!(error.may_have_been_done());
    assert_eq!(account.server.still_to_spoil(), 4, "asked once");
    let found = account.named().await;
    assert_eq!(found.len(), 1);
    account.service.delete(&found[0]).await.expect("deleted");
    assert_eq!(account.ids().await, [account.current_id()]);
}

pub async fn throttling_is_said_and_only_readers_ask_again(account: Account<'_>) {
    account.server.spoil(1, account.making, Spoil::Status(429));
    let error = failed(account.service.create(&name())).await;
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert_eq!(error.retry_after, Some(Duration::from_secs(1)));
    assert!(!error.may_have_been_done());
    for how in [
        Spoil::Status(429),
        Spoil::Status(503),
        Spoil::AnswerLost,
        Spoil::Refused,
    ] {
        account.server.spoil(1, account.listing, how);
        assert_eq!(account.ids().await, [account.current_id()]);
        assert_eq!(account.server.still_to_spoil(), 0);
    }
    for how in [Spoil::Status(503), Spoil::Status(500), Spoil::Refused] {
        account.server.spoil(1, account.making, how);
        let error = failed(account.service.create(&name())).await;
        assert!(error.may_have_been_done(), "{error}");
    }
    assert_eq!(account.ids().await, [account.current_id()]);
}

/// Answers of whoever is between, or of a provider gone mad: told as nonsense, without a word of theirs that is a secret.
pub async fn bodies_that_are_no_answer_are_told_as_such(account: Account<'_>) {
    let deep = "[".repeat(100_000);
    let bodies: [Vec<u8>; 8] = [
        b"<html><body>Sign in to the network of the hotel</body></html>".to_vec(),
        Vec::new(),
        vec![b'a'; 2 * 1024 * 1024],
        deep.clone().into_bytes(),
        format!("{{\"key\":{deep}").into_bytes(),
        b"null".to_vec(),
        b"{\"key\":{},\"keys\":{},\"result\":7,\"data\":[],\"success\":\"yes\"}".to_vec(),
        vec![0xff, 0xfe, 0x00],
    ];
    for body in bodies {
        let instead = Spoil::Instead(200, body.clone());
        account.server.spoil(9, account.listing, instead);
        let error = failed(account.service.list()).await;
        assert_eq!(error.kind, ErrorKind::Nonsense, "{error}");

        account
            .server
            .spoil(1, account.making, Spoil::Garbled(body));
        let error = failed(account.service.create(&name())).await;
        assert_eq!(error.kind, ErrorKind::Nonsense, "{error}");
        assert!(error.may_have_been_done());
        for id in account.named().await {
            account.service.delete(&id).await.expect("deleted");
        }
        assert_eq!(account.ids().await, [account.current_id()]);
    }
    let html = b"<html><h1>502 Bad Gateway</h1></html>".to_vec();
    account
        .server
        .spoil(9, account.listing, Spoil::Instead(502, html));
    let error = failed(account.service.list()).await;
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(error.code.as_deref(), Some("502"));
}

/// A service that quotes what it was given does not get it into a message.
pub async fn a_token_sent_back_is_not_in_the_message(account: Account<'_>) {
    let token = &account.management;
    let said = format!(
        "{{\"id\":\"bad {token}\",\"code\":\"bad {token}\",\"message\":\"{token} is bad\",\"success\":false,\"errors\":[{{\"code\":1,\"message\":\"{token} is bad\"}}]}}"
    );
    let instead = Spoil::Instead(401, said.into_bytes());
    account.server.spoil(9, account.listing, instead);
    let error = failed(account.service.list()).await;
    assert_eq!(error.kind, ErrorKind::Refused);
    assert!(!error.message.contains(token.as_str()), "{error}");
    let code = error.code.unwrap_or_default();
    assert!(!code.contains(token.as_str()), "{code}");
    assert!(error.message.contains("is bad"), "{}", error.message);
}

/// It comes to work, and until then it is told as what may pass.
pub async fn a_new_key_that_has_not_spread_is_too_early(account: Account<'_>) {
    let created = account.service.create(&name()).await.expect("a new key");
    let new = made(account.method, created);
    let early = failed(account.service.check(&new)).await;
    assert!(early.may_be_too_early(), "{early}");
    assert!(!early.passes_with_time(), "{early}");
    account.service.check(&new).await.expect("accepted by now");
}
