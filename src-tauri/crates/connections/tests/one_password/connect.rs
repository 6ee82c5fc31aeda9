//! By a Connect server.

use connections::{Chosen, ErrorCode, OnePassword};
use domain::AllowedDomains;
use providers::Http;
use testkit::clouds::server::Spoil;
use testkit::onepassword::{Account, CONNECT_TOKEN, FakeConnect, LiveItem, concealed};
use testkit::onepux::uuid_for;

use super::{by_connect, connect_at, fetched, listed, refused, secret, taken, value};

fn account() -> Account {
    let items = vec![
        LiveItem::login("Registrar", "mara", "pw-registrar"),
        LiveItem::new("SERVER", "Bastion").section(
            "Admin",
            vec![concealed("pass", "console password", "pw-bastion")],
        ),
    ];
    Account::default()
        .vault("Production", items)
        .vault("Hidden", Vec::new())
}

fn started() -> FakeConnect {
    FakeConnect::start(account(), CONNECT_TOKEN)
}

#[tokio::test]
async fn a_server_says_who_it_is_and_what_it_has() {
    let server = started();
    let source = by_connect(&server);
    let checked = taken(source.check().await);
    assert_eq!(
        (checked.version.as_deref(), checked.vaults),
        (Some("1.8.1"), 2)
    );
    let import = taken(fetched(&source, "Production").await);
    let values: Vec<String> = import
        .items
        .iter()
        .map(|item| value(&item.secrets[0], "value"))
        .collect();
    assert_eq!(values, ["pw-bastion", "pw-registrar"]);
}

#[tokio::test]
async fn an_address_with_its_version_or_a_slash_is_the_same_server() {
    let server = started();
    for ending in ["/", "/v1", "/v1/", ""] {
        let source = connect_at(&format!(" {}{ending} ", server.url()));
        assert_eq!(taken(source.vaults().await).len(), 2, "{ending}");
    }
}

#[tokio::test]
async fn what_the_token_may_not_see_is_told_from_a_token_that_is_none() {
    let server = started();
    let source = by_connect(&server);
    let (hidden, _) = listed(&source, "Hidden").await;
    server.hide(hidden.id.as_str());
    let error = refused(source.items(&hidden).await);
    assert_eq!(error.code, ErrorCode::Forbidden);
    assert_eq!(
        error.said,
        Some(format!("vault {} is not in scope", hidden.id.as_str()))
    );
    server.revoke();
    let error = refused(source.check().await);
    assert_eq!(error.code, ErrorCode::Auth);
    assert_eq!(error.said.as_deref(), Some("Invalid token signature"));
}

#[tokio::test]
async fn an_item_that_somebody_deleted_meanwhile_is_a_line_of_the_report() {
    let server = started();
    let source = by_connect(&server);
    let (vault, list) = listed(&source, "Production").await;
    server.delete(&uuid_for("Bastion"));
    let chosen: Vec<Chosen<'_>> = list
        .items
        .iter()
        .map(|item| Chosen {
            vault: &vault,
            item,
        })
        .collect();
    let import = taken(source.fetch(&chosen, &|_| {}).await);
    assert_eq!(
        (import.items[0].secrets.len(), import.items[1].secrets.len()),
        (0, 1)
    );
    assert!(import.items[0].left_out[0].reason.contains("not found"));
}

#[tokio::test]
async fn a_failure_that_passes_is_asked_again_and_one_that_stays_is_told() {
    let server = started();
    let source = by_connect(&server);
    server.spoil(1, "GET /v1/vaults", Spoil::Instead(500, Vec::new()));
    assert_eq!(taken(source.vaults().await).len(), 2);
    for (status, code) in [
        (429, ErrorCode::Throttled),
        (500, ErrorCode::Refused),
        (302, ErrorCode::Unreadable),
        (400, ErrorCode::Refused),
    ] {
        let body = format!("{{\"status\":{status},\"message\":\"no {CONNECT_TOKEN}\"}}");
        server.spoil(
            3,
            "GET /v1/vaults",
            Spoil::Instead(status, body.into_bytes()),
        );
        let error = refused(source.vaults().await);
        assert_eq!(
            (error.code, error.said.as_deref()),
            (code, Some("no ••••")),
            "{status}"
        );
        server.spoil(0, "", Spoil::Refused);
    }
}

