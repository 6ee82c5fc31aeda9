//! 1Password asked by its program and by a Connect server, both made up after its documentation.

mod connect;
mod fields;
mod hostile;
#[cfg(unix)]
mod op;
mod references;

use connections::{Chosen, ConnectionError, ErrorCode, ItemList, OnePassword, Vault};
use domain::SecretText;
use importers::{ParsedImport, ParsedItem, ParsedSecret};
use providers::Http;
use testkit::onepassword::{Account, CONNECT_TOKEN, FakeConnect};

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn by_connect(server: &FakeConnect) -> OnePassword {
    connect_at(&server.url())
}

fn connect_at(url: &str) -> OnePassword {
    let http = Http::new().expect("a client");
    taken(OnePassword::connect(&http, url, &secret(CONNECT_TOKEN)))
}

#[cfg(unix)]
fn by_op(op: &testkit::onepassword::FakeOp) -> OnePassword {
    let program = taken(connections::OpProgram::at(&op.program()));
    let token = secret(testkit::onepassword::SERVICE_ACCOUNT_TOKEN);
    taken(OnePassword::service_account(program, &token))
}

#[track_caller]
fn taken<T>(result: Result<T, ConnectionError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error:?}"),
    }
}

#[track_caller]
fn refused<T>(result: Result<T, ConnectionError>) -> ConnectionError {
    match result {
        Ok(_) => panic!("it was answered"),
        Err(error) => error,
    }
}

async fn vault_of(source: &OnePassword, name: &str) -> Vault {
    let vaults = taken(source.vaults().await);
    let found = vaults.into_iter().find(|vault| vault.name == name);
    found.expect("a vault of this name")
}

async fn listed(source: &OnePassword, vault: &str) -> (Vault, ItemList) {
    let vault = vault_of(source, vault).await;
    let items = taken(source.items(&vault).await);
    (vault, items)
}

/// Everything that a vault holds.
async fn fetched(source: &OnePassword, vault: &str) -> Result<ParsedImport, ConnectionError> {
    let (vault, list) = listed(source, vault).await;
    let items = list.items.iter();
    let chosen: Vec<Chosen<'_>> = items
        .map(|item| Chosen {
            vault: &vault,
            item,
        })
        .collect();
    source.fetch(&chosen, &|_| {}).await
}

/// The item of a Connect server that has it alone.
async fn only(item: testkit::onepassword::LiveItem) -> ParsedItem {
    let account = Account::default().vault("Ops", vec![item]);
    let server = FakeConnect::start(account, CONNECT_TOKEN);
    let import = taken(fetched(&by_connect(&server), "Ops").await);
    let mut items = import.items;
    assert_eq!(items.len(), 1);
    let item = items.remove(0);
    assert_eq!(item.entered, item.spoken_for(), "{:#?}", item.fields);
    item
}

fn value(secret: &ParsedSecret, field: &str) -> String {
    let value = secret
        .credentials
        .field(field)
        .expect("a field of the method");
    value.expose_text().to_owned()
}

fn references(secret: &ParsedSecret) -> Vec<(&'static str, &str)> {
    let references = secret.references.iter();
    references
        .map(|it| (it.field_name, it.reference.as_str()))
        .collect()
}

/// Codes are what a caller goes by; they never change.
#[test]
fn each_error_has_its_code() {
    let codes = [
        (ErrorCode::Auth, "auth", true),
        (ErrorCode::NotInstalled, "not_installed", true),
        (ErrorCode::TimedOut, "timed_out", true),
        (ErrorCode::Throttled, "throttled", true),
        (ErrorCode::Forbidden, "forbidden", false),
        (ErrorCode::NotFound, "not_found", false),
        (ErrorCode::Refused, "refused", false),
        (ErrorCode::Unreadable, "unreadable", false),
        (ErrorCode::Unreachable, "unreachable", true),
    ];
    for (code, name, stops_all) in codes {
        let error = ConnectionError {
            code,
            message: String::new(),
            said: None,
            retry_after: None,
        };
        assert_eq!((code.as_str(), error.stops_all()), (name, stops_all));
    }
}
