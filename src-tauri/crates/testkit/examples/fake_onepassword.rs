//! A made-up 1Password for other programs to ask: prints in one line of JSON where its Connect server and its `op` are and by which
//! tokens, and answers until its input ends.
#![expect(clippy::print_stdout, reason = "it says where it is")]

use std::io::{self, Read};

use serde_json::json;
use testkit::onepassword::{
    Account, CONNECT_TOKEN, FakeConnect, FakeOp, LiveItem, SERVICE_ACCOUNT_TOKEN, concealed, field,
};

fn main() {
    let account = account();
    let op = FakeOp::install(&account);
    let connect = FakeConnect::start(account, CONNECT_TOKEN);
    let told = json!({
        "connect_url": connect.url(), "connect_token": CONNECT_TOKEN,
        "op_folder": op.folder(), "service_account_token": SERVICE_ACCOUNT_TOKEN,
    });
    println!("{told}");
    let ended = io::stdin().read_to_end(&mut Vec::new());
    ended.expect("an input to wait for");
}

fn account() -> Account {
    let production = vec![
        LiveItem::login("Registrar", "mara", "registrar-pass-0123456789")
            .url("https://registrar.example")
            .tag("domains")
            .notes("Renew in May."),
        LiveItem::api_credential("Mailer", "mailer", "mailer-key-0123456789abcdef"),
        LiveItem::api_credential("Old mailer", "mailer", "archived-key-0123456789").archived(),
        LiveItem::new("SERVER", "Bastion")
            .section(
                "Admin",
                vec![concealed(
                    "pass",
                    "console password",
                    "bastion-pass-0123456789",
                )],
            )
            .section(
                "Dates",
                vec![
                    field("DATE", "since", "since", "1714298956"),
                    field("MONTH_YEAR", "until", "until", "202812"),
                    field(
                        "TOTP",
                        "code",
                        "one-time password",
                        "otpauth://totp/x?secret=MFRGG",
                    ),
                ],
            )
            .file("bastion.pem", b"-----BEGIN made up-----"),
    ];
    let shared = vec![LiveItem::api_credential(
        "Shared analytics",
        "",
        "analytics-key-0123456789abcdef",
    )];
    Account::default()
        .vault("Production", production)
        .vault("Shared", shared)
        .vault("Empty", Vec::new())
}