#[tokio::test]
async fn a_token_goes_to_its_server_alone_and_never_unencrypted() {
    let server = started();
    let http = Http::new().expect("a client");
    let only = match AllowedDomains::parse(&["connect.example.com"]) {
        Ok((allowed, _)) => http.only(&allowed),
        Err(faults) => panic!("{faults:?}"),
    };
    let elsewhere = taken(OnePassword::connect(
        &only,
        &server.url(),
        &secret(CONNECT_TOKEN),
    ));
    let error = refused(elsewhere.vaults().await);
    assert_eq!(error.code, ErrorCode::Refused);
    assert!(
        error.message.contains("allowed domains"),
        "{}",
        error.message
    );
    assert!(server.asked().is_empty());
    // 192.0.2.0/24 is for documentation (RFC 5737): nothing answers there.
    let error = refused(connect_at("http://192.0.2.1").vaults().await);
    assert_eq!(error.code, ErrorCode::Refused);
    assert!(error.message.contains("https://"), "{}", error.message);
    for wrong in [
        "",
        "connect.example.com",
        "ftp://127.0.0.1",
        "http://",
        "https://a b",
        "https://me:pw@connect.example.com",
        "https://connect.example.com/?x",
        "https://connect.example.com#x",
    ] {
        let error = refused(OnePassword::connect(&http, wrong, &secret(CONNECT_TOKEN)));
        assert_eq!(error.code, ErrorCode::Refused, "{wrong}");
    }
}

#[tokio::test]
async fn one_item_that_the_server_fails_at_is_a_line_of_the_report() {
    let server = started();
    let source = by_connect(&server);
    let matching = format!("/items/{}", uuid_for("Bastion"));
    let body = b"{\"status\":500,\"message\":\"Something went wrong\"}";
    server.spoil(9, &matching, Spoil::Instead(500, body.to_vec()));
    let import = taken(fetched(&source, "Production").await);
    let had: Vec<usize> = import.items.iter().map(|item| item.secrets.len()).collect();
    assert_eq!(had, [0, 1]);
    let reason = &import.items[0].left_out[0].reason;
    assert!(reason.contains("Something went wrong"), "{reason}");
}

#[tokio::test]
async fn a_server_that_does_not_say_its_version_works_all_the_same() {
    let server = started();
    server.spoil(1, "/health", Spoil::AnswerLost);
    let checked = taken(by_connect(&server).check().await);
    assert_eq!((checked.version, checked.vaults), (None, 2));
}

#[tokio::test]
async fn a_servers_health_is_read_up_to_its_limits() {
    const HEALTH_BYTES_MAX: usize = 64 * 1024;
    const VERSION_CHARS_MAX: usize = 40;
    let server = started();
    let source = by_connect(&server);
    for (length, version) in [
        (HEALTH_BYTES_MAX, Some("1.9")),
        (HEALTH_BYTES_MAX + 1, None),
    ] {
        let mut body = br#"{"version":"1.9"}"#.to_vec();
        body.resize(length, b' ');
        server.spoil(1, "/health", Spoil::Instead(200, body));
        let checked = taken(source.check().await);
        assert_eq!((checked.version.as_deref(), checked.vaults), (version, 2));
    }
    for length in [VERSION_CHARS_MAX, VERSION_CHARS_MAX + 1] {
        let body = format!("{{\"version\":\"{}\"}}", "1".repeat(length));
        server.spoil(1, "/health", Spoil::Instead(200, body.into_bytes()));
        let checked = taken(source.check().await);
        assert_eq!(checked.version, Some("1".repeat(VERSION_CHARS_MAX)));
    }
}

#[tokio::test]
async fn something_that_is_no_connect_server_is_told() {
    let server = started();
    let source = by_connect(&server);
    for body in ["<html>", "{}", "\"text\"", "[", "[1,2] x"] {
        server.spoil(
            1,
            "GET /v1/vaults",
            Spoil::Instead(200, body.as_bytes().to_owned()),
        );
        assert_eq!(
            refused(source.vaults().await).code,
            ErrorCode::Unreadable,
            "{body}"
        );
    }
    let gone = started().url();
    assert_eq!(
        refused(connect_at(&gone).vaults().await).code,
        ErrorCode::Unreachable
    );
}
